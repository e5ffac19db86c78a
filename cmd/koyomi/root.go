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
	f.StringVar(&a.flags.config, "config", "", "the configuration `FILE` (default config.yaml, or $KOYOMI_CONFIG)")
	f.StringVar(&a.flags.database, "database", "", "the database: a path, or postgres://USER@HOST/NAME")
	f.StringVar(&a.flags.server, "server", "", "ask a running koyomi at `URL` instead of a database")
	f.StringVar(&a.flags.lang, "lang", "", "ja or en, the `LANGUAGE` of messages (default that of the locale)")
	f.StringVar(&a.flags.now, "now", "", "set the clock to `TIME`, for example 2009-05-18T09:00:00+09:00")
	f.StringVar(&a.flags.logLevel, "log-level", "info", "debug, info, warn or error")
	f.StringVar(&a.flags.color, "color", "auto", "auto, always or never")
	for _, g := range []struct {
		id, title string
		commands  []*cobra.Command
	}{
		{"read", "Find events:", []*cobra.Command{
			newEventsCmd(a), newShowCmd(a), newOpenCmd(a), newClashCmd(a), newCoverageCmd(a), newQueryHelp(),
		}},
		{"run", "Run a calendar:", []*cobra.Command{
			newInitCmd(a), newServeCmd(a), newSyncCmd(a), newPublishCmd(a), newDoctorCmd(a),
			newServiceCmd(a), newConfigCmd(a), newBackupCmd(a), newRestoreCmd(a), newMigrateCmd(a),
		}},
		{"sources", "Add and watch sources:", []*cobra.Command{
			newSourceCmd(a), newHeldCmd(a), newEventCmd(a), newArchiveCmd(a),
		}},
		{"mail", "Mail:", []*cobra.Command{newDigestCmd(a), newSubscriberCmd(a)}},
		{"check", "Check texts and files:", []*cobra.Command{
			newWhenCmd(a.ui, a.now), newExtractCmd(a.extractTools()), newLintCmd(a),
		}},
	} {
		root.AddGroup(&cobra.Group{ID: g.id, Title: g.title})
		for _, cmd := range g.commands {
			cmd.GroupID = g.id
			root.AddCommand(cmd)
		}
	}
	root.AddCommand(newCompletionCmd(a), newVersionCmd(a), newManCmd(a))
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
