package subscriber

import (
	"crypto/rand"
	"net/netip"
	"strings"
	"testing"
	"time"

	"koyomi/internal/event"
)

var now = time.Date(2026, 11, 26, 7, 0, 0, 0, event.Tokyo)

// TestWishes: what can be wished for, and what is said where it cannot.
func TestWishes(t *testing.T) {
	good := Wish{Zone: "Asia/Tokyo", Minute: 420, Lang: "ja", Format: Both}
	for _, c := range []struct {
		name   string
		change func(*Wish)
		wrong  string
	}{
		{"as it comes", func(*Wish) {}, ""},
		{"a filter", func(w *Wish) { w.Query = "area:東京 -LT" }, ""},
		{"a filter that does not parse", func(w *Wish) { w.Query = "area:東京 (" }, "the filter"},
		{"a long filter", func(w *Wish) { w.Query = strings.Repeat("長", 200) }, "longer"},
		{"no zone", func(w *Wish) { w.Zone = "" }, "zone"},
		{"a zone that is none", func(w *Wish) { w.Zone = "../etc" }, "zone"},
		{"the machine's zone", func(w *Wish) { w.Zone = "Local" }, "zone"},
		{"a minute", func(w *Wish) { w.Minute = 1440 }, "minute"},
		{"a language", func(w *Wish) { w.Lang = "de" }, "language"},
		{"a format", func(w *Wish) { w.Format = "pdf" }, "format"},
	} {
		w := good
		c.change(&w)
		_, err := w.Checked(now)
		if (err == nil) != (c.wrong == "") || err != nil && !strings.Contains(err.Error(), c.wrong) {
			t.Errorf("%s: %v, want %q", c.name, err, c.wrong)
		}
	}
}

// TestHours: times of day, read and written.
func TestHours(t *testing.T) {
	for in, want := range map[string]string{"07:00": "07:00", "7": "07:00", "7:05": "07:05", "23:59": "23:59", "24:00": "", "7:5": "", "-1": "", "": "", "7:60": "", "07:00:00": ""} {
		m, err := ParseHour(in)
		if (err == nil) != (want != "") || err == nil && Hour(m) != want {
			t.Errorf("%q = %d, %v; want %q", in, m, err, want)
		}
	}
}

// TestTokens: a token is of one subscription and generation, a Message-ID of one
// subscriber and date, and neither tells the secret it was made from.
func TestTokens(t *testing.T) {
	day := event.DateOf(now)
	s, other := Secret(strings.Repeat("a", SecretLen)), Secret(strings.Repeat("b", SecretLen))
	seen := map[string]bool{}
	for _, token := range []string{s.Leave(1, 1), s.Leave(1, 2), s.Leave(2, 1), s.Leave(11, 1), s.Leave(1, 11), other.Leave(1, 1)} {
		if seen[token] || len(token) != TokenLen || strings.ContainsAny(token, "+/=.") {
			t.Errorf("token %q", token)
		}
		seen[token] = true
	}
	first, again := s.Leave(1, 1), s.Leave(1, 1)
	id, same := s.MessageID(1, day, "koyomi.example"), s.MessageID(1, day, "koyomi.example")
	if first != again || id != same {
		t.Error("a token or a Message-ID differs when it is made again")
	}
	for _, id := range []string{s.MessageID(1, day, "koyomi.example"), s.MessageID(1, day.Add(1), "koyomi.example"), s.MessageID(2, day, "koyomi.example"), s.OtherID("x", "koyomi.example")} {
		if seen[id] || !strings.HasPrefix(id, "<") || !strings.HasSuffix(id, "@koyomi.example>") {
			t.Errorf("Message-ID %q", id)
		}
		seen[id] = true
	}
	a, err := NewToken(rand.Reader)
	b, err2 := NewToken(rand.Reader)
	if err != nil || err2 != nil || a == b || len(a) != TokenLen || len(Hash(a)) != 32 {
		t.Errorf("tokens %q, %q, %v, %v", a, b, err, err2)
	}
	if _, err := NewToken(strings.NewReader("short")); err == nil {
		t.Error("a token was drawn from too little chance")
	}
}

// TestGate: one network may ask five times an hour, everybody together 200 times.
func TestGate(t *testing.T) {
	g := new(Gate)
	ask := func(from string, at time.Time) Verdict { return g.Pass(netip.MustParseAddr(from), "", at) }
	for i := range NetworkAsks {
		from := []string{"192.0.2.1", "192.0.2.200", "::ffff:192.0.2.3"}[i%3]
		if v := ask(from, now); v != Welcome {
			t.Fatalf("ask %d: %v", i, v)
		}
	}
	if ask("192.0.2.9", now) != TooMany {
		t.Error("a sixth of the same /24 passed")
	}
	if ask("192.0.3.9", now) != Welcome {
		t.Error("the next /24 did not pass")
	}
	if ask("192.0.2.9", now.Add(61*time.Minute)) != Welcome {
		t.Error("an hour later it did not pass")
	}
	if ask("192.0.2.9", now.Add(-24*time.Hour)) != Welcome {
		t.Error("a clock set back shut it for good")
	}
	g = new(Gate)
	for range NetworkAsks {
		ask("2001:db8::1", now)
	}
	if ask("2001:db8::ffff:1", now) != TooMany || ask("2001:db8:0:1::1", now) != Welcome {
		t.Error("a /64 is not told from the next")
	}
	g = new(Gate)
	for i := range AllAsks {
		if v := ask(netip.AddrFrom4([4]byte{10, byte(i), byte(i), 1}).String(), now); v != Welcome {
			t.Fatalf("ask %d: %v", i, v)
		}
	}
	if ask("198.51.100.1", now) != Crowded {
		t.Error("one too many passed")
	}
}
