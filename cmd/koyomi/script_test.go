package main

import (
	"bufio"
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"unicode"

	"github.com/rogpeppe/go-internal/testscript"

	"koyomi/internal/store/pgtest"
	"koyomi/internal/text"
)

var update = flag.Bool("update", false, "write what scripts compare with again")

// TestScript plays what people type and looks at what they see. A script may use,
// besides what testscript has:
//
//	exits N COMMAND…      the command ends with exit status N
//	replay DB NOW         a database of the recordings up to a moment
//	serving NAME ARG…     koyomi serve at work; $NAME is then its address
//	site DIR              a server of the files of DIR; $SITE. config.yaml lets it be
//	                      asked, and asked.txt lists what was
//	postbox [UNKNOWN]     a mail server that does not know one address, and a
//	                      config.yaml that names it; messages come to mail/N.txt
//	hostile               a server that tells events of hostile text; $HOSTILE
//	on-terminal COLUMNS COMMAND…  the command in a terminal of that width
//	fits COLUMNS          no line of stdout is wider
//	clean                 stdout and stderr hold no control characters
//	shell WORDS           the words as typed into sh
//	postgres VARIABLE     an empty database of PostgreSQL; the variable is its address
func TestScript(t *testing.T) {
	t.Parallel()
	replays := &replays{dir: t.TempDir()}
	testscript.Run(t, testscript.Params{
		Files:              scripts(t),
		RequireUniqueNames: true,
		UpdateScripts:      *update,
		Setup: func(e *testscript.Env) error {
			e.Setenv("KOYOMI_CONFIG", "")
			e.Setenv("NOW", "2009-05-18T09:00:00+09:00")
			e.Setenv("TERM", "xterm-256color")
			e.Setenv("ESC", "\x1b")
			e.Setenv("NL", "\n")
			return nil
		},
		Condition: func(cond string) (bool, error) {
			switch cond {
			case "terminal":
				return hasTerminals(), nil
			case "postgres":
				return pgtest.Available() == nil, nil
			case "systemd":
				_, err := os.Stat("/run/systemd/system")
				return err == nil, nil
			}
			return false, fmt.Errorf("unknown condition %q", cond)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":       exits,
			"replay":      replays.copyTo,
			"serving":     serving,
			"hostile":     hostile,
			"site":        site,
			"postbox":     mailing,
			"on-terminal": onTerminal,
			"fits":        fits,
			"clean":       clean,
			"shell":       shell,
			"postgres": func(ts *testscript.TestScript, _ bool, args []string) {
				ts.Setenv(args[0], pgtest.Database(t))
			},
		},
	})
}

// atOnce are the scripts whose commands do several things at once.
var atOnce = []string{"serve", "server", "sync", "digest_send", "backup", "held", "event"}

// scripts returns all scripts. The race detector finds nothing in a command that does
// one thing after the other, and makes each take ten times as long: under it, those
// that do several at once are enough.
func scripts(t *testing.T) []string {
	t.Helper()
	all, err := filepath.Glob(filepath.Join("testdata", "script", "*.txtar"))
	if err != nil || len(all) == 0 {
		t.Fatalf("%d scripts, %v", len(all), err)
	}
	return slices.DeleteFunc(all, func(path string) bool {
		return underRace && !slices.Contains(atOnce, strings.TrimSuffix(filepath.Base(path), ".txtar"))
	})
}

// exits runs a command that has to end with a status.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	want, err := strconv.Atoi(args[0])
	if neg || err != nil || len(args) < 2 {
		ts.Fatalf("usage: exits N COMMAND…")
	}
	err = ts.Exec(args[1], args[2:]...)
	var exit *exec.ExitError
	got := 0
	switch {
	case errors.As(err, &exit):
		got = exit.ExitCode()
	case err != nil:
		ts.Fatalf("%v", err)
	}
	if got != want {
		ts.Fatalf("%s: exit status %d, want %d", strings.Join(args[1:], " "), got, want)
	}
}

// shell runs words as typed into a shell.
func shell(ts *testscript.TestScript, neg bool, args []string) {
	if err := ts.Exec("sh", "-c", strings.Join(args, " ")); (err != nil) != neg {
		ts.Fatalf("%s: %v", strings.Join(args, " "), err)
	}
}

// replays makes each database of recordings once.
type replays struct {
	dir  string
	mu   sync.Mutex
	made map[string]string
}

// copyTo returns a script a database of its own, with its archive.
func (r *replays) copyTo(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: replay DB NOW")
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.made[args[1]] == "" {
		name := filepath.Join(r.dir, fmt.Sprintf("%d.db", len(r.made)))
		err := ts.Exec("koyomi", "sync", "--replay", "--database", name, "--now", args[1])
		var exit *exec.ExitError
		if err != nil && !(errors.As(err, &exit) && exit.ExitCode() == exitAttention) {
			ts.Fatalf("sync --replay --now %s: %v", args[1], err)
		}
		if r.made == nil {
			r.made = map[string]string{}
		}
		r.made[args[1]] = name
	}
	to := ts.MkAbs(args[0])
	copyFile(ts, r.made[args[1]], to)
	ts.Check(os.CopyFS(to+".archive", os.DirFS(r.made[args[1]]+".archive")))
}

func copyFile(ts *testscript.TestScript, from, to string) {
	data, err := os.ReadFile(from)
	ts.Check(err)
	ts.Check(os.WriteFile(to, data, 0o600))
}

// program returns the program that scripts call.
func program(ts *testscript.TestScript, name string) string {
	for _, dir := range filepath.SplitList(ts.Getenv("PATH")) {
		if path := filepath.Join(dir, name); exists(path) {
			return path
		}
	}
	ts.Fatalf("no program %s", name)
	return ""
}

// serving starts a daemon that ends with the script.
func serving(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: serving NAME ARG…")
	}
	cmd := exec.Command(program(ts, "koyomi"), append([]string{"serve", "--listen", "127.0.0.1:0"}, args[1:]...)...) //nolint:noctx // ended below
	cmd.Dir = ts.MkAbs(".")
	cmd.Env = append(os.Environ(), "NO_COLOR=1", "KOYOMI_CONFIG=")
	r, w, err := os.Pipe()
	ts.Check(err)
	cmd.Stdout, cmd.Stderr = w, w
	ts.Check(cmd.Start())
	ts.Check(w.Close())
	ts.Defer(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
		_ = r.Close()
	})
	said := ""
	address := regexp.MustCompile(`(http://127\.0\.0\.1:\d+)/calendar\.ics`)
	for scan := bufio.NewScanner(r); scan.Scan(); {
		said += scan.Text() + "\n"
		if m := address.FindStringSubmatch(scan.Text()); m != nil {
			ts.Setenv(args[0], m[1])
			go func() { _, _ = io.Copy(io.Discard, r) }()
			return
		}
	}
	ts.Fatalf("koyomi serve %s ended:\n%s", strings.Join(args[1:], " "), said)
}

// hostileTitle has what a page may try on a terminal: a window title, colours, a line
// of its own, a bell, a reordered name.
const hostileTitle = "\x1b]0;owned\x07\x1b[31mred\x1b[0m\r\nsecond line \u202egnp.exe \u0007=cmd()"

// hostile serves one event whose every text is hostile, as no koyomi would.
func hostile(ts *testscript.TestScript, _ bool, _ []string) {
	e := `{"id":"abcd1234","uid":"abcd1234\u001b[31m","title":` + strconv.QuoteToASCII(hostileTitle) +
		`,"start":"2009-05-28T19:00:00+09:00","end":null,"all_day":false,"tz":"Asia/Tokyo","status":"confirmed\u001b[5m","type":"event",` +
		`"community":"c\u001b[2Jc","sources":["s\u0007"],"url":"javascript:alert(1)","location":"\u001b[Hhere\ttab","online_url":"https://a.example/\u001b]8;;","area":"","tags":["\u001b[7m"],"sequence":0,"updated":"2009-05-18T00:00:00Z"}`
	e = strings.NewReplacer(`\x1b`, `\u001b`, `\a`, `\u0007`, `\x07`, `\u0007`).Replace(e)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		switch {
		case r.URL.Query().Get("q") == "wrong":
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprint(w, `{"title":"bad","detail":"q: \u001b[31mwrong\u001b]0;x\u0007"}`)
		case strings.HasPrefix(r.URL.Path, "/api/v1/events/"):
			fmt.Fprint(w, e)
		default:
			fmt.Fprintf(w, `{"events":[%s],"next":null}`, e)
		}
	}))
	ts.Defer(server.Close)
	ts.Setenv("HOSTILE", server.URL)
}

// site serves the files of a folder.
func site(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: site DIR")
	}
	root, asked := ts.MkAbs(args[0]), ts.MkAbs("asked.txt")
	files := http.FileServer(http.Dir(root))
	var mu sync.Mutex
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		log, err := os.OpenFile(asked, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		if err == nil {
			fmt.Fprintln(log, r.Method, r.URL.Path)
			err = log.Close()
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		files.ServeHTTP(w, r)
	}))
	ts.Defer(server.Close)
	ts.Setenv("SITE", server.URL)
	host := strings.TrimPrefix(server.URL, "http://")
	config := fmt.Sprintf("contact: test@koyomi.example\nallow: [%q]\nmin_gap: {%q: 0s}\n", host, host)
	ts.Check(os.WriteFile(ts.MkAbs("config.yaml"), []byte(config), 0o600))
}

// sequences are those of colour and of links that the program writes itself.
var sequences = regexp.MustCompile(`\x1b\[[0-9;]*m|\x1b\]8;;[!-~]*\x1b\\`)

// fits looks at the width of every line.
func fits(ts *testscript.TestScript, neg bool, args []string) {
	columns, err := strconv.Atoi(args[0])
	if neg || err != nil {
		ts.Fatalf("usage: fits COLUMNS")
	}
	for line := range strings.Lines(ts.ReadFile("stdout")) {
		line = sequences.ReplaceAllString(strings.TrimRight(line, "\r\n"), "")
		if w := text.Width(line); w > columns {
			ts.Fatalf("%d columns are too many for %d: %q", w, columns, line)
		}
	}
}

// clean looks for what could act on a terminal.
func clean(ts *testscript.TestScript, neg bool, _ []string) {
	for _, name := range []string{"stdout", "stderr"} {
		said := sequences.ReplaceAllString(strings.ReplaceAll(ts.ReadFile(name), "\r\n", "\n"), "")
		i := strings.IndexFunc(said, func(r rune) bool {
			return r != '\n' && (unicode.Is(unicode.Cc, r) || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069)
		})
		if (i >= 0) != neg {
			ts.Fatalf("%s at byte %d: %q", name, i, said[max(0, i-40):min(len(said), max(0, i)+40)])
		}
	}
}

// onTerminal runs a command in a terminal; what it writes becomes stdout.
func onTerminal(ts *testscript.TestScript, neg bool, args []string) {
	columns, err := strconv.Atoi(args[0])
	if err != nil || len(args) < 2 {
		ts.Fatalf("usage: on-terminal COLUMNS COMMAND…")
	}
	var env []string
	for _, name := range []string{"PATH", "HOME", "LANG", "TERM", "NO_COLOR", "PAGER", "LESS", "FORCE_HYPERLINK", "COLORTERM", "KOYOMI_CONFIG"} {
		if value := ts.Getenv(name); value != "" {
			env = append(env, name+"="+value)
		}
	}
	cmd := exec.Command(program(ts, args[1]), args[2:]...) //nolint:noctx // it ends by itself, or with the test
	cmd.Dir, cmd.Env = ts.MkAbs("."), env
	out, err := runOnTerminal(cmd, columns)
	_, _ = ts.Stdout().Write(bytes.ReplaceAll(out, []byte("\r\n"), []byte("\n")))
	if (err != nil) != neg {
		ts.Fatalf("%s: %v\n%s", strings.Join(args[1:], " "), err, out)
	}
}
