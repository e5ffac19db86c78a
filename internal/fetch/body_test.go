package fetch

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"koyomi/internal/health"
)

const ok = "HTTP/1.1 200 OK\r\n"

func zipped(s string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	io.WriteString(z, s)
	z.Close()
	return b.String()
}

func zippedBody(header, body string) string {
	return fmt.Sprintf("%s%sContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%s", ok, header, len(body), body)
}

// drip writes a text again and again until the other side has had enough.
func drip(text string, every time.Duration) func(net.Conn) {
	return func(c net.Conn) {
		tick := time.NewTicker(every)
		defer tick.Stop()
		for range tick.C {
			if _, err := io.WriteString(c, text); err != nil {
				return
			}
		}
	}
}

func flood(begin, text string) func(net.Conn) {
	return func(c net.Conn) {
		_, err := io.WriteString(c, begin)
		for err == nil {
			_, err = io.WriteString(c, text)
		}
	}
}

func say(s string) func(net.Conn) { return func(c net.Conn) { io.WriteString(c, s) } }

// hang writes and then waits for the other side to go.
func hang(s string) func(net.Conn) {
	return func(c net.Conn) {
		io.WriteString(c, s)
		io.Copy(io.Discard, c)
	}
}

// TestRogues: rows B01 to B09, a server that misbehaves in each of their ways.
func TestRogues(t *testing.T) {
	long := strings.Repeat("x", 32<<10)
	page := "<rss>" + long + "</rss>"
	for _, c := range []struct {
		name   string
		answer func(net.Conn)
		quick  bool // give up soon
		want   health.Cause
	}{
		{"B01/slow-drip", func(c net.Conn) {
			io.WriteString(c, ok+"Content-Length: 100000\r\n\r\n")
			drip("x", 5*time.Millisecond)(c)
		}, true, health.CauseTimeout},
		{"B01/slow-headers", func(c net.Conn) {
			io.WriteString(c, ok)
			drip("X-A: b\r\n", 5*time.Millisecond)(c)
		}, true, health.CauseTimeout},
		{"B01/hang-accept", hang(""), true, health.CauseTimeout},
		{"B01/hang-midbody", hang(ok + "Content-Length: 100\r\n\r\nabc"), true, health.CauseTimeout},
		{"B02/endless-body", flood(ok+"\r\n", long), false, health.CauseTooLarge},
		{"B02/endless-chunks", flood(ok+"Transfer-Encoding: chunked\r\n\r\n", "8000\r\n"+long+"\r\n"), false, health.CauseTooLarge},
		{"B02/large-content-length", say(ok + "Content-Length: 99999999999\r\n\r\nabc"), false, health.CauseTooLarge},
		{"B02/endless-headers", flood(ok, "X-A: "+long[:1000]+"\r\n"), false, health.CauseTooLarge},
		{"B02/header-huge", flood(ok+"X-A: ", long), false, health.CauseTooLarge},
		{"B02/endless-informational", flood("", "HTTP/1.1 103 Early Hints\r\nLink: "+long[:1000]+"\r\n\r\n"), false, health.CauseTooLarge},
		{"B03/gzip-bomb", say(zippedBody("", strings.Repeat(zipped(strings.Repeat("\x00", 1<<20)), 16))), false, health.CauseTooLarge},
		{"B03/gzip-twice", say(zippedBody("", zipped(zipped(page)))), false, health.CauseDamaged},
		{"B03/gzip-twice-said", say(strings.Replace(zippedBody("", zipped(zipped(page))), "gzip", "gzip, gzip", 1)), false, health.CauseProtocol},
		{"B03/gzip-file", say(strings.Replace(zippedBody("Content-Type: application/gzip\r\n", zipped(page)), "Content-Encoding: gzip\r\n", "", 1)), false, health.CauseDamaged},
		{"B04/gzip-truncated", say(zippedBody("", zipped(page)[:40])), false, health.CauseIncomplete},
		{"B04/gzip-empty", say(zippedBody("", "")), false, health.CauseIncomplete},
		{"B04/gzip-checksum", say(zippedBody("", zipped(page)[:len(zipped(page))-8]+"12345678")), false, health.CauseIncomplete},
		{"B04/gzip-lie", say(zippedBody("", page)), false, health.CauseProtocol},
		{"B04/gzip-garbage", say(zippedBody("", zipped(page)[:12]+long[:100])), false, health.CauseProtocol},
		{"B04/enc-unasked", say(ok + "Content-Encoding: br\r\nContent-Length: 3\r\n\r\nabc"), false, health.CauseProtocol},
		{"B05/cl-too-long", say(ok + "Content-Length: 100\r\n\r\nabc"), false, health.CauseIncomplete},
		{"B05/cl-too-short", say(ok + "Content-Length: 10\r\n\r\n" + page), false, health.CauseIncomplete},
		{"B05/cl-too-short-by-one", say(ok + "Content-Length: 12\r\n\r\n<rss></rss>\nx"), false, health.CauseIncomplete},
		{"B05/cl-too-short-gzip", say(strings.Replace(zippedBody("", zipped(page)), fmt.Sprint("h: ", len(zipped(page))), "h: 30", 1)), false, health.CauseIncomplete},
		{"B05/chunk-truncated", say(ok + "Transfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n"), false, health.CauseIncomplete},
		{"B05/chunk-cut", say(ok + "Transfer-Encoding: chunked\r\n\r\n50\r\nabcde"), false, health.CauseIncomplete},
		{"B05/chunk-garbage", say(ok + "Transfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\nzz\r\nabc"), false, health.CauseIncomplete},
		{"B09/reset-conn", func(c net.Conn) { c.(*net.TCPConn).SetLinger(0) }, false, health.CauseIncomplete},
		{"B09/reset-midbody", func(c net.Conn) {
			io.WriteString(c, ok+"Content-Length: 100\r\n\r\nabc")
			c.(*net.TCPConn).SetLinger(0)
		}, false, health.CauseIncomplete},
		{"B09/closed", say(""), false, health.CauseIncomplete},
		{"B09/garbage-http", say("\x00\x01\x02 not HTTP\r\n\r\n"), false, health.CauseProtocol},
		{"B09/garbage-headers", say(ok + "no colon here\r\n\r\n"), false, health.CauseProtocol},
		{"B09/bad-status", say("HTTP/1.1 2000 OK\r\n\r\n"), false, health.CauseProtocol},
		{"B09/odd-status", say("HTTP/1.1 999 No\r\nContent-Length: 0\r\n\r\n"), false, health.CauseStatus},
		{"B09/two-lengths", say(ok + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"), false, health.CauseProtocol},
		{"B09/switching", say("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"), false, health.CauseStatus},
		{"B09/partial", say("HTTP/1.1 206 Partial Content\r\nContent-Length: 3\r\n\r\nabc"), false, health.CauseStatus},
	} {
		t.Run(c.name, func(t *testing.T) {
			opt := Options{MaxBody: 1 << 20}
			if c.quick {
				opt.Timeout = 60 * time.Millisecond
			}
			base := rogue(t, c.answer)
			answer, err := get(t, client(t, opt, base), base+"/feed")
			wantCause(t, err, c.want)
			if len(answer.Page.Body) > 0 {
				t.Errorf("%d octets came with the failure", len(answer.Page.Body))
			}
		})
	}
}

// TestBodies: what comes whole is read, however it is sent.
func TestBodies(t *testing.T) {
	page := "<rss>" + strings.Repeat("語", 50_000) + "</rss>"
	for _, c := range []struct{ name, answer, want string }{
		{"with a length", fmt.Sprintf("%sContent-Length: %d\r\n\r\n%s", ok, len(page), page), page},
		{"until the end", ok + "Connection: close\r\n\r\n" + page, page},
		{"by HTTP/1.0", "HTTP/1.0 200 OK\r\n\r\n" + page, page},
		{"in chunks", fmt.Sprintf("%sTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n", ok, len(page), page), page},
		{"compressed", zippedBody("", zipped(page)), page},
		{"compressed, by its old name", strings.Replace(zippedBody("", zipped(page)), "gzip", "x-gzip", 1), page},
		{"compressed in two members", zippedBody("", zipped("<rss>")+zipped("</rss>")), "<rss></rss>"},
		{"said not to be compressed", ok + "Content-Encoding: identity\r\nContent-Length: 3\r\n\r\nabc", "abc"},
		{"after early hints", "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + ok + "Content-Length: 3\r\n\r\nabc", "abc"},
		{"B07/empty-200", ok + "Content-Length: 0\r\n\r\n", ""},
		{"B08/wrong-type", ok + "Content-Type: image/png\r\nContent-Length: 5\r\n\r\n<rss>", "<rss>"},
		{"B06/eof-cut-ics", ok + "Connection: close\r\n\r\nBEGIN:VCALENDAR\r\n", "BEGIN:VCALENDAR\r\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			base := rogue(t, say(c.answer))
			answer, err := get(t, client(t, Options{}, base), base)
			if err != nil {
				t.Fatal(err)
			}
			if got := string(answer.Page.Body); got != c.want {
				t.Errorf("got %d octets %.60q, want %d octets", len(got), got, len(c.want))
			}
		})
	}
}

// TestGzipBombMemory: row B03, a gigabyte in a megabyte costs less than 64 MiB.
func TestGzipBombMemory(t *testing.T) {
	base := rogue(t, say(zippedBody("", strings.Repeat(zipped(strings.Repeat("\x00", 16<<20)), 64))))
	c := client(t, Options{}, base)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := get(t, c, base)
	runtime.ReadMemStats(&after)
	wantCause(t, err, health.CauseTooLarge)
	limit := uint64(64 << 20)
	if underRace {
		limit *= 2 // the detector allocates for itself
	}
	if grown := after.TotalAlloc - before.TotalAlloc; grown > limit {
		t.Errorf("%d MiB were allocated", grown>>20)
	}
}

// TestBodyAtTheCap: the largest body that is allowed is read whole, one octet more
// is an error.
func TestBodyAtTheCap(t *testing.T) {
	for extra, want := range []health.Cause{"", health.CauseTooLarge} {
		for _, chunked := range []bool{false, true} {
			body := strings.Repeat("x", 5000+extra)
			base, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if chunked {
					w.(http.Flusher).Flush()
				}
				io.WriteString(w, body)
			})
			answer, err := get(t, client(t, Options{MaxBody: 5000}, base), base)
			if want != "" {
				wantCause(t, err, want)
			} else if err != nil || len(answer.Page.Body) != 5000 {
				t.Errorf("got %d octets and %v, want 5000", len(answer.Page.Body), err)
			}
		}
	}
}
