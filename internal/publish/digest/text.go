package digest

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/rivo/uniseg"

	"koyomi/internal/event"
	"koyomi/internal/subscriber"
	"koyomi/internal/text"
	"koyomi/internal/wording"
)

// textColumns is the width that lines of the text part keep within, addresses apart.
const textColumns = 72

// text writes the text part, in the parts around the ways to leave.
func (d Digest) text() [3]string {
	w := languages[d.Reader.Lang]
	var head, body, foot strings.Builder
	head.WriteString(wrap(d.Summary(), "") + "\n\n")
	body.WriteString("\n")
	for _, s := range d.Sections {
		fmt.Fprintf(
			&body,
			"\n■ %s%s\n",
			w.sections[s.Kind],
			count(d.Reader.Lang, d.Totals[s.Kind]),
		)
		for _, day := range s.days() {
			body.WriteString("\n")
			if day.Name != "" {
				body.WriteString(day.Name + "\n")
			}
			for _, i := range day.Items {
				i.text(&body, w)
			}
		}
	}
	if d.More > 0 {
		fmt.Fprintf(&body, "\n"+w.more+" %s\n", d.More, d.MoreURL)
	}
	if d.Ahead > 0 {
		fmt.Fprintf(&body, "\n"+w.ahead+" %s\n", d.Ahead, d.MoreURL)
	}
	body.WriteString("\n-- \n") // RFC 3676 section 4.3
	for _, f := range d.footer() {
		body.WriteString(f.line(w) + "\n")
	}
	foot.WriteString("\n")
	return [3]string{head.String(), body.String(), foot.String()}
}

// text writes one event: a line with its time, title and place, and its links.
func (i Item) text(b *strings.Builder, w words) {
	line := i.Title
	if i.Time != "" {
		line = i.Time + " " + line
	}
	if i.Mark != "" {
		line = w.marked(i.Mark) + line
	}
	if i.Place != "" {
		line += w.at + i.Place
	}
	if i.Who != "" {
		line += w.by(i.Who)
	}
	b.WriteString(wrap(line, "  ") + "\n")
	for _, l := range i.Lines {
		b.WriteString(wrap("  "+l.line(w), "    ") + "\n")
	}
	b.WriteString("  " + i.Page + "\n")
	if i.File != "" {
		b.WriteString("  " + w.file + " " + i.File + "\n  Google " + i.Google + "\n")
	}
}

// line writes one fact.
func (l Line) line(w words) string {
	s := l.Label + w.colon
	if l.Was != "" {
		s += l.Was + " → "
	}
	s += l.Now
	if l.How != "" {
		s += w.by(l.How)
	}
	return s
}

// footer returns what stands under every digest: why this reader gets it, and for an
// operator the sources in trouble.
func (d Digest) footer() []Line {
	w := languages[d.Reader.Lang]
	var lines []Line
	for i, s := range d.Stale {
		label := ""
		if i == 0 {
			label = w.stale
		}
		since := w.never
		if !s.Since.IsZero() {
			since = fmt.Sprintf(
				w.since,
				wording.NearDay(
					d.Reader.Lang,
					event.DateOf(s.Since.In(event.Zone(d.Reader.Zone))),
					d.Reader.Date,
				),
			)
		}
		lines = append(lines, Line{
			Label: label,
			Now:   s.Name + " " + since + " (" + s.Cause + ")",
		})
	}
	filter, zone := d.Reader.Query, event.Zone(d.Reader.Zone).String()
	if filter == "" {
		filter = w.all
	}
	return append(lines,
		Line{Label: w.filter, Now: filter},
		Line{
			Label: w.hour,
			Now:   d.Reader.rhythm(w) + " " + zone,
		},
		Line{Label: w.home, Now: d.home})
}

// rhythm says on which days and when a reader gets digests.
func (r Reader) rhythm(w words) string {
	days, at := r.days().Usual(), clock(r.Minute)
	if days.Rhythm != subscriber.Weekly {
		return fmt.Sprintf(w.rhythms[days.Rhythm], at)
	}
	day := wording.Weekday(r.Lang, time.Weekday(days.Look%7))
	return fmt.Sprintf(w.rhythms[days.Rhythm], day, at)
}

// wrap breaks s into lines of at most textColumns, those after the first indented;
// a line ends at a blank where there is one in reach, else between graphemes.
func wrap(s, indent string) string {
	if text.Width(s) <= textColumns {
		return s
	}
	var lines []string
	for text.Width(s) > textColumns {
		end := breakAt(s, textColumns)
		lines = append(lines, strings.TrimRight(s[:end], " "))
		s = indent + strings.TrimLeft(s[end:], " ")
	}
	return strings.Join(append(lines, s), "\n")
}

// breakAt returns the place at which to break s within a number of columns.
func breakAt(s string, columns int) int {
	end, blank, used, state := 0, 0, 0, -1
	for rest := s; rest != ""; {
		var cluster string
		var width int
		cluster, rest, width, state = uniseg.FirstGraphemeClusterInString(rest, state)
		used += width
		if used > columns && end > 0 {
			break
		}
		end += len(cluster)
		if cluster == " " && used > columns/2 {
			blank = end
		}
	}
	return cmp.Or(blank, end)
}
