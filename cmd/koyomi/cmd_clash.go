package main

import (
	"context"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"koyomi/internal/publish"
	"koyomi/internal/terminal"
	"koyomi/internal/usage"
)

func newClashCmd(a *app) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "clash DATE [QUERY…]",
		Short: "what is on then and near it, and the free days around it",
		Long: "Say what stands in the way of a day for an event of one's own. QUERY is what that\n" +
			"event would be found by, as its area and topics: what shares most of it comes first,\n" +
			"and a day is free where nothing is on that answers all of it.",
		Example: "  koyomi clash 2026-06-20 area:東京 tag:go\n  koyomi clash 来週土曜 --format json",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usage.Errorf("clash takes a DATE (use koyomi clash 2026-06-20 area:東京)")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.clash(cmd.Context(), args[0], strings.Join(args[1:], " "), format)
		},
	}
	cmd.Flags().StringVar(&format, "format", "", "table, json or jsonl (table on a terminal, else jsonl)")
	return cmd
}

// clash looks at the days around one and prints what is on.
func (a *app) clash(ctx context.Context, day, words, format string) error {
	write, err := a.clashWriter(format)
	if err != nil {
		return err
	}
	if err := a.checkClash(day, words); err != nil {
		return err
	}
	c, closeIt, err := a.openCalendar(ctx)
	if err != nil {
		return err
	}
	defer closeIt()
	found, err := c.Clash(ctx, day, words)
	if err != nil {
		return err
	}
	return a.ui.Page(func(w io.Writer) error { return write(w, found) })
}

// clashWriter returns the printer of a format.
func (a *app) clashWriter(asked string) (func(io.Writer, publish.ClashJSON) error, error) {
	switch a.ui.Format(asked) {
	case "table":
		return a.printer().WriteClash, nil
	case "json":
		return func(w io.Writer, c publish.ClashJSON) error {
			enc := terminal.Encoder(w)
			enc.SetIndent("", "  ")
			return enc.Encode(c)
		}, nil
	case "jsonl":
		return func(w io.Writer, c publish.ClashJSON) error { return terminal.Encoder(w).Encode(c) }, nil
	}
	return nil, usage.Errorf("--format %s: expected table, json, jsonl", usage.Quote(asked))
}
