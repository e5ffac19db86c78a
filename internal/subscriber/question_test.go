package subscriber

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"
)

// TestCrowdIsAskedForWork: beyond the limits nobody is sent away: work or patience pays,
// each answer once, of this gate alone, while it is fresh.
func TestCrowdIsAskedForWork(t *testing.T) {
	now := time.Date(2026, 11, 30, 10, 0, 0, 0, time.UTC)
	g := new(Gate)
	at := func(i int) netip.Addr { return netip.AddrFrom4([4]byte{198, 51, byte(i), 1}) }
	for i := range AllAsks {
		if v := g.Pass(at(i), "", now); v != Welcome {
			t.Fatalf("ask %d: %v", i, v)
		}
	}
	from := netip.MustParseAddr("203.0.113.9")
	if v := g.Pass(from, "", now); v != Crowded {
		t.Fatalf("one too many: %v", v)
	}
	q := g.Question(from, now)
	solved := q.Solve()
	other := new(Gate)
	other.Question(from, now)
	for name, c := range map[string]struct {
		answer string
		after  time.Duration
	}{
		"no work":              {q.Text, 0},
		"a wrong number":       {q.Text + ".x", time.Minute},
		"less patience":        {q.Text, Wait - time.Second},
		"too late":             {solved, questionFor + time.Second},
		"fewer bits":           {strings.Replace(q.Text, "-16-", "-01-", 1) + ".1", 0},
		"of another gate":      {other.Question(from, now).Solve(), 0},
		"nothing of the kind":  {"-.1", 0},
		"another sort of text": {"a-b-c-d.1", 0},
	} {
		h := new(Gate)
		h.forget(now)
		h.key, h.all = g.key, append([]time.Time(nil), g.all...)
		for i := range h.all {
			h.all[i] = now.Add(c.after)
		}
		if v := h.Pass(from, c.answer, now.Add(c.after)); v != Crowded {
			t.Errorf("%s: %v", name, v)
		}
	}
	if v := g.Pass(from, solved, now); v != Welcome {
		t.Errorf("work: %v", v)
	}
	if v := g.Pass(from, solved, now); v != Crowded {
		t.Errorf("the same work again: %v", v)
	}
	patient := g.Question(from, now)
	if v := g.Pass(from, patient.Text, now.Add(Wait)); v != Welcome {
		t.Errorf("patience: %v", v)
	}
	again := g.Question(from, now)
	if v := g.Pass(from, again.Text, now.Add(Wait+time.Minute)); v != Crowded {
		t.Errorf("the same network's patience a minute later: %v", v)
	}
	if v := g.Pass(at(250), again.Text, now.Add(Wait+time.Minute)); v != Welcome {
		t.Errorf("another network's: %v", v)
	}
}

// TestNetworkIsAskedForMoreWork: the more a network asks the more each costs.
func TestNetworkIsAskedForMoreWork(t *testing.T) {
	now := time.Date(2026, 11, 30, 10, 0, 0, 0, time.UTC)
	g, from := new(Gate), netip.MustParseAddr("203.0.113.9")
	for range NetworkAsks {
		g.Pass(from, "", now)
	}
	if v, q := g.Pass(from, "", now), g.Question(from, now); v != TooMany || q.Bits != least {
		t.Errorf("%v, %d bits", v, q.Bits)
	}
	for range 4 * NetworkAsks {
		n := Network(from)
		g.asks[n] = append(g.asks[n], now)
	}
	if q := g.Question(from, now); q.Bits != least+2 {
		t.Errorf("%d bits for the fivefold", q.Bits)
	}
	if q := g.Question(from, now.Add(2*time.Hour)); q.Bits != least {
		t.Errorf("%d bits two hours later", q.Bits)
	}
}

// TestCanonical: what limits count as one address.
func TestCanonical(t *testing.T) {
	for in, want := range map[Address]string{
		"John.Doe+news@example.org": "johndoe@example.org", "j.d@googlemail.com": "jd@gmail.com", "+x@example.org": "+x@example.org",
		"a..b@docomo.ne.jp": "ab@docomo.ne.jp", "...@example.org": "...@example.org", "a+b+c@example.org": "a@example.org",
	} {
		if got := in.Canonical(); got != want {
			t.Errorf("%s is counted as %s, want %s", in, got, want)
		}
	}
	s := Secret(fmt.Sprintf("%032d", 1))
	same, other := netip.MustParseAddr("203.0.113.200"), netip.MustParseAddr("203.0.114.9")
	first := string(s.Asker(netip.MustParseAddr("203.0.113.9")))
	if first != string(s.Asker(same)) || first == string(s.Asker(other)) {
		t.Error("a network is not one asker")
	}
}
