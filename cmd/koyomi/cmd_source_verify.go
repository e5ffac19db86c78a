package main

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"koyomi/internal/commandline"
	"koyomi/internal/probe"
	"koyomi/internal/source"
	"koyomi/internal/terminal"
	"koyomi/internal/usage"
	"koyomi/internal/view"
)

func newSourceVerifyCmd(a *app) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "ask the platforms whether the groups of the catalogue exist",
		Long: "Ask each platform that can answer for many groups at once (connpass: a hundred per\n" +
			"request) whether the groups of the catalogue exist, and under which names. Exit status 3:\n" +
			"at least one is gone.",
		Example: "  koyomi source verify\n  koyomi source verify --format jsonl",
		Args:    commandline.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.sourceVerify(cmd.Context(), format) },
	}
	cmd.Flags().StringVar(&format, "format", "", "table, jsonl or json (table on a terminal, else jsonl)")
	return cmd
}

func (a *app) sourceVerify(ctx context.Context, format string) error {
	write, err := terminal.RowsWriter(a.ui, format, view.Verified)
	if err != nil {
		return err
	}
	if err := a.config.Live(); err != nil {
		return usage.Of(err)
	}
	v, err := a.newVisitor(ctx)
	if err != nil {
		return err
	}
	defer v.Close()
	var all []source.Verified
	for _, q := range a.catalogue().Inquiries() {
		if key := a.config.Waits(q.Groups[0]); key != "" {
			a.ui.Sayf("%s: not asked, it waits for %s", q.Platform.Name, key)
			continue
		}
		told, err := probe.Inquire(ctx, v, q)
		if err != nil {
			return fmt.Errorf("ask %s: %w", q.Platform.Name, err)
		}
		all = append(all, q.Answer(told)...)
		a.ui.Sayf("%s: asked for %s in %s", q.Platform.Name, view.Counted(len(q.Groups), "group"), view.Counted(len(q.URLs), "request"))
	}
	if err := a.ui.Page(func(w io.Writer) error { return write(a.ui.Prose(w), all) }); err != nil {
		return err
	}
	if slices.ContainsFunc(all, func(v source.Verified) bool { return !v.Known }) {
		return errAttention
	}
	return nil
}
