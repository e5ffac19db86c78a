package deploy

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/health"
	"koyomi/internal/publish"
	"koyomi/internal/source"
	contract "koyomi/internal/store"
	"koyomi/internal/store/sqlite"
	"koyomi/internal/web"
)

// largeNow is the moment of the large site.
var largeNow = time.Date(2026, 6, 1, 9, 0, 0, 0, event.Tokyo)

// communitiesOf are so many.
func communitiesOf(n int) (all []*source.Community) {
	for i := range n {
		id := fmt.Sprintf("c%d", i)
		all = append(all, &source.Community{ID: id, Name: "勉強会の会 " + id, Sources: []*source.Source{{ID: id}}})
	}
	return all
}

// gatheringOf is the nth of events that lie in the months around largeNow.
func gatheringOf(n, communities int) event.Event {
	e := event.Event{
		UID:       fmt.Sprintf("%08x-0000-5000-8000-000000000000", n),
		Community: fmt.Sprintf("c%d", n%communities), Sources: []string{fmt.Sprintf("c%d", n%communities)},
		Created: largeNow, Updated: largeNow,
	}
	e.Title, e.Zone, e.Location = fmt.Sprintf("第%d回 勉強会", n), "Asia/Tokyo", "東京都渋谷区1-2-3"
	e.URL = fmt.Sprintf("https://meet%d.example/events/%d", n%communities, n)
	e.Start = event.At(largeNow.Add(time.Duration(n*7919%(500*24))*time.Hour - 100*24*time.Hour))
	return e
}

// written writes events in one poll.
func written(t *testing.T, db *sqlite.DB, at time.Time, events []event.Event, kind event.ChangeKind) {
	t.Helper()
	id, err := db.OpenPoll(t.Context(), "c0", at)
	if err != nil {
		t.Fatal(err)
	}
	o := contract.Outcome{
		Poll:  contract.Poll{ID: id, Source: "c0", At: at, Closed: at, State: health.Applied},
		State: contract.SourceState{ID: "c0", LastPoll: at, LastGood: at},
	}
	o.Events = events
	for _, e := range events {
		o.Changes = append(o.Changes, event.Change{UID: e.UID, Kind: kind, After: event.Text(e.Title), At: at, Source: "c0"})
	}
	if err := db.ClosePoll(t.Context(), o); err != nil {
		t.Fatal(err)
	}
}

// TestOneChangeOfMany: where one of many events changes, a bucket is given what shows that
// event, and nothing else. KOYOMI_BUCKET says how many events there are.
func TestOneChangeOfMany(t *testing.T) {
	count, communities := 150, 15
	if n, err := strconv.Atoi(os.Getenv("KOYOMI_BUCKET")); err == nil {
		count, communities = n, n/10
	}
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "koyomi.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var events []event.Event
	for n := range count {
		events = append(events, gatheringOf(n, communities))
	}
	written(t, db, largeNow, events, event.ChangeAdded)
	clock, all := largeNow, communitiesOf(communities)
	site := web.New(web.Options{
		Reader: db, Static: true, PublicURL: "https://koyomi.example", Version: "1",
		Communities: func() []*source.Community { return all },
		Calendar:    publish.Calendar{URL: "https://koyomi.example/", EventBase: "https://koyomi.example/events/"},
		Now:         func() time.Time { return clock },
	})
	s := newStore(t)
	place := Place{Target: "s3://" + bucketName + "/" + prefix, Endpoint: s.server.URL, Region: "ap-northeast-1", AccessKey: "key", SecretKey: "secret"}
	publish := func() (c Counts, puts int64, took time.Duration) {
		s.puts.Store(0)
		s.headers.Clear()
		began := time.Now()
		c, err := Put(context.Background(), site, place, nil)
		if err != nil {
			t.Fatal(err)
		}
		return c, s.puts.Load(), time.Since(began).Round(time.Millisecond)
	}
	first, puts, took := publish()
	t.Logf("%d events: %d objects, %d requests to write, %s", count, first.Written, puts, took)
	clock = clock.Add(time.Minute)
	same, puts, took := publish()
	t.Logf("nothing changed: %d written, %d requests to write, %s", same.Written, puts, took)
	if same.Written > 0 {
		t.Errorf("%d objects were written without a change", same.Written)
	}
	e := events[slices.IndexFunc(events, func(e event.Event) bool {
		until := e.Start.Time.Sub(largeNow)
		return until > 24*time.Hour && until < 20*24*time.Hour
	})]
	e.Title, e.Sequence, e.Updated = e.Title+"（会場変更）", 1, clock
	written(t, db, clock, []event.Event{e}, event.ChangeEdited)
	clock = clock.Add(time.Minute)
	one, puts, took := publish()
	var names []string
	s.headers.Range(func(key, _ any) bool {
		names = append(names, strings.TrimPrefix(key.(string), prefix+"/"))
		return true
	})
	slices.Sort(names)
	t.Logf("one event changed: %d written, %d requests to write, %s: %v", one.Written, puts, took, names)
	// Its own objects, the lists that it is in, and the pages of events that name it as one
	// of the same community or days.
	if one.Written == 0 || one.Written > 40 {
		t.Errorf("%d objects were written for one change", one.Written)
	}
	for _, name := range names {
		isAnothers := strings.HasPrefix(name, "events/") && !strings.Contains(name, e.UID[:8])
		if isAnothers && !strings.HasSuffix(name, ".html") {
			t.Errorf("%s is of another event", name)
		}
	}
}
