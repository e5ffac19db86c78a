package web

import (
	"context"
	"errors"
	"path"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"koyomi/internal/coverage"
	"koyomi/internal/event"
	"koyomi/internal/source"
)

// TestFilesAreASiteOfTheirOwn: every link of the site as files leads to one of them.
func TestFilesAreASiteOfTheirOwn(t *testing.T) {
	for _, public := range []string{"https://koyomi.example", "https://who.example/koyomi"} {
		_, clock := open(may2009())
		h := New(Options{
			Reader: may2009(), Communities: func() []*source.Community { return catalogue2009 },
			PublicURL: public, Static: true, Now: func() time.Time { return time.Unix(clock.Load(), 0).In(event.Tokyo) },
			Coverage:  func([]event.Event, event.Date) coverage.Report { return coverage.Report{} },
			Calendars: func() []NamedCalendar { return []NamedCalendar{{Name: "kvm", Query: "kvm"}} },
		})
		files := map[string]string{}
		if err := h.Files(t.Context(), func(f File) error { files[f.Path] = string(f.Body); return nil }); err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"index.html", "en/index.html", "calendar.ics", "c/kvm.ics", "month.html", "clash.html", "en/clash.html", "embed.html", "embed/list.html", "en/embed/list.html", "embed.css", "coverage.html", "en/coverage.html", "month/2009-05.html", "en/month/2009-06.html", "events/0000000200005000.html", "events/0000000200005000.ics", "communities/bpstudy.atom", "404.html", "style.css"} {
			if files[want] == "" {
				t.Errorf("there is no %s", want)
			}
		}
		root := strings.TrimPrefix(public, "https://"+strings.SplitN(strings.TrimPrefix(public, "https://"), "/", 2)[0])
		for name, body := range files {
			if path.Ext(name) != ".html" {
				continue
			}
			d, err := goquery.NewDocumentFromReader(strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			if d.Find("form").Length() > 0 {
				t.Errorf("%s has a form, which needs a program", name)
			}
			d.Find("a[href], link[href], iframe[src]").Each(func(_ int, a *goquery.Selection) {
				to, _, _ := strings.Cut(a.AttrOr("href", a.AttrOr("src", "")), "#")
				to, _, _ = strings.Cut(to, "?")
				if !strings.HasPrefix(to, "/") {
					return
				}
				to, ok := strings.CutPrefix(to, root+"/")
				if strings.HasSuffix(to, "/") || to == "" {
					to += "index.html"
				}
				if _, there := files[to]; !ok || !there {
					t.Errorf("%s leads to %s, which is no file", name, a.AttrOr("href", a.AttrOr("src", "")))
				}
			})
		}
	}
}

func TestFilesEndWithTheirReader(t *testing.T) {
	h, _ := open(may2009())
	stop := errors.New("the disk is full")
	if err := h.Files(context.Background(), func(File) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("%v", err)
	}
	s := may2009()
	s.fail(errors.New("no store"))
	h, _ = open(s)
	if err := h.Files(context.Background(), func(File) error { return nil }); err == nil {
		t.Error("a store that fails makes a site")
	}
}
