package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"koyomi/internal/event"
	"koyomi/internal/health"
	"koyomi/internal/poll"
	"koyomi/internal/store"
	"koyomi/internal/text"
)

func newHeldCmd(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "held",
		Short: "polls that were held for a person: look, let through, drop",
		Long: "A poll that looks wrong beside its source's own past (nothing read, half of it gone,\n" +
			"every date moved) is held: nothing that is known is touched. Look at what it would\n" +
			"change and let it through or drop it; a later good poll takes its place by itself.",
		Example: "  koyomi held list\n  koyomi held show v-tomo\n  koyomi held approve v-tomo",
		Args:    noArgs,
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
		Short:   "list the polls that wait for a person",
		Example: "  koyomi held list\n  koyomi held list --all --format jsonl",
		Args:    exactly(0, "held list takes no arguments"),
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.heldList(cmd.Context(), all, format) },
	}
	cmd.Flags().BoolVar(&all, "all", false, "those decided on too, and those that a good poll took the place of")
	cmd.Flags().StringVar(&format, "format", "", "table, json or jsonl (table on a terminal, else jsonl)")
	return cmd
}

// A heldLine is a held poll as `held list` gives it.
type heldLine struct {
	Poll   int64  `json:"poll"`
	Source string `json:"source"`
	// At is the moment of the latest poll held alike, Since of the first, Polls how
	// many there were.
	At       time.Time    `json:"at"`
	Since    time.Time    `json:"since"`
	Polls    int          `json:"polls"`
	Cause    health.Cause `json:"cause"`
	Message  string       `json:"message"`
	Listings int          `json:"listings"`
	Changes  int          `json:"changes"`
	// Choice is approved, discarded or superseded; "" while it waits.
	Choice  store.Choice `json:"choice"`
	Decided time.Time    `json:"decided,omitzero"`
}

func lineOf(c store.Candidate) heldLine {
	return heldLine{
		Poll: c.Poll, Source: c.Source, At: c.At, Since: c.Since, Polls: c.Polls, Cause: c.Cause, Message: c.Message,
		Listings: len(c.Listings), Changes: len(c.Changes), Choice: c.Choice, Decided: c.Decided,
	}
}

func (a *app) heldList(ctx context.Context, all bool, format string) error {
	write, err := rowsWriter(a.ui, format, a.heldTable)
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
	lines := make([]heldLine, len(held))
	for i, c := range held {
		lines[i] = lineOf(c)
	}
	if len(lines) == 0 && a.ui.outTTY {
		a.ui.sayf("no poll is held")
	}
	return a.ui.page(func(w io.Writer) error { return write(w, lines) })
}

func (a *app) heldTable(w io.Writer, lines []heldLine) error {
	s := &sheet{ui: a.ui}
	for _, l := range lines {
		style, state := styleAmber, "held"
		if l.Choice != "" {
			style, state = styleDim, string(l.Choice)
		}
		words := fmt.Sprintf("%d  %s  %s (%s) since %s", l.Poll, l.Source, state, l.Cause, minuteWords(l.Since))
		if l.Polls > 1 {
			words += fmt.Sprintf(", in %d polls", l.Polls)
		}
		s.lines(0, style, words)
		s.lines(4, "", text.Line(l.Message, 300))
		if l.Choice == "" {
			s.lines(4, styleDim, "koyomi held show "+l.Source)
		}
	}
	_, err := w.Write(s.Bytes())
	return err
}

func newHeldShowCmd(a *app) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:     "show POLL|SOURCE",
		Short:   "what a held poll read, and what letting it through would change",
		Example: "  koyomi held show v-tomo\n  koyomi held show 12 --format json",
		Args:    exactly(1, "held show takes one POLL or SOURCE; would be right: koyomi held show v-tomo (`koyomi held list` tells which)"),
		RunE:    func(cmd *cobra.Command, args []string) error { return a.heldShow(cmd.Context(), args[0], format) },
	}
	cmd.Flags().StringVar(&format, "format", "", "table, json or jsonl (table on a terminal, else jsonl)")
	return cmd
}

// A heldWhole is a held poll as `held show --format json` gives it.
type heldWhole struct {
	heldLine
	// Diff are the changes that letting it through would make.
	Diff []heldChange `json:"diff"`
	// Relaid is how the page could be read, where it is laid out anew.
	Relaid *relaid `json:"relaid,omitempty"`
}

// A heldChange is a change with the title of its event.
type heldChange struct {
	Title string `json:"title"`
	event.Change
}

func (a *app) heldShow(ctx context.Context, name, format string) error {
	if _, err := rowsWriter(a.ui, format, a.heldTable); err != nil {
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
	var anew *relaid
	if src, err := a.catalogue().Find(c.Source); err == nil && c.Choice == "" {
		if anew, err = a.relaid(ctx, db, src); err != nil {
			return err
		}
	}
	return a.ui.page(func(w io.Writer) error {
		if a.ui.format(format) == "table" {
			s := &sheet{ui: a.ui}
			tellHeld(s, c, of, anew)
			_, err := w.Write(s.Bytes())
			return err
		}
		whole := heldWhole{heldLine: lineOf(c), Diff: []heldChange{}, Relaid: anew}
		for _, ch := range c.Changes {
			e, _ := of(ch.UID)
			whole.Diff = append(whole.Diff, heldChange{e.Title, ch})
		}
		enc := encoder(w)
		if format == "json" {
			enc.SetIndent("", "  ")
		}
		return enc.Encode(whole)
	})
}

// eventsOf gives events by UID, as the database has them.
func eventsOf(ctx context.Context, r store.Reader) func(uid string) (event.Event, bool) {
	return func(uid string) (event.Event, bool) {
		e, err := r.Event(ctx, uid)
		return e, err == nil
	}
}

// tellHeld tells a held poll to the person who decides on it.
func tellHeld(s *sheet, c store.Candidate, of func(string) (event.Event, bool), anew *relaid) {
	s.head(fmt.Sprintf("Poll %d of %s", c.Poll, c.Source))
	s.row("held", styleAmber, fmt.Sprintf("%s: %s", c.Cause, text.Line(c.Message, 400)))
	s.row("since", "", sinceWords(c))
	read := counted(len(c.Listings), "event")
	if c.Partial {
		read += ", its newest only"
	}
	s.row("read", "", read)
	if c.Choice != "" {
		s.row(string(c.Choice), styleDim, minuteWords(c.Decided))
	}
	for i, l := range c.Listings {
		if i == shownListings {
			s.lines(4, styleDim, fmt.Sprintf("… and %d more", len(c.Listings)-i))
			break
		}
		s.point(2, "", "·", spanShort(here(l.Span))+"  "+text.Line(l.Title, 200))
	}
	s.head("Letting it through would change")
	if len(c.Changes) == 0 {
		s.lines(0, "", "nothing")
	}
	tellDiff(s, c.Changes, of)
	anew.tell(s)
	if c.Choice == "" {
		s.head("Decide")
		s.lines(0, "", "koyomi held approve "+c.Source+"    the site is right")
		s.lines(0, "", "koyomi held discard "+c.Source+"    the site, or how it is read, is wrong")
	}
}

// sinceWords tells since when a poll is held and in how many it was so.
func sinceWords(c store.Candidate) string {
	if c.Polls < 2 {
		return minuteWords(c.Since)
	}
	return fmt.Sprintf("%s, in %d polls, the latest %s", minuteWords(c.Since), c.Polls, minuteWords(c.At))
}

// shownListings is how many listings of a held poll are shown.
const shownListings = 20

// findHeld gives the held poll of a number, or the one of a source that waits.
func (a *app) findHeld(ctx context.Context, r store.Reader, name string) (store.Candidate, error) {
	if n, err := strconv.ParseInt(name, 10, 64); err == nil {
		c, err := r.Candidate(ctx, n)
		if errors.Is(err, store.ErrNotFound) {
			return c, fmt.Errorf("no poll %d is held; `koyomi held list` tells those that are", n)
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
		return store.Candidate{}, usageError{err}
	}
	if i := slices.IndexFunc(open, func(c store.Candidate) bool { return c.Source == s.ID }); i >= 0 {
		return open[i], nil
	}
	return store.Candidate{}, fmt.Errorf("no poll of %s is held; `koyomi held list` tells those that are", s.ID)
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
		Use: verb + " POLL|SOURCE", Short: short, Long: long,
		Example: "  koyomi held " + verb + " v-tomo\n  koyomi held " + verb + " 12 --dry-run",
		Args:    exactly(1, fmt.Sprintf("held %s takes one POLL or SOURCE; would be right: koyomi held %s v-tomo (`koyomi held list` tells which)", verb, verb)),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.heldDecide(cmd.Context(), choice, args[0], dry)
		},
	}
	cmd.Flags().BoolVar(&dry, "dry-run", false, "print what would change and change nothing")
	return cmd
}

func (a *app) heldDecide(ctx context.Context, choice store.Choice, name string, dry bool) error {
	d, err := a.openDesk(ctx, dry)
	if err != nil {
		return err
	}
	defer d.close()
	c, err := a.findHeld(ctx, d.store, name)
	if err != nil {
		return err
	}
	s := &sheet{ui: a.ui}
	if choice == store.Discarded {
		words := "poll %d of %s is dropped: what is known stays as it is"
		if dry {
			words = "Dry run: nothing is written. Poll %d of %s would be dropped: what is known would stay as it is"
		} else {
			err = d.poller.Discard(ctx, c.Poll)
		}
		s.lines(0, "", fmt.Sprintf(words, c.Poll, c.Source))
	} else {
		src := a.source(c.Source)
		if src == nil {
			return fmt.Errorf("%s is no source any more: its held poll can only be discarded", quoted(c.Source))
		}
		var w store.Writing
		if w, err = d.poller.Approve(ctx, src, c.Poll); err == nil {
			d.tellChanges(s, w, dry)
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
	_, err = a.ui.out.Write(s.Bytes())
	return err
}

// rowsWriter gives the printer of lines in a format: table for people, or the lines
// as JSON.
func rowsWriter[T any](u *ui, format string, table func(io.Writer, []T) error) (func(io.Writer, []T) error, error) {
	known := []string{"table", "jsonl", "json"}
	switch u.format(format) {
	case "table":
		return table, nil
	case "jsonl":
		return func(w io.Writer, lines []T) error {
			enc := encoder(w)
			for _, l := range lines {
				if err := enc.Encode(l); err != nil {
					return err
				}
			}
			return nil
		}, nil
	case "json":
		return func(w io.Writer, lines []T) error {
			enc := encoder(w)
			enc.SetIndent("", "  ")
			if lines == nil {
				lines = []T{}
			}
			return enc.Encode(lines)
		}, nil
	}
	return nil, usagef("--format %s: would be right: %s", quoted(format), strings.Join(known, ", "))
}
