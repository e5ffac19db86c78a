package fit

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/when"
)

// corpusWeight is what a row of the corpus counts beside one seen in the wild.
const corpusWeight = 0.6

// ReadCorpus reads the rows of a file under testdata/corpus. It says
//
//	@ 2024-05-10 [Europe/Berlin] [field]
//	text => start end
//
// with \n for a line end, "none" for no event, "-" for no end, and an end of the start's
// day as its time alone. The kind of the rows is the name of the file.
func ReadCorpus(r io.Reader, name string) ([]Row, error) {
	kind, _, _ := strings.Cut(name, ".")
	var rows []Row
	var head Row
	sc := bufio.NewScanner(r)
	for n := 1; sc.Scan(); n++ {
		line := sc.Text()
		var err error
		switch {
		case line == "", strings.HasPrefix(line, "# "):
		case strings.HasPrefix(line, "@ "):
			head, err = corpusHead(line)
		default:
			row := head
			row.ID, row.Kind, row.Weight = fmt.Sprintf("%s:%d", name, n), kind, corpusWeight
			err = row.parse(line)
			rows = append(rows, row)
		}
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", name, n, err)
		}
	}
	return rows, sc.Err()
}

// corpusHead reads what the rows behind it share.
func corpusHead(line string) (Row, error) {
	fields := strings.Fields(line)[1:]
	row := Row{Context: when.Context{Zone: event.Tokyo}}
	if len(fields) == 0 {
		return row, fmt.Errorf("%q: expected a day (use \"@ 2024-05-10\")", line)
	}
	for _, f := range fields[1:] {
		if f == "field" {
			row.Context.Label = when.LabelDate
			continue
		}
		row.Context.Zone = event.Zone(f)
	}
	d, err := event.ParseDate(fields[0])
	row.Context.Ref = d.Begin(row.Context.Zone).Add(12 * time.Hour)
	return row, err
}

// parse reads a row: its text and what it announces.
func (r *Row) parse(line string) error {
	i := strings.LastIndex(line, " => ")
	if i < 0 || r.Context.Ref.IsZero() {
		return fmt.Errorf("%q: expected a row (use \"text => start end\")", line)
	}
	r.Text = strings.ReplaceAll(line[:i], `\n`, "\n")
	return r.Want(line[i+len(" => "):])
}

// Want sets what a row announces, as a file of the corpus writes it.
func (r *Row) Want(words string) error {
	if strings.HasPrefix(words, "none") {
		return nil
	}
	first, last, _ := strings.Cut(words, " ")
	start, err := corpusMoment(first, event.Date{}, r.Context.Zone)
	if err != nil {
		return err
	}
	a := Answer{Start: start}
	if last != "-" && last != "" {
		a.End, err = corpusMoment(last, start.Date, r.Context.Zone)
	}
	r.Accepted = []Answer{a}
	return err
}

func corpusMoment(s string, day event.Date, zone *time.Location) (event.Moment, error) {
	if len(s) <= len("15:04") {
		s = day.String() + "T" + s
	}
	date, clock, timed := strings.Cut(s, "T")
	d, err := event.ParseDate(date)
	if err != nil || !timed {
		return event.On(d), err
	}
	for _, layout := range []string{"15:04", "15:04:05"} {
		if c, err := time.Parse(layout, clock); err == nil {
			return event.At(
				time.Date(
					d.Year,
					d.Month,
					d.Day,
					c.Hour(),
					c.Minute(),
					c.Second(),
					0,
					zone,
				),
			), nil
		}
	}
	return event.Moment{}, fmt.Errorf("%q: expected a time (use 19:00)", s)
}

// A label is a row in JSON, a line each.
type label struct {
	ID, Text, Ref, TZ, Kind, Lang, Site string
	Start, End                          *string
	Field                               bool
	Alt                                 []struct{ Start, End *string }
}

// ReadLabels reads rows of JSON: {"id","text","ref","tz","start","end","kind","lang",
// "site"}, with "alt" for other answers and "field" for the text of a date field. A
// start of null says that the text names no event date.
func ReadLabels(r io.Reader, name string) ([]Row, error) {
	var rows []Row
	sc := bufio.NewScanner(r)
	sc.Buffer(nil, 1<<20)
	for n := 1; sc.Scan(); n++ {
		if strings.TrimSpace(sc.Text()) == "" {
			continue
		}
		var l label
		err := json.Unmarshal(sc.Bytes(), &l)
		if err == nil {
			var row Row
			row, err = l.row()
			rows = append(rows, row)
		}
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", name, n, err)
		}
	}
	return rows, sc.Err()
}

func (l *label) row() (Row, error) {
	zone := event.Zone(l.TZ)
	ref, err := time.Parse(time.RFC3339, l.Ref)
	if err != nil {
		return Row{}, err
	}
	row := Row{
		ID:     l.ID,
		Kind:   l.Kind,
		Lang:   l.Lang,
		Site:   l.Site,
		Text:   l.Text,
		Weight: 1,
		Context: when.Context{
			Ref:  ref,
			Zone: zone,
		},
	}
	if l.Field {
		row.Context.Label = when.LabelDate
	}
	answers := append([]struct{ Start, End *string }{{l.Start, l.End}}, l.Alt...)
	for _, a := range answers {
		if a.Start == nil {
			continue
		}
		start, err := labelMoment(a.Start, zone)
		if err != nil {
			return Row{}, err
		}
		end, err := labelMoment(a.End, zone)
		if err != nil {
			return Row{}, err
		}
		row.Accepted = append(row.Accepted, Answer{start, end})
	}
	return row, nil
}

func labelMoment(s *string, zone *time.Location) (event.Moment, error) {
	if s == nil {
		return event.Moment{}, nil
	}
	if at, err := time.Parse(time.RFC3339, *s); err == nil {
		return event.At(at.In(zone)), nil
	}
	d, err := event.ParseDate(*s)
	return event.On(d), err
}
