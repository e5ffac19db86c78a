package wording

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"koyomi/internal/event"
)

// seatWords are the words for seats in a language; each takes a number.
type seatWords struct{ left, full, waiting, taken, limit string }

var seatsIn = map[string]seatWords{
	Japanese: {
		left:    "残り%d席",
		full:    "満席",
		waiting: "キャンセル待ち%d人",
		taken:   "参加%d人",
		limit:   "定員%d人",
	},
	English: {
		left:    "%d seats left",
		full:    "full",
		waiting: "%d waiting",
		taken:   "%d signed up",
		limit:   "for %d people",
	},
}

// Seats writes what matters of seats: "残り3席 (17/20)", "満席 (20/20・キャンセル待ち4人)",
// "参加17人" without a limit; "" where nothing is told.
func Seats(lang string, s event.Seats) string {
	w, ok := seatsIn[lang]
	if !ok {
		w = seatsIn[Japanese]
	}
	left, known := s.Left()
	switch {
	case s.Limit == nil && s.Accepted == nil:
		return ""
	case !known:
		return fmt.Sprintf(w.limit, *s.Limit)
	case left == event.Unlimited:
		return fmt.Sprintf(w.taken, *s.Accepted)
	}
	words := fmt.Sprintf(w.left, left)
	if left == 0 {
		words = w.full
	}
	var rest []string
	if s.Accepted != nil && s.Limit != nil {
		rest = append(rest, fmt.Sprintf("%d/%d", *s.Accepted, *s.Limit))
	}
	if s.Waiting != nil && *s.Waiting > 0 {
		rest = append(rest, fmt.Sprintf(w.waiting, *s.Waiting))
	}
	if len(rest) == 0 {
		return words
	}
	return words + " (" + strings.Join(rest, ", ") + ")"
}

// Fee writes what taking part costs: "無料", "1,000円", "0–5,000円"; "" where that is
// unknown.
func Fee(lang string, f event.Fee) string {
	switch {
	case f.IsZero():
		return ""
	case f.Free() && lang == English:
		return "free"
	case f.Free():
		return "無料"
	}
	words := grouped(f.Max)
	if f.Min != f.Max {
		words = grouped(f.Min) + "–" + words
	}
	if f.Currency == "JPY" && lang != English {
		return words + "円"
	}
	return words + " " + f.Currency
}

// grouped writes an amount with commas: 12,000; 15.50.
func grouped(n float64) string {
	whole, cents := strconv.Itoa(int(n)), ""
	if n != float64(int(n)) {
		cents = strconv.FormatFloat(n-float64(int(n)), 'f', 2, 64)[1:]
	}
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	return whole + cents
}

// UsuallyFull says within which time a community's events usually fill: "いつも40分ほどで
// 満席", "usually full within 40 minutes"; "" for no time.
func UsuallyFull(lang string, within time.Duration) string {
	if within <= 0 {
		return ""
	}
	n, ja, en := int((within+time.Hour-1)/time.Hour), "時間", "hours"
	switch {
	case within <= 2*time.Hour:
		n, ja, en = int((within+time.Minute-1)/time.Minute), "分", "minutes"
	case within > 48*time.Hour:
		n, ja, en = int((within+23*time.Hour)/(24*time.Hour)), "日", "days"
	}
	if lang == English {
		return fmt.Sprintf("usually full within %d %s", n, en)
	}
	return fmt.Sprintf("通常%d%s以内に満席", n, ja)
}
