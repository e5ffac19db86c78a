package publish

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"koyomi/internal/event"
)

func dayOf(day int) event.Value {
	return event.Times{Start: event.On(event.Date{Year: 2009, Month: time.May, Day: day})}
}

func TestRemembersHowThingsWere(t *testing.T) {
	var b Before
	for _, c := range []event.Change{
		{Kind: event.ChangeAdded, After: event.Text("会")},
		{Kind: event.ChangeMoved, Field: "start", Before: dayOf(1), After: dayOf(2)},
		{Kind: event.ChangeMoved, Field: "start", Before: dayOf(2), After: dayOf(3)},
		{Kind: event.ChangeRelocated, Field: "location", Before: event.Place{Location: "幕張"}, After: event.Place{Location: "有明"}},
		{Kind: event.ChangeEdited, Field: "title", Before: event.Text("x"), After: event.Text("会")},
		{Kind: event.ChangeCancelled, Field: "status"},
		{Kind: event.ChangeReinstated, Field: "status"},
	} {
		b = b.After(c)
	}
	if want := (Before{When: dayOf(2), Where: event.Place{Location: "幕張"}, Reinstated: true}); !reflect.DeepEqual(b, want) {
		t.Errorf("%+v", b)
	}
	if b = b.After(event.Change{Kind: event.ChangeCancelled}); b.Reinstated {
		t.Error("cancelled again, and still told as on again")
	}
	if b = b.After(event.Change{Kind: event.ChangeReinstated}); b.Reinstated {
		t.Error("an announcement that came back is told as a cancellation taken back")
	}
}

func TestOpeningsAndDeadlinesAreEntriesOfTheirOwn(t *testing.T) {
	e := made("会", "2009-05-28T19:00:00+09:00", "2009-05-28T20:40:00+09:00", func(e *event.Event) {
		e.RegistrationOpens, e.RegistrationCloses = event.On(event.Date{Year: 2009, Month: 5, Day: 1}), event.At(e.Start.Time.AddDate(0, 0, -2))
		e.Description = "KVMの話"
	})
	all := Entries(e)
	if len(all) != 3 {
		t.Fatalf("%d entries", len(all))
	}
	opens, closes := all[1], all[2]
	if opens.Title != "【募集開始】会" || !opens.AllDay() || opens.Type != event.TypeRegistration || closes.Title != "【募集締切】会" || closes.Type != event.TypeDeadline || closes.Start.String() != "2009-05-26T19:00:00+09:00" || !closes.End.IsZero() {
		t.Errorf("%+v\n%+v", opens, closes)
	}
	if opens.UID == e.UID || opens.UID == closes.UID || opens.ID() != e.ID() || closes.ID() != e.ID() {
		t.Errorf("UIDs %s and %s of %s", opens.UID, closes.UID, e.UID)
	}
	if !strings.HasPrefix(closes.Description, "日時: 2009-05-28 (木) 19:00–20:40\n\nKVM") {
		t.Errorf("the event's own time is not told: %q", closes.Description)
	}
	for name, change := range map[string]func(*event.Event){
		"none announced": func(e *event.Event) {
			e.RegistrationOpens, e.RegistrationCloses = event.Moment{}, event.Moment{}
		},
		"a call for papers": func(e *event.Event) { e.Type = event.TypeCFP },
		"withdrawn":         func(e *event.Event) { e.Withdrawn = true },
		"merged":            func(e *event.Event) { e.MergedInto = "x" },
	} {
		other := e
		change(&other)
		if n := len(Entries(other)); n != 1 {
			t.Errorf("%s: %d entries", name, n)
		}
	}
}

func TestTakesBackWhatWasMerged(t *testing.T) {
	for name, c := range map[string]struct {
		merged string
		policy Policy
		want   bool
	}{
		"yesterday":           {"2009-05-17T12:00:00+09:00", Keep, true},
		"fifteen days ago":    {"2009-05-03T12:00:00+09:00", Keep, false},
		"for a marked one":    {"2009-05-17T12:00:00+09:00", Mark, false},
		"for one that hides":  {"2009-05-17T12:00:00+09:00", Hide, false},
		"and then withdrawn":  {"", Keep, false},
		"with no other in it": {"2009-05-17T12:00:00+09:00", "", true},
	} {
		e := made("会", "2009-05-28", "", func(e *event.Event) {
			e.MergedInto = "00000009-0000-5000-8000-000000000000"
			m, _ := event.ParseMoment(c.merged, nil)
			e.Updated, e.Withdrawn = m.Time, c.merged == ""
		})
		if got := len(Choose([]event.Event{e}, Calendar{Cancelled: c.policy}, today)) == 1; got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestClients(t *testing.T) {
	for name, want := range map[string]Policy{"": Keep, "google": Mark, "apple": Keep, "outlook": Mark, "Google": "", "x": ""} {
		if c, err := ParseClient(name); c.Cancelled != want || (err == nil) != (want != "") {
			t.Errorf("%q: %+v %v", name, c, err)
		}
	}
	for name, ok := range map[string]bool{"": true, "each": true, "joined": true, "both": false} {
		if _, err := ParseParts(name); (err == nil) != ok {
			t.Errorf("%q: %v", name, err)
		}
	}
}
