// Package mail answers for a message on the wire: its bytes (RFC 5322) and its way to
// the next server (RFC 5321). It knows nothing of subscribers, digests or the database.
package mail

// A Result is what became of an attempt to hand a message to the server.
type Result int

// The results.
const (
	// Accepted: the server answered for the whole message and has it now.
	Accepted Result = iota
	// Deferred: a 4xx, or the connection ended before the last dot. It may be tried again.
	Deferred
	// DeferredRecipient: a 4xx to RCPT.
	DeferredRecipient
	// RefusedRecipient: a 5xx to RCPT.
	RefusedRecipient
	// RefusedContent: a 5xx to DATA or to the message itself: the same bytes are not
	// taken later either.
	RefusedContent
	// RefusedMessage: a 5xx to anything else, or 5.7.x to RCPT: not the recipient's doing.
	RefusedMessage
	// Unsent: nothing was tried for this message (no connection, TLS or login, 421).
	Unsent
	// Unknown: no answer came after the last dot, so the server may have it.
	Unknown
)

// An Outcome is a result and why.
type Outcome struct {
	Result Result
	// Code is the server's, 0 where it gave none.
	Code int
	// Cause is one clean line without secrets, "" for Accepted.
	Cause string
}
