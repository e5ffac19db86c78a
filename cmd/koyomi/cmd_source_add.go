package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"koyomi/internal/commandline"

	"github.com/spf13/cobra"

	"koyomi/internal/discover"
	"koyomi/internal/probe"
	"koyomi/internal/recording"
	"koyomi/internal/source"
	"koyomi/internal/text"
	"koyomi/internal/usage"
)

// addFlags are what `source add` was asked for.
type addFlags struct {
	base, id, name, into string
	pick                 int
	force                bool
	// many is set where the address is one of many: an id that is taken gets a number.
	many bool
}

func newSourceAddCmd(a *app) *cobra.Command {
	var f addFlags
	cmd := &cobra.Command{
		Use:   "add URL|FILE|-",
		Short: "add a community: write its source file and a recording",
		Long: "Find out how an address can be read, as `source try` does, and save it: the settings in\n" +
			"DIR/ID.yaml, the site's response in DIR/testdata/ID/DATE/ together with the events that\n" +
			"are expected from it. The recording is reduced to what is read; mail addresses,\n" +
			"participants, speakers and bylines are removed. A group of a known platform needs no\n" +
			"recording: the platform's covers it. DIR is sources: of the configuration, else ./sources.\n" +
			"With `-`, addresses are read from standard input, one per line, comments after #. Added\n" +
			"ones are printed; if any is rejected, the reason is printed and the exit status is 3.",
		Example: "  koyomi source add https://gotandarb.connpass.com/ --name Gotanda.rb\n  koyomi source add https://example.org/events/ --id example --name 例の会\n  koyomi source add -",
		Args:    commandline.Exactly(1, "source add takes one URL or FILE (use koyomi source add https://example.org/events/ --id example)"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if args[0] == "-" {
				return a.sourceAddMany(cmd.Context(), f)
			}
			k := a.newProber()
			defer k.Close()
			return a.sourceAdd(cmd.Context(), k, args[0], f)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.id, "id", "", "the community's `ID`, the name of its file (default: from the address)")
	flags.StringVar(&f.name, "name", "", "the community's name (default: as given on the page)")
	flags.StringVar(&f.base, "base", "", "the `URL` that FILE was saved from")
	flags.IntVar(&f.pick, "pick", 0, "use the proposal with this `NUMBER` instead of the best one")
	flags.StringVar(&f.into, "into", "", "the `DIR` of source files")
	flags.BoolVar(&f.force, "force", false, "overwrite existing files")
	return cmd
}

// sourceAddMany keeps each address of standard input that can be read, and says of the
// others why not.
func (a *app) sourceAddMany(ctx context.Context, f addFlags) error {
	if one := f.id + f.name + f.base; one != "" || f.pick != 0 {
		return usage.Errorf("source add -: --id, --name, --base and --pick are for a single address")
	}
	k := a.newProber()
	defer k.Close()
	follow := k.Follow
	f.many = true
	names, err := probe.Addresses(a.ui.In)
	if err != nil {
		return err
	}
	failed := 0
	for _, name := range names {
		k.Follow = follow
		err := a.sourceAdd(ctx, k, name, f)
		if ctx.Err() != nil {
			return err
		}
		if err != nil && !errors.Is(err, errAttention) {
			a.ui.Sayf("not added: %s: %s", text.Line(name, 200), text.Line(err.Error(), 300))
			failed++
		}
	}
	a.ui.Sayf("%d added, %d not", len(names)-failed, failed)
	if failed > 0 {
		return errAttention
	}
	return nil
}

func (a *app) sourceAdd(ctx context.Context, k *probe.Prober, name string, f addFlags) error {
	if !probe.IsWeb(name) && exists(name) && f.base == "" {
		return usage.Errorf("source add %s: a source has an address; --base URL says where the file is from", usage.Quote(name))
	}
	into, err := a.into(f.into)
	if err != nil {
		return err
	}
	l, err := k.Probe(ctx, name, f.base, f.pick)
	if err != nil {
		return err
	}
	if l.Best == nil {
		return a.printer().Nothing(l)
	}
	id, community := l.Community(f.id, f.name)
	for n := 2; f.many && a.free(into, id, f.force) != nil && n < 100; n++ {
		id, community = l.Community(fmt.Sprintf("%s-%d", discover.SuggestID(*l.Best), n), f.name)
	}
	if err := a.free(into, id, f.force); err != nil {
		return err
	}
	yaml, err := discover.YAML(community)
	if err != nil {
		return err
	}
	s, problems, err := probe.Loaded(a.embedded, into, id, yaml)
	switch {
	case err != nil:
		return err
	case a.say(problems):
		a.ui.Sayf("nothing was written")
		return errUsage
	}
	a.printer().WriteLook(l)
	return a.keep(l, s, into, id, yaml, k, f)
}

// free reports whether a community of that id may be written.
func (a *app) free(into, id string, force bool) error {
	return probe.Free(a.catalogue(), into, id, force)
}

// keep writes the source file and, where the source is not proved by a platform's,
// its recording; a recording that could not be made leaves nothing behind.
func (a *app) keep(l *probe.Result, s *source.Source, into, id string, yaml []byte, k *probe.Prober, f addFlags) error {
	platform := l.Best.Way == discover.Platform
	var files map[string][]byte
	dir := filepath.Join(into, "testdata", id, recording.Folder(k.At))
	if !platform {
		if l.Unread != nil {
			return fmt.Errorf("%s could not be read, and nothing was written: %w", text.Line(l.Best.Source.URL, 200), l.Unread)
		}
		origin := recording.Fetched
		if l.Local {
			origin = recording.Written
		}
		var err error
		if files, err = probe.Recorded(s, k, l.Pages, origin); err != nil {
			return err
		}
		if exists(dir) && !f.force {
			return usage.Errorf("%s is there already; --force overwrites it", dir)
		}
	}
	if err := os.MkdirAll(into, 0o755); err != nil {
		return fmt.Errorf("make the directory of sources: %w", err)
	}
	if files != nil {
		if err := probe.WriteFolder(dir, files); err != nil {
			return err
		}
	}
	file := filepath.Join(into, id+".yaml")
	if err := os.WriteFile(file, yaml, 0o644); err != nil {
		return fmt.Errorf("write the source file: %w", err)
	}
	fmt.Fprintln(a.ui.Out, file)
	if files != nil {
		fmt.Fprintln(a.ui.Out, dir)
	}
	for _, doubt := range probe.Doubts(l.Best.Result.Listings) {
		a.ui.Sayf("in doubt, and written all the same: %s", doubt)
	}
	a.sayNext(id, into, platform)
	if l.Unread != nil || len(l.Best.Result.Rejections) > 0 {
		return errAttention
	}
	return nil
}

// sayNext says what to do with what was written.
func (a *app) sayNext(id, into string, platform bool) {
	if platform {
		a.ui.Sayf("the recording of its platform proves how it is read; `koyomi source check %s --live` shows that the group is there", id)
	} else {
		a.ui.Sayf("look through want.jsonl: it is what must be read from now on")
	}
	if a.config.Sources == "" || filepath.Clean(a.config.Sources) != filepath.Clean(into) {
		a.ui.Sayf("`sources: %s` in the config has this koyomi watch it; built into koyomi's own sources it is with the next build", into)
	}
	a.ui.Sayf("next: koyomi source check %s", id)
}

// into returns the directory that source files are written to.
func (a *app) into(flag string) (string, error) {
	switch {
	case flag != "":
		return flag, nil
	case a.config.Sources != "":
		return a.config.Sources, nil
	case exists("sources"):
		return "sources", nil
	}
	return "", usage.Errorf("no directory of source files: --into DIR names one, or `sources: DIR` in the config")
}
