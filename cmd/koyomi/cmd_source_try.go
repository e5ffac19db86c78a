package main

import (
	"context"
	"fmt"
	"slices"

	"koyomi/internal/commandline"

	"github.com/spf13/cobra"

	"koyomi/internal/discover"
	"koyomi/internal/text"
	"koyomi/internal/usage"
)

// tryFlags are what `source try` was asked for.
type tryFlags struct {
	base, format, id, name string
	pick                   int
	noFollow               bool
}

func newSourceTryCmd(a *app) *cobra.Command {
	var f tryFlags
	cmd := &cobra.Command{
		Use:   "try URL|FILE",
		Short: "show what koyomi would read at an address, and why the rest is left out",
		Long: "Fetch one document, if robots.txt allows it, and find out how it can be read: through a\n" +
			"platform, as a calendar or feed, as structured data, a table, a list, or a page with 日時\n" +
			"and 会場. The events that would be read and the YAML that reads them are printed; standard\n" +
			"error shows what was recognised, alternatives, and each item left out with its reason.\n" +
			"If the page only links to a calendar or feed, that is fetched as well.\n\n" +
			"Exit status 1: nothing was recognised; 3: items were left out, or nothing can be read yet.",
		Example: "  koyomi source try https://bpstudy.connpass.com/\n  koyomi source try page.html --base https://example.org/events/ --pick 2",
		Args:    commandline.Exactly(1, "source try takes one URL or FILE (use koyomi source try https://example.org/events/)"),
		RunE:    func(cmd *cobra.Command, args []string) error { return a.sourceTry(cmd.Context(), args[0], f) },
	}
	flags := cmd.Flags()
	flags.StringVar(&f.base, "base", "", "the `URL` that FILE was saved from")
	flags.IntVar(&f.pick, "pick", 0, "use the proposal with this `NUMBER` instead of the best one")
	flags.BoolVar(&f.noFollow, "no-follow", false, "fetch no other address than URL")
	flags.StringVar(&f.id, "id", "", "the community's `ID`, the name of its file")
	flags.StringVar(&f.name, "name", "", "the community's name")
	flags.StringVar(&f.format, "format", "", "text, yaml (the settings alone) or jsonl (the events alone)")
	return cmd
}

func (a *app) sourceTry(ctx context.Context, name string, f tryFlags) error {
	if !slices.Contains([]string{"", "text", "yaml", "jsonl"}, f.format) {
		return usage.Errorf("--format %s: expected text, yaml, jsonl", usage.Quote(f.format))
	}
	k := a.newProber()
	defer k.Close()
	if f.noFollow {
		k.Follow = 0
	}
	l, err := k.Probe(ctx, name, f.base, f.pick)
	if err != nil {
		return err
	}
	if l.Best == nil && f.format == "jsonl" && l.None != "" {
		a.ui.Sayf("%s", text.Line(l.None, 400))
		return nil
	}
	if l.Best == nil {
		return a.printer().Nothing(l)
	}
	id, community := l.Community(f.id, f.name)
	yaml, err := discover.YAML(community)
	if err != nil {
		return err
	}
	a.printer().WriteLook(l)
	if l.Local && f.base == "" {
		a.ui.Sayf("note: url is made up; --base URL says where the file is from")
	}
	if err := a.printer().PrintLook(l, f.format, yaml); err != nil {
		return err
	}
	if f.format != "jsonl" {
		// It is not folded, so that it can be copied.
		base := ""
		if f.base != "" {
			base = " --base " + text.Line(f.base, 200)
		}
		fmt.Fprintf(a.ui.ErrOut, "to keep it: koyomi source add %s%s --id %s\n", text.Line(name, 200), base, id)
	}
	if l.Unread != nil || len(l.Best.Result.Rejections) > 0 {
		return errAttention
	}
	return nil
}
