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
	"koyomi/internal/subscriber"
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
			plain, page := b.For("https://koyomi.example/unsubscribe/tOkEn", "https://koyomi.example/me/oWn")
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
	plain, page := b.For("https://koyomi.example/unsubscribe/tOkEn", "https://koyomi.example/me/oWn")
	want, err := os.ReadFile("testdata/digest.txt")
	if err != nil {
		t.Fatal(err)
	}
	if os.Getenv("KOYOMI_DIGEST_UPDATE") != "" {
		want = []byte("Subject: " + b.Subject + "\n\n" + plain)
		if err := os.WriteFile("testdata/digest.txt", want, 0o644); err != nil {
			t.Fatal(err)
		}
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

// TestSubject: the subject names the most important event, whole where it fits, and says
// how many more there are.
func TestSubject(t *testing.T) {
	for _, c := range []struct {
		name string
		e    func(e *event.Event)
		news []event.Change
		want string
	}{
		{
			name: "cancelled", e: func(e *event.Event) { e.Status = event.Cancelled },
			news: []event.Change{change("a", event.ChangeCancelled, "status", "confirmed", "cancelled")},
			want: "中止：12/10（木）19:00 BPStudy",
		},
		{
			name: "moved", e: func(*event.Event) {},
			news: []event.Change{change("a", event.ChangeMoved, "start", "2026-12-09 19:00", "2026-12-10 19:00")},
			want: "日時の変更：12/10（木）19:00 BPStudy",
		},
		{
			name: "moved to another place and hour", e: func(*event.Event) {},
			news: []event.Change{
				change("a", event.ChangeMoved, "start", "2026-12-09 19:00", "2026-12-10 19:00"),
				change("a", event.ChangeRelocated, "location", "秋葉原", "渋谷"),
			},
			want: "日時・場所の変更：12/10（木）19:00 BPStudy",
		},
		{
			name: "only its title is another, on its day", e: func(e *event.Event) { e.Start = clockTime(t, "2026-11-25 19:00") },
			news: []event.Change{change("a", event.ChangeEdited, "title", "BPStudy#1", "BPStudy")},
			want: "題名の変更：今日 19:00 BPStudy",
		},
		{
			name: "new", e: func(*event.Event) {},
			news: []event.Change{change("a", event.ChangeAdded, "", "", "BPStudy")}, want: "新着：12/10（木）19:00 BPStudy",
		},
		{
			name: "new, on today", e: func(e *event.Event) { e.Start = clockTime(t, "2026-11-25 19:00") },
			news: []event.Change{change("a", event.ChangeAdded, "", "", "BPStudy")}, want: "今日 19:00 BPStudy",
		},
		{name: "today", e: func(e *event.Event) { e.Start = clockTime(t, "2026-11-25 19:00") }, want: "今日 19:00 BPStudy"},
		{name: "tomorrow", e: func(e *event.Event) { e.Start = clockTime(t, "2026-11-26") }, want: "明日 BPStudy"},
		{
			name: "closes", e: func(e *event.Event) { e.RegistrationCloses = clockTime(t, "2026-11-27 06:00") },
			want: "申込締切：11/27（金）06:00 BPStudy",
		},
		{
			name: "opens", e: func(e *event.Event) { e.RegistrationOpens = clockTime(t, "2026-11-26 06:00") },
			want: "申込開始：明日 06:00 BPStudy",
		},
	} {
		e := gathering(t, "a", "BPStudy", "2026-12-10 19:00")
		c.e(&e)
		d, b, err := plan([]event.Event{e}, c.news).Make(reader())
		if err != nil || b.Subject != c.want || d.Subject() != c.want {
			t.Errorf("%s: %q, want %q (%v)", c.name, b.Subject, c.want, err)
		}
	}
	small, next := gathering(t, "a", "BPStudy", "2026-12-10 19:00"), gathering(t, "b", "明日の会", "2026-11-26 19:00")
	_, b, err := plan([]event.Event{small, next}, []event.Change{change("a", event.ChangeEdited, "title", "B", "BPStudy")}).Make(reader())
	if err != nil || b.Subject != "明日 19:00 明日の会 ほか1件" {
		t.Errorf("a small change and an event tomorrow: %q, %v", b.Subject, err)
	}
	_, b, err = mixed(t).Make(reader())
	if err != nil || b.Subject != "中止：11/27（金）19:00 第21回 BPStudy ほか6件" {
		t.Errorf("%q, %v", b.Subject, err)
	}
}

// TestTitlesAreLinks: every title is a link to its page, and no title is cut.
func TestTitlesAreLinks(t *testing.T) {
	long := strings.TrimSpace(strings.Repeat("とても長い題名の勉強会 ", 12))
	e := gathering(t, "a", long, "2026-12-10 19:00")
	_, b, err := plan([]event.Event{e}, []event.Change{change("a", event.ChangeAdded, "", "", long)}).Make(reader())
	if err != nil {
		t.Fatal(err)
	}
	plain, page := b.For("x", "y")
	if !strings.Contains(page, `<a href="https://koyomi.example/events/`+e.ID()+`" style="font-weight:bold">`+long+`</a>`) {
		t.Errorf("the title is no link:\n%s", page)
	}
	if !strings.Contains(bare(plain), bare(long)) || strings.Contains(plain, "…") {
		t.Errorf("the title is cut:\n%s", plain)
	}
	if text.Width(b.Subject) > subjectColumns {
		t.Errorf("the subject takes %d columns: %s", text.Width(b.Subject), b.Subject)
	}
}

// TestShift says in words how an event moved.
func TestShift(t *testing.T) {
	for _, c := range []struct{ was, now, ja, en string }{
		{"2026-12-09 19:00", "2026-12-10 19:00", "1日あとになりました", "1 day later"},
		{"2026-12-12 19:00", "2026-12-10 19:00", "2日早まりました", "2 days earlier"},
		{"2026-12-10 18:30", "2026-12-10 19:00", "30分遅くなりました", "30 min later"},
		{"2026-12-10 20:15", "2026-12-10 19:00", "1時間15分早まりました", "1 h 15 min earlier"},
		{"2026-12-10", "2026-12-10 19:00", "時刻が決まりました", "the hour is known now"},
		{"2026-12-10 19:00", "2026-12-10", "時刻が未定になりました", "the hour is open again"},
		{"2026-12-10 19:00", "2026-12-10 19:00–21:00", "終了時刻が決まりました", "the end is known now"},
		{"2026-12-10 19:00–20:00", "2026-12-10 19:00–21:00", "終了時刻が変わりました", "another end"},
		{"2026-12-10 19:00–20:00", "2026-12-10 19:00", "終了時刻が未定になりました", "the end is open again"},
	} {
		e := gathering(t, "a", "BPStudy", "2026-12-10 19:00")
		now, is := spanOf(c.now).(event.Times)
		if !is {
			t.Fatal(c.now)
		}
		e.Start, e.End = now.Start, now.End
		for lang, want := range map[string]string{Japanese: c.ja, English: c.en} {
			r := reader()
			r.Lang = lang
			d, err := plan([]event.Event{e}, []event.Change{change("a", event.ChangeMoved, "start", c.was, c.now)}).For(r)
			if err != nil || len(d.Sections) != 1 {
				t.Fatalf("%s: %v %v", c.was, d.Sections, err)
			}
			if got := d.Sections[0].Items[0].Lines[0].How; got != want {
				t.Errorf("%s → %s: %q, want %q", c.was, c.now, got, want)
			}
		}
	}
}

// TestRhythm: a digest of weekdays reaches over the weekend, a weekly one and one with a
// look list the week.
func TestRhythm(t *testing.T) {
	friday := event.Date{Year: 2026, Month: 11, Day: 27}
	for _, c := range []struct {
		name         string
		rhythm       subscriber.Rhythm
		look         int
		date         event.Date
		start, want  string
		sinceDaysAgo int
	}{
		{"weekdays, on Monday", subscriber.Weekdays, 0, friday, "2026-11-30 19:00", "まもなく開催 BPStudy\n", 1},
		{"weekdays, on Tuesday", subscriber.Weekdays, 0, friday, "2026-12-01 19:00", "", 1},
		{"weekdays, on Saturday", subscriber.Weekdays, 0, friday, "2026-11-28 19:00", "まもなく開催 BPStudy\n", 1},
		{"daily, on Monday", subscriber.Daily, 0, friday, "2026-11-30 19:00", "", 1},
		{"daily with a look on Fridays", subscriber.Daily, 5, friday, "2026-12-03 19:00", "これから7日間の予定 BPStudy\n", 1},
		{"daily with a look on Mondays", subscriber.Daily, 1, friday, "2026-12-03 19:00", "", 1},
		{"weekly", subscriber.Weekly, 5, friday, "2026-12-03 19:00", "これから7日間の予定 BPStudy\n", 7},
		{"weekly, and today", subscriber.Weekly, 5, friday, "2026-11-27 19:00", "今日の予定 BPStudy\n", 7},
	} {
		r := reader()
		r.Rhythm, r.Look, r.Date, r.Since = c.rhythm, c.look, c.date, c.date.Add(-c.sinceDaysAgo)
		e := plan([]event.Event{gathering(t, "a", "BPStudy", c.start)}, nil)
		d, err := e.For(r)
		if err != nil || told(d) != c.want {
			t.Errorf("%s: told %q, want %q (%v)", c.name, told(d), c.want, err)
		}
	}
}

// TestRunningIsNoReason: what goes on since an earlier day is listed, and no mail is sent
// for it alone.
func TestRunningIsNoReason(t *testing.T) {
	runs := gathering(t, "a", "合宿", "2026-11-24")
	runs.End = clockTime(t, "2026-11-26")
	d, _, err := plan([]event.Event{runs}, nil).Make(reader())
	if err != nil || !d.Empty() {
		t.Errorf("%v, %s", err, told(d))
	}
	other := gathering(t, "b", "BPStudy", "2026-11-25 19:00")
	d, b, err := plan([]event.Event{runs, other}, nil).Make(reader())
	if err != nil || told(d) != "今日の予定 合宿\n今日の予定 BPStudy\n" || b.Subject != "今日 19:00 BPStudy ほか1件" {
		t.Errorf("%v, %q, %s", err, b.Subject, told(d))
	}
}

// TestAlertedIsNotToldAgain: what a reader was told at once stands in no later digest, what
// came after it does, with the state that was told as the old one.
func TestAlertedIsNotToldAgain(t *testing.T) {
	e := gathering(t, "a", "BPStudy", "2026-11-26 21:00")
	changes := []event.Change{
		change("a", event.ChangeMoved, "start", "2026-11-26 19:00", "2026-11-26 20:00"),
		change("a", event.ChangeMoved, "start", "2026-11-26 20:00", "2026-11-26 21:00"),
	}
	for _, c := range []struct {
		upto int64
		want string
	}{
		{0, "変更 BPStudy 日時 11/26（木）19:00 → 11/26（木）21:00\n"},
		{1, "変更 BPStudy 日時 11/26（木）20:00 → 11/26（木）21:00\n"},
		{2, "まもなく開催 BPStudy\n"},
	} {
		r := reader()
		r.Alerts = FormatAlerted([]Alerted{{UID: e.UID, Upto: c.upto}})
		d, err := plan([]event.Event{e}, changes).For(r)
		if err != nil || told(d) != c.want {
			t.Errorf("told up to %d: %q, want %q (%v)", c.upto, told(d), c.want, err)
		}
	}
}

// TestMarkup: the page loads nothing, tracks nobody, and is read in both lights.
func TestMarkup(t *testing.T) {
	_, b, err := mixed(t).Make(reader())
	if err != nil {
		t.Fatal(err)
	}
	_, page := b.For("https://koyomi.example/unsubscribe/tOkEn", "https://koyomi.example/me/oWn")
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
	plain, page := b.For("https://koyomi.example/unsubscribe/tOkEn", "https://koyomi.example/me/oWn")
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	if n := doc.Find("script, img, iframe, form, [onerror]").Length(); n > 0 {
		t.Errorf("%d elements came out of titles", n)
	}
	doc.Find("a").Each(func(_ int, a *goquery.Selection) {
		href := a.AttrOr("href", "")
		if !strings.HasPrefix(href, "https://koyomi.example/") {
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
		plain, page := b.For("https://koyomi.example/unsubscribe/"+strings.Repeat("x", 32), "https://koyomi.example/me/"+strings.Repeat("x", 40))
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
		if text.Width(d.Subject()) > subjectColumns || !utf8.ValidString(plain) || !utf8.ValidString(page) {
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
	e, moved := gathering(t, "e1", "The First", "2026-12-10 19:00"), gathering(t, "e2", "The Second", "2026-12-11 19:00")
	e.Location, e.Mode = "オンライン", event.Online
	moved.Location = "Shibuya"
	r := reader()
	r.Lang = English
	_, b, err := plan([]event.Event{e, moved}, []event.Change{
		change("e1", event.ChangeAdded, "", "", "The First"), change("e2", event.ChangeMoved, "start", "2026-12-10 19:00", "2026-12-11 19:00"),
	}).Make(r)
	if err != nil {
		t.Fatal(err)
	}
	plain, page := b.For("https://koyomi.example/unsubscribe/tOkEn", "https://koyomi.example/me/oWn")
	if b.Subject != "Time changed: Fri 11 Dec 19:00 The Second and 1 more" || !strings.Contains(plain, "\n■ New (1)\n") || !strings.Contains(plain, "\n19:00 The First — online (BPStudy)\n") {
		t.Errorf("%s\n%s", b.Subject, plain)
	}
	for _, s := range []string{strings.ReplaceAll(plain, "■", ""), ofHTML(t, page).words} {
		if strings.ContainsFunc(s, func(r rune) bool { return r > 0x2fff }) {
			t.Errorf("Japanese in an English digest:\n%s", s)
		}
	}
}
