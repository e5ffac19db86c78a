package postgres

import (
	"context"
	"testing"

	"koyomi/internal/store"
	"koyomi/internal/store/pgtest"
	"koyomi/internal/store/storetest"
)

var ctx = context.Background()

// opened opens a database that is closed when the test ends.
func opened(t testing.TB, address string, o Options) *DB {
	t.Helper()
	d, err := Open(ctx, address, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return d
}

// again returns what opens a database for the first time, and what closes it and opens
// it again.
func again[T any](t *testing.T, as func(*DB) T) (T, func() T) {
	address := pgtest.Database(t)
	var d *DB
	open := func() T {
		if d != nil {
			if err := d.Close(); err != nil {
				t.Fatal(err)
			}
		}
		d = opened(t, address, Options{})
		return as(d)
	}
	return open(), open
}

func TestContract(t *testing.T) {
	storetest.Run(t, func(t *testing.T) (store.Store, func() store.Store) {
		return again(t, func(d *DB) store.Store { return d })
	})
}

func TestHostsContract(t *testing.T) {
	storetest.RunHosts(t, func(t *testing.T) (store.Hosts, func() store.Hosts) {
		return again(t, func(d *DB) store.Hosts { return d })
	})
}

func TestMailContract(t *testing.T) {
	storetest.RunMail(t, func(t *testing.T) (storetest.Mailing, func() storetest.Mailing) {
		return again(t, func(d *DB) storetest.Mailing { return d })
	})
}

// TestSearchIsAPlainScan holds what the index finds against a look at every event.
func TestSearchIsAPlainScan(t *testing.T) {
	d := opened(t, pgtest.Database(t), Options{})
	storetest.RunSearch(t, d, 400, func() {
		if _, err := d.handle.ExecContext(ctx, "UPDATE searched SET version = 0"); err != nil {
			t.Fatal(err)
		}
	})
}
