package main

import (
	"time"

	"koyomi/internal/commandline"

	"github.com/spf13/cobra"

	"koyomi/internal/usage"
)

// newRootCmd is the table of contents of the command line.
func newRootCmd(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:   "koyomi",
		Short: "community events, gathered into one calendar",
		Long: "koyomi (暦) polls what communities announce, reads it into events, remembers\n" +
			"them and publishes one calendar to subscribe to.",
		Example: "  koyomi serve --replay      try it with no network and no setup\n" +
			"  koyomi events --to +14d    what is on in the next two weeks",
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          commandline.NoArgs,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		PersistentPreRunE: func(*cobra.Command, []string) error {
			return a.prepare()
		},
	}
	root.Version = versionName() // it makes cobra add --version and -v
	root.SetVersionTemplate(versionLine())
	root.SetIn(a.ui.In)
	root.SetOut(a.ui.Out)
	root.SetErr(a.ui.ErrOut)
	f := root.PersistentFlags()
	f.StringVar(&a.flags.config, "config", "", "the operator's `FILE` (default config.yaml, or $KOYOMI_CONFIG)")
	f.StringVar(&a.flags.database, "database", "", "the database: a path, or postgres://USER@HOST/NAME")
	f.StringVar(&a.flags.server, "server", "", "ask a running koyomi at `URL` instead of a database")
	f.StringVar(&a.flags.now, "now", "", "fix the clock at `TIME`, as 2009-05-18T09:00:00+09:00")
	f.StringVar(&a.flags.logLevel, "log-level", "info", "debug, info, warn or error")
	f.StringVar(&a.flags.color, "color", "auto", "auto, always or never")
	root.AddCommand(
		newServeCmd(a), newSyncCmd(a),
		newEventsCmd(a), newShowCmd(a), newOpenCmd(a), newClashCmd(a), newCoverageCmd(a),
		newSourceCmd(a), newHeldCmd(a), newDoctorCmd(a), newEventCmd(a),
		newWhenCmd(a.ui, a.now), newExtractCmd(a.extractTools()), newArchiveCmd(a),
		newPublishCmd(a), newLintCmd(a), newDigestCmd(a), newSubscriberCmd(a),
		newInitCmd(a), newServiceCmd(a), newConfigCmd(a), newBackupCmd(a), newRestoreCmd(a), newMigrateCmd(a), newCompletionCmd(a), newVersionCmd(a),
		newQueryHelp(), newManCmd(a),
	)
	a.settle(root)
	return root
}

// parseNow reads the --now flag.
func parseNow(s string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return t, usage.Errorf("--now %s: expected a time (use 2009-05-18T09:00:00+09:00)", usage.Quote(s))
	}
	return t, nil
}
