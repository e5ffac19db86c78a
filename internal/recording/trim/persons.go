package trim

import (
	"bytes"
	"encoding/json"
	"strings"

	"golang.org/x/net/html"

	"koyomi/internal/text"
)

// Persons leaves private persons out of a page, by these rules:
//
//   - mail addresses become nobody@example.org, telephone numbers 00-0000-0000;
//   - in JSON, values of keys that name people (owner, author, creator, organizer,
//     speaker, presenter, performer, participant, user, nickname, twitter …) become "";
//   - in calendars, the lines ATTENDEE, ORGANIZER and CONTACT go;
//   - in feeds, author, dc:creator, managingEditor and webMaster are emptied;
//   - in pages, elements that are marked as an author's byline, a list of
//     participants or of speakers (rel=author; a class or itemprop of such a word)
//     and portraits go;
//   - in prose, the name behind 講師: 発表者: 司会: and their likes becomes 某.
//
// A speaker's name in the title of an event stays: the title is what is announced.
// Text in other encodings than UTF-8 is left to the reader who looks it through,
// but for addresses, which are ASCII everywhere.
func Persons(body []byte, contentType string) []byte {
	head := strings.ToLower(strings.TrimSpace(string(body[:min(len(body), 1024)])))
	switch {
	case strings.HasPrefix(head, "begin:vcalendar"):
		body = calendarPersons(body)
	case strings.HasPrefix(head, "{") || strings.HasPrefix(head, "["):
		body = jsonPersons(body)
	case strings.HasPrefix(head, "<?xml") || strings.HasPrefix(head, "<rss") || strings.HasPrefix(head, "<feed") || strings.HasPrefix(head, "<rdf"):
		body = xmlPersons(body)
	case strings.HasPrefix(head, "<") || strings.Contains(strings.ToLower(contentType), "html"):
		body = htmlPersons(body)
	}
	return spoken.Regexp().ReplaceAll(addresses(body), []byte("${1}某"))
}

// spoken is the name of who speaks, behind a label with a colon.
var spoken = text.NewPattern(`((?:講師|発表者|登壇者|講演者|スピーカー|司会者?|話し手|演者|ゲスト|モデレーター?)[ \x{3000}]*[:：][ \x{3000}]*)[^\s\x{3000}<>&"\\,、。/／|｜()（）:：]{1,20}(?:[ \x{3000}][^\s\x{3000}<>&"\\,、。/／|｜()（）:：]{1,10}(?:さん|氏|先生))?`)

var (
	mailAddress = text.NewPattern(`[A-Za-z0-9._%+-]+@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}`)
	telephone   = text.NewPattern(`\b0\d{1,4}-\d{1,4}-\d{4}\b`)
	// notPersons are addresses that are none of a person: ids of calendars, of events.
	notPersons = text.NewPattern(`(?i)@(?:group\.calendar\.google\.com|google\.com|meetup\.com|connpass\.com|events\.lu\.ma|.*\.example|example\.(?:org|com|net|jp))$`)
	idLine     = text.NewPattern(`(?i)(?:^|\n)(?:UID|X-WR-RELCALID)[:;][^\n]*$`)
)

// addresses replaces mail addresses and telephone numbers. What is an event's own
// id stays as it is: it names no one, and is what events are known by.
func addresses(body []byte) []byte {
	var out bytes.Buffer
	at := 0
	for _, m := range mailAddress.Regexp().FindAllIndex(body, -1) {
		found := body[m[0]:m[1]]
		if notPersons.Regexp().Match(found) || idLine.Regexp().Match(body[max(0, m[0]-200):m[0]]) || embedded(body, m[0]) {
			continue
		}
		out.Write(body[at:m[0]])
		out.WriteString("nobody@example.org")
		at = m[1]
	}
	out.Write(body[at:])
	return telephone.Regexp().ReplaceAll(out.Bytes(), []byte("00-0000-0000"))
}

// embedded reports whether what looks like an address is a part of a web address:
// a name such as @user in a path.
func embedded(body []byte, at int) bool {
	start := max(0, at-300)
	before := body[start:at]
	i := bytes.LastIndex(before, []byte("://"))
	return i >= 0 && !bytes.ContainsAny(before[i:], " \t\r\n\"'<>")
}

var personLine = text.NewPattern(`(?im)^(?:ATTENDEE|ORGANIZER|CONTACT)[;:][^\n]*\n(?:[ \t][^\n]*\n)*`)

func calendarPersons(body []byte) []byte { return personLine.Regexp().ReplaceAll(body, nil) }

var personElement = text.NewPattern(`(?s)(<(?:author|dc:creator|managingEditor|webMaster|itunes:author|dc:contributor|contributor)(?:\s[^<>]*)?>).*?(</(?:author|dc:creator|managingEditor|webMaster|itunes:author|dc:contributor|contributor)>)`)

func xmlPersons(body []byte) []byte { return personElement.Regexp().ReplaceAll(body, []byte("$1$2")) }

// personKey names what belongs to people, as keys and classes spell it.
var personKey = text.NewPattern(`(?i)(?:^|[^a-z])(?:owner|author|creator|speakers?|presenters?|performers?|participants?|attendees?|users?|nickname|byline|avatar|members?|twitter|mail|email|phone|tel|contact)(?:$|[^a-z])`)

// personFact are keys beside those that tell numbers, not people.
var personFact = text.NewPattern(`(?i)(?:_|^)(?:id|count|limit|url|type|number|accepted|participants|waiting)$`)

func jsonPersons(body []byte) []byte {
	var v any
	d := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))))
	d.UseNumber()
	if d.Decode(&v) != nil || d.More() {
		return body
	}
	if !emptied(v, 0) {
		return body
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if e.Encode(v) != nil {
		return body
	}
	return b.Bytes()
}

// emptied empties what belongs to people, and reports whether there was any.
func emptied(v any, depth int) bool {
	changed := false
	switch v := v.(type) {
	case map[string]any:
		for k, inner := range v {
			name := strings.NewReplacer("_", " ", "-", " ").Replace(k)
			if text, ok := inner.(string); ok && text != "" && personKey.MatchString(name) && !personFact.MatchString(k) {
				v[k], changed = "", true
				continue
			}
			if people(k) {
				if _, number := inner.(json.Number); !number && inner != nil {
					v[k], changed = nil, true
					continue
				}
			}
			if depth < 60 && emptied(inner, depth+1) {
				changed = true
			}
		}
	case []any:
		for _, inner := range v {
			if depth < 60 && emptied(inner, depth+1) {
				changed = true
			}
		}
	}
	return changed
}

// people reports whether a key holds whole people: objects and lists of them.
func people(key string) bool {
	switch strings.ToLower(key) {
	case "performer", "performers", "speakers", "speaker", "presenters", "participants", "attendees", "author", "authors", "owner", "creator", "users":
		return true
	}
	return false
}

// htmlPersons takes marked bylines, lists of people and portraits out of a page,
// without touching the rest of its bytes.
func htmlPersons(body []byte) []byte {
	z := html.NewTokenizer(bytes.NewReader(body))
	var out bytes.Buffer
	skip, depth, data := "", 0, false
	for {
		tt := z.Next()
		if tt == html.ErrorToken {
			if skip != "" {
				return body // an element without an end: nobody knows what is in it
			}
			return out.Bytes()
		}
		raw := bytes.Clone(z.Raw())
		if tt == html.TextToken && data {
			raw = jsonPersons(raw)
		}
		data = false
		switch tt {
		case html.StartTagToken, html.SelfClosingTagToken:
			t := z.Token()
			data = t.Data == "script" && strings.Contains(string(raw), "json")
			switch {
			case skip != "" && t.Data == skip && tt == html.StartTagToken && !void(t.Data):
				depth++
			case skip == "" && marked(t) && !void(t.Data) && tt == html.StartTagToken:
				skip, depth = t.Data, 1
			case skip == "" && marked(t):
				continue
			}
		case html.EndTagToken:
			if t := z.Token(); skip != "" && t.Data == skip {
				if depth--; depth == 0 {
					skip = ""
					continue
				}
			}
		}
		if skip == "" {
			out.Write(raw)
		}
	}
}

func void(name string) bool {
	switch name {
	case "img", "br", "hr", "input", "meta", "link", "area", "base", "col", "embed", "source", "track", "wbr":
		return true
	}
	return false
}

// marked reports whether a tag opens what belongs to people.
func marked(t html.Token) bool {
	switch t.Data {
	case "html", "body", "head", "main", "table", "tr", "td", "th", "dl", "script":
		return false
	case "meta":
		return false
	}
	for _, a := range t.Attr {
		switch a.Key {
		case "rel":
			if strings.Contains(" "+a.Val+" ", " author ") {
				return true
			}
		case "class", "itemprop":
			for _, word := range strings.Fields(a.Val) {
				if personKey.MatchString(word) && !strings.Contains(word, "event") {
					return true
				}
			}
		}
	}
	return false
}
