package publish

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"time"

	"github.com/klauspost/compress/gzip"
)

// Rendered is a document ready to be served any number of times.
type Rendered struct {
	Body []byte
	// Gzip is Body compressed, nil where that would not make it smaller.
	Gzip []byte
	// ETag and GzipETag are strong (RFC 9110 section 8.8.3), quotes included.
	ETag, GzipETag string
	// LastModified is when the content last changed, to the second, in UTC; the
	// zero time where that is not known.
	LastModified time.Time
	ContentType  string
}

// Seal makes a document of bytes, which are not to be changed afterwards. Equal
// bytes get equal tags.
func Seal(body []byte, contentType string, modified time.Time) Rendered {
	sum := sha256.Sum256(body)
	tag := base64.RawURLEncoding.EncodeToString(sum[:15])
	r := Rendered{
		Body:         body,
		ETag:         `"` + tag + `"`,
		GzipETag:     `"` + tag + `-gz"`,
		LastModified: modified.UTC().Truncate(time.Second),
		ContentType:  contentType,
	}
	if z := compress(body); len(z) < len(body) {
		r.Gzip = z
	}
	return r
}

// compress writes no name and no time, so that equal bytes stay equal.
func compress(body []byte) []byte {
	var b bytes.Buffer
	b.Grow(len(body)/4 + 64)
	w := gzip.NewWriter(&b)
	if _, err := w.Write(body); err != nil {
		return body
	}
	if err := w.Close(); err != nil {
		return body
	}
	return b.Bytes()
}
