package digest

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/place"
	"koyomi/internal/publish"
)

// morning is the moment of the digests of these tests: Wednesday, 07:00 in Tokyo.
var morning = time.Date(2026, 11, 25, 7, 0, 0, 0, event.Tokyo)

// clockTime returns a moment in Tokyo, as "2026-11-27 19:00" or "2026-11-27".
func clockTime(t testing.TB, s string) event.Moment {
	t.Helper()
	if s == "" {
		return event.Moment{}
	}
	if len(s) == len(time.DateOnly) {
		d, err := event.ParseDate(s)
		if err != nil {
			t.Fatal(err)
		}
		return event.On(d)
	}
	at, err := time.ParseInLocation("2006-01-02 15:04", s, event.Tokyo)
	if err != nil {
		t.Fatal(err)
	}
	return event.At(at)
}

// gathering makes an event that was found long ago.
func gathering(t testing.TB, uid, title, start string) event.Event {
	e := event.Event{UID: uid + "-0000-0000", Community: "bpstudy"}
	e.Title, e.Status, e.Type, e.Location = title, event.Confirmed, event.TypeEvent, "渋谷"
	e.Start, e.Zone = clockTime(t, start), "Asia/Tokyo"
	e.URL = "https://example.jp/" + uid
	e.Created = morning.Add(-60 * 24 * time.Hour).UTC()
	e.Updated = e.Created
	return e
}

// reader is one who had a digest yesterday.
func reader() Reader {
	return Reader{Lang: Japanese, Minute: 7 * 60, Date: event.DateOf(morning), Since: event.DateOf(morning).Add(-1)}
}

func calendar() publish.Calendar {
	return publish.Calendar{
		URL: "https://koyomi.example/", EventBase: "https://koyomi.example/events/",
		Names: map[string]string{"bpstudy": "BPStudy"},
	}
}

func plan(events []event.Event, changes []event.Change) *Planner {
	slices.SortFunc(events, publish.Compare)
	for i := range changes {
		changes[i].ID = int64(i + 1)
		if changes[i].At.IsZero() {
			changes[i].At = morning.Add(-time.Hour)
		}
	}
	e := NewPlanner(Input{Now: morning, Calendar: calendar(), Events: events, Changes: changes, Upto: int64(len(changes))})
	for _, uid := range e.Background() {
		e.Remember(uid, slices.DeleteFunc(slices.Clone(changes), func(c event.Change) bool { return c.UID != uid }))
	}
	return e
}

// told writes a digest in short: section, title, and lines with an old value.
func told(d Digest) string {
	var b strings.Builder
	for _, s := range d.Sections {
		for _, i := range s.Items {
			fmt.Fprintf(&b, "%s %s", languages[Japanese].sections[s.Kind], i.Title)
			if i.Mark != "" && s.Kind != Cancelled && !strings.HasSuffix(i.Mark, "の変更") {
				fmt.Fprintf(&b, "【%s】", i.Mark)
			}
			for _, l := range i.Lines {
				if l.Was != "" {
					fmt.Fprintf(&b, " %s %s → %s", l.Label, l.Was, l.Now)
				}
			}
			b.WriteString("\n")
		}
	}
	return b.String()
}

// valueOf is a value of a field, written as tests read best: "2026-12-01 19:00–20:00".
func valueOf(field, words string) event.Value {
	f := event.FieldNamed(field)
	switch {
	case words == "":
		return nil
	case f == nil:
		return event.Text(words)
	case field == "tags":
		return event.List(strings.Split(words, ", "))
	}
	b, err := json.Marshal(words)
	if err != nil {
		panic(err) // a string always marshals
	}
	switch field {
	case "location":
		return event.Place{Location: words, Area: place.Area(words)}
	case "start":
		return spanOf(words)
	}
	v, err := event.DecodeValue(field, b)
	if err != nil {
		return event.Words(words)
	}
	return v
}

func spanOf(words string) event.Value {
	from, to, _ := strings.Cut(words, "–")
	if len(to) == len("15:04") && len(from) > len("2006-01-02") {
		to = from[:len("2006-01-02 ")] + to
	}
	s := event.Times{Start: wall(from), End: wall(to)}
	if s.Start.IsZero() {
		return event.Words(words)
	}
	return s
}

func wall(s string) event.Moment {
	if m, err := event.ParseMoment(s, event.Tokyo); err == nil {
		return m
	}
	t, err := time.ParseInLocation("2006-01-02 15:04", s, event.Tokyo)
	if err != nil {
		return event.Moment{}
	}
	return event.At(t)
}

func change(uid string, kind event.ChangeKind, field, old, now string) event.Change {
	return event.Change{UID: uid + "-0000-0000", Kind: kind, Field: field, Before: valueOf(field, old), After: valueOf(field, now)}
}

// TestTold shows what a reader hears of what became of one event since yesterday.
func TestTold(t *testing.T) {
	later := "2026-12-10 19:00"
	for _, c := range []struct {
		name    string
		event   func(e *event.Event)
		start   string
		changes []event.Change
		query   string
		want    string
	}{
		{name: "nothing", start: later},
		{
			name: "found", start: later,
			changes: []event.Change{change("a", event.ChangeAdded, "", "", "BPStudy")},
			want:    "新着 BPStudy\n",
		},
		{
			name: "found, and cancelled since", start: later,
			event:   func(e *event.Event) { e.Status = event.Cancelled },
			changes: []event.Change{change("a", event.ChangeAdded, "", "", "BPStudy"), change("a", event.ChangeCancelled, "status", "confirmed", "cancelled")},
		},
		{
			name: "found when it was over", start: "2026-11-20 19:00",
			changes: []event.Change{change("a", event.ChangeAdded, "", "", "BPStudy")},
		},
		{
			name: "found, then moved", start: later,
			changes: []event.Change{change("a", event.ChangeAdded, "", "", "BPStudy"), change("a", event.ChangeMoved, "start", "2026-12-01 19:00", later)},
			want:    "新着 BPStudy\n",
		},
		{
			name: "cancelled", start: later,
			event:   func(e *event.Event) { e.Status = event.Cancelled },
			changes: []event.Change{change("a", event.ChangeCancelled, "status", "confirmed", "cancelled")},
			want:    "中止 BPStudy\n",
		},
		{
			name: "cancelled and moved at once", start: later,
			event: func(e *event.Event) { e.Status = event.Cancelled },
			changes: []event.Change{
				change("a", event.ChangeMoved, "start", "2026-12-01 19:00", later),
				change("a", event.ChangeCancelled, "status", "confirmed", "cancelled"),
			},
			want: "中止 BPStudy\n",
		},
		{
			name: "cancelled and on again", start: later,
			changes: []event.Change{
				change("a", event.ChangeCancelled, "status", "confirmed", "cancelled"),
				change("a", event.ChangeReinstated, "status", "cancelled", "confirmed"),
			},
		},
		{
			name: "on again after a cancellation that was told", start: later,
			changes: []event.Change{change("a", event.ChangeReinstated, "status", "cancelled", "confirmed")},
			want:    "変更 BPStudy【開催に戻りました】\n",
		},
		{
			name: "edited after a cancellation that was told", start: later,
			event:   func(e *event.Event) { e.Status = event.Cancelled },
			changes: []event.Change{change("a", event.ChangeEdited, "title", "BPStudy 21", "BPStudy")},
		},
		{
			name: "postponed", start: later,
			event:   func(e *event.Event) { e.Status = event.Postponed },
			changes: []event.Change{change("a", event.ChangePostponed, "status", "confirmed", "postponed")},
			want:    "変更 BPStudy【延期】\n",
		},
		{
			name: "moved twice is moved once", start: later,
			changes: []event.Change{
				change("a", event.ChangeMoved, "start", "2026-12-01 19:00–21:00", "2026-12-05 19:00"),
				change("a", event.ChangeMoved, "start", "2026-12-05 19:00", later),
			},
			want: "変更 BPStudy 日時 12/1（火）19:00–21:00 → 12/10（木）19:00\n",
		},
		{
			name: "moved there and back", start: later,
			changes: []event.Change{
				change("a", event.ChangeMoved, "start", later, "2026-12-05 19:00"),
				change("a", event.ChangeMoved, "start", "2026-12-05 19:00", later),
			},
		},
		{
			name: "moved into another year", start: "2027-01-12 19:00",
			changes: []event.Change{change("a", event.ChangeMoved, "start", "2026-12-01", "2027-01-12 19:00")},
			want:    "変更 BPStudy 日時 12/1（火） 時刻未発表 → 2027/1/12（火）19:00\n",
		},
		{
			name: "moved from the past", start: later,
			changes: []event.Change{change("a", event.ChangeMoved, "start", "2026-11-24 19:00", later)},
			want:    "変更 BPStudy 日時 11/24（火）19:00 → 12/10（木）19:00\n",
		},
		{
			name: "moved within the past", start: "2026-11-23 19:00",
			changes: []event.Change{change("a", event.ChangeMoved, "start", "2026-11-22 19:00", "2026-11-23 19:00")},
		},
		{
			name: "another place and another title", start: later,
			changes: []event.Change{
				change("a", event.ChangeRelocated, "location", "秋葉原", "渋谷"),
				change("a", event.ChangeEdited, "title", "BP Study vol.1", "BPStudy"),
			},
			want: "変更 BPStudy 題名 BP Study vol.1 → BPStudy 場所 秋葉原 → 渋谷\n",
		},
		{
			name: "a place at last", start: later,
			changes: []event.Change{change("a", event.ChangeEdited, "location", "", "渋谷")},
			want:    "変更 BPStudy 場所 未定 → 渋谷\n",
		},
		{
			name: "noise: width, blanks, other words, another source", start: later,
			changes: []event.Change{
				change("a", event.ChangeEdited, "title", "ＢＰＳｔｕｄｙ", "BPStudy"),
				change("a", event.ChangeEdited, "description", "old", "new"),
				change("a", event.ChangeEdited, "tags", "go", "go, web"),
				change("a", event.ChangeEdited, "sources", "bpstudy", "bpstudy, connpass"),
				change("a", event.ChangeEdited, "url", "https://a.example/", "https://b.example/"),
			},
		},
		{
			name: "a deadline at last is not told, another one is", start: later,
			event: func(e *event.Event) { e.RegistrationCloses = clockTime(t, "2026-12-08 18:00") },
			changes: []event.Change{
				change("a", event.ChangeEdited, "registration_closes", "2026-12-01T18:00:00+09:00", "2026-12-08T18:00:00+09:00"),
			},
			want: "変更 BPStudy 申込締切 12/1（火）18:00 → 12/8（火）18:00\n",
		},
		{
			name: "withdrawn, which is not cancelled", start: later,
			event:   func(e *event.Event) { e.Withdrawn = true },
			changes: []event.Change{change("a", event.ChangeWithdrawn, "", "BPStudy", "")},
			want:    "変更 BPStudy【案内が取り下げられました】\n",
		},
		{
			name: "found and withdrawn", start: later,
			event:   func(e *event.Event) { e.Withdrawn = true },
			changes: []event.Change{change("a", event.ChangeAdded, "", "", "BPStudy"), change("a", event.ChangeWithdrawn, "", "BPStudy", "")},
		},
		{
			name: "merged into another", start: later,
			event:   func(e *event.Event) { e.MergedInto = "b-0000-0000" },
			changes: []event.Change{change("a", event.ChangeMerged, "event", "BPStudy", "b-0000-0000")},
		},
		{
			name: "moved out of what the reader asks for", start: later, query: "area:東京",
			event:   func(e *event.Event) { e.Location, e.Area = "大阪市北区", "大阪府" },
			changes: []event.Change{change("a", event.ChangeRelocated, "location", "東京都渋谷区", "大阪市北区")},
			want:    "変更 BPStudy 場所 東京都渋谷区 → 大阪市北区\n",
		},
		{
			name: "moved into what the reader asks for", start: later, query: "area:東京",
			event:   func(e *event.Event) { e.Location, e.Area = "東京都渋谷区", "東京都" },
			changes: []event.Change{change("a", event.ChangeRelocated, "location", "大阪市北区", "東京都渋谷区")},
			want:    "新着 BPStudy\n",
		},
		{
			name: "cancelled, for one who asks for what is not", start: later, query: "-status:cancelled",
			event:   func(e *event.Event) { e.Status = event.Cancelled },
			changes: []event.Change{change("a", event.ChangeCancelled, "status", "confirmed", "cancelled")},
			want:    "中止 BPStudy\n",
		},
		{
			name: "of no interest", start: later, query: "Xen",
			changes: []event.Change{change("a", event.ChangeAdded, "", "", "BPStudy")},
		},
		{name: "tomorrow", start: "2026-11-26 19:00", want: "まもなく開催 BPStudy\n"},
		{name: "all day tomorrow", start: "2026-11-26", want: "まもなく開催 BPStudy\n"},
		{name: "today, though it was told yesterday", start: "2026-11-25 19:00", want: "今日の予定 BPStudy\n"},
		{
			name: "tomorrow, but cancelled", start: "2026-11-26 19:00",
			event: func(e *event.Event) { e.Status = event.Cancelled },
		},
		{
			name: "tomorrow, with other words", start: "2026-11-26 19:00",
			changes: []event.Change{change("a", event.ChangeEdited, "description", "old", "new")},
			want:    "まもなく開催 BPStudy\n",
		},
		{
			name: "tomorrow, and moved: one section", start: "2026-11-26 20:00",
			changes: []event.Change{change("a", event.ChangeMoved, "start", "2026-11-26 19:00", "2026-11-26 20:00")},
			want:    "変更 BPStudy 日時 11/26（木）19:00 → 11/26（木）20:00\n",
		},
		{
			name: "registration opens tomorrow early", start: later,
			event: func(e *event.Event) { e.RegistrationOpens = clockTime(t, "2026-11-26 06:00") },
			want:  "申込 BPStudy【申込開始】\n",
		},
		{
			name: "registration opened before yesterday's reach", start: later,
			event: func(e *event.Event) { e.RegistrationOpens = clockTime(t, "2026-11-25 06:00") },
		},
		{
			name: "registration closes in two days", start: later,
			event: func(e *event.Event) { e.RegistrationCloses = clockTime(t, "2026-11-27 06:00") },
			want:  "申込 BPStudy\n",
		},
		{
			name: "registration closes in three days", start: later,
			event: func(e *event.Event) { e.RegistrationCloses = clockTime(t, "2026-11-28 06:00") },
		},
		{
			name: "a deadline was set after yesterday's digest, within its reach", start: later,
			event: func(e *event.Event) { e.RegistrationCloses = clockTime(t, "2026-11-26 06:00") },
			changes: []event.Change{
				change("a", event.ChangeEdited, "registration_closes", "", "2026-11-26T06:00:00+09:00"),
			},
			want: "申込 BPStudy\n",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := gathering(t, "a", "BPStudy", c.start)
			if c.event != nil {
				c.event(&e)
			}
			if len(c.changes) > 0 {
				e.Updated = morning.Add(-time.Hour)
			}
			r := reader()
			r.Query = c.query
			d, err := plan([]event.Event{e}, c.changes).For(r)
			if err != nil {
				t.Fatal(err)
			}
			if got := told(d); got != c.want {
				t.Errorf("told:\n%swant:\n%s", got, c.want)
			}
			if d.Empty() != (c.want == "") {
				t.Errorf("Empty() = %v", d.Empty())
			}
		})
	}
}

// TestCursor: what is told begins after the reader's own last change.
func TestCursor(t *testing.T) {
	a, b := gathering(t, "a", "一つ目", "2026-12-10 19:00"), gathering(t, "b", "二つ目", "2026-12-11 19:00")
	e := plan([]event.Event{a, b}, []event.Change{
		change("a", event.ChangeAdded, "", "", "一つ目"), change("b", event.ChangeAdded, "", "", "二つ目"),
	})
	for cursor, want := range []string{"新着 一つ目\n新着 二つ目\n", "新着 二つ目\n", "", ""} {
		r := reader()
		r.Cursor = int64(cursor)
		d, err := e.For(r)
		if err != nil {
			t.Fatal(err)
		}
		if got := told(d); got != want || d.Upto != 2 {
			t.Errorf("cursor %d: up to %d, told:\n%swant:\n%s", cursor, d.Upto, got, want)
		}
	}
}

// TestFirst: who never had a digest gets the next days, marked so.
func TestFirst(t *testing.T) {
	soon, last, late := gathering(t, "a", "明日", "2026-11-26 19:00"), gathering(t, "b", "七日目", "2026-12-01"), gathering(t, "c", "八日目", "2026-12-02 10:00")
	late.RegistrationCloses = clockTime(t, "2026-11-26 12:00")
	off := gathering(t, "d", "なし", "2026-11-27 19:00")
	off.Status = event.Cancelled
	r := reader()
	r.Since, r.Cursor = event.Date{}, 1
	d, err := plan([]event.Event{soon, last, late, off}, []event.Change{change("c", event.ChangeAdded, "", "", "八日目")}).For(r)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := told(d), "申込 八日目\nこれから7日間の予定 明日\nこれから7日間の予定 七日目\n"; got != want {
		t.Errorf("told:\n%swant:\n%s", got, want)
	}
	if s := d.Summary(); !strings.HasPrefix(s, "はじめてのお届け") {
		t.Errorf("the first line is %q", s)
	}
}

// TestNewsSinceTheSubscription: a first digest has what was announced since the reader
// subscribed, however far ahead it is, and says how many more there are, with a link.
func TestNewsSinceTheSubscription(t *testing.T) {
	soon, far := gathering(t, "a", "明日", "2026-11-26 19:00"), gathering(t, "b", "来年", "2027-03-01 19:00")
	known, moved := gathering(t, "c", "既知", "2027-02-01 19:00"), gathering(t, "d", "移動", "2027-02-02 19:00")
	e := plan([]event.Event{soon, known, moved, far}, []event.Change{
		change("c", event.ChangeAdded, "", "", "既知"),
		change("d", event.ChangeAdded, "", "", "移動"),
		change("a", event.ChangeAdded, "", "", "明日"),
		change("b", event.ChangeAdded, "", "", "来年"),
		change("d", event.ChangeMoved, "start", "2027-02-09 19:00", "2027-02-02 19:00"),
	})
	r := reader()
	r.Since, r.Cursor = event.Date{}, 2
	d, b, err := e.Make(r)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := told(d), "変更 移動 日時 2027/2/9（火）19:00 → 2027/2/2（火）19:00\n新着 来年\nこれから7日間の予定 明日【新着】\n"; got != want || d.Ahead != 1 {
		t.Errorf("told:\n%s%d ahead, want:\n%sand one", got, d.Ahead, want)
	}
	if plain, _ := b.For("x", "y"); !strings.Contains(plain, "この先の予定がほか1件 https://koyomi.example/") {
		t.Errorf("it does not say how many more there are:\n%s", plain)
	}
	r.Query = "来年"
	if d, err = e.For(r); err != nil || told(d) != "新着 来年\n" || d.Ahead != 0 {
		t.Errorf("%v, of one who asked for one: %s, %d ahead", err, told(d), d.Ahead)
	}
}

// TestDoubtIsMarked: an event that its sources have not shown for days says so, unless it
// is off.
func TestDoubtIsMarked(t *testing.T) {
	unseen, seen := gathering(t, "a", "未確認", "2026-11-26 19:00"), gathering(t, "b", "確認済", "2026-11-26 19:00")
	off := gathering(t, "c", "中止", "2026-12-26 19:00")
	off.Status = event.Cancelled
	e := plan([]event.Event{unseen, seen, off}, []event.Change{
		change("a", event.ChangeAdded, "", "", "未確認"), change("b", event.ChangeAdded, "", "", "確認済"),
		change("c", event.ChangeCancelled, "status", "confirmed", "cancelled"),
	})
	old := morning.Add(-5 * 24 * time.Hour)
	e.in.Shown = map[string]time.Time{unseen.UID: old, seen.UID: morning.Add(-time.Hour), off.UID: old}
	d, err := e.For(reader())
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range d.Sections {
		for _, i := range s.Items {
			marked := slices.Contains(i.Lines, Line{Label: "確認", Now: "情報源で5日間確認できていません"})
			if marked != (i.UID == unseen.UID) {
				t.Errorf("%s: marked %v: %v", i.Title, marked, i.Lines)
			}
		}
	}
}

// TestGap: after days without a digest, reminders reach over the gap.
func TestGap(t *testing.T) {
	today, tomorrow := gathering(t, "a", "今日", "2026-11-25 19:00"), gathering(t, "b", "明日", "2026-11-26 19:00")
	over := gathering(t, "c", "朝", "2026-11-25 04:00")
	opened := gathering(t, "d", "申込", "2026-12-20 19:00")
	opened.RegistrationOpens = clockTime(t, "2026-11-23 12:00")
	r := reader()
	r.Since = r.Since.Add(-3)
	d, err := plan([]event.Event{today, tomorrow, over, opened}, nil).For(r)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := told(d), "今日の予定 今日\n申込 申込【申込開始】\nまもなく開催 明日\n"; got != want {
		t.Errorf("told:\n%swant:\n%s", got, want)
	}
}

// TestRemindedOnce: who was reminded of a date is not reminded of the next one;
// the change itself was told.
func TestRemindedOnce(t *testing.T) {
	for _, c := range []struct {
		name, old, movedAt, want string
	}{
		{"moved on its eve, after the digest", "2026-11-23 19:00", "2026-11-22 12:00", ""},
		{"moved on its eve, before the digest", "2026-11-23 19:00", "2026-11-22 06:00", "まもなく開催 BPStudy\n"},
		{"moved long before", "2026-11-23 19:00", "2026-11-10 12:00", "まもなく開催 BPStudy\n"},
	} {
		e := gathering(t, "a", "BPStudy", "2026-11-26 19:00")
		moved := change("a", event.ChangeMoved, "start", c.old, "2026-11-26 19:00")
		moved.At = clockTime(t, c.movedAt).Time
		e.Updated = moved.At
		r := reader()
		r.Cursor = 1
		d, err := plan([]event.Event{e}, []event.Change{moved}).For(r)
		if err != nil {
			t.Fatal(err)
		}
		if got := told(d); got != c.want {
			t.Errorf("%s: told %q, want %q", c.name, got, c.want)
		}
	}
}

// TestRemindedOnceThoughLate: yesterday's digest was made hours late, and knew of a
// deadline that was announced meanwhile; one that it did not know of is told today.
func TestRemindedOnceThoughLate(t *testing.T) {
	for _, c := range []struct {
		name   string
		cursor int64
		want   string
	}{
		{"announced before the late digest", 1, ""},
		{"announced after it", 0, "申込 BPStudy\n"},
	} {
		e := gathering(t, "a", "BPStudy", "2026-12-20 19:00")
		e.RegistrationCloses = clockTime(t, "2026-11-25 21:00")
		closes := change("a", event.ChangeEdited, "registration_closes", "", e.RegistrationCloses.String())
		closes.At = clockTime(t, "2026-11-24 08:00").Time
		e.Updated = closes.At
		r := reader()
		r.Cursor = c.cursor
		d, err := plan([]event.Event{e}, []event.Change{closes}).For(r)
		if err != nil {
			t.Fatal(err)
		}
		if got := told(d); got != c.want {
			t.Errorf("%s: told %q, want %q", c.name, got, c.want)
		}
	}
}

// TestWrongFilter: a filter that does not parse is that reader's trouble alone.
func TestWrongFilter(t *testing.T) {
	e := plan(nil, nil)
	r := reader()
	r.Query = "area:"
	if _, err := e.For(r); err == nil || !strings.Contains(err.Error(), "area:") {
		t.Errorf("error %v", err)
	}
	if _, err := e.For(reader()); err != nil {
		t.Error(err)
	}
}

// TestThePastIsAsItWas: what an event was before its changes is exactly that, also
// where a tag holds a comma and the zone is another one.
func TestThePastIsAsItWas(t *testing.T) {
	was := gathering(t, "a", "2026-12-01", "2026-12-01 19:00")
	was.Tags, was.Location, was.Area = []string{"C, C++", "go"}, "UDX", "東京都"
	was.Zone = "Europe/Berlin"
	was.Start = event.At(time.Date(2026, 12, 1, 19, 0, 0, 0, event.Zone(was.Zone)))
	was.Sessions = []event.Session{{Start: was.Start}, {Start: was.Start}}
	is := was
	is.Tags, is.Location, is.Area, is.Title, is.Zone = []string{"go"}, "オンライン", "", "BPStudy", "Asia/Tokyo"
	is.Span = event.Span{Start: event.At(time.Date(2026, 12, 2, 19, 0, 0, 0, event.Tokyo)), Zone: "Asia/Tokyo"}
	var changes []event.Change
	for _, f := range event.Fields {
		if f.History {
			changes = append(changes, event.Change{UID: is.UID, Field: f.Name, Before: f.Get(&was), After: f.Get(&is)})
		}
	}
	if got, known := rewind(is, changes); !known || !reflect.DeepEqual(got, was) {
		t.Errorf("got  %+v\nwant %+v", got, was)
	}
}
