package health

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"koyomi/internal/event"
)

// recentPolls is how many good polls say what is usual.
const recentPolls = 10

// A Profile is what is usual of a source, learnt poll by poll from its good polls
// and kept with it: health judges by it, the ledger reconciles by it, and
// `source show` prints it. Its zero value is that of a source never read.
type Profile struct {
	// Polls counts the good polls that it was learnt from.
	Polls int `json:"polls,omitempty"`
	// At is the moment of the latest of them, Last its figures.
	At   time.Time `json:"at,omitzero"`
	Last Figures   `json:"last,omitzero"`
	// Recent are the counts of the latest ten, newest first.
	Recent []Counts `json:"recent,omitempty"`
	// Keeps is the longest time for which something over was still listed before it
	// left the list, Departed how many departures that is learnt from.
	Keeps    time.Duration `json:"keeps,omitempty"`
	Departed int           `json:"departed,omitempty"`
	// Ahead and Back are how many days ahead of a visit and before it the list
	// reaches; a list that reaches less far is followed slowly.
	Ahead int `json:"ahead,omitempty"`
	Back  int `json:"back,omitempty"`
	// News are the moments at which it brought something new, newest first.
	News []time.Time `json:"news,omitempty"`
	// Hours says how many of the starts seen, in hundredths of a poll, are at each
	// hour of the day in the source's zone; Zone is the zone of most of them.
	Hours map[int]int `json:"hours,omitempty"`
	Zone  string      `json:"zone,omitempty"`
	// Former are what items said before they changed, by key, for formerKept days: one
	// that says so again has returned to it.
	Former map[string]Former `json:"former,omitempty"`
	// Charset is the encoding of its pages, "" where it has none.
	Charset string `json:"charset,omitempty"`
	// Modified is the latest Last-Modified of its pages.
	Modified time.Time `json:"modified,omitzero"`
}

// A Former is what an item said until some moment.
type Former struct {
	Said string    `json:"said"`
	At   time.Time `json:"at"`
}

// formerKept is for how many days it is remembered what an item said before.
const formerKept = 45

// A Lesson is one good poll as a Profile learns from it.
type Lesson struct {
	At      time.Time
	Figures Figures
	// Listings are what was read; none for a poll whose pages were as before.
	Listings []event.Listing
	// Items are those that were believed, beside what they said before.
	Items []Item
	// Departed are the times for which what left the list had been over.
	Departed []time.Duration
	// Added is set where it brought something new.
	Added    bool
	Charset  string
	Modified time.Time
}

// Learn returns the profile with one more good poll in it. The profile itself stays
// as it is.
func (p Profile) Learn(l Lesson) Profile {
	p.Polls, p.At, p.Last = p.Polls+1, l.At, l.Figures
	p.Recent = prepend(l.Figures.Counts, p.Recent, recentPolls)
	if l.Added {
		p = p.Brought(l.At)
	}
	for _, over := range l.Departed {
		p.Keeps, p.Departed = max(p.Keeps, over), p.Departed+1
	}
	if l.Charset != "" {
		p.Charset = l.Charset
	}
	if l.Modified.After(p.Modified) {
		p.Modified = l.Modified
	}
	p.reach(l)
	p.listen(l.Listings)
	p.remember(l)
	return p
}

// remember keeps what items said that say something else now.
func (p *Profile) remember(l Lesson) {
	former := map[string]Former{}
	for key, f := range p.Former {
		if l.At.Sub(f.At) < formerKept*24*time.Hour {
			former[key] = f
		}
	}
	for _, it := range l.Items {
		if it.Before != nil && it.Now != nil && timeAndStatus(it.Before) != timeAndStatus(it.Now) {
			former[it.Key] = Former{timeAndStatus(it.Before), l.At}
		}
	}
	p.Former = nil
	if len(former) > 0 {
		p.Former = former
	}
}

// returns reports whether an item says again what it said before it was changed.
func (p Profile) returns(it Item) bool {
	f, ok := p.Former[it.Key]
	return ok && it.Now != nil && f.Said == timeAndStatus(it.Now)
}

func timeAndStatus(l *event.Listing) string { return l.Start.String() + " " + string(l.Status) }

// Brought returns the profile of a source that brought something new at a moment.
func (p Profile) Brought(at time.Time) Profile {
	p.News = prepend(at, p.News, NewsKept)
	return p
}

// prepend returns the list with one before it, and the oldest left out beyond most.
func prepend[T any](one T, list []T, most int) []T {
	return append([]T{one}, list[:min(len(list), most-1)]...)
}

// reach follows how far the list reaches; a start that is not believed is none of it.
func (p *Profile) reach(l Lesson) {
	if l.Figures.Dated == 0 {
		return
	}
	today := event.DateOf(l.At.In(event.Tokyo))
	ahead := l.Figures.Last.Sub(today)
	if ahead > outsideAhead {
		ahead = max(min(ahead, p.Ahead), farthestOf(l.Items, today))
	}
	p.Ahead = followed(p.Ahead, ahead)
	p.Back = followed(p.Back, today.Sub(l.Figures.First))
}

// farthestOf returns how many days ahead the farthest of some items starts.
func farthestOf(items []Item, today event.Date) (days int) {
	for _, it := range items {
		if it.Now != nil && !it.Now.Start.IsZero() {
			days = max(days, it.Now.Start.Date.Sub(today))
		}
	}
	return days
}

// followed returns a bound that grows at once and falls by a tenth of the distance.
func followed(was, is int) int {
	is = max(is, 0)
	return max(is, was-(was-is+9)/10)
}

// The weight of one poll's hours, and the share of the hours of before that stays.
const (
	hourWeight = 100
	hourStays  = 90
)

// listen learns at which hours the source's gatherings begin.
func (p *Profile) listen(listings []event.Listing) {
	counts, zones, timed := map[int]int{}, map[string]int{}, 0
	for i := range listings {
		l := &listings[i]
		if l.AllDay() || l.Start.IsZero() {
			continue
		}
		counts[l.Start.Time.In(l.Span.Location()).Hour()]++
		zones[l.Span.Location().String()]++
		timed++
	}
	if timed == 0 {
		return
	}
	hours := make(map[int]int, len(p.Hours)+len(counts))
	for hour, weight := range p.Hours {
		hours[hour] = weight * hourStays / 100
	}
	for hour, n := range counts {
		hours[hour] += n * hourWeight / timed
	}
	p.Hours, p.Zone = hours, most(zones)
}

// most returns the key of the largest count, the first of equals; counts is not empty.
func most(counts map[string]int) string {
	return slices.MaxFunc(
		slices.Sorted(maps.Keys(counts)),
		func(a, b string) int { return counts[a] - counts[b] },
	)
}

// Usually returns how many of 100 starts of the source are at an hour of the day, and
// whether enough of them are known.
func (p Profile) Usually(hour int) (share int, known bool) {
	all := 0
	for _, weight := range p.Hours {
		all += weight
	}
	return percent(p.Hours[hour], all), all >= 2*hourWeight
}

// Most returns the largest number of listings in the recent good polls.
func (p Profile) Most() int {
	most := 0
	for _, c := range p.Recent {
		most = max(most, c.Read)
	}
	return most
}

// OneSlot reports whether the source shows one event at a time: a page of the next
// meeting.
func (p Profile) OneSlot() bool { return p.Polls > 1 && p.Most() == 1 }

// least returns the smallest number of listings in the recent good polls.
func (p Profile) least() int {
	least := p.Last.Read
	for _, c := range p.Recent {
		least = min(least, c.Read)
	}
	return least
}

// usual returns the sum of the recent good polls.
func (p Profile) usual() (sum Counts) {
	for _, c := range p.Recent {
		sum.Read, sum.Rejected = sum.Read+c.Read, sum.Rejected+c.Rejected
		sum.Titled, sum.Dated = sum.Titled+c.Titled, sum.Dated+c.Dated
		sum.Timed, sum.Placed = sum.Timed+c.Timed, sum.Placed+c.Placed
		sum.Outside += c.Outside
	}
	return sum
}

// Rhythm returns how often the source brings something new.
func (p Profile) Rhythm(now time.Time) Rhythm { return RhythmOf(p.News, now) }

// Size says in words how many events the good polls bring, "" before the first.
func (p Profile) Size() string {
	least, most := p.least(), p.Most()
	switch {
	case p.Polls == 0:
		return ""
	case least < most:
		return fmt.Sprintf("%d to %s a poll", least, counted(most, "event"))
	}
	return counted(most, "event") + " a poll"
}

// Fields says in words how full the fields of its events are, "" where none is known.
func (p Profile) Fields() string {
	sum := p.usual()
	if sum.Read == 0 {
		return ""
	}
	var parts []string
	for _, f := range []struct {
		name string
		n    int
	}{{"a title", sum.Titled}, {"an hour", sum.Timed}, {"a place", sum.Placed}} {
		parts = append(parts, fmt.Sprintf("%d %% have %s", percent(f.n, sum.Read), f.name))
	}
	return strings.Join(parts, ", ")
}

// Window says in words how far the list reaches and how long it keeps what is over.
func (p Profile) Window() string {
	if p.Last.Dated == 0 && p.Ahead+p.Back == 0 {
		return ""
	}
	words := fmt.Sprintf(
		"%s ahead, %s back",
		counted(p.Ahead, "day"),
		counted(p.Back, "day"),
	)
	if p.Departed > 0 {
		words += fmt.Sprintf(
			"; keeps what is over for up to %s",
			counted(int(max(p.Keeps, 0)/(24*time.Hour)), "day"),
		)
	}
	return words
}

// Habits says in words at which hours its events begin and how its pages are written.
func (p Profile) Habits() string {
	var parts []string
	if hours := p.frequentHours(); len(hours) > 0 {
		parts = append(
			parts,
			fmt.Sprintf("most begin at %s (%s)", strings.Join(hours, ", "), p.Zone),
		)
	}
	if p.Charset != "" {
		parts = append(parts, p.Charset)
	}
	return strings.Join(parts, "; ")
}

// frequentHours returns the three most frequent hours, the most frequent first.
func (p Profile) frequentHours() []string {
	var hours []int
	for hour := range p.Hours {
		if share, known := p.Usually(hour); known && share >= 10 {
			hours = append(hours, hour)
		}
	}
	slices.SortFunc(hours, func(a, b int) int { return cmp.Or(p.Hours[b]-p.Hours[a], a-b) })
	var words []string
	for _, hour := range hours[:min(len(hours), 3)] {
		words = append(words, fmt.Sprintf("%d:00", hour))
	}
	return words
}

// counted writes so many of something.
func counted(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}

func percent(n, of int) int {
	if of == 0 {
		return 0
	}
	return n * 100 / of
}
