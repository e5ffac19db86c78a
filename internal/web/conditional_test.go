package web

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"strings"
	"testing"
)

// TestConditionalRequests: B71.
func TestConditionalRequests(t *testing.T) {
	h, _ := open(may2009())
	first := get(h, "/calendar.ics")
	tag, modified := first.Header().Get("Etag"), first.Header().Get("Last-Modified")
	var list []string
	for i := range 100 {
		list = append(list, fmt.Sprintf(`"other-%d"`, i))
	}
	for name, c := range map[string]struct {
		headers []string
		want    int
	}{
		"the same tag":                 {[]string{"If-None-Match", tag}, 304},
		"the same, weak":               {[]string{"If-None-Match", "W/" + tag}, 304},
		"the tag of the other coding":  {[]string{"If-None-Match", tag[:len(tag)-1] + `-gz"`}, 304},
		"any":                          {[]string{"If-None-Match", "*"}, 304},
		"one of a hundred":             {[]string{"If-None-Match", strings.Join(list, ", ") + ",  " + tag}, 304},
		"none of a hundred":            {[]string{"If-None-Match", strings.Join(list, ", ")}, 200},
		"on a second line":             {[]string{"If-None-Match", `"x"`, "If-None-Match", tag}, 304},
		"a tag with a comma before it": {[]string{"If-None-Match", `"a,b", ` + tag}, 304},
		"unquoted":                     {[]string{"If-None-Match", strings.Trim(tag, `"`)}, 200},
		"garbage":                      {[]string{"If-None-Match", `"""W/,,` + "\x7f"}, 200},
		"open quote":                   {[]string{"If-None-Match", `"abc`}, 200},
		"another tag wins over a date": {[]string{"If-None-Match", `"x"`, "If-Modified-Since", modified}, 200},
		"the same date":                {[]string{"If-Modified-Since", modified}, 304},
		"a later date":                 {[]string{"If-Modified-Since", "Sat, 01 Jan 2028 00:00:00 GMT"}, 304},
		"an earlier date":              {[]string{"If-Modified-Since", "Thu, 01 Jan 2009 00:00:00 GMT"}, 200},
		"no date":                      {[]string{"If-Modified-Since", "yesterday"}, 200},
		"ranges":                       {[]string{"Range", "bytes=0-,0-,0-10"}, 200},
	} {
		w := get(h, "/calendar.ics", c.headers...)
		if w.Code != c.want || w.Header().Get("Etag") == "" || w.Header().Get("Last-Modified") != modified {
			t.Errorf("%s: %d %v, want %d", name, w.Code, w.Header(), c.want)
		}
		if w.Code == 304 && (w.Body.Len() > 0 || w.Header().Get("Content-Length") != "" || w.Header().Get("Content-Type") != "") {
			t.Errorf("%s: a 304 with %d octets, %v", name, w.Body.Len(), w.Header())
		}
		if w.Code == 200 && !bytes.Equal(w.Body.Bytes(), first.Body.Bytes()) {
			t.Errorf("%s: not the whole calendar", name)
		}
	}
}

// TestCompressesOnlyWhenAsked: B72.
func TestCompressesOnlyWhenAsked(t *testing.T) {
	h, _ := open(may2009())
	plain := get(h, "/calendar.ics")
	for accept, zipped := range map[string]bool{
		"gzip": true, "x-gzip": true, "deflate, gzip;q=0.5, br": true, "*": true, "gzip;q=1.0": true, "GZIP": true, "br;q=1, *;q=0.1": true,
		"": false, "gzip;q=0": false, "gzip; q=0.000": false, "br": false, "*;q=0": false, "identity": false, "*;q=0, gzip;q=0": false, "gzip;q=0, *": false, "gzip;x": false, "gzip;q=NaN": false,
	} {
		w := get(h, "/calendar.ics", "Accept-Encoding", accept)
		if (w.Header().Get("Content-Encoding") == "gzip") != zipped {
			t.Errorf("%q: %v", accept, w.Header())
			continue
		}
		if w.Header().Get("Content-Length") != fmt.Sprint(w.Body.Len()) || w.Header().Get("Vary") != "Accept-Encoding" {
			t.Errorf("%q: %v with %d octets", accept, w.Header(), w.Body.Len())
		}
		body := w.Body.Bytes()
		if zipped {
			r, err := gzip.NewReader(w.Body)
			if err != nil {
				t.Fatal(err)
			}
			if body, err = io.ReadAll(r); err != nil {
				t.Fatal(err)
			}
			if w.Header().Get("Etag") == plain.Header().Get("Etag") {
				t.Error("both codings have one strong tag")
			}
		}
		if !bytes.Equal(body, plain.Body.Bytes()) {
			t.Errorf("%q: other bytes", accept)
		}
	}
}
