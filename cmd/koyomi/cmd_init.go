package main

import (
	"koyomi/internal/commandline"

	"github.com/spf13/cobra"

	"koyomi/internal/setup"
)

func newInitCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "init",
		Short: "ask what is needed to go live, and write config.yaml",
		Long: "Ask for contact, public address, mail server, connpass key and the area and topics of a\n" +
			"calendar of your own, one after the other, and write config.yaml (or what --config\n" +
			"names). A file that is there already is left as it\n" +
			"is. Secrets go to files of their own that only you may read. Answers may come from a\n" +
			"pipe, a line each.",
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
