package web

import (
	"errors"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"time"

	"koyomi/internal/publish"
)

// A document is what is served under one address, with its headers ready made.
type document struct {
	publish.Rendered
	// redirect leads, with status, to where the document is; then there is no body.
	redirect string
	status   int
	// extra are headers besides those of every document.
	extra http.Header
	// samples are figures, of which /metrics is made; then there is no body.
	samples *samples
	// kept is set while the cache keeps it; the cache's lock guards it.
	kept bool

	length, gzipLength, modified []string
	etag, gzipETag               []string
	contentType                  []string
}

// hasBody reports whether a document is one that is sent.
func (d *document) hasBody() bool { return d.redirect == "" && d.samples == nil }

// The headers that all documents share.
var (
	varyEncoding = []string{"Accept-Encoding"}
	varyLanguage = []string{"Accept-Encoding, Accept-Language"}
	varyAgent    = []string{"Accept-Encoding, Accept-Language, User-Agent"}
	gzipEncoding = []string{"gzip"}
	noRanges     = []string{"none"}
	cacheFeed    = []string{"public, max-age=900"}
	cachePage    = []string{"public, max-age=60"}
)

// newDocument prepares r for serving.
func newDocument(r publish.Rendered, extra http.Header) document {
	d := document{
		Rendered:    r,
		extra:       extra,
		length:      []string{strconv.Itoa(len(r.Body))},
		gzipLength:  []string{strconv.Itoa(len(r.Gzip))},
		etag:        []string{r.ETag},
		gzipETag:    []string{r.GzipETag},
		contentType: []string{r.ContentType},
	}
	if !r.LastModified.IsZero() {
		d.modified = []string{r.LastModified.Format(http.TimeFormat)}
	}
	return d
}

// send answers with a document that the cache knows of. Where too much is on its way to
// slow readers already, this one is asked to come back.
func (s *Site) send(w http.ResponseWriter, r *http.Request, d *document) error {
	back, ok := s.cache.lend(d)
	if !ok {
		return errCrowded
	}
	defer back()
	serve(w, r, d)
	return nil
}

// errCrowded answers a reader for whom there is no memory left.
var errCrowded = errors.New("too many answers are on their way to readers")

// serve answers with d: 304 where the reader has it, compressed where the reader
// takes that. Ranges are not served: a part of a calendar is no calendar.
func serve(w http.ResponseWriter, r *http.Request, d *document) {
	h := w.Header()
	if d.redirect != "" {
		maps.Copy(h, d.extra)
		h["Location"] = []string{d.redirect}
		w.WriteHeader(d.status)
		return
	}
	zipped := d.Gzip != nil && acceptsGzip(r.Header)
	h["Etag"] = d.etag
	if zipped {
		h["Etag"] = d.gzipETag
	}
	if d.modified != nil {
		h["Last-Modified"] = d.modified
	}
	if tag, ok := d.current(r.Header); ok {
		d.renew(h, tag)
		w.WriteHeader(http.StatusNotModified)
		return
	}
	maps.Copy(h, d.extra)
	h["Content-Type"], h["Accept-Ranges"] = d.contentType, noRanges
	body := d.Body
	if zipped {
		body = d.Gzip
		h["Content-Encoding"], h["Content-Length"] = gzipEncoding, d.gzipLength
	} else {
		h["Content-Length"] = d.length
	}
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // a reader who went away is no failure
	}
}

// renew leaves what a 304 has to say: the tag, and what a cache goes by. All else the
// reader has with the document (RFC 9110 section 15.4.5).
func (d *document) renew(h http.Header, tag string) {
	etag, modified := h["Etag"], h["Last-Modified"]
	switch tag {
	case "":
	case d.ETag:
		etag = d.etag
	case d.GzipETag:
		etag = d.gzipETag
	}
	clear(h)
	h["Etag"] = etag
	if modified != nil {
		h["Last-Modified"] = modified
	}
	h["Cache-Control"], h["Vary"] = d.extra["Cache-Control"], d.extra["Vary"]
}

// current reports whether the reader has the document already (RFC 9110 section
// 13.2.2: If-None-Match wins), and under which tag.
func (d *document) current(h http.Header) (tag string, ok bool) {
	if tags := h["If-None-Match"]; len(tags) > 0 {
		return d.named(tags)
	}
	since := h.Get("If-Modified-Since")
	if since == "" || d.LastModified.IsZero() {
		return "", false
	}
	t, err := http.ParseTime(since)
	return "", err == nil && !d.LastModified.After(t)
}

// named looks for one of the document's tags in lists of them, compared weakly
// (RFC 9110 section 13.1.2). The two encodings tell the same, so either counts.
func (d *document) named(lists []string) (string, bool) {
	for _, list := range lists {
		if strings.TrimSpace(list) == "*" {
			return "", true
		}
		if tag := d.ownTag(list); tag != "" {
			return tag, true
		}
	}
	return "", false
}

// ownTag returns the first of a list of tags that is the document's, "" for none.
func (d *document) ownTag(list string) string {
	own := map[string]bool{d.ETag: true, d.GzipETag: true}
	for list != "" {
		var tag string
		if tag, list = nextTag(list); tag != "" && own[tag] {
			return tag
		}
	}
	return ""
}

// nextTag cuts the first entity tag, without its weak mark, from a list; a list
// that is none ends.
func nextTag(s string) (tag, rest string) {
	s = strings.TrimLeft(s, " \t,")
	s = strings.TrimPrefix(s, "W/")
	if !strings.HasPrefix(s, `"`) {
		return "", ""
	}
	end := strings.IndexByte(s[1:], '"')
	if end < 0 {
		return "", ""
	}
	return s[:end+2], s[end+2:]
}

// acceptsGzip reads Accept-Encoding (RFC 9110 section 12.5.3): what is named
// counts before *, and a weight of 0 refuses.
func acceptsGzip(h http.Header) bool {
	any := false
	for _, line := range h["Accept-Encoding"] {
		for part := range strings.SplitSeq(line, ",") {
			coding, weight, _ := strings.Cut(part, ";")
			coding = strings.TrimSpace(coding)
			switch {
			case strings.EqualFold(coding, "gzip"), strings.EqualFold(coding, "x-gzip"):
				return !refused(weight)
			case coding == "*":
				any = !refused(weight)
			}
		}
	}
	return any
}

// refused reports whether a weight is 0 or not a weight at all.
func refused(weight string) bool {
	if strings.TrimSpace(weight) == "" {
		return false
	}
	name, value, _ := strings.Cut(weight, "=")
	if !strings.EqualFold(strings.TrimSpace(name), "q") {
		return true
	}
	q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	return err != nil || !(q > 0)
}

// later returns the moment from which a document counts as changed: what the new
// one says itself, or now where it differs without saying so (an event that left
// brings no date with it).
func later(old, new publish.Rendered, now time.Time) time.Time {
	if old.ETag == new.ETag {
		return old.LastModified
	}
	if new.LastModified.After(old.LastModified) || !now.After(old.LastModified) {
		return new.LastModified
	}
	return now.UTC().Truncate(time.Second)
}
