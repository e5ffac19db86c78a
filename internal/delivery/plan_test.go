package delivery

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"testing"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/health"
	"koyomi/internal/store"
	"koyomi/internal/store/sqlite"
	"koyomi/internal/subscriber"
)

func TestPlanOnce(t *testing.T) {
	b := newBureau(t)
	readers := b.readers("", "a", "b")
	b.readers("庭", "c")
	b.readers("nothing-is-called-so", "d")
	b.tell(1, 3)
	if p := b.plan(); p != (Planned{Messages: 3, Nothing: 1}) {
		t.Fatalf("planned %+v", p)
	}
	if p := b.plan(); p != (Planned{}) {
		t.Errorf("planned again %+v", p)
	}
	if n := b.bodies(); n != 2 {
		t.Errorf("%d bodies for three readers with two filters", n)
	}
	if tally := b.send(); tally.Sent != 3 || len(b.got) != 3 {
		t.Fatalf("%+v, %d arrived", tally, len(b.got))
	}
	if got := b.stands(readers[0]); got.Cursor != 1 || got.Since != event.DateOf(morning) {
		t.Errorf("the reader stands at %d since %s", got.Cursor, got.Since)
	}
	b.pass(24 * time.Hour)
	if tally := b.day(); tally != (Tally{}) || len(b.got) != 3 {
		t.Errorf("a day with no news: %+v", tally)
	}
	if got := b.stands(readers[0]); got.Since != event.DateOf(morning).Add(1) {
		t.Errorf("told up to %s", got.Since)
	}
}

// bodies counts the bodies that are kept.
func (b *bureau) bodies() (n int) {
	b.t.Helper()
	raw, err := sql.Open("sqlite", b.path)
	if err == nil {
		defer raw.Close()
		err = raw.QueryRow("SELECT count(*) FROM bodies").Scan(&n)
	}
	if err != nil {
		b.t.Fatal(err)
	}
	return n
}

// A reader's local date is what counts, through clock changes and at the date line
// (F28, F29).
func TestPlanHours(t *testing.T) {
	for name, c := range map[string]struct {
		zone        string
		minute      int
		from, until string
		want        []string
	}{
		"spring: a skipped wall time comes when the clock goes on": {
			"America/New_York", 150, "2026-03-07T00:00:00-05:00", "2026-03-09T12:00:00-04:00",
			[]string{"2026-03-07 2026-03-07T02:30:00-05:00", "2026-03-08 2026-03-08T03:00:00-04:00", "2026-03-09 2026-03-09T02:30:00-04:00"},
		},
		"autumn: a doubled one comes once": {
			"America/New_York", 90, "2026-10-31T00:00:00-04:00", "2026-11-02T12:00:00-05:00",
			[]string{"2026-10-31 2026-10-31T01:30:00-04:00", "2026-11-01 2026-11-01T01:30:00-04:00", "2026-11-02 2026-11-02T01:30:00-05:00"},
		},
		"a leap day": {
			"Asia/Tokyo", 420, "2028-02-28T00:00:00+09:00", "2028-03-01T12:00:00+09:00",
			[]string{"2028-02-28 2028-02-28T07:00:00+09:00", "2028-02-29 2028-02-29T07:00:00+09:00", "2028-03-01 2028-03-01T07:00:00+09:00"},
		},
		"the turn of a year, fourteen hours ahead": {
			"Pacific/Kiritimati", 0, "2026-12-31T00:00:00+14:00", "2027-01-01T12:00:00+14:00",
			[]string{"2026-12-31 2026-12-31T00:00:00+14:00", "2027-01-01 2027-01-01T00:00:00+14:00"},
		},
		"Apia had no 30 December 2011": {
			"Pacific/Apia", 420, "2011-12-29T00:00:00-10:00", "2011-12-31T12:00:00+14:00",
			[]string{"2011-12-29 2011-12-29T07:00:00-10:00", "2011-12-31 2011-12-31T07:00:00+14:00"},
		},
		"a quarter of an hour off": {
			"Asia/Kathmandu", 435, "2026-11-25T00:00:00+05:45", "2026-11-25T12:00:00+05:45",
			[]string{"2026-11-25 2026-11-25T07:15:00+05:45"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBureau(t)
			b.now = moment(t, c.from)
			until := moment(t, c.until)
			b.reader("a", subscriber.Wish{Zone: c.zone, Minute: c.minute, Lang: "ja", Format: subscriber.Both})
			b.tell(0, 1)
			var got []string
			for n := 1; !b.now.After(until); n++ {
				if b.plan().Messages > 0 {
					l := b.messages()[len(got)]
					got = append(got, l.Day.String()+" "+b.now.In(event.Zone(c.zone)).Format(time.RFC3339))
					b.send()
					b.tell(n, 30) // so that there is something to tell tomorrow
				}
				b.pass(15 * time.Minute)
			}
			if strings.Join(got, "\n") != strings.Join(c.want, "\n") {
				t.Errorf("digests\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
		})
	}
}

func moment(t testing.TB, s string) time.Time {
	t.Helper()
	m, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// After a time in which koyomi did not run there is one digest, and nothing is lost
// (F30, F31).
func TestPlanAfterDowntime(t *testing.T) {
	for name, c := range map[string]struct {
		down time.Duration
		// messages come at once, later those of the morning after.
		messages, later int
	}{
		"three hours: caught up":                   {3 * time.Hour, 1, 1},
		"seven hours: left to the next morning":    {7 * time.Hour, 0, 1},
		"three days: one digest with all of it":    {3*24*time.Hour + time.Hour, 1, 1},
		"three days and a half: with the next one": {3*24*time.Hour + 12*time.Hour, 0, 1},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBureau(t)
			b.settled(b.readers("", "a")...)
			b.tell(1, 20)
			b.pass(c.down)
			b.tell(2, 20)
			if b.day(); len(b.got) != c.messages {
				t.Fatalf("%d messages at once, want %d", len(b.got), c.messages)
			}
			b.tell(3, 20)
			b.pass(nextMorning(b.now).Sub(b.now))
			if b.day(); len(b.got) != c.messages+c.later {
				t.Errorf("%d messages in all, want %d", len(b.got), c.messages+c.later)
			}
			var all string
			for _, c := range b.got {
				all += c.Text
			}
			for _, title := range []string{"第1回", "第2回", "第3回"} {
				if n := strings.Count(all, " "+title+" 庭の勉強会 ／東京都渋谷区"); n != 1 {
					t.Errorf("%s was told %d times", title, n)
				}
			}
		})
	}
}

// nextMorning returns the next seven o'clock.
func nextMorning(now time.Time) time.Time {
	d := event.DateOf(now.In(event.Tokyo))
	at := d.Begin(event.Tokyo).Add(7 * time.Hour)
	if !at.After(now) {
		at = at.Add(24 * time.Hour)
	}
	return at
}

// A clock that is set wrong brings no second digest and no flood (F25, F26), and one
// far behind brings nothing (F27).
func TestPlanByWrongClocks(t *testing.T) {
	b := newBureau(t)
	b.settled(b.readers("", "a")...)
	b.tell(1, 20)
	for n, c := range []struct {
		jump     time.Duration
		messages int
	}{
		{0, 1}, {-30 * time.Minute, 0}, {24*time.Hour + 30*time.Minute, 1}, {-30 * time.Minute, 0}, {30 * time.Minute, 0},
	} {
		b.pass(c.jump)
		got := len(b.got)
		if b.day(); len(b.got)-got != c.messages {
			t.Errorf("step %d: %d messages, want %d", n, len(b.got)-got, c.messages)
		}
	}
	for _, back := range []time.Duration{25 * time.Hour, 56 * 365 * 24 * time.Hour} {
		b.pass(-back)
		if _, err := b.Plan(context.Background()); !errors.Is(err, ErrClock) {
			t.Errorf("planned with the clock %s behind: %v", back, err)
		}
		if _, err := b.Send(context.Background()); !errors.Is(err, ErrClock) {
			t.Errorf("sent with the clock %s behind: %v", back, err)
		}
		b.pass(back)
	}
}

// A clock that was years ahead for a moment can be overruled, and readers then get
// their digest the next day.
func TestTrustClock(t *testing.T) {
	b := newBureau(t)
	b.settled(b.readers("", "a")...)
	b.pass(3 * 365 * 24 * time.Hour)
	b.tell(1, 20)
	b.day()
	b.pass(-3 * 365 * 24 * time.Hour)
	if _, err := b.Plan(context.Background()); !errors.Is(err, ErrClock) {
		t.Fatalf("planned: %v", err)
	}
	if err := b.TrustClock(context.Background()); err != nil {
		t.Fatal(err)
	}
	b.got = nil
	b.pass(24 * time.Hour)
	b.tell(2, 20)
	if b.day(); len(b.got) != 1 || !strings.Contains(b.got[0].Text, "第2回") {
		t.Errorf("%d messages after the clock was trusted: %+v", len(b.got), b.got)
	}
}

// One digest that cannot be made does not keep the others waiting, and the operator
// is told (F64).
func TestPlanWithOneThatFails(t *testing.T) {
	b := newBureau(t)
	b.Operator = "operator@example.jp"
	bad := b.reader("a", subscriber.Wish{Query: "foo:bar", Zone: "Asia/Tokyo", Minute: 420, Lang: "ja", Format: subscriber.Both})
	b.readers("", "b", "c")
	b.tell(1, 3)
	if p := b.plan(); p != (Planned{Messages: 2, Failed: 1}) {
		t.Fatalf("planned %+v", p)
	}
	if p := b.plan(); p != (Planned{}) {
		t.Errorf("and again within the day: %+v", p)
	}
	tally := b.send()
	if tally.Sent != 3 || !strings.Contains(b.log.String(), "foo:bar") {
		t.Errorf("sent %+v, log %s", tally, b.log.String())
	}
	var told bool
	for _, c := range b.got {
		told = told || c.to == "operator@example.jp" && strings.Contains(c.Text, string(bad.Address)) && strings.Contains(c.Text, "column")
	}
	if !told {
		t.Error("the operator did not hear of it")
	}
	if got := b.stands(bad); got.Cursor != 0 || !got.Since.IsZero() {
		t.Errorf("what was not told counts as told: %+v", got)
	}
}

// What a backup was about to send is not sent when it is restored, nor what was due
// before that (F60).
func TestRestoredBackup(t *testing.T) {
	ctx := context.Background()
	b := newBureau(t)
	b.settled(b.readers("", "a")...)
	b.tell(1, 20)
	b.plan() // the message waits when the backup is made
	if err := b.db.Backup(ctx, b.path+".backup"); err != nil {
		t.Fatal(err)
	}
	b.send()
	sent := len(b.got)
	b.pass(2 * time.Hour)
	if _, err := sqlite.Restore(ctx, b.path+".backup", b.path+".restored", b.clock()); err != nil {
		t.Fatal(err)
	}
	b.db.Close()
	b.reopen(b.path + ".restored")
	b.readers("", "new") // whose hour was before the restore too
	if b.day(); len(b.got) != sent {
		t.Errorf("%d messages were sent after the restore", len(b.got)-sent)
	}
	b.tell(2, 20)
	b.pass(22 * time.Hour)
	if b.day(); len(b.got) != sent+2 {
		t.Errorf("%d messages the morning after, want 2", len(b.got)-sent)
	}
}

// A source that dies is mailed to the operator once each time it does.
func TestDeadSources(t *testing.T) {
	b := newBureau(t)
	b.Operator = "operator@example.jp"
	ctx := context.Background()
	told := func(want int) {
		t.Helper()
		if err := b.Dead(ctx); err != nil {
			t.Fatal(err)
		}
		b.send()
		if len(b.got) != want {
			t.Errorf("the operator was told %d times, want %d", len(b.got), want)
		}
	}
	b.tell(1, 3)
	told(0)
	for day := range 4 {
		b.pass(24 * time.Hour)
		b.write(store.Poll{State: health.Failed}, nil, nil)
		told(1)
		if day == 0 && (!strings.Contains(b.got[0].Text, "garden") || b.got[0].to != "operator@example.jp") {
			t.Errorf("the operator was told %s", b.got[0].Text)
		}
	}
	b.tell(2, 3)
	told(1)
	b.pass(25 * time.Hour)
	b.write(store.Poll{State: health.Held}, nil, nil)
	told(2)
}
