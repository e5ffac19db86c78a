package sqlstore

import (
	"errors"
	"fmt"
	"io/fs"
	"strconv"

	"github.com/pressly/goose/v3"

	"koyomi/internal/store"
	"koyomi/internal/text"
)

var stepName = text.NewPattern(`^([0-9]+)_[a-z0-9_]+\.sql$`)

// Newest returns the number of the last of the steps from an empty database to a schema.
func Newest(steps fs.FS) (int64, error) {
	files, err := fs.ReadDir(steps, ".")
	if err != nil {
		return 0, err
	}
	var last int64
	for _, f := range files {
		m := stepName.FindStringSubmatch(f.Name())
		if m == nil {
			return 0, fmt.Errorf(
				"migration %s: the name is not a number and words",
				f.Name(),
			)
		}
		n, err := strconv.ParseInt(m[1], 10, 64)
		if err != nil {
			return 0, err
		}
		last = max(last, n)
	}
	return last, nil
}

// Newer says that a database has a schema that this koyomi does not know.
func Newer(is, last int64) error {
	return fmt.Errorf(
		"%w: its schema is version %d, this one knows versions up to %d; use the koyomi that wrote it, or a later one",
		store.ErrNewer,
		is,
		last,
	)
}

// Older says that a database that is only read has a schema of an older koyomi.
func Older(is, last int64) error {
	return fmt.Errorf(
		"its schema is version %d, this koyomi reads version %d: `koyomi serve` or `koyomi sync` brings it up to date",
		is,
		last,
	)
}

// StepFailed names the step in an error of goose's.
func StepFailed(err error) error {
	var partial *goose.PartialError
	if !errors.As(err, &partial) || partial.Failed == nil {
		return err
	}
	return fmt.Errorf(
		"bring the schema to version %d: %w",
		partial.Failed.Source.Version,
		partial.Err,
	)
}
