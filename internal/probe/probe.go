// Package probe finds out how an address or a file could be read, and makes the
// recording that proves it. It decides nothing: a person looks its result through.
package probe

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"koyomi/internal/discover"
	"koyomi/internal/extract"
	"koyomi/internal/extract/kinds"
	"koyomi/internal/poll"
	"koyomi/internal/source"
	"koyomi/internal/text"
	"koyomi/internal/usage"
)

// A Prober looks at one address or file and finds out how it could be read. It asks
// one host after the other, as politely as the daemon.
type Prober struct {
	Catalogue *source.Catalogue
	// Secret returns a secret of the operator by its name.
	Secret func(name string) (string, bool)
	// Connect opens the way to the network when it is first needed; it is refused where
	// nobody is named as contact.
	Connect func() (Connection, error)
	client  Connection
	At      time.Time
	// Follow is how many addresses are asked besides the one that was given.
	Follow int
}

// A Connection gets pages, and is closed after use.
type Connection interface {
	poll.Fetcher
	Close() error
}

// Close ends its use.
func (k *Prober) Close() {
	if k.client != nil {
		_ = k.client.Close() // nothing is kept
	}
}

// A Result is what a Prober has found.
type Result struct {
	discover.Report
	// Address is what was asked for, pages what came back for the proposal chosen.
	Address string
	Pages   []extract.Page
	Local   bool
	// Best is the proposal chosen, nil for none; unread says why nothing could be
	// read by it yet.
	Best   *discover.Proposal
	Unread error
}

// Probe finds out how an address or a file could be read. pick chooses among the
// proposals, counted from 1.
func (k *Prober) Probe(ctx context.Context, name, base string, pick int) (*Result, error) {
	f := &discover.Finder{Catalogue: k.Catalogue, Kinds: kinds.All}
	address, local, err := addressOf(name, base)
	if err != nil {
		return nil, err
	}
	l := &Result{Address: address, Local: local}
	if l.Report = f.Address(address); local || !l.sure() {
		page, err := k.first(ctx, name, l)
		if err != nil {
			return nil, err
		}
		l.Report = f.Find(page, k.At)
		l.Pages = []extract.Page{page}
	}
	if pick > len(l.Proposals) {
		return nil, usage.Errorf(
			"--pick %d: there are %d proposals",
			pick,
			len(l.Proposals),
		)
	}
	if pick > 0 {
		l.Best = &l.Proposals[pick-1]
		return l, k.read(ctx, f, l)
	}
	return l, k.choose(ctx, f, l)
}

// sure reports whether the address alone says what is to be read.
func (l *Result) sure() bool {
	if len(l.Proposals) == 0 || l.Proposals[0].Way != discover.Platform {
		return false
	}
	return l.Refused != nil || l.Proposals[0].Sure()
}

// first gets the document itself.
func (k *Prober) first(ctx context.Context, name string, l *Result) (extract.Page, error) {
	if l.Local {
		body, err := os.ReadFile(name)
		if err != nil {
			return extract.Page{}, fmt.Errorf("read the file: %w", err)
		}
		return extract.Page{
			Requested: l.Address,
			URL:       l.Address,
			Status:    200,
			Body:      body,
		}, nil
	}
	if l.Refused != nil {
		return extract.Page{}, usage.Errorf(
			"%s is not read: %w; a group's address, as https://GROUP.connpass.com/, names what its API is asked for",
			text.Line(l.Address, 200),
			l.Refused,
		)
	}
	return k.Fetch(
		ctx,
		&source.Source{ID: "try", Kind: source.HTML},
		extract.Request{URL: l.Address},
	)
}

// Fetch gets one page for a source, robots.txt and the host's rest kept.
func (k *Prober) Fetch(
	ctx context.Context,
	s *source.Source,
	r extract.Request,
) (extract.Page, error) {
	if k.client == nil {
		var err error
		if k.client, err = k.Connect(); err != nil {
			return extract.Page{}, err
		}
	}
	answer, err := k.client.Fetch(ctx, poll.Ask{
		Request:      r,
		Source:       s.ID,
		IgnoreRobots: s.IgnoreRobots,
		Page:         s.Kind == source.HTML || s.Kind == source.Structured,
	})
	return answer.Page, err
}

// choose takes the first proposal that reads something; of those that ask another
// address a few are asked.
func (k *Prober) choose(ctx context.Context, f *discover.Finder, l *Result) error {
	for i := range l.Proposals {
		l.Best = &l.Proposals[i]
		if l.Best.Doubted {
			continue
		}
		if err := k.read(ctx, f, l); err != nil {
			return err
		}
		if l.settled() {
			return nil
		}
	}
	l.Best = nil
	if len(l.Proposals) > 0 && !l.Proposals[0].Tried {
		l.Best = &l.Proposals[0] // it stands, and is shown as not read
	}
	return nil
}

// settled reports whether the proposal in hand is the one: it reads something, or the
// address leaves no doubt although it could not be read yet.
func (l *Result) settled() bool {
	p := l.Best
	reads := p.Tried && p.Err == nil && len(p.Result.Listings) > 0
	isCertain := p.Way == discover.Platform && p.Sure()
	return reads || l.Unread != nil && isCertain
}

// fetchedAs are the schemes of addresses that a person may mean, with those by which
// they are fetched.
var fetchedAs = map[string]string{
	"http":    "http",
	"https":   "https",
	"webcal":  "https",
	"webcals": "https",
}

// read reads the events of the chosen proposal where that is not done: by asking
// its address, and the pages that its list leads on to. What a site answers is a
// fact to show, not an error of this command.
func (k *Prober) read(ctx context.Context, f *discover.Finder, l *Result) error {
	p := l.Best
	var s *source.Source
	if s, l.Unread = k.whole(p); l.Unread != nil {
		return nil //nolint:nilerr // it is in the result
	}
	first, ok := k.start(l, s)
	if !ok {
		l.Unread = errors.New("another address has to be asked")
		return nil
	}
	pages, err := k.Gather(ctx, s, first)
	if err != nil {
		l.Unread = err
		return fatal(ctx, l, err)
	}
	if p.Way == discover.Feed && !p.Tried {
		s = k.refine(f, p, s, pages)
	}
	if !p.Tried || len(pages) > len(first) {
		p.Result, p.Err = kinds.All[s.Kind].Read(extract.Visit{
			Source: s,
			At:     k.At,
			Pages:  pages,
		})
		p.Tried, l.Pages = true, pages
	}
	return nil
}

// start returns the pages in hand for the chosen proposal, none where it has another
// address, and reports whether that may be asked.
func (k *Prober) start(l *Result, s *source.Source) (pages []extract.Page, ok bool) {
	if l.Best.Tried {
		return l.Pages, true
	}
	onDisk := l.Local && !IsWeb(s.URL)
	if k.Follow == 0 || onDisk {
		return nil, false
	}
	k.Follow--
	return nil, true
}

// fatal returns the error that ends a look: that of a command that was stopped or is
// wrong; what a site answered does not.
func fatal(ctx context.Context, l *Result, err error) error {
	var wrong usage.Error
	isUsage := errors.As(err, &wrong) && !l.Local
	if ctx.Err() != nil || isUsage {
		return err
	}
	return nil
}

// refine takes the settings that the feed itself suggests.
func (k *Prober) refine(
	f *discover.Finder,
	p *discover.Proposal,
	s *source.Source,
	pages []extract.Page,
) *source.Source {
	if len(pages) == 0 {
		return s
	}
	if found := f.Find(pages[0], k.At); len(found.Proposals) > 0 {
		p.Source = found.Proposals[0].Source
		return p.Source
	}
	return s
}

// whole returns a proposal's source with what its platform says; an error says which
// secret is missing.
func (k *Prober) whole(p *discover.Proposal) (*source.Source, error) {
	if p.Way != discover.Platform {
		return p.Source, nil
	}
	s, err := k.Catalogue.OfPlatform(p.Source.Platform, p.Source.Group)
	if err != nil {
		return nil, err
	}
	headers := strings.Join(slices.Collect(maps.Values(s.Headers)), "\n")
	for _, m := range secretName.FindAllStringSubmatch(headers, -1) {
		if _, ok := k.Secret(m[1]); !ok {
			return nil, fmt.Errorf(
				"%s answers those who hold a key: %s is not set in the environment",
				p.Source.Platform,
				m[1],
			)
		}
	}
	return s, nil
}

var secretName = text.NewPattern(`\$\{([A-Za-z_][A-Za-z0-9_]*)\}`)

// Gather asks for the pages that a source needs beside those in hand.
func (k *Prober) Gather(
	ctx context.Context,
	s *source.Source,
	pages []extract.Page,
) ([]extract.Page, error) {
	v := extract.Visit{Source: s, At: k.At, Pages: pages}
	return extract.Gather(
		kinds.All[s.Kind],
		v,
		func(r extract.Request) (extract.Page, error) { return k.Fetch(ctx, s, r) },
	)
}

// IsWeb reports whether a name is an address on the web.
func IsWeb(name string) bool {
	return strings.HasPrefix(name, "http://") || strings.HasPrefix(name, "https://")
}

// addressOf returns the address that a person means, and whether it is a local file,
// whose address base is.
func addressOf(name, base string) (address string, local bool, err error) {
	scheme, rest, isAddress := strings.Cut(name, "://")
	switch {
	case !isAddress:
		address, err = addressOfFile(name, base)
	case fetchedAs[scheme] == "":
		err = usage.Errorf("%s: expected a file or an address (use https://…)", usage.Quote(name))
	default:
		address = fetchedAs[scheme] + "://" + rest
	}
	if err != nil {
		return "", false, err
	}
	if problem := source.CheckURL(address); problem != "" {
		return "", false, usage.Errorf("%s: %s", usage.Quote(address), problem)
	}
	return address, !isAddress, nil
}

// addressOfFile returns the address that stands for a file: base, or one that is made
// up where there is none.
func addressOfFile(name, base string) (string, error) {
	looksLikeHost := strings.Contains(name, ".") && !strings.HasPrefix(name, ".")
	switch {
	case exists(name):
		return cmp.Or(base, "https://example.org/"+url.PathEscape(filepath.Base(name))), nil
	case looksLikeHost:
		return "", usage.Errorf(
			"there is no file %s (for an address, use https://%s)",
			usage.Quote(name),
			text.Line(name, 200),
		)
	}
	return "", usage.Errorf("there is no file %s", usage.Quote(name))
}

// Community makes the community that the look is for, and its id.
func (l *Result) Community(id, name string) (string, source.Community) {
	if id == "" {
		id = discover.SuggestID(*l.Best)
	}
	name = cmp.Or(name, l.Name, id)
	page := l.Address
	forPrograms := []discover.Way{
		discover.Calendar,
		discover.Feed,
		discover.JSON,
		discover.File,
	}
	if slices.Contains(forPrograms, l.Best.Way) && l.Best.Source.URL == l.Address {
		page = "" // no page for people
	}
	return id, l.Best.Community(name, page)
}

// exists reports whether there is a file of that name.
func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}
