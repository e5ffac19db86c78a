package main

import (
	"context"
	"time"

	"koyomi/internal/commandline"

	"github.com/spf13/cobra"

	"koyomi/internal/store"
	"koyomi/internal/usage"
)

func newSourceResumeCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "resume SOURCE",
		Short: "poll a source again that was given up",
		Long: "Poll a source again whose host answered that it is gone for good (410), or refused it for\n" +
			"a week: koyomi stops polling such a source until told otherwise. `koyomi doctor` and\n" +
			"`koyomi source show` list them. A host's Retry-After still applies.",
		Example: "  koyomi source resume bpstudy",
		Args:    commandline.Exactly(1, "source resume takes one SOURCE (use koyomi source resume bpstudy)"),
		RunE:    func(cmd *cobra.Command, args []string) error { return a.sourceResume(cmd.Context(), args[0]) },
	}
}

// sourceResume forgets that a source was given up, and makes it due.
func (a *app) sourceResume(ctx context.Context, id string) error {
	s, err := a.catalogue().Find(id)
	if err != nil {
		return usage.Of(err)
	}
	db, err := a.openWriter(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	all, err := db.Addresses(ctx)
	if err != nil {
		return err
	}
	given := 0
	for _, address := range all {
		if !address.Of(s.ID, s.URL) || address.Refused.IsZero() {
			continue
		}
		if !address.Stopped.IsZero() {
			given++
		}
		if err := db.WithAddress(ctx, address.URL, forgetRefusal); err != nil {
			return err
		}
	}
	if given == 0 {
		a.ui.Sayf("%s was not given up: there is nothing to take up again", s.ID)
		return nil
	}
	if err := db.Schedule(ctx, map[string]time.Time{s.ID: a.now()}); err != nil {
		return err
	}
	a.ui.Sayf("%s is asked again, at the next poll or now with `koyomi sync %s`", s.ID, s.ID)
	return nil
}

// forgetRefusal leaves what is remembered of an address besides that it refused.
func forgetRefusal(s *store.AddressState) {
	*s = store.AddressState{
		URL:      s.URL,
		Source:   s.Source,
		MovedTo:  s.MovedTo,
		Moved:    s.Moved,
		MoveSeen: s.MoveSeen,
	}
}
