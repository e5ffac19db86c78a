package extract

import (
	"slices"
	"strings"

	"koyomi/internal/text"
)

// held is what a sentence says when it announces an event of the writer's own.
var held = text.NewPattern(
	`開催(?:し?ます|いたします|致します|予定|決定|される|されます|することに|のお知らせ|です|！|!)|(?:行い|おこない|執り行い|実施し|実施いたし)ます|開(?:きます|かれます)|will be held|takes? place|join us`,
)

// at is the place of a sentence with a date before it: 9月7日〜8日、くにびきメッセにて.
var at = text.NewPattern(`[日)）時分0-9](?:より|から|に)?、?\s*([^、。()（）0-9\n]{2,40})(?:にて|において)`)

// closing is a sentence that says when it ends: 終了は17:00の予定です.
var closing = text.NewPattern(
	`(?m)^\s*(?:終了|解散)(?:時刻|時間|予定)?は\s*([0-9０-９]{1,2}(?:[:：][0-9０-９]{2}|時(?:[0-9０-９]{1,2}分|半)?))`,
)

// announcing are the words of which an announcing sentence holds one.
var announcing = []string{"開", "行い", "おこない", "実施", "will be", "take", "join"}

// announces reports whether a sentence announces an event of the writer's own.
func announces(s string) bool {
	isHinted := slices.ContainsFunc(
		announcing,
		func(w string) bool { return strings.Contains(s, w) },
	)
	return isHinted && held.MatchString(s)
}

// Held reports whether words say that something is held, will be or was to be.
func Held(s string) bool { return held.MatchString(s) || strings.Contains(s, "開催") }

// maxSentences is how many sentences of an announcement are looked at.
const maxSentences = 12

// Announced reads an announcement written in sentences (7月25日(土)に定例会を
// 開催します。場所は…で、時間は13:00から17:00までです): the sentence that says
// that something is held, with the hours and the place of those around it.
// Every is for text that is known to be an announcement: its first sentences are
// taken whatever they say.
func Announced(s string, every bool) (Labelled, bool) {
	sentences := strings.FieldsFunc(s, func(r rune) bool { return r == '。' || r == '\n' })
	dated := announcingOf(sentences, every)
	if len(dated) == 0 {
		return nil, false
	}
	lines := strings.Join(sentences, "\n")
	l := Prose(strings.ReplaceAll(lines, "で、", "\n"))
	l["when"] = []string{strings.Join(dated, "\n")}
	if m := closing.FindStringSubmatch(lines); m != nil && l["end"] == nil {
		l["end"] = []string{m[1]}
	}
	if place := placeAt(dated); place != "" && l["location"] == nil {
		l["location"] = []string{place}
	}
	for _, field := range []string{"location", "time"} {
		for i, v := range l[field] {
			l[field][i] = strings.TrimSuffix(strings.TrimSuffix(v, "です"), "になります")
		}
	}
	return l, true
}

// announcingOf returns the first sentences that announce something.
func announcingOf(sentences []string, every bool) []string {
	var out []string
	for _, t := range sentences {
		if len(out) == maxSentences {
			break
		}
		if every || announces(t) {
			out = append(out, strings.TrimSpace(t))
		}
	}
	return out
}

// placeAt returns the place that stands behind the date of a sentence, "" for none.
func placeAt(sentences []string) string {
	for _, t := range sentences {
		if m := at.FindStringSubmatch(t); m != nil {
			return m[1]
		}
	}
	return ""
}
