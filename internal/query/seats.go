package query

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"koyomi/internal/event"
	"koyomi/internal/text"
)

// seats asks for events at which so many seats are left, as far as a source tells; 0
// asks for those that are full.
type seats int

// seatNames are words for numbers of seats, folded.
var seatNames = map[string]seats{
	"yes": 1, "any": 1, "あり": 1, "空き": 1, "空席": 1, "no": 0, "full": 0, "なし": 0, "満席": 0,
}

func readSeats(v string, _ *Env) (node, string, string) {
	folded := text.Fold(v)
	if n, ok := seatNames[folded]; ok {
		return n, "", ""
	}
	n, err := strconv.Atoi(folded)
	if err != nil || n < 0 || n > event.Unlimited {
		return nil, fmt.Sprintf("%q is no number of seats", text.Line(v, 40)),
			"use seats:1 (one seat or more is left), seats:yes, seats:no"
	}
	return seats(n), "", ""
}

func (s seats) match(d *Doc, _ *Env) bool {
	e := &d.Event
	left, known := e.Seats.Left()
	switch e.RegistrationState {
	case event.RegistrationFull:
		left, known = 0, true
	case event.RegistrationClosed:
		return false
	}
	switch {
	case !known || e.Status == event.Cancelled:
		return false
	case s == 0:
		return left == 0
	}
	return left >= int(s)
}
func (s seats) text() string       { return "seats:" + strconv.Itoa(int(s)) }
func (s seats) bounds(*Env) Bounds { return Bounds{} }

// fee asks for events of which the cheapest way costs at most so much, as far as a
// source tells. The currency is yen; "paid" asks for those that nobody attends free.
type fee struct {
	most float64
	// under leaves out what costs just as much; paid asks for the others.
	under, paid bool
}

// feeNames are words for fees, folded.
var feeNames = map[string]fee{
	"free": {}, "無料": {}, "0": {}, "paid": {paid: true}, "有料": {paid: true},
}

func readFee(v string, _ *Env) (node, string, string) {
	folded := text.Fold(v)
	if f, ok := feeNames[folded]; ok {
		return f, "", ""
	}
	var f fee
	amount, under := strings.CutPrefix(folded, "<")
	if under {
		amount, f.under = trimEqual(amount)
	}
	amount = strings.TrimRight(strings.TrimPrefix(amount, "¥"), "円")
	most, err := strconv.ParseFloat(strings.ReplaceAll(amount, ",", ""), 64)
	if err != nil || !isAmount(most) {
		return nil, fmt.Sprintf("%q is no fee", text.Line(v, 40)),
			"use fee:free, fee:paid, fee:1000 (at most 1,000 yen), fee:<1000"
	}
	f.most = most
	return f, "", ""
}

// trimEqual takes the "=" off what follows "<", and reports whether there was none.
func trimEqual(s string) (amount string, under bool) {
	amount, equal := strings.CutPrefix(s, "=")
	return amount, !equal
}

// mostFee is the greatest fee that is asked for.
const mostFee = 1e9

func isAmount(n float64) bool { return !math.IsNaN(n) && n >= 0 && n <= mostFee }

func (f fee) match(d *Doc, _ *Env) bool {
	costs := d.Event.Fee
	switch {
	case costs.IsZero():
		return false
	case f.paid:
		return costs.Min > 0
	case costs.Min > 0 && costs.Currency != "JPY":
		return false
	case f.under:
		return costs.Min < f.most
	}
	return costs.Min <= f.most
}

func (f fee) text() string {
	amount := strconv.FormatFloat(f.most, 'f', -1, 64)
	switch {
	case f.paid:
		return "fee:paid"
	case f.under:
		return "fee:<" + amount
	case f.most == 0:
		return "fee:free"
	}
	return "fee:" + amount
}
func (f fee) bounds(*Env) Bounds { return Bounds{} }
