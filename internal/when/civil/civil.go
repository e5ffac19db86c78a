// Package civil counts days: numbers for days of the Gregorian calendar, and back.
package civil

import (
	"time"

	"koyomi/internal/event"
)

// MinYear and MaxYear bound the years that are believed.
const (
	MinYear = 1970
	MaxYear = 2100
)

var monthDays = [...]int{0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}

// ValidMD reports whether some year has the day.
func ValidMD(m, d int) bool { return m >= 1 && m <= 12 && d >= 1 && d <= monthDays[m] }

// Valid reports whether the calendar has the day and its year is believed.
func Valid(y, m, d int) bool {
	if y < MinYear || y > MaxYear {
		return false
	}
	return ValidMD(m, d) && d <= DaysIn(y, m)
}

// DaysIn returns how many days the month has.
func DaysIn(y, m int) int {
	if m == 2 && !leap(y) {
		return 28
	}
	return monthDays[m]
}

func leap(y int) bool { return y%4 == 0 && (y%100 != 0 || y%400 == 0) }

// Number counts the days from 1970-01-01 (Howard Hinnant's days_from_civil).
func Number(y, m, d int) int {
	if m <= 2 {
		y--
	}
	era := FloorDiv(y, 400)
	yoe := y - era*400
	doy := (153*((m+9)%12)+2)/5 + d - 1
	return era*146097 + yoe*365 + yoe/4 - yoe/100 + doy - 719468
}

// Date is the inverse of Number.
func Date(n int) event.Date {
	n += 719468
	era := FloorDiv(n, 146097)
	doe := n - era*146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	m := (mp+2)%12 + 1
	y := yoe + era*400
	if m <= 2 {
		y++
	}
	return event.Date{
		Year:  y,
		Month: time.Month(m),
		Day:   doy - (153*mp+2)/5 + 1,
	}
}

// Weekday returns the day of the week of a day number, Sunday 0.
func Weekday(n int) int { return ((n+4)%7 + 7) % 7 }

// Nth returns the day of the month that is its nth weekday, the last for n 9; false
// where the month has none.
func Nth(y, m, n, weekday int) (int, bool) {
	if n == 9 {
		last := DaysIn(y, m)
		return last - (Weekday(Number(y, m, last))-weekday+7)%7, true
	}
	d := 1 + (weekday-Weekday(Number(y, m, 1))+7)%7 + (n-1)*7
	return d, d <= DaysIn(y, m)
}

// FloorDiv divides and rounds down.
func FloorDiv(a, b int) int {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
