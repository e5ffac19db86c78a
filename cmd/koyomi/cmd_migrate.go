package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"koyomi/internal/commandline"
	"koyomi/internal/store/sqlstore"
	"koyomi/internal/usage"
	"koyomi/internal/view"
)

func newMigrateCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "migrate FROM TO",
		Short: "copy a database to another engine",
		Long: "Copy the whole database FROM to TO, which must be empty or not exist yet: events with\n" +
			"their UIDs, history, corrections, subscribers, outbox. Each is a path or\n" +
			"postgres://USER@HOST/NAME. Stop the daemon first; FROM is not changed. The archive of raw\n" +
			"responses is a directory of files: set archive.directory to use it with TO.",
		Example: "  koyomi migrate koyomi.db copy.db",
		Args:    commandline.Exactly(2, "migrate takes FROM and TO (use koyomi migrate koyomi.db postgres://koyomi@localhost/koyomi)"),
		RunE:    func(cmd *cobra.Command, args []string) error { return a.migrate(cmd.Context(), args[0], args[1]) },
	}
}

func (a *app) migrate(ctx context.Context, from, to string) error {
	if a.flags.server != "" {
		return usage.Errorf("migrate copies a database: it takes FROM and TO, not --server")
	}
	source, err := openNamed(ctx, from, access{lock: true, present: true})
	if err != nil {
		return err
	}
	defer source.Close()
	target, err := openNamed(ctx, to, access{lock: true})
	if err != nil {
		return err
	}
	defer target.Close()
	rows, err := sqlstore.Copy(ctx, source.SQL(), target.SQL())
	switch {
	case errors.Is(err, sqlstore.ErrNotEmpty):
		return fmt.Errorf("%s holds something already and is left as it is (use a database that is empty or not there yet)", usage.Quote(spoken(to)))
	case err != nil:
		return err
	}
	a.ui.Sayf("%s holds what %s does: %s, %s, %s; start the daemon with --database on it",
		usage.Quote(spoken(to)), usage.Quote(spoken(from)),
		view.Counted(int(rows["events"]), "event"), view.Counted(int(rows["changes"]), "change"), view.Counted(int(rows["subscribers"]), "subscriber"))
	return nil
}

// openNamed opens the database at an address; one that has to be present is not made.
func openNamed(ctx context.Context, address string, how access) (database, error) {
	e, name, err := engineOf(address)
	if err != nil {
		return nil, err
	}
	if how.present && !e.exists(name) {
		return nil, noDatabase(name)
	}
	return e.open(ctx, name, how)
}
