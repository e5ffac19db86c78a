package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"koyomi/internal/terminal"
	"koyomi/internal/usage"
	"koyomi/internal/view"
	"koyomi/internal/when"
	"koyomi/internal/when/lines"
)

// whenFlags are what `when` was asked for.
type whenFlags struct {
	ref, zone string
	jsonl     bool
}

func newWhenCmd(u *terminal.UI, now func() time.Time) *cobra.Command {
	var f whenFlags
	cmd := &cobra.Command{
		Use:   "when [TEXT…]",
		Short: "show how a text with a date is read, and why",
		Long: "Read the date of the event that a text announces, and explain the result.\n" +
			"Without TEXT, standard input is read as one text. With --jsonl each line of standard\n" +
			`input is {"id","text","ref","tz"}, and each line of output {"id","start","end","all_day"}.`,
		Example: "  koyomi when '6/20(土) 19:00〜20:40 (18:30開場)' --ref 2009-05-28\n" +
			"  koyomi when 来週の木曜 19時",
		RunE: func(_ *cobra.Command, args []string) error {
			if f.jsonl {
				return f.lines(u, args)
			}
			return f.one(u.In, u.Prose(u.Out), now, args)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.ref, "ref", "", "when the text was published, as 2009-05-28 or RFC 3339 (default: now)")
	flags.StringVar(&f.zone, "tz", "Asia/Tokyo", "the zone of times that do not name one")
	flags.BoolVar(&f.jsonl, "jsonl", false, "read and write one JSON object a line")
	return cmd
}

// one reads the arguments, or all of standard input, as one text.
func (f whenFlags) one(in io.Reader, out io.Writer, now func() time.Time, args []string) error {
	zone, err := lines.ZoneNamed(f.zone)
	if err != nil {
		return usage.Errorf("--tz %w", err)
	}
	ref := now()
	if f.ref != "" {
		if ref, err = lines.RefTime(f.ref, zone); err != nil {
			return usage.Errorf("--ref %w", err)
		}
	}
	words := strings.Join(args, " ")
	if len(args) == 0 {
		all, err := io.ReadAll(io.LimitReader(in, when.MaxText+1))
		if err != nil {
			return fmt.Errorf("read the text from standard input: %w", err)
		}
		words = strings.ToValidUTF8(string(all), "\uFFFD")
	}
	if strings.TrimSpace(words) == "" {
		return usage.Errorf("when: expected a text (use koyomi when '6月20日(土) 19:00〜')")
	}
	context := when.Context{Ref: ref, Zone: zone}
	answer := view.DateReading(when.Read(words, context), words, ref.In(zone))
	answer = append(answer, view.DateVerdicts(when.Explain(words, context), words)...)
	_, err = out.Write(answer)
	return err
}

// lines reads one text a line.
func (f whenFlags) lines(u *terminal.UI, args []string) error {
	if len(args) > 0 {
		return usage.Errorf("when --jsonl takes its texts from standard input, not %s", usage.Quote(args[0]))
	}
	all, err := lines.Answer(u.In, u.Out, u.ErrOut, lines.Defaults{Ref: f.ref, Zone: f.zone})
	if err == nil && !all {
		return errAttention
	}
	return err
}
