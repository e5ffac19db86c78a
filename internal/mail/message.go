package mail

import (
	netmail "net/mail"
	"time"
)

// A Message is one message before it is bytes.
type Message struct {
	// ID is the Message-ID without its brackets.
	ID string
	// Date is written with its zone's offset.
	Date time.Time
	From netmail.Address
	// To is one mailbox, as in the envelope.
	To string
	// ListID is the value of List-Id, "" for none.
	ListID  string
	Subject string
	// Lang is ja or en.
	Lang string
	// Text and HTML are the parts; an empty HTML is none.
	Text, HTML string
	// Leave is the way out, zero for a message without one.
	Leave Leave
	// Bulk marks a message that many get.
	Bulk bool
}

// A Leave is the way out of a subscription (RFC 8058).
type Leave struct{ URL, Mailto string }
