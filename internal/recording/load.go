package recording

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"koyomi/internal/strict"
)

// The names of files and folders.
const (
	root      = "testdata"
	visitFile = "visit.yaml"
	wantFile  = "want.jsonl"
)

// A visitYAML is visit.yaml.
type visitYAML struct {
	Source   string     `yaml:"source,omitempty"`
	Platform string     `yaml:"platform,omitempty"`
	Group    string     `yaml:"group,omitempty"`
	At       string     `yaml:"at"`
	Origin   Origin     `yaml:"origin"`
	Note     string     `yaml:"note,omitempty"`
	Pages    []pageYAML `yaml:"pages,omitempty"`
}

// A pageYAML is one page of visit.yaml; File lies beside it.
type pageYAML struct {
	URL     string            `yaml:"url"`
	Final   string            `yaml:"final,omitempty"`
	Status  int               `yaml:"status,omitempty"`
	Headers map[string]string `yaml:"headers,omitempty"`
	File    string            `yaml:"file,omitempty"`
}

// Load reads every recording under testdata/, oldest first, and reports all that is
// wrong with any of them. Those that are right come back even where others are not.
func Load(fsys fs.FS) ([]Visit, []strict.Problem) {
	var visits []Visit
	var problems []strict.Problem
	dirs, err := fs.Glob(fsys, root+"/*/*")
	if err != nil {
		return nil, []strict.Problem{{File: root, Message: err.Error()}}
	}
	for _, dir := range dirs {
		if info, err := fs.Stat(fsys, dir); err == nil && !info.IsDir() {
			continue // a word about the folder
		}
		v, wrong := loadVisit(fsys, dir)
		if len(wrong) == 0 {
			visits = append(visits, v)
		}
		problems = append(problems, wrong...)
	}
	slices.SortStableFunc(visits, func(a, b Visit) int { return a.At.Compare(b.At) })
	problems = append(problems, twice(visits)...)
	strict.Sort(problems)
	return visits, problems
}

// twice finds two recordings of one source at one moment: only one could answer.
func twice(visits []Visit) []strict.Problem {
	var problems []strict.Problem
	seen := map[string]string{}
	for _, v := range visits {
		who := strings.Join(
			[]string{v.Source, v.Platform, v.Group, v.At.UTC().String()},
			"\n",
		)
		if other, ok := seen[who]; ok {
			problems = append(problems, strict.Problem{
				File:    path.Join(v.Dir, visitFile),
				Path:    "at",
				Message: "the same source was visited at the same moment in " + other,
			})
		}
		seen[who] = v.Dir
	}
	return problems
}

// A loader reads one recording, collecting what is wrong.
type loader struct {
	fsys     fs.FS
	dir      string
	doc      *strict.Document
	problems []strict.Problem
}

func loadVisit(fsys fs.FS, dir string) (Visit, []strict.Problem) {
	file := path.Join(dir, visitFile)
	data, err := fs.ReadFile(fsys, file)
	if err != nil {
		return Visit{}, []strict.Problem{
			{
				File: file,
				Message: "a recording says in " + visitFile + " what was visited and when: " + reason(
					err,
				),
			},
		}
	}
	var y visitYAML
	doc, problems := strict.Decode(data, file, &y)
	if len(problems) > 0 {
		return Visit{}, problems
	}
	l := &loader{fsys: fsys, dir: dir, doc: doc}
	v := Visit{
		Dir:      dir,
		Source:   y.Source,
		Platform: y.Platform,
		Group:    y.Group,
		Origin:   y.Origin,
		Note:     y.Note,
	}
	v.At = l.moment(y.At)
	l.checkVisit(y)
	used := map[string]bool{visitFile: true, wantFile: true}
	for i, p := range y.Pages {
		v.Pages = append(v.Pages, l.page(fmt.Sprintf("pages[%d]", i), p, v.Pages))
		used[p.File] = true
	}
	l.strays(used)
	if v.Want, err = fs.ReadFile(fsys, path.Join(dir, wantFile)); err != nil &&
		!errors.Is(err, fs.ErrNotExist) {
		l.problem("", "%s cannot be read: %s", wantFile, reason(err))
	}
	return v, l.problems
}

// problemIf notes a problem where there is one.
func (l *loader) problemIf(is bool, at, format string, args ...any) {
	if is {
		l.problem(at, format, args...)
	}
}

func (l *loader) problem(at, format string, args ...any) {
	l.problems = append(l.problems, l.doc.Problem(at, fmt.Sprintf(format, args...), ""))
}

// moment reads the moment of the visit, which must lie on the day that the folder
// is named after.
func (l *loader) moment(s string) time.Time {
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		l.problem("at", "expected a moment, found %q (use 2009-05-18T09:00:00+09:00)", s)
		return time.Time{}
	}
	day, name := Folder(at), path.Base(l.dir)
	l.problemIf(
		name != day && !strings.HasPrefix(name, day+"-"),
		"at",
		"the visit was on %s, and the folder is named %s (use %s, or %s-WORD)",
		day,
		name,
		day,
		day,
	)
	return at
}

func (l *loader) checkVisit(y visitYAML) {
	hasSource, hasPlatform := y.Source != "", y.Platform != ""
	l.problemIf(
		!hasSource && !hasPlatform,
		"source",
		"expected the id of the source that was visited",
	)
	l.problemIf(
		hasSource && hasPlatform,
		"platform",
		"a recording proves a source or a platform, not both",
	)
	l.problemIf(
		hasSource && !hasPlatform && y.Group != "",
		"group",
		"a group goes with a platform",
	)
	l.problemIf(
		!slices.Contains(origins, y.Origin),
		"origin",
		"no origin %q (use fetched, written or made)",
		y.Origin,
	)
}

// page reads one page; before are those that came before it.
func (l *loader) page(at string, y pageYAML, before []Page) Page {
	p := Page{
		URL:    y.URL,
		Final:  cmp.Or(y.Final, y.URL),
		Status: cmp.Or(y.Status, okStatus),
		Header: map[string]string{},
	}
	for k, v := range y.Headers {
		p.Header[strings.ToLower(k)] = v
	}
	for _, a := range []string{p.URL, p.Final} {
		if !isAbsolute(a) {
			l.problem(
				at+".url",
				"expected an address that begins with https://, found %q",
				a,
			)
			break
		}
	}
	l.problemIf(
		slices.ContainsFunc(before, func(b Page) bool { return b.URL == p.URL }),
		at+".url",
		"%s is recorded twice",
		p.URL,
	)
	l.problemIf(
		p.Status < 100 || p.Status > 599,
		at+".status",
		"%d is not a status of HTTP",
		p.Status,
	)
	p.Body = l.body(at+".file", y.File, p.Status)
	return p
}

// okStatus is the status of a page that is there.
const okStatus = 200

// body reads the file that holds a page.
func (l *loader) body(at, file string, status int) []byte {
	if file == "" {
		l.problemIf(
			status == okStatus,
			at,
			"expected the name of the file that holds the page",
		)
		return nil
	}
	isReserved := file == visitFile || file == wantFile
	if isReserved || path.Base(file) != file {
		l.problem(at, "expected the name of a file in this folder, found %q", file)
		return nil
	}
	body, err := fs.ReadFile(l.fsys, path.Join(l.dir, file))
	if err != nil {
		l.problem(at, "%s cannot be read: %s", file, reason(err))
	}
	return body
}

// strays finds files that no page names: most often the name of one is mistyped.
func (l *loader) strays(used map[string]bool) {
	entries, err := fs.ReadDir(l.fsys, l.dir)
	if err != nil {
		l.problem("", "the folder cannot be read: %s", reason(err))
		return
	}
	for _, e := range entries {
		l.problemIf(
			!used[e.Name()] && !strings.HasPrefix(e.Name(), "."),
			"pages",
			"no page names the file %s, which lies in the folder",
			e.Name(),
		)
	}
}

// reason returns an error of the file system without the path that it repeats.
func reason(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err.Error()
	}
	return err.Error()
}
