package judge

import (
	"koyomi/internal/when/bind"
	"koyomi/internal/when/civil"
	"koyomi/internal/when/fold"
	"koyomi/internal/when/grammar"
	"koyomi/internal/when/lexicon"
	"koyomi/internal/when/parse"
)

// Bounds that features name.
const (
	oldDays      = 1200 // a date is old
	veryOldDays  = 3000
	farDays      = 500 // a date is too far ahead to be announced
	longDays     = 100 // a range is long
	veryLongDays = 300
	shortText    = 30 // runes
)

// A question is a feature and when it holds.
type question struct {
	Feature
	is func(x *subject) bool
}

// plain are the features that are asked of every candidate and its surroundings.
var plain = [...]question{
	{Bias, func(*subject) bool { return true }},
	{Field, func(x *subject) bool { return x.Field }},
	// what it is and how it is written
	{KindRule, func(x *subject) bool { return x.it.Kind == parse.Rule }},
	{KindWeekday, func(x *subject) bool { return x.it.Kind == parse.Weekday }},
	{KindRelative, func(x *subject) bool { return x.written(parse.Relative) }},
	{FormCompact, func(x *subject) bool { return x.written(grammar.Compact) }},
	{FormIso, func(x *subject) bool { return x.written(grammar.Iso) }},
	{FormEnglish, func(x *subject) bool { return x.written(grammar.English) }},
	{FormDayOnly, func(x *subject) bool { return x.written(grammar.DayOnly) }},
	{FormNth, func(x *subject) bool { return x.day != nil && x.day.Nth != 0 }},
	{
		YearPrinted,
		func(x *subject) bool { return x.day != nil && x.day.Y != 0 && !x.written(parse.Relative) },
	},
	{YearLacking, func(x *subject) bool { return x.day != nil && x.day.Y == 0 }},
	{
		DaysRange,
		func(x *subject) bool { return x.day != nil && x.doc.SpansOf(x.it)[0].Ranged() },
	},
	{DaysList, func(x *subject) bool { return x.day != nil && x.it.N > 1 }},
	// what the calendar says
	{YearOld, func(x *subject) bool { return x.days.OK && x.Ref-x.days.First > oldDays }},
	{YearFar, func(x *subject) bool { return x.days.OK && x.days.First-x.Ref > farDays }},
	{WeekdayAgrees, func(x *subject) bool { return x.days.Proved }},
	{WeekdayContradicts, func(x *subject) bool { return x.days.Contradicted }},
	{LongRange, func(x *subject) bool { return x.days.Last-x.days.First > longDays }},
	{
		VeryLongRange,
		func(x *subject) bool { return x.days.Last-x.days.First > veryLongDays },
	},
	{WholeMonths, func(x *subject) bool {
		first, behind := civil.Date(x.days.First), civil.Date(x.days.Last+1)
		return x.days.Last > x.days.First && first.Day == 1 && behind.Day == 1
	}},
	// its time
	{TimeNone, func(x *subject) bool { return x.time == nil }},
	{TimeElsewhere, func(x *subject) bool { return x.time == nil && len(x.doc.Times) > 0 }},
	// how its clause and the next line end
	{TensePast, func(x *subject) bool { return x.c.Tense == bind.TensePast }},
	{TenseToCome, func(x *subject) bool { return x.c.Tense == bind.TenseToCome }},
	{NextLinePast, func(x *subject) bool { return x.nextPast }},
	{NextLineToCome, func(x *subject) bool { return x.nextM }},
	{Ends, func(x *subject) bool { return x.c.Ends }},
	{
		EndFollows,
		func(x *subject) bool { return x.k+1 < len(x.Days) && x.Set.Candidates[x.k+1].Ends },
	},
	{Moved, func(x *subject) bool { return x.c.Moved }},
	{MovedElsewhere, func(x *subject) bool { return x.Set.MovedBeside(x.k) }},
	// where it stands
	{Only, func(x *subject) bool { return len(x.Days) == 1 }},
	{First, func(x *subject) bool { return len(x.Days) > 1 && x.k == 0 }},
	{Last, func(x *subject) bool { return len(x.Days) > 1 && x.k == len(x.Days)-1 }},
	{Many, func(x *subject) bool { return len(x.Days) > 3 }},
	{LineBegins, func(x *subject) bool { return x.begins }},
	{LineEnds, func(x *subject) bool { return x.ends }},
	{LineAlone, func(x *subject) bool { return x.begins && x.ends }},
	{TextBegins, func(x *subject) bool { return x.it.From <= 2 }},
	{TextEnds, func(x *subject) bool { return int(x.it.To) >= len(x.doc.Text)-3 }},
	{ShortText, func(x *subject) bool { return len(x.doc.Text) < shortText }},
	{MoreText, func(x *subject) bool { return int(x.it.To) < len(x.doc.Text)-shortText }},
	{English, func(x *subject) bool { return !x.doc.Japanese }},
	{InBracket, func(x *subject) bool { return x.it.Bracket != 0 }},
	{InQuote, func(x *subject) bool { return x.it.Quote }},
	{InNote, func(x *subject) bool { return x.it.Note }},
	{InTag, func(x *subject) bool { return x.it.Tagged }},
	// the dates beside it: lists of posts fall, lists of events rise
	{
		SameForm,
		func(x *subject) bool { return x.sibling(-1) != nil || x.sibling(1) != nil },
	},
	{Rising, func(x *subject) bool { return x.steps(1) }},
	{Falling, func(x *subject) bool { return x.steps(-1) }},
	// signs, keys and mark-up
	{
		ListItem,
		func(x *subject) bool { return x.before == '-' || x.before == '•' || x.before == '・' },
	},
	{Heading, func(x *subject) bool { return x.before == '#' }},
	{
		InBracketAlone,
		func(x *subject) bool { return x.before == '(' && x.behind == ')' || x.before == '[' && x.behind == ']' },
	},
	{
		QuotedAlone,
		func(x *subject) bool { return x.before == x.behind && (x.before == '"' || x.before == '\'') },
	},
	{TableCell, func(x *subject) bool { return x.before == '|' || x.behind == '|' }},
	{GluedBefore, func(x *subject) bool { return fold.IsAlnum(x.glued) }},
	{GluedBehind, func(x *subject) bool { return fold.IsAlnum(x.next) }},
	{DashBefore, func(x *subject) bool { return x.glued == '-' || x.glued == '_' }},
	{InAddress, func(x *subject) bool { return x.glued == '/' || x.glued == fold.Opaque }},
	{PathGoesOn, (*subject).pathGoesOn},
	{Slug, func(x *subject) bool {
		dash := x.next == '-' || x.next == '_'
		return dash && fold.IsLetter(x.doc.Text.At(int(x.it.To)+1))
	}},
	{NumbersAround, func(x *subject) bool { return x.numbers >= 3 }},
	{Money, func(x *subject) bool { return x.money }},
	{Code, func(x *subject) bool { return x.code >= 2 }},
	{OnlyNumeric, func(x *subject) bool { return !x.words }},
	{FrontMatter, func(x *subject) bool { return x.keys.fenced }},
	{Comment, func(x *subject) bool {
		return x.doc.Text.HasAny(x.line, "//", "%", "--", "<!", "/*", "*/", "* ") > 0
	}},
	{Call, func(x *subject) bool { return x.call }},
	{CommaBefore, func(x *subject) bool { return x.before == ',' }},
	{Byline, func(x *subject) bool { return x.byline }},
	{BracketColon, func(x *subject) bool {
		return x.before == '(' && x.behind == ')' && x.colonBehind()
	}},
	{Pinned, func(x *subject) bool { return x.glued == '=' }},
	{PostKeys, func(x *subject) bool { return x.keys.posts > 0 }},
	{KeysAround, func(x *subject) bool { return x.keys.all > 2 }},
	{TitleKeys, func(x *subject) bool { return x.keys.titles > 0 }},
	{
		YearVeryOld,
		func(x *subject) bool { return x.days.OK && x.Ref-x.days.First > veryOldDays },
	},
	{RelativeAbstract, func(x *subject) bool {
		short := x.written(parse.Relative) && x.it.To-x.it.From <= 3
		return short && x.time == nil &&
			x.doc.Text.HasAny(int(x.it.To), "へ", "を", "の", "は", "が") > 0
	}},
}

// ofTimes are those of a candidate with a time.
var ofTimes = [...]question{
	{TimeFirst, func(x *subject) bool { return x.led }},
	{TimeRange, func(x *subject) bool { return x.time.Ranged() }},
	{TimeOpen, func(x *subject) bool { return x.time.Open }},
	{TimeUntil, func(x *subject) bool { return x.time.Until }},
	{TimeZoned, func(x *subject) bool { return x.time.HasZone }},
	{TimeSeconds, func(x *subject) bool { return x.time.A.Sec != 0 }},
	{TimeRound, func(x *subject) bool { return x.minute(30, 60) }},
	{TimeFive, func(x *subject) bool { return x.minute(5, 30) }},
	{TimeOdd, func(x *subject) bool { return x.minute(1, 5) }},
	{SecondsPrinted, func(x *subject) bool { return x.time.A.Secs }},
	{
		Midnight,
		func(x *subject) bool { return x.time.A.Min == 0 && x.time.A.Half == 0 },
	},
}

// ofKeys are those of a candidate behind a key.
var ofKeys = [...]question{
	{
		KeyUnknown,
		func(x *subject) bool { return x.c.Before.Class == lexicon.None },
	},
	{KeyQuoted, func(x *subject) bool { return x.key.quoted }},
	{KeyDate, func(x *subject) bool { return x.key.isDate }},
	{KeyHasDate, func(x *subject) bool { return x.key.hasDate }},
	{KeyOfStamp, func(x *subject) bool { return x.key.names == keyStamp }},
	{KeyOfStart, func(x *subject) bool { return x.key.names == keyStart }},
	{KeyOfEnd, func(x *subject) bool { return x.key.names == keyEnd }},
}

// written reports whether the date is written in one of the ways fl.
func (x *subject) written(fl int32) bool { return x.day != nil && x.day.Has(fl) }

// pathGoesOn reports whether a path goes on behind the date: 2024/06/15/name.
func (x *subject) pathGoesOn() bool {
	return x.next == '/' && fold.IsLetter(x.doc.Text.At(int(x.it.To)+1))
}

// minute reports whether the minute of the time is a multiple of step, but not of the
// next rounder one. It is asked only of candidates with a time.
func (x *subject) minute(step, rounder int16) bool {
	if x.time.A.Sec != 0 {
		return false
	}
	m := x.time.A.Min % 60
	return m%step == 0 && (m == 0 && step == 30 || m%rounder != 0)
}

// derived are the features that draw together what others say.
var derived = [...]struct {
	Feature
	is func(x *extractor) bool
}{
	{TensePastNoVerb, func(x *extractor) bool {
		held := x.has(Word(InClauseBehind, lexicon.Verb)) ||
			x.has(Word(InClauseBehind, lexicon.Event))
		return x.c.Tense == bind.TensePast && !held
	}},
	{NearestOwn, func(x *extractor) bool { return lexicon.Own.Has(x.nearest()) }},
	{NearestForeign, func(x *extractor) bool { return lexicon.Foreign.Has(x.nearest()) }},
	{BareStamp, func(x *extractor) bool { return x.has(LineAlone) && x.bare() }},
	{BareIso, func(x *extractor) bool { return x.has(FormIso) && x.bare() }},
	{NoEvidence, func(x *extractor) bool {
		return x.bare() && !x.anyOf(groupOwn, OnLine) && !x.anyOf(groupForeign, OnLine) &&
			x.c.Above.Class == lexicon.None
	}},
	{NoEventWords, func(x *extractor) bool { return x.eventWords() == 0 }},
	{
		SomeEventWords,
		func(x *extractor) bool { return x.eventWords() > 0 && x.eventWords() <= 2 },
	},
	{ManyEventWords, func(x *extractor) bool { return x.eventWords() > 2 }},
	{
		BareStampNoWords,
		func(x *extractor) bool { return x.has(BareStamp) && x.has(NoEventWords) },
	},
	{
		StampOverPast,
		func(x *extractor) bool { return x.has(BareStamp) && x.has(NextLinePast) },
	},
	{
		StampWeekday,
		func(x *extractor) bool { return x.has(LineAlone) && x.has(TimeNone) && x.has(WeekdayAgrees) },
	},
	{ColonPast, func(x *extractor) bool { return x.has(ColonBehind) && x.has(TensePast) }},
	{
		HeadStamp,
		func(x *extractor) bool { return x.stamp() && x.has(TextBegins) && x.has(MoreText) },
	},
	{HeadStampPast, func(x *extractor) bool { return x.has(HeadStamp) && x.pastBelow() }},
	{
		SignOff,
		func(x *extractor) bool { return x.stamp() && x.has(TextEnds) && !x.has(TextBegins) },
	},
	{
		BracketIso,
		func(x *extractor) bool { return x.has(InBracketAlone) && x.has(FormIso) },
	},
	{
		KeyDateOfPost,
		func(x *extractor) bool { return x.has(KeyDate) && x.has(PostKeys) && x.has(TimeNone) },
	},
	{
		KeyDateBeside,
		func(x *extractor) bool { return x.has(KeyDate) && x.has(TimeNone) && len(x.Days) > 1 },
	},
	{RuleBegins, (*extractor).fromThenOn},
	{TagStamp, func(x *extractor) bool { return x.has(InTag) && x.has(YearPrinted) && x.has(TimeNone) }},
	{SignedName, func(x *extractor) bool { return x.has(CommaBefore) && x.has(LineEnds) && x.bare() }},
	{KeyDateNoWords, func(x *extractor) bool { return x.has(KeyDate) && x.has(NoEventWords) }},
	{KeyDateBare, func(x *extractor) bool { return x.has(KeyDateNoWords) && x.has(BareIso) }},
	{KeyDateFenced, func(x *extractor) bool { return x.has(KeyDate) && x.has(FrontMatter) }},
	{KeyDateSeconds, func(x *extractor) bool { return x.has(KeyDate) && x.has(SecondsPrinted) }},
	{KeyDateOfText, func(x *extractor) bool { return x.has(KeyDate) && x.has(TitleKeys) }},
	{
		DataStamp,
		func(x *extractor) bool { return x.has(BareIso) && x.has(NumbersAround) && !x.has(SomeEventWords) },
	},
}

// fromThenOn reports whether something holds from the date on: no hour, no last day.
func (x *extractor) fromThenOn() bool {
	if x.has(DaysRange) || x.has(EndFollows) || !x.has(TimeNone) {
		return false
	}
	return x.has(WordFrom) || x.has(WordStarting) || x.has(WordSince) || x.has(ParticleKara)
}

// stamp reports whether the date stands alone on its line with its year and no time.
func (x *extractor) stamp() bool {
	if x.has(DaysRange) || x.has(DaysList) {
		return false
	}
	return x.has(LineAlone) && x.has(YearPrinted) && x.has(TimeNone)
}

// pastBelow reports whether the text behind the date tells of what was.
func (x *extractor) pastBelow() bool { return x.has(NextLinePast) || x.has(TensePast) }

// bare reports whether the date has no time, no weekday and no last day.
func (x *extractor) bare() bool {
	return x.has(TimeNone) && !x.has(WeekdayAgrees) && !x.has(DaysRange)
}

// nearest returns the class of the nearest word that holds the date.
func (x *extractor) nearest() lexicon.Class {
	h := &x.c.Before
	if nearerThan(&x.c.Behind, h) {
		h = &x.c.Behind
	}
	if h.Class == lexicon.None {
		h = &x.c.Above
	}
	return h.Class
}

// nearerThan reports whether the word h stands nearer than the word o; a label counts
// as the nearest.
func nearerThan(h, o *bind.Hold) bool {
	if h.Class == lexicon.None || o.Label {
		return false
	}
	return o.Class == lexicon.None || h.Gap < o.Gap
}

// announcing are the classes of words that announcements are made of.
var announcing = [...]lexicon.Class{
	lexicon.Place,
	lexicon.Fee,
	lexicon.Noun,
	lexicon.Event,
	lexicon.Verb,
	lexicon.Start,
	lexicon.Doors,
	lexicon.Time,
}

// eventWords counts the classes of words of announcements in the text.
func (x *extractor) eventWords() (n int) {
	for _, c := range announcing {
		if x.has(Word(InText, c)) {
			n++
		}
	}
	return n
}
