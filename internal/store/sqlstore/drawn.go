package sqlstore

import (
	"context"
	"database/sql"
)

// Numbers reads rows of a name and a number, NULL for 0.
func Numbers(ctx context.Context, tx *sql.Tx, statement string) (map[string]int64, error) {
	rows, err := tx.QueryContext(ctx, statement)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := map[string]int64{}
	for rows.Next() {
		var name string
		var n sql.NullInt64
		if err := rows.Scan(&name, &n); err != nil {
			return nil, err
		}
		all[name] = n.Int64
	}
	return all, rows.Err()
}
