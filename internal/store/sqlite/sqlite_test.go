package sqlite

import (
	"context"
	"path/filepath"
	"testing"

	"koyomi/internal/store"
	"koyomi/internal/store/storetest"
)

func TestContract(t *testing.T) {
	storetest.Run(t, func(t *testing.T) (store.Store, func() store.Store) {
		path := filepath.Join(t.TempDir(), "koyomi.db")
		var d *DB
		open := func() store.Store {
			if d != nil {
				if err := d.Close(); err != nil {
					t.Fatal(err)
				}
			}
			d = opened(t, path, Options{Lock: true})
			return d
		}
		return open(), open
	})
}

// opened opens a database that is closed when the test ends.
func opened(t testing.TB, path string, o Options) *DB {
	t.Helper()
	d, err := Open(context.Background(), path, o)
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

func TestHostsContract(t *testing.T) {
	storetest.RunHosts(t, func(t *testing.T) (store.Hosts, func() store.Hosts) {
		path := filepath.Join(t.TempDir(), "koyomi.db")
		d := opened(t, path, Options{})
		return d, func() store.Hosts {
			if err := d.Close(); err != nil {
				t.Fatal(err)
			}
			return opened(t, path, Options{})
		}
	})
}
