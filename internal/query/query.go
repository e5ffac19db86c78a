// Package query answers for the one language in which a reader asks for events,
// the same on the command line, in the address of a feed and on a page:
//
//	KVM "仮想化友の会"          words and phrases of title, community, venue, text
//	area:東京 is:online        fields
//	-status:cancelled          except
//	(KVM OR Xen) after:today   one of, and groups; terms beside each other must all hold
//
// ASCII words match from a word's start, Japanese anywhere; width, case and kana
// count for nothing. A query that says nothing of type: asks for type:event.
package query

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/source"
)

// The bounds of a query.
const (
	MaxRunes = 1000
	MaxTerms = 16
	MaxDepth = 8
)

// An Env is where and when a question is asked.
type Env struct {
	Now time.Time
	// Zone is the reader's: its days are meant. nil is Asia/Tokyo.
	Zone *time.Location
	// Assumed is how long a timed event without an end counts as lasting; 0 is
	// 2 hours.
	Assumed time.Duration
}

func (e Env) withDefaults() Env {
	if e.Zone == nil {
		e.Zone = event.Tokyo
	}
	if e.Assumed == 0 {
		e.Assumed = 2 * time.Hour
	}
	e.Now = e.Now.In(e.Zone)
	return e
}

// An Error is a query that does not parse.
type Error struct {
	// Column is the place in characters, from 1.
	Column int
	// Problem says what is wrong there, Hint what to use; Hint may be "".
	Problem, Hint string
}

func (e *Error) Error() string {
	s := fmt.Sprintf("query, column %d: %s", e.Column, e.Problem)
	if e.Hint != "" {
		s += "; " + e.Hint
	}
	return s
}

// A Query is a question that was understood. The zero Query asks for all events
// of type:event.
type Query struct {
	root node
	env  Env
	// typed is set where the question speaks of types.
	typed bool
}

// Empty reports whether q asks for nothing in particular.
func (q Query) Empty() bool { return q.root == nil }

// String returns the canonical form: equal questions have equal forms, and it
// parses to the same question. Days that are told from today stay so.
func (q Query) String() string {
	if q.root == nil {
		return ""
	}
	return q.root.text()
}

// Match reports whether e answers q; c is its community, nil where unknown.
func (q Query) Match(e event.Event, c *source.Community) bool {
	d := passing(e, c)
	return q.MatchDoc(&d)
}

// MatchDoc is Match on a prepared event.
func (q Query) MatchDoc(d *Doc) bool {
	if !q.typed && d.kind != event.TypeEvent {
		return false
	}
	return q.root == nil || q.root.match(d, &q.env)
}

// Bounds are what a store can choose by before events are matched one by one.
// They let through everything that matches, and more.
type Bounds struct {
	// From and Until: an event that matches is not over before From and starts
	// before Until. Zero where the query sets none.
	From, Until time.Time
	// Communities are the ids, names or readings (folded) of which one must be
	// the event's community's; nil for any.
	Communities []string
}

// Bounds returns what of q a store can choose by.
func (q Query) Bounds() Bounds {
	if q.root == nil {
		return Bounds{}
	}
	return q.root.bounds(&q.env)
}

// both returns the bounds of two questions that must both hold.
func (b Bounds) both(o Bounds) Bounds {
	b.From = later(b.From, o.From)
	b.Until = earlierEnd(b.Until, o.Until)
	if b.Communities == nil {
		b.Communities = o.Communities
	}
	return b
}

// either returns the bounds of two questions of which one must hold.
func (b Bounds) either(o Bounds) Bounds {
	b.From = earlier(b.From, o.From)
	b.Until = laterEnd(b.Until, o.Until)
	if b.Communities == nil || o.Communities == nil {
		b.Communities = nil
		return b
	}
	b.Communities = slices.Concat(b.Communities, o.Communities)
	return b
}

func earlier(
	a, b time.Time,
) time.Time {
	return slices.MinFunc([]time.Time{a, b}, time.Time.Compare)
}

func later(
	a, b time.Time,
) time.Time {
	return slices.MaxFunc([]time.Time{a, b}, time.Time.Compare)
}

// earlierEnd is earlier of two ends, of which the zero time is the latest.
func earlierEnd(a, b time.Time) time.Time {
	if a.IsZero() || b.IsZero() {
		return later(a, b)
	}
	return earlier(a, b)
}

// laterEnd is later of two ends, of which the zero time is the latest.
func laterEnd(a, b time.Time) time.Time {
	if a.IsZero() || b.IsZero() {
		return time.Time{}
	}
	return later(a, b)
}

// A node is a part of a question.
type node interface {
	match(d *Doc, env *Env) bool
	// text returns the canonical form; it stands as one term where it is a leaf.
	text() string
	bounds(env *Env) Bounds
}

type all []node

func (a all) match(d *Doc, env *Env) bool {
	for _, n := range a {
		if !n.match(d, env) {
			return false
		}
	}
	return true
}

func (a all) text() string { return joined(a, " ") }

func (a all) bounds(env *Env) Bounds {
	var b Bounds
	for _, n := range a {
		b = b.both(n.bounds(env))
	}
	return b
}

type anyOf []node

func (a anyOf) match(d *Doc, env *Env) bool {
	return slices.ContainsFunc(a, func(n node) bool { return n.match(d, env) })
}

func (a anyOf) text() string { return joined(a, " OR ") }

func (a anyOf) bounds(env *Env) Bounds {
	b := a[0].bounds(env)
	for _, n := range a[1:] {
		b = b.either(n.bounds(env))
	}
	return b
}

// joined writes the parts of a group, the groups among them in parentheses.
func joined(nodes []node, between string) string {
	parts := make([]string, len(nodes))
	for i, n := range nodes {
		parts[i] = grouped(n)
	}
	return strings.Join(parts, between)
}

func grouped(n node) string {
	switch n.(type) {
	case all, anyOf:
		return "(" + n.text() + ")"
	}
	return n.text()
}

type not struct{ of node }

func (n not) match(d *Doc, env *Env) bool { return !n.of.match(d, env) }
func (n not) text() string                { return "-" + grouped(n.of) }
func (n not) bounds(*Env) Bounds          { return Bounds{} }
