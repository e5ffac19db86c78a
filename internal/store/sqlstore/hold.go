package sqlstore

import (
	"database/sql"
	"errors"
)

// LockEvents is the lock of whoever changes events, claims or corrections.
const LockEvents = "events"

// holdReader keeps others from planning for a subscriber, and from beginning or settling
// a message to one, until this transaction ends.
func (t *Tx) holdReader(id int64) error {
	var n int64
	err := t.Row("SELECT id FROM subscribers WHERE id = $1 FOR UPDATE", id).Scan(&n)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	return err
}

// holdReaderOf is holdReader for the one that a message is to.
func (t *Tx) holdReaderOf(message int64) error {
	var id int64
	err := t.Row("SELECT subscriber FROM letters WHERE id = $1", message).Scan(&id)
	if err != nil || id == 0 {
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	}
	return t.holdReader(id)
}
