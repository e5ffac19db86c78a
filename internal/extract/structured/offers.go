package structured

import (
	"cmp"

	"koyomi/internal/extract"
)

// admission reads what an event's offers say of signing up: prices, since when and
// until when they hold, and whether any is left; and how many may come.
func admission(r *extract.Raw, o map[string]any) {
	r.Limit = cmp.Or(
		word(o["maximumAttendeeCapacity"]),
		word(o["maximumPhysicalAttendeeCapacity"]),
	)
	r.Left = word(o["remainingAttendeeCapacity"])
	if word(o["isAccessibleForFree"]) == "true" {
		r.Fees = append(r.Fees, "0")
	}
	var states []string
	for _, one := range asList(o["offers"]) {
		offer, ok := one.(map[string]any)
		if !ok {
			continue
		}
		prices(r, offer)
		r.Opens = earliest(r.Opens, word(offer["validFrom"]))
		r.Closes = latest(r.Closes, word(offer["validThrough"]))
		states = append(states, word(offer["availability"]))
	}
	r.Registration = best(states)
}

// prices adds those of one offer, or of an offer that stands for several.
func prices(r *extract.Raw, offer map[string]any) {
	for _, name := range []string{"price", "lowPrice", "highPrice"} {
		r.Fees = append(r.Fees, words(offer[name])...)
	}
	r.Currency = cmp.Or(r.Currency, word(offer["priceCurrency"]))
}

// earliest and latest choose of two moments as ISO 8601 writes them, in one zone, of
// which one may be missing.
func earliest(a, b string) string {
	if a == "" || b != "" && b < a {
		return b
	}
	return a
}

func latest(a, b string) string { return max(a, b) }

// best returns the state of the offer that is the easiest to take: one that sells
// where another is sold out.
func best(states []string) string {
	for _, state := range states {
		if extract.SignupOpen(state) {
			return state
		}
	}
	for _, state := range states {
		if state != "" {
			return state
		}
	}
	return ""
}
