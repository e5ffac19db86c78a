package digest

import (
	"fmt"
	"time"

	"koyomi/internal/event"
)

// shift says in words how an event moved: by so many days, or how much later or earlier
// on its day; or that its end is another. It is "" where the times say it best.
func (w writer) shift(was, now event.Event) string {
	from, to := was.Start.In(was.Span.Location()), now.Start.In(now.Span.Location())
	switch {
	case from.IsZero() || to.IsZero():
		return ""
	case from.Date != to.Date:
		return w.words.daysLater(to.Date.Sub(from.Date))
	case from.AllDay() != to.AllDay():
		return w.startKnown(to)
	case from.Equal(to):
		return w.endShift(was, now)
	}
	return w.words.minutesLater(int(to.Time.Sub(from.Time) / time.Minute))
}

// startKnown says that the hour is known now, or no more.
func (w writer) startKnown(to event.Moment) string {
	if to.AllDay() {
		return w.words.hourGone
	}
	return w.words.hourKnown
}

// endShift says what became of the end.
func (w writer) endShift(was, now event.Event) string {
	switch {
	case was.End.IsZero():
		return w.words.endKnown
	case now.End.IsZero():
		return w.words.endGone
	}
	return w.words.endOther
}

// daysLaterJa says by how many days something is later, or earlier.
func daysLaterJa(n int) string {
	if n < 0 {
		return fmt.Sprintf("%d日早まりました", -n)
	}
	return fmt.Sprintf("%d日あとになりました", n)
}

func daysLaterEn(n int) string {
	if n < 0 {
		return plural(-n, "day") + " earlier"
	}
	return plural(n, "day") + " later"
}

// minutesLaterJa says by how many minutes something is later, or earlier.
func minutesLaterJa(n int) string {
	if n < 0 {
		return spell(-n, "%d時間", "%d分", "") + "早まりました"
	}
	return spell(n, "%d時間", "%d分", "") + "遅くなりました"
}

func minutesLaterEn(n int) string {
	if n < 0 {
		return spell(-n, "%d h", "%d min", " ") + " earlier"
	}
	return spell(n, "%d h", "%d min", " ") + " later"
}

// spell writes a number of minutes as hours and minutes.
func spell(n int, hours, minutes, gap string) string {
	h, m := n/60, n%60
	switch {
	case h == 0:
		return fmt.Sprintf(minutes, m)
	case m == 0:
		return fmt.Sprintf(hours, h)
	}
	return fmt.Sprintf(hours+gap+minutes, h, m)
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
