package ledger_test

import (
	"testing"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/ledger"
)

// origins are those of an event that the organiser's blog, its calendar (second in
// rank) and an aggregator list.
func origins(t *testing.T, claims []event.Claim, corrections ...ledger.Correction) map[string]ledger.Origin {
	t.Helper()
	standing := func(source string) ledger.Authority {
		return map[string]ledger.Authority{"blog": {}, "calendar": {Rank: 1}, "notes": {Aggregator: true}}[source]
	}
	all := map[string]ledger.Origin{}
	for _, o := range ledger.Origins(claims, corrections, standing) {
		if o.Value == "" {
			t.Errorf("%s: an origin of nothing", o.Field)
		}
		all[o.Field] = o
	}
	return all
}

func claimOf(source string, d event.Details) event.Claim {
	return event.Claim{Source: source, Key: source + "-21", UID: "u", Listing: event.Listing{Key: source + "-21", Details: d}}
}

func dayOf(t *testing.T, s string) event.Moment {
	t.Helper()
	m, err := event.ParseMoment(s, event.Tokyo)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestTheOrganisersWordHoldsAndTheAttendeesIsTold(t *testing.T) {
	t.Parallel()
	all := origins(t, []event.Claim{
		claimOf("notes", event.Details{Title: "BPStudy#21", Span: event.Span{Start: dayOf(t, "2009-05-21T19:00:00+09:00")}, Location: "五反田"}),
		claimOf("blog", event.Details{Title: "BPStudy#21 OpenID", Span: event.Span{Start: dayOf(t, "2009-05-22")}}),
	})
	start := all["start"]
	if start.Source != "blog" || start.Value != "2009-05-22" || start.Why != "the organiser's word comes before an aggregator's" {
		t.Errorf("start: %+v", start)
	}
	if len(start.Others) != 1 || start.Others[0] != (ledger.Account{Source: "notes", Key: "notes-21", Value: "2009-05-21 19:00"}) {
		t.Errorf("accounts of the start that disagree: %+v", start.Others)
	}
	if o := all["title"]; len(o.Others) != 0 {
		t.Errorf("a title that says less is told as a contradiction: %+v", o.Others)
	}
	if o := all["location"]; o.Source != "notes" || o.Why != "the sources before it say nothing of it" {
		t.Errorf("location: %+v", o)
	}
}

func TestAnHourOfTheSameDayIsFilledAndNoContradiction(t *testing.T) {
	t.Parallel()
	all := origins(t, []event.Claim{
		claimOf("blog", event.Details{Title: "x", Span: event.Span{Start: dayOf(t, "2009-05-22")}}),
		claimOf("calendar", event.Details{Title: "x", Span: event.Span{Start: dayOf(t, "2009-05-22T19:00:00+09:00"), End: dayOf(t, "2009-05-22T21:00:00+09:00")}}),
	})
	for field, value := range map[string]string{"start": "2009-05-22 19:00", "end": "2009-05-22 21:00"} {
		if o := all[field]; o.Source != "calendar" || o.Value != value || len(o.Others) != 0 {
			t.Errorf("%s: %+v", field, o)
		}
	}
	if why := all["title"].Why; why != "it comes first among the community's sources" {
		t.Errorf("title: %s", why)
	}
}

func TestAnEditHoldsUntilItIsTakenBack(t *testing.T) {
	t.Parallel()
	claims := []event.Claim{claimOf("blog", event.Details{Title: "x", Span: event.Span{Start: dayOf(t, "2009-05-22")}})}
	edit := ledger.Correction{ID: 7, Kind: ledger.CorrectEdit, Event: "u", Field: "title", Value: "y"}
	if o := origins(t, claims, edit)["title"]; o.Correction != 7 || o.Value != "y" || len(o.Others) != 1 || o.Others[0].Value != "x" {
		t.Errorf("edited: %+v", o)
	}
	same := ledger.Correction{ID: 8, Kind: ledger.CorrectEdit, Event: "u", Field: "title", Value: "x"}
	if o := origins(t, claims, same)["title"]; o.Correction != 8 || len(o.Others) != 0 {
		t.Errorf("decided as it was: %+v", o)
	}
	edit.Undone = time.Unix(1, 0)
	if o := origins(t, claims, edit)["title"]; o.Source != "blog" || o.Value != "x" {
		t.Errorf("taken back: %+v", o)
	}
}

func TestOnlyAClaimThatEndedStillTellsOfAWithdrawnEvent(t *testing.T) {
	t.Parallel()
	c := claimOf("blog", event.Details{Title: "x", Span: event.Span{Start: dayOf(t, "2009-05-22")}})
	c.Until = time.Unix(1, 0)
	if o := origins(t, []event.Claim{c})["title"]; o.Source != "blog" || o.Why != "the only source that lists it" {
		t.Errorf("%+v", o)
	}
	if got := ledger.Origins(nil, nil, nil); got != nil {
		t.Errorf("an event of no claims has origins: %+v", got)
	}
}
