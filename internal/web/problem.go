package web

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"koyomi/internal/publish/site"
	"koyomi/internal/query"
	"koyomi/internal/text"
)

// A problem is an answer that is none (RFC 9457).
type problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
	// Parameter names what was wrong in the address, Column the place in it, in
	// characters from 1.
	Parameter string `json:"parameter,omitempty"`
	Column    int    `json:"column,omitempty"`
	// cause is what it says in other words, nil for nothing.
	cause error
}

func (p *problem) Unwrap() error { return p.cause }

func (p *problem) Error() string { return p.Detail }

func notFound(detail string) *problem {
	return &problem{Status: http.StatusNotFound, Detail: detail}
}

func badParameter(name, detail string) *problem {
	name = text.Line(name, 40)
	return &problem{
		Status:    http.StatusBadRequest,
		Parameter: name,
		Detail:    "parameter " + strconv.Quote(name) + ": " + detail,
	}
}

// write answers with p: as a page where a person asks, else as JSON.
func (s *Site) write(w http.ResponseWriter, r *http.Request, p *problem) {
	p.Type, p.Title = "about:blank", http.StatusText(p.Status)
	body, contentType := []byte(nil), "application/problem+json"
	if wantsPage(r) {
		wrong := (*query.Error)(nil)
		errors.As(p.cause, &wrong)
		page, err := site.Message(s.base(r), p.Status, p.Detail, wrong)
		if err == nil {
			body, contentType = page, site.ContentType
		}
	}
	if body == nil {
		body, _ = json.Marshal(p) // text and numbers alone always encode
	}
	h := w.Header()
	h.Set("Content-Type", contentType)
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(p.Status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // a reader who went away is no failure
	}
}

// wantsPage reports whether a person's browser asks for something to look at.
func wantsPage(r *http.Request) bool {
	return !strings.HasPrefix(r.URL.Path, "/api/") &&
		strings.Contains(r.Header.Get("Accept"), "text/html")
}
