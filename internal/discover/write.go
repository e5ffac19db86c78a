package discover

import (
	"bytes"
	"fmt"
	"net/netip"
	"net/url"
	"strings"

	"github.com/goccy/go-yaml"
	"golang.org/x/net/publicsuffix"

	"koyomi/internal/source"
	"koyomi/internal/text"
)

// Schema is the comment by which editors know what a community's file may hold.
const Schema = "# yaml-language-server: $schema=schema.json\n"

// YAML writes a community as its file sources/ID.yaml, fit to be loaded as it is.
func YAML(c source.Community) ([]byte, error) {
	c.ID = "" // the name of the file
	var b bytes.Buffer
	b.WriteString(Schema)
	if err := yaml.NewEncoder(&b, append(style, yaml.CustomMarshaler(oneSource))...).Encode(c); err != nil {
		return nil, fmt.Errorf("write the settings: %w", err)
	}
	return b.Bytes(), nil
}

// style is how source files are written.
var style = []yaml.EncodeOption{
	yaml.Indent(2),
	yaml.IndentSequence(true),
	yaml.CustomMarshaler(onePath),
}

// oneSource writes a source with its settings under the name of its kind.
func oneSource(s *source.Source) ([]byte, error) {
	type plain source.Source
	out, err := yaml.MarshalWithOptions((*plain)(s), style...)
	if err != nil || s.Settings == nil {
		return out, err
	}
	settings, err := yaml.MarshalWithOptions(
		map[source.Kind]source.Settings{s.Kind: s.Settings},
		style...)
	return append(out, settings...), err
}

// onePath writes a list of one path as a bare value.
func onePath(p source.Paths) ([]byte, error) {
	if len(p) == 1 {
		return yaml.Marshal(p[0])
	}
	return yaml.Marshal([]string(p))
}

// Community makes the community that a proposal is for. The address for people is
// left out where the platform knows it.
func (p Proposal) Community(name, page string) source.Community {
	c := source.Community{Name: name}
	if p.Way == Platform {
		c.Platform, c.Group = p.Source.Platform, p.Source.Group
		return c
	}
	c.URL, c.Sources = page, []*source.Source{p.Own()}
	return c
}

// Own returns the settings of a proposal as they stand in a source file.
func (p Proposal) Own() *source.Source {
	own := *p.Source
	own.ID, own.Community = "", ""
	return &own
}

var notID = text.NewPattern(`[^a-z0-9]+`)

// SuggestID returns an id for a community: its group, or what its address is named
// after.
func SuggestID(p Proposal) string {
	if p.Source.Group != "" && !strings.ContainsAny(p.Source.Group, "@/") {
		return Slug(strings.TrimSuffix(p.Source.Group, ".hatenablog.com"))
	}
	u, err := url.Parse(p.Source.URL)
	if err != nil || u.Hostname() == "" {
		return "community"
	}
	host := u.Hostname()
	if _, err := netip.ParseAddr(host); err == nil || host == "localhost" {
		return Slug("page-" + strings.TrimSuffix(lastSegment(u.Path), ".html"))
	}
	suffix, _ := publicsuffix.PublicSuffix(host)
	name := strings.TrimSuffix(strings.TrimSuffix(host, suffix), ".")
	parts := strings.Split(name, ".")
	if id := Slug(parts[len(parts)-1]); id != "community" {
		return id
	}
	return Slug(host)
}

func lastSegment(path string) string {
	path = strings.Trim(path, "/")
	return path[strings.LastIndexByte(path, '/')+1:]
}

// Slug makes an id of words: lower-case ASCII letters, digits and single "-".
func Slug(s string) string {
	s = strings.Trim(notID.ReplaceAllString(strings.ToLower(s), "-"), "-")
	if s = strings.Trim(s[:min(len(s), 40)], "-"); s == "" {
		return "community"
	}
	return s
}
