package feed

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/mmcdole/gofeed"
	"github.com/mmcdole/gofeed/atom"

	"koyomi/internal/event"
	"koyomi/internal/publish"
)

var monday = time.Date(2009, 5, 18, 9, 0, 0, 0, event.Tokyo)

func made(title string) event.Event {
	e := event.Event{UID: "00000002-0000-5000-8000-000000000000", Community: "v-tomo"}
	e.Title, e.Location, e.URL, e.Tags = title, "千代田区", "https://example.jp/9?a=1&b=2", []string{"KVM & Xen"}
	e.Start, e.End, e.Zone = event.At(monday.AddDate(0, 0, 10)), event.At(monday.AddDate(0, 0, 10).Add(time.Hour)), "Asia/Tokyo"
	return e
}

// hour is the value of the field "start" of an hour.
func hour(from time.Time) event.Value {
	return event.Times{Start: event.At(from), End: event.At(from.Add(time.Hour)), Zone: "Asia/Tokyo"}
}

func sample(title string) Feed {
	e := made(title)
	changes := []event.Change{
		{UID: e.UID, Kind: event.ChangeAdded, At: monday.Add(-72 * time.Hour), After: event.Text(title)},
		{UID: e.UID, Kind: event.ChangeEdited, Field: "description", At: monday.Add(-48 * time.Hour), Before: event.Text("a"), After: event.Text("b")},
		{UID: e.UID, Kind: event.ChangeEdited, Field: "title", At: monday.Add(-24 * time.Hour), Before: event.Text("旧<題>"), After: event.Text(title)},
		{UID: e.UID, Kind: event.ChangeMoved, Field: "start", At: monday.Add(-24 * time.Hour), Before: hour(monday.AddDate(0, 0, 9)), After: hour(monday.AddDate(0, 0, 10))},
	}
	return Feed{
		Title: "勉強会カレンダー", Home: "https://koyomi.example/", Self: "https://koyomi.example/feed.atom", EventBase: "https://koyomi.example/events/",
		Names: map[string]string{"v-tomo": "仮想化友の会"},
		News:  publish.Tell(changes, func(string) (event.Event, bool) { return e, true }, 10),
	}
}

func TestAtomIsReadByAParser(t *testing.T) {
	b, err := Atom(sample("第9回"))
	if err != nil {
		t.Fatal(err)
	}
	got, err := new(atom.Parser).Parse(bytes.NewReader(b))
	if err != nil {
		t.Fatalf("%v\n%s", err, b)
	}
	if got.Title != "勉強会カレンダー" || got.ID != "https://koyomi.example/feed.atom" || got.Updated != "2009-05-17T00:00:00Z" || len(got.Entries) != 2 || got.Language != "ja" {
		t.Fatalf("%+v", got)
	}
	moved, added := got.Entries[0], got.Entries[1]
	if moved.Title != "【日程変更】第9回" || added.Title != "【新着】第9回" || moved.ID == added.ID || !strings.HasPrefix(moved.ID, "urn:uuid:") {
		t.Errorf("%q %s, %q %s", moved.Title, moved.ID, added.Title, added.ID)
	}
	want := "<p>日時: 2009-05-27 (水) 09:00–10:00 → 2009-05-28 (木) 09:00–10:00<br>題名: 旧&lt;題&gt; → 第9回<br>2009-05-28 (木) 09:00–10:00<br>千代田区<br>仮想化友の会<br>https://example.jp/9?a=1&amp;b=2</p>"
	if moved.Content.Value != want || moved.Content.Type != "html" {
		t.Errorf("content\n got %s\nwant %s", moved.Content.Value, want)
	}
	if moved.Links[0].Href != "https://koyomi.example/events/0000000200005000" || moved.Authors[0].Name != "仮想化友の会" || moved.Categories[0].Term != "KVM & Xen" {
		t.Errorf("%v %v %v", moved.Links[0], moved.Authors[0], moved.Categories[0])
	}
}

func TestJSONFeedIsReadByAParser(t *testing.T) {
	b, err := JSON(sample("第9回"))
	if err != nil {
		t.Fatal(err)
	}
	got, err := gofeed.NewParser().Parse(bytes.NewReader(b))
	if err != nil {
		t.Fatalf("%v\n%s", err, b)
	}
	if got.FeedType != "json" || len(got.Items) != 2 || got.Items[0].Title != "【日程変更】第9回" || got.Items[0].Link != "https://koyomi.example/events/0000000200005000" || got.Items[0].PublishedParsed == nil {
		t.Errorf("%+v", got)
	}
}

// TestForeignTextStaysText: B47 in Atom and JSON.
func TestForeignTextStaysText(t *testing.T) {
	for _, bad := range []string{"<script>alert(1)</script>", "]]><x>", "a&b", "\x00\x0b", "\u2028", strings.Repeat("長", 200), `"\`} {
		f := sample(bad)
		b, err := Atom(f)
		if err != nil {
			t.Fatal(err)
		}
		got, err := new(atom.Parser).Parse(bytes.NewReader(b))
		if err != nil || len(got.Entries) != 2 {
			t.Fatalf("%q: %v\n%s", bad, err, b)
		}
		if strings.Contains(got.Entries[0].Content.Value, "<script") || bytes.Contains(b, []byte("<script")) {
			t.Errorf("%q became markup: %s", bad, b)
		}
		j, err := JSON(f)
		if err != nil || !json.Valid(j) || bytes.Contains(j, []byte("<script")) {
			t.Errorf("%q: %v %s", bad, err, j)
		}
	}
}

func TestEmptyFeedsAreWhole(t *testing.T) {
	b, err := Atom(Feed{Title: "x", Self: "https://x.example/feed.atom"})
	if err != nil || !strings.Contains(string(b), "<updated>1970-01-01T00:00:00Z</updated>") {
		t.Errorf("%v %s", err, b)
	}
	if j, err := JSON(Feed{}); err != nil || !strings.Contains(string(j), `"items":[]`) {
		t.Errorf("%v %s", err, j)
	}
}

// TestValuesAreWrittenByTheirField: a time is written for the feed's readers wherever
// it was, and what merely looks like a time is left alone.
func TestValuesAreWrittenByTheirField(t *testing.T) {
	berlin := event.Zone("Europe/Berlin")
	e := made("2009-06-01")
	f := Feed{News: publish.Tell([]event.Change{
		{UID: e.UID, Kind: event.ChangeEdited, Field: "title", At: monday, Before: event.Text("2009-05-28"), After: event.Text("2009-06-01")},
		{
			UID: e.UID, Kind: event.ChangeMoved, Field: "start", At: monday,
			Before: event.Times{Start: event.At(time.Date(2009, 5, 27, 19, 0, 0, 0, berlin)), Zone: "Europe/Berlin"},
			After:  event.Times{Start: event.At(time.Date(2009, 5, 28, 19, 0, 0, 0, berlin)), Zone: "Europe/Berlin"},
		},
	}, func(string) (event.Event, bool) { return e, true }, 10)}
	lines := strings.Split(f.body(f.News[0]), "\n")
	if want := "日時: 2009-05-28 (木) 02:00 → 2009-05-29 (金) 02:00"; lines[0] != want {
		t.Errorf("got %q, want %q", lines[0], want)
	}
	if want := "題名: 2009-05-28 → 2009-06-01"; lines[1] != want {
		t.Errorf("got %q, want %q", lines[1], want)
	}
}
