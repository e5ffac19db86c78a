package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"koyomi/internal/recording"
	"koyomi/internal/source"
	"koyomi/internal/usage"
)

func newSourceRecordCmd(a *app) *cobra.Command {
	var into string
	var force bool
	cmd := &cobra.Command{
		Use:   "record SOURCE",
		Short: "visit a source and keep what it answers as a recording",
		Long: "Visit a source now and keep its pages as DIR/testdata/COMMUNITY/DATE/, with what is read\n" +
			"from them as what must be read from now on. The pages are cut down to what is read, and\n" +
			"private persons are left out: mail addresses and telephone numbers everywhere, values and\n" +
			"elements that name participants, speakers, authors or owners. A speaker in the title of an\n" +
			"event stays. Recordings of other days are left as they are; one that was fetched on the\n" +
			"same day is replaced, one that was written by hand only with --force.",
		Example: "  koyomi source record osc",
		Args:    exactly(1, "source record takes one SOURCE; would be right: koyomi source record osc"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.sourceRecord(cmd.Context(), args[0], into, force)
		},
	}
	cmd.Flags().StringVar(&into, "into", "", "the `DIR` of source files")
	cmd.Flags().BoolVar(&force, "force", false, "overwrite a recording that was not fetched")
	return cmd
}

func (a *app) sourceRecord(ctx context.Context, id, into string, force bool) error {
	s, err := a.catalogue().Find(id)
	if err != nil {
		return usage.Of(err)
	}
	switch {
	case s.Kind == source.Static:
		return usage.Errorf("%s is kept by hand: its list is its own recording", s.ID)
	case s.Archived != "":
		return usage.Errorf("%s is asked no more: %s", s.ID, s.Archived)
	case s.Off != "" && !a.config.Polls(s):
		return usage.Errorf("%s is off: %s; `enable: {%s: REASON}` in the config turns it on", s.ID, s.Off, s.ID)
	}
	if into, err = a.into(into); err != nil {
		return err
	}
	k := a.newKit()
	defer k.close()
	dir, err := recordingFolder(into, s, k, force)
	if err != nil {
		return err
	}
	pages, err := k.gather(ctx, s, nil)
	if err != nil {
		return fmt.Errorf("visit %s: %w", s.ID, err)
	}
	files, err := recorded(s, k, pages, recording.Fetched)
	if err != nil {
		return fmt.Errorf("record %s: %w", s.ID, err)
	}
	if err := writeFolder(dir, files); err != nil {
		return err
	}
	fmt.Fprintln(a.ui.Out, dir)
	a.ui.Sayf("look through want.jsonl: it is what must be read from now on\nnext: koyomi source check %s", s.ID)
	return nil
}

// recordingFolder gives the folder of today's recording of a source: named after
// the day, with the source's id where another one of its community was recorded.
func recordingFolder(into string, s *source.Source, k *kit, force bool) (string, error) {
	dir := filepath.Join(into, "testdata", s.Community, recording.Folder(k.at))
	old, taken := recordedThere(into, dir)
	if taken && old.Source != s.ID {
		dir += "-" + s.ID
		old, taken = recordedThere(into, dir)
	}
	if taken && !replaceable(old.Origin) && !force {
		return "", usage.Errorf("%s was %s, not fetched; --force overwrites it", dir, old.Origin)
	}
	return dir, nil
}

// recordedThere gives the recording that lies in a folder; false where none does.
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
