package activity

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/text"
)

// A Community is one that may have gone on elsewhere, or as which another one may.
type Community struct {
	ID, Name, URL string
	// Platforms are those on which it announces.
	Platforms []string
	// Events are all that is known of it.
	Events []event.Event
}

// A Move is that a community goes on as another one, on another platform.
type Move struct {
	From string `json:"from"`
	To   string `json:"to"`
	// Evidence says why, in words.
	Evidence []string `json:"evidence"`
}

const (
	// handover is for how long both may announce.
	handover = 45 * day
	// fewestAfter is how many events the new place must have.
	fewestAfter = 1
	// mostSkipped is how many issues of a series may be missing between the two.
	mostSkipped = 3
	// leastName is the shortest name that is a name alone.
	leastName = 3
)

// Moves returns which communities have gone on as another one. That is said where the
// old address is silent since the new one began, and two of three speak for it: a link
// from one to the other, the same name, and issues that go on where the others ended.
// It is for a person to confirm.
func Moves(all []Community) []Move {
	facts := make([]place, len(all))
	byName, byURL := map[string][]int{}, map[string]int{}
	for i, c := range all {
		facts[i] = placeOf(c)
		byName[facts[i].name] = append(byName[facts[i].name], i)
		if facts[i].address != "" {
			byURL[facts[i].address] = i
		}
	}
	var moves []Move
	for i := range facts {
		if m, ok := facts[i].next(facts, byName, byURL); ok {
			moves = append(moves, m)
		}
	}
	slices.SortFunc(
		moves,
		func(a, b Move) int { return cmp.Or(strings.Compare(a.From, b.From), strings.Compare(a.To, b.To)) },
	)
	return moves
}

// A place is what is compared of a community.
type place struct {
	Community
	name, address string
	// found are the moments of the first and the last announcement.
	first, last time.Time
	// low and high are the issues of its series, 0 for none.
	low, high int
	links     []string
}

// lastEvents is how many of a community's latest events are read for links.
const lastEvents = 5

var addresses = text.NewPattern(`https?://[^\s<>"'()（）「」【】、。]+`)

func placeOf(c Community) place {
	p := place{Community: c, name: nameOf(c.Name), address: addressOf(c.URL)}
	slices.SortFunc(
		p.Events,
		func(a, b event.Event) int { return a.Created.Compare(b.Created) },
	)
	for i, e := range p.Events {
		if i == 0 {
			p.first = e.Created
		}
		p.last = e.Created
		if n, err := strconv.Atoi(e.Number); err == nil && n > 0 {
			p.high = max(p.high, n)
			p.low = cmp.Or(min(p.low, n), n)
		}
		isEdge := i < lastEvents || i >= len(p.Events)-lastEvents
		if isEdge && strings.Contains(e.Description, "http") {
			p.links = append(p.links, addresses.FindAllString(e.Description, 20)...)
		}
	}
	for i, l := range p.links {
		p.links[i] = addressOf(l)
	}
	return p
}

// nameOf returns a name's letters and digits, folded.
func nameOf(name string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" -_.・/#!！（）()", r) {
			return -1
		}
		return r
	}, text.Fold(name))
}

// addressOf returns host and path of an address, without what does not tell pages apart.
func addressOf(u string) string {
	u = strings.ToLower(u)
	for _, prefix := range []string{"https://", "http://", "www."} {
		u = strings.TrimPrefix(u, prefix)
	}
	return strings.TrimRight(u, "/")
}

// next returns as which community one has gone on.
func (p place) next(
	all []place,
	byName map[string][]int,
	byURL map[string]int,
) (Move, bool) {
	candidates := map[int]bool{}
	if len([]rune(p.name)) >= leastName {
		for _, i := range byName[p.name] {
			candidates[i] = true
		}
	}
	for _, link := range p.links {
		if i, ok := homeOf(link, byURL); ok {
			candidates[i] = true
		}
	}
	for i := range all {
		if candidates[i] {
			continue
		}
		for _, link := range all[i].links {
			if p.address != "" && within(link, p.address) {
				candidates[i] = true
			}
		}
	}
	var found []Move
	for i := range all {
		if !candidates[i] {
			continue
		}
		if m, ok := p.becomes(all[i]); ok {
			found = append(found, m)
		}
	}
	if len(found) != 1 {
		return Move{}, false // two places at once are no move
	}
	return found[0], true
}

// homeOf finds the community at whose address a link lies.
func homeOf(link string, byURL map[string]int) (int, bool) {
	for at := link; at != ""; at = at[:max(strings.LastIndexByte(at, '/'), 0)] {
		if i, ok := byURL[at]; ok {
			return i, true
		}
	}
	return 0, false
}

func within(link, address string) bool {
	return link == address || strings.HasPrefix(link, address+"/")
}

// becomes reports whether p has gone on as o, with the evidence.
func (p place) becomes(o place) (Move, bool) {
	apart := p.ID != o.ID &&
		!slices.ContainsFunc(
			p.Platforms,
			func(x string) bool { return slices.Contains(o.Platforms, x) },
		)
	known := len(p.Events) > 0 && len(o.Events) >= fewestAfter
	isSilent := p.last.Before(o.first.Add(handover)) && o.last.After(p.last)
	if !apart || !known || !isSilent {
		return Move{}, false
	}
	m := Move{From: p.ID, To: o.ID}
	add := func(holds bool, format string, args ...any) {
		if holds {
			m.Evidence = append(m.Evidence, fmt.Sprintf(format, args...))
		}
	}
	isLinked := slices.ContainsFunc(
		p.links,
		func(l string) bool { return o.address != "" && within(l, o.address) },
	)
	isLinkedBack := slices.ContainsFunc(
		o.links,
		func(l string) bool { return p.address != "" && within(l, p.address) },
	)
	add(isLinked, "it links to %s", o.URL)
	add(isLinkedBack && !isLinked, "%s links to it", o.Name)
	add(p.name == o.name && p.name != "", "both are called %s", o.Name)
	goesOn := p.high > 0 && o.low > p.high && o.low-p.high <= mostSkipped
	add(goesOn, "its series ended with #%d, the other begins with #%d", p.high, o.low)
	if len(m.Evidence) < 2 {
		return Move{}, false
	}
	add(
		true,
		"it announced nothing after %s, the other began on %s",
		dayOf(p.last),
		dayOf(o.first),
	)
	return m, true
}

func dayOf(t time.Time) string { return t.In(event.Tokyo).Format(time.DateOnly) }
