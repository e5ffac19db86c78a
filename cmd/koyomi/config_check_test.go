package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// folder makes a directory of files: name, text, name, text.
func folder(t *testing.T, pairs ...string) string {
	t.Helper()
	dir := t.TempDir()
	for i := 0; i < len(pairs); i += 2 {
		name := filepath.Join(dir, pairs[i])
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(pairs[i+1]), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestConfigCheckNamesAllThatIsWrongAtOnce(t *testing.T) {
	dir := folder(t,
		"config.yaml", "contact: me@example.org\nsources: own\nenable: {no-such: why}\nsecret_files: {A: none}\ncalendar: {refresh: 0s}\nlisten: :8080\n",
		"right.yaml", "sources: own\nenable: {no-such: why}\nsecret_files: {A: none}\n",
		"own/mine.yaml", "name: Mine\nsources: [{kind: htlm, url: \"file:///etc/passwd\"}]\n",
	)
	r := must(t, exitUsage, dir, "config", "check")
	for _, want := range []string{
		`config.yaml:5:21: calendar.refresh: expected 15m to 7d, found "0s"`,
		`config.yaml:4:19: secret_files.A: the secret cannot be read: none: no such file or directory`,
		`own/mine.yaml:2:18: sources[0].kind: no kind "htlm"; did you mean "html"?`,
		`own/mine.yaml:2:29: sources[0].url: expected an address that begins with https://`,
	} {
		if !strings.Contains(r.errOut, want) {
			t.Errorf("not said: %s\n%s", want, r.errOut)
		}
	}
	if r := must(t, exitUsage, dir, "--config", "right.yaml", "config", "check"); !strings.Contains(r.errOut, `right.yaml:2:19: enable.no-such: no source or community "no-such"`) {
		t.Error(r.errOut)
	}
	if r := must(t, exitDone, t.TempDir(), "config", "check"); !strings.Contains(r.errOut, "nothing is wrong: ") || r.out != "" {
		t.Error(r.out, r.errOut)
	}
	must(t, exitUsage, dir, "--config", "none.yaml", "config", "check")
	if r := must(t, exitUsage, dir, "config", "chekc"); !strings.Contains(r.errOut, `did you mean "check"?`) {
		t.Error(r.errOut)
	}
}

func TestConfigShowMasksSecretsAndMeansTheSame(t *testing.T) {
	t.Setenv("SMTP_PASSWORD", "hunter2")
	dir := folder(t, "config.yaml", "calendar: {name: 東京}\nmail: {password: \"${SMTP_PASSWORD}\"}\ndatabase: postgres://u:hunter2@db/k\n")
	r := must(t, exitDone, dir, "config", "show")
	if strings.Contains(r.out, "hunter2") || !strings.Contains(r.out, "name: 東京") || !strings.Contains(r.out, "listen: 127.0.0.1:8080") {
		t.Error(r.out)
	}
	again := folder(t, "config.yaml", r.out)
	if shown := must(t, exitDone, again, "config", "show"); shown.out != r.out {
		t.Errorf("%s\nis shown of\n%s", shown.out, r.out)
	}
}

func TestConfigSchemaNeedsNoConfig(t *testing.T) {
	dir := folder(t, "config.yaml", "nonsense: [")
	for args, title := range map[string]string{"": "koyomi's config", "source": "A community and the places that announce its events", "platform": "What all groups of a platform share"} {
		r := must(t, exitDone, dir, append([]string{"config", "schema"}, strings.Fields(args)...)...)
		var schema struct {
			Title string `json:"title"`
		}
		if err := json.Unmarshal([]byte(r.out), &schema); err != nil || schema.Title != title {
			t.Errorf("%q: %q, %v", args, schema.Title, err)
		}
	}
	if r := must(t, exitUsage, dir, "config", "schema", "sorce"); !strings.Contains(r.errOut, `did you mean "source"?`) {
		t.Error(r.errOut)
	}
}
