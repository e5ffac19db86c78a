package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"koyomi/internal/discover"
	"koyomi/internal/event"
	"koyomi/internal/extract"
	"koyomi/internal/source"
	"koyomi/internal/terminal"
	"koyomi/internal/text"
	"koyomi/internal/usage"
	"koyomi/internal/view"
)

// tryFlags are what `source try` was asked for.
type tryFlags struct {
	base, format, id, name string
	pick                   int
	noFollow               bool
}

func newSourceTryCmd(a *app) *cobra.Command {
	var f tryFlags
	cmd := &cobra.Command{
		Use:   "try URL|FILE",
		Short: "what koyomi would read at an address, and why the rest is left out",
		Long: "Fetch one document, robots.txt kept, and find out how it could be read: by a platform,\n" +
			"as a calendar or feed, as structured data, a table, a list, or a page with 日時 and 会場.\n" +
			"Printed are the events that would be read and the YAML that reads them; on standard\n" +
			"error what was recognised, other ways, and each item left out with its reason.\n" +
			"Where the page only leads to a calendar or feed, that is asked as well.\n\n" +
			"Exit status 1: nothing was recognised; 3: items were left out, or nothing could be read yet.",
		Example: "  koyomi source try https://bpstudy.connpass.com/\n  koyomi source try page.html --base https://example.org/events/ --pick 2",
		Args:    exactly(1, "source try takes one URL or FILE; would be right: koyomi source try https://example.org/events/"),
		RunE:    func(cmd *cobra.Command, args []string) error { return a.sourceTry(cmd.Context(), args[0], f) },
	}
	flags := cmd.Flags()
	flags.StringVar(&f.base, "base", "", "the `URL` a FILE is from")
	flags.IntVar(&f.pick, "pick", 0, "take the proposal with this `NUMBER`, not the best")
	flags.BoolVar(&f.noFollow, "no-follow", false, "ask no other address than URL")
	flags.StringVar(&f.id, "id", "", "the community's `ID`, the name of its file")
	flags.StringVar(&f.name, "name", "", "what people call the community")
	flags.StringVar(&f.format, "format", "", "text, yaml (the settings alone) or jsonl (the events alone)")
	return cmd
}

func (a *app) sourceTry(ctx context.Context, name string, f tryFlags) error {
	if !slices.Contains([]string{"", "text", "yaml", "jsonl"}, f.format) {
		return usage.Errorf("--format %s: would be right: text, yaml, jsonl", usage.Quote(f.format))
	}
	k := a.newKit()
	defer k.close()
	if f.noFollow {
		k.follow = 0
	}
	l, err := k.look(ctx, name, f.base, f.pick)
	if err != nil {
		return err
	}
	if l.best == nil {
		return a.nothing(l)
	}
	id, community := l.community(f.id, f.name)
	yaml, err := discover.YAML(community)
	if err != nil {
		return err
	}
	a.tellLook(l)
	if l.local && f.base == "" {
		a.ui.Sayf("note: url is made up; --base URL says where the file is from")
	}
	if err := a.printLook(l, f.format, yaml); err != nil {
		return err
	}
	if f.format != "jsonl" {
		// It is not folded, so that it can be copied.
		base := ""
		if f.base != "" {
			base = " --base " + text.Line(f.base, 200)
		}
		fmt.Fprintf(a.ui.ErrOut, "to keep it: koyomi source add %s%s --id %s\n", text.Line(name, 200), base, id)
	}
	if l.unread != nil || len(l.best.Result.Rejections) > 0 {
		return errAttention
	}
	return nil
}

// printLook prints what a proposal reads, and its settings.
func (a *app) printLook(l *look, format string, yaml []byte) error {
	return a.ui.Page(func(w io.Writer) error {
		if format == "jsonl" {
			return extractTools{out: w}.writeJSON(l.best.Result.Listings, false)
		}
		if format != "yaml" && len(l.best.Result.Listings) > 0 {
			events := make([]event.Event, 0, len(l.best.Result.Listings))
			for _, one := range l.best.Result.Listings {
				events = append(events, event.Event{Details: one.Details})
			}
			slices.SortStableFunc(events, func(x, y event.Event) int {
				return x.Start.Begin(x.Span.Location()).Compare(y.Start.Begin(y.Span.Location()))
			})
			if _, err := fmt.Fprintf(w, "%s\n", view.LayOut(a.ui, events, a.now())); err != nil {
				return err
			}
		}
		_, err := w.Write(yaml)
		return err
	})
}

// community makes the community that the look is for, and its id.
func (l *look) community(id, name string) (string, source.Community) {
	if id == "" {
		id = discover.SuggestID(*l.best)
	}
	if name == "" {
		name = l.Name
	}
	if name == "" {
		name = id
	}
	page := l.address
	if l.best.Way == discover.Calendar || l.best.Way == discover.Feed || l.best.Way == discover.JSON || l.best.Way == discover.File {
		if l.best.Source.URL == l.address {
			page = "" // no page for people
		}
	}
	return id, l.best.Community(name, page)
}

// tellLook says what was recognised, what else could be, and what was left out.
func (a *app) tellLook(l *look) {
	u := a.ui
	if l.Refused != nil {
		u.Sayf("the page itself is not read: %s", text.Line(l.Refused.Error(), 400))
	}
	u.Sayf("%s: %s", u.Style(terminal.Bold, string(l.best.Way)), text.Line(l.best.Why, 300))
	for i := range l.Proposals {
		if p := &l.Proposals[i]; p != l.best && i < 9 {
			u.Sayf("  or --pick %d: %s: %s%s", i+1, p.Way, text.Line(p.Why, 200), brought(p))
		}
	}
	for _, n := range slices.Concat(l.Notes, l.best.Hints, l.best.Result.Notes) {
		u.Sayf("note: %s", text.Line(n, 500))
	}
	if l.unread != nil {
		u.Sayf("not read yet: %s", text.Line(l.unread.Error(), 400))
	} else if l.best.Err != nil {
		u.Sayf("not read: %s", text.Line(unwrapDamage(l.best.Err).Error(), 400))
	}
	for _, j := range l.best.Result.Rejections {
		u.Sayf("left out: %s: %s: %s", j.Item, text.Line(j.Reason, 300), j.Text)
	}
}

// brought tells in words what a proposal has read.
func brought(p *discover.Proposal) string {
	if !p.Tried {
		if p.Source.URL != "" {
			return " (" + text.Line(p.Source.URL, 200) + ")"
		}
		return ""
	}
	return fmt.Sprintf(" (%s, %d left out)", view.Counted(len(p.Result.Listings), "event"), len(p.Result.Rejections))
}

// nothing says that nothing was recognised, what was tried, and what to do.
func (a *app) nothing(l *look) error {
	said := map[string]bool{}
	for _, p := range l.Failed {
		words := "no event in it"
		var damage *extract.Damage
		switch {
		case errors.As(p.Err, &damage):
			words = damage.Reason
		case p.Err != nil:
			words = p.Err.Error()
		case len(p.Result.Rejections) > 0:
			words = fmt.Sprintf("%d items left out, the first: %s", len(p.Result.Rejections), p.Result.Rejections[0].Reason)
		}
		line := fmt.Sprintf("tried as %s (%s): %s", p.Way, text.Line(p.Why, 120), text.Line(words, 200))
		if !said[line] {
			a.ui.Sayf("%s", line)
		}
		said[line] = true
	}
	for _, n := range l.Notes {
		a.ui.Sayf("note: %s", text.Line(n, 400))
	}
	return fmt.Errorf("%s: no events were recognised; a page that lists them, a calendar (.ics) or a feed may be found from it, or the events kept by hand (kind: static)", text.Line(strings.TrimSpace(l.address), 200))
}
