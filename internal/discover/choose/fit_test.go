package choose

import (
	"encoding/json"
	command "flag"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"koyomi/internal/extract"
)

var (
	update = command.Bool("update", false, "write the weights")
	folds  = command.Int("folds", 0, "judge by leaving sites out, in so many folds")
	dump   = command.String("dump", "", "write the listings of the judgement to a `FILE`")
	onward = command.Bool("onward", false, "draw the weights to those that are checked in")
	tell   = command.Bool("tell", false, "log the documents that are read wrong")
)

const (
	titlePenalty = 0.3
	itemPenalty  = 1.0
	pagePenalty  = 3.0
)

// prior is the model that the weights are drawn to: one that knows nothing, or with
// -onward the one that is checked in, which keeps what was learnt of documents that
// are not at hand any more.
func prior() *Model {
	if *onward {
		return parseModel(weightsText)
	}
	return newModel()
}

// learn fits the models on documents, each on what the one before makes of them; of more
// documents the titles alone.
func learn(docs, more []*labelled) *Model {
	m := prior()
	m.Title = fit(titleExamples(append(slices.Clone(docs), more...)), m.Title, titlePenalty)
	all := make([][]*Reading, len(docs))
	for i, d := range docs {
		all[i] = Readings(d.page, m)
	}
	m.Page = fit(pageExamples(docs, all), m.Page, pagePenalty)
	m.Item = fitItems(docs, all, nil)
	return m
}

// titles names folders of documents of which titles alone are learnt: made ones, and
// those that were chosen for their events, say nothing of how often pages have none.
const titles = "KOYOMI_TITLES"

// titled reads the documents of the folders that KOYOMI_TITLES names whose events can be
// read from what they show.
func titled(t testing.TB) (out []*labelled) {
	for _, d := range documentsIn(t, os.Getenv(titles)) {
		isShown := func(r *Reading) bool { return d.f1(r) >= 0.5 }
		if slices.ContainsFunc(Readings(d.page, Fitted()), isShown) {
			out = append(out, d)
		}
	}
	return out
}

// parts is in how many parts the documents are divided, so that no document's events
// are weighed by a model that has seen it.
const parts = 4

// crossWeigh sets the chances of each document's events by a model that was
// fitted on other sites.
func crossWeigh(docs []*labelled, all [][]*Reading) {
	sites := siteList(docs)
	part := func(d *labelled) int { return slices.Index(sites, d.site) * 7 % parts }
	for k := range parts {
		w := fitItems(docs, all, func(d *labelled) bool { return part(d) != k })
		for i, d := range docs {
			if part(d) != k {
				continue
			}
			for _, r := range all[i] {
				r.chances(w)
			}
			rank(all[i], newModel())
		}
	}
}

// fitItems finds the weights by which an event of a reading is one of the document's.
func fitItems(docs []*labelled, all [][]*Reading, use func(*labelled) bool) []float64 {
	var out []example
	for i, d := range docs {
		if use == nil || use(d) {
			out = append(out, itemExamples(d, all[i])...)
		}
	}
	return fit(out, prior().Item, itemPenalty)
}

// itemExamples are the events of all readings of a document, each a choice between
// being one and not being one.
func itemExamples(d *labelled, all []*Reading) (out []example) {
	zero := make([]float64, len(itemFeatures))
	for _, r := range all {
		used := map[int]bool{}
		for i := range r.Items {
			k := d.match(&r.Items[i], used)
			right := 0.0
			if k >= 0 {
				used[k] = true
				if d.Events[k].Opt {
					continue
				}
				right = 1
			}
			weight := 1 / float64(len(r.Items))
			out = append(out, example{x: [][]float64{r.Items[i].x, zero}, worth: []float64{right + 1e-9, 1 - right + 1e-9}, weight: weight})
		}
	}
	sum := 0.0
	for i := range out {
		sum += out[i].weight
	}
	for i := range out {
		out[i].weight *= 3 / sum
	}
	return out
}

// titleExamples are the records whose date is that of a fact.
func titleExamples(docs []*labelled) (out []example) {
	empty := newModel()
	for _, d := range docs {
		var own []example
		sets, found := d.page.Sets(), newMemo(d.page)
		all := make([][]example, len(sets))
		worth := make([]float64, len(sets))
		for i := range sets {
			s := setReader{page: d.page, model: empty, set: &sets[i], memo: found}
			s.prepare(sample)
			full := 0.0
			for k := range s.words {
				if e, ok := d.titleExample(s.pick[k].Reading.Start.Date.String(), s.words[k]); ok {
					all[i] = append(all[i], e)
					full += math.Floor(slices.Max(e.worth))
				}
			}
			worth[i] = 2 * full / float64(len(s.words)+len(d.Events))
		}
		for i := range sets {
			if worth[i] >= 0.7*slices.Max(worth) {
				own = append(own, all[i]...)
			}
		}
		own = thinned(own, 25)
		for i := range own {
			own[i].weight = 3 / math.Sqrt(float64(len(own))) / math.Sqrt(float64(len(own)))
		}
		out = append(out, own...)
	}
	return out
}

// thinned keeps at most n examples, evenly chosen.
func thinned(all []example, n int) []example {
	if len(all) <= n {
		return all
	}
	var out []example
	for i := range n {
		out = append(out, all[i*len(all)/n])
	}
	return out
}

func (d *labelled) titleExample(start string, words []candidate) (e example, ok bool) {
	var want []string
	for _, f := range d.Events {
		if day(f.Start) == start && !slices.Contains(f.Title, "*") {
			want = append(want, f.Title...)
		}
	}
	sum := 0.0
	for i := range words {
		v := alikeness(want, words[i].text)
		if v == 0.5 {
			v = 0.15
		}
		x := make([]float64, len(titleFeatures))
		titleFeaturesOf(&words[i], x)
		e.x, e.worth = append(e.x, x), append(e.worth, v+0.001)
		sum += v
	}
	return e, sum > 0
}

// pageExamples are the documents: each has events, or has none.
func pageExamples(docs []*labelled, all [][]*Reading) (out []example) {
	crossWeigh(docs, all)
	zero := make([]float64, len(pageFeatures))
	for i, d := range docs {
		asked := 0
		for _, f := range d.Events {
			asked += int(flag(!f.Opt))
		}
		k := slices.IndexFunc(all[i], func(r *Reading) bool { return r.None })
		if x := all[i][k].x; x != nil {
			none := flag(asked == 0)
			out = append(out, example{x: [][]float64{x, zero}, worth: []float64{none + 1e-9, 1 - none + 1e-9}, weight: 1})
		}
	}
	return out
}

// TestWeights fits the weights on the documents that KOYOMI_PAGES names: with -update
// it writes them, with -folds it judges them by leaving sites out.
func TestWeights(t *testing.T) {
	docs := documents(t)
	if len(docs) == 0 {
		t.Skip("KOYOMI_PAGES names no labelled documents")
	}
	if *update {
		if err := os.WriteFile("weights.txt", []byte(learn(docs, titled(t)).Text()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if *folds > 0 {
		judge(t, docs)
	}
}

func judge(t *testing.T, docs []*labelled) {
	sites := siteList(docs)
	lines := []byte{}
	total, best := 0.0, 0.0
	more := titled(t)
	fall := waterfall{lost: map[string]int{}, docs: map[string][]string{}}
	for k := range *folds {
		var in, out []*labelled
		for _, d := range docs {
			if slices.Index(sites, d.site)%*folds == k {
				out = append(out, d)
			} else {
				in = append(in, d)
			}
		}
		m := learn(in, more)
		for _, d := range out {
			all := Readings(d.page, m)
			got := d.reward(all[0])
			top, topR := 0.0, all[0]
			for _, r := range all {
				if v := d.reward(r); v > top {
					top, topR = v, r
				}
			}
			total, best = total+got, best+top
			fall.add(d, all)
			if *tell && got < 0.999 {
				t.Logf("%.2f of %.2f %s [%s] %s | best %s; %d of %d events", got, top, d.File, d.Class, all[0].Why()+" "+all[0].Shape, topR.Why()+" "+topR.Shape, len(all[0].Items), len(d.Events))
			}
			lines = append(lines, listings(t, d, all[0])...)
		}
	}
	t.Logf("where the events asked for were lost:%s", &fall)
	if *tell {
		t.Log(strings.Join(fall.notes, "\n"))
	}
	t.Logf("%d documents: mean reward %.3f of %.3f", len(docs), total/float64(len(docs)), best/float64(len(docs)))
	if *dump != "" {
		if err := os.WriteFile(*dump, lines, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func listings(t *testing.T, d *labelled, r *Reading) []byte {
	res, err := r.Result(d.visit)
	if err != nil {
		t.Fatal(err)
	}
	out := []extract.Line{}
	for _, l := range res.Listings {
		out = append(out, extract.LineOf(l))
	}
	line, err := json.Marshal(map[string]any{"file": d.File, "listings": out})
	if err != nil {
		t.Fatal(err)
	}
	return append(line, '\n')
}
