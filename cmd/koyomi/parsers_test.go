package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"koyomi/internal/event"
	"koyomi/internal/publish"
	"koyomi/internal/publish/ical"
	"koyomi/internal/publish/lint"
)

// A parsed is what a parser reads of one event: times in UTC or days, texts without
// their escapes.
type parsed struct {
	UID         string   `json:"uid"`
	Start       string   `json:"start"`
	End         string   `json:"end"`
	Title       string   `json:"title"`
	Description string   `json:"description"`
	Location    string   `json:"location"`
	Status      string   `json:"status"`
	Sequence    int      `json:"sequence"`
	URL         string   `json:"url"`
	Categories  []string `json:"categories"`
}

// A parser is another program that reads calendars.
type parser struct {
	name    string
	command []string
}

// systemPython is Debian's own, which has Debian's packages.
const systemPython = "/usr/bin/python3"

// parsers returns those that are on this machine (.ci/parts.sh installs them); the test
// is skipped by name where one is missing.
func parsers(t *testing.T) []parser {
	t.Helper()
	node := os.Getenv("KOYOMI_NODE")
	if node == "" {
		node = filepath.Join("..", "..", ".ci", "bin", "node")
	}
	node, err := filepath.Abs(node)
	if err != nil {
		t.Fatal(err)
	}
	all := []parser{
		{"python3-icalendar", []string{systemPython, "-I", "testdata/parsers/icalendar.py"}},
		{"python3-vobject", []string{systemPython, "-I", "testdata/parsers/vobject.py"}},
		{"libical", []string{systemPython, "-I", "testdata/parsers/libical.py"}},
		{"ical.js", []string{"node", "testdata/parsers/icaljs.mjs", node}},
	}
	for _, p := range all {
		there := exec.Command(p.command[0], p.command[1:]...)
		there.Stdin = strings.NewReader("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:a\r\nDTSTAMP:20260601T000000Z\r\nDTSTART;VALUE=DATE:20260601\r\nSUMMARY:a\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")
		if out, err := there.CombinedOutput(); err != nil {
			t.Skipf("%s is not here (.ci/parts.sh installs it): %v %.200s", p.name, err, out)
		}
	}
	return all
}

// read returns what a parser reads, by UID; it must have nothing to say besides.
func (p parser) read(t *testing.T, calendar []byte) []parsed {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), p.command[0], p.command[1:]...)
	cmd.Stdin = bytes.NewReader(calendar)
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	if err := cmd.Run(); err != nil || said.Len() > 0 {
		t.Errorf("%s: %v: %.2000s", p.name, err, said.String())
		return nil
	}
	var all []parsed
	for d := json.NewDecoder(&out); d.More(); {
		var one parsed
		if err := d.Decode(&one); err != nil {
			t.Errorf("%s: %v", p.name, err)
			return nil
		}
		slices.Sort(one.Categories)
		all = append(all, one)
	}
	slices.SortFunc(all, func(a, b parsed) int { return cmp.Compare(a.UID, b.UID) })
	return all
}

// strange are events of every form and of texts that parsers stumble over. A
// backslash before an n is not among them: python-icalendar 4 alone takes it for the
// end of a line.
func strange() []event.Event {
	titles := []string{"勉強会, 第9回; 夜\\昼: \"引用\"", "【中止】", "👨‍👩‍👧‍👦 家族", strings.Repeat("長い題名", 49), "a\u200bb", "ﾊﾝｶｸ ＡＢＣ", "BEGIN:VEVENT", "é NFC", " x ", "%s {{.}} <1>", "^n^'", "END:VCALENDAR"}
	var events []event.Event
	for i, title := range titles {
		for j, when := range [][2]string{{"2026-06-10T19:00:00+09:00", "2026-06-10T20:40:00+09:00"}, {"2026-06-10T23:00:00+09:00", ""}, {"2026-06-10", ""}, {"2026-06-10", "2026-06-12"}, {"2026-12-31T22:00:00+09:00", "2027-01-01T05:00:00+09:00"}} {
			e := largeEvent(i*10+j, 1000)
			e.UID = fmt.Sprintf("%08d-%04d-5000-8000-000000000000", i, j)
			e.Start, _ = event.ParseMoment(when[0], event.Tokyo)
			e.End, _ = event.ParseMoment(when[1], event.Tokyo)
			e.Title, e.Location, e.Description, e.Tags = title, title, title+"\n"+title+"\n\n"+title, []string{title, "勉強会"}
			e.URL = "https://example.jp/" + fmt.Sprint(i) + "?q=a,b;c&d=日本"
			e.Status = []event.Status{event.Confirmed, event.Cancelled, event.Postponed, event.Tentative}[(i+j)%4]
			e.Updated, e.CancelledAt = largeNow.AddDate(0, 0, -1), largeNow.AddDate(0, 0, -1)
			events = append(events, e)
		}
	}
	return events
}

// TestFourParsersReadTheSame: the calendar of the replay, one of strange texts and one
// of 20,000 events mean the same to four parsers that know nothing of one another,
// and none of them has anything to say.
func TestFourParsersReadTheSame(t *testing.T) {
	all := parsers(t)
	c := publish.Calendar{Name: "暦", URL: "https://koyomi.example/", EventBase: "https://koyomi.example/events/", Source: "https://koyomi.example/calendar.ics"}
	marked, utc := c, c
	marked.Cancelled, utc.UTC = publish.Mark, true
	large := make([]event.Event, 20_000)
	for i := range large {
		large[i] = largeEvent(i, len(large))
	}
	calendars := map[string][]byte{
		"strange":        ical.Write(strange(), c, largeNow),
		"strange marked": ical.Write(strange(), marked, largeNow),
		"strange in UTC": ical.Write(strange(), utc, largeNow),
		"of nothing":     ical.Write(nil, c, largeNow),
		"20,000 events":  ical.Write(large, c, largeNow),
	}
	for _, now := range []string{"2009-05-18T09:00:00+09:00", "2020-03-02T09:00:00+09:00", "2026-06-01T09:00:00+09:00"} {
		calendars["replay "+now] = calendarOfReplay(t, now)
	}
	for name, calendar := range calendars {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if underRace && len(calendar) > 10_000_000 {
				t.Skip("other programs read it no better under the race detector")
			}
			found := slices.DeleteFunc(lint.Check(calendar, largeNow), func(f lint.Finding) bool { return f.Rule == "size" })
			if lint.Worst(found) != lint.Note {
				t.Errorf("lint: %+v", found[0])
			}
			readings := make([][]parsed, len(all))
			var group sync.WaitGroup
			for i, p := range all {
				group.Go(func() { readings[i] = p.read(t, calendar) })
			}
			group.Wait()
			want := readings[0]
			if n := bytes.Count(calendar, []byte("\r\nBEGIN:VEVENT\r\n")); len(want) != n {
				t.Errorf("%s reads %d events of %d", all[0].name, len(want), n)
			}
			for i, got := range readings[1:] {
				p := all[i+1]
				if len(got) != len(want) {
					t.Errorf("%s reads %d events, %s %d", p.name, len(got), all[0].name, len(want))
					continue
				}
				for i := range got {
					if !reflect.DeepEqual(got[i], want[i]) {
						t.Errorf("%s and %s differ:\n%+v\n%+v", p.name, all[0].name, got[i], want[i])
						break
					}
				}
			}
		})
	}
}

// calendarOfReplay returns the calendar that the recordings make up to a moment.
func calendarOfReplay(t *testing.T, now string) []byte {
	t.Helper()
	dir := t.TempDir()
	database, public := filepath.Join(dir, "koyomi.db"), filepath.Join(dir, "public")
	if r := runProgram(t, dir, "sync", "--replay", "--now", now, "--database", database); r.exit != exitDone && r.exit != exitAttention {
		t.Fatalf("replay up to %s: %d %s", now, r.exit, r.errOut)
	}
	if r := runProgram(t, dir, "publish", public, "--public-url", "https://koyomi.example", "--now", now, "--database", database); r.exit != exitDone {
		t.Fatalf("publish: %d %s", r.exit, r.errOut)
	}
	calendar, err := os.ReadFile(filepath.Join(public, "calendar.ics"))
	if errors.Is(err, os.ErrNotExist) || !bytes.Contains(calendar, []byte("BEGIN:VEVENT")) {
		t.Fatalf("the replay up to %s has no calendar: %v", now, err)
	}
	return calendar
}
