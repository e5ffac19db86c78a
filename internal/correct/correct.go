// Package correct reads what a person types to correct an event, and finds what it is about.
package correct

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"koyomi/internal/ask"
	"koyomi/internal/ledger"
	"koyomi/internal/store"
	"koyomi/internal/strict"
	"koyomi/internal/usage"
	"koyomi/internal/view"
)

// Split finds the claim that EVENT SOURCE [KEY] name.
func Split(ctx context.Context, r store.Reader, args []string) (ledger.Correction, error) {
	c := ledger.Correction{Kind: ledger.CorrectSplit, Source: args[1]}
	e, err := ask.FindEvent(ctx, r, args[0])
	if err != nil {
		return c, err
	}
	c.Event = e.UID
	claims, err := r.Claims(ctx, e.UID)
	if err != nil {
		return c, err
	}
	var sources, keys []string
	for _, cl := range claims {
		if !slices.Contains(sources, cl.Source) {
			sources = append(sources, cl.Source)
		}
		if cl.Source == c.Source && (len(args) < 3 || cl.Key == args[2]) {
			keys = append(keys, cl.Key)
		}
	}
	switch {
	case !slices.Contains(sources, c.Source):
		return c, usage.Errorf(
			"%s does not list event %s; it is listed by %s",
			usage.Quote(c.Source),
			view.ShortID(e),
			strings.Join(sources, ", "),
		)
	case len(keys) == 0:
		return c, usage.Errorf(
			"%s does not list event %s as %s; `koyomi show %s` shows as what",
			c.Source,
			view.ShortID(e),
			usage.Quote(args[2]),
			view.ShortID(e),
		)
	case len(keys) > 1:
		return c, usage.Errorf(
			"%s lists event %s more than once; add one of these keys: %s",
			c.Source,
			view.ShortID(e),
			quotedList(keys),
		)
	}
	c.Key = keys[0]
	return c, nil
}

func quotedList(all []string) string {
	q := make([]string, len(all))
	for i, s := range all {
		q[i] = usage.Quote(s)
	}
	return strings.Join(q, ", ")
}

// Edits reads FIELD=VALUE.
func Edits(args []string) ([]ledger.Correction, error) {
	var edits []ledger.Correction
	for _, arg := range args {
		field, value, ok := strings.Cut(arg, "=")
		if !ok {
			return nil, usage.Errorf(
				"%s: expected FIELD=VALUE (use title='BPStudy#21')",
				usage.Quote(arg),
			)
		}
		if !slices.Contains(ledger.Fields, field) {
			hint := strict.DidYouMean(field, ledger.Fields)
			if hint == "" {
				hint = "expected " + strings.Join(ledger.Fields, ", ")
			}
			return nil, usage.Errorf("no field %s; %s", usage.Quote(field), hint)
		}
		edits = append(edits, ledger.Correction{
			Kind:  ledger.CorrectEdit,
			Field: field,
			Value: value,
		})
	}
	return edits, nil
}

// AsUsage writes a correction that cannot be made from a database that cannot be
// written: the first is a wrong command line.
func AsUsage(err error) error {
	for _, trouble := range []error{store.ErrBusy, store.ErrFull, store.ErrReplaced, store.ErrCorrupt, store.ErrLocked, context.Canceled, context.DeadlineExceeded} {
		if errors.Is(err, trouble) {
			return err
		}
	}
	return usage.Of(err)
}

// Undo finds the correction that EVENT [NUMBER] name.
func Undo(ctx context.Context, r store.Reader, args []string) (store.Correction, error) {
	e, err := ask.FindEvent(ctx, r, args[0])
	if err != nil {
		return store.Correction{}, err
	}
	all, err := r.Corrections(ctx, e.UID)
	if err != nil {
		return store.Correction{}, err
	}
	var holding []string
	for _, c := range slices.Backward(all) {
		number := strconv.FormatInt(c.ID, 10)
		switch {
		case len(args) == 2 && args[1] == number && !c.Undone.IsZero():
			return c, usage.Errorf(
				"correction %s of event %s was taken back already, on %s",
				number,
				view.ShortID(e),
				view.MinuteWords(c.Undone),
			)
		case !c.Undone.IsZero():
		case len(args) < 2 || args[1] == number:
			return c, nil
		default:
			holding = append(holding, number)
		}
	}
	switch {
	case len(args) == 2 && len(holding) > 0:
		return store.Correction{}, usage.Errorf(
			"event %s has no correction %s; it has %s",
			view.ShortID(e),
			usage.Quote(args[1]),
			strings.Join(holding, ", "),
		)
	default:
		return store.Correction{}, usage.Errorf(
			"no correction of event %s holds: there is nothing to take back",
			view.ShortID(e),
		)
	}
}
