package charset

import (
	"bytes"
	"cmp"
	"fmt"
	"mime"
	"slices"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"

	"koyomi/internal/text"
)

// The names of the encodings that are treated specially, those of the WHATWG
// Encoding Standard in lower case.
const (
	utf8Name    = "utf-8"
	utf16LE     = "utf-16le"
	utf16BE     = "utf-16be"
	shiftJIS    = "shift_jis"
	eucJP       = "euc-jp"
	iso2022jp   = "iso-2022-jp"
	windows1252 = "windows-1252"
)

// aliases are labels in the wild that the Encoding Standard does not list.
var aliases = map[string]string{
	"cp932": shiftJIS, "ms-932": shiftJIS, "windows-932": shiftJIS, "cswindows31j": shiftJIS,
	"x-ms-cp932": shiftJIS, "shiftjis": shiftJIS, "shift jis": shiftJIS, "x-shift-jis": shiftJIS,
	"x-shift_jis": shiftJIS, "s-jis": shiftJIS, "mskanji": shiftJIS, "sjis-win": shiftJIS,
	"windows31j": shiftJIS, "x-windows-31j": shiftJIS,
	"eucjp": eucJP, "euc_jp": eucJP, "euc": eucJP, "ujis": eucJP, "cp51932": eucJP,
	"eucjp-win": eucJP, "eucjp-ms": eucJP, "eucjpms": eucJP,
	"jis": iso2022jp, "iso2022jp": iso2022jp, "iso-2022-jp-1": iso2022jp, "iso-2022-jp-2": iso2022jp,
	"iso-2022-jp-3": iso2022jp, "iso-2022-jp-ms": iso2022jp, "cp50220": iso2022jp, "cp50221": iso2022jp,
	"utf_8": utf8Name, "utf-8n": utf8Name, "utf8n": utf8Name, "utf8mb4": utf8Name,
	"x-utf-8": utf8Name, "utf 8": utf8Name, "cp65001": utf8Name,
}

// lookup returns the encoding that a label names, and its canonical name; nil and
// "" where there is none that can be decoded.
func lookup(label string) (encoding.Encoding, string) {
	label = strings.ToLower(strings.Trim(label, " \t\r\n\f\"'"))
	e, err := htmlindex.Get(cmp.Or(aliases[label], label))
	if err != nil {
		return nil, ""
	}
	name, err := htmlindex.Name(e)
	if err != nil || undecodable[name] {
		return nil, ""
	}
	return e, name
}

// westernNames begin the names of the single-byte encodings of Western languages.
var westernNames = []string{"windows-125", "iso-8859-", "macintosh"}

// Known reports whether a label names an encoding that can be decoded.
func Known(label string) bool {
	e, _ := lookup(label)
	return e != nil
}

// western reports whether an encoding is a single-byte one that takes any bytes,
// and that servers name without having looked.
func western(name string) bool {
	return slices.ContainsFunc(
		westernNames,
		func(begin string) bool { return strings.HasPrefix(name, begin) },
	)
}

// A label is what a document or its host says about its encoding.
type label struct {
	text, how, note string
}

// against returns the note for a label that was not believed.
func (l label) against(guess string) string {
	if l.text == "" {
		return l.note
	}
	if e, _ := lookup(l.text); e == nil {
		return fmt.Sprintf(
			"the charset %q is unknown; read as %s by its bytes",
			shorten(l.text),
			guess,
		)
	}
	return fmt.Sprintf("labelled %s, but the bytes are %s", shorten(l.text), guess)
}

// declaration finds the encoding of an XML declaration (XML 1.0, section 2.8).
var declaration = text.NewPattern(
	`^(?:\xef\xbb\xbf)?\s*<\?xml[^>]{0,200}?\sencoding\s*=\s*["']([A-Za-z0-9._:\- ]{1,40})["']`,
)

// meta finds the encoding that an element <meta> names, in either of its shapes.
var meta = text.NewPattern(
	`(?i)<meta\s[^>]{0,400}?charset\s*=\s*["']?\s*([A-Za-z0-9._:\- ]{1,40}?)\s*["';/>\s]`,
)

// labels returns the first label that names a known encoding; else the first one
// there is, so that it can be complained about.
func labels(body []byte, contentType string) label {
	head := body[:min(len(body), 4096)]
	found := []label{{text: headerLabel(contentType), how: "header"}}
	if m := declaration.FindSubmatch(head); m != nil {
		found = append(found, label{text: string(m[1]), how: "xml"})
	}
	if m := meta.FindSubmatch(uncomment(head)); m != nil {
		l := label{text: string(m[1]), how: "meta"}
		if _, name := lookup(l.text); strings.HasPrefix(name, "utf-16") {
			l.text = utf8Name // it could not be read if it were so
		}
		found = append(found, l)
	}
	return choose(found)
}

// choose returns the first label that names a known encoding, a Western one only
// where there is no other; the first of all where none is known.
func choose(found []label) label {
	found = slices.DeleteFunc(found, func(l label) bool { return l.text == "" })
	if len(found) == 0 {
		return label{}
	}
	for _, class := range []func(name string) bool{specific, western} {
		at := slices.IndexFunc(found, func(l label) bool {
			_, name := lookup(l.text)
			return class(name)
		})
		if at >= 0 {
			chosen := found[at]
			chosen.note = unknownNote(found[:at])
			return chosen
		}
	}
	return found[0]
}

// specific reports whether an encoding is known and does not take any bytes.
func specific(name string) bool { return name != "" && !western(name) }

// unknownNote returns the note for labels that were passed over; "" where all of
// them are known.
func unknownNote(passed []label) string {
	i := slices.IndexFunc(passed, func(l label) bool { return !Known(l.text) })
	if i < 0 {
		return ""
	}
	return fmt.Sprintf("the charset %q is unknown", shorten(passed[i].text))
}

// headerLabel returns the charset of a Content-Type, "" where it names none.
func headerLabel(contentType string) string {
	if contentType == "" || len(contentType) > 1000 {
		return ""
	}
	if _, params, err := mime.ParseMediaType(contentType); err == nil {
		return strings.TrimSpace(params["charset"])
	}
	// Servers send broken parameters beside a charset that can be read.
	_, after, ok := strings.Cut(strings.ToLower(contentType), "charset=")
	if !ok {
		return ""
	}
	after = strings.TrimLeft(after, " \"'")
	if i := strings.IndexAny(after, ";, \"'\t"); i >= 0 {
		after = after[:i]
	}
	return after
}

// uncomment takes HTML comments out.
func uncomment(b []byte) []byte {
	if !bytes.Contains(b, []byte("<!--")) {
		return b
	}
	var out []byte
	for {
		before, after, ok := bytes.Cut(b, []byte("<!--"))
		out = append(out, before...)
		if !ok {
			return out
		}
		if _, b, ok = bytes.Cut(after, []byte("-->")); !ok {
			return out
		}
	}
}

// shorten makes a foreign label fit for a message.
func shorten(s string) string {
	if len(s) > 40 {
		return strings.ToValidUTF8(s[:40], "") + "…"
	}
	return s
}
