package link

import "math"

// A Feature is one thing that speaks for two announcements being of one gathering, or
// against it: a name for the table of weights, and how much of it there is.
type Feature struct {
	Name  string
	Value float64
}

// A kind of feature: its name, what it says to people, and its value.
type kind struct {
	name, words string
	value       func(Comparison) float64
}

// kinds are all features, in the order of the table. Those of another day say what they
// say only there: on one day a series has but one of a title.
var kinds = []kind{
	{"base", "any two of their sort", always},
	{"joint", "two communities", flag(func(c Comparison) bool { return c.Joint })},
	{
		"joint-title",
		"two communities, words in common, rare ones more",
		func(c Comparison) float64 { return jointly(c) * within(c) },
	},
	{
		"joint-place",
		"two communities, words of the place in common",
		func(c Comparison) float64 { return jointly(c) * min(c.Place.Shared, 1) },
	},
	{
		"same-id",
		"the same id under one address",
		flag(func(c Comparison) bool { return c.SameID }),
	},
	{
		"alone",
		"nothing else that week in either source",
		flag(func(c Comparison) bool { return c.Alone && c.Time.SameDay && c.Time.Hours <= NearHours }),
	},
	{
		"alone-alike",
		"nothing else that week in either source, and the same hour and place",
		flag(func(c Comparison) bool { return c.Alone && sameHour(c) && c.Place.Same }),
	},

	{"title-same", "the same title", flag(func(c Comparison) bool { return c.Title.Same })},
	{
		"title-held",
		"one title holds the other whole",
		flag(func(c Comparison) bool { return c.Title.Held && !c.Title.Same }),
	},
	{
		"title-continues",
		"one title is the other cut off",
		flag(func(c Comparison) bool { return c.Title.Continues }),
	},
	{
		"title-likeness",
		"how alike the titles are written",
		func(c Comparison) float64 { return c.Title.Likeness },
	},
	{
		"title-common",
		"words in common, rare ones more",
		func(c Comparison) float64 { return c.Title.Common },
	},
	{
		"title-rare",
		"the rarest word of both",
		func(c Comparison) float64 { return min(c.Title.Rarest, 1.2) },
	},
	{"title-whole", "neither title has a word of its own, rare ones more", whole},
	{
		"joint-whole",
		"two communities, neither title has a word of its own, rare ones more",
		func(c Comparison) float64 { return jointly(c) * whole(c) },
	},
	{"title-within", "one title's words stand in the other, rare ones more", within},
	{
		"title-own",
		"each title has words of its own",
		func(c Comparison) float64 { return min(c.Title.Own, 2) },
	},
	{
		"title-script",
		"only one title has words in some script",
		flag(func(c Comparison) bool { return c.Title.Translated }),
	},
	{
		"title-part",
		"only one names a part, a level or a sort",
		flag(func(c Comparison) bool { return c.Title.OnePart && !sameHour(c) }),
	},
	{
		"number-same",
		"the same number of the series",
		flag(func(c Comparison) bool { return c.Number == NumberSame }),
	},
	{
		"number-other",
		"another number",
		flag(func(c Comparison) bool { return c.Number == NumberOther }),
	},
	{
		"number-strange",
		"other numbers, of series of other names",
		flag(func(c Comparison) bool { return c.Number == NumberStrange }),
	},
	{
		"number-one",
		"only one prints a number",
		flag(func(c Comparison) bool { return c.Number == NumberOne }),
	},

	{"time-same", "the same start", flag(sameHour)},
	{
		"time-day",
		"the same day",
		flag(func(c Comparison) bool { return c.Time.Same && !c.Time.Timed }),
	},
	{
		"time-one",
		"the same day, its hour told by one only",
		flag(func(c Comparison) bool { return c.Time.SameDay && c.Time.OneTimed }),
	},
	{"time-hours", "hours apart on one day", otherHour},
	{"other-day", "another day", flag(otherDay)},
	{
		"days",
		"days apart",
		onOtherDay(
			unnumbered(
				func(c Comparison) float64 { return math.Log(float64(c.Time.Days)) },
			),
		),
	},
	{
		"overlap",
		"the days overlap",
		onOtherDay(flag(func(c Comparison) bool { return c.Time.Overlap })),
	},

	{"place-same", "the same place", flag(func(c Comparison) bool { return c.Place.Same })},
	{
		"place-shared",
		"words of the place in common",
		func(c Comparison) float64 { return min(c.Place.Shared, 1) },
	},
	{
		"place-other",
		"places without a word in common",
		flag(
			func(c Comparison) bool { return c.Place.Both && c.Place.Shared == 0 && !c.Place.Same },
		),
	},
	{
		"area-other",
		"in another prefecture",
		flag(func(c Comparison) bool { return c.Place.OtherArea }),
	},
	{
		"mode-other",
		"one is online",
		flag(func(c Comparison) bool { return c.Place.OtherMode }),
	},
	{
		"both-online",
		"both online",
		flag(func(c Comparison) bool { return c.Place.BothOnline }),
	},

	{"page-same", "the same page", flag(func(c Comparison) bool { return c.Page.Same })},
	{
		"page-linked",
		"one links to the other's page",
		flag(func(c Comparison) bool { return c.Page.Linked }),
	},
	{
		"page-site",
		"other pages of one site",
		flag(func(c Comparison) bool { return c.Page.Site && c.Relation == Elsewhere }),
	},

	{
		"far-number",
		"the same number on another day",
		onOtherDay(flag(func(c Comparison) bool { return c.Number == NumberSame })),
	},
	{
		"far-timed",
		"on another day, with an hour told",
		onOtherDay(
			unnumbered(
				flag(func(c Comparison) bool { return c.Time.Timed || c.Time.OneTimed }),
			),
		),
	},
	{
		"far-common",
		"on another day, of common words alone",
		onOtherDay(
			unnumbered(
				func(c Comparison) float64 { return 1.2 - min(c.Title.Rarest, 1.2) },
			),
		),
	},
	{
		"far-title",
		"on another day, a title that no other has",
		onOtherDay(
			flag(func(c Comparison) bool { return c.Title.Same && !c.Moved.Others }),
		),
	},
	{"far-series", "on another day, a title of a series", onOtherDay(flag(seriesTitle))},
	{
		"far-page-gone",
		"its page went as the other came",
		onOtherDay(flag(func(c Comparison) bool { return c.PageGone })),
	},
	{
		"far-page-alive",
		"its page still stands",
		onOtherDay(flag(func(c Comparison) bool { return c.PageAlive })),
	},
	{
		"series-alive",
		"one of a series whose page still stands",
		onOtherDay(flag(func(c Comparison) bool { return seriesTitle(c) && c.PageAlive })),
	},
	{
		"far-fresh",
		"it went as the other came",
		onOtherDay(func(c Comparison) float64 { return c.Fresh }),
	},
	{
		"far-alike",
		"the same hour and place on another day",
		onOtherDay(flag(func(c Comparison) bool { return c.Moved.Alike })),
	},
	{
		"far-neither",
		"neither the hour nor the place on another day",
		onOtherDay(flag(neither)),
	},
	{
		"series-near",
		"of a series, within ten days",
		onOtherDay(
			flag(func(c Comparison) bool { return seriesTitle(c) && c.Time.Days <= 10 }),
		),
	},
	{
		"series-between",
		"another of the series between the two",
		onOtherDay(flag(func(c Comparison) bool { return c.Moved.Between })),
	},
	{
		"series-next",
		"after all others of the series",
		onOtherDay(
			flag(
				func(c Comparison) bool { return seriesTitle(c) && c.Moved.Next && !c.Moved.Alike },
			),
		),
	},
	{
		"series-stays",
		"in its place among the rest of the series",
		onOtherDay(flag(staysInPlace)),
	},
	{
		"series-only",
		"an hour and place that no other of the series has",
		onOtherDay(
			flag(
				func(c Comparison) bool { return seriesTitle(c) && c.Moved.Alike && c.Moved.Only },
			),
		),
	},
}

// NearHours is how far apart the hours are at most that two lists tell of one gathering:
// of doors and of the first talk.
const NearHours = 2

func always(Comparison) float64 { return 1 }

func flag(is func(Comparison) bool) func(Comparison) float64 {
	return func(c Comparison) float64 { return choose(is(c), 1.0, 0) }
}

// where is a value of what some condition holds for, and 0 of all else.
func where(
	is func(Comparison) bool,
	value func(Comparison) float64,
) func(Comparison) float64 {
	return func(c Comparison) float64 {
		if !is(c) {
			return 0
		}
		return value(c)
	}
}

func onOtherDay(value func(Comparison) float64) func(Comparison) float64 {
	return where(otherDay, value)
}

// within is how far the words of the shorter title stand in the other, as far as one
// of them is rare.
func within(c Comparison) float64 {
	return min(c.Title.Rarest, 1.2) * c.Title.Shared / max(c.Title.Shared+c.Title.Own, 1e-9)
}

// whole is how rare the words are of two titles that have the same ones, whatever years
// and places stand beside them.
func whole(c Comparison) float64 {
	return choose(c.Title.Common > 0.999, min(c.Title.Rarest, 1.2), 0)
}

// jointly is 1 where two communities announce them.
func jointly(
	c Comparison,
) float64 {
	return flag(func(c Comparison) bool { return c.Joint })(c)
}

func sameHour(c Comparison) bool { return c.Time.Same && c.Time.Timed }

func otherDay(c Comparison) bool { return c.Time.Known && !c.Time.SameDay }

// unnumbered is a value of what prints no number: one of a number moves far.
func unnumbered(value func(Comparison) float64) func(Comparison) float64 {
	return where(func(c Comparison) bool { return c.Number != NumberSame }, value)
}

func seriesTitle(c Comparison) bool { return c.Title.Same && c.Moved.Others }

// staysInPlace reports whether one of a series that has come stands among the rest
// where the one that has gone stood.
func staysInPlace(
	c Comparison,
) bool {
	return seriesTitle(c) && !c.Moved.Between && !c.Moved.Next
}

func neither(c Comparison) bool { return !c.Time.SameClock && !c.Place.Same }

// otherHour is how far apart two hours of one day are, in hours up to eight.
func otherHour(c Comparison) float64 {
	return choose(c.Time.SameDay && c.Time.Timed, min(c.Time.Hours, 8), 0)
}

// Features returns what a comparison amounts to, without what there is nothing of.
func Features(c Comparison) []Feature {
	all := make([]Feature, 0, len(kinds))
	for _, k := range kinds {
		if v := k.value(c); v != 0 {
			all = append(all, Feature{Name: k.name, Value: v})
		}
	}
	return all
}

// Names returns the names of all features, in the order of the table.
func Names() []string {
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = k.name
	}
	return names
}
