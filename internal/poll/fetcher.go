package poll

import (
	"context"

	"koyomi/internal/extract"
)

// An Ask is one page to fetch for a source.
type Ask struct {
	extract.Request
	// Source is the id of the source it is for.
	Source string
	// ETag and LastModified are the validators of the body we hold, verbatim
	// (RFC 9110 section 13.1); both empty asks unconditionally.
	ETag, LastModified string
	// Page is set for pages made for people, which robots.txt is asked about
	// (RFC 9309); IgnoreRobots holds a reason not to.
	Page         bool
	IgnoreRobots string
}

// An Answer is what a host said.
type Answer struct {
	// Page holds the body; it is empty where NotModified is set.
	Page extract.Page
	// NotModified says that the body we hold is still the right one (304 to an
	// Ask with validators).
	NotModified bool
	// ETag and LastModified are the host's newest, verbatim; "" where it gave none.
	ETag, LastModified string
}

// A Fetcher is the way to the sites: the network, or recordings of it.
type Fetcher interface {
	// Fetch returns the answer to one Ask. Whatever is no complete answer with
	// status 200 or 304 (or, for a Probe, 404 and 410) is a *health.Failure.
	Fetch(ctx context.Context, ask Ask) (Answer, error)
}
