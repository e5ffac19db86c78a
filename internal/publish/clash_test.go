package publish

import (
	"fmt"
	"strings"
	"testing"

	"koyomi/internal/event"
	"koyomi/internal/query"
)

func docs(events ...event.Event) []query.Doc {
	var all []query.Doc
	for _, e := range events {
		all = append(all, query.NewDoc(e, nil))
	}
	return all
}

func in(area string, tags ...string) func(*event.Event) {
	return func(e *event.Event) { e.Area, e.Tags = area, tags }
}

func TestFindsWhatStandsInTheWay(t *testing.T) {
	day := event.Date{Year: 2009, Month: 6, Day: 10}
	all := docs(
		made("当日の東京のKVM", "2009-06-10T19:00:00+09:00", "", in("東京都", "KVM")),
		made("当日の大阪のKVM", "2009-06-10T19:00:00+09:00", "", in("大阪府", "KVM")),
		made("当日の東京", "2009-06-10", "", in("東京都")),
		made("当日の札幌", "2009-06-10", "", in("北海道")),
		made("続く展示会", "2009-06-08", "2009-06-12", in("東京都", "KVM")),
		made("三日後", "2009-06-13", "", in("東京都", "KVM")),
		made("十日後", "2009-06-20", "", in("東京都", "KVM")),
		made("ずっと後", "2009-08-20", "", in("東京都", "KVM")),
		made("中止の会", "2009-06-10", "", in("東京都", "KVM"), cancelled("2009-06-01")),
		made("下げた会", "2009-06-10", "", in("東京都", "KVM"), func(e *event.Event) { e.Withdrawn = true }),
		made("締切", "2009-06-10", "", func(e *event.Event) { e.Type = event.TypeDeadline }),
	)
	q, err := query.Parse("area:東京 tag:kvm", query.Env{Now: day.Begin(event.Tokyo)})
	if err != nil {
		t.Fatal(err)
	}
	c := FindClash(all, day, q, Calendar{}, event.Date{Year: 2009, Month: 6, Day: 2})
	told := func(list []Rival) string {
		var s []string
		for _, r := range list {
			s = append(s, fmt.Sprintf("%s %v %d", r.Event.Title, r.Shares, r.Away))
		}
		return strings.Join(s, " | ")
	}
	if got, want := told(c.On), "続く展示会 [area:東京 tag:kvm] 0 | 当日の東京のKVM [area:東京 tag:kvm] 0 | 当日の東京 [area:東京] 0 | 当日の大阪のKVM [tag:kvm] 0 | 当日の札幌 [] 0"; got != want {
		t.Errorf("on the day\n got %s\nwant %s", got, want)
	}
	if got, want := told(c.Near), "三日後 [area:東京 tag:kvm] 3"; got != want {
		t.Errorf("near\n got %s\nwant %s", got, want)
	}
	j := c.ToJSON()
	if got, want := strings.Join(j.Free, " "), "2009-06-02 2009-06-03 2009-06-04 2009-06-05 2009-06-06 2009-06-07 2009-06-14 2009-06-15 2009-06-16 2009-06-17 2009-06-18 2009-06-19 2009-06-21 2009-06-22 2009-06-23 2009-06-24"; got != want {
		t.Errorf("free days\n got %s\nwant %s", got, want)
	}
	if d := j.Days[clashFree]; d != (DayJSON{Date: "2009-06-10", Events: 5, Rivals: 2}) {
		t.Errorf("the day itself: %+v", d)
	}
}

func TestNamesNoMoreThanCanBeRead(t *testing.T) {
	var events []event.Event
	for i := range 130 {
		events = append(events, made(fmt.Sprint(i), "2009-05-22", "", func(e *event.Event) { e.UID = fmt.Sprintf("%08d", i) }))
	}
	c := FindClash(docs(events...), event.Date{Year: 2009, Month: 5, Day: 22}, query.Query{}, Calendar{}, today)
	if len(c.On) != clashMost || c.Left != 30 || c.Days[clashFree].Events != 130 {
		t.Errorf("%d named, %d left out, %d counted", len(c.On), c.Left, c.Days[clashFree].Events)
	}
}
