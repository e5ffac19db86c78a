package probe

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"koyomi/internal/extract"
	"koyomi/internal/extract/kinds"
	"koyomi/internal/recording"
	"koyomi/internal/recording/trim"
	"koyomi/internal/source"
	"koyomi/internal/strict"
	"koyomi/internal/text"
	"koyomi/internal/usage"
)

// Loaded loads a source file beside all others, before it is written: what is wrong
// with it is said, and nothing is left behind.
func Loaded(
	embedded fs.FS,
	into, id string,
	yaml []byte,
) (*source.Source, []strict.Problem, error) {
	stage, err := os.MkdirTemp("", "koyomi-source-")
	if err != nil {
		return nil, nil, fmt.Errorf("look at the settings: %w", err)
	}
	defer os.RemoveAll(stage)
	if err := os.WriteFile(filepath.Join(stage, id+".yaml"), yaml, 0o600); err != nil {
		return nil, nil, usage.Errorf("--id %s: %w", usage.Quote(id), err)
	}
	files := []fs.FS{embedded}
	if exists(into) {
		files = append(files, source.Named(into, os.DirFS(into)))
	}
	catalogue, problems := source.Load(
		kinds.Definitions,
		append(files, source.Named("proposed", os.DirFS(stage)))...)
	var wrong []strict.Problem
	for _, p := range problems {
		if filepath.Dir(p.File) == "proposed" {
			wrong = append(wrong, p)
		}
	}
	if len(wrong) > 0 {
		return nil, wrong, nil
	}
	s, err := catalogue.Find(id)
	if err != nil {
		return nil, nil, usage.Of(err)
	}
	return s, nil, nil
}

// Recorded makes the files of a recording, cut down to what is read and without
// private persons, and proves that they hold.
func Recorded(
	s *source.Source,
	k *Prober,
	pages []extract.Page,
	origin recording.Origin,
) (map[string][]byte, error) {
	v := recording.Visit{Source: s.ID, At: k.At, Origin: origin}
	for _, p := range pages {
		page := recording.Page{
			URL:    p.Requested,
			Final:  p.URL,
			Status: p.Status,
			Header: map[string]string{},
			Body:   p.Body,
		}
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
	if proof := recording.Check(s, []recording.Visit{v}, kinds.All)[0]; len(
		proof.Drift,
	) > 0 {
		return nil, fmt.Errorf(
			"the recording would not hold: %s",
			text.Line(proof.Drift[0], 400),
		)
	}
	if len(report.Result.Listings) == 0 && len(report.Result.Rejections) > 0 {
		return nil, errors.New("nothing but items left out was read; nothing was written")
	}
	return recording.Files(v)
}

// WriteFolder writes a folder of files whole: it is made beside its place and then
// takes it, so that half a recording is never there.
func WriteFolder(dir string, files map[string][]byte) error {
	if err := writeFolder(dir, files); err != nil {
		return fmt.Errorf("write the recording: %w", err)
	}
	return nil
}

func writeFolder(dir string, files map[string][]byte) error {
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return err
	}
	stage, err := os.MkdirTemp(filepath.Dir(dir), ".new-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(stage)
	for name, body := range files {
		if err := os.WriteFile(filepath.Join(stage, name), bytes.Clone(body), 0o644); err != nil {
			return err
		}
	}
	if err := errors.Join(os.Chmod(stage, 0o755), os.RemoveAll(dir)); err != nil {
		return err
	}
	return os.Rename(stage, dir)
}

// sameOrigin are the origins of recordings that a fresh one may take the place of.
var sameOrigin = []recording.Origin{recording.Fetched}

func replaceable(o recording.Origin) bool { return slices.Contains(sameOrigin, o) }

// RecordingFolder returns the folder of today's recording of a source: named after
// the day, with the source's id where another one of its community was recorded.
func RecordingFolder(into string, s *source.Source, k *Prober, force bool) (string, error) {
	dir := filepath.Join(into, "testdata", s.Community, recording.Folder(k.At))
	old, taken := recordedThere(into, dir)
	if taken && old.Source != s.ID {
		dir += "-" + s.ID
		old, taken = recordedThere(into, dir)
	}
	if taken && !replaceable(old.Origin) && !force {
		return "", usage.Errorf(
			"%s was %s, not fetched; --force overwrites it",
			dir,
			old.Origin,
		)
	}
	return dir, nil
}

// recordedThere returns the recording that lies in a folder; false where none does.
func recordedThere(into, dir string) (recording.Visit, bool) {
	if !exists(dir) {
		return recording.Visit{}, false
	}
	visits, _ := recording.Load(os.DirFS(into))
	for _, v := range visits {
		if filepath.Join(into, v.Dir) == dir {
			return v, true
		}
	}
	return recording.Visit{Origin: "unreadable"}, true
}
