package judge

import (
	"koyomi/internal/when/fold"
)

// A keyCount says how many keys with a value stand in a text: at the beginning of a line,
// or behind a comma or a brace.
type keyCount struct {
	all    int
	posts  int // those of the head of a post
	titles int // those of a title or a text
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
}

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
	for i := 0; i < len(t); i++ {
		if i == 0 || t[i-1].R == '\n' || t[i-1].R == ',' || t[i-1].R == '{' {
			n.at(t, i)
		}
	}
	return n
}

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
