package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/spf13/cobra"

	"koyomi/internal/deploy"
	"koyomi/internal/source"
	"koyomi/internal/usage"
	"koyomi/internal/view"
	"koyomi/internal/web"
)

func newPublishCmd(a *app) *cobra.Command {
	var address string
	cmd := &cobra.Command{
		Use:   "publish TARGET",
		Short: "the whole site as static files, to a directory",
		Long: "Write the calendar, its pages and feeds as files into the directory TARGET, for a web\n" +
			"server that runs no program. Each file takes its place whole, those that have not\n" +
			"changed are left untouched, and those that koyomi wrote before and that are no more are\n" +
			"taken away. A database that has lost its events takes nothing away: it is an error.",
		Example: "  koyomi publish public --public-url https://example.github.io/koyomi",
		Args:    exactly(1, "publish takes one TARGET, a directory (use koyomi publish public)"),
		RunE:    func(cmd *cobra.Command, args []string) error { return a.publish(cmd.Context(), args[0], address) },
	}
	cmd.Flags().StringVar(&address, "public-url", "", "the `URL` that TARGET is served under (default public_url of the config)")
	return cmd
}

// publish writes the site into a directory.
func (a *app) publish(ctx context.Context, target, address string) error {
	if a.flags.server != "" {
		return usage.Errorf("a site is made of a database: it takes --database, not --server")
	}
	if strings.Contains(target, "://") {
		return usage.Errorf("%s: expected a directory, buckets are for a later koyomi", usage.Quote(target))
	}
	if address == "" {
		address = a.config.PublicURL
	}
	if !isSite(address) {
		return usage.Errorf("--public-url %s: expected the address that every link in the calendar begins with (use https://example.github.io/koyomi)", usage.Quote(address))
	}
	db, err := a.openReader(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	site := web.New(web.Options{
		Reader:      db,
		Communities: func() []*source.Community { return a.catalogue().Communities },
		Calendars:   a.namedCalendars,
		Calendar:    a.config.Calendar(),
		PublicURL:   address,
		Static:      true,
		Contact:     a.config.Contact,
		Version:     versionName(),
		Now:         a.clockOf(),
		Log:         a.log,
	})
	f, err := deploy.Open(target)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := site.Files(ctx, func(one web.File) error { return f.Put(one.Path, one.Body) }); err != nil {
		return fmt.Errorf("publish to %s: %w", usage.Quote(target), err)
	}
	done, err := f.Finish()
	switch {
	case errors.Is(err, deploy.ErrShrunk):
		return fmt.Errorf("the database knows no event any more, and %s shows some: it is left as it is; an empty TARGET starts again", usage.Quote(target))
	case err != nil:
		return fmt.Errorf("publish to %s: %w", usage.Quote(target), err)
	}
	a.ui.Sayf("%s holds the site: %s written, %d unchanged, %d taken away", usage.Quote(target), view.Counted(done.Written, "file"), done.Unchanged, done.Removed)
	return nil
}

// isSite reports whether an address is one that a site can be served under.
func isSite(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return false
	}
	isWeb := u.Scheme == "http" || u.Scheme == "https"
	return isWeb && u.RawQuery == "" && u.Fragment == ""
}
