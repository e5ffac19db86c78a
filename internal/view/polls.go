package view

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/health"
	"koyomi/internal/poll"
	"koyomi/internal/terminal"
	"koyomi/internal/text"
	"koyomi/internal/wording"
)

// A PollLog writes polls for a person as they happen: what was read, what was left
// out and why, what changed, what was held or recovered.
type PollLog struct {
	ui  *terminal.UI
	out io.Writer
	// known holds, by source, how many events the last good poll had.
	known map[string]int
	// since is the moment from which polls are told one by one; before counts the
	// earlier ones.
	since  time.Time
	before tally
}

// A tally is what is said of polls that are not told one by one.
type tally struct{ polls, fresh, held, failed int }

// Since tells one by one only the polls from a moment on, and counts those before.
func (s *PollLog) Since(t time.Time) { s.since = t }

// Flush writes what was counted and not told yet.
func (s *PollLog) Flush() {
	b := s.before
	if b.polls == 0 {
		return
	}
	fmt.Fprintf(
		s.out,
		"%s before %s: %s new, %d held, %d failed\n\n",
		Counted(b.polls, "poll"),
		s.since.In(event.Tokyo).Format(time.DateOnly),
		Counted(b.fresh, "event"),
		b.held,
		b.failed,
	)
	s.before = tally{}
}

// add counts a poll.
func (t *tally) add(r poll.Report) {
	t.polls++
	switch r.Poll.State {
	case health.Held:
		t.held++
	case health.Failed:
		t.failed++
	}
	for _, c := range r.Changes {
		if c.Kind == event.ChangeAdded {
			t.fresh++
		}
	}
}

// NewPollLog returns a log of polls that is written to out.
func NewPollLog(u *terminal.UI, out io.Writer) *PollLog {
	return &PollLog{ui: u, out: u.Prose(out), known: map[string]int{}}
}

// Write writes one poll, or counts it (Since).
func (s *PollLog) Write(r poll.Report) {
	if r.Poll.At.Before(s.since) {
		s.before.add(r)
		s.remember(r)
		return
	}
	s.Flush()
	at := r.Poll.At.In(event.Tokyo).Format("2006-01-02 15:04")
	fmt.Fprintf(
		s.out,
		"%s  %s  %s\n",
		s.ui.Style(terminal.Dim, at),
		terminal.Pad(r.Source, 14),
		s.verdict(r),
	)
	for _, c := range r.Changes {
		if line := s.change(r, c); line != "" {
			fmt.Fprintf(s.out, "    %s\n", line)
		}
	}
	for _, x := range r.Poll.Rejections {
		fmt.Fprintf(
			s.out,
			"    %s %s: %s\n",
			s.ui.Style(terminal.Amber, "left out"),
			Shown(x.Text, x.Item),
			text.Line(x.Reason, 200),
		)
	}
	s.remember(r)
}

// remember keeps how many events a good poll had.
func (s *PollLog) remember(r poll.Report) {
	if r.Poll.State == health.Applied || r.Poll.State == health.Unchanged {
		s.known[r.Source] = r.Poll.Read
	}
}

// Shown returns how an item that could not be read is named: by its text, else by its
// place.
func Shown(words, item string) string {
	if words == "" {
		return text.Line(item, 80)
	}
	return "“" + text.Line(words, 60) + "”"
}

// verdict says in one line how the poll went.
func (s *PollLog) verdict(r poll.Report) string {
	p := r.Poll
	switch p.State {
	case health.Failed:
		return s.ui.Style(
			terminal.Red,
			"failed",
		) + " (" + string(
			p.Cause,
		) + "): " + text.Line(
			p.Message,
			300,
		) + s.kept(
			r.Source,
		)
	case health.Held:
		return s.ui.Style(
			terminal.Amber,
			"held",
		) + " (" + string(
			p.Cause,
		) + "): " + text.Line(
			p.Message,
			300,
		) + s.kept(
			r.Source,
		)
	case health.Unchanged:
		words := "unchanged, " + Counted(p.Read, "event") + s.counts(r)
		if r.NotModified > 0 {
			words = "unchanged (304), " + Counted(p.Read, "event")
		}
		return words + s.recovered(r)
	}
	return fmt.Sprintf("read %s%s%s", Counted(p.Read, "event"), s.counts(r), s.recovered(r))
}

// kept says that what was known stays.
func (s *PollLog) kept(id string) string {
	if n := s.known[id]; n > 0 {
		return fmt.Sprintf("; the %s known from it stay", Counted(n, "event"))
	}
	return ""
}

func (s *PollLog) recovered(r poll.Report) string {
	if r.Recovered {
		return ", " + s.ui.Style(terminal.Green, "recovered")
	}
	return ""
}

// changeOrder is how changes are counted: what matters most first.
var changeOrder = []struct {
	kind  event.ChangeKind
	words string
}{
	{event.ChangeAdded, "new"},
	{event.ChangeMoved, "moved"},
	{event.ChangeRelocated, "relocated"},
	{event.ChangePostponed, "postponed"},
	{event.ChangeCancelled, "cancelled"},
	{event.ChangeReinstated, "reinstated"},
	{event.ChangeEdited, "edited"},
	{event.ChangeWithdrawn, "withdrawn"},
	{event.ChangeMerged, "merged"},
	{event.ChangeSplit, "split"},
}

// counts returns what the poll changed and left out.
func (s *PollLog) counts(r poll.Report) string {
	var parts []string
	for _, k := range changeOrder {
		if n := distinct(r.Changes, k.kind); n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, k.words))
		}
	}
	if r.Relaid {
		parts = append(parts, "laid out again and read in another way")
	}
	if p := r.Poll; p.Rejected > 0 {
		parts = append(parts, fmt.Sprintf("%d left out", p.Rejected))
	}
	if n := doubted(r); n > 0 {
		parts = append(parts, fmt.Sprintf("%d in doubt", n))
	}
	if len(parts) == 0 {
		return ""
	}
	return ": " + strings.Join(parts, ", ")
}

// doubted counts the items of an applied poll that are held, each to be believed later.
func doubted(r poll.Report) int {
	if r.Held == nil {
		return 0
	}
	return len(r.Held.Doubts)
}

// distinct counts the events that saw a kind of change.
func distinct(changes []event.Change, kind event.ChangeKind) int {
	seen := map[string]bool{}
	for _, c := range changes {
		if c.Kind == kind {
			seen[c.UID] = true
		}
	}
	return len(seen)
}

// change writes one change of one event.
func (s *PollLog) change(r poll.Report, c event.Change) string {
	var e event.Event
	if i := slices.IndexFunc(
		r.Events,
		func(x event.Event) bool { return x.UID == c.UID },
	); i >= 0 {
		e = r.Events[i]
	}
	title := text.Line(e.Title, 60)
	switch c.Kind {
	case event.ChangeAdded:
		return s.ui.Style(
			terminal.Green,
			"new",
		) + "       " + wording.Short(
			e.Span,
		) + "  " + title + s.mark(
			e,
		)
	case event.ChangeCancelled:
		return s.ui.Style(
			terminal.Red,
			"cancelled",
		) + " " + wording.Short(
			e.Span,
		) + "  " + title
	case event.ChangeEdited:
		return edit(title, c)
	}
	return s.ui.Style(
		terminal.Amber,
		terminal.Pad(string(c.Kind), 9),
	) + " " + title + ": " + arrow(
		c,
	)
}

// edit writes an edited field, "" for one that is not shown here.
func edit(title string, c event.Change) string {
	switch c.Field {
	case "sources":
		return "also listed " + title + ": by " + arrow(c)
	case "description", "url":
		return ""
	}
	return "edited    " + title + ": " + c.Field + " " + arrow(c)
}

func arrow(c event.Change) string {
	if c.Old() == "" {
		return text.Line(c.New(), 80)
	}
	return text.Line(c.Old(), 80) + " → " + text.Line(c.New(), 80)
}

// mark says of an event that it is cancelled or postponed, unless its title does.
func (s *PollLog) mark(e event.Event) string {
	m, ok := statusMarks[e.Status]
	if !ok || strings.Contains(e.Title, m.said) {
		return ""
	}
	return " " + s.ui.Style(m.style, m.mark)
}

// Counted writes a number with its noun: "1 event", "3 events".
func Counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// ago writes a length of time in one rounded unit: "3 h", "2 d".
func ago(d time.Duration) string {
	switch {
	case d < time.Minute:
		return "now"
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", int(d.Hours()))
	}
	return fmt.Sprintf("%d d", int(d.Hours()/24))
}

// SizeWords writes a number of octets for people.
func SizeWords(n int64) string {
	switch {
	case n < 10_000:
		return fmt.Sprintf("%d bytes", n)
	case n < 10_000_000:
		return fmt.Sprintf("%d kB", n/1000)
	}
	return fmt.Sprintf("%d MB", n/1_000_000)
}
