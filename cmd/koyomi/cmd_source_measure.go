package main

import (
	"slices"

	"github.com/spf13/cobra"

	"koyomi/internal/probe"
	"koyomi/internal/usage"
)

func newSourceMeasureCmd(a *app) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "measure FILE|DIR…",
		Short: "measure how well pages with JSON-LD are read without it",
		Long: "Take saved pages that contain events as JSON-LD, remove that, read the rest as\n" +
			"`source try` would, and compare: recall is the share of the JSON-LD events that are found,\n" +
			"precision the share of the events found that are in the JSON-LD. In a DIR all .html files\n" +
			"are used.\n\n" +
			"Exit status 1: no page has events as JSON-LD.",
		Example: "  koyomi source measure pages/\n  koyomi source measure pages/event.html --format jsonl",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usage.Errorf("source measure takes files or directories (use koyomi source measure pages/)")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error { return a.sourceMeasure(args, format) },
	}
	cmd.Flags().StringVar(&format, "format", "", "text or jsonl (one line per page)")
	return cmd
}

// sourceMeasure prints a line a page, and the sum.
func (a *app) sourceMeasure(args []string, format string) error {
	if !slices.Contains([]string{"", "text", "jsonl"}, format) {
		return usage.Errorf("--format %s: expected text, jsonl", usage.Quote(format))
	}
	files, err := probe.PagesIn(args)
	if err != nil {
		return err
	}
	sum, pages, err := probe.MeasureFiles(a.catalogue(), files, a.now(), func(name string, m probe.Measured) error {
		return probe.WriteMeasured(a.ui.Out, name, m, format)
	})
	if err != nil {
		return err
	}
	a.ui.Sayf(
		"%d of %d pages: %d of %d events found (recall %.2f), %d of %d read are right (precision %.2f)",
		pages, len(files), sum.Found, sum.Of, sum.Recall(), sum.Right, sum.Given, sum.Precision(),
	)
	return nil
}
