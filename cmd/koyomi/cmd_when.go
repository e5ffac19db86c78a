package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"koyomi/internal/event"
	"koyomi/internal/terminal"
	"koyomi/internal/text"
	"koyomi/internal/usage"
	"koyomi/internal/view"
	"koyomi/internal/when"
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
		Short: "how a date text is read, and why",
		Long: "Read the event date that a text names, and say why it was read so.\n" +
			"Without TEXT, standard input is read as one text. With --jsonl each line of standard\n" +
			`input is {"id","text","ref","tz"}, and each line of output {"id","start","end","all_day"}.`,
		Example: "  koyomi when '6/20(土) 19:00〜20:40 (18:30開場)' --ref 2009-05-28\n" +
			"  koyomi when 来週の木曜 19時",
		RunE: func(_ *cobra.Command, args []string) error {
			if f.jsonl {
				return f.lines(u.In, u.Out, u.ErrOut, args)
			}
			return f.one(u.In, u.Prose(u.Out), now, args)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.ref, "ref", "", "when the text was published, as 2009-05-28 or RFC 3339 (default: now)")
	flags.StringVar(&f.zone, "tz", "Asia/Tokyo", "the zone of times that name none")
	flags.BoolVar(&f.jsonl, "jsonl", false, "read and write one JSON object a line")
	return cmd
}

// one reads the arguments, or all of standard input, as one text.
func (f whenFlags) one(in io.Reader, out io.Writer, now func() time.Time, args []string) error {
	zone, err := zoneNamed(f.zone)
	if err != nil {
		return usage.Errorf("--tz %w", err)
	}
	ref := now()
	if f.ref != "" {
		if ref, err = refTime(f.ref, zone); err != nil {
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

// zoneNamed returns the zone of an IANA name.
func zoneNamed(name string) (*time.Location, error) {
	if loc := event.Zone(name); name != "" && loc.String() == name {
		return loc, nil
	}
	return nil, fmt.Errorf("%s: expected the name of a zone (use Asia/Tokyo, Europe/Berlin or UTC)", usage.Quote(name))
}

// refTime reads a time of publication; of a day its noon in the zone.
func refTime(s string, zone *time.Location) (time.Time, error) {
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t, nil
	}
	d, err := event.ParseDate(s)
	if err != nil {
		return time.Time{}, fmt.Errorf("%s: expected a time (use 2009-05-28 or 2009-05-28T12:00:00+09:00)", usage.Quote(s))
	}
	return d.Begin(zone).Add(12 * time.Hour), nil
}

// maxLine bounds a line of --jsonl.
const maxLine = 16 << 20

// lines reads one text a line. A line that cannot be read is reported on standard
// error with its number; the others are read all the same.
func (f whenFlags) lines(in io.Reader, out, errOut io.Writer, args []string) error {
	if len(args) > 0 {
		return usage.Errorf("when --jsonl takes its texts from standard input, not %s", usage.Quote(args[0]))
	}
	w := bufio.NewWriterSize(out, 1<<16)
	sc := bufio.NewScanner(in)
	sc.Buffer(make([]byte, 0, 1<<16), maxLine)
	r := lineReader{flags: f, zones: map[string]*time.Location{}}
	wrong := false
	for n := 1; sc.Scan(); n++ {
		line := bytes.TrimSpace(sc.Bytes())
		if len(line) == 0 {
			continue
		}
		b, err := r.read(line)
		if err != nil {
			wrong = true
			fmt.Fprintf(errOut, "koyomi: when: line %d: %s\n", n, text.Line(err.Error(), 300))
			continue
		}
		if _, err := w.Write(b); err != nil {
			return err
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if err := sc.Err(); err != nil {
		return fmt.Errorf("read the lines from standard input: %w", err)
	}
	if wrong {
		return errAttention
	}
	return nil
}
