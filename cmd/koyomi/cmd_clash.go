package main

import (
	"context"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"koyomi/internal/terminal"
	"koyomi/internal/usage"
)

func newClashCmd(a *app) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "clash DATE [QUERY…]",
		Short: "find clashing events and free days around a date",
		Long: "Check a date for an event of your own against what is already announced. QUERY describes\n" +
			"your event, for example by area and topic: events that match most of it come first, and a\n" +
			"day is free when no event matches all of it.",
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
	write, err := oneWriter(a, format, a.printer().WriteClash)
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

// oneWriter returns what prints one answer in a format: a table by table, else JSON.
func oneWriter[T any](a *app, asked string, table func(io.Writer, T) error) (func(io.Writer, T) error, error) {
	indent := map[string]string{"json": "  ", "jsonl": ""}
	format := a.ui.Format(asked)
	spaces, isJSON := indent[format]
	switch {
	case format == "table":
		return table, nil
	case isJSON:
		return func(w io.Writer, v T) error {
			enc := terminal.Encoder(w)
			enc.SetIndent("", spaces)
			return enc.Encode(v)
		}, nil
	}
	return nil, usage.Errorf("--format %s: expected table, json, jsonl", usage.Quote(asked))
}
