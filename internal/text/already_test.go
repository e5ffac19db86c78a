package text

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestURLPlain holds that an address which is taken for canonical is: that it comes
// out of the whole of URL as it is.
func TestURLPlain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.SampledFrom([]string{"http://", "https://", "HTTP://"}).Draw(t, "scheme") +
			strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{"a", "example", ".", "-", "1", "xn--", ".jp", "/", "//", "..", "/url", "%41", "?", "~", "_", "A", ":80", "@"}), 0, 8).Draw(t, "parts"), "")
		ref := strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{"/", "a", ".", "-", "..", "?", "#", "%e3", ":"}), 0, 5).Draw(t, "ref"), "")
		got, err := URL(s, ref)
		if want, wrong := urlOf(s, ref); got != want || (err == nil) != (wrong == nil) {
			t.Fatalf("%q on %q is %q, %v, but the whole way %q, %v", ref, s, got, err, want, wrong)
		}
		if !isCanonical(s) {
			return
		}
		if got, err := urlOf("https://base.example/x", s); err != nil || got != s {
			t.Fatalf("%q is taken for canonical, but comes out as %q, %v", s, got, err)
		}
	})
}

// TestSettled holds that lines which are taken for clean are: that cleaning them
// changes nothing.
func TestSettled(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{"a", "漢", "か", "\n", " ", "\u3000", "\u200b", "ﾊ", "。"}), 0, 12).Draw(t, "parts"), "")
		if settled(s) && clean(s, true) != s {
			t.Fatalf("%q is taken for clean, but cleaned it is %q", s, clean(s, true))
		}
	})
}
