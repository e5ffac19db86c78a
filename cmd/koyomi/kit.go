package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"koyomi/internal/discover"
	"koyomi/internal/extract"
	"koyomi/internal/extract/kinds"
	"koyomi/internal/poll"
	"koyomi/internal/source"
	"koyomi/internal/text"
)

// A kit looks at one address or file and finds out how it could be read. It asks
// one host after the other, as politely as the daemon.
type kit struct {
	app    *app
	client *visitor
	at     time.Time
	// follow is how many addresses are asked besides the one that was given.
	follow int
}

// newKit makes a kit; the caller closes it.
func (a *app) newKit() *kit { return &kit{app: a, at: a.now().Truncate(time.Second), follow: 2} }

func (k *kit) close() {
	if k.client != nil {
		if err := k.client.Close(); err != nil {
			k.app.log.Warn("what hosts asked for could not be kept", "error", err)
		}
	}
}

// A look is what a kit has found.
type look struct {
	discover.Report
	// address is what was asked for, pages what came back for the proposal chosen.
	address string
	pages   []extract.Page
	local   bool
	// best is the proposal chosen, nil for none; unread says why nothing could be
	// read by it yet.
	best   *discover.Proposal
	unread error
}

// look finds out how an address or a file could be read. pick chooses among the
// proposals, counted from 1.
func (k *kit) look(ctx context.Context, name, base string, pick int) (*look, error) {
	f := &discover.Finder{Catalogue: k.app.catalogue(), Kinds: kinds.All}
	address, local, err := addressOf(name, base)
	if err != nil {
		return nil, err
	}
	l := &look{address: address, local: local}
	if l.Report = f.Address(address); local || !l.sure() {
		page, err := k.first(ctx, name, l)
		if err != nil {
			return nil, err
		}
		l.Report = f.Find(page, k.at)
		l.pages = []extract.Page{page}
	}
	if pick > len(l.Proposals) {
		return nil, usagef("--pick %d: there are %d proposals", pick, len(l.Proposals))
	}
	if pick > 0 {
		l.best = &l.Proposals[pick-1]
		return l, k.read(ctx, f, l)
	}
	return l, k.choose(ctx, f, l)
}

// sure reports whether the address alone says what is to be read.
func (l *look) sure() bool {
	return len(l.Proposals) > 0 && l.Proposals[0].Way == discover.Platform && (l.Refused != nil || l.Proposals[0].Sure())
}

// first gets the document itself.
func (k *kit) first(ctx context.Context, name string, l *look) (extract.Page, error) {
	if l.local {
		body, err := os.ReadFile(name)
		if err != nil {
			return extract.Page{}, fmt.Errorf("read the file: %w", err)
		}
		return extract.Page{Requested: l.address, URL: l.address, Status: 200, Body: body}, nil
	}
	if l.Refused != nil {
		return extract.Page{}, usagef("%s is not read: %w; a group's address, as https://GROUP.connpass.com/, names what its API is asked for", text.Line(l.address, 200), l.Refused)
	}
	return k.fetch(ctx, &source.Source{ID: "try", Kind: source.HTML}, extract.Request{URL: l.address})
}

// fetch gets one page for a source, robots.txt and the host's rest kept.
func (k *kit) fetch(ctx context.Context, s *source.Source, r extract.Request) (extract.Page, error) {
	if err := k.app.config.Live(); err != nil {
		return extract.Page{}, usageError{err}
	}
	if k.client == nil {
		client, err := k.app.newVisitor(ctx)
		if err != nil {
			return extract.Page{}, err
		}
		k.client = client
	}
	answer, err := k.client.Fetch(ctx, poll.Ask{
		Request: r, Source: s.ID, IgnoreRobots: s.IgnoreRobots,
		Page: s.Kind == source.HTML || s.Kind == source.Structured,
	})
	return answer.Page, err
}

// choose takes the first proposal that reads something; of those that ask another
// address a few are asked.
func (k *kit) choose(ctx context.Context, f *discover.Finder, l *look) error {
	for i := range l.Proposals {
		l.best = &l.Proposals[i]
		if err := k.read(ctx, f, l); err != nil {
			return err
		}
		if l.best.Tried && l.best.Err == nil && len(l.best.Result.Listings) > 0 || l.best.Way == discover.Platform && l.unread != nil && l.best.Sure() {
			return nil
		}
	}
	if l.best = nil; len(l.Proposals) > 0 && !l.Proposals[0].Tried {
		l.best = &l.Proposals[0] // it stands, and is shown as not read
	}
	return nil
}

// read reads the events of the chosen proposal where that is not done: by asking
// its address, and the pages that its list leads on to. What a site answers is a
// fact to show, not an error of this command.
func (k *kit) read(ctx context.Context, f *discover.Finder, l *look) error {
	p := l.best
	l.unread = nil
	s, err := k.whole(p)
	if err != nil {
		l.unread = err
		return nil //nolint:nilerr // it is told as what could not be read
	}
	first := l.pages
	if !p.Tried {
		if k.follow == 0 || l.local && !isWeb(s.URL) {
			l.unread = errors.New("another address has to be asked")
			return nil
		}
		k.follow--
		first = nil
	}
	pages, err := k.gather(ctx, s, first)
	if err != nil {
		if ctx.Err() != nil {
			return err
		}
		var usage usageError
		if errors.As(err, &usage) && !l.local {
			return err
		}
		l.unread = err
		return nil
	}
	if p.Way == discover.Feed && !p.Tried && len(pages) > 0 {
		if found := f.Find(pages[0], k.at); len(found.Proposals) > 0 {
			p.Source, s = found.Proposals[0].Source, found.Proposals[0].Source
		}
	}
	if !p.Tried || len(pages) > len(first) {
		p.Result, p.Err = kinds.All[s.Kind].Read(extract.Visit{Source: s, At: k.at, Pages: pages})
		p.Tried, l.pages = true, pages
	}
	return nil
}

// whole gives a proposal's source with what its platform says; an error says which
// secret is missing.
func (k *kit) whole(p *discover.Proposal) (*source.Source, error) {
	if p.Way != discover.Platform {
		return p.Source, nil
	}
	s, err := k.app.catalogue().OfPlatform(p.Source.Platform, p.Source.Group)
	if err != nil {
		return nil, err
	}
	for _, v := range s.Headers {
		for _, m := range secretName.FindAllStringSubmatch(v, -1) {
			if _, ok := k.app.config.Secret(m[1]); !ok {
				return nil, fmt.Errorf("%s answers those who hold a key: %s is not set in the environment", p.Source.Platform, m[1])
			}
		}
	}
	return s, nil
}

var secretName = text.NewPattern(`\$\{([A-Za-z_][A-Za-z0-9_]*)\}`)

// gather asks for the pages that a source needs beside those in hand.
func (k *kit) gather(ctx context.Context, s *source.Source, pages []extract.Page) ([]extract.Page, error) {
	for len(pages) < maxExtractPages {
		need, err := kinds.All[s.Kind].Need(extract.Visit{Source: s, At: k.at, Pages: pages})
		if err != nil || len(need) == 0 {
			return pages, err
		}
		for _, r := range need {
			page, err := k.fetch(ctx, s, r)
			if err != nil {
				return nil, err
			}
			pages = append(pages, page)
		}
	}
	return nil, fmt.Errorf("%s: the list goes on after %d pages", text.Line(s.URL, 200), maxExtractPages)
}

func isWeb(name string) bool {
	return strings.HasPrefix(name, "http://") || strings.HasPrefix(name, "https://")
}

// addressOf gives the address that a person means, and whether it is a local file,
// whose address base is.
func addressOf(name, base string) (address string, local bool, err error) {
	scheme, rest, ok := strings.Cut(name, "://")
	switch {
	case ok && (scheme == "webcal" || scheme == "webcals"):
		name = "https://" + rest
	case ok && scheme != "http" && scheme != "https":
		return "", false, usagef("%s: an address that begins with https://, or a file, is expected", quoted(name))
	case !ok && exists(name):
		if base == "" {
			base = "https://example.org/" + url.PathEscape(filepath.Base(name))
		}
		name, local = base, true
	case !ok && strings.Contains(name, ".") && !strings.HasPrefix(name, "."):
		return "", false, usagef("there is no file %s; for an address, would be right: https://%s", quoted(name), text.Line(name, 200))
	case !ok:
		return "", false, usagef("there is no file %s", quoted(name))
	}
	if problem := source.CheckURL(name); problem != "" {
		return "", false, usagef("%s: %s", quoted(name), problem)
	}
	return name, local, nil
}
