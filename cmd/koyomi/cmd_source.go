package main

import (
	"context"
	"io"
	"slices"

	"koyomi/internal/commandline"

	"github.com/spf13/cobra"

	"koyomi/internal/ask"
	"koyomi/internal/terminal"
)

func newSourceCmd(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "source",
		Short:   "list, add, test and manage sources",
		Example: "  koyomi source list\n  koyomi source show bpstudy\n  koyomi source check bpstudy",
		Args:    commandline.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newSourceListCmd(a), newSourceShowCmd(a), newSourceTryCmd(a), newSourceMeasureCmd(a), newSourceAddCmd(a), newSourceRecordCmd(a),
		newSourceCheckCmd(a), newSourceResumeCmd(a), newSourceMovesCmd(a), newSourceFollowCmd(a), newSourceVerifyCmd(a))
	return cmd
}

func newSourceListCmd(a *app) *cobra.Command {
	var format string
	var everything bool
	cmd := &cobra.Command{
		Use:   "list [WORD…]",
		Short: "list the sources and their state",
		Long: "List the sources: what each is, how its last poll went, and when the next is due.\n" +
			"RECORDING says whether its recorded pages were fetched from the site or written by hand;\n" +
			"SEEN is when it was last read live, or never.",
		Example: "  koyomi source list\n  koyomi source list ruby --all\n  koyomi source list --format jsonl",
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.sourceList(cmd.Context(), args, everything, format)
		},
	}
	cmd.Flags().BoolVar(&everything, "all", false, "include archived and disabled sources")
	cmd.Flags().StringVar(&format, "format", "", "table, jsonl or json (table on a terminal, else jsonl)")
	return cmd
}

func (a *app) sourceList(ctx context.Context, words []string, everything bool, format string) error {
	write, err := terminal.RowsWriter(a.ui, format, a.printer().SourceTable)
	if err != nil {
		return err
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
	lines = slices.DeleteFunc(lines, func(l ask.Source) bool {
		hidden := !everything && !l.Polled && len(words) == 0
		return hidden || !l.Names(words)
	})
	if len(lines) == 0 && a.ui.OutTTY {
		a.ui.Sayf("nothing found; --all lists archived sources and those that are off")
	}
	if err := a.ui.Page(func(w io.Writer) error { return write(w, lines) }); err != nil {
		return err
	}
	if a.sayProblems() {
		return errAttention
	}
	return nil
}
