package site

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"koyomi/internal/health"
	"koyomi/internal/source"
	"koyomi/internal/wording"
)

// A Source is one source and how it does.
type Source struct {
	ID, Community string
	URL           string
	// Off holds why it is not polled, "" where it is.
	Off string
	// State and Cause are those of the latest poll, Message its words, "" for the
	// reader's language where there is none.
	State   health.State
	Cause   health.Cause
	Message string
	// Failures counts the polls in a row that brought nothing to believe.
	Failures                   int
	LastPoll, LastGood, NextAt time.Time
	// Rhythm is how often it brings something new.
	Rhythm health.Rhythm
	// Polls are the latest ones, oldest first.
	Polls []Visit
}

// A Visit is one poll: how many items were read, and whether it was believed.
type Visit struct {
	Read int
	Good bool
}

// Sources is the page on the health of every source.
type Sources struct {
	Base
	Now time.Time
	All []Source
}

// RenderSources writes the page.
func RenderSources(s Sources) ([]byte, error) { return render("sources.html", s) }

// A SourceLine is a source in words.
type SourceLine struct {
	Source
	Name, Link          string
	Verdict, Class      string
	Polled, Good, Until string
	// Usual says how often it brings something new, "" where that is not known.
	Usual string
	Spark Spark
}

// Lines says every source: those that need somebody first, those of which there is
// nothing to tell last.
func (s Sources) Lines() []SourceLine {
	all := make([]SourceLine, len(s.All))
	for i, src := range s.All {
		all[i] = s.Line(src, s.Now)
	}
	slices.SortStableFunc(all, func(a, b SourceLine) int {
		return slices.Index(classes, a.Class) - slices.Index(classes, b.Class)
	})
	return all
}

// classes are the styles of a source's state, those that need somebody first.
var classes = []string{"bad", "good", "new", "off"}

// longestRhythm is the longest usual gap, in days, that says anything.
const longestRhythm = 400

// Line says one source.
func (b Base) Line(src Source, now time.Time) SourceLine {
	w := b.W()
	src.Message = ""
	l := SourceLine{
		Source: src,
		Name:   b.Calendar.CommunityName(src.Community),
		Link:   b.CommunityLink(src.Community),
		Polled: visited(src.LastPoll),
		Good:   visited(src.LastGood),
		Until:  visited(src.NextAt),
		Spark:  NewSpark(src.Polls),
	}
	l.Usual = usual(w, inDays(src.Rhythm.Usual))
	switch {
	case src.Off != "":
		l.Verdict, l.Class = w.SourceOff, "off"
	case src.State == health.Failed:
		l.Verdict, l.Class, l.Message = w.SourceFailed, "bad", causeOf(b.Lang, src.Cause)
	case src.State == health.Held:
		l.Verdict, l.Class, l.Message = w.SourceHeld, "bad", causeOf(b.Lang, src.Cause)
	case src.LastPoll.IsZero():
		l.Verdict, l.Class = w.SourceNew, "new"
	default:
		l.Verdict, l.Class = w.SourceGood, "good"
		if src.Rhythm.Quiet {
			l.Message = fmt.Sprintf(w.SourceQuiet, inDays(now.Sub(src.Rhythm.Last)))
		}
	}
	return l
}

// usual says how often something new comes, "" where that says nothing.
func usual(w words, days int) string {
	switch {
	case days == 1:
		return w.SourceDaily
	case days > 1 && days <= longestRhythm:
		return fmt.Sprintf(w.SourceUsual, days)
	}
	return ""
}

// inDays returns a length of time in days, none being less than one; 0 for none at all.
func inDays(d time.Duration) int {
	if d <= 0 {
		return 0
	}
	return max(int((d+12*time.Hour)/(24*time.Hour)), 1)
}

func visited(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return wording.Minute(t)
}

// A SourceTable is some of the sources that are visited, under a name where it is folded.
type SourceTable struct {
	Name   string
	Folded bool
	Lines  []SourceLine
}

// atOnce is how many sources are shown at once; of more, those in order are folded.
const atOnce = 20

// Watched are the sources that are visited, those that need somebody first.
func (s Sources) Watched() []SourceTable {
	all := s.linesIn("bad", "good")
	if len(all) == 0 {
		return nil
	}
	if len(all) <= atOnce {
		return []SourceTable{{Lines: all}}
	}
	var tables []SourceTable
	if bad := s.linesIn("bad"); len(bad) > 0 {
		tables = append(tables, SourceTable{Lines: bad})
	}
	if good := s.linesIn("good"); len(good) > 0 {
		tables = append(tables, SourceTable{Name: s.W().SourceGood, Folded: true, Lines: good})
	}
	return tables
}

// Waiting are the sources of which there is nothing to tell.
func (s Sources) Waiting() []SourceLine { return s.linesIn("new", "off") }

func (s Sources) linesIn(classes ...string) []SourceLine {
	var all []SourceLine
	for _, l := range s.Lines() {
		if slices.Contains(classes, l.Class) {
			all = append(all, l)
		}
	}
	return all
}

// Tally counts the sources by how they do.
func (s Sources) Tally() string {
	var good, bad int
	for _, src := range s.All {
		switch s.Line(src, s.Now).Class {
		case "good":
			good++
		case "bad":
			bad++
		}
	}
	return fmt.Sprintf(s.W().SourceTally, good, bad)
}

// The size of a sparkline in its own units.
const (
	sparkWidth  = 120
	sparkHeight = 24
)

// A Spark is a small line of items per poll, drawn as SVG.
type Spark struct {
	// Points are those of the line, Bad the polls that were not believed.
	Points string
	Bad    []Dot
	// Least, Most and Last are the figures, Count that of the polls.
	Least, Most, Last, Count int
}

// A Dot is a place in a sparkline.
type Dot struct{ X, Y string }

// NewSpark draws polls, oldest first. One that was not believed is a dot at the
// bottom: the line goes on from the last good one.
func NewSpark(polls []Visit) Spark {
	s := Spark{Count: len(polls)}
	if read := readBy(polls); len(read) > 0 {
		s.Least, s.Most, s.Last = slices.Min(read), slices.Max(read), read[len(read)-1]
	}
	var points []string
	for i, p := range polls {
		x := coordinate(sparkWidth-4, i, len(polls)-1)
		if !p.Good {
			s.Bad = append(s.Bad, Dot{x, fmt.Sprint(sparkHeight - 3)})
			continue
		}
		y := sparkHeight - 4 - (sparkHeight-8)*p.Read/max(s.Most, 1)
		points = append(points, x+","+fmt.Sprint(y))
	}
	if len(points) == 1 {
		points = append(
			points,
			fmt.Sprint(sparkWidth-2)+","+strings.SplitN(points[0], ",", 2)[1],
		)
	}
	s.Points = strings.Join(points, " ")
	return s
}

// readBy returns what the polls that were believed have read.
func readBy(polls []Visit) []int {
	var read []int
	for _, p := range polls {
		if p.Good {
			read = append(read, p.Read)
		}
	}
	return read
}

// coordinate returns the place of the i-th of n+1 points along a width.
func coordinate(width, i, n int) string {
	if n <= 0 {
		return "2"
	}
	return fmt.Sprint(2 + width*i/n)
}

// Label says what a sparkline shows.
func (b Base) Label(s Spark) string {
	return fmt.Sprintf(b.W().SparkLabel, s.Count, s.Least, s.Most, s.Last, len(s.Bad))
}

// Off returns why src is not polled, "" where it is.
func Off(src *source.Source) string {
	if src.Archived != "" {
		return src.Archived
	}
	return src.Off
}
