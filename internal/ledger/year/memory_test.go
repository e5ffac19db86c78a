package year

import (
	"context"
	"slices"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/health"
	"koyomi/internal/ledger"
	"koyomi/internal/store"
)

// memory is the part of a store that polling needs, in maps.
type memory struct {
	states  map[string]int // where in all
	all     []store.SourceState
	polls   map[string][]store.Poll // good ones, oldest first
	open    map[string]int64
	held    map[string][]store.Candidate // newest first
	events  map[string]event.Event
	claims  map[[2]string]event.Claim
	on      map[string]map[[2]string]bool // claims by UID
	mine    map[string]map[string]string  // source → key → UID
	days    map[string]map[event.Date]map[string]bool
	blocks  map[string]map[string]bool
	changes []event.Change
	people  []ledger.Correction
	last    int64
	mark    int64
}

func newMemory() *memory {
	return &memory{
		states: map[string]int{}, polls: map[string][]store.Poll{}, open: map[string]int64{},
		held: map[string][]store.Candidate{}, events: map[string]event.Event{}, claims: map[[2]string]event.Claim{},
		on: map[string]map[[2]string]bool{}, mine: map[string]map[string]string{},
		days: map[string]map[event.Date]map[string]bool{}, blocks: map[string]map[string]bool{}, mark: 1,
	}
}

func put[K comparable, V comparable](m map[K]map[V]bool, k K, v V) {
	if m[k] == nil {
		m[k] = map[V]bool{}
	}
	m[k][v] = true
}

func (m *memory) Sources(context.Context) ([]store.SourceState, error) {
	return m.all, nil
}

func (m *memory) Source(_ context.Context, id string) (store.SourceState, error) {
	if at, known := m.states[id]; known {
		return m.all[at], nil
	}
	return store.SourceState{ID: id}, nil
}

func (m *memory) News(context.Context, string, int) ([]time.Time, error) { return nil, nil }

func (m *memory) Good(_ context.Context, source string, limit int) ([]store.Poll, error) {
	all := m.polls[source]
	var last []store.Poll
	for i := len(all) - 1; i >= 0 && len(last) < limit; i-- {
		last = append(last, all[i])
	}
	return last, nil
}

func (m *memory) Candidates(_ context.Context, source string, decided bool) ([]store.Candidate, error) {
	return slices.DeleteFunc(slices.Clone(m.held[source]), func(c store.Candidate) bool { return c.Choice != "" && !decided }), nil
}

func (m *memory) Candidate(_ context.Context, poll int64) (store.Candidate, error) {
	for _, all := range m.held {
		for _, c := range all {
			if c.Poll == poll {
				return c, nil
			}
		}
	}
	return store.Candidate{}, store.ErrNotFound
}

func (m *memory) Mark(context.Context) (int64, error) { return m.mark, nil }

func (m *memory) OpenPoll(_ context.Context, source string, _ time.Time) (int64, error) {
	m.last++
	m.open[source] = m.last
	return m.last, nil
}

func (m *memory) Known(_ context.Context, n store.Need) (store.Known, error) {
	uids := map[string]bool{}
	add := func(uid string) {
		for uid != "" && !uids[uid] {
			e, ok := m.events[uid]
			if !ok {
				return
			}
			uids[uid] = true
			uid = e.MergedInto
		}
	}
	for _, uid := range m.mine[n.Source] {
		if !n.From.IsZero() && m.events[uid].Start.Date.Compare(n.From) >= 0 {
			add(uid)
		}
	}
	for _, key := range n.Keys {
		add(m.mine[n.Source][key])
	}
	if !n.From.IsZero() {
		for d, there := range m.days[n.Community] {
			if d.Compare(n.From) < 0 || d.Compare(n.To) > 0 {
				continue
			}
			for uid := range there {
				add(uid)
			}
		}
	}
	for _, uid := range n.UIDs {
		add(uid)
	}
	for _, b := range n.Blocks {
		for uid := range m.blocks[b] {
			add(uid)
		}
	}
	k := store.Known{Events: make([]event.Event, 0, len(uids)), Claims: make([]event.Claim, 0, 2*len(uids))}
	for uid := range uids {
		k.Events = append(k.Events, m.events[uid])
		for name := range m.on[uid] {
			k.Claims = append(k.Claims, m.claims[name])
		}
		for _, c := range m.people {
			if c.Undone.IsZero() && (c.Event == uid || c.Other == uid && !uids[c.Event]) {
				k.Corrections = append(k.Corrections, c)
			}
		}
	}
	return k, nil
}

func (m *memory) ClosePoll(_ context.Context, o store.Outcome) error {
	id := o.Poll.Source
	if m.open[id] != o.Poll.ID {
		return store.ErrStale
	}
	if o.Mark != 0 && o.Mark != m.mark {
		return store.ErrMark
	}
	delete(m.open, id)
	m.write(o.Writing, o.Poll.ID)
	at, known := m.states[id]
	if !known {
		at = len(m.all)
		m.states[id], m.all = at, append(m.all, o.State)
	}
	m.all[at] = o.State
	good := o.Poll.State == health.Applied || o.Poll.State == health.Unchanged
	if good {
		m.polls[id] = append(m.polls[id], o.Poll)
		if n := len(m.polls[id]); n > 40 {
			m.polls[id] = slices.Clone(m.polls[id][n-20:])
		}
	}
	if len(m.held[id]) > 0 && m.held[id][0].Choice == "" && (good || o.Held != nil) {
		if o.Held != nil {
			m.held[id] = m.held[id][1:]
		} else {
			m.held[id][0].Choice = store.Superseded
		}
	}
	if o.Held != nil {
		m.held[id] = append([]store.Candidate{*o.Held}, m.held[id]...)
	}
	return nil
}

func (m *memory) write(w store.Writing, poll int64) {
	if len(w.Events)+len(w.Claims) > 0 {
		m.mark++
	}
	for _, e := range w.Events {
		old := m.events[e.UID]
		delete(m.days[old.Community][old.Start.Date], e.UID)
		delete(m.blocks[ledger.Block(old.Details)], e.UID)
		m.events[e.UID] = e
		if m.days[e.Community] == nil {
			m.days[e.Community] = map[event.Date]map[string]bool{}
		}
		put(m.days[e.Community], e.Start.Date, e.UID)
		if b := ledger.Block(e.Details); b != "" {
			put(m.blocks, b, e.UID)
		}
	}
	for _, c := range w.Claims {
		name := [2]string{c.Source, c.Key}
		if old, ok := m.claims[name]; ok {
			delete(m.on[old.UID], name)
		}
		m.claims[name] = c
		put(m.on, c.UID, name)
		if m.mine[c.Source] == nil {
			m.mine[c.Source] = map[string]string{}
		}
		m.mine[c.Source][c.Key] = c.UID
	}
	for _, c := range w.Changes {
		c.ID, c.Poll = int64(len(m.changes)+1), poll
		m.changes = append(m.changes, c)
	}
}

func (m *memory) Decide(_ context.Context, d store.Decision) error {
	for source, all := range m.held {
		for i := range all {
			if all[i].Poll == d.Poll {
				m.held[source][i].Choice = d.Choice
				m.write(d.Writing, d.Poll)
				return nil
			}
		}
	}
	return store.ErrNotFound
}

func (m *memory) Amend(_ context.Context, a store.Amendment) (int64, error) {
	m.write(a.Writing, 0)
	if a.Correction.ID == 0 {
		a.Correction.ID = int64(len(m.people) + 1)
		m.people = append(m.people, a.Correction)
		return a.Correction.ID, nil
	}
	m.people[a.Correction.ID-1].Undone = a.Correction.Undone
	return a.Correction.ID, nil
}

func (m *memory) Schedule(context.Context, map[string]time.Time) error { return nil }

func (m *memory) Abandoned(context.Context, time.Time) ([]store.Poll, error) { return nil, nil }

// live follows a UID to the event it lives on under.
func (m *memory) live(uid string) event.Event {
	e := m.events[uid]
	for e.MergedInto != "" {
		e = m.events[e.MergedInto]
	}
	return e
}

// endedAs reports whether a claim on an event was ended for a reason.
func (m *memory) endedAs(uid, why string) bool {
	for name := range m.on[uid] {
		if m.claims[name].Absence.Ended == why {
			return true
		}
	}
	return false
}

// shows reports whether some event that is not withdrawn stands for a gathering: a
// misread one beside it may go.
func (m *memory) shows(w *world, g *gathering) bool {
	for _, c := range m.claims {
		if c.Until.IsZero() && w.traces[c.Listing.Sequence].of == g && !m.live(c.UID).Withdrawn {
			return true
		}
	}
	return false
}

// ForgetPolls keeps all: a year is looked at whole.
func (*memory) ForgetPolls(context.Context, time.Time) (int64, error) { return 0, nil }
