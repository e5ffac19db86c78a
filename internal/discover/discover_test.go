package discover_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"golang.org/x/tools/txtar"

	"koyomi/internal/discover"
	"koyomi/internal/event"
	"koyomi/internal/extract"
	"koyomi/internal/extract/kinds"
	"koyomi/internal/source"
	"koyomi/sources"
)

// visited is when the pages of testdata were looked at.
var visited = time.Date(2026, 6, 1, 9, 0, 0, 0, event.Tokyo)

// A wanted is what a case must give: its best proposal.
type wanted struct {
	url, way, platform, group, follow string
	events                            []string
	rejected                          string
}

func parseWanted(comment []byte) wanted {
	var w wanted
	w.rejected = "0"
	for line := range strings.Lines(string(comment)) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		switch key {
		case "url":
			w.url = value
		case "way":
			w.way = value
		case "platform":
			w.platform = value
		case "group":
			w.group = value
		case "follow":
			w.follow = value
		case "rejected":
			w.rejected = value
		case "event":
			w.events = append(w.events, value)
		}
	}
	return w
}

func TestPages(t *testing.T) {
	files, err := filepath.Glob("testdata/pages/*.txtar")
	if err != nil || len(files) < 25 {
		t.Fatalf("%d pages: %v", len(files), err)
	}
	f := finder(t)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			w := parseWanted(archive.Comment)
			page := extract.Page{Requested: w.url, URL: w.url, Status: 200, Body: archive.Files[0].Data}
			report := f.Find(page, visited)
			compare(t, w, report)
			for _, p := range report.Proposals {
				loads(t, p, page)
			}
		})
	}
}

// compare holds the best proposal against what is wanted.
func compare(t *testing.T, w wanted, r discover.Report) {
	t.Helper()
	if w.way == "none" {
		if len(r.Proposals) > 0 {
			t.Errorf("nothing is wanted; %s", told(r))
		}
		return
	}
	if len(r.Proposals) == 0 {
		for _, p := range r.Failed {
			t.Logf("tried as %s: %v; %+v", p.Way, p.Err, p.Result.Rejections)
		}
		t.Fatal("nothing is proposed")
	}
	p := r.Proposals[0]
	if string(p.Way) != w.way || p.Source.Platform != w.platform || p.Source.Group != w.group || w.follow != "" && p.Source.URL != w.follow {
		t.Fatalf("way %s, platform %q, group %q, address %s\n%s", p.Way, p.Source.Platform, p.Source.Group, p.Source.URL, told(r))
	}
	var got []string
	for _, l := range p.Result.Listings {
		line := l.Start.String() + " " + l.Title
		got = append(got, line)
	}
	if len(got) != len(w.events) || fmt.Sprint(len(p.Result.Rejections)) != w.rejected {
		t.Fatalf("%d events wanted\n%s", len(w.events), told(r))
	}
	for i, want := range w.events {
		want, place, placed := strings.Cut(want, " @")
		if got[i] != want {
			t.Errorf("read %s\nwanted %s\n%s", got[i], want, told(r))
		}
		if l := p.Result.Listings[i]; placed && l.Location != place {
			t.Errorf("%s: at %q, wanted at %q\n%s", l.Title, l.Location, place, told(r))
		}
	}
}

// loads holds that the settings of a proposal load strictly, and read the same.
func loads(t *testing.T, p discover.Proposal, page extract.Page) {
	t.Helper()
	yaml, err := discover.YAML(p.Community("例の会", ""))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(string(yaml), "# yaml-language-server: $schema=schema.json\n") {
		t.Errorf("no schema named:\n%s", yaml)
	}
	id := "zz-" + discover.SuggestID(p)
	catalogue, problems := source.Load(kinds.Definitions, sources.Files, fstest.MapFS{id + ".yaml": {Data: yaml}})
	for _, problem := range problems {
		if strings.HasPrefix(problem.File, id) {
			t.Errorf("%s: %s\n%s", p.Way, problem, yaml)
		}
	}
	s, err := catalogue.Find(id)
	if err != nil {
		t.Errorf("%v\n%s", err, yaml)
		return
	}
	if !p.Tried {
		return
	}
	again, err := kinds.All[s.Kind].Read(extract.Visit{Source: s, At: visited, Pages: []extract.Page{page}})
	if err != nil || len(again.Listings) != len(p.Result.Listings) {
		t.Errorf("loaded, it reads %d events (%v), not %d\n%s", len(again.Listings), err, len(p.Result.Listings), yaml)
	}
}

// TestAddress: what an address alone says.
func TestAddress(t *testing.T) {
	f := finder(t)
	for _, c := range []struct {
		address, platform, group string
		refused                  bool
	}{
		{"https://bpstudy.connpass.com/", "connpass", "bpstudy", true},
		{"https://bpstudy.connpass.com/event/353126/", "connpass", "bpstudy", true},
		{"https://connpass.com/event/353126/", "", "", true},
		{"https://www.connpass.com/", "", "", true},
		{"https://openid.doorkeeper.jp/events/30", "doorkeeper", "openid", false},
		{"https://www.doorkeeper.jp/", "", "", false},
		{"https://api.doorkeeper.jp/groups/trbmeetup/events", "doorkeeper", "trbmeetup", false},
		{"https://www.meetup.com/tokyo-rubyist/events/", "meetup", "tokyo-rubyist", false},
		{"https://meetup.com/ja-JP/", "meetup", "ja-JP", false},
		{"https://www.google.com/calendar/ical/abc%40group.calendar.google.com/public/basic.ics", "google-calendar", "abc@group.calendar.google.com", false},
		{"https://api.lu.ma/ics/get?entity=calendar&id=cal-1234567890", "luma", "cal-1234567890", false},
		{"https://www.eventbrite.com/o/tokyo-dev-1234", "eventbrite", "tokyo-dev-1234", false},
		{"https://connpass.com.example.org/", "", "", false},
		{"https://example.org/bpstudy.connpass.com/", "", "", false},
	} {
		r := f.Address(c.address)
		platform, group := "", ""
		if len(r.Proposals) > 0 {
			platform, group = r.Proposals[0].Source.Platform, r.Proposals[0].Source.Group
		}
		if platform != c.platform || group != c.group || (r.Refused != nil) != c.refused {
			t.Errorf("%s: platform %q, group %q, refused %v", c.address, platform, group, r.Refused)
		}
	}
}
