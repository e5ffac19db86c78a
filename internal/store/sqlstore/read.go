package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/store"
)

// query asks for rows and reads them all.
func query[T any](
	ctx context.Context,
	d *DB,
	scan func(*sql.Rows) ([]T, error),
	text string,
	args ...any,
) ([]T, error) {
	var all []T
	text, args = d.text(text), d.cleaned(args)
	err := Retried(ctx, d.engine, func() (err error) {
		rows, err := d.reader.QueryContext(ctx, text, args...)
		all, err = allOf(scan, rows, err)
		return err
	})
	return all, d.engine.Translate(err)
}

// often is query for a text that never varies and is asked with at every poll: it is
// parsed once, and is answered so soon that nothing watches ctx meanwhile.
func often[T any](
	ctx context.Context,
	d *DB,
	scan func(*sql.Rows) ([]T, error),
	text string,
	args ...any,
) ([]T, error) {
	stmt, err := d.statement(ctx, d.text(text)) //nolint:sqlclosecheck // it is kept for the next question
	if err != nil {
		return nil, d.engine.Translate(err)
	}
	if stmt == nil {
		return query(ctx, d, scan, text, args...)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	rows, err := stmt.QueryContext(context.WithoutCancel(ctx), args...)
	all, err := allOf(scan, rows, err)
	return all, d.engine.Translate(err)
}

// statement returns a statement that was parsed, nil where the driver sees to that.
func (d *DB) statement(ctx context.Context, text string) (*sql.Stmt, error) {
	if d.words.Prepared {
		return nil, nil
	}
	if known, ok := d.prepared.Load(text); ok {
		return known.(*sql.Stmt), nil
	}
	fresh, err := d.reader.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	known, sooner := d.prepared.LoadOrStore(text, fresh)
	if sooner {
		_ = fresh.Close() //nolint:sqlclosecheck // another one was sooner; what is kept closes with its pool
	}
	return known.(*sql.Stmt), nil
}

func allOf[T any](
	scan func(*sql.Rows) ([]T, error),
	rows *sql.Rows,
	err error,
) ([]T, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all, err := scan(rows)
	if err == nil {
		err = rows.Err()
	}
	return all, err
}

// limited returns a limit as a statement takes it; none is more rows than there are.
func limited(n int) int64 {
	if n <= 0 {
		return math.MaxInt64
	}
	return int64(n)
}

// Event returns the one whose UID or ID begins with id.
func (d *DB) Event(ctx context.Context, id string) (event.Event, error) {
	short := shortID(id)
	if short == "" {
		return event.Event{}, fmt.Errorf("event %q: %w", id, store.ErrNotFound)
	}
	// A UID is written in ASCII: what begins so lies before the next letter.
	events, err := query(ctx, d, scanEvents, `SELECT `+eventColumns+` FROM events
		WHERE replace(uid, '-', '') >= $1 AND replace(uid, '-', '') < $2
		ORDER BY replace(uid, '-', '') <> $1, uid LIMIT 2`, short, short+"\x7f")
	switch {
	case err != nil:
		return event.Event{}, fmt.Errorf("event %s: %w", id, err)
	case len(events) == 0:
		return event.Event{}, fmt.Errorf("event %q: %w", id, store.ErrNotFound)
	case len(events) > 1 && shortID(events[0].UID) != short:
		return event.Event{}, fmt.Errorf(
			"event %q: %w: %s, %s and perhaps more",
			id,
			store.ErrAmbiguous,
			events[0].ID(),
			events[1].ID(),
		)
	}
	return events[0], nil
}

// Changes returns those of an event, or of all, oldest first.
func (d *DB) Changes(
	ctx context.Context,
	uid string,
	after int64,
	limit int,
) ([]event.Change, error) {
	text := `SELECT ` + changeColumns + ` FROM changes WHERE id > $1 ORDER BY id LIMIT $2`
	args := []any{after, limited(limit)}
	if uid != "" {
		text = `SELECT ` + changeColumns + ` FROM changes WHERE uid = $3 AND id > $1 ORDER BY id LIMIT $2`
		args = append(args, uid)
	}
	all, err := query(ctx, d, scanChanges, text, args...)
	if err != nil {
		return nil, fmt.Errorf("changes: %w", err)
	}
	return all, nil
}

// Moved returns those of the events that were moved.
func (d *DB) Moved(ctx context.Context, uids []string) ([]string, error) {
	asked, err := texts(uids)
	if err != nil {
		return nil, err
	}
	scan := func(rows *sql.Rows) (all []string, err error) {
		defer rows.Close()
		for rows.Next() {
			var uid string
			if err := rows.Scan(&uid); err != nil {
				return nil, err
			}
			all = append(all, uid)
		}
		return all, rows.Err()
	}
	all, err := query(
		ctx,
		d,
		scan,
		`SELECT DISTINCT c.uid FROM list_of($1) u JOIN changes c ON c.uid = u.value
		WHERE c.kind = 'moved'`,
		asked[0],
	)
	if err != nil {
		return nil, fmt.Errorf("events that were moved: %w", err)
	}
	return all, nil
}

// News returns the moments at which a source brought a new event, newest first.
func (d *DB) News(ctx context.Context, source string, limit int) ([]time.Time, error) {
	scan := func(rows *sql.Rows) (all []time.Time, err error) {
		defer rows.Close()
		for rows.Next() {
			var at instant
			if err := rows.Scan(&at); err != nil {
				return nil, err
			}
			all = append(all, at.Time)
		}
		return all, rows.Err()
	}
	all, err := query(
		ctx,
		d,
		scan,
		`SELECT DISTINCT at FROM changes WHERE kind = 'added' AND source = $1
		ORDER BY at DESC LIMIT $2`,
		source,
		limited(limit),
	)
	if err != nil {
		return nil, fmt.Errorf("news of %s: %w", source, err)
	}
	return all, nil
}

// Revision grows whenever an event changes.
func (d *DB) Revision(ctx context.Context) (n int64, err error) {
	if err := d.ask(ctx, "SELECT revision FROM counters").Scan(&n); err != nil {
		return 0, fmt.Errorf("revision: %w", d.engine.Translate(err))
	}
	return n, nil
}

// Mark grows whenever an event, claim or correction changes.
func (d *DB) Mark(ctx context.Context) (n int64, err error) {
	if err := d.ask(ctx, "SELECT mark FROM counters").Scan(&n); err != nil {
		return 0, fmt.Errorf("mark: %w", d.engine.Translate(err))
	}
	return n, nil
}

// Latest returns the latest moment of any poll stored.
func (d *DB) Latest(ctx context.Context) (time.Time, error) {
	var at instant
	err := d.ask(ctx, "SELECT at FROM polls ORDER BY at DESC LIMIT 1").
		Scan(&at)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return time.Time{}, fmt.Errorf("latest poll: %w", d.engine.Translate(err))
	}
	return at.Time, nil
}
