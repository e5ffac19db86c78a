package digest

import (
	"slices"
	"strconv"
	"strings"

	"koyomi/internal/event"
)

// Alerted is what a reader was told at once: of an event, all up to a change.
type Alerted struct {
	UID  string
	Upto int64
}

// FormatAlerted writes what a reader was told at once, for Reader.Alerts.
func FormatAlerted(all []Alerted) string {
	lines := make([]string, len(all))
	for i, a := range all {
		lines[i] = strconv.FormatInt(a.Upto, 10) + " " + a.UID
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// alerted reads what FormatAlerted wrote, by UID: the last change of which the reader
// heard.
func alerted(s string) map[string]int64 {
	all := map[string]int64{}
	for line := range strings.SplitSeq(s, "\n") {
		number, uid, _ := strings.Cut(line, " ")
		if upto, err := strconv.ParseInt(number, 10, 64); err == nil {
			all[uid] = max(all[uid], upto)
		}
	}
	return all
}

// sinceFor returns the net changes that a reader has not heard of: those since the
// cursor, of an event that was told at once those since then.
func (p *Planner) sinceFor(r Reader) []net {
	nets := p.since(r.Cursor)
	if r.Alerts == "" {
		return nets
	}
	told := alerted(r.Alerts)
	var all []net
	for _, n := range nets {
		upto, was := told[n.after.Event.UID]
		if !was || upto <= r.Cursor {
			all = append(all, n)
			continue
		}
		all = append(all, p.netOf(p.changesOf(n.after.Event.UID, upto))...)
	}
	return all
}

// changesOf returns the changes of one event after a change, oldest first.
func (p *Planner) changesOf(uid string, after int64) []event.Change {
	var all []event.Change
	for _, c := range p.in.Changes {
		if c.UID == uid && c.ID > after {
			all = append(all, c)
		}
	}
	return all
}
