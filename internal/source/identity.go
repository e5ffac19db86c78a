package source

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"hash/fnv"
	"time"
)

// Fingerprint names a definition: another setting, another fingerprint. What was
// read under another one is read again.
func (s *Source) Fingerprint() string {
	b, err := json.Marshal(s)
	if err != nil {
		return s.ID
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:8])
}

// Origin names where the source's own ids hold: its platform, else its host.
// With an id it names an event the same way wherever it is seen.
func (s *Source) Origin() string {
	return cmp.Or(s.Platform, s.Host(), s.ID)
}

// Offset places a name within an interval, the same place each time, so that
// many sources spread over it.
func Offset(name string, within time.Duration) time.Duration {
	if within <= 0 {
		return 0
	}
	h := fnv.New64a()
	h.Write([]byte(name))
	return time.Duration(h.Sum64() % uint64(within))
}
