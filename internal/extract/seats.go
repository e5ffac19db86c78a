package extract

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"koyomi/internal/event"
	"koyomi/internal/text"
)

// maxPeople is the greatest number of people that is believed.
const maxPeople = 10_000_000

// people finds a number of people: "20", "20名", "定員 1,000人".
var people = text.NewPattern(`([0-9][0-9,]{0,11}) ?(?:名|人|席|people|seats|persons)?`)

// headcount reads a number of people; nil where a text names none, or several.
func headcount(s string) *int {
	if s == "" {
		return nil
	}
	found := people.FindAllStringSubmatch(text.Fold(s), 2)
	if len(found) != 1 {
		return nil
	}
	n, err := strconv.Atoi(strings.ReplaceAll(found[0][1], ",", ""))
	if err != nil || n > maxPeople {
		return nil
	}
	return &n
}

// seats reads what is said of them. A limit of nobody is none.
func seats(r *Raw) event.Seats {
	s := event.Seats{
		Limit:    headcount(r.Limit),
		Accepted: headcount(r.Accepted),
		Waiting:  headcount(r.Waiting),
	}
	if s.Limit != nil && *s.Limit == 0 {
		s.Limit = nil
	}
	left := headcount(r.Left)
	if left != nil && s.Limit != nil && s.Accepted == nil {
		taken := max(*s.Limit-*left, 0)
		s.Accepted = &taken
	}
	return s
}

// registrations are the words of fields for how signing up stands, folded: those of
// connpass, Bevy and schema.org's availability.
var registrations = map[string]event.RegistrationState{
	"preopen":             event.RegistrationUpcoming,
	"presale":             event.RegistrationUpcoming,
	"preorder":            event.RegistrationUpcoming,
	"upcoming":            event.RegistrationUpcoming,
	"open":                event.RegistrationOpen,
	"instock":             event.RegistrationOpen,
	"limitedavailability": event.RegistrationOpen,
	"onlineonly":          event.RegistrationOpen,
	"available":           event.RegistrationOpen,
	"instoreonly":         event.RegistrationOpen,
	"soldout":             event.RegistrationFull,
	"outofstock":          event.RegistrationFull,
	"sold out":            event.RegistrationFull,
	"full":                event.RegistrationFull,
	"満席":                  event.RegistrationFull,
	"満員":                  event.RegistrationFull,
	"満員御礼":                event.RegistrationFull,
	"close":               event.RegistrationClosed,
	"closed":              event.RegistrationClosed,
	"discontinued":        event.RegistrationClosed,
	"受付終了":                event.RegistrationClosed,
}

// registration reads how signing up stands, "" where the word says nothing of it.
func registration(s string) event.RegistrationState {
	return registrations[lastSegment(text.Fold(s))]
}

// SignupOpen reports whether a word of a field says that one can sign up now.
func SignupOpen(s string) bool { return registration(s) == event.RegistrationOpen }

var (
	// price finds an amount with its currency: ¥1,000, 1,000円, 15.50 USD.
	price = text.NewPattern(
		`(?:([¥$€])|(jpy|usd|eur) ?)?([0-9][0-9,]{0,9}(?:\.[0-9]{1,2})?) ?(?:(円|ドル|ユーロ)|(yen|jpy|usd|eur)(?:[^a-z]|$))?`,
	)
	// gratis finds that there is nothing to pay.
	gratis = text.NewPattern(`無料|むりょう|不要|(?:^|[^a-z])(?:free|gratis|no charge)(?:[^a-z]|$)`)
)

// currencies are the signs and words for them, folded.
var currencies = map[string]string{
	"¥":   "JPY",
	"円":   "JPY",
	"yen": "JPY",
	"jpy": "JPY",
	"$":   "USD",
	"usd": "USD",
	"ドル":  "USD",
	"どる":  "USD",
	"€":   "EUR",
	"eur": "EUR",
	"ユーロ": "EUR",
	"ゆーろ": "EUR",
}

// maxFee is how many characters of a text a fee is looked for in.
const maxFee = 200

// fee reads what taking part costs of prices as they are written, each a bare amount or
// a line of text that names amounts with their currency. Without a single amount, and
// without a word that nothing is to be paid, the fee is unknown, and so it is where
// prices are of several currencies.
func fee(prices []string, currency string) event.Fee {
	p := pricing{currency: strings.ToUpper(strings.TrimSpace(currency))}
	if sign := currencies[text.Fold(currency)]; sign != "" {
		p.currency = sign
	}
	for _, s := range prices {
		p.read(text.Fold(text.Line(s, maxFee)))
	}
	if len(p.amounts) == 0 || p.mixed || len(p.currency) > 3 {
		return event.Fee{}
	}
	if p.currency == "" {
		p.currency = "JPY"
	}
	return event.Fee{
		Min:      slices.Min(p.amounts),
		Max:      slices.Max(p.amounts),
		Currency: p.currency,
	}
}

// A pricing is the amounts found so far.
type pricing struct {
	amounts  []float64
	currency string
	mixed    bool
}

// read takes the amounts of one folded text.
func (p *pricing) read(s string) {
	if n, err := strconv.ParseFloat(s, 64); err == nil {
		p.add(n, "")
		return
	}
	for _, m := range price.FindAllStringSubmatch(s, 20) {
		currency := ""
		for _, sign := range []string{m[1], m[2], m[4], m[5]} {
			if sign != "" {
				currency = currencies[sign]
			}
		}
		n, err := strconv.ParseFloat(strings.ReplaceAll(m[3], ",", ""), 64)
		if currency != "" && err == nil {
			p.add(n, currency)
		}
	}
	if gratis.MatchString(s) {
		p.add(0, "")
	}
}

// add takes one amount; "" stands for whatever the currency is.
func (p *pricing) add(n float64, currency string) {
	if n < 0 || n > maxPeople || math.IsNaN(n) {
		return
	}
	p.mixed = p.mixed || currency != "" && p.currency != "" && p.currency != currency
	if p.currency == "" {
		p.currency = currency
	}
	p.amounts = append(p.amounts, n)
}
