package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"
)

// newRootCmd is the table of contents of the command line.
func newRootCmd(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:   "koyomi",
		Short: "community events, gathered into one calendar",
		Long: "koyomi (暦) polls what communities announce, reads it into events, remembers them\n" +
			"and publishes one calendar to subscribe to.",
		Example: "  koyomi serve --replay      try it with no network and no setup\n" +
			"  koyomi events --to +14d    what is on in the next two weeks",
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          noArgs,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		PersistentPreRunE: func(*cobra.Command, []string) error {
			return a.prepare()
		},
	}
	root.SetIn(a.ui.in)
	root.SetOut(a.ui.out)
	root.SetErr(a.ui.errOut)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usagef("%w\nsee: %s --help", err, cmd.CommandPath())
	})
	f := root.PersistentFlags()
	f.StringVar(&a.flags.config, "config", "", "the operator's `FILE` (default config.yaml, or $KOYOMI_CONFIG)")
	f.StringVar(&a.flags.database, "database", "", "the database: a path, or sqlite:PATH")
	f.StringVar(&a.flags.server, "server", "", "ask a running koyomi at `URL` instead of a database")
	f.StringVar(&a.flags.now, "now", "", "fix the clock at `TIME`, as 2009-05-18T09:00:00+09:00")
	f.StringVar(&a.flags.logLevel, "log-level", "info", "debug, info, warn or error")
	f.StringVar(&a.flags.color, "color", "auto", "auto, always or never")
	root.AddCommand(
		newServeCmd(a), newSyncCmd(a), newEventsCmd(a), newSourceCmd(a), newConfigCmd(a), newVersionCmd(a),
		newWhenCmd(a.ui.in, a.ui.out, a.ui.errOut, a.now), newExtractCmd(a.extractTools()),
	)
	return root
}

// noArgs refuses arguments, which for a command with subcommands are mistyped ones.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	hint := ""
	if s := cmd.SuggestionsFor(args[0]); len(s) > 0 {
		hint = fmt.Sprintf("; did you mean %q?", s[0])
	}
	return usagef("%s knows no command %s%s\nsee: %s --help", cmd.CommandPath(), quoted(args[0]), hint, cmd.CommandPath())
}

// parseNow reads the --now flag.
func parseNow(s string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return t, usagef("--now %s: not a time; would be right: 2009-05-18T09:00:00+09:00", quoted(s))
	}
	return t, nil
}
