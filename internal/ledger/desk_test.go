package ledger_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/health"
	"koyomi/internal/ledger"
)

// A desk keeps what the ledger says, as a store does, and gives of it what the
// contract of ledger.Known names and nothing more, in an order that says nothing.
type desk struct {
	sources     map[string]ledger.Authority
	events      map[string]event.Event
	claims      map[ledger.ClaimName]event.Claim
	changes     []event.Change
	corrections []ledger.Correction
	opened      time.Time
	dice        *rand.Rand
}

func newDesk(sources map[string]ledger.Authority) *desk {
	return &desk{
		sources: sources, events: map[string]event.Event{}, claims: map[ledger.ClaimName]event.Claim{},
		dice: rand.New(rand.NewPCG(1, 2)),
	}
}

func (d *desk) authority(source string) ledger.Authority { return d.sources[source] }

// known returns the part of the past that n names.
func (d *desk) known(n ledger.Need) (k ledger.Known) {
	uids := map[string]bool{}
	var name func(uid string)
	name = func(uid string) {
		if e, ok := d.events[uid]; ok && !uids[uid] {
			uids[uid] = true
			name(e.MergedInto)
		}
	}
	for _, c := range d.claims {
		recent := n.Source != "" && d.events[c.UID].Start.Date.Compare(n.From) >= 0
		if c.Source == n.Source && (recent || slices.Contains(n.Keys, c.Key)) {
			name(c.UID)
		}
	}
	for uid, e := range d.events {
		near := n.Community != "" && e.Community == n.Community && e.Start.Date.Compare(n.From) >= 0 && e.Start.Date.Compare(n.To) <= 0
		block := ledger.Block(e.Details)
		if near || slices.Contains(n.UIDs, uid) || block != "" && slices.Contains(n.Blocks, block) {
			name(uid)
		}
	}
	for uid := range uids {
		k.Events = append(k.Events, d.events[uid])
	}
	for _, c := range d.claims {
		if uids[c.UID] {
			k.Claims = append(k.Claims, c)
		}
	}
	d.dice.Shuffle(len(k.Events), func(i, j int) { k.Events[i], k.Events[j] = k.Events[j], k.Events[i] })
	d.dice.Shuffle(len(k.Claims), func(i, j int) { k.Claims[i], k.Claims[j] = k.Claims[j], k.Claims[i] })
	for _, c := range d.corrections {
		if c.Undone.IsZero() && (uids[c.Event] || c.Other != "" && uids[c.Other]) {
			k.Corrections = append(k.Corrections, c)
		}
	}
	return k
}

func (d *desk) write(r ledger.Result) {
	for _, e := range r.Events {
		d.events[e.UID] = e
	}
	for _, c := range r.Claims {
		d.claims[ledger.ClaimName{Source: c.Source, Key: c.Key}] = c
	}
	d.changes = append(d.changes, r.Changes...)
}

// visit makes a visit of what a source lists at a moment.
func (d *desk) visit(source string, at time.Time, listings []event.Listing) ledger.Visit {
	if d.opened.IsZero() {
		d.opened = at
	}
	return ledger.Visit{
		Source: source, Community: d.sources[source].Community, Origin: source + ".example", At: at,
		Listings: listings, Authority: d.authority, Founding: at.Sub(d.opened) < 24*time.Hour,
	}
}

// listing is what is usual of a source that shows so many at most, read last at a moment.
func listing(most int, last time.Time) health.Profile {
	return health.Profile{At: last, Recent: []health.Counts{{Read: most}}}
}

// poll has a source list something, and keeps what becomes of it.
func (d *desk) poll(source string, at time.Time, listings []event.Listing) ledger.Result {
	v := d.visit(source, at, listings)
	r := ledger.Reconcile(v, d.known(ledger.NeedFor(v)))
	d.write(r)
	return r
}

// correct keeps a person's word.
func (d *desk) correct(c ledger.Correction, at time.Time) (ledger.Correction, error) {
	c, r, err := ledger.Correct(c, ledger.Visit{At: at, Authority: d.authority}, d.known(ledger.NeedOf(c)))
	if err != nil {
		return c, err
	}
	c.ID = int64(len(d.corrections) + 1)
	d.corrections = append(d.corrections, c)
	d.write(r)
	return c, nil
}

// undo takes a person's word back.
func (d *desk) undo(c ledger.Correction, at time.Time) error {
	r, err := ledger.Undo(c, ledger.Visit{At: at, Authority: d.authority}, d.known(ledger.NeedOf(c)))
	if err != nil {
		return err
	}
	d.corrections[c.ID-1].Undone = at
	d.write(r)
	return nil
}

// live follows a UID to the event it lives on under.
func (d *desk) live(uid string) event.Event {
	e := d.events[uid]
	for e.MergedInto != "" {
		e = d.events[e.MergedInto]
	}
	return e
}

// told tells all events that are not merged into others: what a reader sees, and
// which claims are on each. Without uids, they are told apart by their claims only.
func (d *desk) told(uids bool) string {
	claims := map[string][]string{}
	for _, c := range d.claims {
		if c.Until.IsZero() {
			claims[c.UID] = append(claims[c.UID], c.Source+"/"+c.Key)
		}
	}
	var all []string
	for _, e := range d.events {
		if e.MergedInto != "" || e.Withdrawn && !uids {
			continue
		}
		slices.Sort(claims[e.UID])
		line := fmt.Sprintf("%v %s", claims[e.UID], wordsOf(e))
		if uids {
			line = e.UID + " " + line
		}
		all = append(all, line)
	}
	slices.SortFunc(all, cmp.Compare[string])
	return strings.Join(all, "\n")
}

// wordsOf are all that a reader sees of an event.
func wordsOf(e event.Event) string {
	return fmt.Sprintf("%q %s–%s %s %s %q %q %q %q %v from %v hidden %v", e.Title, e.Start, e.End, e.Status, e.Mode, e.Location, e.URL, e.OnlineURL, e.Description, e.Tags, e.Sources, e.Withdrawn)
}
