package main

import (
	"koyomi/internal/commandline"

	"github.com/spf13/cobra"

	"koyomi/internal/setup"
)

func newInitCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "init",
		Short: "ask for the settings needed to go live, and write config.yaml",
		Long: "Ask for contact, public address, mail server, connpass key and the area and topics of\n" +
			"your calendar, one after the other, and write config.yaml (or the file of --config). An\n" +
			"existing file is not changed. Secrets go to separate files that only you can read.\n" +
			"Answers can come from a pipe, one per line.",
		Example: "  koyomi init\n  koyomi --config /etc/koyomi.yaml init",
		Args:    commandline.Exactly(0, "init takes no arguments (use koyomi init, or koyomi --config FILE init)"),
		// There is no config to read yet.
		PersistentPreRunE: func(*cobra.Command, []string) error { return a.ui.SetColor(a.flags.color) },
		RunE: func(cmd *cobra.Command, _ []string) error {
			name, _ := a.configName()
			return setup.Run(cmd.Context(), a.ui, name)
		},
	}
}
