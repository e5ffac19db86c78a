package main

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"koyomi/internal/commandline"
	"koyomi/internal/terminal"
	"koyomi/internal/usage"
	"koyomi/internal/view"
)

func newSourceMovesCmd(a *app) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "moves",
		Short: "find communities that seem to have moved to another platform",
		Long: "List communities that seem to have moved to another platform, with the evidence: the old\n" +
			"address announces nothing, and at least two of a link, the same name and the next number\n" +
			"in the series point to the new one. `koyomi source follow OLD NEW` confirms a move; the\n" +
			"events keep their UIDs.",
		Example: "  koyomi source moves\n  koyomi source moves --format jsonl",
		Args:    commandline.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.sourceMoves(cmd.Context(), format) },
	}
	cmd.Flags().StringVar(&format, "format", "", "table, jsonl or json (table on a terminal, else jsonl)")
	return cmd
}

func (a *app) sourceMoves(ctx context.Context, format string) error {
	write, err := terminal.RowsWriter(a.ui, format, view.Moves)
	if err != nil {
		return err
	}
	db, err := a.openReader(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	moves, err := a.local(db).Moves(ctx)
	if err != nil {
		return err
	}
	if len(moves) == 0 && a.ui.OutTTY {
		a.ui.Sayf("no community seems to have moved")
	}
	return a.ui.Page(func(w io.Writer) error { return write(a.ui.Prose(w), moves) })
}

func newSourceFollowCmd(a *app) *cobra.Command {
	var undo bool
	cmd := &cobra.Command{
		Use:   "follow OLD NEW",
		Short: "confirm that a community has moved",
		Long: "Confirm that the community OLD has moved to NEW, on another platform: what NEW announces\n" +
			"belongs to OLD from now on, and all events keep their UIDs. --undo reverts it.",
		Example: "  koyomi source follow bpstudy osc\n  koyomi source follow bpstudy --undo",
		Args:    cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			if undo != (len(args) == 1) {
				return usage.Errorf("source follow takes OLD and NEW, or OLD and --undo")
			}
			return a.sourceFollow(cmd.Context(), append(args, "")[0], append(args, "")[1])
		},
	}
	cmd.Flags().BoolVar(&undo, "undo", false, "make OLD a separate community again")
	return cmd
}

func (a *app) sourceFollow(ctx context.Context, old, next string) error {
	db, err := a.openWriter(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	for _, id := range []string{old, next} {
		if id != "" && a.catalogue().Community(id) == nil {
			return usage.Errorf("no community %s; `koyomi source list` names them all", usage.Quote(id))
		}
	}
	if err := a.growing.Move(ctx, old, next); err != nil {
		return err
	}
	if next == "" {
		a.ui.Sayf("%s goes on by itself again", old)
		return nil
	}
	a.ui.Sayf("%s goes on as %s: what is announced there is of %s from the next poll on", old, next, old)
	return nil
}
