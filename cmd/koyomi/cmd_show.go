package main

import (
	"context"
	"io"

	"koyomi/internal/commandline"

	"github.com/spf13/cobra"
)

func newShowCmd(a *app) *cobra.Command {
	var format string
	var web bool
	cmd := &cobra.Command{
		Use:   "show EVENT",
		Short: "show one event: fields, where each came from, its history",
		Long: "Show everything known about one event: its fields and the source of each, what each\n" +
			"source says and where they disagree, the text each date was read from and why it was read\n" +
			"that way, its history, and manual corrections.\n" +
			"EVENT is an ID, as `koyomi events` prints it, or any unambiguous prefix of one.",
		Example: "  koyomi show 8a0b649\n  koyomi show 8a0b649 --format json",
		Args:    commandline.Exactly(1, "show takes one EVENT (use koyomi show 8a0b649; `koyomi events` lists the ids)"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if web {
				return a.open(cmd.Context(), args[0])
			}
			return a.show(cmd.Context(), args[0], format)
		},
	}
	cmd.Flags().StringVar(&format, "format", "", "table, json or jsonl (table on a terminal, else jsonl)")
	cmd.Flags().BoolVar(&web, "web", false, "open its page in a browser")
	return cmd
}

// show writes one event whole.
func (a *app) show(ctx context.Context, id, format string) error {
	write, err := a.printer().WholeWriter(format)
	if err != nil {
		return err
	}
	c, closeIt, err := a.openCalendar(ctx)
	if err != nil {
		return err
	}
	defer closeIt()
	w, err := c.Whole(ctx, id)
	if err != nil {
		return err
	}
	return a.ui.Page(func(out io.Writer) error { return write(out, w) })
}
