// Package record finds what in a document could be a set of events: it looks for the
// dates that are an event's, and groups the lines around them in every way that the
// document's own structure suggests. It decides nothing.
package record

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"koyomi/internal/discover/block"
)

// A Kind is how the records of a set were cut.
type Kind int

// The kinds of sets.
const (
	Subtree   Kind = iota // elements of one shape
	Section               // from heading to heading of one level
	DateFirst             // from date to date
	DateLast              // up to a date
	OneLine               // lines of one shape
	Whole                 // the document as one
	Kinds
)

// A Record is the lines of one event.
type Record struct {
	Lines []int
	// Context are the lines above that hold for it as well: headings, the nearest
	// first, or values of the maps around it.
	Context []int
	// Dates are those that stand in it, or in its context where it has none itself.
	Dates []int
}

// A Set is one way to cut a document.
type Set struct {
	Kind    Kind
	Shape   string
	Records []Record
	// Bare is how many members hold no date of an event.
	Bare int
}

// The bounds of the search.
const (
	maxSets    = 24
	maxRecords = 5_000
	maxSpan    = 400 // lines of one record
)

// A finder cuts one document.
type finder struct {
	*Page
	byLine map[int][]int // dates by line
	sets   []Set
	seen   map[string]bool
}

// Sets returns the ways to cut a page, those with the most records first.
func (p *Page) Sets() []Set {
	f := finder{
		Page:   p,
		byLine: map[int][]int{},
		seen:   map[string]bool{},
	}
	for i, d := range p.Dates {
		f.byLine[d.Line] = append(f.byLine[d.Line], i)
	}
	if len(p.Dates) == 0 {
		return nil
	}
	f.subtrees()
	if !p.Doc.Data {
		for level := 1; level <= block.LastLevel; level++ {
			f.sections(level)
		}
		f.runs()
	}
	f.whole()
	slices.SortStableFunc(
		f.sets,
		func(a, b Set) int { return cmp.Compare(len(b.Records), len(a.Records)) },
	)
	if len(f.sets) > maxSets {
		f.sets = append(f.sets[:maxSets-1], f.sets[len(f.sets)-1])
	}
	return f.sets
}

// add keeps a set, once.
func (f *finder) add(s Set) {
	if len(s.Records) == 0 || len(s.Records) > maxRecords {
		return
	}
	sign := signature(s)
	if f.seen[sign] {
		return
	}
	f.seen[sign] = true
	f.sets = append(f.sets, s)
}

// signature is what two sets share that cut alike.
func signature(s Set) string {
	var b strings.Builder
	b.WriteString(strconv.FormatBool(s.Kind == Whole))
	for _, r := range s.Records {
		b.WriteString(
			" " + strconv.Itoa(r.Lines[0]) + "-" + strconv.Itoa(r.Lines[len(r.Lines)-1]),
		)
	}
	return b.String()
}

// record makes a record of lines; ok is false where it holds no date.
func (f *finder) record(from, to int, context []int) (r Record, ok bool) {
	r.Context = context
	for i := from; i < min(to, from+maxSpan); i++ {
		r.Lines = append(r.Lines, i)
		r.Dates = append(r.Dates, f.byLine[i]...)
	}
	if len(r.Dates) == 0 && f.Doc.Data {
		for _, i := range context {
			r.Dates = append(r.Dates, f.byLine[i]...)
		}
	}
	return r, len(r.Dates) > 0
}

// subtrees cuts along elements of one shape.
func (f *finder) subtrees() {
	shapes := map[int][]int{}
	var order []int
	for i, e := range f.Doc.Elems {
		if e.To <= e.From {
			continue
		}
		if shapes[e.Path] == nil {
			order = append(order, e.Path)
		}
		shapes[e.Path] = append(shapes[e.Path], i)
	}
	for _, path := range order {
		f.subtree(path, shapes[path])
	}
}

func (f *finder) subtree(path int, members []int) {
	if len(members) < 2 && !f.single(members[0]) {
		return
	}
	s := Set{Kind: Subtree, Shape: f.Doc.Shapes[path]}
	for _, m := range members[:min(len(members), maxRecords)] {
		e := f.Doc.Elems[m]
		if r, ok := f.record(e.From, e.To, f.above(m)); ok {
			s.Records = append(s.Records, r)
		} else {
			s.Bare++
		}
	}
	f.add(s)
}

// single reports whether an element may be a record without another of its shape.
func (f *finder) single(m int) bool {
	e := f.Doc.Elems[m]
	return e.Tag == "map" || e.Tag == "article" || e.Tag == "main"
}

// above returns what holds for an element from above: headings before it, or the
// values of the maps around it.
func (f *finder) above(m int) []int {
	e := f.Doc.Elems[m]
	if e.Tag != "map" {
		return f.headings(e.From)
	}
	var out []int
	for p := e.Parent; p >= 0; p = f.Doc.Elems[p].Parent {
		up := f.Doc.Elems[p]
		for i := up.From; i < min(up.To, up.From+maxSpan); i++ {
			if f.Doc.Lines[i].Elem == p {
				out = append(out, i)
			}
		}
	}
	return out
}

// headings returns the headings above a line, the nearest first, each of a lower
// level than the one before.
func (f *finder) headings(line int) []int {
	var out []int
	least := block.LastLevel + 1
	for i := f.Heads[min(line, len(f.Heads)-1)]; i >= 0 && least > 1; i = f.headBefore(i) {
		if l := f.Doc.Lines[i].Level; l < least && i < line {
			least = l
			out = append(out, i)
		}
	}
	return out
}

// headBefore returns the last heading before a line, -1 for none.
func (f *finder) headBefore(i int) int {
	if i == 0 {
		return -1
	}
	return f.Heads[i-1]
}

// sections cuts from heading to heading of a level.
func (f *finder) sections(level int) {
	s := Set{Kind: Section, Shape: "level " + strconv.Itoa(level)}
	from := -1
	end := func(to int) {
		if from < 0 {
			return
		}
		if r, ok := f.record(from, to, f.headings(from)); ok {
			s.Records = append(s.Records, r)
		} else {
			s.Bare++
		}
		from = -1
	}
	for i := range f.Doc.Lines {
		l := &f.Doc.Lines[i]
		if l.Aside || l.Data {
			continue
		}
		if l.Level > 0 && l.Level <= level {
			end(i)
		}
		if l.Level == level {
			from = i
		}
	}
	end(f.bodyEnd())
	f.add(s)
}

// bodyEnd returns the line behind the last one that is no menu or footer.
func (f *finder) bodyEnd() int {
	end := len(f.Doc.Lines)
	for end > 0 && f.Doc.Lines[end-1].Aside {
		end--
	}
	return end
}

// runs cuts flat text by dates whose lines have one shape.
func (f *finder) runs() {
	shapes := map[int][]int{}
	var order []int
	for _, d := range f.Dates {
		p := f.Doc.Lines[d.Line].Path
		lines := shapes[p]
		if lines == nil {
			order = append(order, p)
		}
		if n := len(lines); n == 0 || lines[n-1] != d.Line {
			shapes[p] = append(lines, d.Line)
		}
	}
	slices.SortStableFunc(
		order,
		func(a, b int) int { return cmp.Compare(len(shapes[b]), len(shapes[a])) },
	)
	for _, p := range order[:min(len(order), 4)] {
		f.run(f.Doc.Shapes[p], shapes[p])
	}
}

func (f *finder) run(shape string, lines []int) {
	one, first, last := Set{Kind: OneLine, Shape: shape}, Set{
		Kind:  DateFirst,
		Shape: shape,
	}, Set{
		Kind:  DateLast,
		Shape: shape,
	}
	before := f.startOf(lines[0])
	for k, i := range lines {
		next := f.bodyEnd()
		if k+1 < len(lines) {
			next = lines[k+1]
		}
		next = f.endOf(i, next)
		f.put(&one, i, i+1)
		f.put(&first, i, max(next, i+1))
		f.put(&last, before, i+1)
		before = i + 1
	}
	f.add(one)
	if len(lines) > 1 {
		f.add(first)
		f.add(last)
	}
}

func (f *finder) put(s *Set, from, to int) {
	if r, ok := f.record(from, to, f.headings(from)); ok {
		s.Records = append(s.Records, r)
	}
}

// startOf returns where what belongs to a date that ends its record may begin.
func (f *finder) startOf(line int) int {
	i := line
	for i > 0 && line-i < 6 && !f.Doc.Lines[i-1].Aside && f.Doc.Lines[i-1].Level == 0 {
		i--
	}
	return i
}

// endOf returns the first real heading behind a date, at most next.
func (f *finder) endOf(line, next int) int {
	for i := line + 1; i < next; i++ {
		l := f.Doc.Lines[i].Level
		if l > 0 && l <= 6 && f.Doc.Lines[line].Level == 0 {
			return i
		}
	}
	return next
}

// whole takes the document as one record.
func (f *finder) whole() {
	r := Record{}
	for i := range f.Doc.Lines[:min(len(f.Doc.Lines), 4_000)] {
		if !f.Doc.Lines[i].Aside {
			r.Lines = append(r.Lines, i)
			r.Dates = append(r.Dates, f.byLine[i]...)
		}
	}
	if len(r.Dates) > 0 {
		f.add(Set{Kind: Whole, Records: []Record{r}})
	}
}
