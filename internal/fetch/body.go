package fetch

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"

	"koyomi/internal/health"
)

// A rawBody reads a body as sent, keeping its end and its first error.
type rawBody struct {
	r    io.Reader
	size int64
	end  tail
	err  error
}

func (b *rawBody) Read(p []byte) (int, error) {
	// In pieces smaller than the read-ahead, so that whatever follows the body on
	// the connection is seen (see overrun).
	n, err := b.r.Read(p[:min(len(p), readBuffer/2)])
	b.size += int64(n)
	b.end.add(p[:n])
	if b.err == nil && !errors.Is(err, io.EOF) {
		b.err = err
	}
	return n, err
}

// readBody reads the body of an answer to its end, free of its encoding.
func readBody(res *http.Response, o order, conn *meter) ([]byte, error) {
	raw := &rawBody{r: res.Body}
	read, err := readerFor(res, o)
	if err != nil {
		return nil, err
	}
	body, err := read(raw, o.most+1, res.ContentLength)
	if err != nil {
		return nil, raw.failure(err)
	}
	if o.cut {
		return body[:min(int64(len(body)), o.most)], nil
	}
	for _, c := range []struct {
		wrong bool
		cause health.Cause
		words string
	}{
		{int64(len(body)) > o.most, health.CauseTooLarge, fmt.Sprintf("the body has more than %d octets", o.most)},
		{overrun(res, raw, conn), health.CauseIncomplete, fmt.Sprintf("the body goes on after the %d octets that its Content-Length says", res.ContentLength)},
		{bytes.HasPrefix(body, []byte("\x1f\x8b\x08")), health.CauseDamaged, "expected a text, got a gzip file (use the address of the text itself)"},
	} {
		if c.wrong {
			return nil, fail(c.cause, "%s", c.words)
		}
	}
	return body, nil
}

// A bodyReader reads a body up to a number of octets; expect is how many were announced.
type bodyReader func(raw *rawBody, most, expect int64) ([]byte, error)

// readerFor chooses how a body is read, or refuses it by what was announced.
func readerFor(res *http.Response, o order) (bodyReader, error) {
	zipped, err := encoding(res.Header)
	switch {
	case err != nil:
		return nil, err
	case zipped:
		return unzip, nil
	case res.ContentLength > o.most && !o.cut:
		return nil, fail(
			health.CauseTooLarge,
			"the body has %d octets; at most %d are read",
			res.ContentLength,
			o.most,
		)
	}
	return readPlain, nil
}

// readPlain reads a body that is not compressed.
func readPlain(
	raw *rawBody,
	most, expect int64,
) ([]byte, error) {
	return readUpTo(raw, most, expect)
}

// plainEncodings and zippedEncodings are the content encodings that can be read. Only
// gzip was asked for.
var (
	plainEncodings  = []string{"", "identity", "none"}
	zippedEncodings = []string{"gzip", "x-gzip"}
)

// encoding reports whether a body is compressed.
func encoding(h http.Header) (zipped bool, err error) {
	value := strings.ToLower(
		strings.TrimSpace(strings.Join(h.Values("Content-Encoding"), ", ")),
	)
	zipped = slices.Contains(zippedEncodings, value)
	if !zipped && !slices.Contains(plainEncodings, value) {
		err = fail(
			health.CauseProtocol,
			"the content encoding %.40q, which was not asked for (expected gzip or none)",
			value,
		)
	}
	return zipped, err
}

// readUpTo reads to the end or to a number of octets.
func readUpTo(r io.Reader, most, expect int64) ([]byte, error) {
	buf := bytes.NewBuffer(
		make([]byte, 0, min(max(expect, 511)+bytes.MinRead, most+bytes.MinRead, 1<<20)),
	)
	_, err := buf.ReadFrom(io.LimitReader(r, most))
	return buf.Bytes(), err
}

var gzipReaders = sync.Pool{New: func() any { return new(gzip.Reader) }}

// unzip reads a compressed body. What it will grow to nobody knows beforehand.
func unzip(raw *rawBody, most, _ int64) ([]byte, error) {
	z := gzipReaders.Get().(*gzip.Reader)
	defer gzipReaders.Put(z)
	if err := z.Reset(raw); err != nil {
		return nil, err
	}
	return readUpTo(z, most, -1)
}

// failure names why a body could not be read.
func (b *rawBody) failure(err error) error {
	breaksOff := endOfFile(err) || errors.Is(err, gzip.ErrChecksum)
	switch {
	case b.err != nil: // the transfer, not the compression
		err = b.err
	case errors.Is(err, gzip.ErrHeader):
		return fail(health.CauseProtocol, "the body is said to be gzip and is not")
	case !breaksOff:
		return fail(health.CauseProtocol, "the compressed body is damaged: %w", err)
	}
	if f := broken(err); f.Cause == health.CauseTimeout {
		return f
	}
	return fail(
		health.CauseIncomplete,
		"the body breaks off after %d octets: %w",
		b.size,
		err,
	)
}

// overrun reports whether more came over the connection than the Content-Length
// announced, so that what was read is only the beginning: the last octets read
// from the connection are then not those of the body. (net/http stops reading at
// the Content-Length and says nothing.) What comes later goes unseen here; a
// document that is cut off is found by its reader.
func overrun(res *http.Response, raw *rawBody, conn *meter) bool {
	whole := res.ContentLength > 0 && raw.size == res.ContentLength
	return whole && !conn.endsWith(&raw.end)
}

func endOfFile(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}
