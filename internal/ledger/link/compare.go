package link

import (
	"slices"
	"strings"

	"koyomi/internal/event"
	"koyomi/internal/text"
)

// An Announcement is what one source says of an event.
type Announcement struct {
	*event.Details
	Title *Title
	// places are the words of the location, place all of it.
	places []string
	place  string
}

// Announce reads what is compared of d.
func Announce(d *event.Details) Announcement {
	a := Announcement{Details: d, Title: ReadTitle(d.Title)}
	if d.Location != "" {
		folded := text.Fold(d.Location)
		a.places, a.place = wordsOf(folded), Letters(folded)
	}
	return a
}

// A Relation is in which way two announcements may be of one gathering.
type Relation int

const (
	// Elsewhere: another source lists it, of the same community or of another.
	Elsewhere Relation = iota
	// Gone: the source listed it until now and shows it no more.
	Gone
)

// Around is what is known of two announcements beside their own words.
type Around struct {
	Relation Relation
	// Joint is set where two communities announce them, SameID where one platform
	// or host has both under one id.
	Joint, SameID bool
	// Rival is set where another event of the title is on the day of one of the two.
	Rival bool
	// Alone is set where neither source lists anything else within a week of it.
	Alone bool
	// SharedPage is set where a source has more than one event at its address.
	SharedPage bool
	// Titles and Places say how rare words are; nil for the background alone.
	Titles, Places *Corpus
	// PageGone and PageAlive are what the page of an announcement that has gone says,
	PageGone, PageAlive bool
	// Fresh is 1 where it was listed at the last visit, within two days, and less the
	// longer that is ago; 0 where visits since have missed it.
	Fresh float64
	// Series are the others at hand under its title, one of a day.
	Series []Announcement
}

// A Comparison is in what two announcements agree and differ.
type Comparison struct {
	Around
	Title  TitleComparison
	Number NumberComparison
	Time   TimeComparison
	Place  PlaceComparison
	Page   PageComparison
	Moved  SeriesComparison
	// OtherType is set where one is an event and the other a deadline, say.
	OtherType bool
}

// A TitleComparison is how alike two titles are.
type TitleComparison struct {
	// Same is set where nothing but notices differs, Held where one holds the other.
	Same, Held bool
	// Likeness is the share of pairs of characters, Common that of words by rarity
	// that both have, both 0 to 1.
	Likeness, Common float64
	// Rarest is the rarity of the rarest word of both, Shared that of all words of
	// both, Own that of the words that each has for itself: of the one that has less.
	Rarest, Shared, Own float64
	// Apart names the class of words that tells them apart, "" for none; OnePart is
	// set where only one names a part, a level or a kind.
	Apart   string
	OnePart bool
	// Translated is set where only one has words in some script.
	Translated bool
	// Continues is set where one is the other with its end cut off.
	Continues bool
}

// A NumberComparison is what the issues say that two titles print.
type NumberComparison int

// What two issues of a series can say.
const (
	NumberUnsaid NumberComparison = iota
	NumberOne                     // only one prints an issue
	NumberSame
	NumberOther
	NumberStrange // other numbers of what are two series by their names
)

// A TimeComparison is how near two starts are.
type TimeComparison struct {
	Known bool
	// Same is set for one moment or, of two without hours, one day; SameDay for one
	// day; OneTimed where only one tells the hour; Overlap where the spans share a
	// day; SameClock where both begin at one hour, of whatever days.
	Same, SameDay, Timed, OneTimed, Overlap, SameClock bool
	Days                                               int
	Hours                                              float64
}

// A PlaceComparison is whether two places agree.
type PlaceComparison struct {
	Same, OtherArea, OtherMode, BothOnline bool
	// Both is set where both name a place; Shared is the rarity of the rarest word of
	// both.
	Both   bool
	Shared float64
}

// A PageComparison is whether two announcements share a page.
type PageComparison struct{ Same, Linked, Site bool }

// A SeriesComparison is how an announcement that has gone and one that has come stand
// among the others of their title.
type SeriesComparison struct {
	// Others is set where there are any, Between where one lies between the two.
	Others, Between bool
	// Next is set where the new one comes after all others, later than the old one.
	Next bool
	// Alike is set where both have the same hour and place, Only where none of the
	// others has these.
	Alike, Only bool
}

// Compare compares two announcements: a that is known and b that is listed now.
func Compare(a, b Announcement, around Around) Comparison {
	c := Comparison{
		Around:    around,
		Title:     compareTitles(a, b, around.Titles),
		Number:    CompareNumbers(a, b),
		Time:      compareTimes(a.Span, b.Span),
		Place:     comparePlaces(a, b, around.Places),
		OtherType: a.Type != b.Type,
	}
	if !around.SharedPage {
		c.Page = comparePages(a.Details, b.Details)
	}
	if around.Relation == Gone {
		c.Moved = compareSeries(a, b, around.Series)
	}
	return c
}

// CompareNumbers compares the issues that two titles print.
func CompareNumbers(a, b Announcement) NumberComparison {
	said := count(a.Number != "", b.Number != "")
	if said == 1 && (a.Title.Vague || b.Title.Vague) {
		return NumberUnsaid // who names nothing leaves the number out as well
	}
	if said < 2 {
		return [...]NumberComparison{NumberUnsaid, NumberOne}[said]
	}
	same := a.Number == b.Number
	if oneSeries(a.Title, b.Title) {
		return choose(same, NumberSame, NumberOther)
	}
	return choose(same, NumberUnsaid, NumberStrange)
}

// count returns how many of some conditions hold.
func count(conditions ...bool) (n int) {
	for _, holds := range conditions {
		n += choose(holds, 1, 0)
	}
	return n
}

// choose returns one of two values.
func choose[T any](first bool, one, other T) T {
	if first {
		return one
	}
	return other
}

// oneSeries reports whether two numbered titles may be of the same series.
func oneSeries(a, b *Title) bool {
	x, y := a.Series, b.Series
	if len(x) < len(y) {
		x, y = y, x
	}
	return strings.Contains(x, y) || dice(gramsOf(x), gramsOf(y)) >= 0.5
}

func compareTimes(a, b event.Span) (c TimeComparison) {
	if a.Start.IsZero() || b.Start.IsZero() {
		return c
	}
	c.Known = true
	c.Same = a.Start.Equal(b.Start)
	c.SameDay = a.Start.Date == b.Start.Date
	c.OneTimed = a.AllDay() != b.AllDay()
	c.Timed = !a.AllDay() && !b.AllDay()
	c.Days = abs(a.Start.Date.Sub(b.Start.Date))
	c.SameClock = !c.OneTimed && clock(a) == clock(b)
	c.Overlap = max(a.Start.Date.Sub(lastDay(b)), b.Start.Date.Sub(lastDay(a))) <= 0
	if c.Timed {
		c.Hours = b.Start.Time.Sub(a.Start.Time).Abs().Hours()
	}
	return c
}

// clock is the hour of a span's start in its zone, "" for a day.
func clock(s event.Span) string {
	if s.AllDay() {
		return ""
	}
	return s.Start.Time.In(s.Location()).Format("15:04")
}

func lastDay(s event.Span) event.Date {
	if s.End.IsZero() {
		return s.Start.Date
	}
	return s.End.Date
}

func comparePlaces(a, b Announcement, corpus *Corpus) (c PlaceComparison) {
	c.OtherMode = isOnline(a, b) || isOnline(b, a)
	if a.Mode == event.Online || b.Mode == event.Online {
		c.BothOnline = a.Mode == b.Mode
	} else {
		c.OtherArea = differ(a.Area, b.Area)
	}
	if c.BothOnline {
		return c // the words for it are no place
	}
	c.Both = min(len(a.place), len(b.place)) > 0
	c.Same = c.Both && (a.place == b.place || holds(a.place, b.place))
	for _, w := range a.places {
		if slices.Contains(b.places, w) {
			c.Shared = max(c.Shared, corpus.Rarity(w))
		}
	}
	return c
}

// differ reports whether both say something, and not the same.
func differ(a, b string) bool { return min(len(a), len(b)) > 0 && a != b }

// isOnline reports whether a is online and b is at a place.
func isOnline(a, b Announcement) bool {
	if a.Mode != event.Online {
		return false
	}
	return b.Mode == event.Onsite || b.Mode == "" && b.Location != ""
}

func comparePages(a, b *event.Details) (c PageComparison) {
	c.Same = a.URL == b.URL && OwnPage(a.URL)
	if c.Same {
		return c
	}
	c.Linked = linksTo(a, b) || linksTo(b, a)
	c.Site = a.URL != "" && host(a.URL) == host(b.URL)
	return c
}

// linksTo reports whether the text of one announcement names the other's own page.
func linksTo(from, to *event.Details) bool {
	return OwnPage(to.URL) && strings.Contains(from.Description, bareURL(to.URL))
}

// OwnPage reports whether an address can be that of one event: it has a path or a query.
func OwnPage(u string) bool {
	_, rest, ok := strings.Cut(u, "://")
	_, path, _ := strings.Cut(rest, "/")
	return ok && strings.Trim(path, "/") != ""
}

func bareURL(u string) string {
	_, rest, _ := strings.Cut(u, "://")
	return strings.TrimSuffix(rest, "/")
}

func host(u string) string {
	_, rest, _ := strings.Cut(u, "://")
	host, _, _ := strings.Cut(rest, "/")
	return strings.TrimPrefix(host, "www.")
}

func abs(n int) int { return max(n, -n) }

// compareSeries looks at the others of a title.
func compareSeries(was, now Announcement, others []Announcement) SeriesComparison {
	between := func(o Announcement) bool {
		return o.Start.Date.Compare(was.Start.Date) == -o.Start.Date.Compare(now.Start.Date)
	}
	later := func(o Announcement) bool { return o.Start.Date.Compare(now.Start.Date) > 0 }
	likeNow := func(o Announcement) bool { return alike(o, now) }
	return SeriesComparison{
		Others:  len(others) > 0,
		Between: slices.ContainsFunc(others, between),
		Next: now.Start.Date.Compare(was.Start.Date) > 0 &&
			!slices.ContainsFunc(others, later),
		Alike: alike(was, now),
		Only:  !slices.ContainsFunc(others, likeNow),
	}
}

// alike reports whether two begin at one hour in one place.
func alike(a, b Announcement) bool {
	at := func(o Announcement) [3]string {
		return [3]string{clock(o.Span), string(o.Mode), o.place}
	}
	return at(a) == at(b)
}
