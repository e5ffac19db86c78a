package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"koyomi/internal/event"
	"koyomi/internal/text"
	"koyomi/internal/when"
)

// whenFlags are what `when` was asked for.
type whenFlags struct {
	ref, zone string
	jsonl     bool
}

func newWhenCmd(u *ui, now func() time.Time) *cobra.Command {
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
				return f.lines(u.in, u.out, u.errOut, args)
			}
			return f.one(u.in, u.prose(u.out), now, args)
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
		return usagef("--tz %w", err)
	}
	ref := now()
	if f.ref != "" {
		if ref, err = refTime(f.ref, zone); err != nil {
			return usagef("--ref %w", err)
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
		return usagef("when: no text; would be right: koyomi when '6月20日(土) 19:00〜'")
	}
	context := when.Context{Ref: ref, Zone: zone}
	answer := told(when.Read(words, context), words, ref.In(zone))
	answer = append(answer, weighed(when.Explain(words, context), words)...)
	_, err = out.Write(answer)
	return err
}

// maxSteps bounds the evidence that is shown for one date.
const maxSteps = 12

// weighed lays out the evidence for each date, the heaviest first, to its sum: above
// zero the date is an event's.
func weighed(verdicts []when.Verdict, words string) []byte {
	var b bytes.Buffer
	for _, v := range verdicts {
		stretch := text.Line(words[v.Part.From:v.Part.To], 60)
		fmt.Fprintf(&b, "%s「%s」 %s, log-odds %+.2f\n", pad("weighed", 12), stretch, v.Owner, v.LogOdds)
		rest := v.LogOdds
		for i, s := range v.Steps {
			if i == maxSteps {
				fmt.Fprintf(&b, "%s%+6.2f  %d more\n", pad("", 12), rest, len(v.Steps)-i)
				break
			}
			rest -= s.Weight
			fmt.Fprintf(&b, "%s%+6.2f  %s\n", pad("", 12), s.Weight, s.Feature)
		}
	}
	return b.Bytes()
}

// zoneNamed gives the zone of an IANA name.
func zoneNamed(name string) (*time.Location, error) {
	if loc := event.Zone(name); name != "" && loc.String() == name {
		return loc, nil
	}
	return nil, fmt.Errorf("%s: no zone of that name; would be right: Asia/Tokyo, Europe/Berlin, UTC", quoted(name))
}

// refTime reads a time of publication; of a day its noon in the zone.
func refTime(s string, zone *time.Location) (time.Time, error) {
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t, nil
	}
	d, err := event.ParseDate(s)
	if err != nil {
		return time.Time{}, fmt.Errorf("%s: not a time; would be right: 2009-05-28 or 2009-05-28T12:00:00+09:00", quoted(s))
	}
	return d.Begin(zone).Add(12 * time.Hour), nil
}

// told lays a reading out for people.
func told(r when.Reading, words string, ref time.Time) []byte {
	var b bytes.Buffer
	field := func(name, value string) {
		if value != "" {
			b.WriteString(pad(name, 12) + value + "\n")
		}
	}
	if r.Start.IsZero() {
		field("none", r.None)
	}
	field("start", momentWords(r.Start))
	field("end", endWords(r))
	field("doors", momentWords(r.Doors))
	if r.Rule != nil {
		field("rule", r.Rule.String()+" ("+r.Rule.RRULE()+")")
	}
	for i, s := range r.Sessions {
		field("session "+strconv.Itoa(i+1), sessionWords(s))
	}
	if r.Confidence > 0 {
		field("confidence", strconv.Itoa(r.Confidence)+" %")
	}
	for _, why := range r.Reasons {
		field("because", why)
	}
	for _, w := range r.Warnings {
		field("warning", w)
	}
	for _, p := range r.Parts {
		field("read", pad(string(p.Role), 11)+" 「"+text.Line(words[p.From:p.To], 80)+"」 → "+p.Read)
	}
	field("published", momentWords(event.At(ref)))
	return b.Bytes()
}

// endWords gives the end of a reading; that nothing is stated is said, too.
func endWords(r when.Reading) string {
	switch {
	case r.Start.IsZero():
		return ""
	case r.End.IsZero():
		return "not stated"
	}
	return momentWords(r.End)
}

func sessionWords(s when.Session) string {
	if s.End.IsZero() {
		return momentWords(s.Start) + " –"
	}
	return momentWords(s.Start) + " – " + momentWords(s.End)
}

// momentWords gives a moment as 2009-05-28 (木) 19:00 +09:00.
func momentWords(m event.Moment) string {
	if m.IsZero() {
		return ""
	}
	s := m.Date.String() + " (" + weekdays[m.Date.Weekday()] + ")"
	if m.AllDay() {
		return s
	}
	if m.Time.Second() != 0 {
		return s + m.Time.Format(" 15:04:05 -07:00")
	}
	return s + m.Time.Format(" 15:04 -07:00")
}

// maxLine bounds a line of --jsonl.
const maxLine = 16 << 20

// lines reads one text a line. A line that cannot be read is told on standard
// error with its number; the others are read all the same.
func (f whenFlags) lines(in io.Reader, out, errOut io.Writer, args []string) error {
	if len(args) > 0 {
		return usagef("when --jsonl takes its texts from standard input, not %s", quoted(args[0]))
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
