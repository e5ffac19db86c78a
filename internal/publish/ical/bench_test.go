package ical

import (
	"bytes"
	"fmt"
	"net/url"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	ics "github.com/arran4/golang-ical"
	goical "github.com/emersion/go-ical"

	"koyomi/internal/event"
	"koyomi/internal/publish"
)

// BenchmarkEncode writes a calendar of the size that clients take (1,000 events)
// and one of 20,000, with this encoder and with the usual libraries as their users
// call them, in one run; events/s is what to compare. go-ical does not fold lines.
func BenchmarkEncode(b *testing.B) {
	c := calendar().WithDefaults()
	for _, n := range []int{1000, 20_000} {
		events := many(n)
		for name, write := range map[string]func() int{
			"koyomi":      func() int { return len(Write(events, c, now)) },
			"golang-ical": func() int { return len(usual(events, c).Serialize(ics.WithNewLine("\r\n"))) }, //nolint:misspell // its name
			"go-ical": func() int {
				var out bytes.Buffer
				if err := goical.NewEncoder(&out).Encode(other(events, c)); err != nil {
					b.Fatal(err)
				}
				return out.Len()
			},
		} {
			b.Run(fmt.Sprintf("%d/%s", n, name), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if write() < n*500 {
						b.Fatal("too little was written")
					}
				}
				b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "events/s")
			})
		}
	}
}

// usual builds the same calendar with the library, as its users do.
func usual(events []event.Event, c publish.Calendar) *ics.Calendar {
	cal := ics.NewCalendar()
	cal.SetName(c.Name)
	w := newWriter(c, now)
	for i := range events {
		e := &events[i]
		v := cal.AddEvent(e.UID)
		v.SetDtStampTime(e.Updated)
		v.SetModifiedAt(e.Updated)
		v.SetCreatedTime(e.Created)
		v.SetSequence(e.Sequence)
		v.SetStartAt(e.Start.Time)
		v.SetEndAt(e.End.Time)
		v.SetSummary(e.Title)
		v.SetStatus(ics.ObjectStatusConfirmed)
		v.SetLocation(e.Location)
		v.AddCategory(strings.Join(w.categories(e), ","))
		v.SetDescription(e.Description + "\n主催: " + c.CommunityName(e.Community) + "\n" + e.URL + "\n情報源: " + strings.Join(e.Sources, "、") + "\n" + c.EventBase + e.ID())
		v.SetURL(e.URL)
		v.SetTimeTransparency(ics.TransparencyTransparent)
	}
	return cal
}

// other builds it with go-ical.
func other(events []event.Event, c publish.Calendar) *goical.Calendar {
	cal := goical.NewCalendar()
	cal.Props.SetText(goical.PropVersion, "2.0")
	cal.Props.SetText(goical.PropProductID, "-//koyomi//koyomi//JA")
	cal.Props.SetText(goical.PropName, c.Name)
	w := newWriter(c, now)
	for i := range events {
		e := &events[i]
		v := goical.NewEvent()
		v.Props.SetText(goical.PropUID, e.UID)
		v.Props.SetDateTime(goical.PropDateTimeStamp, e.Updated.UTC())
		v.Props.SetDateTime(goical.PropLastModified, e.Updated.UTC())
		v.Props.SetDateTime(goical.PropCreated, e.Created.UTC())
		sequence := goical.NewProp(goical.PropSequence)
		sequence.Value = strconv.Itoa(e.Sequence)
		v.Props.Set(sequence)
		v.Props.SetDateTime(goical.PropDateTimeStart, e.Start.Time)
		v.Props.SetDateTime(goical.PropDateTimeEnd, e.End.Time)
		v.Props.SetText(goical.PropSummary, e.Title)
		v.SetStatus(goical.EventConfirmed)
		v.Props.SetText(goical.PropLocation, e.Location)
		categories := goical.NewProp(goical.PropCategories)
		categories.SetTextList(w.categories(e))
		v.Props.Set(categories)
		v.Props.SetText(goical.PropDescription, e.Description+"\n主催: "+c.CommunityName(e.Community)+"\n"+e.URL+"\n情報源: "+strings.Join(e.Sources, "、")+"\n"+c.EventBase+e.ID())
		if u, err := url.Parse(e.URL); err == nil {
			v.Props.SetURI(goical.PropURL, u)
		}
		transparent := goical.NewProp(goical.PropTransparency)
		transparent.Value = "TRANSPARENT"
		v.Props.Set(transparent)
		cal.Children = append(cal.Children, v.Component)
	}
	return cal
}

// BenchmarkFeed20000 renders a whole feed of 20,000 events, chosen, written,
// hashed and compressed; peak-MB is the heap at its largest, sampled.
func BenchmarkFeed20000(b *testing.B) {
	events := many(20_000)
	c := calendar()
	c.Past, c.Ahead, c.MaxBytes = 40_000, 40_000, -1
	runtime.GC()
	var before, m runtime.MemStats
	runtime.ReadMemStats(&before)
	peak := before.HeapAlloc
	b.ReportAllocs()
	for b.Loop() {
		stop := make(chan struct{})
		done := make(chan uint64)
		go func() {
			top := uint64(0)
			for {
				runtime.ReadMemStats(&m)
				top = max(top, m.HeapAlloc)
				select {
				case <-stop:
					done <- top
					return
				case <-time.After(2 * time.Millisecond):
				}
			}
		}()
		r := Render(events, c, now)
		close(stop)
		peak = max(peak, <-done)
		if len(r.Body) < 20_000*500 || r.Gzip == nil {
			b.Fatal("too little was written")
		}
	}
	b.ReportMetric(float64(peak)/1e6, "peak-MB")
}

// TestFeedOf20000FitsInMemory holds the whole making of a feed of 20,000 events
// under 256 MiB, all that it allocates counted, freed or not.
func TestFeedOf20000FitsInMemory(t *testing.T) {
	events := many(20_000)
	c := calendar()
	c.Past, c.Ahead, c.MaxBytes = 40_000, 40_000, -1
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	r := Render(events, c, now)
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; used > 256<<20 || len(r.Body) < 20_000*500 {
		t.Errorf("%d MiB allocated for %d octets", used>>20, len(r.Body))
	}
}
