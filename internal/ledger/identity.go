package ledger

import (
	"strings"
	"unicode"

	"github.com/google/uuid"

	"koyomi/internal/event"
	"koyomi/internal/text"
)

// namespace is the UUIDv5 namespace of all koyomi UIDs: the URL namespace's
// UUIDv5 of "https://koyomi.invalid/uid". It may never change.
var namespace = uuid.NewSHA1(uuid.NameSpaceURL, []byte("https://koyomi.invalid/uid"))

// seed gives what an event's UID is made from, the most lasting first: the
// platform's (or host's) own id, the community's number, its page, and last the
// title with the first day it was seen at.
func seed(v Visit, l event.Listing) string {
	switch {
	case !l.Derived && l.Key != "":
		return "id\n" + v.Origin + "\n" + l.Key
	case l.Number != "" && !aside(l.Title):
		return "number\n" + v.Community + "\n" + l.Number
	case l.URL != "" && unshared(v, l):
		return "url\n" + v.Community + "\n" + l.URL
	default:
		return "title\n" + v.Community + "\n" + core(l.Title) + "\n" + l.Start.Date.String()
	}
}

// unshared reports whether no other listing of the visit has l's page.
func unshared(v Visit, l event.Listing) bool {
	n := 0
	for _, o := range v.Listings {
		if o.URL == l.URL {
			n++
		}
	}
	return n == 1
}

func newUID(seed string) string {
	return uuid.NewSHA1(namespace, []byte(seed)).String()
}

// statusWords in brackets say how an event stands, not which one it is.
var statusWords = []string{
	"中止", "延期", "開催中止", "開催延期", "日程変更", "会場変更", "満員", "満員御礼", "増枠", "募集中", "受付中",
	"受付終了", "終了", "オンライン", "オンライン開催", "ハイブリッド", "リモート", "cancelled", "canceled", "postponed", "online",
}

// core gives what names an event in a title: folded, without status words in
// brackets, blanks and punctuation.
func core(title string) string {
	t := text.Fold(title)
	for _, pair := range [][2]string{{"【", "】"}, {"[", "]"}, {"(", ")"}} {
		t = dropStatus(t, pair[0], pair[1])
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) {
			return r
		}
		return -1
	}, t)
}

func dropStatus(t, open, closing string) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(t, open)
		inner, after, closed := strings.Cut(rest, closing)
		b.WriteString(before)
		if !ok || !closed {
			if ok {
				b.WriteString(open + rest)
			}
			return b.String()
		}
		if !isStatus(strings.TrimSpace(inner)) {
			b.WriteString(open + inner + closing)
		}
		t = after
	}
}

func isStatus(s string) bool {
	for _, w := range statusWords {
		if s == text.Fold(w) {
			return true
		}
	}
	return false
}

// asides mark what is held beside an event of the same number and day.
var asides = []string{"懇親会", "二次会", "交流会", "アフターパーティ", "after party", "afterparty"}

// aside reports whether a title names a gathering beside the main one.
func aside(title string) bool {
	t := text.Fold(title)
	for _, w := range asides {
		if strings.Contains(t, text.Fold(w)) {
			return true
		}
	}
	return false
}
