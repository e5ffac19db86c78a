package choose

import (
	"encoding/json"
	command "flag"
	"math"
	"os"
	"slices"
	"testing"

	"koyomi/internal/extract"
)

var (
	update = command.Bool("update", false, "write the weights")
	folds  = command.Int("folds", 0, "judge by leaving sites out, in so many folds")
	dump   = command.String("dump", "", "write the listings of the judgement to a `FILE`")
	tell   = command.Bool("tell", false, "log the documents that are read wrong")
)

const (
	titlePenalty   = 0.3
	readingPenalty = 0.15
	sharpness      = 6.0
)

// learn fits both models on documents.
func learn(docs []*labelled) *Model {
	m := &Model{Title: make([]float64, len(titleFeatures)), Reading: make([]float64, len(readingFeatures))}
	m.Title = fit(titleExamples(docs), len(titleFeatures), titlePenalty)
	m.Reading = fit(readingExamples(docs, m), len(readingFeatures), readingPenalty)
	return m
}

// titleExamples are the records whose date is that of a fact.
func titleExamples(docs []*labelled) (out []example) {
	empty := &Model{Title: make([]float64, len(titleFeatures)), Reading: make([]float64, len(readingFeatures))}
	for _, d := range docs {
		var own []example
		sets := d.page.Sets()
		for i := range sets {
			s := setReader{page: d.page, model: empty, set: &sets[i], said: sayings{}, places: places{}}
			s.read(sample)
			for k := range s.words {
				if e, ok := d.titleExample(s.pick[k].Reading.Start.Date.String(), s.words[k]); ok {
					own = append(own, e)
				}
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
		e.x, e.worth = append(e.x, titleVector(&words[i])), append(e.worth, v+0.001)
		sum += v
	}
	return e, sum > 0
}

// readingExamples are the documents, with what each reading is worth.
func readingExamples(docs []*labelled, m *Model) (out []example) {
	for _, d := range docs {
		asked := 0
		for _, f := range d.Events {
			asked += int(flag(!f.Opt))
		}
		e := example{weight: 1 + 0.08*float64(min(asked, 12))}
		if asked == 0 {
			e.weight = 1.8
		}
		for _, r := range Readings(d.page, m) {
			v := math.Exp(sharpness * d.reward(r))
			e.x, e.worth = append(e.x, r.x), append(e.worth, v)
		}
		if len(e.x) > 1 {
			out = append(out, e)
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
		if err := os.WriteFile("weights.txt", []byte(learn(docs).Text()), 0o644); err != nil {
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
	for k := range *folds {
		var in, out []*labelled
		for _, d := range docs {
			if slices.Index(sites, d.site)%*folds == k {
				out = append(out, d)
			} else {
				in = append(in, d)
			}
		}
		m := learn(in)
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
			if *tell && got < 0.999 {
				t.Logf("%.2f of %.2f %s [%s] %s | best %s; %d of %d events", got, top, d.File, d.Class, all[0].Why()+" "+all[0].Shape, topR.Why()+" "+topR.Shape, len(all[0].Items), len(d.Events))
			}
			lines = append(lines, listings(t, d, all[0])...)
		}
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
