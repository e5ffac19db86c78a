package web

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"koyomi/internal/event"
)

// TestPastMailsAreRead: what the daily mail told is read by everybody, and holds nothing of
// any reader.
func TestPastMailsAreRead(t *testing.T) {
	o := openSender(t)
	o.owned("somebody@example.jp")
	d := page(t, o.Site, "/issues")
	list := d.Find(".issues a")
	if list.Length() != 2 {
		t.Fatalf("%d issues: %s", list.Length(), texts(d, ".issues li"))
	}
	if got := texts(d, ".issues li"); !strings.Contains(got, "仮想化友の会 第9回") {
		t.Errorf("the subjects are %s", got)
	}
	for _, language := range []string{"ja", "en"} {
		at := list.First().AttrOr("href", "") + "?lang=" + language
		w := get(o.Site, at)
		body := w.Body.String()
		for _, never := range []string{"/me/", "/unsubscribe/", "somebody", "<script", "<form", "<img"} {
			if strings.Contains(body, never) {
				t.Errorf("%s holds %s", at, never)
			}
		}
		h := w.Header()
		isClosed := strings.Contains(h.Get("Content-Security-Policy"), "default-src 'none'") && h.Get("X-Robots-Tag") == "noindex"
		if w.Code != http.StatusOK || !isClosed || !strings.Contains(body, "https://koyomi.example/subscribe") {
			t.Errorf("%s: %d %v\n%s", at, w.Code, h, body)
		}
		if got := parsed(t, w); !strings.Contains(got.Text(), "仮想化友の会 第9回") || got.Find("html").AttrOr("lang", "") != language {
			t.Errorf("%s says %s", at, got.Text())
		}
	}
	for _, none := range []string{"/issues/2009-05-19", "/issues/2009-05-01", "/issues/2008-01-01", "/issues/x", "/issues/2009-05-32", "/issues/2009-05-17?q=x"} {
		if w := get(o.Site, none); w.Code != http.StatusNotFound && w.Code != http.StatusBadRequest {
			t.Errorf("%s: %d", none, w.Code)
		}
	}
	if m := get(o.Site, "/sitemap.xml").Body.String(); !strings.Contains(m, "https://koyomi.example/issues<") {
		t.Errorf("search engines are not led to it: %s", m)
	}
	// The next morning there is one more day to look at, and what was told stands.
	before := texts(d, ".issues li")
	o.later(24 * time.Hour)
	if got := texts(page(t, o.Site, "/issues"), ".issues li"); !strings.HasSuffix(got, before) {
		t.Errorf("the next day the list is %s, before %s", got, before)
	}
}

// TestAHiddenEventLeavesPastMails: what a person hides is read in no past mail any more, not
// in the list of subjects either; what its community withdraws was told, and stands.
func TestAHiddenEventLeavesPastMails(t *testing.T) {
	for _, c := range []struct {
		name, source string
		stands       bool
	}{{"a person hides it", "", false}, {"its community withdraws it", "v-tomo", true}} {
		t.Run(c.name, func(t *testing.T) {
			o := openSender(t)
			before := page(t, o.Site, "/issues")
			if got := texts(before, ".issues li"); !strings.Contains(got, "仮想化友の会 第9回") {
				t.Fatalf("before, the subjects are %s", got)
			}
			s := o.Site.reader.(*shelf)
			s.change(func(events []event.Event) []event.Event { events[1].Withdrawn = true; return events })
			s.changes = append(s.changes, event.Change{
				UID: s.events[1].UID, Kind: event.ChangeWithdrawn, At: o.now(), Source: c.source, Before: event.Text("仮想化友の会 第9回"),
			})
			o.later(2 * time.Minute)
			if got := texts(page(t, o.Site, "/issues"), ".issues li"); strings.Contains(got, "仮想化友の会 第9回") != c.stands {
				t.Errorf("afterwards the subjects are %s", got)
			}
			at := before.Find(".issues a").First().AttrOr("href", "")
			if got := get(o.Site, at).Body.String(); strings.Contains(got, "仮想化友の会 第9回") != c.stands {
				t.Errorf("afterwards %s says %s", at, got)
			}
		})
	}
}

// TestMailIsSeenBefore: a reader sees the mail that a query would bring, and nobody is
// written to.
func TestMailIsSeenBefore(t *testing.T) {
	o := openSender(t)
	form := page(t, o.Site, "/subscribe?q=community%3Av-tomo")
	at := form.Find("a[href*='/subscribe/preview']").AttrOr("href", "")
	if at != "/subscribe/preview?q=community%3Av-tomo" {
		t.Fatalf("the form leads to %q", at)
	}
	d := page(t, o.Site, at)
	if got := d.Text(); !strings.Contains(got, "仮想化友の会 第9回") || strings.Contains(got, "BPStudy") {
		t.Errorf("the sample says %s", got)
	}
	if d.Find("a[href*='/subscribe?q=community%3Av-tomo']").Length() == 0 {
		t.Error("it leads nowhere")
	}
	if got := page(t, o.Site, "/subscribe/preview?q=nobody-knows").Find("h1").Text(); got != "いまお知らせすることはありません" {
		t.Errorf("without events: %q", got)
	}
	if w := get(o.Site, "/subscribe/preview?q=(kvm"); w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/subscribe?q=%28kvm" {
		t.Errorf("a wrong query: %d %s", w.Code, w.Header().Get("Location"))
	}
	if n := len(o.messages()); n != 0 {
		t.Errorf("%d messages", n)
	}
	closed := openSender(t, func(m *Mailing) { m.Offer = false })
	for _, path := range []string{"/issues", "/issues/2009-05-18", "/subscribe/preview"} {
		if w := get(closed.Site, path); w.Code != http.StatusNotFound {
			t.Errorf("%s without mail: %d", path, w.Code)
		}
	}
}
