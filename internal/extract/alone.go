package extract

import (
	"strings"

	"koyomi/internal/text"
	"koyomi/internal/when"
)

// dateWords are the words that a date, a clock and what joins them are made of.
var dateWords = text.NewPattern(
	`(?i)[\d\s:./,|・~〜～→–—−+()（）\[\]-]|年|月|日|時|分|半|曜|[月火水木金土祝]|から|まで|午前|午後|正午|令和|平成|開催|` +
		`\b(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|` +
		`mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs(?:day)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?|st|nd|rd|th|am|pm|jst|and|to|from|at)\b`,
)

// maxAlone is how many bytes a line may have that is nothing but a date.
const maxAlone = 120

// Alone reports whether a line is nothing but a period: days from and to, or a day
// with the hours from and to. That is how events are dated where no label says so;
// posts and news bear a day, or a day and an hour, alone.
func Alone(line string, ctx when.Context) bool {
	line = strings.TrimSpace(line)
	if line == "" || len(line) > maxAlone {
		return false
	}
	rest := dateWords.ReplaceAllString(text.Fold(line), "")
	if strings.Trim(rest, " 　") != "" {
		return false
	}
	got := when.Read(line, ctx)
	return !got.Start.IsZero() && !got.End.IsZero()
}

// maxOpening is how many bytes the first line of a text may have to be a title.
const maxOpening = 150

// Opening returns the first line of a text where it can stand for a title: short,
// and no label of an announcement.
func Opening(s string) string {
	first, _, _ := strings.Cut(strings.TrimSpace(s), "\n")
	if len(first) > maxOpening || len(Prose(first)) > 0 {
		return ""
	}
	return first
}
