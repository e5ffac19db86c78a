package ledger

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"koyomi/internal/event"
)

// CorrectionKind is what a person said of an event.
type CorrectionKind string

// The kinds of corrections.
const (
	// CorrectJoin: Event and Other are one gathering.
	CorrectJoin CorrectionKind = "join"
	// CorrectSplit: what Source lists under Key is not Event.
	CorrectSplit CorrectionKind = "split"
	// CorrectHide: Event is not to be shown.
	CorrectHide CorrectionKind = "hide"
	// CorrectEdit: Field of Event is Value, whatever the sources say.
	CorrectEdit CorrectionKind = "edit"
)

// A Correction is a person's word on an event. It outlives every later poll,
// until it is undone.
type Correction struct {
	// ID is given by the store, rising.
	ID   int64          `json:"id"`
	Kind CorrectionKind `json:"kind"`
	At   time.Time      `json:"at"`
	// Event is the UID it is about. Of a join it is the one that lives on, once
	// Correct has decided that.
	Event string `json:"event"`
	// Other is the UID of a join's other event, or of what a split has made.
	Other string `json:"other,omitempty"`
	// Source and Key name the claim that a split takes away.
	Source string `json:"source,omitempty"`
	Key    string `json:"key,omitempty"`
	// Field and Value are an edit's; see Fields. An empty Value empties the field.
	Field string `json:"field,omitempty"`
	Value string `json:"value,omitempty"`
	// Claims are those a join took over, so that undoing returns them.
	Claims []ClaimName `json:"claims,omitempty"`
	// Undone is when it was taken back; zero while it holds.
	Undone time.Time `json:"undone,omitzero"`
	// Note says why, in the person's words.
	Note string `json:"note,omitempty"`
}

// A ClaimName names a claim.
type ClaimName struct {
	Source string `json:"source"`
	Key    string `json:"key"`
}

// Fields are what a person can edit. start and end are written as event.Moment
// writes them, or without a zone as "2026-06-10 19:00".
var Fields = event.Editable()

// NeedOf says which part of the past a correction is applied to.
func NeedOf(c Correction) Need {
	n := Need{UIDs: []string{c.Event}}
	if c.Other != "" {
		n.UIDs = append(n.UIDs, c.Other)
	}
	return n
}

// Correct applies a person's word to the past that NeedOf names; v states the
// moment and the standing of sources, k.Corrections those that hold already. The
// correction comes back as it is to be kept. What cannot be done is an error.
func Correct(c Correction, v Visit, k Known) (Correction, Result, error) {
	b := open(v, k)
	c.At = v.At
	uid, ok := b.live(c.Event)
	if !ok {
		return c, Result{}, fmt.Errorf("%s event %s: no event has that id", c.Kind, c.Event)
	}
	c.Event = uid
	var err error
	switch c.Kind {
	case CorrectJoin:
		err = b.join(&c)
	case CorrectSplit:
		err = b.split(&c)
	case CorrectHide:
	case CorrectEdit:
		d := b.events[uid].Details
		err = edit(&d, c)
	default:
		err = fmt.Errorf(
			"%q is not a correction: expected join, split, hide or edit",
			c.Kind,
		)
	}
	if err != nil {
		return c, Result{}, fmt.Errorf("%s event %s: %w", c.Kind, uid, err)
	}
	b.people = peopleOf(append(slices.Clone(k.Corrections), c))
	b.touch(c.Event, "by a person")
	return c, b.close(), nil
}

// Undo takes a correction back. k.Corrections may still hold it.
func Undo(c Correction, v Visit, k Known) (Result, error) {
	rest := slices.DeleteFunc(
		slices.Clone(k.Corrections),
		func(o Correction) bool { return o.ID == c.ID },
	)
	k.Corrections = rest
	b := open(v, k)
	if _, ok := b.events[c.Event]; !ok {
		return Result{}, fmt.Errorf("undo %s: no event has the id %s", c.Kind, c.Event)
	}
	switch c.Kind {
	case CorrectJoin:
		b.unjoin(c)
	case CorrectSplit:
		b.unsplit(c)
	}
	uid, _ := b.live(c.Event)
	b.touch(uid, "a person's "+string(c.Kind)+" was undone")
	return b.close(), nil
}

// join makes one event of two: the older UID lives on.
func (b *state) join(c *Correction) error {
	other, ok := b.live(c.Other)
	switch {
	case !ok:
		return fmt.Errorf("no event has the id %s", c.Other)
	case other == c.Event:
		return fmt.Errorf("both ids name the same event already")
	}
	winner, loser := b.elder(c.Event, other)
	for _, cl := range b.claims[loser] {
		c.Claims = append(c.Claims, ClaimName{cl.Source, cl.Key})
	}
	c.Event, c.Other = winner, loser
	b.merge(loser, winner, "joined by a person")
	return nil
}

// unjoin returns the other event its claims back.
func (b *state) unjoin(c Correction) {
	e, ok := b.events[c.Other]
	if !ok || e.MergedInto == "" {
		return
	}
	e.MergedInto = ""
	b.events[c.Other] = e
	from, _ := b.live(c.Event)
	for _, cl := range slices.Clone(b.claims[from]) {
		if slices.Contains(c.Claims, ClaimName{cl.Source, cl.Key}) {
			b.repoint(cl, c.Other)
		}
	}
	b.touch(c.Other, "a person's join was undone")
}

// split takes a claim away into an event of its own.
func (b *state) split(c *Correction) error {
	at := slices.IndexFunc(
		b.claims[c.Event],
		func(cl event.Claim) bool { return cl.Source == c.Source && cl.Key == c.Key },
	)
	if at < 0 {
		return fmt.Errorf("%s does not list it under %q", c.Source, c.Key)
	}
	if len(b.claims[c.Event]) == 1 {
		return fmt.Errorf("only %s lists it: there is nothing to split off", c.Source)
	}
	cl := b.claims[c.Event][at]
	c.Other = newUID("split\n" + c.Event + "\n" + c.Source + "\n" + c.Key)
	if e, again := b.events[c.Other]; again {
		e.MergedInto = ""
		b.events[c.Other] = e
	} else {
		b.events[c.Other] = event.Event{
			UID:       c.Other,
			Community: b.events[c.Event].Community,
			Details:   cl.Listing.Details,
		}
	}
	b.repoint(cl, c.Other)
	b.splitOff[c.Other] = c.Event
	b.touch(c.Other, "split from "+c.Event+" by a person")
	return nil
}

// unsplit brings what was split off back: the whole event, or, where others have
// come to list it meanwhile, the claim alone.
func (b *state) unsplit(c Correction) {
	e, ok := b.events[c.Other]
	if !ok || e.MergedInto != "" {
		return
	}
	winner, ok := b.live(c.Event)
	if !ok || winner == c.Other {
		return
	}
	for _, cl := range b.claims[c.Other] {
		if current(cl) && (cl.Source != c.Source || cl.Key != c.Key) {
			b.repointNamed(c, winner)
			return
		}
	}
	b.merge(c.Other, winner, "a person's split was undone")
}

// repointNamed moves the claim that a split named back to an event.
func (b *state) repointNamed(c Correction, uid string) {
	for _, cl := range slices.Clone(b.claims[c.Other]) {
		if cl.Source == c.Source && cl.Key == c.Key {
			b.repoint(cl, uid)
		}
	}
	b.touch(c.Other, "a person's split was undone")
}

// people are the corrections that hold, ready to look up.
type people struct {
	// keys are the claims that are not an event: by event, source and key; pairs
	// are the events that are not each other.
	keys  map[[3]string]bool
	pairs map[[2]string]bool
	hides map[string]bool
	edits map[string][]Correction
}

func peopleOf(corrections []Correction) people {
	p := people{
		keys:  map[[3]string]bool{},
		pairs: map[[2]string]bool{},
		hides: map[string]bool{},
		edits: map[string][]Correction{},
	}
	for _, c := range corrections {
		switch c.Kind {
		case CorrectSplit:
			p.keys[[3]string{c.Event, c.Source, c.Key}] = true
			p.pairs[[2]string{c.Event, c.Other}], p.pairs[[2]string{c.Other, c.Event}] = true, true
		case CorrectHide:
			p.hides[c.Event] = true
		case CorrectEdit:
			p.edits[c.Event] = append(p.edits[c.Event], c)
		}
	}
	return p
}

// apart reports whether a person said that a source's listing is not the event.
func (p people) apart(
	uid, source, key string,
) bool {
	return p.keys[[3]string{uid, source, key}]
}

// strangers reports whether a person said that two events are not one.
func (p people) strangers(a, b string) bool { return p.pairs[[2]string{a, b}] }

// correct puts a person's edits on top of what the sources say.
func (b *state) correct(e *event.Event) {
	for _, uid := range b.aliases(e.UID) {
		for _, c := range b.people.edits[uid] {
			// It could be applied when it was made; a source cannot make it wrong.
			_ = edit(&e.Details, c)
		}
		e.Withdrawn = e.Withdrawn || b.people.hides[uid]
	}
}

// aliases are the UIDs at hand that live on under uid, and uid itself, last.
func (b *state) aliases(uid string) []string {
	var all []string
	for _, other := range b.mergedInto[uid] {
		if b.events[other].MergedInto == uid {
			all = append(all, b.aliases(other)...)
		}
	}
	slices.Sort(all)
	return append(all, uid)
}

// edit sets one field to a person's value.
func edit(d *event.Details, c Correction) error {
	f := event.FieldNamed(c.Field)
	if f == nil || f.Edit == nil {
		return fmt.Errorf(
			"no field %q: %s can be edited",
			c.Field,
			strings.Join(Fields, ", "),
		)
	}
	return f.Edit(d, c.Value)
}
