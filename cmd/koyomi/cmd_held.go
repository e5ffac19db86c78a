package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"

	"koyomi/internal/commandline"

	"github.com/spf13/cobra"

	"koyomi/internal/event"
	"koyomi/internal/poll"
	"koyomi/internal/probe"
	"koyomi/internal/store"
	"koyomi/internal/terminal"
	"koyomi/internal/usage"
	"koyomi/internal/view"
)

func newHeldCmd(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "held",
		Short: "review held polls: show, approve, discard",
		Long: "A poll in which none of the known events appears is held as a whole. In every other poll\n" +
			"each event is judged by itself: doubtful changes (all cancelled at once, every date moved,\n" +
			"half of the list gone) are held and the events stay as they were; the rest is applied.\n" +
			"Show what a held poll would change, then approve or discard it. A later good poll\n" +
			"replaces it, and what a source keeps saying is accepted by the day shown at the latest.",
		Example: "  koyomi held list\n  koyomi held show v-tomo\n  koyomi held approve v-tomo",
		Args:    commandline.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newHeldListCmd(a), newHeldShowCmd(a), newHeldDecideCmd(a, store.Approved), newHeldDecideCmd(a, store.Discarded))
	return cmd
}

func newHeldListCmd(a *app) *cobra.Command {
	var all bool
	var format string
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "list the polls that wait for a decision",
		Example: "  koyomi held list\n  koyomi held list --all --format jsonl",
		Args:    commandline.Exactly(0, "held list takes no arguments"),
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.heldList(cmd.Context(), all, format) },
	}
	cmd.Flags().BoolVar(&all, "all", false, "include decided polls, and those replaced by a good poll")
	cmd.Flags().StringVar(&format, "format", "", "table, json or jsonl (table on a terminal, else jsonl)")
	return cmd
}

func (a *app) heldList(ctx context.Context, all bool, format string) error {
	write, err := terminal.RowsWriter(a.ui, format, a.printer().HeldTable)
	if err != nil {
		return err
	}
	db, err := a.openReader(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	held, err := db.Candidates(ctx, "", all)
	if err != nil {
		return err
	}
	lines := make([]view.HeldLine, len(held))
	for i, c := range held {
		lines[i] = view.LineOf(c)
	}
	if len(lines) == 0 && a.ui.OutTTY {
		a.ui.Sayf("no poll is held")
	}
	return a.ui.Page(func(w io.Writer) error { return write(w, lines) })
}

func newHeldShowCmd(a *app) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:     "show POLL|SOURCE",
		Short:   "show what a held poll read, and what approving it would change",
		Example: "  koyomi held show v-tomo\n  koyomi held show 12 --format json",
		Args:    commandline.Exactly(1, "held show takes one POLL or SOURCE (use koyomi held show v-tomo; `koyomi held list` lists them)"),
		RunE:    func(cmd *cobra.Command, args []string) error { return a.heldShow(cmd.Context(), args[0], format) },
	}
	cmd.Flags().StringVar(&format, "format", "", "table, json or jsonl (table on a terminal, else jsonl)")
	return cmd
}

func (a *app) heldShow(ctx context.Context, name, format string) error {
	if _, err := terminal.RowsWriter(a.ui, format, a.printer().HeldTable); err != nil {
		return err
	}
	db, err := a.openReader(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	c, err := a.findHeld(ctx, db, name)
	if err != nil {
		return err
	}
	of := eventsOf(ctx, db)
	var layout *probe.Layout
	if src, err := a.catalogue().Find(c.Source); err == nil && c.Choice == "" {
		if layout, err = probe.FindLayout(ctx, db, src, a.catalogue(), a.keptPage); err != nil {
			return err
		}
	}
	return a.ui.Page(func(w io.Writer) error {
		if a.ui.Format(format) == "table" {
			s := &terminal.Text{UI: a.ui}
			view.WriteHeld(s, c, of, layout)
			_, err := w.Write(s.Bytes())
			return err
		}
		whole := view.HeldWhole{
			HeldLine: view.LineOf(c),
			Diff:     []view.HeldChange{},
			Relaid:   layout,
		}
		for _, ch := range c.Changes {
			e, _ := of(ch.UID)
			whole.Diff = append(whole.Diff, view.HeldChange{
				Title:      e.Title,
				ChangeJSON: view.ChangeJSON(ch),
			})
		}
		enc := terminal.Encoder(w)
		if format == "json" {
			enc.SetIndent("", "  ")
		}
		return enc.Encode(whole)
	})
}

// eventsOf returns events by UID, as the database has them.
func eventsOf(ctx context.Context, r store.Reader) func(uid string) (event.Event, bool) {
	return func(uid string) (event.Event, bool) {
		e, err := r.Event(ctx, uid)
		return e, err == nil
	}
}

// findHeld returns the held poll of a number, or the one of a source that waits.
func (a *app) findHeld(ctx context.Context, r store.Reader, name string) (store.Candidate, error) {
	if n, err := strconv.ParseInt(name, 10, 64); err == nil {
		c, err := r.Candidate(ctx, n)
		if errors.Is(err, store.ErrNotFound) {
			return c, fmt.Errorf("no poll %d is held; `koyomi held list` lists those that are", n)
		}
		return c, err
	}
	open, err := r.Candidates(ctx, "", false)
	if err != nil {
		return store.Candidate{}, err
	}
	for _, c := range open {
		if c.Source == name {
			return c, nil
		}
	}
	s, err := a.catalogue().Find(name)
	if err != nil {
		return store.Candidate{}, usage.Of(err)
	}
	if i := slices.IndexFunc(open, func(c store.Candidate) bool { return c.Source == s.ID }); i >= 0 {
		return open[i], nil
	}
	return store.Candidate{}, fmt.Errorf("no poll of %s is held; `koyomi held list` lists those that are", s.ID)
}

func newHeldDecideCmd(a *app, choice store.Choice) *cobra.Command {
	verb, short := "approve", "let a held poll through: the site is right"
	long := "Let a held poll through. What it misses then counts as gone, what it moves as moved;\neach change has its place in the history, and can be corrected with `koyomi event`."
	if choice == store.Discarded {
		verb, short = "discard", "drop a held poll: the site, or how it is read, is wrong"
		long = "Drop a held poll. Nothing changes, and one that says the same later waits without a word."
	}
	var dry bool
	cmd := &cobra.Command{
		Use:     verb + " POLL|SOURCE",
		Short:   short,
		Long:    long,
		Example: "  koyomi held " + verb + " v-tomo\n  koyomi held " + verb + " 12 --dry-run",
		Args:    commandline.Exactly(1, fmt.Sprintf("held %s takes one POLL or SOURCE (use koyomi held %s v-tomo; `koyomi held list` lists them)", verb, verb)),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.heldDecide(cmd.Context(), choice, args[0], dry)
		},
	}
	cmd.Flags().BoolVar(&dry, "dry-run", false, "print what would change and change nothing")
	return cmd
}

func (a *app) heldDecide(ctx context.Context, choice store.Choice, name string, dry bool) error {
	d, err := a.openDecisions(ctx, dry)
	if err != nil {
		return err
	}
	defer d.close()
	c, err := a.findHeld(ctx, d.store, name)
	if err != nil {
		return err
	}
	s := &terminal.Text{UI: a.ui}
	if choice == store.Discarded {
		words := "poll %d of %s is dropped: what is known stays as it is"
		if dry {
			words = "Dry run: nothing is written. Poll %d of %s would be dropped: what is known would stay as it is"
		} else {
			err = d.poller.Discard(ctx, c.Poll)
		}
		s.Lines(0, "", fmt.Sprintf(words, c.Poll, c.Source))
	} else {
		src := a.source(c.Source)
		if src == nil {
			return fmt.Errorf("%s is no source any more: its held poll can only be discarded", usage.Quote(c.Source))
		}
		var w store.Writing
		if w, err = d.poller.Approve(ctx, src, c.Poll); err == nil {
			view.WriteChanges(s, w, dry)
		}
	}
	switch {
	case errors.Is(err, poll.ErrPast):
		return fmt.Errorf("poll %d of %s: what is known has changed since it was held, and letting it through would change something else than it says: "+
			"poll it again (`koyomi sync %[2]s`), look again (`koyomi held show %[2]s`), then decide", c.Poll, c.Source)
	case errors.Is(err, store.ErrStale):
		return fmt.Errorf("poll %d of %s does not wait any more: it was decided on, or a later poll took its place", c.Poll, c.Source)
	case err != nil:
		return err
	}
	_, err = a.ui.Out.Write(s.Bytes())
	return err
}
