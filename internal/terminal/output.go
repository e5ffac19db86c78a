package terminal

import (
	"encoding/json"
	"io"
	"strings"

	"koyomi/internal/usage"
)

// Format returns the format asked for: table on a terminal, jsonl in a pipe.
func (u *UI) Format(asked string) string {
	switch {
	case asked != "":
		return asked
	case u.OutTTY:
		return "table"
	}
	return "jsonl"
}

// RowsWriter returns the printer of lines in a format: table for people, or the lines
// as JSON.
func RowsWriter[T any](
	u *UI,
	format string,
	table func(io.Writer, []T) error,
) (func(io.Writer, []T) error, error) {
	known := []string{"table", "jsonl", "json"}
	switch u.Format(format) {
	case "table":
		return table, nil
	case "jsonl":
		return func(w io.Writer, lines []T) error {
			enc := Encoder(w)
			for _, l := range lines {
				if err := enc.Encode(l); err != nil {
					return err
				}
			}
			return nil
		}, nil
	case "json":
		return func(w io.Writer, lines []T) error {
			enc := Encoder(w)
			enc.SetIndent("", "  ")
			if lines == nil {
				lines = []T{}
			}
			return enc.Encode(lines)
		}, nil
	}
	return nil, usage.Errorf(
		"--format %s: expected %s",
		usage.Quote(format),
		strings.Join(known, ", "),
	)
}

// Encoder returns an encoder of JSON that leaves <, > and & as they are.
func Encoder(w io.Writer) *json.Encoder {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e
}
