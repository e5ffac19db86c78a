package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"koyomi/internal/commandline"

	"github.com/spf13/cobra"

	"koyomi/internal/store"
	"koyomi/internal/usage"
	"koyomi/internal/view"
)

func newBackupCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "backup FILE",
		Short: "back up the database, even while the daemon runs",
		Long: "Write a complete copy of the database, as of now, to FILE, which must not exist yet.\n" +
			"Other processes can go on working. The archive of raw responses is a directory of files\n" +
			"that never change: copy it with your usual tools.",
		Example: "  koyomi backup koyomi-2026-06-01.db",
		Args:    commandline.Exactly(1, "backup takes one FILE (use koyomi backup koyomi-2026-06-01.db)"),
		RunE:    func(cmd *cobra.Command, args []string) error { return a.backup(cmd.Context(), args[0]) },
	}
}

func (a *app) backup(ctx context.Context, file string) error {
	if a.flags.server != "" {
		return usage.Errorf("a backup is made of a database: it takes --database, not --server")
	}
	db, err := a.openReader(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	err = db.Backup(ctx, file)
	switch {
	case errors.Is(err, fs.ErrExist):
		return usage.Errorf("%s is there already and is left as it is (use another FILE)", usage.Quote(file))
	case notThere(err):
		return fmt.Errorf("cannot write %s: its directory is not there", usage.Quote(file))
	case err != nil:
		return err
	}
	info, err := os.Stat(file)
	if err != nil {
		return err
	}
	a.ui.Sayf("%s holds the database as it was just now: %s", usage.Quote(file), view.SizeWords(info.Size()))
	return nil
}

func newRestoreCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "restore FILE",
		Short: "replace the database with a backup",
		Long: "Replace the database with a copy of the backup FILE. Stop the daemon first. The previous\n" +
			"database is kept under another name, which is printed. Mail that was queued when the\n" +
			"backup was made is not sent.",
		Example: "  koyomi restore koyomi-2026-06-01.db",
		Args:    commandline.Exactly(1, "restore takes one FILE (use koyomi restore koyomi-2026-06-01.db)"),
		RunE:    func(cmd *cobra.Command, args []string) error { return a.restore(cmd.Context(), args[0]) },
	}
}

func (a *app) restore(ctx context.Context, file string) error {
	if a.flags.server != "" {
		return usage.Errorf("a backup is restored to a database: it takes --database, not --server")
	}
	e, name, err := a.engine()
	if err != nil {
		return err
	}
	aside, err := e.restore(ctx, file, name, a.now())
	switch {
	case notThere(err):
		return fmt.Errorf("there is no backup %s", usage.Quote(file))
	case errors.Is(err, store.ErrForeign):
		return fmt.Errorf("%s is no backup of koyomi's, and nothing was changed: %w", usage.Quote(file), err)
	case err != nil:
		return err
	}
	if aside != "" {
		a.ui.Sayf("the database that was there is kept as %s", usage.Quote(aside))
	}
	a.ui.Sayf("%s is what %s held; start the daemon again with `koyomi serve`", usage.Quote(spoken(name)), usage.Quote(file))
	return nil
}
