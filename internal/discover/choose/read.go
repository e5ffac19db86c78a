package choose

import (
	"fmt"

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
	for i := range r.Items {
		b.Add(r.Items[i].Raw)
	}
	return b.Result(), nil
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
	return fmt.Sprintf("%s (score %.1f)", what, r.Score)
}

var kindNames = [record.Kinds]string{
	record.Subtree: "elements of one shape", record.Section: "sections under headings", record.DateFirst: "text from date to date",
	record.DateLast: "text up to each date", record.OneLine: "lines of one shape", record.Whole: "the page as one announcement",
}
