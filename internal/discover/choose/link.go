package choose

import (
	"strings"

	"koyomi/internal/discover/record"
)

// link returns the address of a record's own page.
func (s *setReader) link(k int, title *candidate) string {
	if title.line >= 0 {
		if l := &s.page.Doc.Lines[title.line]; l.Link != "" && !l.Data {
			return l.Link
		}
	}
	return s.links[k]
}

// ownLink returns the first address in a record, or that which a key names.
func (s *setReader) ownLink(r *record.Record) string {
	if s.set.Kind == record.Whole {
		return ""
	}
	first := ""
	for _, i := range r.Lines {
		l := &s.page.Doc.Lines[i]
		isOther := first != "" && !l.Data
		if l.Link == "" || isOther || isMedia(l.Link) {
			continue
		}
		if l.Data && s.memo.label(l.Label).field == "url" {
			return l.Link
		}
		if first == "" {
			first = l.Link
		}
	}
	return first
}

func isMedia(address string) bool {
	address = strings.ToLower(address)
	for _, suffix := range []string{".jpg", ".png", ".gif", ".jpeg", ".webp", ".pdf", ".svg"} {
		if strings.HasSuffix(address, suffix) {
			return true
		}
	}
	return strings.HasPrefix(address, "mailto:") || strings.HasPrefix(address, "tel:") ||
		strings.HasPrefix(address, "javascript:")
}
