package digest

import (
	"fmt"
	"html"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/PuerkitoBio/goquery"

	"koyomi/internal/event"
	"koyomi/internal/text"
)

// mixed is an edition with something in every section.
func mixed(t testing.TB) *Planner {
	off, moved := gathering(t, "off", "第21回 BPStudy", "2026-11-27 19:00"), gathering(t, "moved", "仮想化友の会", "2026-12-04 19:30")
	off.Status = event.Cancelled
	found, allDay := gathering(t, "found", "OSC 2026 Online/Fall", "2026-12-12 10:00"), gathering(t, "days", "Interop Tokyo", "2026-12-20")
	found.End, allDay.End = clockTime(t, "2026-12-13 17:00"), clockTime(t, "2026-12-22")
	closing, tomorrow := gathering(t, "closing", "OpenID TechNight", "2026-12-01 19:00"), gathering(t, "tomorrow", "ありえるえりあ", "2026-11-26 18:30")
	closing.RegistrationCloses, tomorrow.Location, tomorrow.Mode = clockTime(t, "2026-11-27 06:30"), "", event.Online
	abroad := gathering(t, "abroad", "Go Conference", "2026-12-05 02:00")
	abroad.Zone = "Europe/Berlin"
	abroad.Start = abroad.Start.In(event.Zone("Europe/Berlin"))
	return plan([]event.Event{off, moved, found, allDay, closing, tomorrow, abroad}, []event.Change{
		change("off", event.ChangeCancelled, "status", "confirmed", "cancelled"),
		change("moved", event.ChangeMoved, "start", "2026-11-28 19:00", "2026-12-04 19:30"),
		change("moved", event.ChangeRelocated, "location", "秋葉原UDX", "渋谷"),
		change("found", event.ChangeAdded, "", "", "OSC"), change("days", event.ChangeAdded, "", "", "Interop"),
		change("abroad", event.ChangeAdded, "", "", "Go Conference"),
	})
}

// facts are what a person reads in a part: the words, and the addresses in order.
type facts struct {
	words string
	links []string
}

var address = regexp.MustCompile(`https?://[^\s]+`)

// ofText reads the text part.
func ofText(s string) facts {
	var f facts
	for _, line := range strings.Split(s, "\n") {
		f.links = append(f.links, address.FindAllString(line, -1)...)
		f.words += address.ReplaceAllString(line, "")
	}
	f.words = bare(f.words)
	return f
}

// ofHTML reads the HTML part as it is shown.
func ofHTML(t testing.TB, s string) facts {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(s))
	if err != nil {
		t.Fatal(err)
	}
	doc.Find("head, [style*='display:none']").Remove()
	var f facts
	doc.Find("a").Each(func(_ int, a *goquery.Selection) { f.links = append(f.links, a.AttrOr("href", "")) })
	f.words = bare(address.ReplaceAllString(doc.Text(), ""))
	return f
}

// bare leaves out what only lays words out.
func bare(s string) string {
	for _, layout := range []string{"\n", " ", "■", "--", "·", "（", "）", "：", ":"} {
		s = strings.ReplaceAll(s, layout, "")
	}
	return s
}

// TestPartsSayTheSame compares what both parts say, word by word and link by link.
func TestPartsSayTheSame(t *testing.T) {
	e := mixed(t)
	e.in.Stale = []Stale{{Name: "OSC", Since: morning.AddDate(0, 0, -5), Cause: "status 503"}, {Name: "Interop", Cause: "no such host"}}
	for _, lang := range []string{Japanese, English} {
		for _, first := range []bool{false, true} {
			r := reader()
			r.Lang, r.Operator, r.Query = lang, true, "-Xen"
			if first {
				r.Since = event.Date{}
			}
			_, b, err := e.Make(r)
			if err != nil {
				t.Fatal(err)
			}
			plain, page := b.For("https://koyomi.example/unsubscribe/tOkEn")
			a, h := ofText(plain), ofHTML(t, page)
			if a.words != h.words {
				t.Errorf("%s: the parts differ\ntext %s\nhtml %s", lang, a.words, h.words)
			}
			slices.Sort(a.links)
			slices.Sort(h.links)
			if !slices.Equal(a.links, h.links) {
				t.Errorf("%s: the links differ\ntext %v\nhtml %v", lang, a.links, h.links)
			}
			if n := strings.Count(plain, "tOkEn"); n != 2 || strings.Count(page, "tOkEn") != 2 {
				t.Errorf("%s: the way to leave stands %d times", lang, n)
			}
		}
	}
}

// TestGolden shows the text part whole.
func TestGolden(t *testing.T) {
	_, b, err := mixed(t).Make(reader())
	if err != nil {
		t.Fatal(err)
	}
	plain, page := b.For("https://koyomi.example/unsubscribe/tOkEn")
	want, err := os.ReadFile("testdata/digest.txt")
	if err != nil {
		t.Fatal(err)
	}
	if got := "Subject: " + b.Subject + "\n\n" + plain; got != string(want) {
		t.Errorf("the text part is not testdata/digest.txt:\n%s", got)
	}
	if dir := os.Getenv("KOYOMI_DIGEST_OUT"); dir != "" { // to be looked at in a browser
		for name, s := range map[string]string{"digest.html": page, "digest.txt": plain} {
			if err := os.WriteFile(dir+"/"+name, []byte(s), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// TestHead: the first five lines fit a phone and say what to do, one line a section
// at least.
func TestHead(t *testing.T) {
	for _, lang := range []string{Japanese, English} {
		r := reader()
		r.Lang = lang
		d, b, err := mixed(t).Make(r)
		if err != nil {
			t.Fatal(err)
		}
		plain, _ := b.For("x")
		lines := strings.Split(plain, "\n")[:headLines]
		for i, s := range d.Sections {
			if title := string([]rune(s.Items[0].Title)[:4]); !strings.Contains(lines[i], title) {
				t.Errorf("%s: line %d %q does not name %q", lang, i+1, lines[i], title)
			}
		}
		for _, l := range lines {
			if l == "" || text.Width(l) > headColumns {
				t.Errorf("%s: %q takes %d columns", lang, l, text.Width(l))
			}
		}
	}
}

// TestMarkup: the page loads nothing, tracks nobody, and is read in both lights.
func TestMarkup(t *testing.T) {
	_, b, err := mixed(t).Make(reader())
	if err != nil {
		t.Fatal(err)
	}
	_, page := b.For("https://koyomi.example/unsubscribe/tOkEn")
	for _, bad := range []string{"<img", "<script", "<form", "<link", "<iframe", "url(", "src=", "<style", "@import"} {
		if strings.Contains(page, bad) {
			t.Errorf("the page holds %s", bad)
		}
	}
	for _, good := range []string{`<html lang="ja">`, `<meta name="color-scheme" content="light dark">`, `<meta charset="utf-8">`} {
		if !strings.Contains(page, good) {
			t.Errorf("the page lacks %s", good)
		}
	}
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	doc.Find("a").Each(func(_ int, a *goquery.Selection) {
		if href := a.AttrOr("href", ""); !strings.HasPrefix(href, "https://") {
			t.Errorf("the link %q is not absolute", href)
		}
	})
}

// hostile are titles that would be something else than a title where they can.
var hostile = []string{
	`<script>alert(1)</script>`, `</title></div><img src=x onerror=alert(1)>`, `"><a href="https://evil.example">`,
	"{{.Subject}}", "%0d%0aBcc: x@example.com", "=?utf-8?b?PGI+?=", strings.Repeat("長", 200), strings.Repeat("x", 200),
	"👨‍👩‍👧‍👦👨‍👩‍👧‍👦", "..", "- ", "From here", "javascript:alert(1)", "&lt;b&gt;", "https://evil.example/unsubscribe/",
}

// TestHostileTitles: a title is shown as it is, and nothing else.
func TestHostileTitles(t *testing.T) {
	var events []event.Event
	var changes []event.Change
	for i, title := range hostile {
		uid := fmt.Sprintf("h%d", i)
		e := gathering(t, uid, text.Line(title, 200), "2026-12-10 19:00")
		e.Location = text.Line(title, 200)
		events, changes = append(events, e), append(changes, change(uid, event.ChangeAdded, "", "", title))
	}
	_, b, err := plan(events, changes).Make(reader())
	if err != nil {
		t.Fatal(err)
	}
	plain, page := b.For("https://koyomi.example/unsubscribe/tOkEn")
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	if n := doc.Find("script, img, iframe, form, [onerror]").Length(); n > 0 {
		t.Errorf("%d elements came out of titles", n)
	}
	doc.Find("a").Each(func(_ int, a *goquery.Selection) {
		href := a.AttrOr("href", "")
		if !strings.HasPrefix(href, "https://koyomi.example/") && !strings.HasPrefix(href, "https://example.jp/") && !strings.HasPrefix(href, "https://calendar.google.com/calendar/render?") {
			t.Errorf("a link leads to %s", href)
		}
	})
	for _, title := range hostile {
		title = text.Line(title, 200)
		if text.Width(title) < textColumns && !strings.Contains(plain, title) {
			t.Errorf("the text part lacks %q", title)
		}
		if !strings.Contains(html.UnescapeString(page), title) {
			t.Errorf("the page lacks %q", title)
		}
	}
}

// TestCap: of many events the first are told, the rest is counted with a link, and
// the size holds whatever the titles are.
func TestCap(t *testing.T) {
	for _, c := range []struct {
		name, title, place string
		n                  int
	}{
		{"few", "勉強会", "渋谷", Short},
		{"many", "勉強会 第21回 設計と運用の話", "東京都渋谷区のどこかの会議室", 200},
		{"long", strings.Repeat("長", 200), strings.Repeat("所", 120), 200},
		{"markup", strings.Repeat("&", 200), strings.Repeat("<", 120), 90},
	} {
		var events []event.Event
		var changes []event.Change
		for i := range c.n {
			uid := fmt.Sprintf("e%03d", i)
			e := gathering(t, uid, c.title, "2026-12-10 19:00")
			e.Location = c.place
			events, changes = append(events, e), append(changes, change(uid, event.ChangeAdded, "", "", c.title))
		}
		d, b, err := plan(events, changes).Make(reader())
		if err != nil {
			t.Fatal(err)
		}
		shown := len(d.Sections[0].Items)
		if shown+d.More != c.n || d.Totals[New] != c.n || shown > Most || c.n <= Short && shown != c.n {
			t.Errorf("%s: %d told, %d more, of %d", c.name, shown, d.More, c.n)
		}
		if c.name == "many" && shown != Most {
			t.Errorf("%s: %d told, want %d", c.name, shown, Most)
		}
		plain, page := b.For("https://koyomi.example/unsubscribe/" + strings.Repeat("x", 32))
		if len(plain)+len(page) > MaxBytes+1000 {
			t.Errorf("%s: %d bytes", c.name, len(plain)+len(page))
		}
		if d.More > 0 && (!strings.Contains(plain, fmt.Sprintf("ほか%d件 https://koyomi.example/?", d.More)) || !strings.Contains(page, fmt.Sprintf(">ほか%d件</a>", d.More))) {
			t.Errorf("%s: the rest is not counted", c.name)
		}
		for _, line := range strings.Split(plain, "\n") {
			if text.Width(line) > textColumns && !strings.Contains(line, "https://") {
				t.Errorf("%s: a line of %d columns", c.name, text.Width(line))
			}
		}
		if text.Width(d.Subject()) > 80 || !utf8.ValidString(plain) || !utf8.ValidString(page) {
			t.Errorf("%s: subject %q", c.name, d.Subject())
		}
	}
}

// TestSameBytes: equal readers get equal bytes, whoever was served before.
func TestSameBytes(t *testing.T) {
	a, b := mixed(t), mixed(t)
	other := reader()
	other.Query, other.Lang = "OSC", English
	if _, _, err := b.Make(other); err != nil {
		t.Fatal(err)
	}
	_, x, err := a.Make(reader())
	if err != nil {
		t.Fatal(err)
	}
	_, y, err := b.Make(reader())
	if err != nil {
		t.Fatal(err)
	}
	if x != y {
		t.Error("the same digest differs when it is made again")
	}
}

// TestEnglishIsEnglish: what is koyomi's own in an English digest is plain English, and
// that an event is online is said so.
func TestEnglishIsEnglish(t *testing.T) {
	e := gathering(t, "e1", "The First", "2026-12-10 19:00")
	e.Location, e.Mode = "オンライン", event.Online
	r := reader()
	r.Lang = English
	_, b, err := plan([]event.Event{e}, []event.Change{change("e1", event.ChangeAdded, "", "", "The First")}).Make(r)
	if err != nil {
		t.Fatal(err)
	}
	plain, page := b.For("https://koyomi.example/unsubscribe/tOkEn")
	if b.Subject != "[koyomi] Wed 25 Nov: 1 new" || !strings.Contains(plain, "\n■ New (1)\n") || !strings.Contains(plain, "  Where: online\n") {
		t.Errorf("%s\n%s", b.Subject, plain)
	}
	for _, s := range []string{strings.ReplaceAll(plain, "■", ""), ofHTML(t, page).words} {
		if strings.ContainsFunc(s, func(r rune) bool { return r > 0x2fff }) {
			t.Errorf("Japanese in an English digest:\n%s", s)
		}
	}
}
