package main

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"koyomi/internal/observe"
)

// freePort returns an address of this machine that nobody listens on.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// askJSON asks for JSON until it comes.
func askJSON(t *testing.T, address string, into any) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for {
		r, err := http.Get(address)
		if err == nil {
			err = json.NewDecoder(r.Body).Decode(into)
			r.Body.Close()
		}
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s: %v", address, err)
		}
		time.Sleep(100 * time.Millisecond)
	}
}

// expressions returns the queries of the dashboard and of the alerts.
func expressions(t *testing.T) []string {
	t.Helper()
	body, err := observe.Files.ReadFile("files/dashboard.json")
	if err != nil {
		t.Fatal(err)
	}
	var board struct {
		Panels []struct{ Targets []struct{ Expr string } }
	}
	if err := json.Unmarshal(body, &board); err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, p := range board.Panels {
		for _, one := range p.Targets {
			all = append(all, strings.ReplaceAll(one.Expr, "$instance", ".*"))
		}
	}
	rules, err := observe.Files.ReadFile("files/alerts.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`(?m)^ +expr: (.*)$`).FindAllStringSubmatch(string(rules), -1) {
		all = append(all, m[1])
	}
	return all
}

// rare are figures that a replay does not have: it sends no mail and writes no files.
var rare = regexp.MustCompile(`^koyomi_(mail|publish)_`)

// TestPrometheus: a real Prometheus reads what serve tells, its rules are sound by its own
// tests, every query of dashboard and alerts is one, and names figures that there are.
func TestPrometheus(t *testing.T) {
	program, err := exec.LookPath("prometheus")
	if err != nil {
		t.Skip("no prometheus on this machine (.ci/parts.sh installs it)")
	}
	t.Parallel()
	dir := t.TempDir()
	files, err := fs.Sub(observe.Files, "files")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(dir, files); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"check", "config", "prometheus.yaml"}, {"test", "rules", "alerts_test.yaml"}} {
		cmd := exec.CommandContext(t.Context(), "promtool", args...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("promtool %s: %v\n%s", strings.Join(args, " "), err, out)
		}
	}
	koyomi, watch := freePort(t), freePort(t)
	s := startProgram(t, dir, "serve", "--replay", "--listen", koyomi, "--now", "2009-05-18T09:00:00+09:00")
	s.waitFor("http://" + koyomi)
	setup, err := os.ReadFile(filepath.Join(dir, "prometheus.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.NewReplacer("127.0.0.1:9090", koyomi, "scrape_interval: 30s", "scrape_interval: 1s").Replace(string(setup))
	if err := os.WriteFile(filepath.Join(dir, "prometheus.yaml"), []byte(changed), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), program, "--config.file=prometheus.yaml", "--storage.tsdb.path=data", "--web.listen-address="+watch, "--log.level=error")
	cmd.Dir = dir
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	known := figuresKnownTo(t, watch)
	for _, expr := range expressions(t) {
		var answer struct{ Status, Error string }
		askJSON(t, "http://"+watch+"/api/v1/query?query="+url.QueryEscape(expr), &answer)
		if answer.Status != "success" {
			t.Errorf("%s: %s", expr, answer.Error)
		}
		for _, name := range regexp.MustCompile(`koyomi_[a-z_]+|process_[a-z_]+`).FindAllString(expr, -1) {
			if !known[name] && !rare.MatchString(name) {
				t.Errorf("%s: there is no %s", expr, name)
			}
		}
	}
}

// figuresKnownTo returns the names of all figures once Prometheus has read them: it writes
// up behind the last of them.
func figuresKnownTo(t *testing.T, address string) map[string]bool {
	t.Helper()
	known := map[string]bool{}
	for deadline := time.Now().Add(patience); !known["koyomi_info"] || !known["up"]; {
		var names struct{ Data []string }
		askJSON(t, fmt.Sprintf("http://%s/api/v1/label/__name__/values", address), &names)
		for _, n := range names.Data {
			known[n] = true
		}
		if time.Now().After(deadline) {
			t.Fatal("Prometheus read nothing of koyomi")
		}
		time.Sleep(200 * time.Millisecond)
	}
	return known
}
