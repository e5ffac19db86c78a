package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// listenAgain is how long after a connection broke another listens.
const listenAgain = time.Second

// Listen calls changed whenever the events may have changed, by whichever process, until
// ctx ends. Where the connection breaks, or the server does not take part (a pooler of
// transactions lies between), changes go unheard until it is back: readers ask as well.
func (d *DB) Listen(ctx context.Context, changed func()) {
	for ctx.Err() == nil {
		_ = d.listen(ctx, changed) // it is tried again, and readers ask as well
		select {
		case <-ctx.Done():
		case <-time.After(listenAgain):
		}
	}
}

// listen listens on a connection of its own until it breaks.
func (d *DB) listen(ctx context.Context, changed func()) error {
	conn, err := pgx.ConnectConfig(ctx, d.pool.Config().ConnConfig)
	if err != nil {
		return err
	}
	defer func() {
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), listenAgain)
		defer cancel()
		_ = conn.Close(end)
	}()
	var channel string
	if err := conn.QueryRow(ctx, "SELECT 'koyomi ' || current_schema()").Scan(&channel); err != nil {
		return err
	}
	if _, err := conn.Exec(ctx, "LISTEN "+pgx.Identifier{channel}.Sanitize()); err != nil {
		return fmt.Errorf("listen to changes: %w", err)
	}
	for {
		changed() // what came before, or while nobody listened
		if _, err := conn.WaitForNotification(ctx); err != nil {
			return err
		}
	}
}
