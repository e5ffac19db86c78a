package recording

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"koyomi/internal/event"
	"koyomi/internal/extract"
	"koyomi/internal/source"
)

// Folder returns the name of the folder of a visit: its day in Tokyo.
func Folder(at time.Time) string { return event.DateOf(at.In(event.Tokyo)).String() }

// Files returns the files of a recording by their names, as Load reads them: visit.yaml,
// want.jsonl and the pages. The names of the pages are made again.
func Files(v Visit) (map[string][]byte, error) {
	y := visitYAML{
		Source:   v.Source,
		Platform: v.Platform,
		Group:    v.Group,
		At:       v.At.In(event.Tokyo).Format(time.RFC3339),
		Origin:   v.Origin,
		Note:     v.Note,
	}
	files := map[string][]byte{wantFile: v.Want}
	for i, p := range v.Pages {
		one := pageYAML{URL: p.URL, Headers: p.Header}
		if p.Final != p.URL {
			one.Final = p.Final
		}
		if p.Status != 200 {
			one.Status = p.Status
		}
		if len(p.Body) > 0 || p.Status == 200 {
			one.File = pageFile(i, p)
			files[one.File] = p.Body
		}
		y.Pages = append(y.Pages, one)
	}
	var b bytes.Buffer
	if err := yaml.NewEncoder(&b, yaml.Indent(2), yaml.IndentSequence(true)).Encode(y); err != nil {
		return nil, fmt.Errorf("write %s: %w", visitFile, err)
	}
	files[visitFile] = b.Bytes()
	return files, nil
}

// endings are those of files by how the pages in them begin, in lower case.
var endings = []struct{ begin, ending string }{
	{"begin:vcalendar", "ics"},
	{"{", "json"},
	{"[", "json"},
	{"<?xml", "xml"},
	{"<rss", "xml"},
	{"<feed", "xml"},
}

// pageFile names the file of a page by what it is.
func pageFile(i int, p Page) string { return fmt.Sprintf("page%d.%s", i+1, ending(p)) }

func ending(p Page) string {
	head := strings.ToLower(strings.TrimSpace(string(p.Body[:min(len(p.Body), 200)])))
	for _, e := range endings {
		if strings.HasPrefix(head, e.begin) {
			return e.ending
		}
	}
	media := strings.ToLower(p.Header["content-type"])
	switch {
	case strings.Contains(media, "csv"):
		return "csv"
	case strings.HasPrefix(head, "<"), strings.Contains(media, "html"):
		return "html"
	}
	return "txt"
}

// Want returns want.jsonl for what is read from a visit today: each listing and
// whatever else there is to say, one line each. A visit whose poll would fail is an
// error: nothing can be kept of it.
func Want(
	s *source.Source,
	v Visit,
	kinds map[source.Kind]extract.Kind,
) ([]byte, Report, error) {
	v.Want = nil
	r := Check(s, []Visit{v}, kinds)[0]
	if r.Words != "" && len(r.Result.Listings) == 0 {
		return nil, r, fmt.Errorf("read the recording: %s", r.Words)
	}
	return []byte(strings.Join(Lines(r), "\n") + "\n"), r, nil
}
