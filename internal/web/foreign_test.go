package web

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/PuerkitoBio/goquery"
	ics "github.com/arran4/golang-ical"

	"koyomi/internal/event"
	"koyomi/internal/publish"
	"koyomi/internal/text"
)

// everywhere are the addresses at which an event of May 2009 is told.
var everywhere = []string{
	"/", "/month/2009-05", "/communities/v-tomo", "/communities", "/clash?date=2009-05-28", "/events/0000000200005000", "/sources",
	"/calendar.ics", "/calendar.ics?cancelled=mark", "/communities/v-tomo.ics", "/events/0000000200005000.ics",
	"/feed.atom", "/communities/v-tomo.atom", "/feed.json", "/events/0000000200005000.json", "/api/v1/events", "/api/v1/events/0000000200005000", "/api/v1/clash?date=2009-05-28",
}

// withForeign returns a site on which one event, and a change of it, are full of a text.
func withForeign(change func(e *event.Event)) *Site {
	s := may2009()
	s.change(func(events []event.Event) []event.Event {
		change(&events[1])
		return events
	})
	e := s.events[1]
	s.changes = []event.Change{{ID: 1, UID: e.UID, Kind: event.ChangeMoved, At: monday, Before: event.Words(e.Title), After: event.Words(e.Title), Field: "start", Source: "v-tomo"}}
	h, _ := open(s)
	return h
}

// forbidden reports characters that no output may hold: controls except line ends and
// tabs, and those that turn the direction of text (B48, B49).
func forbidden(r rune) bool {
	return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == 0x2028 || r == 0x2029
}

// whole reports what of an answer its format cannot hold.
func whole(t *testing.T, w *httptest.ResponseRecorder) string {
	t.Helper()
	body := w.Body.Bytes()
	if !utf8.Valid(body) {
		return "it is not in UTF-8"
	}
	switch kind, _, _ := strings.Cut(w.Header().Get("Content-Type"), ";"); kind {
	case "text/html":
		d, err := goquery.NewDocumentFromReader(bytes.NewReader(body))
		if err != nil {
			return err.Error()
		}
		if d.Find("script:not([type='application/ld+json'], [src^='/script.js']), svg:not(.spark, .i, .code), img, iframe, object, form[action*=evil], [onerror], [onload], [style], base").Length() > 0 {
			return "it became markup"
		}
	case "text/calendar":
		if _, err := ics.ParseCalendar(bytes.NewReader(body)); err != nil {
			return err.Error()
		}
		if bytes.Contains(body, []byte("\nATTENDEE")) || bytes.Count(bytes.ReplaceAll(body, []byte("\r\n"), nil), []byte("\n")) > 0 {
			return "a line of its own"
		}
	case "application/atom+xml":
		if err := xml.Unmarshal(body, new(struct{})); err != nil || bytes.Contains(body, []byte("<script")) {
			return "no XML, or markup"
		}
	default:
		if !json.Valid(body) || bytes.Contains(body, []byte("<script")) {
			return "no JSON, or markup: " + kind
		}
	}
	return ""
}

// TestForeignTextEverywhere: hostile titles, places and texts are plain text at every
// address (B47, B49, B50, B53).
func TestForeignTextEverywhere(t *testing.T) {
	bad := append(slices.Clone(hostile), "\x1b[31mred\x1b]0;x\x07", "a\u0085b\u009bc", "\u2066x\u2069y\u200f", strings.Repeat("あ", 5000), "x\r\nATTENDEE:mailto:a@evil.test\r\nEND:VCALENDAR", "]]></title><script>", "%0d%0aX: y", "=HYPERLINK(1)")
	for _, raw := range bad {
		line, block := text.Line(raw, 200), text.Block(raw, 4000)
		h := withForeign(func(e *event.Event) {
			e.Title, e.Location, e.Description, e.Area, e.Tags = line, text.Line(raw, 400), block, text.Line(raw, 20), []string{text.Line(raw, 40)}
		})
		for _, target := range everywhere {
			w := get(h, target)
			if w.Code != 200 {
				t.Errorf("%s of %.30q: %d %s", target, raw, w.Code, w.Body)
				continue
			}
			if wrong := whole(t, w); wrong != "" {
				t.Errorf("%s of %.30q: %s", target, raw, wrong)
			}
			if i := strings.IndexFunc(w.Body.String(), forbidden); i >= 0 {
				t.Errorf("%s of %.30q holds %q", target, raw, w.Body.String()[i:min(i+8, w.Body.Len())])
			}
			for name, values := range w.Header() {
				if strings.ContainsAny(strings.Join(values, ""), "\r\n") {
					t.Errorf("%s of %.30q: header %s %q", target, raw, name, values)
				}
			}
		}
	}
}

// TestTitlesThatAreNone: of blanks, a placeholder; only a picture, kept; only the mark
// of a cancellation, as it stands (B54).
func TestTitlesThatAreNone(t *testing.T) {
	for _, c := range []struct{ raw, want string }{{" \u3000\u200b", publish.Untitled}, {"🎉", "🎉"}, {"👨‍👩‍👧‍👦", "👨‍👩‍👧‍👦"}, {"【中止】", "【中止】"}} {
		raw, want := c.raw, c.want
		h := withForeign(func(e *event.Event) { e.Title = text.Line(raw, 200) })
		for _, target := range everywhere {
			w := get(h, target)
			if slices.Contains([]string{"/communities", "/sources"}, target) || strings.HasPrefix(w.Header().Get("Content-Type"), "application/json") && want == publish.Untitled {
				continue // they name no events; the API writes a title as it is: ""
			}
			if !strings.Contains(w.Body.String(), want) {
				t.Errorf("%s of %q does not show %q", target, raw, want)
			}
		}
	}
}

// TestForeignLinks: an address that came from outside leads to http or https, or it is
// no link (B52).
func TestForeignLinks(t *testing.T) {
	for _, bad := range []string{
		"javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "data:text/html,<script>", "vbscript:x", "file:///etc/passwd", "mailto:a@evil.test", `https://x.test/" onload="x`, "https://x.test/'><script>alert(1)</script>",
	} {
		h := withForeign(func(e *event.Event) { e.URL, e.OnlineURL = bad, bad })
		for _, target := range everywhere {
			w := get(h, target)
			if wrong := whole(t, w); wrong != "" {
				t.Errorf("%s of %q: %s", target, bad, wrong)
			}
			if !strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") {
				continue
			}
			parsed(t, w).Find("[href], [src], [action]").Each(func(_ int, s *goquery.Selection) {
				for _, name := range []string{"href", "src", "action"} {
					at := strings.ToLower(strings.TrimSpace(s.AttrOr(name, "")))
					scheme, _, has := strings.Cut(at, ":")
					if has && !strings.ContainsAny(scheme, "/?#") && !slices.Contains([]string{"http", "https", "webcal", "mailto"}, scheme) {
						t.Errorf("%s of %q leads to %q", target, bad, at)
					}
				}
			})
		}
	}
}

// TestHostileParameters: what a reader writes into an address comes back as text, in
// one line, without controls, in answers and in logs (B47, B48, B53, B70).
func TestHostileParameters(t *testing.T) {
	o := openSender(t)
	values := []string{"%1b%5b31m", "%c2%9b31m", "%00", "%e2%80%ae", "%0d%0aSet-Cookie:%20a=b", "%3Cscript%3Ealert(1)%3C/script%3E", "%22%3E%3Cimg%20src=x%20onerror=alert(1)%3E", "%ff%fe", strings.Repeat("%41", 2000), "{{.}}", "1e9", "-1", "9999-99-99"}
	for _, name := range []string{"q", "lang", "cancelled", "tz", "from", "to", "limit", "cursor", "date", "for", "community", "area", "is", "tag", "%1b%5b31m", "%3Cscript%3E"} {
		for _, value := range values {
			for _, path := range []string{"/", "/month/2009-05", "/clash", "/calendar.ics", "/feed.atom", "/feed.json", "/api/v1/events", "/api/v1/clash", "/subscribe", "/robots.txt", "/confirm/x", "/c/x.ics"} {
				for _, accept := range []string{"text/html", "*/*"} {
					w := get(o, path+"?"+name+"="+value, "Accept", accept)
					if w.Code >= 500 {
						t.Errorf("%s?%s=%.40s: %d", path, name, value, w.Code)
					}
					if w.Header().Get("Set-Cookie") != "" || strings.ContainsFunc(w.Header().Get("Location"), unicode.IsControl) {
						t.Errorf("%s?%s=%.40s: %v", path, name, value, w.Header())
					}
					if path == "/robots.txt" && w.Code == 200 || w.Code == 303 {
						continue
					}
					if wrong := whole(t, w); wrong != "" {
						t.Errorf("%s?%s=%.40s: %s: %s", path, name, value, wrong, w.Body)
					}
					if i := strings.IndexFunc(w.Body.String(), forbidden); i >= 0 {
						t.Errorf("%s?%s=%.40s (%s) holds %q", path, name, value, accept, w.Body.String()[max(0, i-40):min(i+8, w.Body.Len())])
					}
				}
			}
		}
	}
	if o.log.Len() != 0 {
		t.Errorf("logged: %s", o.log)
	}
}
