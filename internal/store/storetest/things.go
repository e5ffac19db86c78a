package storetest

import (
	"fmt"
	"strings"
	"time"

	"koyomi/internal/event"
)

// uid returns the UID of the n-th event.
func uid(n int) string {
	return fmt.Sprintf(
		"%08x-%04x-5000-8000-000000000000",
		n*2654435761&0xffffffff,
		n&0xffff,
	)
}

func told(s, zone string) event.Moment {
	m, err := event.ParseMoment(s, event.Zone(zone))
	if err != nil {
		panic(err)
	}
	return m
}

// gathering is an event of a community with a title, a start and perhaps an end.
func gathering(n int, community, title, start, end string) event.Event {
	e := event.Event{
		UID:       uid(n),
		Community: community,
		Sources:   []string{community},
	}
	e.Title, e.Zone = title, "Asia/Tokyo"
	e.Start, e.End = told(start, e.Zone), told(end, e.Zone)
	e.Status, e.Type = event.Confirmed, event.TypeEvent
	e.Created, e.Updated = at(0).UTC(), at(1).UTC()
	return e
}

// gatherings are events of every shape.
func gatherings() []event.Event {
	all := []event.Event{
		gathering(1, "bpstudy", "BPStudy#21", "2009-05-22", ""),
		gathering(
			2,
			"v-tomo",
			"仮想化友の会 第9回",
			"2009-05-28T19:00:00+09:00",
			"2009-05-28T20:40:00+09:00",
		),
		gathering(3, "interop", "Interop Tokyo 2009 カンファレンス", "2009-06-08", "2009-06-12"),
		gathering(4, "osc", "OSC 2009", "2009-05-28T10:00:00+09:00", ""),
		gathering(5, "osc", "no day is known", "", ""),
		gathering(6, "osc", "the last day there is", "9999-12-31", ""),
		gathering(7, "osc", "long ago", "0001-01-01", "0001-01-02"),
	}
	all[1].Details = full(all[1].Details)
	all[1].Sequence, all[1].CancelledAt, all[1].Status = 7, at(3).UTC(), event.Cancelled
	all[1].Sources = []string{"v-tomo", "connpass"}
	all[2].Withdrawn = true
	all[3].MergedInto = uid(1)
	all = append(all, abroad()...)
	odd := gathering(30, "odd", strings.Repeat("長", 200), "2009-05-22", "")
	odd.Description = "line 1\nline 2 'quoted' \"twice\" % _ \\ 👩‍👩‍👧 か\u3099 "
	odd.Type = ""
	odd.Status = ""
	odd.Created = time.Time{}
	odd.Updated = time.Time{}
	odd.Sources = nil
	return append(all, odd)
}

// full has a value in every field.
func full(d event.Details) event.Details {
	zone := d.Zone
	d.Mode = event.Hybrid
	d.URL = "https://example.jp/9?a=b&c=%E3%81%82"
	d.Location = "産業技術大学院大学"
	d.Area = "東京都"
	d.OnlineURL = "https://example.jp/live"
	d.Description = strings.Repeat("KVMの話。", 700)
	d.Tags = []string{"kvm", "仮想化"}
	d.Number = "9"
	d.WholeDay = true
	d.Geo = &event.Geo{Lat: 35.6096, Lon: 139.7499}
	d.RegistrationState = event.RegistrationOpen
	d.Seats = seats(20, 17, 0)
	d.Fee = event.Fee{Max: 1500.5, Currency: "JPY"}
	d.RegistrationOpens = told("2009-05-01", zone)
	d.RegistrationCloses = told("2009-05-27T23:59:59+09:00", zone)
	d.Sessions = []event.Session{
		{
			Start: told("2009-05-28T19:00:00+09:00", zone),
			End:   told("2009-05-28T19:40:00+09:00", zone),
		},
		{Start: told("2009-05-28T20:00:00+09:00", zone)},
	}
	return d
}

// abroad are events told in other zones, and in others than they name.
func abroad() []event.Event {
	summer := gathering(20, "berlin", "Sommer", "", "")
	summer.Zone = "Europe/Berlin"
	summer.Start = told("2009-07-01T19:00:00+02:00", summer.Zone)
	summer.End = told("2009-07-01T21:00:00+02:00", summer.Zone)
	utc := gathering(21, "berlin", "told in UTC", "", "")
	utc.Start = event.At(time.Date(2009, 5, 27, 23, 30, 0, 0, time.UTC))
	offset := gathering(22, "berlin", "told by an offset", "", "")
	offset.Start = event.At(
		time.Date(2009, 5, 28, 0, 30, 0, 0, time.FixedZone("", -5*3600)),
	)
	offset.End = event.At(time.Date(2009, 5, 29, 0, 30, 0, 0, event.Zone("Asia/Kathmandu")))
	unnamed := gathering(23, "berlin", "names no zone", "2009-05-28T19:00:00+09:00", "")
	unnamed.Zone = ""
	unknown := gathering(
		24,
		"berlin",
		"names a zone that is none",
		"2009-05-28T19:00:00+09:00",
		"",
	)
	unknown.Zone = "Mars/Olympus"
	behind := gathering(25, "samoa", "a day that begins late", "2009-05-28", "2009-05-28")
	behind.Zone = "Pacific/Honolulu"
	twice := gathering(26, "berlin", "in the hour that comes twice", "", "")
	twice.Zone = "Europe/Berlin"
	twice.Start = event.At(
		time.Date(2009, 10, 25, 1, 30, 0, 0, time.UTC).In(event.Zone(twice.Zone)),
	)
	return []event.Event{summer, utc, offset, unnamed, unknown, behind, twice}
}

// claim is one of a source on an event.
func claim(source, key string, e event.Event, hour int) event.Claim {
	return event.Claim{
		Source:  source,
		Key:     key,
		UID:     e.UID,
		From:    at(hour).UTC(),
		Seen:    at(hour + 1).UTC(),
		Listing: event.Listing{Key: key, Details: e.Details},
	}
}

// onDay is the value of the field "start" of a day.
func onDay(day string) event.Value {
	d, err := event.ParseDate(day)
	if err != nil {
		panic(err) // the days are constants
	}
	return event.Times{Start: event.On(d), Zone: "Asia/Tokyo"}
}
