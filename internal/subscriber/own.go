package subscriber

import (
	"crypto/hmac"
	"encoding/base64"
	"encoding/binary"
)

// Own returns the token of a reader's own page, of one generation of a subscription. It
// says whose it is and proves that it was given out: nothing of it is stored, and it is
// the same in every mail.
func (s Secret) Own(id, generation int64) string {
	b := binary.AppendUvarint(nil, uint64(id))
	b = binary.AppendUvarint(b, uint64(generation))
	return base64.RawURLEncoding.EncodeToString(append(b, s.own(id, generation)...))
}

func (s Secret) own(id, generation int64) []byte {
	return s.sum("own page %d %d", id, generation)[:tokenBytes]
}

// Owner returns the subscriber and the generation of a token that Own gave out; ok is
// false for any other text.
func (s Secret) Owner(token string) (id, generation int64, ok bool) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil {
		return 0, 0, false
	}
	first, n := binary.Uvarint(b)
	if n <= 0 {
		return 0, 0, false
	}
	second, m := binary.Uvarint(b[n:])
	if m <= 0 {
		return 0, 0, false
	}
	id, generation = int64(first), int64(second)
	isOurs := hmac.Equal(b[n+m:], s.own(id, generation))
	// One token has one spelling: of a number too.
	return id, generation, isOurs && token == s.Own(id, generation)
}
