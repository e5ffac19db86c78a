package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"koyomi/internal/discover"
	"koyomi/internal/extract"
	"koyomi/internal/extract/kinds"
	"koyomi/internal/recording"
	"koyomi/internal/recording/trim"
	"koyomi/internal/source"
	"koyomi/internal/strict"
	"koyomi/internal/text"
)

// addFlags are what `source add` was asked for.
type addFlags struct {
	base, id, name, into string
	pick                 int
	force                bool
}

func newSourceAddCmd(a *app) *cobra.Command {
	var f addFlags
	cmd := &cobra.Command{
		Use:   "add URL|FILE",
		Short: "write the source file of a community, and its recording",
		Long: "Find out how an address can be read, as `source try` does, and keep it: the settings as\n" +
			"DIR/ID.yaml, what the site answered as DIR/testdata/ID/DATE/ with what must be read from\n" +
			"it. The recording is cut down to what is read; mail addresses, participants, speakers and\n" +
			"bylines are left out. A group of a known platform is proved by the platform's recording\n" +
			"and gets none. DIR is that of the config (sources:), else ./sources.",
		Example: "  koyomi source add https://gotandarb.connpass.com/ --name Gotanda.rb\n  koyomi source add https://example.org/events/ --id example --name 例の会",
		Args:    exactly(1, "source add takes one URL or FILE; would be right: koyomi source add https://example.org/events/ --id example"),
		RunE:    func(cmd *cobra.Command, args []string) error { return a.sourceAdd(cmd.Context(), args[0], f) },
	}
	flags := cmd.Flags()
	flags.StringVar(&f.id, "id", "", "the community's `ID`, the name of its file (default: from the address)")
	flags.StringVar(&f.name, "name", "", "what people call the community (default: what the page calls itself)")
	flags.StringVar(&f.base, "base", "", "the `URL` a FILE is from")
	flags.IntVar(&f.pick, "pick", 0, "take the proposal with this `NUMBER`, not the best")
	flags.StringVar(&f.into, "into", "", "the `DIR` of source files")
	flags.BoolVar(&f.force, "force", false, "overwrite what is there")
	return cmd
}

func (a *app) sourceAdd(ctx context.Context, name string, f addFlags) error {
	if !isWeb(name) && exists(name) && f.base == "" {
		return usagef("source add %s: a source has an address; --base URL says where the file is from", quoted(name))
	}
	into, err := a.into(f.into)
	if err != nil {
		return err
	}
	k := a.newKit()
	defer k.close()
	l, err := k.look(ctx, name, f.base, f.pick)
	if err != nil {
		return err
	}
	if l.best == nil {
		return a.nothing(l)
	}
	id, community := l.community(f.id, f.name)
	if err := a.free(into, id, f.force); err != nil {
		return err
	}
	yaml, err := discover.YAML(community)
	if err != nil {
		return err
	}
	s, err := a.loaded(into, id, yaml)
	if err != nil {
		return err
	}
	a.tellLook(l)
	return a.keep(l, s, into, id, yaml, k, f)
}

// free reports whether a community of that id may be written.
func (a *app) free(into, id string, force bool) error {
	file := filepath.Join(into, id+".yaml")
	switch {
	case discover.Slug(id) != id:
		return usagef("--id %s: lower-case letters, digits and single - are expected; would be right: %s", quoted(id), discover.Slug(id))
	case force:
		return nil
	case exists(file):
		return usagef("%s is there already; --force overwrites it, --id NAME gives another name", file)
	case a.catalogue().Community(id) != nil:
		return usagef("%s is a community already; --id NAME gives another name, --force puts this one in its place", id)
	}
	return nil
}

// keep writes the source file and, where the source is not proved by a platform's,
// its recording; a recording that could not be made leaves nothing behind.
func (a *app) keep(l *look, s *source.Source, into, id string, yaml []byte, k *kit, f addFlags) error {
	platform := l.best.Way == discover.Platform
	var files map[string][]byte
	dir := filepath.Join(into, "testdata", id, recording.Folder(k.at))
	if !platform {
		if l.unread != nil {
			return fmt.Errorf("%s could not be read, and nothing was written: %w", text.Line(l.best.Source.URL, 200), l.unread)
		}
		origin := recording.Fetched
		if l.local {
			origin = recording.Written
		}
		var err error
		if files, err = recorded(s, k, l.pages, origin); err != nil {
			return err
		}
		if exists(dir) && !f.force {
			return usagef("%s is there already; --force overwrites it", dir)
		}
	}
	if err := os.MkdirAll(into, 0o755); err != nil {
		return fmt.Errorf("make the directory of sources: %w", err)
	}
	if files != nil {
		if err := writeFolder(dir, files); err != nil {
			return err
		}
	}
	file := filepath.Join(into, id+".yaml")
	if err := os.WriteFile(file, yaml, 0o644); err != nil {
		return fmt.Errorf("write the source file: %w", err)
	}
	fmt.Fprintln(a.ui.out, file)
	if files != nil {
		fmt.Fprintln(a.ui.out, dir)
	}
	a.sayNext(id, into, platform)
	if l.unread != nil || len(l.best.Result.Rejections) > 0 {
		return errAttention
	}
	return nil
}

// sayNext says what to do with what was written.
func (a *app) sayNext(id, into string, platform bool) {
	if platform {
		a.ui.sayf("the recording of its platform proves it; none of its own is needed")
	} else {
		a.ui.sayf("look through want.jsonl: it is what must be read from now on")
	}
	if a.config.Sources == "" || filepath.Clean(a.config.Sources) != filepath.Clean(into) {
		a.ui.sayf("`sources: %s` in the config has this koyomi watch it; built into koyomi's own sources it is with the next build", into)
	}
	a.ui.sayf("next: koyomi source check %s", id)
}

// into gives the directory that source files are written to.
func (a *app) into(flag string) (string, error) {
	switch {
	case flag != "":
		return flag, nil
	case a.config.Sources != "":
		return a.config.Sources, nil
	case exists("sources"):
		return "sources", nil
	}
	return "", usagef("no directory of source files: --into DIR names one, or `sources: DIR` in the config")
}

// loaded loads a source file beside all others, before it is written: what is wrong
// with it is said, and nothing is left behind.
func (a *app) loaded(into, id string, yaml []byte) (*source.Source, error) {
	stage, err := os.MkdirTemp("", "koyomi-source-")
	if err != nil {
		return nil, fmt.Errorf("look at the settings: %w", err)
	}
	defer os.RemoveAll(stage)
	if err := os.WriteFile(filepath.Join(stage, id+".yaml"), yaml, 0o600); err != nil {
		return nil, usagef("--id %s: %w", quoted(id), err)
	}
	files := []fs.FS{a.embedded}
	if exists(into) {
		files = append(files, source.Named(into, os.DirFS(into)))
	}
	catalogue, problems := source.Load(kinds.Definitions, append(files, source.Named("proposed", os.DirFS(stage)))...)
	var wrong []strict.Problem
	for _, p := range problems {
		if filepath.Dir(p.File) == "proposed" {
			wrong = append(wrong, p)
		}
	}
	if a.say(wrong) {
		a.ui.sayf("nothing was written")
		return nil, errUsage
	}
	s, err := catalogue.Find(id)
	if err != nil {
		return nil, usageError{err}
	}
	return s, nil
}

// recorded makes the files of a recording, cut down to what is read and without
// private persons, and proves that they hold.
func recorded(s *source.Source, k *kit, pages []extract.Page, origin recording.Origin) (map[string][]byte, error) {
	v := recording.Visit{Source: s.ID, At: k.at, Origin: origin}
	for _, p := range pages {
		page := recording.Page{URL: p.Requested, Final: p.URL, Status: p.Status, Header: map[string]string{}, Body: p.Body}
		if p.ContentType != "" {
			page.Header["content-type"] = p.ContentType
		}
		v.Pages = append(v.Pages, page)
	}
	v = trim.Visit(s, v, kinds.All[s.Kind])
	want, report, err := recording.Want(s, v, kinds.All)
	if err != nil {
		return nil, err
	}
	v.Want = want
	if proof := recording.Check(s, []recording.Visit{v}, kinds.All)[0]; len(proof.Drift) > 0 {
		return nil, fmt.Errorf("the recording would not hold: %s", text.Line(proof.Drift[0], 400))
	}
	if len(report.Result.Listings) == 0 && len(report.Result.Rejections) > 0 {
		return nil, errors.New("nothing but items left out was read; nothing was written")
	}
	return recording.Files(v)
}

// writeFolder writes a folder of files whole: it is made beside its place and then
// takes it, so that half a recording is never there.
func writeFolder(dir string, files map[string][]byte) error {
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return fmt.Errorf("write the recording: %w", err)
	}
	stage, err := os.MkdirTemp(filepath.Dir(dir), ".new-")
	if err != nil {
		return fmt.Errorf("write the recording: %w", err)
	}
	defer os.RemoveAll(stage)
	for name, body := range files {
		if err := os.WriteFile(filepath.Join(stage, name), bytes.Clone(body), 0o644); err != nil {
			return fmt.Errorf("write the recording: %w", err)
		}
	}
	if err := os.Chmod(stage, 0o755); err != nil {
		return fmt.Errorf("write the recording: %w", err)
	}
	if err := os.RemoveAll(dir); err != nil {
		return fmt.Errorf("write the recording: %w", err)
	}
	if err := os.Rename(stage, dir); err != nil {
		return fmt.Errorf("write the recording: %w", err)
	}
	return nil
}

// sameOrigin are the origins of recordings that a fresh one may take the place of.
var sameOrigin = []recording.Origin{recording.Fetched}

func replaceable(o recording.Origin) bool { return slices.Contains(sameOrigin, o) }
