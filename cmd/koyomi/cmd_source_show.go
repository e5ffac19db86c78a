package main

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"koyomi/internal/event"
	"koyomi/internal/health"
	"koyomi/internal/source"
	"koyomi/internal/store"
	"koyomi/internal/text"
)

func newSourceShowCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "show SOURCE",
		Short:   "one source: its settings, its last polls, what was left out and why",
		Long:    "Show one source: what it is, its last polls with what each read, left out and changed.\nA community's id names its first source.",
		Example: "  koyomi source show interop",
		Args:    exactly(1, "source show takes one SOURCE; would be right: koyomi source show bpstudy"),
		RunE:    func(cmd *cobra.Command, args []string) error { return a.sourceShow(cmd.Context(), args[0]) },
	}
}

// shownPolls is how many polls `source show` lists.
const shownPolls = 10

func (a *app) sourceShow(ctx context.Context, id string) error {
	if a.flags.server != "" {
		return usagef("source show tells what only the database knows: it takes --database, not --server; `koyomi source list --server URL` tells how each source is doing")
	}
	s, err := a.catalogue().Find(id)
	if err != nil {
		return usageError{err}
	}
	lines, err := a.sourceLines(ctx)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(lines, func(l sourceLine) bool { return l.ID == s.ID })
	past, err := a.sourcePast(ctx, s)
	if err != nil {
		return err
	}
	return a.ui.page(func(w io.Writer) error {
		w = a.ui.prose(w)
		a.tellSource(w, lines[i], s, past.profile)
		for _, p := range past.polls {
			a.tellPoll(w, p)
		}
		sh := &sheet{ui: a.ui}
		past.anew.tell(sh)
		_, err := w.Write(sh.Bytes())
		return err
	})
}

// A sourcePast is what the database knows of how a source was read.
type sourcePast struct {
	polls []store.Poll
	// profile is what is usual of it.
	profile health.Profile
	anew    *relaid
}

// sourcePast gives the past of a source; nothing where there is no database yet.
func (a *app) sourcePast(ctx context.Context, s *source.Source) (p sourcePast, err error) {
	if name, err := a.databaseName(); err != nil || !exists(name) {
		return p, err
	}
	db, err := a.openReader(ctx)
	if err != nil {
		return p, err
	}
	defer db.Close()
	if p.polls, err = db.Polls(ctx, s.ID, shownPolls); err != nil {
		return p, err
	}
	state, err := db.Source(ctx, s.ID)
	if err != nil {
		return p, err
	}
	p.profile = state.Profile
	p.anew, err = a.relaid(ctx, db, s)
	return p, err
}

// usually returns what the good polls of a source bring, "" before the first.
func (a *app) usually(p health.Profile) string {
	words, now := p.Size(), a.now()
	if rhythm := p.Rhythm(now).Usually(now); rhythm != "" {
		words += "; " + rhythm
	}
	return words
}

// tellSource prints what a source is and how it is doing.
func (a *app) tellSource(w io.Writer, l sourceLine, s *source.Source, usual health.Profile) {
	now := a.now()
	for _, row := range [][2]string{
		{"source", l.ID},
		{"community", l.Name + " (" + l.Community + ")"},
		{"kind", string(l.Kind)},
		{"platform", l.Platform},
		{"address", l.URL},
		{"basis", l.Basis},
		{"role", string(l.Role)},
		{"recording", l.Recording},
		{"schedule", s.Schedule},
		{"not polled", l.Why},
		{"last seen", seenWords(l.LastSeen, now)},
		{"next", nextWords(l, now)},
		{"usual", a.usually(usual)},
		{"fields", usual.Fields()},
		{"reaches", usual.Window()},
		{"habits", usual.Habits()},
		{"doing", l.doing()},
	} {
		if row[1] != "" {
			fmt.Fprintf(w, "%s  %s\n", a.ui.style(styleDim, pad(row[0], 10)), text.Line(row[1], 400))
		}
	}
}

// tellPoll prints one poll and what it left out.
func (a *app) tellPoll(w io.Writer, p store.Poll) {
	at := p.At.In(event.Tokyo).Format("2006-01-02 15:04")
	words := string(p.State)
	switch p.State {
	case health.Failed, health.Held:
		words += " (" + string(p.Cause) + "): " + text.Line(p.Message, 300)
	case health.Applied, health.Unchanged:
		words += fmt.Sprintf(": read %s", counted(p.Read, "event"))
		for _, k := range changeOrder {
			if n := p.Changes[k.kind]; n > 0 {
				words += fmt.Sprintf(", %d %s", n, k.words)
			}
		}
	}
	fmt.Fprintf(w, "%s  %s\n", a.ui.style(styleDim, at), words)
	for _, r := range p.Rejections {
		fmt.Fprintf(w, "    %s %s: %s\n", a.ui.style(styleAmber, "left out"), shown(r.Text, r.Item), text.Line(r.Reason, 200))
	}
	for _, n := range p.Notes {
		fmt.Fprintf(w, "    note: %s\n", text.Line(n, 200))
	}
}
