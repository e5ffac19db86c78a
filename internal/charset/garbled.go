package charset

import (
	"iter"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
)

// wrongly are the encodings as which UTF-8 is read by mistake.
var wrongly = []encoding.Encoding{charmap.Windows1252, japanese.ShiftJIS}

// minGarbled is how many characters a run needs: shorter ones occur by chance, as
// "Ã©" in a text about encodings.
const minGarbled = 4

// Garbled reports whether a text looks like UTF-8 that was once read in another
// encoding ("縺薙ｓ縺ｫ" for こんに, "ã\u0081“ã‚“" likewise): written back in that
// encoding, most of its characters beyond ASCII are Japanese. Characters that were
// lost on the way (U+FFFD) count with their neighbours.
func Garbled(s string) bool {
	garbled, all := 0, 0
	for run := range foreignRuns(s) {
		n := utf8.RuneCountInString(run)
		all += n
		if n >= minGarbled && isMisread(run) {
			garbled += n
		}
	}
	return garbled > 0 && garbled*2 > all
}

// foreignRuns yields the runs of characters beyond ASCII.
func foreignRuns(s string) iter.Seq[string] {
	return strings.FieldsFuncSeq(s, func(r rune) bool { return r < utf8.RuneSelf })
}

// isMisread reports whether a run written in one of the encodings is UTF-8 with
// Japanese in it.
func isMisread(run string) bool {
	return slices.ContainsFunc(wrongly, func(e encoding.Encoding) bool {
		return measure(written(e, run), utf8Name).outweighs(2)
	})
}

// lost stands for an octet that was lost: like nearly all octets of Japanese in
// UTF-8 it continues a character.
const lost = 0x81

// written returns the octets of a text in an encoding, without the characters that
// the encoding does not have.
func written(e encoding.Encoding, s string) []byte {
	enc := e.NewEncoder()
	var body []byte
	for _, r := range s {
		b, err := enc.Bytes([]byte(string(r)))
		switch {
		case r == utf8.RuneError:
			body = append(body, lost)
		case err == nil:
			body = append(body, b...)
		case r < 0x100: // the C1 controls that windows-1252 leaves out
			body = append(body, byte(r))
		}
	}
	return body
}
