package recording

import "testing"

// A recording answers a query whose days have moved on with the clock; another page of
// the list, another path or another group it does not know.
func TestARecordingAnswersForLaterDays(t *testing.T) {
	const recorded = "https://api.example/groups/a/events?since=2025-04-01T00:00:00.000Z&page=1"
	v := Visit{Pages: []Page{
		{URL: recorded, Final: recorded, Status: 200, Body: []byte("one")},
		{URL: "https://interop.example/2026/", Status: 200, Body: []byte("2026")},
	}}
	for url, held := range map[string]bool{
		recorded: true,
		"https://api.example/groups/a/events?since=2025-06-01T00:00:00.000Z&page=1": true,
		"https://api.example/groups/a/events?since=2025-06-01T00:00:00.000Z&page=2": false,
		"https://api.example/groups/b/events?since=2025-06-01T00:00:00.000Z&page=1": false,
		"https://interop.example/2026/":                                             true,
		"https://interop.example/2027/":                                             false,
	} {
		p, ok := v.asAsked(url).page(url)
		if ok != held || held && (p.URL != url || len(p.Body) == 0) {
			t.Errorf("%s: held %v, want %v (%+v)", url, ok, held, p)
		}
	}
}
