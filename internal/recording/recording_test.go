package recording

import (
	"context"
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/extract"
	"koyomi/internal/extract/json"
	"koyomi/internal/extract/static"
	"koyomi/internal/health"
	"koyomi/internal/poll"
	"koyomi/internal/source"
)

const (
	list  = "https://api.example/events"
	one1  = `[{"id":1,"title":"BPStudy#21","start":"2009-05-22","url":"https://a.example/1"}]`
	other = `[{"id":1,"title":"BPStudy#21","start":"2009-05-29","url":"https://a.example/1"}]`
	want1 = `{"key":"1","title":"BPStudy#21","start":"2009-05-22","end":null,"status":"confirmed"}`
)

var allKinds = map[source.Kind]extract.Kind{source.JSON: json.Kind{}, source.Static: static.Kind{}}

func api() *source.Source { return &source.Source{ID: "bpstudy", Kind: source.JSON, URL: list} }

// folder makes a recording of one page.
func folder(m fstest.MapFS, name, visit, body, want string) {
	dir := "testdata/" + name + "/"
	m[dir+"visit.yaml"] = &fstest.MapFile{Data: []byte(visit)}
	if body != "" {
		m[dir+"page.json"] = &fstest.MapFile{Data: []byte(body)}
	}
	if want != "" {
		m[dir+"want.jsonl"] = &fstest.MapFile{Data: []byte(want + "\n")}
	}
}

func visitOn(day string) string {
	return "source: bpstudy\nat: " + day + "T09:00:00+09:00\norigin: written\npages:\n  - url: " + list + "\n    file: page.json\n"
}

func load(t *testing.T, files fs.FS) []Visit {
	t.Helper()
	visits, problems := Load(files)
	if len(problems) > 0 {
		t.Fatalf("%v", problems)
	}
	return visits
}

func TestLoadGivesVisitsOldestFirst(t *testing.T) {
	m := fstest.MapFS{"testdata/README.md": {Data: []byte("about")}, "testdata/a/note.md": {Data: []byte("about")}}
	folder(m, "bpstudy/2009-05-18", visitOn("2009-05-18"), one1, want1)
	folder(m, "bpstudy/2009-05-11-first", visitOn("2009-05-11"), one1, "")
	visits := load(t, m)
	if len(visits) != 2 || visits[0].Dir != "testdata/bpstudy/2009-05-11-first" || visits[1].At.Format(time.RFC3339) != "2009-05-18T09:00:00+09:00" {
		t.Fatalf("%+v", visits)
	}
	if visits[0].Want != nil || string(visits[1].Want) != want1+"\n" || string(visits[1].Pages[0].Body) != one1 || visits[1].Pages[0].Status != 200 {
		t.Errorf("%+v", visits)
	}
}

func TestLoadSaysWhatIsWrong(t *testing.T) {
	page := "pages:\n  - url: " + list + "\n    file: page.json\n"
	for name, c := range map[string]struct{ visit, want string }{
		"no moment":         {"source: a\nat: heute\norigin: written\n" + page, `visit.yaml:2:5: at: expected a moment, found "heute" (use 2009-05-18T09:00:00+09:00)`},
		"another day":       {"source: a\nat: 2009-05-18T23:30:00Z\norigin: written\n" + page, `at: the visit was on 2009-05-19, and the folder is named 2009-05-18 (use 2009-05-19, or 2009-05-19-WORD)`},
		"no source":         {"at: 2009-05-18T09:00:00+09:00\norigin: written\n" + page, `source: expected the id of the source that was visited`},
		"both":              {"source: a\nplatform: b\nat: 2009-05-18T09:00:00+09:00\norigin: written\n" + page, `platform: a recording proves a source or a platform, not both`},
		"a lone group":      {"source: a\ngroup: b\nat: 2009-05-18T09:00:00+09:00\norigin: written\n" + page, `group: a group goes with a platform`},
		"another origin":    {"source: a\nat: 2009-05-18T09:00:00+09:00\norigin: real\n" + page, `origin: no origin "real" (use fetched, written or made)`},
		"an unknown key":    {"source: a\nat: 2009-05-18T09:00:00+09:00\norigin: written\nnotes: x\n" + page, `did you mean "note"?`},
		"no address":        {"source: a\nat: 2009-05-18T09:00:00+09:00\norigin: written\npages:\n  - url: /events\n    file: page.json\n", `pages[0].url: expected an address that begins with https://, found "/events"`},
		"twice":             {"source: a\nat: 2009-05-18T09:00:00+09:00\norigin: written\n" + page + "  - url: " + list + "\n    status: 404\n", `pages[1].url: https://api.example/events is recorded twice`},
		"no status of HTTP": {"source: a\nat: 2009-05-18T09:00:00+09:00\norigin: written\n" + page + "    status: 20\n", `pages[0].status: 20 is not a status of HTTP`},
		"no file":           {"source: a\nat: 2009-05-18T09:00:00+09:00\norigin: written\npages:\n  - url: " + list + "\n", `pages[0].file: expected the name of the file that holds the page`},
		"a file elsewhere":  {"source: a\nat: 2009-05-18T09:00:00+09:00\norigin: written\npages:\n  - url: " + list + "\n    file: ../page.json\n", `expected the name of a file in this folder`},
		"a missing file":    {"source: a\nat: 2009-05-18T09:00:00+09:00\norigin: written\npages:\n  - url: " + list + "\n    file: pag.json\n", `pages[0].file: pag.json cannot be read: file does not exist`},
		"a stray file":      {"source: a\nat: 2009-05-18T09:00:00+09:00\norigin: written\n", `pages: no page names the file page.json, which lies in the folder`},
	} {
		m := fstest.MapFS{}
		folder(m, "a/2009-05-18", c.visit, one1, want1)
		visits, problems := Load(m)
		if len(problems) == 0 || len(visits) != 0 {
			t.Errorf("%s: taken: %+v", name, visits)
			continue
		}
		if all := joined(problems); !strings.Contains(all, c.want) {
			t.Errorf("%s: %s\nwant in it: %s", name, all, c.want)
		}
	}
}

func joined[T interface{ String() string }](all []T) string {
	var lines []string
	for _, a := range all {
		lines = append(lines, a.String())
	}
	return strings.Join(lines, "\n")
}

func TestLoadKeepsTheRightOnesAndRefusesTheSameMomentTwice(t *testing.T) {
	m := fstest.MapFS{"testdata/c/2009-05-18/page.json": {Data: []byte(one1)}}
	folder(m, "a/2009-05-18", visitOn("2009-05-18"), one1, "")
	folder(m, "b/2009-05-18", visitOn("2009-05-18"), one1, "")
	visits, problems := Load(m)
	if len(visits) != 2 || len(problems) != 2 {
		t.Fatalf("%d visits, %v", len(visits), problems)
	}
	all := joined(problems)
	if !strings.Contains(all, "testdata/b/2009-05-18/visit.yaml: at: the same source was visited at the same moment in testdata/a/2009-05-18") ||
		!strings.Contains(all, "testdata/c/2009-05-18/visit.yaml: a recording says in visit.yaml what was visited and when: file does not exist") {
		t.Error(all)
	}
}

// two are a visit that brought one event and a later one that brought another page.
func two(t *testing.T) []Visit {
	m := fstest.MapFS{}
	folder(m, "bpstudy/2009-05-18", visitOn("2009-05-18"), other, "")
	folder(m, "bpstudy/2009-05-11", visitOn("2009-05-11"), one1, "")
	return load(t, m)
}

func TestSiteAnswersWithTheNewestRecordingByItsClock(t *testing.T) {
	now := time.Date(2009, 5, 11, 0, 0, 0, 0, time.UTC)
	site := NewSite(two(t), func() time.Time { return now })
	ask := poll.Ask{Request: extract.Request{URL: list}, Source: "bpstudy"}
	first, err := site.Fetch(context.Background(), ask)
	if err != nil || string(first.Page.Body) != one1 || first.ETag == "" || first.Page.Requested != list || first.Page.URL != list || first.Page.Status != 200 {
		t.Fatalf("%+v, %v", first, err)
	}
	ask.ETag = first.ETag
	if again, err := site.Fetch(context.Background(), ask); err != nil || !again.NotModified || len(again.Page.Body) > 0 || again.ETag != first.ETag {
		t.Errorf("the same page again: %+v, %v", again, err)
	}
	now = now.AddDate(0, 1, 0)
	if later, err := site.Fetch(context.Background(), ask); err != nil || later.NotModified || string(later.Page.Body) != other {
		t.Errorf("another page later: %+v, %v", later, err)
	}
}

func TestSiteFailsClearlyWhereNothingIsRecorded(t *testing.T) {
	now := time.Date(2009, 5, 10, 0, 0, 0, 0, time.UTC)
	site := NewSite(two(t), func() time.Time { return now })
	for _, c := range []struct {
		source, url, words string
		month              int
		probe              bool
	}{
		{"bpstudy", list, "no visit to bpstudy was recorded by 2009-05-10 00:00", 0, false},
		{"osc", list, "no visit to osc was recorded", 1, false},
		{"bpstudy", list + "?page=2", "the recording bpstudy/2009-05-18 does not hold this page", 1, true},
	} {
		now = time.Date(2009, 5, 10, 0, 0, 0, 0, time.UTC).AddDate(0, c.month, 0)
		_, err := site.Fetch(context.Background(), poll.Ask{Request: extract.Request{URL: c.url, Probe: c.probe}, Source: c.source})
		var f *health.Failure
		if !errors.As(err, &f) || f.URL != c.url || !strings.Contains(err.Error(), c.words) || f.Cause == health.CauseMissing || f.Cause == health.CauseGone {
			t.Errorf("%s %s: %v", c.source, c.url, err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	var f *health.Failure
	if _, err := site.Fetch(ctx, poll.Ask{Request: extract.Request{URL: list}, Source: "bpstudy"}); !errors.As(err, &f) || f.Cause != health.CauseStopped {
		t.Errorf("stopped: %v", err)
	}
}

func TestStatusesFailAsOnTheNetwork(t *testing.T) {
	now := time.Date(2009, 5, 18, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		status int
		retry  string
		probe  bool
		cause  health.Cause
		rest   time.Duration
	}{
		{200, "", false, "", 0},
		{404, "", true, "", 0},
		{410, "", true, "", 0},
		{404, "", false, health.CauseMissing, 0},
		{410, "", false, health.CauseGone, 0},
		{401, "", true, health.CauseBlocked, 0},
		{403, "", false, health.CauseBlocked, 0},
		{429, "", false, health.CauseLimited, 15 * time.Minute},
		{429, "120", false, health.CauseLimited, 2 * time.Minute},
		{503, "", false, health.CauseServer, 0},
		{503, "Mon, 18 May 2009 01:00:00 GMT", false, health.CauseLimited, time.Hour},
		{503, "Mon, 18 May 2009 01:00:00", false, health.CauseServer, 0},
		{500, "30", false, health.CauseServer, 0},
		{418, "", false, health.CauseStatus, 0},
	} {
		f := Page{Status: c.status, Header: map[string]string{"retry-after": c.retry}}.refusal(c.probe, now)
		if f == nil {
			f = &health.Failure{}
		}
		if f.Cause != c.cause || f.RetryAfter != c.rest {
			t.Errorf("%d %q: %+v", c.status, c.retry, f)
		}
	}
}

func TestCheckHoldsWhatIsReadAgainstWhatIsWanted(t *testing.T) {
	listing := func(change func(line)) string {
		l := line{"key": "1", "title": "BPStudy#21", "start": "2009-05-22", "end": nil, "status": "confirmed"}
		change(l)
		return l.String()
	}
	for name, c := range map[string]struct{ body, want, drift string }{
		"as wanted":        {one1, want1, ""},
		"in any order":     {`[{"id":2,"title":"b","start":"2009-06-01"},` + one1[1:], want1 + "\n" + `{"key":"2","title":"b","start":"2009-06-01","end":null,"status":"confirmed"}`, ""},
		"another day":      {one1, listing(func(l line) { l["start"] = "2009-05-21" }), `"1": start: read "2009-05-22", wanted "2009-05-21"`},
		"an end":           {one1, listing(func(l line) { l["end"] = "2009-05-23" }), `"1": end: read null, wanted "2009-05-23"`},
		"a place":          {one1, listing(func(l line) { l["location"] = "渋谷" }), `"1": location: read "", wanted "渋谷"`},
		"no place":         {one1, listing(func(l line) { l["location"], l["tags"] = nil, nil }), ""},
		"less":             {one1, want1 + "\n" + strings.Replace(want1, `"1"`, `"2"`, 1), `"2" is no longer read; wanted: {`},
		"more":             {one1[:len(one1)-1] + `,{"id":2,"title":"b","start":"2009-06-01"}]`, want1, `"2" is read and not wanted: b from 2009-06-01 to <nil>`},
		"left out":         {`[{"id":1,"title":"x"}]`, want1, `not wanted: {"reason":"no start date","reject":"item 1","text":"x"}`},
		"left out, wanted": {`[{"id":1,"title":"x"}]`, `{"reject":"item 1","reason":"no start","text":"x"}`, ""},
		"for what reason":  {`[{"id":1,"title":"x"}]`, `{"reject":"item 1","reason":"no title"}`, `reject: reason: read "no start date", wanted "no title" in it`},
		"damaged":          {`{`, want1, `not wanted: {"failed":"damaged"`},
		"damaged, wanted":  {`{`, `{"failed":"damaged"}`, ""},
		"half a line":      {one1, `{"key":"1","title":"BPStudy#21","start":"2009-05-22"}`, `want.jsonl:1: a listing names its end there`},
		"no JSON":          {one1, `{"key":`, `want.jsonl:1: not a JSON object`},
		"nothing wanted":   {one1, "", `want.jsonl is missing; what is read today, for you to look through:` + "\n" + `{"key":"1","title":"BPStudy#21","start":"2009-05-22","end":null,"all_day":true,"status":"confirmed","url":"https://a.example/1"`},
		"far ahead":        {strings.Replace(one1, "2009-05-22", "2019-05-22", 1), strings.Replace(want1, "2009-05-22", "2019-05-22", 1), `start: 2019-05-22 is absurdly far ahead`},
		"a year long":      {strings.Replace(one1, `"url"`, `"end":"2012-01-01","url"`, 1), strings.Replace(want1, "null", `"2012-01-01"`, 1), `lasts from 2009-05-22 to 2012-01-01`},
	} {
		m := fstest.MapFS{}
		folder(m, "bpstudy/2009-05-18", visitOn("2009-05-18"), c.body, c.want)
		reports := Check(api(), load(t, m), allKinds)
		all := strings.Join(reports[0].Drift, "\n")
		if c.drift == "" && all != "" || !strings.Contains(all, c.drift) {
			t.Errorf("%s: %q\nwant: %q", name, all, c.drift)
		}
	}
}

func TestCheckJudgesAPollByThoseBeforeIt(t *testing.T) {
	m := fstest.MapFS{}
	folder(m, "bpstudy/2009-05-11", visitOn("2009-05-11"), one1, want1)
	folder(m, "bpstudy/2009-05-16", visitOn("2009-05-16"), `[]`, `{"held":"empty","words":"no event was read"}`)
	folder(m, "bpstudy/2009-05-17", visitOn("2009-05-17")+"    status: 500\n", `[]`, `{"failed":"server"}`)
	folder(m, "bpstudy/2009-05-18", visitOn("2009-05-18"), one1, want1)
	for i, r := range Check(api(), load(t, m), allKinds) {
		if want := []health.State{health.Applied, health.Held, health.Failed, health.Applied}[i]; r.State != want || len(r.Drift) > 0 {
			t.Errorf("%s: %s, %v", r.Visit.Dir, r.State, r.Drift)
		}
	}
}

func TestCheckNamesPagesNobodyAsksFor(t *testing.T) {
	m := fstest.MapFS{}
	folder(m, "bpstudy/2009-05-18", visitOn("2009-05-18")+"  - url: "+list+"?page=2\n    file: page.json\n", one1, want1)
	r := Check(api(), load(t, m), allKinds)[0]
	if len(r.Drift) != 1 || !strings.Contains(r.Drift[0], "page=2 is recorded, and the source does not ask for it") {
		t.Errorf("%v", r.Drift)
	}
}

func TestListsKeptByHandProveThemselves(t *testing.T) {
	list := &static.Settings{Events: []static.Event{{Key: "9", Title: "第9回", Start: "2009-05-28"}}}
	s := &source.Source{ID: "v-tomo", Kind: source.Static, Since: "2009-05-01", Settings: list}
	if r := Check(s, nil, allKinds); len(r) != 1 || len(r[0].Drift) > 0 || len(r[0].Result.Listings) != 1 {
		t.Errorf("%+v", r)
	}
	list.Events = append(list.Events, static.Event{Key: "10", Title: "第10回"})
	if r := Check(s, nil, allKinds); len(r[0].Drift) != 1 || !strings.Contains(r[0].Drift[0], "no start date") {
		t.Errorf("%v", r[0].Drift)
	}
	s.Since, list.Events = "", list.Events[:1]
	if r := Check(s, nil, allKinds)[0]; len(r.Drift) > 0 || r.Visit.At.In(event.Tokyo).Format(time.DateOnly) != "2009-05-28" {
		t.Errorf("as of its first event: %s %v", r.Visit.At, r.Drift)
	}
	list.Events = []static.Event{{Key: "10", Title: "例会", Rule: "毎月第3水曜"}}
	if r := Check(s, nil, allKinds); len(r[0].Drift) != 1 || !strings.HasSuffix(r[0].Drift[0], "(use a line since: 2026-06-01)") {
		t.Errorf("%v", r[0].Drift)
	}
}

func TestOfGivesAPlatformItsOwn(t *testing.T) {
	visits := []Visit{{Dir: "b", Platform: "luma", Group: "cal-1", At: time.Unix(2, 0)}, {Dir: "a", Platform: "luma", Group: "cal-1", At: time.Unix(1, 0)}, {Source: "x"}}
	if own := Of(visits, &source.Source{ID: "luma", Platform: "luma", Group: "cal-1"}); len(own) != 2 || own[0].Dir != "a" {
		t.Errorf("%+v", own)
	}
	if own := Of(visits, &source.Source{ID: "y"}); len(own) != 0 {
		t.Errorf("%+v", own)
	}
}
