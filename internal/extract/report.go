package extract

import (
	"strings"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/text"
)

var (
	// visited is the title of a report: 第9回勉強会に参加してきました, #27で「…」を話してきました.
	visited = text.NewPattern(
		`^(.{3,80}?)\s*(?:に|へ|を|で(?:「[^」]*」を?)?)?\s*(?:行って|いって|参加して|参加|出席して|出展して|登壇して|登壇|発表して|話して|見て|聞いて)(?:き|まいり|い)?(?:し)?(?:ました|た)`,
	)
	// went is a sentence of a report that says when it was: 2/21(土)に…に行ってきました.
	went = text.NewPattern(`^\s*(.{3,24}?)(?:に|、|は).{2,80}(?:行って|いって|参加|出席|登壇|出展)`)
	// memo is the head of notes: 090521 BPstudy #21, 20090528, 2009.11.20 BPstudy#27.
	memo = text.NewPattern(
		`^\s*((?:20)?[0-9]{6}|20[0-9]{2}[./-][0-9]{1,2}[./-][0-9]{1,2})(?:\s+\S.{0,80})?\s*$`,
	)
	// memoHours is the line of the notes with the hours.
	memoHours = text.NewPattern(
		`^\s*([0-9]{1,2}:[0-9]{2})\s*[-~〜～–]\s*([0-9]{1,2}:[0-9]{2})\s*$`,
	)
)

// maxReport is how many lines of a report are searched for the sentence with its
// day.
const maxReport = 20

// Reported reads the report of somebody who was there: what the title says was
// visited, and when it was, by the head of the notes or by the sentence that says
// so. The day of the post is none; ref, that day, bounds what is believed: what
// lies more than a year before it or two days behind it is no day of a report. It
// is false where the title is no report's or no day is named.
func Reported(title, prose string, ref time.Time) (Labelled, bool) {
	m := visited.FindStringSubmatch(text.Line(title, 200))
	if m == nil {
		return nil, false
	}
	l := Labelled{"title": {m[1]}}
	lines := strings.FieldsFunc(prose, func(r rune) bool { return r == '\n' || r == '。' })
	if day, hours, ok := noted(lines, ref); ok {
		l["when"] = []string{day.String()}
		if hours != "" {
			l["time"] = []string{hours}
		}
		return l, true
	}
	for _, line := range lines[:min(len(lines), maxReport)] {
		n := went.FindStringSubmatch(line)
		if n != nil && strings.ContainsAny(n[1], "0123456789") {
			l["when"] = []string{n[1]}
			return l, true
		}
	}
	return nil, false
}

// noted finds the head of notes with its day, and the hours below it.
func noted(lines []string, ref time.Time) (day event.Date, hours string, ok bool) {
	for i, line := range lines {
		n := memo.FindStringSubmatch(line)
		if n == nil {
			continue
		}
		if day, ok = memoDay(n[1], ref); ok {
			return day, notedHours(lines[i+1 : min(len(lines), i+6)]), true
		}
	}
	return day, "", false
}

// notedHours returns the hours that stand in a line of their own, "" for none.
func notedHours(lines []string) string {
	for _, below := range lines {
		if h := memoHours.FindStringSubmatch(below); h != nil {
			return h[1] + "-" + h[2]
		}
	}
	return ""
}

// The days around a post in which what it reports can have been.
const (
	maxBefore = 366
	maxBehind = 2
)

// memoDay reads 090521, 20090521 and 2009.5.21.
func memoDay(s string, ref time.Time) (event.Date, bool) {
	if len(s) == len("090521") {
		s = "20" + s
	}
	m, ok := Clock{}.Moment(strings.ReplaceAll(s, ".", "-"))
	if !ok || !m.AllDay() {
		return event.Date{}, false
	}
	before := event.DateOf(ref.In(event.Tokyo)).Sub(m.Date)
	isNear := before >= -maxBehind && before <= maxBefore
	return m.Date, isNear || ref.IsZero()
}
