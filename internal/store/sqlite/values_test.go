package sqlite

import (
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"testing/fstest"
	"time"

	"koyomi/internal/event"
)

// version3 makes a database as the version before 00004_values left it: its schema,
// and the rows of testdata/version3.sql, which that version wrote in a replay of the
// recordings up to 2026-11-20 with some edits by a person; then some statements.
func version3(t *testing.T, more string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "koyomi.db")
	if err := (&DB{path: path}).create(ctx); err != nil {
		t.Fatal(err)
	}
	d, err := open(path)
	if err != nil {
		t.Fatal(err)
	}
	steps := fstest.MapFS{}
	for _, name := range []string{"00001_first.sql", "00002_mail.sql", "00003_search.sql"} {
		b, err := fs.ReadFile(migrations(), name)
		if err != nil {
			t.Fatal(err)
		}
		steps[name] = &fstest.MapFile{Data: b}
	}
	if err := d.migrate(ctx, steps); err != nil {
		t.Fatal(err)
	}
	rows, err := os.ReadFile("testdata/version3.sql")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.writer.ExecContext(ctx, string(rows)+more); err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// berlin adds to a database of version 3 an event in another zone that was moved, and
// tags of which one holds the sign that joined them.
const berlin = `
INSERT INTO events SELECT 900, 'berlin', community, 'Go in Berlin', 20260610, 1781110800, 0, NULL, 'Europe/Berlin', status, type, mode,
	url, location, area, online_url, number, NULL, sources, NULL, 1, created, updated, NULL, 0, '', begin_at, over_at, open_end, 0, '', ''
	FROM events LIMIT 1;
INSERT INTO changes (uid, kind, at, source, poll, field, old, new) VALUES
	('berlin', 'moved', 1, 's', 1, 'start', '2026-06-09 19:00–21:00', '2026-06-10 19:00'),
	('berlin', 'moved', 2, 's', 1, 'start', '2026-10-25 02:30', '2026-06-10 19:00'),
	('berlin', 'edited', 3, 's', 1, 'tags', 'go', 'Berlin, go'),
	('berlin', 'edited', 4, 's', 1, 'tags', 'zig, C, go', ''),
	('berlin', 'edited', 5, 's', 1, 'registration_opens', '', '2026-06-01T12:00:00+09:00'),
	('nowhere', 'moved', 6, 's', 1, 'start', '来月', '2026-06-10');`

func TestADatabaseOfVersion3KeepsItsPast(t *testing.T) {
	d := opened(t, version3(t, berlin), Options{Lock: true})
	all, err := d.Changes(ctx, "", 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	at := func(zone string, month time.Month, day, hour, minute int) event.Moment {
		return event.At(time.Date(2026, month, day, hour, minute, 0, 0, event.Zone(zone)))
	}
	june10 := event.Times{Start: at("Europe/Berlin", 6, 10, 19, 0), Zone: "Europe/Berlin"}
	old := func(day, hour, minute int) event.Moment {
		return event.At(time.Date(2009, 5, day, hour, minute, 0, 0, event.Tokyo))
	}
	for _, want := range []event.Change{
		{Kind: event.ChangeAdded, After: event.Text("BPStudy#21 OpenID")},
		{Kind: event.ChangeEdited, Field: "title", Before: event.Text("BPStudy#21 OpenID、XMPP、AMQP"), After: event.Text("2009-05-28")},
		{Kind: event.ChangeEdited, Field: "sources", Before: event.List{"bpstudy-blog"}, After: event.List{"bpstudy-blog", "bpstudy-notes"}},
		{Kind: event.ChangeCancelled, Field: "status", Before: event.Text("confirmed"), After: event.Text("cancelled")},
		{
			Kind: event.ChangeEdited, Field: "start", Before: event.Times{Start: old(28, 19, 0), Zone: "Asia/Tokyo"},
			After: event.Times{Start: old(28, 19, 0), End: old(28, 20, 40), Zone: "Asia/Tokyo"},
		},
		{
			Kind: event.ChangeRelocated, Field: "location",
			Before: event.Place{Location: "先端技術館＠TEPIA 東京都港区北青山2-8-44", Area: "東京都"}, After: event.Place{Location: "秋葉原UDX", Area: "東京都"},
		},
		{
			Kind: event.ChangeMoved, Field: "start", After: june10,
			Before: event.Times{Start: at("Europe/Berlin", 6, 9, 19, 0), End: at("Europe/Berlin", 6, 9, 21, 0), Zone: "Europe/Berlin"},
		},
		// Berlin's clocks showed that hour twice, and ", " stood in a tag.
		{Kind: event.ChangeMoved, Field: "start", Before: event.Words("2026-10-25 02:30"), After: june10},
		{Kind: event.ChangeEdited, Field: "tags", Before: event.List{"go"}, After: event.List{"Berlin", "go"}},
		{Kind: event.ChangeEdited, Field: "tags", Before: event.Words("zig, C, go")},
		{Kind: event.ChangeEdited, Field: "registration_opens", After: at("", 6, 1, 12, 0)},
		{Kind: event.ChangeMoved, Field: "start", Before: event.Words("来月"), After: event.Times{Start: event.On(event.Date{Year: 2026, Month: 6, Day: 10})}},
	} {
		found := false
		for _, c := range all {
			found = found || c.Kind == want.Kind && c.Field == want.Field && reflect.DeepEqual(c.Before, want.Before) && reflect.DeepEqual(c.After, want.After)
		}
		if !found {
			t.Errorf("no change %s of %q: %#v → %#v", want.Kind, want.Field, want.Before, want.After)
		}
	}
	held, err := d.Candidates(ctx, "", true)
	if err != nil || len(held) != 1 || len(held[0].Changes) != 1 {
		t.Fatalf("held polls: %v %v", held, err)
	}
	if c := held[0].Changes[0]; c.Kind != event.ChangeWithdrawn || c.Before != event.Text("仮想化友の会 第9回 5月勉強会") || c.After != nil {
		t.Errorf("the held change came back as %+v", c)
	}
}

// TestWordsThatStay shows that a migrated value never says other words than before.
func TestWordsThatStay(t *testing.T) {
	for _, c := range []struct{ field, words, zone string }{
		{"start", "2009-05-28 19:00–20:40", "Asia/Tokyo"},
		{"start", "2009-05-28 19:00–2009-05-29 05:00", "Asia/Tokyo"},
		{"start", "2009-06-10–2009-06-12", "Asia/Tokyo"},
		{"start", "2009-06-10", ""},
		{"start", "19:00", ""},
		{"start", "2009-06-10–19:00", ""},
		{"start", "2009-13-10", ""},
		{"start", "2009-05-28 19:00", "Europe/Berlin"},
		{"start", "2009-05-28 19:00", "No/Zone"},
		{"title", "2009-06-10", ""},
		{"status", "cancelled", ""},
		{"location", "秋葉原", ""},
		{"tags", "a, b", ""},
		{"tags", "b, a", ""},
		{"registration_closes", "2026-13-01", ""},
		{"event", "8a0b6498", ""},
	} {
		v := valueOfWords(c.field, c.words, c.zone, "")
		if v == nil || v.String() != c.words && v.String() != c.words+" "+c.zone {
			t.Errorf("%s %q became %#v", c.field, c.words, v)
		}
	}
	if v := valueOfWords("start", "", "", ""); v != nil {
		t.Errorf("nothing became %#v", v)
	}
	// A source told the hour in another zone than the event's.
	if v := valueOfWords("start", "2009-05-28 10:00", "Asia/Tokyo", "+00:00"); v.String() != "2009-05-28 19:00" {
		t.Errorf("an hour of UTC became %s", v)
	}
}
