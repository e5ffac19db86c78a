package main

import (
	"context"
	"io"

	"github.com/spf13/cobra"
)

func newCoverageCmd(a *app) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "coverage",
		Short: "show what is covered by week, area and platform, and what is not",
		Long: "Show how many events are known in each week and area and on which platforms, an estimate\n" +
			"of how many groups exist beyond the known ones (capture-recapture over independent\n" +
			"lists, with an interval), and what cannot be seen and why.",
		Example: "  koyomi coverage\n  koyomi coverage --format json",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.coverage(cmd.Context(), format) },
	}
	cmd.Flags().StringVar(&format, "format", "", "table, json or jsonl (table on a terminal, else jsonl)")
	return cmd
}

// coverage prints what is known and what is not seen.
func (a *app) coverage(ctx context.Context, format string) error {
	write, err := oneWriter(a, format, a.printer().WriteCoverage)
	if err != nil {
		return err
	}
	c, closeIt, err := a.openCalendar(ctx)
	if err != nil {
		return err
	}
	defer closeIt()
	report, err := c.Coverage(ctx)
	if err != nil {
		return err
	}
	return a.ui.Page(func(w io.Writer) error { return write(w, report) })
}
