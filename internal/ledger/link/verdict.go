package link

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// A Table holds the weight of each feature in log-odds, by relation.
type Table [2]map[string]float64

// Weights is the table that holds: fitted, never set by hand.
var Weights = mustTable(strings.Join(lines("weights.tsv"), "\n"))

// ReadTable reads lines of a feature's name and its weight in each relation.
func ReadTable(text string) (t Table, err error) {
	t = Table{{}, {}}
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		if len(fields) != 1+len(t) {
			return t, fmt.Errorf("line %q: expected a name and %d weights", line, len(t))
		}
		for i := range t {
			if t[i][fields[0]], err = strconv.ParseFloat(fields[1+i], 64); err != nil {
				return t, fmt.Errorf("line %q: %w", line, err)
			}
		}
	}
	return t, nil
}

func mustTable(text string) Table {
	t, err := ReadTable(text)
	if err != nil {
		panic("weights.tsv: " + err.Error()) // a test reads it
	}
	return t
}

// What it takes, in log-odds, to hold two announcements for one gathering, by what a
// wrong link would do.
var (
	// Enough are two to one, where every other event of those days is weighed as well.
	Enough = math.Log(2)
	// Moves are three to one: a listing for one of its own source that has gone.
	Moves = math.Log(3)
	// Joins are nine to one: the events of two communities, of which there are many.
	Joins = math.Log(9)
	// CallsOff are nine to one: the one says that it does not take place.
	CallsOff = math.Log(9)
)

// A Reason is what one feature says, in words and log-odds.
type Reason struct {
	Words   string
	LogOdds float64
}

// String writes a reason with its share in the verdict: "+2.1 the same start".
func (r Reason) String() string { return fmt.Sprintf("%+.1f %s", r.LogOdds, r.Words) }

// A Verdict is how strongly all features together hold two announcements for one
// gathering, and the reasons, the strongest first.
type Verdict struct {
	LogOdds float64
	Reasons []Reason
}

// OneGathering reports whether the verdict suffices.
func (v Verdict) OneGathering() bool { return v.LogOdds >= Enough }

// Words are the reasons for people, without what hardly counts.
func (v Verdict) Words() []string {
	words := []string{fmt.Sprintf("%+.1f in all, %.1f are enough", v.LogOdds, Enough)}
	for _, r := range v.Reasons {
		if math.Abs(r.LogOdds) >= 0.05 {
			words = append(words, r.String())
		}
	}
	return words
}

// Weigh adds up what the features of a relation weigh.
func (t Table) Weigh(relation Relation, features []Feature) Verdict {
	var v Verdict
	for _, f := range features {
		share := t[relation][f.Name] * f.Value
		v.LogOdds += share
		v.Reasons = append(v.Reasons, Reason{Words: wordsFor[f.Name], LogOdds: share})
	}
	slices.SortStableFunc(
		v.Reasons,
		func(x, y Reason) int { return cmp.Compare(math.Abs(y.LogOdds), math.Abs(x.LogOdds)) },
	)
	return v
}

var wordsFor = func() map[string]string {
	all := map[string]string{}
	for _, k := range kinds {
		all[k.name] = k.words
	}
	return all
}()

// A Veto is a rule that keeps two announcements apart whatever speaks for them.
type veto struct {
	words string
	holds func(Comparison) bool
}

var vetoes = []veto{
	{"one is an event, the other is not", func(c Comparison) bool { return c.OtherType }},
	{"another number of the series", otherNumber},
	{
		"another of the title is on that very day",
		func(c Comparison) bool { return c.Rival && otherDay(c) },
	},
	{"its page still stands, and neither hour nor place is the same", standsElsewhere},
	{
		"the titles name other parts, places or years",
		func(c Comparison) bool { return c.Title.Apart != "" },
	},
}

// otherNumber is a veto except where one source has the same title at the same start
// under another id: it was numbered again.
func otherNumber(c Comparison) bool {
	renumbered := c.Relation == Gone && c.Time.Same && c.Title.Likeness >= renumberedTitle
	return c.Number == NumberOther && !renumbered
}

// standsElsewhere is a veto on a move to another day where the old page lives: who moves
// a gathering and leaves the old page as it is keeps its hour or its place.
func standsElsewhere(c Comparison) bool {
	if c.Relation != Gone || !c.PageAlive || !otherDay(c) {
		return false
	}
	return c.Time.Timed && !c.Time.SameClock && !samePlace(c)
}

func samePlace(c Comparison) bool { return c.Place.Same || c.Place.BothOnline }

// renumberedTitle is how alike two titles are at least that differ in the number alone.
const renumberedTitle = 0.8

// Apart returns why two announcements are two whatever speaks for them, "" where
// nothing does.
func Apart(c Comparison) string {
	for _, v := range vetoes {
		if v.holds(c) {
			return v.words
		}
	}
	return ""
}

// Judge weighs a comparison by the table that holds, after the vetoes.
func Judge(c Comparison) Verdict {
	if words := Apart(c); words != "" {
		return Verdict{
			LogOdds: math.Inf(-1),
			Reasons: []Reason{{Words: words, LogOdds: math.Inf(-1)}},
		}
	}
	return Weights.Weigh(c.Relation, Features(c))
}
