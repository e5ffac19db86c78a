package web

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

// TestSmuggledRequests: a request whose end is a matter of opinion is refused, or it is
// the last one of its connection; HTTP/2 is not spoken, and what is too large is not
// waited for (B78).
func TestSmuggledRequests(t *testing.T) {
	o := openSender(t)
	address := listening(t, o)
	const inner = "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"
	form := "POST /subscribe HTTP/1.1\r\nHost: x\r\nContent-Type: " + formType + "\r\n"
	for name, c := range map[string]struct {
		request string
		want    string
	}{
		"a length and chunks":       {form + "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + inner, "403"},
		"chunks and a length":       {form + "Transfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n0\r\n\r\n" + inner, "403"},
		"chunks on a GET":           {"GET /robots.txt HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + inner, "200"},
		"two lengths":               {form + "Content-Length: 6\r\nContent-Length: 5\r\n\r\n0\r\n\r\nX" + inner, "400"},
		"a coding that is none":     {form + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + inner, "501"},
		"a blank before the colon":  {form + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + inner, "400"},
		"a folded header":           {"GET /robots.txt HTTP/1.1\r\nHost: x\r\n Transfer-Encoding: chunked\r\n\r\n" + inner, "400"},
		"a huge chunk":              {form + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n" + inner, "400"},
		"a negative length":         {form + "Content-Length: -1\r\n\r\n" + inner, "400"},
		"a length beyond numbers":   {form + "Content-Length: 99999999999999999999\r\n\r\n" + inner, "400"},
		"a large body, asked first": {form + "Expect: 100-continue\r\nContent-Length: 9000000\r\n\r\n", "413"},
		"a large body":              {form + "Content-Length: 9000000\r\n\r\naddress=", "413"},
		"two hosts":                 {"GET /robots.txt HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n" + inner, "400"},
		"a NUL in a name":           {"GET /robots.txt HTTP/1.1\r\nHost: x\r\nX\x00: a\r\n\r\n" + inner, "400"},
		"a bare CR":                 {"GET /robots.txt HTTP/1.1\r\nHost: x\r\nX-A: a\rTransfer-Encoding: chunked\r\n\r\n" + inner, "400"},
		"bare line feeds":           {"GET /robots.txt HTTP/1.1\nHost: x\nConnection: close\n\n" + inner, "200"},
		"HTTP/2":                    {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "404"},
	} {
		connection := dial(t, address)
		if _, err := io.WriteString(connection, c.request); err != nil {
			t.Fatal(err)
		}
		// The server closes the connection: otherwise this waits until the test is cut off.
		answer, _ := io.ReadAll(connection)
		connection.Close()
		if n := strings.Count(string(answer), "HTTP/1.1 "); n != 1 || !strings.HasPrefix(string(answer), "HTTP/1.1 "+c.want) {
			t.Errorf("%s: %d answers, want one of %s:\n%.300s", name, n, c.want, answer)
		}
	}
	if s := NewServer(o); s.Protocols != nil && (s.Protocols.UnencryptedHTTP2() || s.Protocols.HTTP2()) || s.TLSConfig != nil {
		t.Error("HTTP/2 is spoken")
	}
	if r, err := http.Get("http://" + address + "/robots.txt"); err != nil || r.StatusCode != http.StatusOK {
		t.Errorf("the next reader: %v, %v", r, err)
	} else {
		r.Body.Close()
	}
}
