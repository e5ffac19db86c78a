package view

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"koyomi/internal/ask"
	"koyomi/internal/event"
	"koyomi/internal/ledger"
	"koyomi/internal/publish"
	"koyomi/internal/terminal"
	"koyomi/internal/text"
	"koyomi/internal/wording"
)

// writeWhole writes an event whole to a person.
func (p *Printer) writeWhole(w ask.Whole) []byte {
	s := &terminal.Text{UI: p.UI}
	p.writeFields(s, w)
	if w.Remote {
		s.Head(p.UI.Say("The server shows no more: for history and sources ask its database"))
		return s.Bytes()
	}
	p.writeDisagreement(s, w)
	p.writeOrigins(s, w)
	p.writeAccounts(s, w)
	p.writeHistory(s, w)
	p.writeCorrections(s, w)
	return s.Bytes()
}

// writeFields writes what a calendar would.
func (p *Printer) writeFields(s *terminal.Text, w ask.Whole) {
	e := w.Event
	s.Head(publish.Title(e, publish.Mark))
	for _, uid := range w.Was {
		s.Row("once", terminal.Amber, p.UI.Say("the event "+uid+", which was merged into this one"))
	}
	if e.Withdrawn {
		s.Row("hidden", terminal.Red, p.UI.Say("in no calendar: withdrawn, or hidden by a person"))
	}
	if w.Unseen > 0 {
		s.Row(
			"in doubt",
			terminal.Amber,
			p.UI.Say("no source has shown it for "+Counted(w.Unseen, "day")),
		)
	}
	span := here(e.Span)
	s.Row("when", "", wording.Terminal.Span(span))
	for i, part := range span.Sessions {
		s.Row("part "+strconv.Itoa(i+1), "", publish.When(part.Start, part.End))
	}
	if e.Zone != "" && e.Zone != "Asia/Tokyo" {
		s.Row("zone", "", p.UI.Say(e.Zone+"; the times here are those of Tokyo"))
	}
	s.Row("status", statusStyles[e.Status], p.UI.Say(string(cmp.Or(e.Status, event.Confirmed))))
	s.Row(
		"place",
		"",
		strings.Join(
			slices.DeleteFunc(
				[]string{e.Location, p.inherited(e, "area", e.Area), p.UI.Say(string(e.Mode))},
				func(p string) bool { return p == "" },
			),
			" · ",
		),
	)
	s.Link("online", e.OnlineURL)
	s.Link("page", e.URL)
	s.Row("register", "", p.registration(e.Details))
	s.Row("seats", "", p.seatsWords(w))
	s.Row("fee", "", wording.Fee(p.lang(), e.Fee))
	s.Row("community", "", p.communityWords(e.Community))
	s.Row("tags", "", p.inherited(e, "tags", strings.Join(e.Tags, ", ")))
	s.Row("text", "", text.Block(e.Description, 4000))
	s.Row("id", terminal.Dim, e.ID())
	s.Row("uid", terminal.Dim, e.UID)
}

// statusStyles are the looks of what does not take place as announced.
var statusStyles = map[event.Status]string{
	event.Cancelled: terminal.Red,
	event.Postponed: terminal.Amber,
	event.Tentative: terminal.Amber,
}

func (p *Printer) communityWords(id string) string {
	if c := ask.CommunitiesOf(p.Catalogue())[id]; c != nil && c.Name != id {
		return c.Name + " (" + id + ")"
	}
	return id
}

// writeDisagreement writes where the sources contradict each other, and who holds.
func (p *Printer) writeDisagreement(s *terminal.Text, w ask.Whole) {
	told := false
	for _, o := range w.Origins {
		if len(o.Others) == 0 {
			continue
		}
		if !told {
			s.Head(p.UI.Say("Accounts that disagree"))
			told = true
		}
		s.Row(
			o.Field,
			terminal.Green,
			fmt.Sprintf(
				"%s  %s, which holds: %s",
				text.Line(o.Value, 200),
				whoWords(o),
				p.UI.Say(o.Why),
			),
		)
		for _, x := range o.Others {
			s.Row(
				"",
				terminal.Amber,
				fmt.Sprintf("%s  %s", text.Line(x.Value, 200), p.sourceWords(x.Source)),
			)
		}
	}
}

// writeOrigins writes whose word each field is, fields of one origin together.
func (p *Printer) writeOrigins(s *terminal.Text, w ask.Whole) {
	type origin struct {
		who, why string
	}
	var order []origin
	fields := map[origin][]string{}
	for _, o := range w.Origins {
		k := origin{whoWords(o), o.Why}
		if fields[k] == nil {
			order = append(order, k)
		}
		fields[k] = append(fields[k], o.Field)
	}
	if len(order) == 0 {
		return
	}
	s.Head(p.UI.Say("Whose word holds"))
	for _, k := range order {
		s.Point(
			0,
			"",
			"·",
			fmt.Sprintf("%s: %s (%s)", strings.Join(fields[k], ", "), k.who, p.UI.Say(k.why)),
		)
	}
}

func whoWords(o ledger.Origin) string {
	if o.Source == "" {
		return fmt.Sprintf("correction %d", o.Correction)
	}
	return o.Source
}

// sourceWords names a source with whose word it is.
func (p *Printer) sourceWords(id string) string {
	if p.Authority(id).Aggregator {
		return id + " (aggregator)"
	}
	return id
}

// writeAccounts writes what each source says, and how its date was read.
func (p *Printer) writeAccounts(s *terminal.Text, w ask.Whole) {
	if len(w.Claims) == 0 {
		return
	}
	s.Head(p.UI.Say("What each source says"))
	for _, c := range w.Claims {
		l := c.Listing
		style, until := "", "last "+MinuteWords(c.Seen)
		if !c.Until.IsZero() {
			style, until = terminal.Dim, "until "+MinuteWords(c.Until)
		}
		s.Point(
			0,
			style,
			"·",
			fmt.Sprintf(
				"%s, as %s; first seen %s, %s",
				p.sourceWords(c.Source),
				text.Line(c.Key, 80),
				MinuteWords(c.From),
				until,
			),
		)
		s.Lines(
			4,
			style,
			wording.Short(
				here(l.Span),
			)+"  "+publish.Title(
				event.Event{Details: l.Details},
				publish.Mark,
			),
		)
		p.writeReading(s, l.Reading)
		if words := absenceWords(c.Absence); words != "" {
			s.Point(4, terminal.Amber, "!", words)
		}
	}
}

// writeReading writes the text that a date was read from, and why it was read so.
func (p *Printer) writeReading(s *terminal.Text, r event.Reading) {
	if r.Text != "" {
		words := "the date was read from “" + text.Line(r.Text, 200) + "”"
		if r.Confidence > 0 && r.Confidence < 100 {
			words += fmt.Sprintf(", sure to %d in 100", r.Confidence)
		}
		s.Lines(4, "", words)
	}
	for _, why := range r.Reasons {
		s.Point(4, terminal.Dim, "·", text.Line(why, 300))
	}
	for _, warning := range r.Warnings {
		s.Point(4, terminal.Amber, "!", text.Line(warning, 300))
	}
}

// absenceWords write of a listing that its source shows no more.
func absenceWords(x event.Absence) string {
	switch {
	case x.Ended == "gone":
		return "taken back by the source: its page is gone since " + MinuteWords(x.Since)
	case x.Ended == "misread":
		return "it never was there: a reading error was fixed"
	case x.Polls > 0 && x.Alive:
		return fmt.Sprintf(
			"no longer listed (%s since %s), but its page lives",
			Counted(x.Polls, "poll"),
			MinuteWords(x.Since),
		)
	case x.Polls > 0:
		return fmt.Sprintf(
			"not listed in %s since %s",
			Counted(x.Polls, "poll"),
			MinuteWords(x.Since),
		)
	}
	return ""
}

// writeHistory writes what happened, oldest first, with the reasons.
func (p *Printer) writeHistory(s *terminal.Text, w ask.Whole) {
	if len(w.Changes) == 0 {
		return
	}
	s.Head(p.UI.Say("History"))
	for _, c := range w.Changes {
		by := c.Source
		if by == "" {
			by = "a person"
		}
		s.Point(
			0,
			changeStyles[c.Kind],
			"·",
			fmt.Sprintf("%s  %s  by %s", MinuteWords(c.At), changeWords(c), by),
		)
		for _, why := range c.Reasons {
			s.Point(4, terminal.Dim, "·", p.UI.Say(text.Line(why, 300)))
		}
	}
}

// changeWords write of one change: "moved start 2009-05-21 → 2009-05-22".
func changeWords(c event.Change) string {
	words := string(c.Kind)
	if c.Kind == event.ChangeAdded {
		words = "new"
	}
	if c.Field != "" {
		words += " " + c.Field
	}
	most := 200
	if c.Field == "description" {
		most = 60
	}
	before, after := shortened(c.Old(), most), shortened(c.New(), most)
	switch {
	case before+after == "", c.Kind == event.ChangeWithdrawn:
		return words
	case before == "":
		return words + ": " + after
	}
	return words + ": " + before + " → " + cmp.Or(after, "nothing")
}

// A statusMark is what stands beside a title that does not say its status itself.
type statusMark struct{ said, style, mark string }

var statusMarks = map[event.Status]statusMark{
	event.Cancelled: {"中止", terminal.Red, publish.MarkCancelled},
	event.Postponed: {"延期", terminal.Amber, publish.MarkPostponed},
}

// changesJSON returns changes as JSON carries them.
func changesJSON(changes []event.Change) []event.ChangeJSON {
	all := make([]event.ChangeJSON, 0, len(changes))
	for _, c := range changes {
		all = append(all, ChangeJSON(c))
	}
	return all
}

// ChangeJSON returns a change as JSON carries it; what the store read can be written.
func ChangeJSON(c event.Change) event.ChangeJSON {
	j, err := c.JSON()
	if err != nil {
		j.Before, j.After = nil, nil
	}
	return j
}

// shortened returns the beginning of a text in one line, and that there is more of it.
func shortened(s string, most int) string {
	if line := text.Line(s, most); line != text.Line(s, most+1) {
		return line + "…"
	}
	return text.Line(s, most)
}

// changeStyles are the looks of changes.
var changeStyles = map[event.ChangeKind]string{
	event.ChangeCancelled:  terminal.Red,
	event.ChangeWithdrawn:  terminal.Red,
	event.ChangeMoved:      terminal.Amber,
	event.ChangeRelocated:  terminal.Amber,
	event.ChangePostponed:  terminal.Amber,
	event.ChangeAdded:      terminal.Green,
	event.ChangeReinstated: terminal.Green,
}

// writeCorrections writes what a person said, and how to take it back.
func (p *Printer) writeCorrections(s *terminal.Text, w ask.Whole) {
	if len(w.Corrections) == 0 {
		return
	}
	s.Head(p.UI.Say("A person's corrections"))
	for _, c := range w.Corrections {
		words, style := fmt.Sprintf("%s  %s", MinuteWords(c.At), CorrectionWords(c)), ""
		switch {
		case !c.Undone.IsZero():
			words, style = words+"; taken back "+MinuteWords(c.Undone), terminal.Dim
		default:
			words += fmt.Sprintf(" (koyomi event undo %s %d)", ShortID(w.Event), c.ID)
		}
		s.Point(0, style, strconv.FormatInt(c.ID, 10), words)
		if c.Note != "" {
			s.Lines(4, terminal.Dim, "“"+text.Line(c.Note, 300)+"”")
		}
	}
}

// CorrectionWords write of one correction in a few words.
func CorrectionWords(c ledger.Correction) string {
	switch c.Kind {
	case ledger.CorrectJoin:
		return "join: " + c.Other + " is the same event"
	case ledger.CorrectSplit:
		return "split: what " + c.Source + " lists as " + text.Line(
			c.Key,
			80,
		) + " is another event, " + c.Other
	case ledger.CorrectHide:
		return "hide"
	case ledger.CorrectEdit:
		return "edit " + c.Field + ": " + cmp.Or(text.Line(c.Value, 200), "nothing")
	}
	return text.Line(string(c.Kind), 40)
}

// MinuteWords write a moment of koyomi's own, to the minute, in Tokyo.
func MinuteWords(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return t.In(event.Tokyo).Format("2006-01-02 15:04")
}
