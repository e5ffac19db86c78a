package ledger_test

import (
	"reflect"
	"testing"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/ledger"
)

// TestAChangeHoldsWhatWasAndIs: the values of a change are those of the event before
// and after, whatever they look like and in whatever zone.
func TestAChangeHoldsWhatWasAndIs(t *testing.T) {
	t.Parallel()
	berlin := event.Zone("Europe/Berlin")
	at := func(hour int) event.Span {
		return event.Span{Start: event.At(time.Date(2026, 12, 1, hour, 0, 0, 0, berlin)), Zone: "Europe/Berlin"}
	}
	was := event.Listing{Key: "1", Details: event.Details{Title: "2026-12-01", Span: at(19), Status: event.Confirmed, Type: event.TypeEvent, Tags: []string{"go", "C, C++"}}}
	is := was
	is.Title, is.Span, is.Tags = "2026-12-02", at(20), []string{"go"}

	d := newDesk(map[string]ledger.Authority{"berlin": {Community: "berlin"}})
	now := time.Date(2026, 11, 1, 9, 0, 0, 0, event.Tokyo)
	d.poll("berlin", now, []event.Listing{was})
	got := map[string][2]event.Value{}
	for _, c := range d.poll("berlin", now.Add(time.Hour), []event.Listing{is}).Changes {
		got[c.Field] = [2]event.Value{c.Before, c.After}
	}
	want := map[string][2]event.Value{
		"title": {event.Text("2026-12-01"), event.Text("2026-12-02")},
		"start": {event.Times(at(19)), event.Times(at(20))},
		"tags":  {event.List{"C, C++", "go"}, event.List{"go"}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %#v\nwant %#v", got, want)
	}
}
