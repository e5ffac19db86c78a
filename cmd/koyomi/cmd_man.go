package main

import (
	"os"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"

	"koyomi/internal/commandline"
	"koyomi/internal/event"
)

func newManCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "man DIR",
		Short:   "write the manual pages into a directory",
		Long:    "Write a manual page for each command into DIR, which is created if it is missing.",
		Example: "  koyomi man man1 && man -l man1/koyomi.1",
		Hidden:  true,
		Args:    commandline.Exactly(1, "man takes one DIR (use koyomi man man1)"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := os.MkdirAll(args[0], 0o755); err != nil {
				return err
			}
			day := event.DateOf(a.now()).Begin(time.UTC)
			return commandline.WriteMan(cmd.Root(), doc.GenManHeader{
				Section: "1",
				Source:  "koyomi " + versionName(),
				Manual:  "koyomi",
				Date:    &day,
			}, args[0])
		},
	}
}
