// Package lexicon holds the words that say whose a date is, a file a class, and finds
// them in folded text. What follows from a word is for others to judge.
package lexicon

import (
	"embed"
	"slices"
	"strings"

	"koyomi/internal/when/fold"
)

//go:embed words/*.txt
var files embed.FS

// A Class is what a word says of the date or time beside it.
type Class uint8

// The classes, as the files under words are named.
const (
	None         Class = iota
	Event              // 日時, 開催日
	Verb               // 開催, 行われ
	Label              // とき: only where it stands as a label
	Start              // 開演
	End                // 終演
	Doors              // 開場
	Party              // 懇親会
	Time               // 時間
	Topic              // 期間
	Deadline           // 締切
	Registration       // 申込
	Stamp              // 更新
	Hours              // 営業時間
	History            // 設立
	Reserve            // 雨天順延
	Version            // release
	Validity           // 有効
	Example            // 例えば
	Closed             // 不開催
	Moved              // 延期
	Undated            // 未定
	Past               // レポート
	Place              // 会場
	Fee                // 参加費
	Noun               // 勉強会
	News               // お知らせ
	Former             // 予定していた
	NClasses
)

var names = [NClasses]string{
	"",
	"event",
	"verb",
	"label",
	"start",
	"end",
	"doors",
	"party",
	"time",
	"topic",
	"deadline",
	"registration",
	"stamp",
	"hours",
	"history",
	"reserve",
	"version",
	"validity",
	"example",
	"closed",
	"moved",
	"undated",
	"past",
	"place",
	"fee",
	"noun",
	"news",
	"former",
}

func (c Class) String() string { return names[c] }

// A Set is a set of classes.
type Set uint32

// Of returns the set of the classes given.
func Of(classes ...Class) (s Set) {
	for _, c := range classes {
		s |= 1 << c
	}
	return s
}

// Has reports whether c is in s.
func (s Set) Has(c Class) bool { return s&(1<<c) != 0 }

// Foreign are the classes that take a date away from an event.
var Foreign = Of(
	Deadline,
	Registration,
	Stamp,
	Hours,
	History,
	Reserve,
	Version,
	Validity,
	Example,
	Closed,
)

// Own are the classes that give a date to an event.
var Own = Of(Event, Verb, Label, Start, End, Doors, Topic)

// Silent are the classes that say nothing of the date beside them.
var Silent = Of(None, Time, Past, Party, Undated, Place, Fee, Noun, News, Former)

// A Word is one entry.
type Word struct {
	Runes []rune
	Class Class
}

// buckets is the size of the table; words are found by their first rune.
const buckets = 1024

// A bucket holds the words that begin alike, the longest first.
type bucket struct {
	words  []Word
	second uint64 // the second runes of the words, modulo 64
	short  bool   // one of them has a single rune
}

// add adds a word.
func (b *bucket) add(w Word) {
	b.words = append(b.words, w)
	if len(w.Runes) == 1 {
		b.short = true
		return
	}
	b.second |= 1 << (w.Runes[1] % 64)
}

var (
	table [buckets]bucket   // words by their first rune
	latin map[string][]Word // words of Latin letters by their text

	shapes fold.Shapes // of those
)

func init() { load() }

func load() {
	latin = map[string][]Word{}
	for c := None + 1; c < NClasses; c++ {
		text, err := files.ReadFile("words/" + names[c] + ".txt")
		if err != nil {
			panic(err)
		}
		for line := range strings.Lines(string(text)) {
			line = strings.TrimSpace(line)
			if line == "" || line[0] == '#' {
				continue
			}
			w := Word{[]rune(line), c}
			table[w.Runes[0]%buckets].add(w)
			latin[line] = append(latin[line], w)
			shapes.Add(line)
		}
	}
	for _, b := range table {
		slices.SortStableFunc(
			b.words,
			func(x, y Word) int { return len(y.Runes) - len(x.Runes) },
		)
	}
}

// Find returns the longest Japanese word at i, nil for none.
func Find(t fold.Text, i int) *Word {
	b := &table[t[i].R%buckets]
	if !b.short && b.second&(1<<(t.At(i+1)%64)) == 0 {
		return nil
	}
	for k := range b.words {
		if w := &b.words[k]; w.at(t, i) {
			return w
		}
	}
	return nil
}

// at reports whether w stands at i, and as a label if it counts only as one.
func (w *Word) at(t fold.Text, i int) bool {
	n := len(w.Runes)
	if i+n > len(t) {
		return false
	}
	for k, r := range w.Runes {
		if t[i+k].R != r {
			return false
		}
	}
	return w.Class != Label || IsLabel(t, i, i+n)
}

// FindLatin returns the entry of the word [i,j) of Latin letters, its _ and - as
// written or left out; nil for none.
func FindLatin(t fold.Text, i, j int) *Word {
	var buf [24]byte
	key := buf[:0]
	for k := i; k < j; k++ {
		if t[k].R == '_' {
			continue
		}
		if len(key) == len(buf) {
			return nil
		}
		key = append(key, byte(t[k].R))
	}
	if !shapes.May(key) {
		return nil
	}
	words := latin[string(key)]
	for k := range words {
		if words[k].Class != Label || IsLabel(t, i, j) {
			return &words[k]
		}
	}
	return nil
}

// IsLabel reports whether [i,j) stands like a label: nothing or a mark before it, and
// a colon, bar, bracket, line end or number after it.
func IsLabel(t fold.Text, i, j int) bool {
	if p := t.At(i - 1); p != 0 && !isBullet(p) {
		return false
	}
	if c := t.At(j); c == ' ' {
		return endsLabel(t.At(j+1)) || opensValue(t.At(j+1))
	} else {
		return endsLabel(c)
	}
}

func endsLabel(r rune) bool { return strings.ContainsRune(":|\n])】〕・>〉》/」}~→…\"'", r) }

func opensValue(r rune) bool {
	return r == 0 || fold.IsDigit(r) || strings.ContainsRune("令平毎(", r)
}

// isBullet reports whether r is a bullet, bracket or other mark that a label may follow.
func isBullet(r rune) bool {
	if r < 0x80 || r == fold.Opaque {
		return !fold.IsAlnum(r)
	}
	return !fold.IsKana(r) && !fold.IsKanji(r)
}
