package main

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"koyomi/internal/commandline"

	"github.com/spf13/cobra"

	"koyomi/internal/config"
	"koyomi/internal/deploy"
	"koyomi/internal/source"
	"koyomi/internal/store"
	"koyomi/internal/usage"
	"koyomi/internal/view"
	"koyomi/internal/web"
)

func newPublishCmd(a *app) *cobra.Command {
	var p config.Publication
	cmd := &cobra.Command{
		Use:   "publish TARGET",
		Short: "write the whole site as static files, to a directory or a bucket",
		Long: "Write the calendar, its pages and feeds as files into TARGET, for a web server or a CDN:\n" +
			"a directory, or a bucket of an S3-compatible store (s3://NAME/PREFIX, with the keys in\n" +
			"AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or those named under publish: in the\n" +
			"configuration). Each file is replaced atomically, unchanged files are not written, and\n" +
			"files that koyomi wrote before and no longer needs are removed. A database that has lost\n" +
			"its events removes nothing: that is an error.\n" +
			"`koyomi serve` does the same on its own for each target under publish:.",
		Example: "  koyomi publish public --public-url https://example.github.io/koyomi",
		Args:    commandline.Exactly(1, "publish takes one TARGET, a directory or a bucket (use koyomi publish public)"),
		RunE: func(cmd *cobra.Command, args []string) error {
			p.Target = args[0]
			return a.publish(cmd.Context(), p)
		},
	}
	f := cmd.Flags()
	f.StringVar(&p.PublicURL, "public-url", "", "the `URL` that TARGET is served under (default public_url of the config)")
	f.StringVar(&p.Endpoint, "endpoint", "", "the `URL` of the bucket's store (default Amazon's)")
	f.StringVar(&p.Region, "region", "", "the bucket's region (default: the store is asked)")
	f.BoolVar(&p.Precompress, "precompress", false, "write a compressed copy, NAME.gz, next to each text file of a directory")
	return cmd
}

// publish writes the site into a target.
func (a *app) publish(ctx context.Context, p config.Publication) error {
	if a.flags.server != "" {
		return usage.Errorf("a site is made of a database: it takes --database, not --server")
	}
	p = a.completed(p)
	if err := deploy.CheckAddress(p.PublicURL); err != nil {
		return err
	}
	db, err := a.openReader(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	done, err := a.write(ctx, db, p, nil)
	if err != nil {
		return err
	}
	a.ui.Sayf("%s holds the site: %s written, %d unchanged, %d taken away", usage.Quote(p.Target), view.Counted(done.Written, "file"), done.Unchanged, done.Removed)
	return nil
}

// completed fills in what the config says of a target.
func (a *app) completed(p config.Publication) config.Publication {
	i := slices.IndexFunc(a.config.Publish, func(one config.Publication) bool { return one.Target == p.Target })
	if i >= 0 {
		said := p
		p = a.config.Publish[i]
		p.PublicURL = cmp.Or(said.PublicURL, p.PublicURL)
		p.Endpoint = cmp.Or(said.Endpoint, p.Endpoint)
		p.Region = cmp.Or(said.Region, p.Region)
		p.Precompress = said.Precompress || p.Precompress
	}
	p.PublicURL = cmp.Or(p.PublicURL, a.config.PublicURL)
	return p
}

// write puts the site of a database into a target.
func (a *app) write(ctx context.Context, db store.Reader, p config.Publication, held func(context.Context) error) (deploy.Counts, error) {
	access, secret := p.Keys()
	return deploy.Put(ctx, a.staticSite(db, p.PublicURL), deploy.Place{
		Target: p.Target, Endpoint: p.Endpoint, Region: p.Region,
		AccessKey: access.Reveal(), SecretKey: secret.Reveal(), Precompress: p.Precompress,
	}, held)
}

// staticSite is the site of a database whose pages link to files.
func (a *app) staticSite(db store.Reader, address string) *web.Site {
	return web.New(web.Options{
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
		Coverage:    a.cover(false),
	})
}

// publishers keep the places of the config as the database is; a replay keeps none, and a
// reload takes effect when koyomi is started again.
func (h *instance) publishers() []*deploy.Publisher {
	if h.deps.options.fetcher != nil {
		return nil
	}
	var all []*deploy.Publisher
	for _, p := range h.app().config.Publish {
		p = h.app().completed(p)
		all = append(all, &deploy.Publisher{
			Name:  p.Target,
			Every: p.Interval(),
			State: func(ctx context.Context) (string, error) { return h.published(ctx, p) },
			Write: func(ctx context.Context, held func(context.Context) error) (deploy.Counts, error) {
				done, err := h.app().write(ctx, h.deps.store, p, held)
				h.deps.metrics.Published(p.Target, done.Written, done.Unchanged, done.Removed, err)
				return done, err
			},
			Log: h.app().log,
		})
	}
	return all
}

// published names what the site as files is made of: the events, the day, the program and
// its address.
func (h *instance) published(ctx context.Context, p config.Publication) (string, error) {
	revision, err := h.deps.store.Revision(ctx)
	day := h.app().config.Calendar().Day(h.deps.options.now())
	return strings.Join([]string{strconv.FormatInt(revision, 10), day.String(), versionName(), p.PublicURL}, " "), err
}
