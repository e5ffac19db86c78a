package judge

import (
	"koyomi/internal/when/fold"
)

// A keyCount says how many keys with a value stand in a text: at the beginning of a line,
// or behind a comma or a brace.
type keyCount struct {
	all    int
	posts  int  // those of the head of a post
	titles int  // those of a title or a text
	fenced bool // a line of --- or +++ ends or begins a head
}

// postKeys are the keys that stand in the head of a post, beside its date.
var postKeys = [...]string{
	"tags",
	"tag",
	"author",
	"authors",
	"layout",
	"permalink",
	"categories",
	"category",
	"draft",
	"slug",
	"icon",
	"source",
	"link",
	"updated",
	"published",
	"comments",
	"lang",
	"toc",
	"aliases",
	"excerpt",
	"thumbnail",
	"image",
	"cover",
	"emoji",
	"topics",
	"type",
	"subject",
	"from",
	"to",
	"subtitle",
	"module",
	"status",
}

// postParts stand in keys of pictures and groups: bannerImage, photo_url.
var postParts = [...]string{"image", "photo", "thumb", "categor"}

// maxKey bounds the letters of a key.
const maxKey = 20

// titleKeys are the keys of titles and texts.
var titleKeys = [...]string{
	"title",
	"content",
	"body",
	"description",
	"message",
	"text",
	"name",
}

// countKeys counts the keys of t.
func countKeys(t fold.Text) (n keyCount) {
	for i := range t {
		if i == 0 || startsKeys.Has(t[i-1].R) {
			n.at(t, i)
			n.fenced = n.fenced || isFence(t, i)
		}
	}
	return n
}

// startsKeys are the signs behind which a key may begin.
var startsKeys = fold.SetOf("\n,{")

// at counts the key at i, if there is one.
func (n *keyCount) at(t fold.Text, i int) {
	for isKeyMark(t.At(i)) {
		i++
	}
	from := i
	for i-from < maxKey && isKeyRune(t.At(i)) {
		i++
	}
	end := i
	for t.At(i) == '"' || t.At(i) == '\'' {
		i++
	}
	if end == from || t.At(i) != ':' || fold.IsDigit(t[from].R) {
		return
	}
	n.all++
	if hasPart(t[from:end], postParts[:]) {
		n.posts++
		return
	}
	for _, k := range titleKeys {
		if len(k) == end-from && t.Has(from, k) {
			n.titles++
			return
		}
	}
	for _, k := range postKeys {
		if len(k) == end-from && t.Has(from, k) {
			n.posts++
			return
		}
	}
}

// isKeyMark reports whether r may stand before a key.
func isKeyMark(r rune) bool {
	switch r {
	case ' ', '"', '\'', '-', '{':
		return true
	}
	return false
}

// isFence reports whether the line at i is --- or +++ alone.
func isFence(t fold.Text, i int) bool {
	if t.At(i) != '-' && t.At(i) != '+' {
		return false
	}
	if t.HasAny(i, "---", "+++") == 0 {
		return false
	}
	return t.At(i+3) == '\n' || i+3 >= len(t)
}

// A keyKind says what the parts of a key name: datePublished a stamp, startDate a start.
type keyKind uint8

// The kinds of keys.
const (
	keyPlain keyKind = iota
	keyStamp
	keyStart
	keyEnd
)

// keyParts are the parts that decide the kind of a key; the first kind that is found counts.
var keyParts = [...]struct {
	kind  keyKind
	parts []string
}{
	{keyPlain, []string{"grid", "period", "range", "fiscal", "week"}},
	{keyEnd, []string{"deadline", "due", "expir", "clos", "until", "regist", "result"}},
	{keyStamp, []string{
		"add", "publish", "creat", "updat", "modif", "revis", "captur", "record", "generat",
		"review", "post", "crawl", "build", "fetch", "join", "found", "check",
	}},
	{keyStart, []string{"start", "begin", "event", "when", "held"}},
}

// kindOfKey returns what the parts of a key name.
func kindOfKey(key fold.Text) keyKind {
	for i := range keyParts {
		if hasPart(key, keyParts[i].parts) {
			return keyParts[i].kind
		}
	}
	return keyPlain
}

// hasPart reports whether one of the parts stands in the key.
func hasPart(key fold.Text, parts []string) bool {
	for i := range key {
		if key.HasAny(i, parts...) > 0 {
			return true
		}
	}
	return false
}
