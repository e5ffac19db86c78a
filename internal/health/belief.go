package health

import (
	_ "embed"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"koyomi/internal/event"
)

// A Feature is one named observation on an item; most are 0 or 1.
type Feature struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"`
}

// Counts returns what the feature counts for an item, in log odds.
func (f Feature) Counts() float64 { return weights[f.Name] * f.Value }

//go:embed belief.tsv
var beliefTable string

// weights are by how much a feature speaks for an item (in log odds) or, where it is
// negative, against it. They are fitted: see internal/ledger/year.
var weights = parseWeights(beliefTable)

func parseWeights(table string) map[string]float64 {
	all := map[string]float64{}
	for line := range strings.Lines(table) {
		name, value, ok := strings.Cut(strings.TrimSpace(line), "\t")
		if !ok || strings.HasPrefix(name, "#") {
			continue
		}
		w, err := strconv.ParseFloat(value, 64)
		if err != nil {
			panic(fmt.Sprintf("belief.tsv: %q: %v", line, err)) // a test reads it
		}
		all[name] = w
	}
	return all
}

// A Reading is what a poll is like as a whole, for weighing its items.
type Reading struct {
	At time.Time
	// Returned is set where its pages are older, by their own word, than what was read
	// before: a copy that a cache had kept.
	Returned bool
	Figures  Figures
	Profile  Profile
}

// A Doubt is an item that is not believed yet.
type Doubt struct {
	Key   string `json:"key"`
	Title string `json:"title"`
	Kind  Kind   `json:"kind"`
	// Said is what it says; only a poll that says the same repeats it.
	Said string `json:"said,omitempty"`
	// Since is the moment of the first poll that said it, Polls how many did.
	Since time.Time `json:"since"`
	Polls int       `json:"polls"`
	// Until is when it is believed at the latest, should it still be said then.
	Until time.Time `json:"until"`
	// Features are what it was weighed by, LogOdds the sum: negative, for it is not
	// believed.
	Features []Feature `json:"features,omitempty"`
	LogOdds  float64   `json:"log_odds"`
}

// An Opinion is what is thought of an item.
type Opinion struct {
	Item
	Doubt
	Believed bool
}

// A weighing is one poll's items being weighed.
type weighing struct {
	poll  Reading
	today event.Date
	items []Item
	kinds []Kind
	// alike counts the items of each kind; listed those that were known and are
	// listed, and are not over; missing those that should be listed and are not.
	alike           map[Kind]int
	listed, missing int
	// overToo is set where what is over is called off as well, newToo where what is new
	// is, allOff where that is all that is listed; worded counts the titles that say so.
	overToo, newToo, allOff bool
	worded                  int
	// shown counts what is listed, off what of it is called off.
	shown, off int
	// usual and night say how much more usual the hours of KindZone are together than
	// those of before, and how many go out of the night.
	usual, night float64
	earlier      map[[2]string]Doubt
	// chain is how many days ahead the list goes without a gap.
	chain int
}

// Weigh returns what is thought of each item of a poll, beside the doubts that the
// poll before left. An item that changes nothing, or little, is believed.
func Weigh(poll Reading, items []Item, earlier []Doubt) []Opinion {
	w := newWeighing(poll, items, earlier)
	opinions := make([]Opinion, len(items))
	for i, it := range items {
		if !byCompany[w.kinds[i]] {
			opinions[i] = w.weigh(it, w.kinds[i], 0)
		}
	}
	company := w.companyOf(opinions)
	for i, it := range items {
		if byCompany[w.kinds[i]] {
			opinions[i] = w.weigh(it, w.kinds[i], company[isOff(it.Now)])
		}
	}
	return opinions
}

// companyOf returns the share of what is listed that is misread, for what is called off
// and for what is not: of what is ahead, where any of that is.
func (w *weighing) companyOf(opinions []Opinion) map[bool]float64 {
	var ahead []Opinion
	for _, o := range opinions {
		if o.Now != nil && w.isAhead(o.Now) {
			ahead = append(ahead, o)
		}
	}
	if len(ahead) == 0 {
		ahead = opinions
	}
	shown, misread, status := 0, 0, 0
	for _, o := range ahead {
		shown += one(o.Now != nil)
		misread += one(misreads[o.Doubt.Kind] && !o.Believed)
		status += one(o.Doubt.Kind == KindStatus && !o.Believed)
	}
	of := func(n int) float64 {
		if share := ratio(n, shown); share >= fewInCompany {
			return share
		}
		return 0
	}
	called := of(misread + status)
	if status > 0 {
		called = 1 // all of the list is called off by its status
	}
	return map[bool]float64{false: of(misread), true: called}
}

// isAhead reports whether what is listed is not over, or has no date.
func (w *weighing) isAhead(l *event.Listing) bool {
	return l.Start.IsZero() || l.Over(DefaultAssumed).After(w.poll.At)
}

func isOff(l *event.Listing) bool { return l != nil && l.Status == event.Cancelled }

// misreads are the kinds in which a reader goes wrong: what it makes of one item it
// makes of the new ones as well.
var misreads = map[Kind]bool{
	KindTitle:   true,
	KindDistant: true,
	KindFar:     true,
	KindZone:    true,
	KindHour:    true,
	KindStale:   true,
	KindPlace:   true,
}

// fewInCompany is the share of what is listed that must be doubted for the rest to wait.
const fewInCompany = 1.0 / 3

// byCompany are the kinds that are weighed last, beside what is doubted of the rest:
// where a list is misread, what comes and what goes in it is misread too.
var byCompany = map[Kind]bool{KindNew: true, KindAbsent: true}

// loneZone takes a single item that is moved by the hours of its zone, beside others
// that are not, for a common move: a zone is lost for all.
func (w *weighing) loneZone() {
	if w.alike[KindZone] != 1 || w.listed < 2 {
		return
	}
	w.setKind(slices.Index(w.kinds, KindZone), KindMoved)
}

func newWeighing(poll Reading, items []Item, earlier []Doubt) *weighing {
	w := &weighing{
		poll:    poll,
		today:   event.DateOf(poll.At.In(event.Tokyo)),
		items:   items,
		alike:   map[Kind]int{},
		earlier: map[[2]string]Doubt{},
	}
	for _, d := range earlier {
		w.earlier[[2]string{d.Key, string(d.Kind)}] = d
	}
	w.survey()
	if w.alike[KindDistant] > 0 {
		w.chain = chainOf(items, w.today)
	}
	return w
}

// survey looks at what the items are together.
func (w *weighing) survey() {
	w.kinds = make([]Kind, len(w.items))
	for i, it := range w.items {
		k := w.kindOf(it)
		w.kinds[i] = k
		w.alike[k]++
		w.missing += one(k == KindAbsent)
		w.listed += one(it.Before != nil && it.Now != nil)
	}
	w.loneZone()
	w.continueDoubts()
	w.allOff = w.alike[KindCancelled] > 0 && w.listed > lone
	for i, it := range w.items {
		w.surveyStatus(it, w.kinds[i])
		if w.kinds[i] == KindZone {
			usual, night := w.hoursOf(it)
			w.usual += usual / float64(w.alike[KindZone])
			w.night += night / float64(w.alike[KindZone])
		}
	}
	if w.isStatusMisread() {
		w.misreadStatus()
	}
}

// isStatusMisread reports whether what is called off looks like a status that is misread:
// most of the list is, and with it what nobody calls off; or all of it is, and hardly a
// title says so; or it was doubted at the poll before, and what comes into such a list is
// called off like the rest. A few that are called off among many that are not are no such
// list.
func (w *weighing) isStatusMisread() bool {
	if 2*w.off <= w.shown {
		return false
	}
	doubted := w.alike[KindStatus] > 0
	all := w.allOff && 2*w.worded < w.alike[KindCancelled]
	return slices.Contains([]bool{w.overToo, w.newToo, all, doubted}, true)
}

func (w *weighing) setKind(i int, k Kind) {
	w.alike[w.kinds[i]]--
	w.kinds[i] = k
	w.alike[k]++
}

// misreadStatus takes what is called off by its status alone for a status that may be
// misread: what nobody calls off (all of a list, what is over, what is new) is as well.
func (w *weighing) misreadStatus() {
	for i, it := range w.items {
		if w.kinds[i] == KindCancelled && !it.Worded {
			w.setKind(i, KindStatus)
		}
	}
}

// surveyStatus notes what is called off that nobody calls off: what is over, and what
// nobody had announced before.
func (w *weighing) surveyStatus(it Item, k Kind) {
	if it.Now == nil {
		return
	}
	w.shown++
	if it.Now.Status != event.Cancelled {
		w.allOff = false
		return
	}
	w.off++
	w.newToo = w.newToo || k == KindNew && !it.Worded
	if k == KindCancelled {
		w.overToo = w.overToo || !w.isAhead(it.Now) && !it.Worded
		w.worded += one(it.Worded)
	}
}

// weigh returns what is thought of one item. company is the share of the listed items
// that are in doubt.
func (w *weighing) weigh(it Item, k Kind, company float64) Opinion {
	o := Opinion{Item: it, Doubt: w.doubt(it, k), Believed: true}
	if k == KindSame {
		return o
	}
	o.Features = w.features(it, k, o.Doubt, company)
	o.LogOdds = logOdds(o.Features)
	o.Believed = o.LogOdds >= 0 || w.poll.At.Sub(o.Doubt.Since) >= mostDays*24*time.Hour
	if !o.Believed {
		o.Until = w.bound(o.Doubt)
	}
	return o
}

// doubt returns an item as a doubt, which continues one of before that says the same.
func (w *weighing) doubt(it Item, k Kind) Doubt {
	d := Doubt{
		Key:   it.Key,
		Kind:  k,
		Said:  said(k, it),
		Since: w.poll.At,
		Polls: 1,
		Title: titleOf(it),
	}
	old, ok := w.earlier[[2]string{d.Key, string(d.Kind)}]
	if ok && old.Said == d.Said {
		d.Since, d.Polls = old.Since, old.Polls+1
	}
	if it.Missed >= d.Polls {
		d.Since, d.Polls = it.Since, it.Missed+1
	}
	return d
}

func titleOf(it Item) string {
	if it.Before != nil {
		return it.Before.Title
	}
	return it.Now.Title
}

func logOdds(features []Feature) (sum float64) {
	for _, f := range features {
		sum += f.Counts()
	}
	return sum
}

// mostDays is for how long anything is doubted.
const mostDays = 30

// slips are the kinds that mostly are wrong for a poll or two: an editor's slip, an old
// copy, half a list. What is misread stays so until someone repairs it.
var slips = map[Kind]bool{
	KindMoved:     true,
	KindCancelled: true,
	KindAbsent:    true,
	KindStale:     true,
	KindPlace:     true,
}

// repetition returns the features that grow from poll to poll, for a week. Polls
// of one day are hardly more than one: they see the same copy, the same slip.
func repetition(k Kind, polls int, over time.Duration) []Feature {
	var all []Feature
	if slips[k] && polls > 1 {
		all = append(all, Feature{"said twice", 1})
	}
	if slips[k] && polls > 2 && over >= 24*time.Hour {
		all = append(all, Feature{"said thrice, over a day", 1})
	}
	if k == KindStatus && over >= week {
		all = append(all, Feature{"said for a week", 1})
	}
	return all
}

const week = 7 * 24 * time.Hour

// bound returns when a doubt ends at the latest, polled once a day.
func (w *weighing) bound(d Doubt) time.Time {
	fixed := d.LogOdds - logOdds(repetition(d.Kind, d.Polls, w.poll.At.Sub(d.Since)))
	held := int(math.Ceil(w.poll.At.Sub(d.Since).Hours() / 24))
	for day := held; day < mostDays; day++ {
		polls := d.Polls + day - held
		if fixed+logOdds(repetition(d.Kind, polls, time.Duration(day)*24*time.Hour)) >= 0 {
			return d.Since.AddDate(0, 0, day)
		}
	}
	return d.Since.AddDate(0, 0, mostDays)
}

func ratio(n, of int) float64 {
	if of == 0 {
		return 0
	}
	return float64(n) / float64(of)
}
