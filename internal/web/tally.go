package web

import (
	"net/http"
	"strings"
	"sync/atomic"
)

// The kinds of addresses that a Tally tells apart.
const (
	kindPage = iota
	kindFeed
	kindAPI
	kinds
)

var kindNames = [kinds]string{"page", "feed", "api"}

// A Tally counts what was answered, over reloads too where sites share it. It is safe
// for any number of readers; its zero value is ready.
type Tally struct {
	answers [kinds][600]atomic.Int64
	bytes   [kinds]atomic.Int64
}

// kindOf tells what sort of address a path is.
func kindOf(path string) int {
	switch {
	case strings.HasSuffix(path, ".ics"),
		strings.HasSuffix(path, ".atom"),
		path == "/feed.json":
		return kindFeed
	case strings.HasPrefix(path, "/api/"), strings.HasSuffix(path, ".json"):
		return kindAPI
	}
	return kindPage
}

// add counts one answer.
func (t *Tally) add(path string, c *counted) {
	kind := kindOf(path)
	if c.status > 0 && c.status < len(t.answers[kind]) {
		t.answers[kind][c.status].Add(1)
	}
	t.bytes[kind].Add(c.bytes)
}

// A counted is an answer whose status and octets are counted on their way.
type counted struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (c *counted) WriteHeader(status int) {
	if c.status == 0 && status >= http.StatusOK {
		c.status = status
	}
	c.ResponseWriter.WriteHeader(status)
}

func (c *counted) Write(b []byte) (int, error) {
	if c.status == 0 {
		c.status = http.StatusOK
	}
	n, err := c.ResponseWriter.Write(b)
	c.bytes += int64(n)
	return n, err
}

// Unwrap returns what http.ResponseController looks for.
func (c *counted) Unwrap() http.ResponseWriter { return c.ResponseWriter }

// end counts the answer; one that wrote nothing is a 200 without a body (HEAD).
func (c *counted) end(t *Tally, path string) {
	if c.status == 0 {
		c.status = http.StatusOK
	}
	t.add(path, c)
}
