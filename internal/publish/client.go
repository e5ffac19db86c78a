package publish

import "errors"

// A Client is a calendar application whose habits are known.
type Client struct {
	// Name is how an address names it, Title how people do; "" for any client.
	Name, Title string
	// Cancelled is the policy under which it shows cancelled events as such.
	Cancelled Policy
	// Plain is set where it has been seen to fail on compressed answers.
	Plain bool
	// Slowest is the longest it takes, in hours, until it asks again: what
	// changes in between, its reader learns late. Quickest likewise.
	Quickest, Slowest int
}

// Clients are those with a preset. Google takes cancelled events out of view, and
// classic Outlook shows them as any other: both need the mark in the title. Apple
// strikes them through. Intervals are those that users report.
var Clients = []Client{
	{Name: "google", Title: "Google", Cancelled: Mark, Quickest: 4, Slowest: 24},
	{Name: "apple", Title: "Apple", Cancelled: Keep, Quickest: 0, Slowest: 7 * 24},
	{
		Name:      "outlook",
		Title:     "Outlook",
		Cancelled: Mark,
		Plain:     true,
		Quickest:  3,
		Slowest:   24,
	},
}

// ParseClient reads a client by name; "" is any, which takes what is given.
func ParseClient(s string) (Client, error) {
	if s == "" {
		return Client{Cancelled: Keep}, nil
	}
	for _, c := range Clients {
		if c.Name == s {
			return c, nil
		}
	}
	return Client{}, errors.New("expected google, apple or outlook")
}

// ParseParts reads how an event of several parts is shown; "" is PartsAuto.
func ParseParts(s string) (Parts, error) {
	switch p := Parts(s); p {
	case PartsAuto, PartsJoined, PartsEach:
		return p, nil
	}
	return "", errors.New(
		"expected joined (one entry over all days) or each (one entry a day)",
	)
}
