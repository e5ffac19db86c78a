package sqlite

import (
	"math/rand/v2"
	"os"
	"strconv"
	"testing"

	"koyomi/internal/store"
	"koyomi/internal/store/storetest"
)

// TestSearchIsAPlainScan holds what the index finds against a look at every event.
func TestSearchIsAPlainScan(t *testing.T) {
	count := 400
	if many, err := strconv.Atoi(os.Getenv("KOYOMI_SEARCH_EVENTS")); err == nil {
		count = many
	}
	d := opened(t, fresh(t), Options{Lock: true})
	storetest.RunSearch(t, d, count, func() { do(t, d.writer, "UPDATE searched SET version = 0") })
}

// written writes an outcome as a poll.
func written(t testing.TB, d *DB, o store.Outcome) {
	t.Helper()
	id, err := d.OpenPoll(ctx, "src", storetest.SearchNow)
	if err != nil {
		t.Fatal(err)
	}
	one := onePoll(id)
	one.Events, one.Claims, one.Changes = o.Events, o.Claims, nil
	if err := d.ClosePoll(ctx, one); err != nil {
		t.Fatal(err)
	}
}

// TestAnOldIndexIsFilledAnew opens a database whose index holds nothing, or what an
// older koyomi took for tokens.
func TestAnOldIndexIsFilledAnew(t *testing.T) {
	path := fresh(t)
	d := opened(t, path, Options{Lock: true})
	r := rand.New(rand.NewPCG(1, 1))
	o := store.Outcome{}
	for n := range 1100 { // more than are read at once
		o.Events = append(o.Events, storetest.Foreign(r, n))
	}
	written(t, d, o)
	count := func(d *DB) int {
		return ask[int](t, d.reader, `SELECT count(*) FROM search WHERE search MATCH '"仮想"'`)
	}
	was := count(d)
	do(t, d.writer, "INSERT INTO search (search) VALUES ('delete-all')")
	do(t, d.writer, "UPDATE searched SET version = 0")
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	if is := count(opened(t, path, Options{})); was == 0 || is != was {
		t.Errorf("%d events are found, %d were", is, was)
	}
}
