package json

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"maps"
	"strings"
)

// decodeXML reads XML data as the value that JSON would be: an element with
// elements or attributes in it is an object, one that occurs several times a
// list, any other its text. The root's name is left out. Some older interfaces
// answer in XML alone.
func decodeXML(s string) (any, error) {
	d := xml.NewDecoder(strings.NewReader(s))
	d.Strict = false
	d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil } // decoded already
	for {
		t, err := d.Token()
		if err != nil {
			return nil, fmt.Errorf("not XML: %w", err)
		}
		if start, ok := t.(xml.StartElement); ok {
			return element(d, start, 0)
		}
	}
}

func element(d *xml.Decoder, start xml.StartElement, depth int) (any, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("nested more than %d deep", maxDepth)
	}
	members := map[string]any{}
	var b strings.Builder
	for {
		t, err := token(d)
		if err != nil {
			return nil, err
		}
		switch t := t.(type) {
		case xml.StartElement:
			v, err := element(d, t, depth+1)
			if err != nil {
				return nil, err
			}
			put(members, t.Name.Local, v)
		case xml.CharData:
			b.Write(t)
		case xml.EndElement:
			return settled(members, attributes(start), strings.TrimSpace(b.String())), nil
		}
	}
}

// token reads on within an element.
func token(d *xml.Decoder) (xml.Token, error) {
	t, err := d.Token()
	switch {
	case errors.Is(err, io.EOF):
		return nil, errors.New("the XML is cut off")
	case err != nil:
		return nil, fmt.Errorf("line %d: %w", line(d), err)
	}
	return t, nil
}

// formal are the attributes that say how a value is written, not what it is.
var formal = map[string]bool{"type": true, "nil": true}

func attributes(start xml.StartElement) map[string]any {
	all := map[string]any{}
	for _, a := range start.Attr {
		all[a.Name.Local] = a.Value
	}
	maps.DeleteFunc(all, func(name string, _ any) bool { return formal[name] })
	return all
}

func line(d *xml.Decoder) int {
	n, _ := d.InputPos()
	return n
}

// put adds a member; one that is there already becomes a list.
func put(members map[string]any, name string, v any) {
	switch old := members[name].(type) {
	case nil:
		members[name] = v
	case []any:
		members[name] = append(old, v)
	default:
		members[name] = []any{old, v}
	}
}

// settled returns an element's value: an object of its attributes and of the
// elements in it, which go before those; or its text.
func settled(members, attributes map[string]any, text string) any {
	maps.Copy(attributes, members)
	switch {
	case text == "" && len(attributes) == 0:
		return nil
	case len(attributes) == 0:
		return text
	case text != "":
		attributes["text"] = text
	}
	return attributes
}
