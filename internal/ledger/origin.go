package ledger

import (
	"slices"
	"strings"

	"koyomi/internal/event"
	"koyomi/internal/text"
)

// An Origin says of one field of an event whose word holds, and why.
type Origin struct {
	Field string `json:"field"`
	// Value is what holds, as changes word it; it is never empty.
	Value string `json:"value"`
	// Source and Key name the claim that it is from; both are empty for a person's
	// edit, whose Correction is then set.
	Source     string `json:"source,omitempty"`
	Key        string `json:"key,omitempty"`
	Correction int64  `json:"correction,omitempty"`
	Why        string `json:"why"`
	// Others are the accounts that say something else, by authority.
	Others []Account `json:"others,omitempty"`
}

// An Account is what one source says of a field.
type Account struct {
	Source string `json:"source"`
	Key    string `json:"key"`
	Value  string `json:"value"`
}

// Origins tells, field by field, where the content of an event comes from. claims
// are all those on it, corrections a person's that hold; standing says whose word a
// source is. It follows the same steps by which the content was made.
func Origins(
	claims []event.Claim,
	corrections []Correction,
	authority func(source string) Authority,
) []Origin {
	b := &state{visit: Visit{Authority: authority}}
	all := slices.SortedFunc(slices.Values(claims), b.byAuthority)
	holding := slices.DeleteFunc(
		slices.Clone(all),
		func(c event.Claim) bool { return !current(c) },
	)
	if len(holding) == 0 {
		holding = all[:min(1, len(all))]
	}
	if len(holding) == 0 {
		return nil
	}
	d := holding[0].Listing.Details
	from := map[string]Origin{}
	for _, f := range traced {
		from[f.name] = Origin{
			Source: holding[0].Source,
			Key:    holding[0].Key,
			Why:    first(b, holding),
		}
	}
	for _, c := range holding[1:] {
		before := d
		fill(&d, c.Listing.Details)
		note(from, before, d, Origin{
			Source: c.Source,
			Key:    c.Key,
			Why:    "the sources before it say nothing of it",
		})
	}
	for _, c := range corrections {
		if c.Kind == CorrectEdit && c.Undone.IsZero() {
			before, o := d, Origin{Correction: c.ID, Why: "a person's edit"}
			_ = edit(&d, c) // as in correct
			note(from, before, d, o)
			from[c.Field] = o // also where it says what was so anyway
		}
	}
	return told(from, d, holding)
}

// note replaces the origin of the fields that became different.
func note(from map[string]Origin, before, after event.Details, o Origin) {
	for _, f := range traced {
		if f.value(before) != f.value(after) {
			from[f.name] = o
		}
	}
}

// told returns the origins of the fields that hold something.
func told(from map[string]Origin, d event.Details, holding []event.Claim) []Origin {
	var all []Origin
	for _, f := range traced {
		o := from[f.name]
		o.Field, o.Value = f.name, f.value(d)
		if o.Value == "" {
			continue
		}
		for _, c := range holding {
			if f.differs != nil && f.differs(d, c.Listing.Details) {
				o.Others = append(
					o.Others,
					Account{c.Source, c.Key, f.value(c.Listing.Details)},
				)
			}
		}
		all = append(all, o)
	}
	return all
}

// first says why the first of several claims comes first.
func first(b *state, holding []event.Claim) string {
	if len(holding) == 1 {
		return "the only source that lists it"
	}
	p, q := b.visit.authority(holding[0].Source), b.visit.authority(holding[1].Source)
	switch {
	case lesser(p) != lesser(q):
		return "the organiser's word comes before an aggregator's"
	case p.Rank != q.Rank:
		return "it comes first among the community's sources"
	case !holding[0].Listing.Updated.Equal(holding[1].Listing.Updated):
		return "it was written last"
	}
	return "equal in authority: first by name"
}

// A field is one of which it is told whose word holds. differs reports
// whether an account o contradicts d; nil where nobody would call that a
// contradiction.
type field struct {
	name    string
	value   func(event.Details) string
	differs func(d, o event.Details) bool
}

var traced = []field{
	{
		"title",
		func(d event.Details) string { return d.Title },
		func(d, o event.Details) bool {
			return otherWords(TitleCore(d.Title), TitleCore(o.Title))
		},
	},
	{"start", func(d event.Details) string { return statedWords(d.Start) }, otherStart},
	{
		"end",
		func(d event.Details) string { return statedWords(d.End) },
		func(d, o event.Details) bool {
			return !otherStart(d, o) && !o.End.IsZero() && otherMoment(d.End, o.End)
		},
	},
	{
		"status",
		func(d event.Details) string { return string(d.Status) },
		func(d, o event.Details) bool {
			return o.Status != "" && o.Status != d.Status
		},
	},
	{
		"mode",
		func(d event.Details) string { return string(d.Mode) },
		func(d, o event.Details) bool {
			return o.Mode != "" && o.Mode != d.Mode
		},
	},
	{
		"location",
		func(d event.Details) string { return d.Location },
		func(d, o event.Details) bool {
			return otherWords(text.Fold(d.Location), text.Fold(o.Location))
		},
	},
	{"area", func(d event.Details) string { return d.Area }, nil},
	{"online_url", func(d event.Details) string { return d.OnlineURL }, nil},
	{"url", func(d event.Details) string { return d.URL }, nil},
	{"number", func(d event.Details) string { return d.Number }, nil},
	{
		"registration_opens",
		func(d event.Details) string { return statedWords(d.RegistrationOpens) },
		nil,
	},
	{
		"registration_closes",
		func(d event.Details) string { return statedWords(d.RegistrationCloses) },
		nil,
	},
	{"fee", func(d event.Details) string { return d.Fee.String() }, nil},
	{"seats", func(d event.Details) string { return d.Seats.String() }, nil},
	{
		"registration_state",
		func(d event.Details) string { return string(d.RegistrationState) },
		nil,
	},
	{"description", func(d event.Details) string { return d.Description }, nil},
}

// otherWords reports whether y says something else than x, not merely more or less.
func otherWords(x, y string) bool {
	return y != "" && !strings.Contains(x, y) && !strings.Contains(y, x)
}

func otherStart(d, o event.Details) bool {
	return !o.Start.IsZero() && otherMoment(d.Start, o.Start)
}

// otherMoment reports whether two moments contradict each other: a day and an hour
// of it do not.
func otherMoment(x, y event.Moment) bool {
	if x.AllDay() != y.AllDay() {
		return x.Date != y.Date
	}
	return !x.Equal(y)
}

func statedWords(m event.Moment) string {
	if m.IsZero() {
		return ""
	}
	return m.Words()
}
