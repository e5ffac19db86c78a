package fetch

import (
	"bytes"
	"net/http"
	"syscall"
	"testing"
	"time"
)

// cpu returns the processor time that this process has used.
func cpu(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// measure fetches again and again; the processor time includes that of the server,
// which runs in the same process.
func measure(b *testing.B, h http.HandlerFunc, etag string) {
	base, _ := serve(b, h)
	c := client(b, Options{}, base)
	a := ask(base + "/feed")
	a.ETag = etag
	b.ReportAllocs()
	began := cpu(b)
	for b.Loop() {
		if _, err := c.Fetch(b.Context(), a); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(cpu(b)-began)/float64(b.N)/1e3, "cpu-µs/op")
}

// BenchmarkUnchanged is a poll's fetch of what has not changed (304).
func BenchmarkUnchanged(b *testing.B) {
	measure(b, func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusNotModified) }, `"v1"`)
}

// BenchmarkPage is a fetch of a page of 100 kB, sent compressed.
func BenchmarkPage(b *testing.B) {
	page := []byte(zipped(string(bytes.Repeat([]byte("<li>第21回 勉強会 2026-06-10 19:00</li>\n"), 2200))))
	measure(b, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		w.Write(page)
	}, "")
}

// BenchmarkRules is one question to a long robots.txt.
func BenchmarkRules(b *testing.B) {
	text := "User-agent: *\n" + string(bytes.Repeat([]byte("Disallow: /*/private/*.html$\nAllow: /event/\n"), 500))
	r := parseRules(text)
	b.ReportAllocs()
	for b.Loop() {
		r.decide("/event/12345/?page=2")
	}
}
