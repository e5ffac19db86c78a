package source

import (
	"testing"
	"time"
)

func TestDurationIsWrittenAsPeopleDo(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"90m": 90 * time.Minute, "4h": 4 * time.Hour, "3d": 72 * time.Hour, "1d12h": 36 * time.Hour, "2w": 14 * day,
		"1h30m": 90 * time.Minute, "0s": 0, "-1h": -time.Hour, "1ns": 1, "1y": 365 * day, "-2d": -48 * time.Hour, "400d": 400 * day,
		"300y": 1<<63 - 1, "99999999999999999999h": 1<<63 - 1, "-99999999999999999999d": -(1<<63 - 1),
	} {
		var d Duration
		if err := d.UnmarshalText([]byte(text)); err != nil || time.Duration(d) != want {
			t.Errorf("%s: %v, %v", text, time.Duration(d), err)
		}
	}
	for _, text := range []string{"", "soon", "4", "h", "1d-2h", "1x", "d", "4 h", "1dd", "１d", "0x1d", "1e3h", "--1d", "1d12"} {
		var d Duration
		if err := d.UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q is taken for %v", text, time.Duration(d))
		}
	}
	for d, want := range map[time.Duration]string{90 * time.Minute: "1h30m", 4 * time.Hour: "4h", 72 * time.Hour: "3d", 0: "0s", 36 * time.Hour: "36h", 2 * time.Second: "2s", 10 * time.Minute: "10m"} {
		if got := Duration(d).String(); got != want {
			t.Errorf("%v is written %s, want %s", d, got, want)
		}
	}
}

func TestHost(t *testing.T) {
	for url, want := range map[string]string{
		"https://bpstudy.connpass.com/ja.atom":   "connpass.com",
		"https://www.interop.jp/{year}/":         "interop.jp",
		"https://{year}.pycon.jp/":               "pycon.jp",
		"https://www.example.co.jp./":            "example.co.jp",
		"http://127.0.0.1:8081/a":                "127.0.0.1:8081",
		"http://[::1]:8081/a":                    "[::1]:8081",
		"https://a.github.io/x":                  "a.github.io",
		"":                                       "",
		"https://api.example.com/?y={last_year}": "example.com",
	} {
		if got := (&Source{URL: url}).Host(); got != want {
			t.Errorf("%s: %s, want %s", url, got, want)
		}
	}
}

func TestForbidden(t *testing.T) {
	for _, c := range []struct {
		url     string
		ack     string
		allowed bool
	}{
		{"https://bpstudy.connpass.com/", "", false},
		{"https://connpass.com/event/1/", "", false},
		{"https://CONNPASS.COM.:443/event/1/", "", false},
		{"https://bpstudy.connpass.com/", "written permission of 2026-05-01", true},
		{"https://notconnpass.com/", "", true},
		{"https://connpass.com.example/", "", true},
		{"://", "", false},
	} {
		s := &Source{Acknowledge: c.ack}
		if err := s.Forbidden(c.url); (err == nil) != c.allowed {
			t.Errorf("%s: %v", c.url, err)
		}
	}
}

func TestFingerprintChangesWithAnySetting(t *testing.T) {
	a, b := &Source{ID: "a", Schedule: "@daily"}, &Source{ID: "a", Schedule: "@daily", MaxDuration: Duration(time.Hour)}
	if a.Fingerprint() == b.Fingerprint() || a.Fingerprint() != (&Source{ID: "a", Schedule: "@daily"}).Fingerprint() {
		t.Error("a fingerprint does not name a definition")
	}
}

func TestCheckURLTakesWhatIsAnAddress(t *testing.T) {
	for _, u := range []string{"https://a.example/", "http://127.0.0.1:8080/x?y=z", "https://日本語.jp/", "http://[::1]:8443/", "https://a.example:443", "http://xn--wgv71a119e.jp/#a"} {
		if wrong := CheckURL(u); wrong != "" {
			t.Errorf("%s: %s", u, wrong)
		}
	}
	for _, u := range []string{"", "a", "//a.example/", "https://", "https://?x", "mailto:a@b.example", "data:text/html,x", "https://a.example:0/", "https://a b.example/", "http://[fe80::1%eth0]/", "https://a.example:21/", "HTTPS//x", "http://a.example:65536/", "http://user@a.example/"} {
		if CheckURL(u) == "" {
			t.Errorf("%s is taken", u)
		}
	}
}
