package trim

import (
	"bytes"
	"encoding/json"
	"slices"
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
// except addresses, which are ASCII everywhere.
func Persons(body []byte, contentType string) []byte {
	form := formOf(body)
	if form == "" && strings.Contains(strings.ToLower(contentType), "html") {
		form = formHTML
	}
	if without := personCutters[form]; without != nil {
		body = without(body)
	}
	return spoken.Regexp().ReplaceAll(addresses(body), []byte("${1}某"))
}

// personCutters leave persons out of documents by their form.
var personCutters = map[string]func([]byte) []byte{
	formCalendar: calendarPersons,
	formJSON:     jsonPersons,
	formXML:      xmlPersons,
	formHTML:     htmlPersons,
}

// spoken is the name of who speaks, behind a label with a colon.
var spoken = text.NewPattern(
	`((?:講師|発表者|登壇者|講演者|スピーカー|司会者?|話し手|演者|ゲスト|モデレーター?)[ \x{3000}]*[:：][ \x{3000}]*)[^\s\x{3000}<>&"\\,、。/／|｜()（）:：]{1,20}(?:[ \x{3000}][^\s\x{3000}<>&"\\,、。/／|｜()（）:：]{1,10}(?:さん|氏|先生))?`,
)

var (
	mailAddress = text.NewPattern(
		`[A-Za-z0-9._%+-]+@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}`,
	)
	telephone = text.NewPattern(`\b0\d{1,4}-\d{1,4}-\d{4}\b`)
	// notPersons are addresses that belong to no person: ids of calendars, of events.
	notPersons = text.NewPattern(
		`(?i)@(?:group\.calendar\.google\.com|google\.com|meetup\.com|connpass\.com|events\.lu\.ma|.*\.example|example\.(?:org|com|net|jp))$`,
	)
	idLine = text.NewPattern(`(?i)(?:^|\n)(?:UID|X-WR-RELCALID)[:;][^\n]*$`)
)

// addresses replaces mail addresses and telephone numbers. What is an event's own
// id stays as it is: it names no one, and is what events are known by.
func addresses(body []byte) []byte {
	var out bytes.Buffer
	at := 0
	for _, m := range mailAddress.Regexp().FindAllIndex(body, -1) {
		if isPersons(body, m[0], m[1]) {
			out.Write(body[at:m[0]])
			out.WriteString("nobody@example.org")
			at = m[1]
		}
	}
	out.Write(body[at:])
	return telephone.Regexp().ReplaceAll(out.Bytes(), []byte("00-0000-0000"))
}

// isPersons reports whether what looks like a mail address is one of a person.
func isPersons(body []byte, from, to int) bool {
	isID := notPersons.Regexp().Match(body[from:to]) ||
		idLine.Regexp().Match(body[max(0, from-200):from])
	return !isID && !embedded(body, from)
}

// embedded reports whether what looks like an address is a part of a web address:
// a name such as @user in a path.
func embedded(body []byte, at int) bool {
	start := max(0, at-300)
	before := body[start:at]
	i := bytes.LastIndex(before, []byte("://"))
	return i >= 0 && !bytes.ContainsAny(before[i:], " \t\r\n\"'<>")
}

var personLine = text.NewPattern(
	`(?im)^(?:ATTENDEE|ORGANIZER|CONTACT)[;:][^\n]*\n(?:[ \t][^\n]*\n)*`,
)

func calendarPersons(
	body []byte,
) []byte {
	return personLine.Regexp().ReplaceAll(body, nil)
}

var personElement = text.NewPattern(
	`(?s)(<(?:author|dc:creator|managingEditor|webMaster|itunes:author|dc:contributor|contributor)(?:\s[^<>]*)?>).*?(</(?:author|dc:creator|managingEditor|webMaster|itunes:author|dc:contributor|contributor)>)`,
)

func xmlPersons(
	body []byte,
) []byte {
	return personElement.Regexp().ReplaceAll(body, []byte("$1$2"))
}

// personKey names what belongs to people, as keys and classes spell it.
var personKey = text.NewPattern(
	`(?i)(?:^|[^a-z])(?:owner|author|creator|speakers?|presenters?|performers?|participants?|attendees?|users?|nickname|byline|avatar|members?|twitter|mail|email|phone|tel|contact)(?:$|[^a-z])`,
)

// personFact are keys beside those that hold numbers, not people.
var personFact = text.NewPattern(
	`(?i)(?:_|^)(?:id|count|limit|url|type|number|accepted|participants|waiting)$`,
)

func jsonPersons(body []byte) []byte {
	v, ok := decoded(body)
	if !ok || !emptied(v, 0) {
		return body
	}
	if out := encoded(v); out != nil {
		return out
	}
	return body
}

// maxNested is how deep values are looked through for persons.
const maxNested = 60

// emptied empties what belongs to people, and reports whether there was any.
func emptied(v any, depth int) bool {
	if depth > maxNested {
		return false
	}
	switch v := v.(type) {
	case map[string]any:
		return emptiedMembers(v, depth)
	case []any:
		isChanged := false
		for _, inner := range v {
			isChanged = emptied(inner, depth+1) || isChanged
		}
		return isChanged
	}
	return false
}

func emptiedMembers(object map[string]any, depth int) bool {
	isChanged := false
	for k, inner := range object {
		if empty, isPersonal := personal(k, inner); isPersonal {
			object[k], isChanged = empty, true
			continue
		}
		isChanged = emptied(inner, depth+1) || isChanged
	}
	return isChanged
}

// separators part the words of a key.
var separators = strings.NewReplacer("_", " ", "-", " ")

// personal reports whether a member belongs to people, and what is left of it.
func personal(key string, v any) (empty any, is bool) {
	switch v := v.(type) {
	case nil, json.Number:
		return nil, false
	case string:
		isFact := v == "" || personFact.MatchString(key)
		if !isFact && personKey.MatchString(separators.Replace(key)) {
			return "", true
		}
	}
	return nil, slices.Contains(people, strings.ToLower(key))
}

// people are the keys that hold whole people: objects and lists of them.
var people = []string{
	"performer", "performers", "speakers", "speaker", "presenters", "participants", "attendees", "author", "authors", "owner", "creator", "users",
}

// htmlPersons takes marked bylines, lists of people and portraits out of a page,
// without touching the rest of its bytes.
func htmlPersons(body []byte) []byte {
	z := html.NewTokenizer(bytes.NewReader(body))
	c := personCut{}
	for z.Next() != html.ErrorToken {
		c.token(bytes.Clone(z.Raw()), z.Token())
	}
	if c.skip != "" {
		return body // an element without an end: nobody knows what is in it
	}
	return c.out.Bytes()
}

// A personCut is a page being written without people.
type personCut struct {
	out bytes.Buffer
	// skip is the name of the element that is left out, depth how many of that name
	// are open in it; "" where none is.
	skip  string
	depth int
	// data says that a script of data is open.
	data bool
}

// token takes in one token of a page.
func (c *personCut) token(raw []byte, t html.Token) {
	isStart := t.Type == html.StartTagToken
	if c.data && t.Type == html.TextToken {
		raw = jsonPersons(raw)
	}
	c.data = isStart && t.Data == "script" && bytes.Contains(raw, []byte("json"))
	switch {
	case c.skip != "":
		c.within(t)
	case !isPersonal(t):
		c.out.Write(raw)
	case isStart && !slices.Contains(void, t.Data):
		c.skip, c.depth = t.Data, 1
	}
}

// isPersonal reports whether a tag begins what belongs to people.
func isPersonal(t html.Token) bool {
	isTag := t.Type == html.StartTagToken || t.Type == html.SelfClosingTagToken
	return isTag && marked(t)
}

// within counts the tags of the element that is left out, up to its end.
func (c *personCut) within(t html.Token) {
	if t.Data != c.skip {
		return
	}
	switch t.Type {
	case html.StartTagToken:
		c.depth++
	case html.EndTagToken:
		c.depth--
	}
	if c.depth == 0 {
		c.skip = ""
	}
}

// void are the elements that have no end.
var void = []string{
	"img",
	"br",
	"hr",
	"input",
	"meta",
	"link",
	"area",
	"base",
	"col",
	"embed",
	"source",
	"track",
	"wbr",
}

// frames are the elements that hold far more than people.
var frames = []string{
	"html",
	"body",
	"head",
	"main",
	"table",
	"tr",
	"td",
	"th",
	"dl",
	"script",
	"meta",
}

// marked reports whether a tag opens what belongs to people.
func marked(t html.Token) bool {
	return !slices.Contains(frames, t.Data) && slices.ContainsFunc(t.Attr, namesPeople)
}

// namesPeople reports whether an attribute says that an element belongs to people.
func namesPeople(a html.Attribute) bool {
	switch a.Key {
	case "rel":
		return slices.Contains(strings.Fields(a.Val), "author")
	case "class", "itemprop":
		return slices.ContainsFunc(strings.Fields(a.Val), isPersonClass)
	}
	return false
}

func isPersonClass(word string) bool {
	return personKey.MatchString(word) && !strings.Contains(word, "event")
}
