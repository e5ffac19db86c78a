package judge

import (
	_ "embed"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"

	"koyomi/internal/when/bind"
	"koyomi/internal/when/lexicon"
)

//go:embed weights.txt
var fitted string

// A Model holds a weight for each feature, and the decision: what is added to the
// log-odds of a date where nobody has said that the text is a date's.
type Model struct {
	w        [NFeatures]float64
	decision float64
}

// decisionName stands for the decision in a table of weights.
const decisionName = "decision"

// Decision is what is added to the log-odds of a date in free text.
func (m *Model) Decision() float64 { return m.decision }

// Decided returns the model with another decision.
func (m *Model) Decided(d float64) *Model {
	decided := *m
	decided.decision = round(d)
	return &decided
}

// round is w as a table prints it.
func round(w float64) float64 { return math.Round(w*100) / 100 }

// Fitted returns the model of weights.txt. It is read at the first call, so that
// package fit can write a new table for new features.
var Fitted = sync.OnceValue(func() *Model {
	m, err := ParseModel(fitted)
	if err != nil {
		panic("judge: weights.txt: " + err.Error())
	}
	return m
})

// byName finds features by their names.
var byName = func() map[string]Feature {
	m := map[string]Feature{}
	for f, name := range names {
		if name != "" {
			m[name] = Feature(f)
		}
	}
	return m
}()

// ParseModel reads a table of weights: a line each, the weight and the feature.
func ParseModel(table string) (*Model, error) {
	m := new(Model)
	for line := range strings.Lines(table) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		weight, name, _ := strings.Cut(line, " ")
		w, err := strconv.ParseFloat(weight, 64)
		if err != nil || !m.set(strings.TrimSpace(name), w) {
			return nil, fmt.Errorf(
				"%q: expected a weight and a feature (use \"+0.25 time: range\")",
				line,
			)
		}
	}
	return m, nil
}

// set sets the weight of a name in a table; false where nothing is named so.
func (m *Model) set(name string, w float64) bool {
	if name == decisionName {
		m.decision = w
		return true
	}
	f, ok := byName[name]
	if ok {
		m.w[f] = w
	}
	return ok
}

// NewModel returns a model with the weights given, rounded as a table prints them.
func NewModel(w []float64) *Model {
	m := new(Model)
	for f := range m.w {
		m.w[f] = round(w[f])
	}
	return m
}

// Table prints the weights that are not zero, in order of their names.
func (m *Model) Table() string {
	lines := []string{fmt.Sprintf("%+.2f %s\n", m.decision, decisionName)}
	for f, w := range m.w {
		if w != 0 && names[f] != "" {
			lines = append(lines, fmt.Sprintf("%+.2f %s\n", w, names[f]))
		}
	}
	slices.SortFunc(lines, func(a, b string) int {
		_, x, _ := strings.Cut(a, " ")
		_, y, _ := strings.Cut(b, " ")
		return strings.Compare(x, y)
	})
	return strings.Join(lines, "")
}

// LogOdds adds the weights of features: above zero, the date is an event's.
func (m *Model) LogOdds(features []Feature) float64 {
	sum := 0.0
	for _, f := range features {
		sum += m.w[f]
	}
	return sum
}

// A Step is one feature with its weight.
type Step struct {
	Feature string
	Weight  float64
}

// Waterfall returns the steps to the log-odds, the heaviest first.
func (m *Model) Waterfall(features []Feature) []Step {
	if m == nil {
		return nil
	}
	steps := make([]Step, 0, len(features))
	for _, f := range features {
		if m.w[f] != 0 {
			steps = append(steps, Step{names[f], m.w[f]})
		}
	}
	slices.SortStableFunc(steps, func(a, b Step) int {
		switch x, y := math.Abs(a.Weight), math.Abs(b.Weight); {
		case x > y:
			return -1
		case x < y:
			return 1
		}
		return strings.Compare(a.Feature, b.Feature)
	})
	return steps
}

// An Owner is whose a date is.
type Owner string

// The owners.
const (
	OwnerEvent        Owner = "event"
	OwnerDeadline     Owner = "deadline"
	OwnerRegistration Owner = "registration"
	OwnerStamp        Owner = "post or update"
	OwnerVersion      Owner = "version"
	OwnerData         Owner = "data"
	OwnerHistory      Owner = "history"
	OwnerValidity     Owner = "validity"
	OwnerHours        Owner = "opening hours"
	OwnerReserve      Owner = "reserve day"
	OwnerIdiom        Owner = "idiom"
	OwnerExample      Owner = "example"
	OwnerNobody       Owner = "nobody named"
)

// classOwners says for which owner the words of a class speak.
var classOwners = map[lexicon.Class]Owner{
	lexicon.Deadline:     OwnerDeadline,
	lexicon.Registration: OwnerRegistration,
	lexicon.Stamp:        OwnerStamp,
	lexicon.News:         OwnerStamp,
	lexicon.Hours:        OwnerHours,
	lexicon.Closed:       OwnerHours,
	lexicon.History:      OwnerHistory,
	lexicon.Version:      OwnerVersion,
	lexicon.Validity:     OwnerValidity,
	lexicon.Example:      OwnerExample,
	lexicon.Reserve:      OwnerReserve,
}

// featureOwners says for which owner a feature that stands alone speaks.
var featureOwners = map[Feature]Owner{
	TimeSeconds:      OwnerStamp,
	TimeOdd:          OwnerStamp,
	Falling:          OwnerStamp,
	NextLinePast:     OwnerStamp,
	BareStamp:        OwnerStamp,
	FrontMatter:      OwnerStamp,
	BareIso:          OwnerStamp,
	KeyUnknown:       OwnerData,
	NumbersAround:    OwnerData,
	Money:            OwnerData,
	TableCell:        OwnerData,
	Code:             OwnerData,
	Slug:             OwnerVersion,
	DashBefore:       OwnerVersion,
	GluedBefore:      OwnerVersion,
	YearOld:          OwnerHistory,
	TensePastNoVerb:  OwnerHistory,
	RelativeAbstract: OwnerIdiom,
	TimeUntil:        OwnerDeadline,
	InQuote:          OwnerExample,
}

// tailOwners says for which owner what is glued to a date speaks.
var tailOwners = [bind.NTails]Owner{
	bind.TailUntil:  OwnerDeadline,
	bind.TailBy:     OwnerDeadline,
	bind.TailAfter:  OwnerRegistration,
	bind.TailBefore: OwnerHistory,
	bind.TailStamp:  OwnerStamp,
	bind.TailBorn:   OwnerHistory,
	bind.TailAsOf:   OwnerStamp,
}

// ownerOf is the index in owners of the owner for which each feature speaks.
var ownerOf = func() (t [NFeatures]uint8) {
	set := func(f Feature, o Owner) { t[f] = uint8(max(0, slices.Index(owners[:], o))) }
	for f, o := range featureOwners {
		set(f, o)
	}
	for tail, o := range tailOwners {
		set(firstTail+Feature(tail), o)
	}
	for f := range families {
		for c, o := range classOwners {
			set(Word(f, c), o)
		}
	}
	return t
}()

// Whose returns the owner of a date that is no event's: the one for which the heaviest
// features speak.
func (m *Model) Whose(features []Feature) Owner {
	if m == nil {
		return OwnerNobody
	}
	var sums [len(owners)]float64
	for _, f := range features {
		sums[ownerOf[f]] += min(m.w[f], 0)
	}
	best, least := OwnerNobody, -0.1
	for n, sum := range sums {
		if n > 0 && sum < least {
			best, least = owners[n], sum
		}
	}
	return best
}

var owners = [...]Owner{
	OwnerNobody,
	OwnerDeadline,
	OwnerRegistration,
	OwnerStamp,
	OwnerVersion,
	OwnerData,
	OwnerHistory,
	OwnerValidity,
	OwnerHours,
	OwnerReserve,
	OwnerIdiom,
	OwnerExample,
}
