package choose

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"koyomi/internal/discover/block"
	"koyomi/internal/discover/record"
	"koyomi/internal/extract"
)

// A Report is what a document can be read as.
type Report struct {
	// Readings are the ways to read it, the likeliest first, "no events" among them.
	Readings []*Reading
	// Doc is the document.
	Doc *block.Doc
}

// Look finds the readings of the first page of a visit.
func Look(v extract.Visit, m *Model) (Report, error) {
	doc, err := block.Parse(v.Pages[0], v.Source)
	if err != nil {
		return Report{}, err
	}
	page := record.New(doc, v.At, v.Source.TimeZone())
	return Report{Readings: Readings(page, m), Doc: doc}, nil
}

// Read returns what the likeliest reading of the first page says.
func Read(v extract.Visit) (extract.Result, error) {
	if len(v.Pages) == 0 {
		return extract.Result{}, nil
	}
	r, err := Look(v, Fitted())
	if err != nil {
		return extract.Result{}, err
	}
	return r.Readings[0].Result(v)
}

// Result makes the listings of a reading.
func (r *Reading) Result(v extract.Visit) (extract.Result, error) {
	b, err := extract.NewBuilder(v)
	if err != nil {
		return extract.Result{}, err
	}
	if r.None {
		return b.Result(), nil
	}
	b.Base = r.page.Doc.Base
	r.finish()
	for _, it := range r.Events() {
		b.Add(it.Raw)
	}
	return b.Result(), nil
}

// finish reads the records beyond the first.
func (r *Reading) finish() {
	if len(r.set.Records) <= sample {
		return
	}
	s := setReader{page: r.page, model: r.model, set: r.set, memo: r.memo}
	s.prepare(len(r.set.Records))
	r.Items = s.reading(r.Each).Items
	r.weighItems(r.model.Item)
}

// Reasons are the features that weigh most for a reading, or against it, in order.
func (r *Reading) Reasons(m *Model, most int) []string {
	type step struct {
		name string
		by   float64
	}
	var steps []step
	for k, f := range itemFeatures[1:] {
		by := m.Item[k+1] * r.mean(func(i *Item) float64 { return i.x[k+1] })
		steps = append(steps, step{f.name, by})
	}
	if r.None {
		steps = steps[:0]
		for k, f := range pageFeatures[1:] {
			if r.x != nil {
				steps = append(steps, step{f.name, m.Page[k+1] * r.x[k+1]})
			}
		}
	}
	slices.SortStableFunc(
		steps,
		func(a, b step) int { return cmp.Compare(math.Abs(b.by), math.Abs(a.by)) },
	)
	var out []string
	for _, s := range steps[:min(len(steps), most)] {
		out = append(out, fmt.Sprintf("%+.1f %s", s.by, s.name))
	}
	return out
}

// Why says in a line what weighed most for a reading against "no events".
func (r *Reading) Why() string {
	if r.None {
		return "no events"
	}
	what := "events in " + kindNames[r.Kind]
	if r.Each {
		what += ", each date one of its own"
	}
	return fmt.Sprintf("%s (likely F1 %.2f)", what, r.likely())
}

var kindNames = [record.Kinds]string{
	record.Subtree: "elements of one shape", record.Section: "sections under headings", record.DateFirst: "text from date to date",
	record.DateLast: "text up to each date", record.OneLine: "lines of one shape", record.Whole: "the page as one announcement",
}
