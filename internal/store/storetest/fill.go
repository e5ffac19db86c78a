package storetest

import (
	"testing"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/ledger"
	"koyomi/internal/store"
)

// A Whole is all of a database.
type Whole interface {
	Mailing
	store.Hosts
}

// Fill writes something into every table of an empty database: events of every shape,
// a held poll, corrections, subscribers, a message that waits, hosts.
func Fill(t *testing.T, s Whole) {
	t.Helper()
	all := append(gatherings(), abroad()...)
	all[1].Seats = seats(20, 3, 0)
	var w store.Writing
	for i, e := range all {
		w.Events = append(w.Events, e)
		w.Claims = append(w.Claims, claim("bpstudy", e.UID, e, i))
		w.Changes = append(w.Changes, added(e, "bpstudy", i))
	}
	visit(t, s, "bpstudy", 1, w)
	hold(t, s, "v-tomo", 2, 3)
	must(s.OpenPoll(ctx, "osc", at(3)))(t)
	must(s.Amend(ctx, store.Amendment{Correction: store.Correction{
		Kind:   ledger.CorrectJoin,
		At:     at(4),
		Event:  all[0].UID,
		Other:  all[1].UID,
		Note:   "同じ会\nかもしれない",
		Claims: []ledger.ClaimName{{Source: "s", Key: "k"}},
	}}))(t)
	subscribed(t, s, "a", "b", "c")
	planned(t, s, mailDay, morning, 1)
	ok(t, s.Unsubscribe(ctx, reader("c").Address, morning, true))
	ok(t, asked(s, "d", "token", morning))
	ok(
		t,
		s.WithHost(
			ctx,
			"example.jp",
			func(h *store.HostState) { h.Asked, h.Holder, h.Delay = at(1), "somebody", time.Second },
		),
	)
	ok(
		t,
		s.SaveRobots(
			ctx,
			store.Robots{
				Origin: "https://example.jp",
				Text:   "User-agent: *\nDisallow: /\n",
				At:     at(1),
				Again:  at(9),
			},
		),
	)
	ok(t, s.WithAddress(ctx, "https://example.jp/", func(a *store.AddressState) {
		a.Source, a.Refused, a.Refusals = "bpstudy", at(2), 3
	}))
	if _, err := s.Mail(ctx); err != nil {
		t.Fatal(err)
	}
	ok(t, s.Schedule(ctx, map[string]time.Time{"later": at(100)}))
	if e, err := s.Event(ctx, all[0].UID); err != nil || e.Status != event.Confirmed {
		t.Fatal(e, err)
	}
}
