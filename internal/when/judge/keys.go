package judge

import (
	"koyomi/internal/when/fold"
)

// A keyCount says how many lines of a text are a key with its value.
type keyCount struct {
	lines int // lines that begin with a key
	posts int // those whose key is one of posts
}

// postKeys are the keys that stand in the head of a post, beside its date.
var postKeys = [...]string{
	"tags", "tag", "author", "authors", "layout", "permalink", "categories", "category", "draft",
	"slug", "icon", "source", "link", "updated", "published", "comments", "lang", "toc", "aliases",
	"excerpt", "thumbnail", "image", "cover", "emoji", "topics", "type", "subject", "from", "to",
}

// maxKey bounds the letters of a key.
const maxKey = 20

// countKeys counts the lines of t that begin with a key.
func countKeys(t fold.Text) (n keyCount) {
	for i := 0; i < len(t); i++ {
		if i == 0 || t[i-1].R == '\n' {
			n.line(t, i)
		}
	}
	return n
}

// line counts the line that begins at i.
func (n *keyCount) line(t fold.Text, i int) {
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
	n.lines++
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
