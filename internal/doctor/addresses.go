package doctor

import (
	"context"
	"fmt"
	"slices"

	"koyomi/internal/source"
	"koyomi/internal/store"
	"koyomi/internal/view"
)

// addresses looks at addresses that are asked no more, or that have moved for good.
func (x *examination) addresses(ctx context.Context) error {
	all, err := x.db.Addresses(ctx)
	for _, a := range all {
		// Whoever asked an address, it is the source's that is read from it.
		i := slices.IndexFunc(
			x.of.Catalogue().Sources(),
			func(s *source.Source) bool { return a.Of(s.ID, s.URL) },
		)
		if i < 0 {
			continue
		}
		a.Source = x.of.Catalogue().Sources()[i].ID
		x.stopped(a)
		x.moved(a)
	}
	return err
}

// stopped reports an address whose host said that it is gone, or refused it for long.
func (x *examination) stopped(a store.AddressState) {
	why := view.Stopped(a)
	if why == "" {
		return
	}
	x.add(Finding{
		Impact:  Missed,
		Subject: a.Source,
		weight:  x.stake[a.Source]*1000 + a.Refusals,
		What:    fmt.Sprintf("%s is asked no more %s", a.URL, why),
		Cause:   a.Message,
		Next: fmt.Sprintf(
			"find the new address and set url: in the source file, or `koyomi source resume %s`",
			a.Source,
		),
	})
}

// moved reports an address with a permanent redirect that has stayed the same.
func (x *examination) moved(a store.AddressState) {
	to := view.MovedTo(a)
	if to == "" {
		return
	}
	x.add(Finding{
		Impact:  Note,
		Subject: a.Source,
		What: fmt.Sprintf(
			"%s has moved for good to %s; it is followed meanwhile",
			a.URL,
			to,
		),
		Next: "set url: in the source file to " + a.MovedTo,
	})
}
