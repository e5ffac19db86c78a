package sqlstore

import (
	"context"
	"database/sql"
	"fmt"

	"koyomi/internal/source"
)

const upsertGrown = `INSERT INTO communities (id, platform, grp, name, url, moved_to) VALUES ($1, $2, $3, $4, $5, $6)
	ON CONFLICT (id) DO UPDATE SET (platform, grp, name, url, moved_to) =
		(excluded.platform, excluded.grp, excluded.name, excluded.url, excluded.moved_to)`

// Grow keeps communities that were found.
func (d *DB) Grow(ctx context.Context, all []source.Grown) error {
	if len(all) == 0 {
		return nil
	}
	return d.write(ctx, "keep communities", func(t *Tx) error {
		_, err := each(t, upsertGrown, all, func(g source.Grown) ([]any, error) {
			return []any{
				g.ID,
				g.Platform,
				g.Group.ID,
				g.Group.Name,
				g.Group.URL,
				g.MovedTo,
			}, nil
		})
		return err
	})
}

// Grown returns the communities that were found.
func (d *DB) Grown(ctx context.Context) ([]source.Grown, error) {
	all, err := query(
		ctx,
		d,
		scanGrown,
		"SELECT id, platform, grp, name, url, moved_to FROM communities ORDER BY id",
	)
	if err != nil {
		return nil, fmt.Errorf("communities: %w", err)
	}
	return all, nil
}

func scanGrown(rows *sql.Rows) (all []source.Grown, err error) {
	defer rows.Close()
	for rows.Next() {
		var g source.Grown
		err := rows.Scan(
			&g.ID,
			&g.Platform,
			&g.Group.ID,
			&g.Group.Name,
			&g.Group.URL,
			&g.MovedTo,
		)
		if err != nil {
			return nil, err
		}
		all = append(all, g)
	}
	return all, rows.Err()
}
