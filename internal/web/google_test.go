package web

import (
	"net/url"
	"strings"
	"testing"

	"koyomi/internal/event"
)

// TestGoogleLink leads from the short address in mails to the form of Google Calendar,
// and from what is off to its page; nothing else has such an address.
func TestGoogleLink(t *testing.T) {
	s := may2009()
	on, called := s.events[0], s.events[0]
	called.UID, called.Status = "99999999-9999-5999-8999-999999999999", event.Cancelled
	s.events = append(s.events, called)
	h, _ := open(s)
	w := get(h, "/events/"+on.ID()+"/google")
	u, err := url.Parse(w.Header().Get("Location"))
	if err != nil || w.Code != 302 || u.Host != "calendar.google.com" || u.Query().Get("text") != on.Title {
		t.Errorf("%d %s %v", w.Code, w.Header().Get("Location"), err)
	}
	if details := u.Query().Get("details"); !strings.HasSuffix(details, "/events/"+on.ID()) {
		t.Errorf("the form names the page %q", details)
	}
	if w := get(h, "/events/"+called.ID()+"/google"); w.Code != 302 || w.Header().Get("Location") != "/events/"+called.ID() {
		t.Errorf("cancelled: %d %s", w.Code, w.Header().Get("Location"))
	}
	if w := get(h, "/events/"+on.ID()[:8]+"/google"); w.Code != 302 || w.Header().Get("Location") != "/events/"+on.ID()+"/google" {
		t.Errorf("the start of an id: %d %s", w.Code, w.Header().Get("Location"))
	}
	for path, want := range map[string]int{
		"/events//google": 404, "/events/google": 404, "/events/a/b/google": 404, "/events/" + on.ID() + "/google/": 301,
		"/events/ffffffff/google": 404, "/events/" + on.ID() + "/google?x=1": 400,
	} {
		if w := get(h, path); w.Code != want {
			t.Errorf("%s: %d, want %d", path, w.Code, want)
		}
	}
}
