package health

import (
	"strings"
	"testing"
)

// usual are ten good polls of n listings each.
func usual(n int) []Figures {
	past := make([]Figures, 10)
	for i := range past {
		past[i] = Figures{Read: n, Dated: n, Titled: n, Placed: n}
	}
	return past
}

func TestJudge(t *testing.T) {
	for _, c := range []struct {
		name  string
		now   Figures
		past  []Figures
		state State
		cause Cause
	}{
		{"believes a first poll", Figures{Read: 3}, nil, Applied, ""},
		{"believes an empty first poll", Figures{}, nil, Applied, ""},
		{"believes as many as usual", Figures{Read: 10}, usual(10), Applied, ""},
		{"holds an empty one after a full one", Figures{}, usual(1), Held, CauseEmpty},
		{"believes empty after empty", Figures{}, append([]Figures{{}}, usual(2)...), Applied, ""},
		{"holds less than half", Figures{Read: 4}, usual(10), Held, CauseShrunk},
		{"believes half", Figures{Read: 5}, usual(10), Applied, ""},
		{"believes one of three: two fewer is no loss", Figures{Read: 1}, usual(3), Applied, ""},
		{"holds items that cannot be read any more", Figures{Read: 4, Rejected: 6}, usual(4), Held, CauseUndated},
		{"believes a source of which little can ever be read", Figures{Read: 4, Rejected: 6}, []Figures{{Read: 4, Rejected: 6}}, Applied, ""},
		{"believes many more", Figures{Read: 100}, usual(10), Applied, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := Judge(c.now, c.past)
			if v.State != c.state || v.Cause != c.cause {
				t.Errorf("got %s (%s), want %s (%s)", v.State, v.Cause, c.state, c.cause)
			}
			if v.State == Held && !strings.ContainsAny(v.Words, "0123456789") {
				t.Errorf("the words %q do not say what was usual", v.Words)
			}
		})
	}
}
