package postgres

import (
	"context"
	"database/sql"

	"koyomi/internal/store/sqlstore"
)

// Tables is a statement that returns the names of the tables.
func (engine) Tables() string {
	return "SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema()"
}

// drawing are the tables that draw numbers for their rows, with the name of what draws.
const drawing = `SELECT table_name::text, pg_get_serial_sequence(quote_ident(table_schema) || '.' || quote_ident(table_name), column_name) AS drawer
	FROM information_schema.columns WHERE table_schema = current_schema() AND is_identity = 'YES' AND table_name NOT LIKE 'river%'`

// Drawn returns the last number that each table has drawn for a row.
func (engine) Drawn(ctx context.Context, tx *sql.Tx) (map[string]int64, error) {
	return sqlstore.Numbers(
		ctx,
		tx,
		`SELECT d.table_name, pg_sequence_last_value(d.drawer::regclass) FROM (`+drawing+`) AS d`,
	)
}

// SetDrawn sees to it that no number is drawn again.
func (engine) SetDrawn(t *sqlstore.Tx, last map[string]int64) error {
	rows, err := t.Rows(drawing)
	if err != nil {
		return err
	}
	defer rows.Close()
	drawers := map[string]string{}
	for rows.Next() {
		var table, drawer string
		if err := rows.Scan(&table, &drawer); err != nil {
			return err
		}
		drawers[table] = drawer
	}
	if err := rows.Err(); err != nil {
		return err
	}
	for table, drawer := range drawers {
		_, err := t.Exec(
			"SELECT setval(CAST(CAST($1 AS text) AS regclass), greatest((SELECT coalesce(max(id), 0) FROM "+table+"), CAST($2 AS bigint)) + 1, false)",
			drawer,
			last[table],
		)
		if err != nil {
			return err
		}
	}
	return nil
}

// Refill indexes all events again.
func (engine) Refill(t *sqlstore.Tx) error { return fill(t) }
