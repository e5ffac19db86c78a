// Package health answers the question whether a poll is to be believed, from the
// poll's own figures and the source's own past. It fetches and stores nothing.
package health

import (
	"fmt"
	"time"
)

// State is the outcome of a poll.
type State string

// The outcomes of a poll. Open is a poll that has not ended, or never will
// because the process died.
const (
	Open      State = "open"
	Unchanged State = "unchanged"
	Applied   State = "applied"
	Held      State = "held"
	Failed    State = "failed"
)

// Cause names why a poll failed or was held; its text is for people to search by.
type Cause string

// The causes of a failed poll.
const (
	CauseDNS        Cause = "dns"
	CauseConnect    Cause = "connect"
	CauseTLS        Cause = "tls"
	CauseTimeout    Cause = "timeout"
	CauseForbidden  Cause = "address" // a private or otherwise refused address
	CauseRobots     Cause = "robots"
	CauseSecret     Cause = "secret" // a key is not set
	CauseRedirect   Cause = "redirect"
	CauseLimited    Cause = "limited" // 429, or 503 with Retry-After
	CauseBlocked    Cause = "blocked" // 401, 403, a challenge or login page
	CauseMissing    Cause = "missing" // 404
	CauseGone       Cause = "gone"    // 410
	CauseServer     Cause = "server"  // 5xx
	CauseStatus     Cause = "status"  // any other status
	CauseProtocol   Cause = "protocol"
	CauseTooLarge   Cause = "too-large"
	CauseIncomplete Cause = "incomplete"
	CauseDamaged    Cause = "damaged" // not a document of that kind
	CausePanic      Cause = "panic"
	CauseStorage    Cause = "storage"
	CauseStopped    Cause = "stopped"
)

// A Failure is why a visit brought nothing to believe.
type Failure struct {
	Cause Cause
	URL   string
	// RetryAfter is how long the host asked to be left alone; 0 if it did not say.
	RetryAfter time.Duration
	Err        error
}

func (f *Failure) Error() string {
	if f.URL == "" {
		return fmt.Sprintf("%s: %v", f.Cause, f.Err)
	}
	return fmt.Sprintf("fetch %s: %v", f.URL, f.Err)
}

// Unwrap returns what lies beneath.
func (f *Failure) Unwrap() error { return f.Err }
