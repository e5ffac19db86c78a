package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"koyomi/internal/extract"
	"koyomi/internal/health"
	"koyomi/internal/poll"
	"koyomi/internal/source"
	"koyomi/internal/store"
	"koyomi/internal/terminal"
	"koyomi/internal/text"
	"koyomi/internal/usage"
	"koyomi/internal/view"
)

func newArchiveCmd(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "archive",
		Short:   "the raw responses that were kept",
		Long:    "Every answer that a site gave is kept by its content, so that it can be read again after\na reader was mended.",
		Example: "  koyomi archive list bpstudy\n  koyomi archive reread --dry-run",
		Args:    noArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newArchiveListCmd(a), newArchiveRereadCmd(a))
	return cmd
}

func newArchiveListCmd(a *app) *cobra.Command {
	var limit int
	var format string
	cmd := &cobra.Command{
		Use:     "list [SOURCE…]",
		Short:   "list the kept responses, newest first",
		Long:    "List what the last polls of all sources, or of those named, brought: when, from where,\nhow much, and whether it is still kept. A community's id names its first source.",
		Example: "  koyomi archive list bpstudy --limit 5\n  koyomi archive list --format jsonl",
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.archiveList(cmd.Context(), args, limit, format)
		},
	}
	cmd.Flags().IntVar(&limit, "limit", 20, "at most `N` polls a source (0: all)")
	cmd.Flags().StringVar(&format, "format", "", "table, json or jsonl (table on a terminal, else jsonl)")
	return cmd
}

// A pageLine is one kept response as `archive list` gives it.
type pageLine struct {
	Source string       `json:"source"`
	Poll   int64        `json:"poll"`
	At     time.Time    `json:"at"`
	State  health.State `json:"state"`
	URL    string       `json:"url"`
	Status int          `json:"status"`
	Size   int64        `json:"size"`
	Hash   string       `json:"hash"`
	// Kept is unset where the bytes were cleared away since.
	Kept bool `json:"kept"`
}

func (a *app) archiveList(ctx context.Context, ids []string, limit int, format string) error {
	if limit < 0 {
		return usage.Errorf("--limit %d: would be right: a number of polls, as --limit 20 (0 for all)", limit)
	}
	write, err := terminal.RowsWriter(a.ui, format, a.archiveTable)
	if err != nil {
		return err
	}
	chosen, err := a.chooseAny(ids)
	if err != nil {
		return err
	}
	db, err := a.openReader(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	kept := a.keeps(db.Path())
	if len(chosen) == 0 {
		states, err := db.Sources(ctx)
		if err != nil {
			return err
		}
		for _, s := range states {
			chosen = append(chosen, s.ID)
		}
	}
	var lines []pageLine
	for _, id := range chosen {
		polls, err := db.Polls(ctx, id, limit)
		if err != nil {
			return err
		}
		for _, p := range polls {
			for _, page := range p.Pages {
				lines = append(lines, pageLine{
					Source: p.Source, Poll: p.ID, At: p.At, State: p.State, URL: page.URL,
					Status: page.Status, Size: page.Size, Hash: page.Hash, Kept: kept(page.Hash),
				})
			}
		}
	}
	if len(lines) == 0 && a.ui.OutTTY {
		a.ui.Sayf("nothing is kept")
	}
	return a.ui.Page(func(w io.Writer) error { return write(w, lines) })
}

func (a *app) archiveTable(w io.Writer, lines []pageLine) error {
	s := &terminal.Sheet{UI: a.ui}
	last := int64(0)
	for _, l := range lines {
		if l.Poll != last {
			last = l.Poll
			s.Linef("%s  %s  %s", view.MinuteWords(l.At), terminal.Pad(l.Source, 14), l.State)
		}
		state := text.Cut(l.Hash, 9)
		if !l.Kept {
			state = "not kept "
		}
		s.Linef("    %s  %s  %s  %s", state, terminal.Pad(fmt.Sprint(l.Status), 3), terminal.Pad(view.SizeWords(l.Size), 10), text.Line(l.URL, 300))
	}
	_, err := w.Write(s.Bytes())
	return err
}

func newArchiveRereadCmd(a *app) *cobra.Command {
	var dry bool
	cmd := &cobra.Command{
		Use:   "reread [SOURCE…]",
		Short: "read the kept responses again, after a fix",
		Long: "Read the last good responses of all sources, or of those named, again with the readers\n" +
			"of this koyomi, as of the moment they were fetched, and tell what comes out otherwise.\n" +
			"Nobody is asked over the network. The daemon has to be stopped, but for a dry run.",
		Example: "  koyomi archive reread --dry-run\n  koyomi archive reread bpstudy",
		RunE:    func(cmd *cobra.Command, args []string) error { return a.reread(cmd.Context(), args, dry) },
	}
	cmd.Flags().BoolVar(&dry, "dry-run", false, "print what would change and change nothing")
	return cmd
}

// reread polls the archive in place of the sites, each source at the moment of its
// last good poll.
func (a *app) reread(ctx context.Context, ids []string, dry bool) error {
	chosen, err := a.chooseAny(ids)
	if err != nil {
		return err
	}
	if name, err := a.databaseName(); err != nil {
		return err
	} else if !exists(name) {
		return noDatabase(name)
	}
	r := &rereader{app: a, kept: keptPages{}}
	r.works, err = a.openWorks(ctx, worksOptions{lock: !dry, dry: dry, fetcher: r.kept, now: func() time.Time { return r.now }})
	if err != nil {
		return err
	}
	defer r.works.close()
	// Other readers than those of before: nothing counts as read already.
	r.works.poller.Version = readers + " again"
	if dry {
		a.ui.Sayf("dry run: nothing is written")
	}
	tell := view.NewStory(a.ui, a.ui.Out)
	for _, s := range a.all() {
		if len(chosen) > 0 && !slices.Contains(chosen, s.ID) {
			continue
		}
		if err := r.one(ctx, s, tell); err != nil {
			return err
		}
	}
	if r.read == 0 {
		a.ui.Sayf("nothing to read again: no source has a good poll whose pages are kept")
	}
	if r.attention {
		return errAttention
	}
	return nil
}

// A rereader reads the kept pages of sources again.
type rereader struct {
	app       *app
	works     *works
	kept      keptPages
	now       time.Time
	read      int
	attention bool
}

// one reads the last good poll of a source again.
func (r *rereader) one(ctx context.Context, s *source.Source, tell *view.Story) error {
	good, err := r.works.store.Good(ctx, s.ID, 1)
	if err != nil || len(good) == 0 || s.Kind == source.Static {
		return err
	}
	clear(r.kept)
	for _, p := range good[0].Pages {
		body, err := r.works.archive.Get(p.Hash)
		if err != nil {
			r.app.ui.Sayf("%s: the pages of %s cannot be read again: %v", s.ID, view.MinuteWords(good[0].At), err)
			r.attention = true
			return nil
		}
		r.kept.put(p, body)
	}
	if len(r.kept) == 0 {
		return nil
	}
	r.now = good[0].At
	r.read++
	report, err := r.works.poller.Visit(ctx, s)
	if err != nil {
		return err
	}
	tell.Tell(report)
	r.attention = r.attention || needsAttention(report)
	return nil
}

// keptPages answer like the site did, by address, in the order in which it was asked.
// What is not kept is a failure, never a missing page.
type keptPages map[string][]poll.Answer

func (k keptPages) put(p store.Page, body []byte) {
	page := extract.Page{Requested: p.Requested, URL: p.URL, Status: p.Status, ContentType: p.ContentType, Body: body}
	k[p.Requested] = append(k[p.Requested], poll.Answer{Page: page})
}

// Fetch gives the next kept page of an address.
func (k keptPages) Fetch(_ context.Context, ask poll.Ask) (poll.Answer, error) {
	answers := k[ask.URL]
	if len(answers) == 0 {
		return poll.Answer{}, &health.Failure{
			Cause: health.CauseIncomplete, URL: ask.URL,
			Err: errors.New("it was not fetched then, and nothing is fetched now"),
		}
	}
	k[ask.URL] = answers[1:]
	return answers[0], nil
}
