package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"koyomi/internal/commandline"
	"koyomi/internal/correct"

	"github.com/spf13/cobra"

	"koyomi/internal/ask"
	"koyomi/internal/event"
	"koyomi/internal/ledger"
	"koyomi/internal/store"
	"koyomi/internal/terminal"
	"koyomi/internal/text"
	"koyomi/internal/usage"
	"koyomi/internal/view"
)

func newEventCmd(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "event",
		Short: "correct events by hand: join, split, hide, edit, undo",
		Long: "Correct what koyomi has read about an event. A correction stays in force over all later\n" +
			"polls until it is undone; `koyomi show EVENT` lists the corrections in force.",
		Example: "  koyomi event edit 8a0b649 title='BPStudy#21'\n  koyomi event hide 8a0b649 --note 'a test entry'\n  koyomi event undo 8a0b649",
		Args:    commandline.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newEventJoinCmd(a), newEventSplitCmd(a), newEventHideCmd(a), newEventEditCmd(a), newEventUndoCmd(a), newEventListCmd(a))
	return cmd
}

// correctFlags are what all corrections take.
type correctFlags struct {
	note string
	dry  bool
}

func (f *correctFlags) register(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.note, "note", "", "why, in your `WORDS`")
	cmd.Flags().BoolVar(&f.dry, "dry-run", false, "print what would change and change nothing")
}

func newEventJoinCmd(a *app) *cobra.Command {
	var f correctFlags
	cmd := &cobra.Command{
		Use:     "join EVENT EVENT",
		Short:   "merge two events that are the same gathering",
		Long:    "Merge two events that are the same gathering. The one known first keeps its UID; the\npage of the other redirects to it for good.",
		Example: "  koyomi event join 8a0b649 041e74b --note 'announced twice'",
		Args:    commandline.Exactly(2, "event join takes two EVENTs (use koyomi event join 8a0b649 041e74b)"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.correct(cmd.Context(), f, func(ctx context.Context, r store.Reader) ([]ledger.Correction, error) {
				one, err := ask.FindEvent(ctx, r, args[0])
				if err != nil {
					return nil, err
				}
				other, err := ask.FindEvent(ctx, r, args[1])
				return []ledger.Correction{{Kind: ledger.CorrectJoin, Event: one.UID, Other: other.UID}}, err
			})
		},
	}
	f.register(cmd)
	return cmd
}

func newEventSplitCmd(a *app) *cobra.Command {
	var f correctFlags
	cmd := &cobra.Command{
		Use:   "split EVENT SOURCE [KEY]",
		Short: "separate what a source lists into an event of its own",
		Long: "Separate what SOURCE lists into an event of its own. KEY is the source's own ID for it, as\n" +
			"`koyomi show EVENT` prints it; it is needed if the source lists the event more than once.",
		Example: "  koyomi event split 8a0b649 bpstudy-notes",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) < 2 || len(args) > 3 {
				return usage.Errorf("event split takes EVENT SOURCE [KEY] (use koyomi event split 8a0b649 bpstudy-notes)")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.correct(cmd.Context(), f, func(ctx context.Context, r store.Reader) ([]ledger.Correction, error) {
				c, err := correct.Split(ctx, r, args)
				return []ledger.Correction{c}, err
			})
		},
	}
	f.register(cmd)
	return cmd
}

func newEventHideCmd(a *app) *cobra.Command {
	var f correctFlags
	cmd := &cobra.Command{
		Use:     "hide EVENT",
		Short:   "remove an event from all calendars",
		Long:    "Hide an event: it is removed from all calendars without being reported as cancelled.",
		Example: "  koyomi event hide 8a0b649 --note 'a test entry'",
		Args:    commandline.Exactly(1, "event hide takes one EVENT (use koyomi event hide 8a0b649)"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.correct(cmd.Context(), f, func(ctx context.Context, r store.Reader) ([]ledger.Correction, error) {
				e, err := ask.FindEvent(ctx, r, args[0])
				return []ledger.Correction{{Kind: ledger.CorrectHide, Event: e.UID}}, err
			})
		},
	}
	f.register(cmd)
	return cmd
}

func newEventEditCmd(a *app) *cobra.Command {
	var f correctFlags
	cmd := &cobra.Command{
		Use:   "edit EVENT FIELD=VALUE…",
		Short: "set fields, overriding the sources",
		Long: "Set fields of an event, overriding its sources. FIELD is one of\n" +
			strings.Join(ledger.Fields, ", ") + ".\n" +
			"An empty VALUE clears the field. start and end are 2026-06-10, '2026-06-10 19:00' or\nRFC 3339; a new start moves the end by the same amount.",
		Example: "  koyomi event edit 8a0b649 start='2009-05-22 19:00' end='2009-05-22 21:00'\n  koyomi event edit 8a0b649 status=cancelled",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) < 2 {
				return usage.Errorf("event edit takes EVENT FIELD=VALUE… (use koyomi event edit 8a0b649 status=cancelled)")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			edits, err := correct.Edits(args[1:])
			if err != nil {
				return err
			}
			return a.correct(cmd.Context(), f, func(ctx context.Context, r store.Reader) ([]ledger.Correction, error) {
				e, err := ask.FindEvent(ctx, r, args[0])
				for i := range edits {
					edits[i].Event = e.UID
				}
				return edits, err
			})
		},
	}
	f.register(cmd)
	return cmd
}

// correct writes corrections, one after the other, and reports what each changes.
func (a *app) correct(ctx context.Context, f correctFlags, of func(context.Context, store.Reader) ([]ledger.Correction, error)) error {
	d, err := a.openDecisions(ctx, f.dry)
	if err != nil {
		return err
	}
	defer d.close()
	corrections, err := of(ctx, d.store)
	if err != nil {
		return err
	}
	s := &terminal.Text{UI: a.ui}
	for _, c := range corrections {
		c.Note = text.Block(f.note, 500)
		kept, w, err := d.poller.Correct(ctx, c)
		if err != nil {
			return correct.AsUsage(err)
		}
		view.WriteChanges(s, w, f.dry)
		if !f.dry {
			s.Lines(0, terminal.Dim, fmt.Sprintf("kept as correction %d; to take it back: koyomi event undo %s %d", kept.ID, view.ShortID(event.Event{UID: kept.Event}), kept.ID))
		}
	}
	_, err = a.ui.Out.Write(s.Bytes())
	return err
}

func newEventUndoCmd(a *app) *cobra.Command {
	var f correctFlags
	cmd := &cobra.Command{
		Use:     "undo EVENT [NUMBER]",
		Short:   "undo a correction",
		Long:    "Undo the last correction of an event that is in force, or the one with NUMBER, as\n`koyomi show EVENT` and `koyomi event list` print it. The sources then apply again.",
		Example: "  koyomi event undo 8a0b649\n  koyomi event undo 8a0b649 3",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) < 1 || len(args) > 2 {
				return usage.Errorf("event undo takes EVENT [NUMBER] (use koyomi event undo 8a0b649)")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return a.undo(cmd.Context(), f, args) },
	}
	cmd.Flags().BoolVar(&f.dry, "dry-run", false, "print what would change and change nothing")
	return cmd
}

func (a *app) undo(ctx context.Context, f correctFlags, args []string) error {
	d, err := a.openDecisions(ctx, f.dry)
	if err != nil {
		return err
	}
	defer d.close()
	c, err := correct.Undo(ctx, d.store, args)
	if err != nil {
		return err
	}
	w, err := d.poller.Undo(ctx, c)
	if err != nil {
		return correct.AsUsage(err)
	}
	s := &terminal.Text{UI: a.ui}
	s.Lines(0, "", fmt.Sprintf("taken back: %d  %s", c.ID, view.CorrectionWords(c)))
	view.WriteChanges(s, w, f.dry)
	_, err = a.ui.Out.Write(s.Bytes())
	return err
}

func newEventListCmd(a *app) *cobra.Command {
	var all bool
	var format string
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "list the corrections in force",
		Example: "  koyomi event list\n  koyomi event list --all --format jsonl",
		Args:    commandline.Exactly(0, "event list takes no arguments"),
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.eventList(cmd.Context(), all, format) },
	}
	cmd.Flags().BoolVar(&all, "all", false, "include undone corrections")
	cmd.Flags().StringVar(&format, "format", "", "table, json or jsonl (table on a terminal, else jsonl)")
	return cmd
}

func (a *app) eventList(ctx context.Context, all bool, format string) error {
	db, err := a.openReader(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	of := eventsOf(ctx, db)
	write, err := terminal.RowsWriter(a.ui, format, func(w io.Writer, lines []store.Correction) error {
		s := &terminal.Text{UI: a.ui}
		for _, c := range lines {
			e, _ := of(c.Event)
			style := ""
			if !c.Undone.IsZero() {
				style = terminal.Dim
			}
			s.Lines(0, style, fmt.Sprintf("%d  %s  %s  %s", c.ID, view.MinuteWords(c.At), view.ShortID(event.Event{UID: c.Event}), text.Line(e.Title, 100)))
			s.Lines(4, style, view.CorrectionWords(c))
		}
		_, err := w.Write(s.Bytes())
		return err
	})
	if err != nil {
		return err
	}
	corrections, err := db.Corrections(ctx, "")
	if err != nil {
		return err
	}
	corrections = slices.DeleteFunc(corrections, func(c store.Correction) bool { return !all && !c.Undone.IsZero() })
	if len(corrections) == 0 && a.ui.OutTTY {
		a.ui.Sayf("nothing is corrected")
	}
	return a.ui.Page(func(w io.Writer) error { return write(w, corrections) })
}
