package sqlite

import (
	"context"
	"database/sql"

	"koyomi/internal/store/sqlstore"
)

// Tables is a statement that returns the names of the tables.
func (engine) Tables() string {
	return "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
}

// Drawn returns the last number that each table has drawn for a row.
func (engine) Drawn(ctx context.Context, tx *sql.Tx) (map[string]int64, error) {
	return sqlstore.Numbers(ctx, tx, "SELECT name, seq FROM sqlite_sequence")
}

// SetDrawn sees to it that no number is drawn again. What rows have SQLite knows itself.
func (engine) SetDrawn(t *sqlstore.Tx, last map[string]int64) error {
	for table, n := range last {
		// Only a table whose numbers are never drawn again has a row there, or may.
		_, err := t.Exec(`INSERT INTO sqlite_sequence (name, seq) SELECT $1, 0 WHERE EXISTS
				(SELECT 1 FROM sqlite_schema WHERE name = $1 AND sql LIKE '%AUTOINCREMENT%')
			AND NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = $1)`, table)
		if err != nil {
			return err
		}
		if _, err := t.Exec(
			"UPDATE sqlite_sequence SET seq = max(seq, $2) WHERE name = $1",
			table,
			n,
		); err != nil {
			return err
		}
	}
	return nil
}

// Refill indexes all events again.
func (engine) Refill(t *sqlstore.Tx) error { return fill(t) }
