// Package charset answers which encoding bytes are in, so that what comes out is
// UTF-8. It fetches and parses nothing.
//
// A page's own word about its encoding is often missing and sometimes wrong, so
// the bytes are asked first. In this order:
//
//  1. the override, an operator's word, is final;
//  2. a byte order mark;
//  3. escape sequences of ISO-2022-JP; UTF-16 without a mark, where every second
//     octet of markup is NUL;
//  4. valid UTF-8 with Japanese in it, whatever a label says;
//  5. the label of the Content-Type header, then that of the XML declaration,
//     then that of a meta element in the first 4096 octets, as long as the bytes
//     agree; a Western label on Japanese bytes is not believed;
//  6. the look of the bytes: UTF-8 with damage, EUC-JP or Shift_JIS;
//  7. windows-1252 for a text with few octets above 0x7f.
//
// Shift_JIS is always read as its superset CP932 (①, ㈱, 髙, half-width kana), as
// the WHATWG Encoding Standard has it.
package charset

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// The errors of Decode and Read; branch on them with errors.Is.
var (
	// ErrUnknown: the label names no encoding known here, and the bytes do not
	// look like one either.
	ErrUnknown = errors.New("unknown charset")
	// ErrBinary: the bytes are no text.
	ErrBinary = errors.New("not text")
)

// A Text is what bytes say, and how that was found out.
type Text struct {
	// Body is valid UTF-8 without byte order mark and NUL; what made no sense is
	// U+FFFD.
	Body string
	// Name is the encoding the bytes were in, in lower case: utf-8, shift_jis,
	// euc-jp, iso-2022-jp, utf-16le, utf-16be, windows-1252 or another of the
	// WHATWG Encoding Standard.
	Name string
	// How says what decided: override, mark, escapes, bytes, header, xml, meta,
	// fallback.
	How string
	// Bad counts the characters that made no sense, NUL included.
	Bad int
	// Note says in words what was odd: a label that is unknown or that the bytes
	// contradict; "" for nothing.
	Note string
}

// Suspect reports whether so much of the text made no sense (more than one
// character in a hundred, and more than three) that it should not be believed.
func (t Text) Suspect() bool {
	return t.Bad > 3 && t.Bad*100 > utf8.RuneCountInString(t.Body)
}

// Decode returns body as UTF-8 and the name of the encoding it was in, by the rules
// of the package. contentType is the header as sent, override a label that is
// final; both may be empty. The errors are those of Read.
func Decode(body []byte, contentType, override string) (text, name string, err error) {
	t, err := Read(body, contentType, override)
	return t.Body, t.Name, err
}

// Read is Decode with the circumstances. An error is an override that is unknown
// or a label that is and is all there is to go by (ErrUnknown), or bytes that are
// no text in any encoding (ErrBinary).
func Read(body []byte, contentType, override string) (Text, error) {
	if override != "" {
		e, name := lookup(override)
		if e == nil {
			return Text{}, fmt.Errorf(
				"%w %q (use shift_jis, euc-jp, iso-2022-jp or utf-8)",
				ErrUnknown,
				shorten(override),
			)
		}
		return finish(body, name, "override", ""), nil
	}
	if name, skip := mark(body); name != "" {
		return finish(body[skip:], name, "mark", ""), nil
	}
	if name := shape(body, contentType); name != "" {
		how := "bytes"
		if name == iso2022jp {
			how = "escapes"
		}
		return finish(body, name, how, ""), nil
	}
	if utf8.Valid(body) {
		return readValid(body, contentType), nil
	}
	return readOther(body, contentType)
}

// readValid reads bytes that are valid UTF-8. In a text of a word or two that can
// be chance: where not one character is Japanese, a label that fits is believed.
func readValid(body []byte, contentType string) Text {
	if isForeign(body) {
		l := labels(body, contentType)
		_, name := lookup(l.text)
		if isLegacy(name) && looksJapanese(body, name) {
			return finish(body, name, l.how, "")
		}
	}
	return finish(body, utf8Name, "bytes", "")
}

// isLegacy reports the encodings of Japanese that are neither Unicode nor escaped.
func isLegacy(name string) bool { return name == shiftJIS || name == eucJP }

func looksJapanese(body []byte, name string) bool {
	n := measure(body, name)
	return n.bad == 0 && n.score > 0
}

// readOther reads bytes that are not valid UTF-8.
func readOther(body []byte, contentType string) (Text, error) {
	l := labels(body, contentType)
	guess, sure := Detect(body)
	if _, name := lookup(l.text); name != "" {
		return readLabelled(body, name, l, guess, sure)
	}
	switch {
	case guess != "":
		return finish(body, guess, "bytes", l.against(guess)), nil
	case binary(body):
		return Text{}, errBinary(body)
	case l.text != "":
		return Text{}, fmt.Errorf(
			"%w %q, and the bytes do not show which",
			ErrUnknown,
			shorten(l.text),
		)
	}
	return finish(body, windows1252, "fallback", l.note), nil
}

// readLabelled reads bytes whose label is known.
func readLabelled(
	body []byte,
	name string,
	l label,
	guess string,
	sure bool,
) (Text, error) {
	if fits(body, name, guess, sure) {
		return finish(body, name, l.how, l.note), nil
	}
	if sure {
		return finish(body, guess, "bytes", l.against(guess)), nil
	}
	if name == utf8Name && binary(body) {
		return Text{}, errBinary(body)
	}
	return finish(body, name, l.how, l.note), nil
}

func errBinary(body []byte) error {
	return fmt.Errorf("%w: %d octets in no encoding", ErrBinary, len(body))
}

// decisive is by how much the look of bytes must speak against a label: some ten
// characters.
const decisive = 24

// fits reports whether the bytes bear out a label.
func fits(body []byte, name, guess string, sure bool) bool {
	switch {
	case name == guess:
		return true
	case name == utf8Name, western(name):
		return !sure
	case isLegacy(name):
		return fitsLegacy(measure(body, name), measure(body, guess), sure)
	}
	return !finish(body, name, "", "").Suspect()
}

// fitsLegacy reports whether bytes read by their label make sense; a label is only
// overruled by a text long enough to show it.
func fitsLegacy(own, other count, sure bool) bool {
	if own.bad*100 > own.chars {
		return false
	}
	overruled := own.score < 0 && sure && other.score-own.score >= decisive
	return !overruled
}

// finish decodes and cleans.
func finish(body []byte, name, how, note string) Text {
	s := strings.TrimPrefix(decode(body, name), "\ufeff")
	return Text{
		Name: name,
		How:  how,
		Note: note,
		Bad:  strings.Count(s, "\ufffd") + strings.Count(s, "\x00"),
		Body: strings.ReplaceAll(s, "\x00", ""),
	}
}

// decode turns bytes in an encoding known by its canonical name into UTF-8.
func decode(body []byte, name string) string {
	e, _ := lookup(name)
	if e == nil || name == utf8Name {
		return strings.ToValidUTF8(string(body), "\ufffd")
	}
	out, err := e.NewDecoder().Bytes(body)
	if err != nil { // no decoder of the standard fails; what came so far is kept
		return string(out) + "\ufffd"
	}
	return string(out)
}
