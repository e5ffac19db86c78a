package view

import (
	"fmt"
	"io"

	"koyomi/internal/activity"
	"koyomi/internal/source"
)

// Verified prints what is not as the catalogue says.
func Verified(w io.Writer, all []source.Verified) error {
	for _, v := range all {
		var words string
		switch {
		case !v.Known:
			words = "gone: the platform does not know the group " + v.Group
		case v.Name != "":
			words = "is called " + v.Name
		default:
			continue
		}
		if _, err := fmt.Fprintf(w, "%s  %s\n", v.ID, words); err != nil {
			return err
		}
	}
	return nil
}

// Moves prints the communities that seem to have moved, with the evidence.
func Moves(w io.Writer, moves []activity.Move) error {
	for _, m := range moves {
		if _, err := fmt.Fprintf(
			w,
			"%s goes on as %s (koyomi source follow %s %s)\n",
			m.From,
			m.To,
			m.From,
			m.To,
		); err != nil {
			return err
		}
		for _, e := range m.Evidence {
			fmt.Fprintf(w, "    %s\n", e)
		}
	}
	return nil
}
