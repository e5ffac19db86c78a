package main

import (
	"context"
	"fmt"

	"koyomi/internal/commandline"

	"github.com/spf13/cobra"

	"koyomi/internal/probe"
	"koyomi/internal/recording"
	"koyomi/internal/source"
	"koyomi/internal/usage"
)

func newSourceRecordCmd(a *app) *cobra.Command {
	var into string
	var force bool
	cmd := &cobra.Command{
		Use:   "record SOURCE",
		Short: "visit a source and save its response as a recording",
		Long: "Visit a source now and save its pages in DIR/testdata/COMMUNITY/DATE/, together with the\n" +
			"events read from them as the expected result. The pages are reduced to what is read, and\n" +
			"private data is removed: mail addresses and telephone numbers everywhere, and values and\n" +
			"elements that name participants, speakers, authors or owners. A speaker in the title of an\n" +
			"event stays. Recordings of other days are kept; one fetched on the same day is replaced,\n" +
			"one written by hand only with --force.",
		Example: "  koyomi source record osc",
		Args:    commandline.Exactly(1, "source record takes one SOURCE (use koyomi source record osc)"),
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
	k := a.newProber()
	defer k.Close()
	dir, err := probe.RecordingFolder(into, s, k, force)
	if err != nil {
		return err
	}
	pages, err := k.Gather(ctx, s, nil)
	if err != nil {
		return fmt.Errorf("visit %s: %w", s.ID, err)
	}
	files, err := probe.Recorded(s, k, pages, recording.Fetched)
	if err != nil {
		return fmt.Errorf("record %s: %w", s.ID, err)
	}
	if err := probe.WriteFolder(dir, files); err != nil {
		return err
	}
	fmt.Fprintln(a.ui.Out, dir)
	a.ui.Sayf("look through want.jsonl: it is what must be read from now on\nnext: koyomi source check %s", s.ID)
	return nil
}
