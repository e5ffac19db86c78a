package main

import (
	"context"
	"io"
	"slices"

	"koyomi/internal/commandline"

	"github.com/spf13/cobra"

	"koyomi/internal/ask"
	"koyomi/internal/health"
	"koyomi/internal/probe"
	"koyomi/internal/source"
	"koyomi/internal/store"
	"koyomi/internal/terminal"
	"koyomi/internal/usage"
	"koyomi/internal/view"
)

func newSourceShowCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "show SOURCE",
		Short:   "show one source: its settings, its last polls, what was left out and why",
		Long:    "Show one source: what it is, and its last polls with what each read, left out and changed.\nA community's ID stands for its first source.",
		Example: "  koyomi source show interop",
		Args:    commandline.Exactly(1, "source show takes one SOURCE (use koyomi source show bpstudy)"),
		RunE:    func(cmd *cobra.Command, args []string) error { return a.sourceShow(cmd.Context(), args[0]) },
	}
}

// shownPolls is how many polls `source show` lists.
const shownPolls = 10

func (a *app) sourceShow(ctx context.Context, id string) error {
	if a.flags.server != "" {
		return usage.Errorf("source show needs what only the database knows: it takes --database, not --server; `koyomi source list --server URL` shows how each source is doing")
	}
	s, err := a.catalogue().Find(id)
	if err != nil {
		return usage.Of(err)
	}
	c, closeIt, err := a.openSources(ctx)
	if err != nil {
		return err
	}
	defer closeIt()
	lines, err := c.Sources(ctx)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(lines, func(l ask.Source) bool { return l.ID == s.ID })
	past, err := a.sourcePast(ctx, s)
	if err != nil {
		return err
	}
	return a.ui.Page(func(w io.Writer) error {
		w = a.ui.Prose(w)
		a.printer().WriteSource(w, lines[i], s, past.profile)
		a.printer().WriteAddresses(w, past.addresses)
		for _, p := range past.polls {
			a.printer().WritePoll(w, p)
		}
		sh := &terminal.Text{UI: a.ui}
		view.WriteLayout(sh, past.layout)
		_, err := w.Write(sh.Bytes())
		return err
	})
}

// A sourcePast is what the database knows of how a source was read.
type sourcePast struct {
	polls []store.Poll
	// profile is what is usual of it.
	profile health.Profile
	// addresses are its addresses that refused or moved.
	addresses []store.AddressState
	layout    *probe.Layout
}

// sourcePast returns the past of a source; nothing where there is no database yet.
func (a *app) sourcePast(ctx context.Context, s *source.Source) (p sourcePast, err error) {
	if there, err := a.hasDatabase(); err != nil || !there {
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
	all, err := db.Addresses(ctx)
	if err != nil {
		return p, err
	}
	p.addresses = slices.DeleteFunc(all, func(x store.AddressState) bool { return !x.Of(s.ID, s.URL) })
	p.layout, err = probe.FindLayout(ctx, db, s, a.catalogue(), a.keptPage)
	return p, err
}
