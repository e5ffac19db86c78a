package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// root returns the path that readers reach the site under, "" for none.
func (s *Site) root() string {
	_, rest, _ := strings.Cut(s.publicURL, "://")
	_, path, _ := strings.Cut(rest, "/")
	if path = strings.Trim(path, "/"); path == "" {
		return ""
	}
	return "/" + path
}

// under returns a request as it is without the path that the site lives under: a proxy
// may leave it in the address or take it away.
func (s *Site) under(r *http.Request) *http.Request {
	root := s.root()
	if root == "" || s.static {
		return r
	}
	rest, ok := strings.CutPrefix(r.URL.Path, root)
	if !ok || rest != "" && rest[0] != '/' {
		return r
	}
	if rest == "" {
		rest = "/"
	}
	_, _, inside := find(rest)
	if _, _, outside := find(r.URL.Path); inside == nil && outside != nil {
		return r // the proxy took the path away, and what is left begins like it
	}
	inner, u := *r, *r.URL
	u.Path, u.RawPath = rest, ""
	inner.URL = &u
	return &inner
}

// isOpen reports whether a page of another site may read what is at a path: the API and
// the feeds, which hold nothing that is not public.
func isOpen(path string) bool {
	if strings.HasPrefix(path, "/api/") || path == "/openapi.json" {
		return true
	}
	return slices.ContainsFunc(
		[]string{".ics", ".atom", ".json", ".svg", "/embed.js"},
		func(suffix string) bool { return strings.HasSuffix(path, suffix) },
	)
}

// trackers are the parameters by which others follow a link that they sent on; the
// last ones are what the names of families of them begin with.
var (
	trackers = []string{
		"fbclid", "gclid", "gclsrc", "dclid", "gbraid", "wbraid", "msclkid", "twclid", "ttclid", "yclid", "igshid", "igsh", "li_fat_id",
		"ref", "ref_src", "ref_url", "s_cid", "spm", "vero_id", "mkt_tok", "trk", "_ga", "_gl", "_hsenc", "_hsmi", "sscid",
	}
	trackerFamilies = []string{"utm_", "mc_", "pk_", "mtm_", "hsa_", "oly_", "at_", "__twitter"}
)

// isTracker reports whether a parameter is one of those.
func isTracker(name string) bool {
	name = strings.ToLower(name)
	return slices.Contains(trackers, name) || slices.ContainsFunc(
		trackerFamilies,
		func(family string) bool { return strings.HasPrefix(name, family) },
	)
}

// untracked returns a query string without the parameters of trackers, the rest as it
// was written.
func untracked(raw string) string {
	var kept []string
	for part := range strings.SplitSeq(raw, "&") {
		name, _, _ := strings.Cut(part, "=")
		if n, err := url.QueryUnescape(name); err == nil && isTracker(n) {
			continue
		}
		kept = append(kept, part)
	}
	return strings.Join(kept, "&")
}

// tidy returns the address that a request means: without what trackers add, without a
// slash at the end and without index.html; "" where it is written so already. The API
// stays strict.
func (s *Site) tidy(r *http.Request) string {
	path, query := r.URL.Path, r.URL.RawQuery
	if strings.HasPrefix(path, "/api/") || !reads[r.Method] {
		return ""
	}
	if len(query) <= maxQueryBytes {
		query = untracked(query)
	}
	path = strings.TrimSuffix(path, "index.html")
	if path == "" || path[0] != '/' {
		return ""
	}
	if path != "/" {
		path = strings.TrimRight(path, "/")
	}
	_, id, known := find(path)
	isSame := path == r.URL.Path && query == r.URL.RawQuery
	if isSame || known == nil || id == "" {
		return ""
	}
	// The path is taken apart from the query and begins with a single slash: it cannot
	// read as the address of another host.
	to := url.URL{Path: "/" + trimSlashes(path), RawQuery: query}
	return s.root() + to.String()
}

// moved leads a reader for good to the tidy address.
func moved(w http.ResponseWriter, to string) error {
	h := w.Header()
	h.Set("Location", to)
	h.Set("Cache-Control", "public, max-age=3600")
	w.WriteHeader(http.StatusMovedPermanently)
	return nil
}
