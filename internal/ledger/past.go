package ledger

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"

	"koyomi/internal/event"
)

// With returns what is known once a result is written.
func (k Known) With(r Result) Known {
	events := map[string]event.Event{}
	for _, e := range slices.Concat(k.Events, r.Events) {
		events[e.UID] = e
	}
	claims := map[[2]string]event.Claim{}
	for _, c := range slices.Concat(k.Claims, r.Claims) {
		claims[[2]string{c.Source, c.Key}] = c
	}
	with := Known{Corrections: k.Corrections}
	for _, e := range events {
		with.Events = append(with.Events, e)
	}
	for _, c := range claims {
		with.Claims = append(with.Claims, c)
	}
	return with
}

// Digest names what is known: equal where reconciling the same visit with it has the
// same result. That a source has merely shown again what it showed before makes no
// difference.
func (k Known) Digest() string {
	lines := make([]string, 0, len(k.Events)+len(k.Claims)+len(k.Corrections))
	for _, e := range k.Events {
		lines = append(
			lines,
			fmt.Sprintf(
				"event\t%s\t%d\t%d\t%s\t%t\n",
				e.UID,
				e.Sequence,
				e.Updated.UnixNano(),
				e.MergedInto,
				e.Withdrawn,
			),
		)
	}
	for _, c := range k.Claims {
		l := &c.Listing
		lines = append(lines, fmt.Sprintf(
			"claim\t%s\t%s\t%s\t%t\t%s\t%s\t%s\t%s\t%s\n",
			c.Source,
			c.Key,
			c.UID,
			current(c),
			c.Absence.Ended,
			l.Title,
			l.Start,
			l.Status,
			l.Location,
		))
	}
	for _, c := range k.Corrections {
		lines = append(lines, fmt.Sprintf("correction\t%d\n", c.ID))
	}
	slices.Sort(lines)
	h := sha256.New()
	for _, line := range lines {
		_, _ = io.WriteString(h, line)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}
