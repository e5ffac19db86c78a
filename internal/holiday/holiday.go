// Package holiday knows the public holidays of Japan and the days around New Year on
// which nearly nobody meets.
//
// The days from 1955 to 2027 are those of the Cabinet Office's list of 国民の祝日
// (syukujitsu.csv, as of August 2026). Of later years the equinoxes are not announced
// yet, and no day is guessed.
package holiday

import (
	_ "embed"
	"strings"
	"sync"
	"time"

	"koyomi/internal/event"
)

//go:embed japan.csv
var list string

// First and Last bound the years whose holidays are known.
const (
	First = 1955
	Last  = 2027
)

// byDay are the names of the holidays by their days ("2026-05-04").
var byDay = sync.OnceValue(func() map[string]string {
	names := make(map[string]string, strings.Count(list, "\n"))
	for line := range strings.Lines(list) {
		day, name, _ := strings.Cut(strings.TrimSpace(line), ",")
		names[day] = name
	}
	return names
})

// english are the names as the Cabinet Office translates them.
var english = map[string]string{
	"元日": "New Year’s Day", "成人の日": "Coming of Age Day",
	"建国記念の日": "National Foundation Day", "天皇誕生日": "Emperor’s Birthday",
	"春分の日": "Vernal Equinox Day", "昭和の日": "Showa Day",
	"憲法記念日": "Constitution Memorial Day", "みどりの日": "Greenery Day",
	"こどもの日": "Children’s Day", "海の日": "Marine Day", "山の日": "Mountain Day",
	"敬老の日": "Respect for the Aged Day", "秋分の日": "Autumnal Equinox Day",
	"体育の日": "Health and Sports Day", "スポーツの日": "Sports Day",
	"文化の日": "Culture Day", "勤労感謝の日": "Labour Thanksgiving Day", "休日": "holiday",
	"結婚の儀": "Imperial wedding", "大喪の礼": "Imperial funeral",
	"即位礼正殿の儀": "Enthronement",
}

// Name returns the Japanese name of a public holiday, "" for any other day.
func Name(d event.Date) string { return byDay()[d.String()] }

// Is reports whether a day is a public holiday.
func Is(d event.Date) bool { return Name(d) != "" }

// IsYearEnd reports whether a day lies in 年末年始, from 29 December to 3 January.
func IsYearEnd(d event.Date) bool {
	switch d.Month {
	case time.December:
		return d.Day >= 29
	case time.January:
		return d.Day <= 3
	}
	return false
}

// Words says in a language ("en", else Japanese) what is special about a day: the
// holiday, or the turn of the year; "" for nothing.
func Words(lang string, d event.Date) string {
	name := Name(d)
	isEnglish := lang == "en"
	switch {
	case name != "" && isEnglish:
		return english[name]
	case name != "":
		return name
	case IsYearEnd(d) && isEnglish:
		return "New Year holidays"
	case IsYearEnd(d):
		return "年末年始"
	}
	return ""
}
