package subscriber

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"net/netip"
	"time"

	"koyomi/internal/event"
)

// tokenBytes is how many octets of chance a token holds: 160 bits.
const tokenBytes = 20

// TokenLen is the length of a token, in characters that need no escaping in a path.
var TokenLen = base64.RawURLEncoding.EncodedLen(tokenBytes)

// ConfirmWithin is how long a token to confirm is good for.
const ConfirmWithin = 48 * time.Hour

// NewToken draws a token.
func NewToken(random io.Reader) (string, error) {
	b := make([]byte, tokenBytes)
	if _, err := io.ReadFull(random, b); err != nil {
		return "", fmt.Errorf("draw a token: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(b), nil
}

// IsToken reports whether s could be a token: who asks with anything else need not be
// looked up.
func IsToken(s string) bool {
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	return err == nil && len(b) == tokenBytes && len(s) == TokenLen
}

// Prefix returns so much of a token as may stand in a log.
func Prefix(token string) string { return token[:min(len(token), 4)] + "…" }

// Hash is what is kept of a token: who reads the database cannot use it.
func Hash(token string) []byte {
	h := sha256.Sum256([]byte(token))
	return h[:]
}

// A Secret makes the tokens that have to be the same in every mail, from a key that
// is drawn once a database.
type Secret []byte

// SecretLen is the length of a Secret in octets.
const SecretLen = 32

// Leave returns the token that ends one generation of a subscription. It never expires.
func (s Secret) Leave(id, generation int64) string {
	return base64.RawURLEncoding.EncodeToString(
		s.sum("leave %d %d", id, generation)[:tokenBytes],
	)
}

// MessageID returns that of a subscriber's digest of a local date, in its brackets
// (RFC 5322 section 3.6.4): the same however often it is sent.
func (s Secret) MessageID(id int64, day event.Date, domain string) string {
	return fmt.Sprintf(
		"<d.%s.%s@%s>",
		day,
		hex.EncodeToString(s.sum("digest %d %s", id, day)[:8]),
		domain,
	)
}

// OtherID returns the Message-ID of a mail that is no digest, from what names it.
func (s Secret) OtherID(key, domain string) string {
	return fmt.Sprintf("<m.%s@%s>", hex.EncodeToString(s.sum("mail %s", key)[:8]), domain)
}

// Suppressed returns what is kept of an address that must never be written to again.
func Suppressed(a Address) []byte { return Hash("suppressed " + a.Key()) }

// SuppressedForms is what is kept of all forms of such an address.
func SuppressedForms(
	a Address,
) []byte {
	return Hash("suppressed forms of " + a.Canonical())
}

// Asker returns what is kept of the network that asked for an address.
func (s Secret) Asker(from netip.Addr) []byte {
	return s.sum("asker %s", Network(from))[:asker]
}

// asker is how many octets of it: enough to tell networks apart.
const asker = 8

func (s Secret) sum(format string, args ...any) []byte {
	h := hmac.New(sha256.New, s)
	fmt.Fprintf(h, format, args...)
	return h.Sum(nil)
}
