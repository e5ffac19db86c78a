package web

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"net/http"
	"slices"
	"time"

	"koyomi/internal/publish"
	"koyomi/internal/publish/site"
)

// mostInMap is how many addresses a sitemap may hold (https://www.sitemaps.org).
const mostInMap = 50_000

type urlSet struct {
	XMLName xml.Name   `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 urlset"`
	URLs    []mapEntry `xml:"url"`
}

type mapEntry struct {
	Address  string `xml:"loc"`
	Modified string `xml:"lastmod,omitempty"`
}

// sitemap answers /sitemap.xml: every page that search engines may show.
func (s *Site) sitemap(w http.ResponseWriter, r *http.Request, _ string) error {
	if _, err := readParams(r); err != nil {
		return err
	}
	now := s.now()
	d, err := s.document(r.Context(), job{
		key:    "sitemap",
		now:    now,
		bucket: dayBucket(s.calendar.Day(now)),
		make: func(ctx context.Context, w *maker) (document, error) {
			pages, _, err := s.addresses(ctx)
			pages = slices.DeleteFunc(pages, func(p string) bool { return p == widgetList })
			if s.offersMail() {
				pages = append(pages, "/issues")
			}
			if err != nil {
				return document{}, err
			}
			all, err := w.recent(ctx)
			if err != nil {
				return document{}, err
			}
			modified := map[string]string{}
			for i := range all.docs {
				e := &all.docs[i].Event
				modified["/events/"+e.ID()] = e.Updated.UTC().Format(time.RFC3339)
			}
			body, err := s.writeMap(pages, modified)
			return newDocument(
				publish.Seal(body, "application/xml; charset=utf-8", time.Time{}),
				http.Header{"Cache-Control": cacheFeed, "Vary": varyEncoding},
			), err
		},
	})
	if err != nil {
		return err
	}
	return s.send(w, r, d)
}

func (s *Site) writeMap(pages []string, modified map[string]string) ([]byte, error) {
	var set urlSet
	for _, path := range pages[:min(len(pages), mostInMap)] {
		address := s.publicURL + path
		if s.static {
			address = s.publicURL + "/" + pageFile(path, site.Japanese)
		}
		set.URLs = append(set.URLs, mapEntry{address, modified[path]})
	}
	var b bytes.Buffer
	b.WriteString(xml.Header)
	if err := xml.NewEncoder(&b).Encode(set); err != nil {
		return nil, err
	}
	b.WriteByte('\n')
	return b.Bytes(), nil
}

// manifest returns what a device needs to keep the site among its applications
// (https://www.w3.org/TR/appmanifest/).
func (s *Site) manifest() []byte {
	root := s.root()
	body, err := json.Marshal(object{
		"name":             s.calendar.Name,
		"short_name":       s.calendar.Name,
		"lang":             site.Japanese,
		"start_url":        root + "/",
		"scope":            root + "/",
		"display":          "minimal-ui",
		"background_color": "#fbfaf7",
		"theme_color":      "#b5311c",
		"icons": []object{
			{"src": root + "/touch.png", "sizes": "180x180", "type": "image/png"},
			{"src": root + "/icon-512.png", "sizes": "512x512", "type": "image/png"},
			{"src": root + "/icon.svg", "sizes": "any", "type": "image/svg+xml"},
		},
	})
	if err != nil {
		panic(err) // words alone always encode
	}
	return append(body, '\n')
}
