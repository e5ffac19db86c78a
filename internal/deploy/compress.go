package deploy

import (
	"bytes"
	"compress/gzip"
	"strings"

	"koyomi/internal/web"
)

const encodingGzip = "gzip"

// packedTypes are the media types whose files get smaller by compression.
var packedTypes = []string{
	"text/",
	"application/json",
	"application/atom+xml",
	"application/feed+json",
	"application/xml",
	"application/manifest+json",
	"image/svg+xml",
}

// pageTypes are those that browsers ask for, which take compressed bytes without having
// been asked. A calendar client or a script may not.
var pageTypes = []string{"text/html", "text/css", "text/javascript", "image/svg+xml"}

func isOneOf(mediaType string, all []string) bool {
	for _, prefix := range all {
		if strings.HasPrefix(mediaType, prefix) {
			return true
		}
	}
	return false
}

// packedBody returns a file's bytes compressed, and whether they are worth it.
func packedBody(f web.File) (packed []byte, smaller bool) {
	if !isOneOf(f.Type, packedTypes) {
		return nil, false
	}
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, false
	}
	_, _ = w.Write(f.Body) // into memory
	_ = w.Close()
	return b.Bytes(), b.Len() < len(f.Body)
}
