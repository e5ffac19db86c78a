package ledger_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"koyomi/internal/event"
	"koyomi/internal/ledger"
)

// drawCorrection draws what a person may say of what is known; ok is unset where
// nothing of the kind can be said.
func drawCorrection(t *rapid.T, p *past) (c ledger.Correction, ok bool) {
	var uids []string
	for uid, e := range p.events {
		if e.MergedInto == "" && !e.Withdrawn {
			uids = append(uids, uid)
		}
	}
	if slices.Sort(uids); len(uids) == 0 {
		return c, false
	}
	c.Event = rapid.SampledFrom(uids).Draw(t, "event")
	c.Kind = rapid.SampledFrom([]ledger.CorrectionKind{ledger.CorrectJoin, ledger.CorrectSplit, ledger.CorrectHide, ledger.CorrectEdit}).Draw(t, "correction")
	switch c.Kind {
	case ledger.CorrectJoin:
		c.Other = rapid.SampledFrom(uids).Draw(t, "other")
		return c, c.Other != c.Event
	case ledger.CorrectSplit:
		var names []ledger.ClaimName
		for n, cl := range p.claims {
			if cl.UID == c.Event {
				names = append(names, n)
			}
		}
		slices.SortFunc(names, func(x, y ledger.ClaimName) int {
			return slices.Compare([]string{x.Source, x.Key}, []string{y.Source, y.Key})
		})
		if len(names) < 2 {
			return c, false
		}
		n := rapid.SampledFrom(names).Draw(t, "claim")
		c.Source, c.Key = n.Source, n.Key
	case ledger.CorrectEdit:
		edit := rapid.SampledFrom([][2]string{
			{"title", "人の言う題"},
			{"start", "2009-12-24 18:30"},
			{"status", "cancelled"},
			{"location", "人の言う所"},
			{"description", ""},
			{"online_url", "https://meet.example/person"},
			{"url", ""},
		}).Draw(t, "edit")
		c.Field, c.Value = edit[0], edit[1]
	case ledger.CorrectHide:
	}
	return c, true
}

// holds reports whether what a person said is so.
func holds(p *past, c ledger.Correction) bool {
	e := p.live(c.Event)
	switch c.Kind {
	case ledger.CorrectJoin:
		return p.live(c.Other).UID == e.UID
	case ledger.CorrectSplit:
		return p.live(p.claims[ledger.ClaimName{Source: c.Source, Key: c.Key}].UID).UID != e.UID
	case ledger.CorrectHide:
		return e.Withdrawn
	case ledger.CorrectEdit:
		return map[string]string{
			"title": e.Title, "start": e.Start.Time.In(event.Tokyo).Format("2006-01-02 15:04"), "status": string(e.Status),
			"location": e.Location, "description": e.Description, "online_url": e.OnlineURL, "url": e.URL,
		}[c.Field] == c.Value
	}
	return false
}

// days lets all sources be polled for some days more.
func (p *past) days(t *rapid.T, n int) {
	for range n {
		p.all = drawNews(t, p.all)
		for _, w := range rapid.Permutation(p.tellers).Draw(t, "order") {
			p.poll(w.source, p.at, w.list(p.all))
		}
		p.at = p.at.AddDate(0, 0, 1)
	}
}

// TestAPersonsWordOutlivesEveryPoll: whatever the sources say later, in whatever
// order, what a person joined is one, what was split stays apart, what was hidden stays
// hidden and what was edited stays as it was written.
func TestAPersonsWordOutlivesEveryPoll(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPast(t)
		c, ok := drawCorrection(t, p)
		if !ok {
			t.Skip("nothing to correct")
		}
		c, err := p.correct(c, p.at)
		if err != nil {
			t.Fatal(err)
		}
		if !holds(p, c) {
			t.Fatalf("%+v does not hold at once", c)
		}
		p.days(t, 3)
		if !holds(p, c) {
			t.Fatalf("%+v does not hold any more:\n%s", c, p.told(true))
		}
	})
}

// TestUndoGivesBackWhatWasBefore, to the UID and the last claim.
func TestUndoGivesBackWhatWasBefore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPast(t)
		before := p.told(true)
		c, ok := drawCorrection(t, p)
		if !ok {
			t.Skip("nothing to correct")
		}
		c, err := p.correct(c, p.at)
		if err != nil {
			t.Fatal(err)
		}
		if err := p.undo(c, p.at); err != nil {
			t.Fatal(err)
		}
		if after := p.told(true); after != before {
			t.Fatalf("%+v, before:\n%s\n\ntaken back:\n%s", c, before, after)
		}
	})
}

// TestUndoAfterPollsIsAsIfNothingHadBeenSaid: sources are polled between a person's
// word and its taking back, and once more after it.
func TestUndoAfterPollsIsAsIfNothingHadBeenSaid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPast(t)
		other := &past{desk: newDesk(households)}
		for _, v := range p.visits {
			other.poll(v.Source, v.At, v.Listings)
		}
		c, ok := drawCorrection(t, p)
		if !ok {
			t.Skip("nothing to correct")
		}
		c, err := p.correct(c, p.at)
		if err != nil {
			t.Fatal(err)
		}
		later := drawNews(t, p.all)
		for _, w := range p.tellers {
			p.poll(w.source, p.at, w.list(later))
			other.poll(w.source, p.at, w.list(later))
		}
		if err := p.undo(c, p.at); err != nil {
			t.Fatal(err)
		}
		for _, w := range p.tellers {
			p.poll(w.source, p.at.AddDate(0, 0, 1), w.list(later))
			other.poll(w.source, p.at.AddDate(0, 0, 1), w.list(later))
		}
		if a, b := p.told(false), other.told(false); a != b {
			t.Fatalf("%+v\ntaken back:\n%s\n\nnever said:\n%s", c, a, b)
		}
	})
}
