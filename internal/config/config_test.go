package config

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"koyomi/internal/extract/kinds"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"koyomi/internal/publish"
	"koyomi/internal/source"
	"koyomi/internal/strict"
)

func told(problems []strict.Problem) string {
	var b strings.Builder
	for _, p := range problems {
		b.WriteString(p.String() + "\n")
	}
	return b.String()
}

// environment is one in which a few things are.
func environment() Env {
	vars := map[string]string{"STATE": "/var/lib/koyomi", "SMTP_PASSWORD": " s3cret\n", "DOORKEEPER_API_TOKEN": "token", "BLANK": " "}
	secrets := map[string]string{
		"/run/secrets/connpass": "k3y\n", "/run/secrets/crlf": "k3y\r\n", "/run/secrets/empty": "\n", "/run/secrets/lines": "a\nb\n",
		"/run/secrets/large": strings.Repeat("a", maxSecret+1),
	}
	return Env{
		Lookup: func(name string) (string, bool) { v, ok := vars[name]; return v, ok },
		ReadFile: func(name string) ([]byte, error) {
			if s, ok := secrets[name]; ok {
				return []byte(s), nil
			}
			return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
		},
		Mode: func(name string) (fs.FileMode, error) {
			if name == "/run/secrets/crlf" {
				return 0o644, nil
			}
			return 0o600, nil
		},
	}
}

// TestBadFilesAreTold walks through the museum: each file, and beside it what must
// be said of it, word for word.
func TestBadFilesAreTold(t *testing.T) {
	names, _ := filepath.Glob("testdata/bad/*.yaml")
	if len(names) < 15 {
		t.Fatalf("only %d bad files", len(names))
	}
	for _, name := range names {
		t.Run(filepath.Base(name), func(t *testing.T) {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			_, problems := Parse(data, filepath.Base(name), environment())
			got, file := told(problems), strings.TrimSuffix(name, ".yaml")+".want"
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Error(diff)
			}
			if got == "" {
				t.Error("nothing is said of it")
			}
		})
	}
}

// ignored is what a Config holds beside what its file says.
var ignored = cmpopts.IgnoreUnexported(Config{})

func parsed(t *testing.T, text string) Config {
	t.Helper()
	c, problems := Parse([]byte(text), "config.yaml", environment())
	if len(problems) > 0 {
		t.Fatal(told(problems))
	}
	return c
}

func TestTheFileAsItComesMeansTheDefaults(t *testing.T) {
	data, err := os.ReadFile("../../config.yaml")
	if err != nil {
		t.Fatal(err)
	}
	same := cmp.Comparer(func(a, b source.Schedule) bool { return a.String() == b.String() })
	if diff := cmp.Diff(Default(), parsed(t, string(data)), ignored, same, cmpopts.EquateEmpty()); diff != "" {
		t.Error("config.yaml does not document the defaults:", diff)
	}
	if diff := cmp.Diff(Default(), parsed(t, "# nothing\n"), ignored, same); diff != "" {
		t.Error("an empty file is not the defaults:", diff)
	}
	for _, key := range keysOf(t, "schema.json") {
		if !strings.Contains(string(data), key+":") {
			t.Errorf("config.yaml does not show the key %s", key)
		}
	}
}

// keysOf returns the names of all keys that a schema knows.
func keysOf(t *testing.T, file string) []string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var s struct {
		Properties map[string]any `json:"properties"`
		Defs       map[string]struct {
			Properties map[string]any `json:"properties"`
		} `json:"$defs"`
	}
	if err := json.Unmarshal(data, &s); err != nil {
		t.Fatal(err)
	}
	var keys []string
	for k := range s.Properties {
		keys = append(keys, k)
	}
	for _, d := range s.Defs {
		for k := range d.Properties {
			keys = append(keys, k)
		}
	}
	return keys
}

func full(t *testing.T) Config {
	t.Helper()
	data, err := os.ReadFile("testdata/good/full.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return parsed(t, string(data))
}

func TestParseReadsWhatOperatorsWrite(t *testing.T) {
	c := full(t)
	if c.Archive.Directory != "/var/lib/koyomi/archive" || c.Listen != ":8080" || c.Schedule.String() != "30 */6 * * *" || c.Mail.CatchUp != source.Duration(6*time.Hour) {
		t.Errorf("%+v", c)
	}
	want := publish.Calendar{
		Name: "東京の勉強会", Description: Default().CalendarSettings.Description, Cancelled: publish.Mark, Parts: publish.PartsEach,
		Assumed: 90 * time.Minute, Past: 30, Ahead: 90, KeepCancelled: 7 * 24 * time.Hour, MaxBytes: 500_000, Refresh: time.Hour,
	}
	if diff := cmp.Diff(want, c.Calendar()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(publish.Calendar{Name: "koyomi", Description: want.Description}.WithDefaults(), Default().Calendar().WithDefaults(), cmpopts.IgnoreFields(publish.Calendar{}, "Zone")); diff != "" {
		t.Error("the defaults are not those of publish:", diff)
	}
	if gap, ok := c.MinGap("127.0.0.1:8081"); !ok || gap != 0 {
		t.Error(gap, ok)
	}
	if gap, ok := c.MinGap("interop.jp"); ok {
		t.Error("a gap that nobody set:", gap)
	}
	if p := c.Proxies(); len(p) != 3 || p[0].String() != "127.0.0.1/32" {
		t.Error(p)
	}
	if err := c.Live(); err != nil {
		t.Error(err)
	}
}

func TestPolls(t *testing.T) {
	c := full(t)
	catalogue, problems := source.Load(kinds.Definitions, os.DirFS("../source/testdata/good"))
	if len(problems) > 0 {
		t.Fatal(told(problems))
	}
	got := map[string]bool{}
	for _, s := range catalogue.Sources() {
		got[s.ID] = c.Polls(s)
	}
	want := map[string]bool{
		"short": false, "whole": true, "whole-atom": true, "whole-page": true, "whole-table": true, "whole-site": false, "whole-ics": true, "whole-list": true,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	c.Enable["old"] = "no"
	if c.Polls(&source.Source{ID: "old", Archived: "gone"}) {
		t.Error("what is archived is polled")
	}
	if problems := c.Against(catalogue); len(problems) != 0 && !strings.Contains(told(problems), "enable.old") {
		t.Error(told(problems))
	}
	c = parsed(t, "enable: {whole-atm: x, whole: y}\ndisable: [osc, whole]\n")
	want2 := `config.yaml:1:21: enable.whole-atm: no source or community "whole-atm"; did you mean "whole-atom"?` + "\n" +
		"config.yaml:2:11: disable[0]: no source or community \"osc\"; `koyomi source list` names them all\n"
	if got := told(c.Against(catalogue)); got != want2 {
		t.Error(cmp.Diff(want2, got))
	}
}

func TestLivePollingNeedsAContact(t *testing.T) {
	for _, c := range []Config{Default(), parsed(t, "listen: ':8080'\n")} {
		if err := c.Live(); err == nil || !strings.Contains(err.Error(), "config.yaml: contact: ") {
			t.Error(err)
		}
	}
	for _, contact := range []string{"a@b.example", "mailto:a@b.example", "https://b.example/contact"} {
		if err := parsed(t, "contact: "+contact).Live(); err != nil {
			t.Errorf("%s: %v", contact, err)
		}
	}
}

func TestSecretsComeFromTheEnvironmentOrAFile(t *testing.T) {
	c := full(t)
	for name, want := range map[string]string{"CONNPASS_API_KEY": "k3y", "DOORKEEPER_API_TOKEN": "token"} {
		if got, ok := c.Secret(name); !ok || got != want {
			t.Errorf("%s: %q, %v", name, got, ok)
		}
	}
	for _, name := range []string{"NO_SUCH", "BLANK"} {
		if got, ok := c.Secret(name); ok {
			t.Errorf("%s: %q", name, got)
		}
	}
	if _, ok := Default().Secret("STATE"); ok {
		t.Error("a secret out of nowhere")
	}
	if got := c.MailPassword().Reveal(); got != "s3cret" {
		t.Errorf("%q", got)
	}
	c = parsed(t, "mail: {password_file: /run/secrets/crlf}")
	if c.MailPassword().Reveal() != "k3y" || len(c.Warnings()) != 1 || !strings.Contains(c.Warnings()[0].String(), "config.yaml:1:23: mail.password_file: /run/secrets/crlf can be read by others on this machine (mode 0644) (use chmod 600)") {
		t.Errorf("%v", c.Warnings())
	}
}

func TestSecretsThatCannotBeHadStopLivePollingAlone(t *testing.T) {
	server := "contact: a@b.example\npublic_url: https://b.example\nmail: {host: smtp.b.example, from: a@b.example, password: \"${NO_SUCH}\"}\n"
	for text, want := range map[string]string{
		"secret_files: {A: /run/secrets/none}":  "config.yaml:1:19: secret_files.A: the secret cannot be read: /run/secrets/none: file does not exist",
		"secret_files: {A: /run/secrets/empty}": "config.yaml:1:19: secret_files.A: /run/secrets/empty is empty (use a secret on one line)",
		"secret_files: {A: /run/secrets/lines}": "config.yaml:1:19: secret_files.A: /run/secrets/lines holds more than one line (use a secret on one line)",
		"secret_files: {A: /run/secrets/large}": "config.yaml:1:19: secret_files.A: /run/secrets/large has 16385 bytes; that is no secret",
		server:                                  "config.yaml:3:59: mail.password: NO_SUCH is not set in the environment, and secret_files names no file for it",
	} {
		c := parsed(t, text)
		if got := strings.TrimSpace(told(c.SecretProblems())); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
		if err := c.Live(); err == nil || !strings.Contains(err.Error(), want) {
			t.Error(err)
		}
		if _, ok := c.Secret("A"); ok {
			t.Error("a secret that cannot be had is given")
		}
	}
	if p := parsed(t, "mail: {password: \"${NO_SUCH}\"}").SecretProblems(); len(p) > 0 {
		t.Error("a password is missed where no mail is sent:", p)
	}
}

func TestSecretsAreWrittenNowhere(t *testing.T) {
	s := newSecret("hunter2")
	c := full(t)
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "secret", s, "config", c)
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "secret", s, "pointer", &s)
	asJSON, err := json.Marshal(map[string]any{"secret": s, "config": c})
	if err != nil {
		t.Fatal(err)
	}
	shown, err := c.YAML()
	if err != nil {
		t.Fatal(err)
	}
	all := log.String() + string(asJSON) + string(shown) + errors.Join(fmt.Errorf("a %v", s)).Error()
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		all += fmt.Sprintf(verb, s) + fmt.Sprintf(verb, struct{ S Secret }{s}) + fmt.Sprintf(verb, &s) + fmt.Sprintf(verb, c.MailPassword())
	}
	for _, secret := range []string{"hunter2", "68756e74657232", "s3cret", "k3y"} {
		if strings.Contains(all, secret) {
			t.Errorf("%q is written", secret)
		}
	}
	wrong, problems := Parse([]byte("mail: {password: hunter2}\ndatabase: postgres://u:hunter2@db/koyomi\n"), "config.yaml", Env{})
	shown, _ = wrong.YAML()
	if strings.Contains(told(problems)+string(shown), "hunter2") {
		t.Errorf("a password is shown: %s%s", told(problems), shown)
	}
}

func TestWhatIsShownMeansTheSame(t *testing.T) {
	for _, c := range []Config{Default(), full(t)} {
		shown, err := c.YAML()
		if err != nil {
			t.Fatal(err)
		}
		again, problems := Parse(shown, "shown.yaml", environment())
		same := cmp.Comparer(func(a, b source.Schedule) bool { return a.String() == b.String() })
		if diff := cmp.Diff(c, again, ignored, same, cmpopts.EquateEmpty()); diff != "" || len(problems) > 0 {
			t.Errorf("%s%s\n%s", told(problems), diff, shown)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, pattern := range []string{"testdata/good/*.yaml", "testdata/bad/*.yaml", "../../config.yaml"} {
		names, _ := filepath.Glob(pattern)
		for _, n := range names {
			data, err := os.ReadFile(n)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(data)
		}
	}
	env := environment()
	f.Fuzz(func(t *testing.T, data []byte) {
		c, problems := Parse(data, "config.yaml", env)
		for _, p := range problems {
			if s := p.String(); p.Message == "" || strings.ContainsAny(s, "\n\x1b\u202e") {
				t.Errorf("a problem that cannot be shown: %q", s)
			}
		}
		if len(problems) > 0 {
			return
		}
		if cal := c.Calendar(); cal.Past < 1 || cal.Ahead < 1 || cal.Refresh < time.Minute || cal.MaxBytes < 1 {
			t.Errorf("a calendar that is none: %+v", cal)
		}
		shown, err := c.YAML()
		if err != nil {
			t.Fatal(err)
		}
		if _, problems := Parse(shown, "shown.yaml", env); len(problems) > 0 && !strings.Contains(string(data), "$") {
			t.Errorf("what is shown is wrong: %s\n%s", told(problems), shown)
		}
	})
}
