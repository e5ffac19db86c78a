// Package judge weighs whose a date is. It turns what is known of a candidate into
// named features, adds their weights, and returns log-odds: above zero the date is an
// event's. The weights are fitted on labelled rows (package fit) and stand in
// weights.txt; nothing here is set by hand.
package judge

import (
	"koyomi/internal/when/bind"
	"koyomi/internal/when/lexicon"
)

// A Feature is one thing that can be said of a candidate.
type Feature uint16

// The features that stand alone.
const (
	Bias Feature = iota
	Field
	KindRule
	KindWeekday
	KindRelative
	FormKanji
	FormSlash
	FormDot
	FormIso
	FormCompact
	FormEnglish
	FormEra
	FormDayOnly
	FormNth
	YearPrinted
	YearLacking
	YearOld
	YearFar
	WeekdayAgrees
	WeekdayContradicts
	DaysRange
	DaysList
	TimeNone
	TimeRound
	TimeFive
	TimeOdd
	TimeSeconds
	TimeRange
	TimeOpen
	TimeUntil
	TimeZoned
	TimeFirst
	TimeStart
	TimeDoors
	TimeEnd
	TimeElsewhere
	TensePast
	TenseToCome
	TensePastNoVerb
	NextLinePast
	NextLineToCome
	Only
	First
	Last
	Many
	LineBegins
	LineAlone
	LineEnds
	TextBegins
	InBracket
	InBracketAlone
	InQuote
	InNote
	InTag
	TableCell
	ListItem
	Heading
	Falling
	Rising
	SameForm
	NumbersAround
	Money
	GluedBefore
	GluedBehind
	InAddress
	KeyUnknown
	KeyDate
	KeyQuoted
	FrontMatter
	Code
	MoreText
	ParticleNi
	ParticleHa
	ParticleNo
	ParticleWo
	ParticleKara
	ParticleIn
	WordOn
	WordFrom
	WordOther
	ColonBehind
	CommaBehind
	English
	BareStamp
	BareIso
	NoEvidence
	Ends
	Moved
	NearestOwn
	NearestForeign
	RelativeAbstract
	DashBefore
	Slug
	MovedElsewhere
	TextEnds
	LongRange
	VeryLongRange
	WholeMonths
	SecondsPrinted
	Midnight
	Comment
	NoEventWords
	SomeEventWords
	ManyEventWords
	BareStampNoWords
	StampOverPast
	KeyHasDate
	WordAt
	StampWeekday
	ShortText
	OnlyNumeric
	ColonPast
	QuotedAlone
	EndFollows
	HeadStamp
	SignOff
	PostKeys
	KeysAround
	CommaBefore
	Byline
	BracketColon
	BracketIso
	YearVeryOld
	Pinned
	KeyDateOfPost
	HeadStampPast
	DataStamp
	AtBehind
	TitleKeys
	KeyDateBeside
	KeyDateOfText
	KeyOfStamp
	KeyOfStart
	KeyOfEnd
	KeyDateNoWords
	KeyDateFenced
	KeyDateSeconds
	PathGoesOn
	WordOf
	WordSince
	WordStarting
	RuleBegins
	TagStamp
	SignedName
	KeyDateBare
	Call
	nScalars
)

// scalars are the names of the features that stand alone, in their order.
var scalars = [nScalars]string{
	"bias", "field", "kind: rule", "kind: weekday", "kind: relative", "form: kanji", "form: slashes", "form: dots", "form: iso", "form: compact",
	"form: english", "form: era", "form: day only", "form: nth", "year: printed", "year: lacking", "year: old", "year: far ahead",
	"weekday: agrees", "weekday: contradicts", "days: range", "days: list", "time: none", "time: round", "time: five minutes", "time: odd minutes", "time: seconds",
	"time: range", "time: open", "time: until", "time: zone", "time: before the date", "time: start named", "time: doors named", "time: end named", "time: elsewhere",
	"tense: past", "tense: to come", "tense: past, no verb of holding", "next line: past", "next line: to come", "only date", "first date", "last date", "many dates", "line: begins", "line: alone",
	"line: ends", "text: begins", "bracket", "bracket: alone", "quote", "note", "tag: time", "table", "list item", "heading", "order: falling", "order: rising",
	"order: same form", "numbers around", "money around", "glued before", "glued behind", "in an address", "key: unknown", "key: date", "key: quoted", "front matter", "code",
	"more text behind", "particle: に", "particle: は", "particle: の", "particle: を", "particle: から", "particle: in", "word: on", "word: from", "word: other", "colon behind", "comma behind",
	"english", "bare stamp", "bare iso", "no evidence", "ends", "moved", "nearest word: own", "nearest word: foreign", "relative: abstract", "dash before", "slug", "moved elsewhere", "text: ends", "days: long range", "days: very long range",
	"days: whole months", "time: seconds printed", "time: midnight", "comment", "no event words", "some event words", "many event words", "bare stamp, no event words",
	"bare stamp over a past sentence", "key: has date", "word: at", "bare stamp with weekday", "text: short", "line: numbers only", "colon, then past", "quoted alone", "end follows",
	"stamp: heads the text", "stamp: signs the text", "keys: of a post", "keys: around", "comma before", "byline", "bracket, then colon", "bracket with iso",
	"year: very old", "pinned", "key: date of a post", "stamp: heads a report", "stamp: of data", "at behind", "keys: of a title", "key: date beside another", "key: date of a text",
	"key: names a stamp", "key: names a start", "key: names a last day",
	"key: date, no event words", "key: date over a fence", "key: date with seconds", "path goes on",
	"word: of", "word: since", "word: starting", "from then on", "tag: time, no hour", "name, then date", "key: date, bare and no event words", "call of a function",
}

// Families of features, one for each class of words.
const (
	BeforeTight = iota
	BeforeLabel
	BeforeNear
	BeforeFar
	Above
	BehindTight
	BehindNear
	BehindFar
	InClauseBefore
	InClauseBehind
	OnLine
	OnNextLine
	OnLastLine
	InText
	nFamilies
)

var families = [nFamilies]string{
	"before", "before, label", "before, near", "before, far", "above", "behind", "behind, near", "behind, far", "clause before", "clause behind",
	"line", "next line", "last line", "text",
}

const (
	nClasses   = int(lexicon.NClasses)
	firstGroup = nScalars + Feature(nFamilies*nClasses)
	firstTail  = firstGroup + Feature(nFamilies*nGroups)
	NFeatures  = firstTail + Feature(bind.NTails)
)

// Word returns the feature of a class of words in a family.
func Word(family int, c lexicon.Class) Feature {
	return nScalars + Feature(family*nClasses+int(c))
}

// The groups of classes: the event's own words, and those of other owners.
const (
	groupOwn = iota
	groupForeign
	nGroups
)

// Group returns the feature of the group that a class belongs to, in a family; false
// for classes that say nothing of the date.
func Group(family int, c lexicon.Class) (Feature, bool) {
	base := firstGroup + Feature(family*nGroups)
	switch {
	case lexicon.Own.Has(c):
		return base + groupOwn, true
	case lexicon.Foreign.Has(c):
		return base + groupForeign, true
	}
	return 0, false
}

// TailFeature returns the feature of what is glued to a date.
func TailFeature(t bind.Tail) Feature { return firstTail + Feature(t) }

var tailNames = [bind.NTails]string{
	"",
	"until",
	"by",
	"after",
	"before",
	"stamp",
	"born",
	"as of",
}

// names holds the name of every feature, "" for those that cannot occur.
var names = func() (n [NFeatures]string) {
	copy(n[:], scalars[:])
	for f, family := range families {
		for c := lexicon.None + 1; c < lexicon.NClasses; c++ {
			n[Word(f, c)] = family + ": " + c.String()
		}
	}
	for f, family := range families {
		n[firstGroup+Feature(f*nGroups+groupOwn)] = family + ": any own word"
		n[firstGroup+Feature(f*nGroups+groupForeign)] = family + ": any foreign word"
	}
	for t := bind.TailUntil; t < bind.NTails; t++ {
		n[TailFeature(t)] = "tail: " + tailNames[t]
	}
	return n
}()

// vague are the families whose words stand apart from the date; what they say is less
// sure, and counts less until many rows agree.
var vague = [nFamilies]float64{
	BeforeTight:    1,
	BeforeLabel:    1,
	BeforeNear:     1,
	BeforeFar:      2,
	Above:          1,
	BehindTight:    1,
	BehindNear:     1,
	BehindFar:      2,
	InClauseBefore: 2,
	InClauseBehind: 2,
	OnLine:         2,
	OnNextLine:     4,
	OnLastLine:     4,
	InText:         4,
}

// Vagueness is how much harder the fit penalises a feature.
func (f Feature) Vagueness() float64 {
	switch {
	case f < nScalars, f >= firstTail:
		return 1
	case f >= firstGroup:
		return vague[int(f-firstGroup)/nGroups]
	}
	return 2 * vague[int(f-nScalars)/nClasses]
}

// String returns the name of f as weights.txt and explanations print it.
func (f Feature) String() string { return names[f] }
