package subscriber

import (
	"crypto/hmac"
	"encoding/base32"
	"encoding/binary"
	"strings"
	"time"

	"koyomi/internal/event"
)

// What a bounce counts, and how much of it refuses an address, as Mailman does it: one a
// day at most, half as much for what may pass, and what is a week old is forgotten.
const (
	HardBounce = 2
	SoftBounce = 1
	MaxBounces = 3 * HardBounce
)

// BounceStale is how many days without a bounce forget those before.
const BounceStale = 7

// BouncesValid is how long a bounce may come after its mail.
const BouncesValid = 30 * 24 * time.Hour

// bounceMAC is how many octets of proof stand in an envelope's sender.
const bounceMAC = 10

// bounceWords is base32 in small letters: a local part may lose its case on the way.
var bounceWords = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").
	WithPadding(base32.NoPadding)

// Return returns the part of the sender on the envelope that says to whom a mail went:
// the subscriber, the generation and the date, with a proof that it was given out.
func (s Secret) Return(id, generation int64, day event.Date) string {
	b := binary.AppendUvarint(nil, uint64(id))
	b = binary.AppendUvarint(b, uint64(generation))
	b = binary.AppendUvarint(b, uint64(dayCount(day)))
	return bounceWords.EncodeToString(append(b, s.returned(id, generation, day)...))
}

func (s Secret) returned(id, generation int64, day event.Date) []byte {
	return s.sum("return %d %d %s", id, generation, day)[:bounceMAC]
}

// dayCount is a date as days since 1970.
func dayCount(d event.Date) int64 { return d.Begin(time.UTC).Unix() / (24 * 60 * 60) }

// Returned returns whom a part that Return gave out names, and when the mail was sent; ok
// is false for any other text.
func (s Secret) Returned(part string) (id, generation int64, day event.Date, ok bool) {
	b, err := bounceWords.DecodeString(strings.ToLower(part))
	if err != nil {
		return 0, 0, day, false
	}
	var numbers [3]uint64
	for i := range numbers {
		n, size := binary.Uvarint(b)
		if size <= 0 {
			return 0, 0, day, false
		}
		numbers[i], b = n, b[size:]
	}
	if numbers[2] > lastDay {
		return 0, 0, day, false
	}
	id, generation = int64(numbers[0]), int64(numbers[1])
	day = event.DateOf(time.Unix(int64(numbers[2])*24*60*60, 0).UTC())
	return id, generation, day, hmac.Equal(b, s.returned(id, generation, day))
}

// lastDay is in the year 2199.
const lastDay = 84_000
