package poll

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"runtime/debug"
	"time"

	"koyomi/internal/extract"
	"koyomi/internal/health"
	"koyomi/internal/source"
	"koyomi/internal/store"
)

// httpTime is how hosts write a moment (RFC 9110 section 5.6.7).
const httpTime = "Mon, 02 Jan 2006 15:04:05 GMT"

// read fetches the pages and reads them.
func (v *visit) read(ctx context.Context) (res extract.Result, f *health.Failure) {
	var err error
	defer v.survive(&f)
	kind, ok := v.poller.Kinds[v.source.Kind]
	if !ok {
		return res, &health.Failure{
			Cause: health.CauseDamaged,
			Err:   fmt.Errorf("no reader for the kind %q", v.source.Kind),
		}
	}
	visit := extract.Visit{Source: v.source, At: v.at, Since: v.since()}
	fetch := func(r extract.Request) (extract.Page, error) { return v.fetch(ctx, r) }
	if visit.Pages, err = extract.Gather(kind, visit, fetch); err != nil {
		return res, asFailure(ctx, err)
	}
	if v.quiet() {
		return res, nil
	}
	res, err = kind.Read(visit)
	if better, ok := v.relaid(ctx, visit.Pages, res, err != nil); ok {
		return better, nil
	}
	if err != nil {
		return res, asFailure(ctx, err)
	}
	return res, nil
}

// survive, deferred, has a reader that panics take down its own source only.
func (v *visit) survive(f **health.Failure) {
	if p := recover(); p != nil {
		*f = &health.Failure{
			Cause: health.CausePanic,
			Err:   fmt.Errorf("the reader broke down: %v", p),
		}
		v.report.Poll.Notes = append(v.report.Poll.Notes, string(debug.Stack()))
	}
}

// fetch gets one page, from the archive where the host says that it is the same.
func (v *visit) fetch(ctx context.Context, req extract.Request) (extract.Page, error) {
	old := v.copyOf(req.URL)
	ask := Ask{
		Request:      req,
		Source:       v.source.ID,
		IgnoreRobots: v.source.IgnoreRobots,
		Page:         v.source.Kind == source.HTML || v.source.Kind == source.Structured,
		ETag:         old.ETag,
		LastModified: old.LastModified,
	}
	answer, err := v.poller.Fetcher.Fetch(ctx, ask)
	if err != nil {
		return extract.Page{}, err
	}
	page, hash, err := v.pageOf(req.URL, old, answer)
	if err != nil {
		return page, &health.Failure{
			Cause: health.CauseStorage,
			URL:   req.URL,
			Err:   err,
		}
	}
	if !old.held || hash != old.Hash {
		v.fresh++
	}
	if at, err := time.Parse(httpTime, answer.LastModified); err == nil &&
		at.After(v.modified) {
		v.modified = at
	}
	v.won = append(v.won, store.Validator{
		URL:          req.URL,
		ETag:         answer.ETag,
		LastModified: answer.LastModified,
		Hash:         hash,
	})
	v.report.Poll.Pages = append(v.report.Poll.Pages, store.Page{
		Requested:   req.URL,
		URL:         page.URL,
		Status:      page.Status,
		ContentType: page.ContentType,
		Hash:        hash,
		Size:        int64(len(page.Body)),
	})
	return page, nil
}

// A lastCopy is what was kept of a page at the last good poll.
type lastCopy struct {
	store.Validator
	body []byte
	held bool
}

// copyOf returns what was kept of a page. Where the copy is lost there is nothing to
// compare with, and the page itself is asked for.
func (v *visit) copyOf(url string) lastCopy {
	old, held := v.validator(url)
	body, err := []byte(nil), error(nil)
	if held {
		body, err = v.poller.Archive.Get(old.Hash)
	}
	if !held || err != nil {
		return lastCopy{Validator: store.Validator{Hash: old.Hash}}
	}
	return lastCopy{old, body, true}
}

// pageOf returns the page of an answer, the copy of it where it is the same, and the
// hash under which it is kept.
func (v *visit) pageOf(
	url string,
	old lastCopy,
	answer Answer,
) (page extract.Page, hash string, err error) {
	page = answer.Page
	if answer.NotModified {
		v.report.NotModified++
		page.Body, page.Requested, page.Status = old.body, url, http.StatusOK
		page.URL = cmp.Or(page.URL, url)
		return page, old.Hash, nil
	}
	if hash, err = v.keep(page.Body); err == nil && v.charset == "" {
		v.charset = charsetOf(page, v.source.Charset)
	}
	return page, hash, err
}

// keep puts a body into the archive; a dry run only names it.
func (v *visit) keep(body []byte) (string, error) {
	if v.poller.DryRun {
		sum := sha256.Sum256(body)
		return hex.EncodeToString(sum[:]), nil
	}
	return v.poller.Archive.Put(body)
}

// validator returns what was won for a URL at the last good poll, unless source or
// readers have changed since.
func (v *visit) validator(url string) (store.Validator, bool) {
	if v.before.Fingerprint != v.fingerprint() {
		return store.Validator{}, false
	}
	for _, old := range v.before.Validators {
		if old.URL == url {
			return old, true
		}
	}
	return store.Validator{}, false
}

func (v *visit) fingerprint() string {
	return v.source.Fingerprint() + "/" + v.poller.Version
}

// quiet reports whether there is nothing to do: all pages are as last read, and
// nothing that went missing is waiting to be looked after.
func (v *visit) quiet() bool {
	return v.unchanged() && (v.before.Recheck.IsZero() || v.at.Before(v.before.Recheck))
}

// unchanged reports whether all pages are those last read, byte for byte. A kind
// that needs no page is read each time.
func (v *visit) unchanged() bool {
	return len(v.won) > 0 && v.fresh == 0 && len(v.won) == len(v.before.Validators)
}
