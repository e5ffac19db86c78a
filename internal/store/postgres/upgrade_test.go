package postgres

import (
	"errors"
	"io/fs"
	"testing"

	"koyomi/internal/store"
	"koyomi/internal/store/pgtest"
	"koyomi/internal/store/sqlstore"
	"koyomi/internal/store/storetest"
)

const columnsHere = `SELECT table_name::text, column_name::text FROM information_schema.columns WHERE table_schema = current_schema()`

// TestEveryEarlierSchema: a database of each earlier schema is brought up to date with all
// it holds, and works; and an earlier koyomi refuses the later one.
func TestEveryEarlierSchema(t *testing.T) {
	names, err := fs.Glob(migrations(), "*.sql")
	if err != nil {
		t.Fatal(err)
	}
	now := opened(t, pgtest.Database(t), Options{})
	storetest.Fill(t, now)
	columns := storetest.ColumnsOf(t, now.handle, columnsHere)
	for _, name := range names[:len(names)-1] {
		number := storetest.Number(name)
		t.Run(number, func(t *testing.T) {
			address := pgtest.Database(t)
			d, err := connect(address, Options{})
			if err != nil {
				t.Fatal(err)
			}
			if err := d.migrate(ctx, storetest.StepsUpTo(t, migrations(), number)); err != nil {
				t.Fatal(err)
			}
			shared := storetest.ColumnsOf(t, d.handle, columnsHere).Shared(columns)
			storetest.Pour(t, now.handle, d.handle, shared, "SET LOCAL session_replication_role = replica")
			numbers := func(t *sqlstore.Tx) error { return engine{d}.SetDrawn(t, nil) }
			if err := (engine{d}).Transact(ctx, numbers); err != nil {
				t.Fatal(err)
			}
			was := storetest.Remember(t, d.handle, shared)
			if err := d.Close(); err != nil {
				t.Fatal(err)
			}
			up := opened(t, address, Options{})
			was.Hold(t, up.handle)
			if _, err := up.Events(ctx, store.Window{Hidden: true}); err != nil {
				t.Error(err)
			}
			if _, err := up.OpenPoll(ctx, "after", storetest.SearchNow); err != nil {
				t.Errorf("the first poll after it: %v", err)
			}
			if err := up.migrate(ctx, storetest.StepsUpTo(t, migrations(), number)); !errors.Is(err, store.ErrNewer) {
				t.Errorf("opened by the earlier koyomi: %v", err)
			}
		})
	}
}
