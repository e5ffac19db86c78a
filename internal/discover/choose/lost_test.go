package choose

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A loss says what one document, or the mean of several, has of F1 and where the rest
// went.
type loss struct {
	docs                int
	page, oracle        float64 // F1 of the reading chosen, and of the best there is
	fields              float64 // of what was found, what is read wrong of title, hour and place
	empty, none         int     // documents without events, and those kept empty
	doubted             int     // documents with events that are taken for none
	asked, found, given int
}

// add adds the loss of a document.
func (l *loss) add(d *labelled, all []*Reading) {
	best := 0.0
	for _, r := range all {
		best = max(best, d.f1(r))
	}
	f := d.f1(all[0])
	asked, found, given := d.counts(all[0])
	l.docs++
	l.page, l.oracle, l.fields = l.page+f, l.oracle+best, l.fields+f-d.reward(all[0])
	l.asked, l.found, l.given = l.asked+asked, l.found+found, l.given+given
	if asked > 0 {
		l.doubted += int(flag(all[0].None))
		return
	}
	l.empty++
	l.none += int(flag(given == 0))
}

func (l *loss) String() string {
	n := float64(max(l.docs, 1))
	f1 := 2 * float64(l.found) / float64(max(l.asked+l.given, 1))
	return fmt.Sprintf("%4d  %.3f  %.3f  %.3f  %.3f  %.3f  %3d/%3d  %3d  %4d/%4d/%4d",
		l.docs, l.page/n, l.oracle/n, (l.oracle-l.page)/n, l.fields/n, f1, l.none, l.empty, l.doubted, l.found, l.asked, l.given)
}

// counts returns how many events a document asks for, how many of them a reading finds,
// and how many it gives that count.
func (d *labelled) counts(r *Reading) (asked, found, given int) {
	for _, f := range d.Events {
		asked += int(flag(!f.Opt))
	}
	used := map[int]bool{}
	items := r.Events()
	for i := range items {
		k := d.match(&items[i], used)
		if k >= 0 {
			used[k] = true
		}
		isOpt := k >= 0 && d.Events[k].Opt
		given += int(flag(!isOpt))
		found += int(flag(k >= 0 && !isOpt))
	}
	return asked, found, given
}

// f1 is the F1 of a reading on a document, whatever its hours and places.
func (d *labelled) f1(r *Reading) float64 {
	asked, found, given := d.counts(r)
	if asked+given == 0 {
		return 1
	}
	return 2 * float64(found) / float64(asked+given)
}

// formats name the rows of the table.
var formats = map[string]string{".html": "HTML", ".md": "Markdown", ".rst": "Markdown", ".txt": "Markdown", ".xml": "feed"}

// TestWhereItIsLost prints for the documents that KOYOMI_PAGES names where F1 is lost,
// by format: in finding ways to cut them, in choosing among these, in fields, and in
// saying that there are no events. With -folds the weights are fitted on other sites,
// else they are those that are checked in.
func TestWhereItIsLost(t *testing.T) {
	docs := documents(t)
	if len(docs) == 0 {
		t.Skip("KOYOMI_PAGES names no labelled documents")
	}
	rows := map[string]*loss{}
	models := modelsFor(docs, titled(t))
	for _, d := range docs {
		all := Readings(d.page, models(d))
		format, ok := formats[filepath.Ext(d.File)]
		if !ok {
			format = "data"
		}
		for _, name := range []string{format, "all", filepath.Base(d.dir)} {
			if rows[name] == nil {
				rows[name] = &loss{}
			}
			rows[name].add(d, all)
		}
		if got := d.f1(all[0]); *tell && got < 0.999 {
			t.Logf("%.2f %s %s", got, d.File, all[0].Why())
		}
	}
	var b strings.Builder
	for _, name := range sortedKeys(rows) {
		fmt.Fprintf(&b, "\n%-10s %s", name, rows[name])
	}
	t.Logf("           docs  page   best   choice fields F1     empty    doubted found/asked/given%s", &b)
}

// modelsFor returns for a document the model that may judge it.
func modelsFor(docs, more []*labelled) func(*labelled) *Model {
	if *folds == 0 {
		return func(*labelled) *Model { return Fitted() }
	}
	sites := siteList(docs)
	part := func(d *labelled) int { return slices.Index(sites, d.site) % *folds }
	known := map[int]*Model{}
	return func(d *labelled) *Model {
		k := part(d)
		if known[k] == nil {
			known[k] = learn(slices.DeleteFunc(slices.Clone(docs), func(o *labelled) bool { return part(o) == k }), more)
		}
		return known[k]
	}
}

func sortedKeys(m map[string]*loss) (out []string) {
	for name := range m {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}
