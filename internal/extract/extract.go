// Package extract is the contract by which the bytes of a visit become
// listings: which pages do you still need, and what do these pages say. Same
// bytes, same moment, same listings; nothing is fetched here.
package extract

import (
	"fmt"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/source"
)

// A Request is a page that a kind needs.
type Request struct {
	URL string
	// Method is GET where empty; Body goes with a POST.
	Method string
	Body   []byte
	// Header values may hold ${NAME}, filled in by the fetcher and by no one else.
	Header map[string]string
	// Probe marks a page that may be missing (404, 410) without failing the
	// visit; its status is then what is asked for.
	Probe bool
}

// A Page is what came back for a Request.
type Page struct {
	// Requested is the Request's URL, URL the final one after redirects.
	Requested, URL string
	Status         int
	// ContentType is the header as sent.
	ContentType string
	// Body is free of transfer and content encodings; its charset is as sent.
	Body []byte
}

// A Visit is one reading of a source: what was fetched so far, and when.
type Visit struct {
	Source *source.Source
	// At is the moment of the visit: years are inferred from it, never from a clock.
	At    time.Time
	Pages []Page
	// Since is from when on changes are asked for of a source that lists the latest
	// first; zero where all is read.
	Since time.Time
	// From and To bound the occurrences of recurring events; the zero times
	// stand for At − 1 day and At + 400 days.
	From, To time.Time
}

// A Result is what the pages of a visit say.
type Result struct {
	Listings   []event.Listing
	Rejections []event.Rejection
	// Excluded counts items left out by the source's own include and exclude.
	Excluded int
	// Skipped counts what stands in the pages and is not an event (tasks of a
	// calendar), or has no occurrence in the bounds of the visit; Notes say which.
	Skipped int
	// Partial is set where the pages show only the newest or nearest items, so
	// that what is missing may just have fallen off.
	Partial bool
	// Notes are repairs and oddities worth an operator's look, in words.
	Notes []string
}

// Silent reports whether nothing was read of pages in which something stands: it was
// left out by the settings, is not an event, or is not due.
func (r Result) Silent() bool { return len(r.Listings) == 0 && r.Excluded+r.Skipped > 0 }

// A Kind turns pages into listings.
type Kind interface {
	// Need returns the pages that are still missing, none when the visit is
	// complete. It is called with no pages first. An error means that the pages
	// so far are damaged, or that the list does not end.
	Need(v Visit) ([]Request, error)
	// Read returns what complete pages say. Items that cannot be read are
	// rejections; an error (often a Damage) means that nothing can be believed.
	Read(v Visit) (Result, error)
}

// A Damage says that a document is not what it should be: cut off, another
// format, an error page sent with status 200. Nothing in it may be applied.
type Damage struct {
	// URL is the page, Place the line or item where that is known.
	URL, Place string
	// Reason says what was found and what is expected.
	Reason string
}

func (d *Damage) Error() string {
	if d.Place == "" {
		return fmt.Sprintf("read %s: %s", d.URL, d.Reason)
	}
	return fmt.Sprintf("read %s: %s: %s", d.URL, d.Place, d.Reason)
}
