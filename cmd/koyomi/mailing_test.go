package main

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"syscall"
	"testing"
)

const mailConfig = "public_url: https://koyomi.example\nmail:\n  host: localhost\n  port: 1\n  tls: none\n  from: koyomi <koyomi@koyomi.example>\n"

// askFor sends the form of the page for an address.
func askFor(t *testing.T, site, address string) int {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, site+"/subscribe", strings.NewReader(url.Values{"address": {address}, "q": {"庭"}}.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", "https://koyomi.example")
	w, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	w.Body.Close()
	return w.StatusCode
}

// Where the config names a mail server the page offers the mail, and what is asked for
// waits in the outbox; a reload does not forget who has asked already (B74).
func TestPageOffersTheMail(t *testing.T) {
	t.Parallel()
	host, _ := gardenServer(t)
	r := live(t, host, map[string]string{"garden.yaml": garden})
	plain, err := os.ReadFile(r.config)
	if err != nil {
		t.Fatal(err)
	}
	s := startProgram(t, r.dir, "serve", "--listen", "127.0.0.1:0")
	site := strings.TrimSuffix("http://"+after(s.waitFor("publishes on"), "http://"), "/")
	if _, page, _ := get(t, site+"/"); strings.Contains(page, "/subscribe") || askFor(t, site, "you@example.org") != 404 {
		t.Error("a mail is offered that nobody sends")
	}
	r.write(t, "config.yaml", string(plain)+mailConfig)
	s.signal(syscall.SIGHUP)
	s.waitFor("were read again")
	for from, to := range map[string]string{"/?q=kvm": "/calendar?q=kvm", "/calendar?q=kvm": "/subscribe?q=kvm"} {
		if _, page, _ := get(t, site+from); !strings.Contains(page, `href="`+to+`"`) {
			t.Errorf("%s does not lead to %s", from, to)
		}
	}
	for i := range 5 {
		if got := askFor(t, site, fmt.Sprintf("you%d@example.org", i)); got != 200 {
			t.Errorf("ask %d: %d", i, got)
		}
	}
	s.signal(syscall.SIGHUP)
	s.waitFor("were read again")
	if got := askFor(t, site, "six@example.org"); got != 429 {
		t.Errorf("a sixth ask, after a reload: %d", got)
	}
	out := must(t, 0, r.dir, "digest", "status", "--format", "jsonl").out
	if strings.Count(out, `"kind":"confirm"`) != 5 || strings.Contains(out, "six@") {
		t.Errorf("the outbox holds\n%s", out)
	}
	s.signal(syscall.SIGTERM)
	if exit := s.end(); exit != 0 || strings.Contains(s.all(), "/confirm/") {
		t.Errorf("SIGTERM: exit %d\n%s", exit, s.all())
	}
}
