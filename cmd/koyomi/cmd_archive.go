package main

import (
	"context"
	"io"
	"slices"

	"koyomi/internal/commandline"

	"github.com/spf13/cobra"

	"koyomi/internal/replay"
	"koyomi/internal/source"
	"koyomi/internal/terminal"
	"koyomi/internal/usage"
	"koyomi/internal/view"
)

func newArchiveCmd(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "archive",
		Short:   "list and re-read the stored raw responses",
		Long:    "Every response from a site is stored under a hash of its content, so that it can be read\nagain after a parser was fixed.",
		Example: "  koyomi archive list bpstudy\n  koyomi archive reread --dry-run",
		Args:    commandline.NoArgs,
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
		Short:   "list stored responses, newest first",
		Long:    "List what the latest polls of all sources, or of the named ones, fetched: when, from\nwhere, how many bytes, and whether the response is still stored. A community's ID stands\nfor its first source.",
		Example: "  koyomi archive list bpstudy --limit 5\n  koyomi archive list --format jsonl",
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.archiveList(cmd.Context(), args, limit, format)
		},
	}
	cmd.Flags().IntVar(&limit, "limit", 20, "show at most `N` polls of each source (0: all)")
	cmd.Flags().StringVar(&format, "format", "", "table, json or jsonl (table on a terminal, else jsonl)")
	return cmd
}

func (a *app) archiveList(ctx context.Context, ids []string, limit int, format string) error {
	if limit < 0 {
		return usage.Errorf("--limit %d: expected a number of polls, as --limit 20 (0 for all)", limit)
	}
	write, err := terminal.RowsWriter(a.ui, format, a.printer().WriteStored)
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
	var lines []view.Stored
	for _, id := range chosen {
		polls, err := db.Polls(ctx, id, limit)
		if err != nil {
			return err
		}
		lines = append(lines, view.StoredOf(polls, kept)...)
	}
	if len(lines) == 0 && a.ui.OutTTY {
		a.ui.Sayf("nothing is kept")
	}
	return a.ui.Page(func(w io.Writer) error { return write(w, lines) })
}

func newArchiveRereadCmd(a *app) *cobra.Command {
	var dry bool
	cmd := &cobra.Command{
		Use:   "reread [SOURCE…]",
		Short: "read stored responses again, after a fix",
		Long: "Read the last good responses of all sources, or of the named ones, with the parsers of\n" +
			"this version, as of the time they were fetched, and report what differs. The network is\n" +
			"not used. Stop the daemon first, except for a dry run.",
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
	if there, err := a.hasDatabase(); err != nil {
		return err
	} else if !there {
		name, _ := a.databaseName()
		return noDatabase(name)
	}
	pages := &replay.Pages{}
	w, err := a.openDeps(ctx, depsOptions{
		lock:    !dry,
		dry:     dry,
		fetcher: pages,
		now:     pages.Now,
	})
	if err != nil {
		return err
	}
	defer w.close()
	// Other readers than those of before: nothing counts as read already.
	w.poller.Version = readers + " again"
	if dry {
		a.ui.Sayf("dry run: nothing is written")
	}
	polls := view.NewPollLog(a.ui, a.ui.Out)
	read, attention := 0, false
	for _, s := range a.all() {
		if len(chosen) > 0 && !slices.Contains(chosen, s.ID) {
			continue
		}
		good, ok, err := a.keptPoll(ctx, w, s, pages)
		attention = attention || !ok
		if err != nil {
			return err
		}
		if !good {
			continue
		}
		report, err := w.poller.Visit(ctx, s)
		if err != nil {
			return err
		}
		read++
		polls.Write(report)
		attention = attention || needsAttention(report)
	}
	if read == 0 {
		a.ui.Sayf("nothing to read again: no source has a good poll whose pages are kept")
	}
	if attention {
		return errAttention
	}
	return nil
}

// keptPoll has the pages of the last good poll of a source answer next; false where it
// has none to read again, and where they cannot be read, which is said.
func (a *app) keptPoll(ctx context.Context, w *deps, s *source.Source, pages *replay.Pages) (good, ok bool, err error) {
	polls, err := w.store.Good(ctx, s.ID, 1)
	if err != nil || len(polls) == 0 || s.Kind == source.Static {
		return false, true, err
	}
	if err := pages.Load(polls[0], w.archive.Get); err != nil {
		a.ui.Sayf("%s: the pages of %s cannot be read again: %v", s.ID, view.MinuteWords(polls[0].At), err)
		return false, false, nil
	}
	return len(polls[0].Pages) > 0, true, nil
}
