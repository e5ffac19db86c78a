package year

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"flag"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/extract"
	"koyomi/internal/ledger"
	"koyomi/internal/ledger/link"
	"koyomi/internal/place"
)

// The weights of internal/ledger/link are fitted by one command:
//
//	go test ./internal/ledger/year -run TestFit -fit -count 1
//
// on the labelled pairs of ../link/testdata, on those of the directories that
// KOYOMI_PAIRS names (with -without, except those of some domains), and on the pairs
// that simulated years of fixed seeds weigh. It says how they judge the pairs of each
// domain when those are left out, and writes ../link/weights.tsv.
var (
	fitFlag = flag.Bool("fit", false, "fit the weights and write them")
	without = flag.String("without", "", "domains that are left out of the fit")
)

// fitSeeds are the years that are looked at while fitting: no other is.
var fitSeeds = []uint64{9001, 9002, 9003, 9004, 402, 405, 408, 414, 417, 420, 425, 444}

// A sample is a pair whose truth is known.
type sample struct {
	domain   string
	relation link.Relation
	features []link.Feature
	one      bool
	weight   float64
	words    string
}

func TestFit(t *testing.T) {
	if !*fitFlag {
		t.Skip("fits only with -fit")
	}
	var all []sample
	all = append(all, ownPairs(t)...)
	for _, dir := range filepath.SplitList(os.Getenv("KOYOMI_PAIRS")) {
		all = append(all, listPairs(t, dir)...)
	}
	for _, seed := range fitSeeds {
		all = append(all, worldPairs(t, seed)...)
	}
	all = gather(all)
	domains := map[string]bool{}
	for _, s := range all {
		domains[s.domain] = true
	}
	for _, domain := range slices.Sorted(maps.Keys(domains)) {
		left, rest := divide(all, domain)
		reportBoth(t, "left out: ", domain, fit(rest), left)
	}
	used := all
	for _, domain := range strings.Split(*without, ",") {
		_, used = divide(used, domain)
	}
	table := fit(used)
	for _, domain := range slices.Sorted(maps.Keys(domains)) {
		of, _ := divide(all, domain)
		reportBoth(t, "", domain, table, of)
	}
	write(t, table)
}

// divide returns the samples of a domain, and the others.
func divide(all []sample, domain string) (of, others []sample) {
	for _, s := range all {
		if s.domain == domain {
			of = append(of, s)
		} else {
			others = append(others, s)
		}
	}
	return of, others
}

// reportBoth reports the pairs of one community and those of two by themselves.
func reportBoth(t *testing.T, what, domain string, table link.Table, all []sample) {
	var one, two []sample
	for _, s := range all {
		if slices.ContainsFunc(s.features, func(f link.Feature) bool { return f.Name == "joint" }) {
			two = append(two, s)
		} else {
			one = append(one, s)
		}
	}
	report(t, what, domain, table, one)
	report(t, what, domain+", of two communities", table, two)
}

// gather makes one sample of all of a domain that are alike.
func gather(all []sample) []sample {
	at := map[string]int{}
	var merged []sample
	for _, s := range all {
		key := fmt.Sprintf("%s %d %v %v", s.domain, s.relation, s.one, rounded(s.features))
		if i, ok := at[key]; ok {
			merged[i].weight += s.weight
			continue
		}
		at[key] = len(merged)
		merged = append(merged, s)
	}
	return merged
}

func rounded(features []link.Feature) (all []link.Feature) {
	for _, f := range features {
		all = append(all, link.Feature{Name: f.Name, Value: math.Round(f.Value*20) / 20})
	}
	return all
}

// report says how a table judges the samples of a domain.
func report(t *testing.T, what, domain string, table link.Table, all []sample) {
	for _, enough := range []float64{0, 0.7, 1.4, 2, 2.7, 3.4} {
		var right, wrong, of float64
		for _, s := range all {
			one := table.Weigh(s.relation, s.features).LogOdds >= enough
			switch {
			case one && s.one:
				right += s.weight
			case one:
				wrong += s.weight
			}
			if s.one {
				of += s.weight
			}
		}
		t.Logf("%s%s at %.1f: precision %.2f %%, recall %.2f %%", what, domain, enough, 100*right/max(right+wrong, 1e-9), 100*right/max(of, 1e-9))
	}
	var right, wrong, missed float64
	var words []string
	for _, s := range all {
		v := table.Weigh(s.relation, s.features)
		switch {
		case v.OneGathering() && s.one:
			right += s.weight
		case v.OneGathering():
			wrong += s.weight
			words = append(words, fmt.Sprintf("    wrong %.1f x%.2f %s %v", v.LogOdds, s.weight, s.words, v.Words()[1:]))
		case s.one:
			missed += s.weight
			words = append(words, fmt.Sprintf("    missed %.1f x%.2f %s", v.LogOdds, s.weight, s.words))
		}
	}
	t.Logf("%s%s: precision %.2f %%, recall %.2f %% of %.1f", what, domain, 100*right/max(right+wrong, 1e-9), 100*right/max(right+missed, 1e-9), right+missed)
	if what == "" {
		slices.SortFunc(words, cmp.Compare[string])
		for _, w := range words[:min(len(words), 60)] {
			t.Log(w)
		}
	}
}

func write(t *testing.T, table link.Table) {
	t.Helper()
	var b bytes.Buffer
	b.WriteString("# Log-odds by feature: of what another source lists, of what has gone. Fitted by\n# go test ./internal/ledger/year -run TestFit -fit, never set by hand.\n")
	for _, n := range link.Names() {
		fmt.Fprintf(&b, "%s\t%.2f\t%.2f\n", n, table[link.Elsewhere][n], table[link.Gone][n])
	}
	if err := os.WriteFile("../link/weights.tsv", b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// listPairs reads lists of the same conferences with the labels of their pairs.
func listPairs(t *testing.T, dir string) (all []sample) {
	labels := map[[2]string]string{}
	for _, row := range readTable(t, filepath.Join(dir, "labels.tsv"), '\t') {
		labels[[2]string{row["a"], row["b"]}], labels[[2]string{row["b"], row["a"]}] = row["label"], row["label"]
	}
	files, err := filepath.Glob(filepath.Join(dir, "lists", "*.csv"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%s holds no lists: %v", dir, err)
	}
	byDomain := map[string][][]event.Listing{}
	for _, file := range files {
		domain, _, _ := strings.Cut(filepath.Base(file), "-")
		byDomain[domain] = append(byDomain[domain], readList(t, file))
	}
	for domain, lists := range byDomain {
		for i, list := range lists {
			for _, other := range lists[i+1:] {
				all = append(all, pairsOf(domain, list, other, labels)...)
			}
		}
	}
	return all
}

func readTable(t *testing.T, file string, comma rune) (all []map[string]string) {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comma, r.LazyQuotes, r.FieldsPerRecord, r.Comment = comma, true, -1, '#'
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows[1:] {
		m := map[string]string{}
		for i, v := range row {
			if i < len(rows[0]) {
				m[rows[0][i]] = v
			}
		}
		all = append(all, m)
	}
	return all
}

func readList(t *testing.T, file string) (all []event.Listing) {
	for _, row := range readTable(t, file, ',') {
		all = append(all, listingOf(t, row["id"], row["title"], row["start"], row["end"], row["location"], row["url"]))
	}
	return all
}

func listingOf(t *testing.T, key, title, start, end, location, url string) event.Listing {
	t.Helper()
	l := event.Listing{Key: key}
	l.Title, l.Location, l.URL, l.Zone, l.Type, l.Status = title, location, url, "Asia/Tokyo", event.TypeEvent, event.Confirmed
	l.Mode, l.Area = place.Mode(location), place.Area(location)
	l.Start, l.End = momentOf(t, start), momentOf(t, end)
	l.Number = extract.Number(title)
	return l
}

func momentOf(t *testing.T, s string) event.Moment {
	t.Helper()
	for _, layout := range []string{"2006-01-02 15:04", "2006-01-02T15:04:05"} {
		if at, err := time.ParseInLocation(layout, s, event.Tokyo); err == nil {
			return event.At(at)
		}
	}
	m, err := event.ParseMoment(s, event.Tokyo)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// pairsOf weighs the listings of two lists, as sources of one community and as those
// of two.
func pairsOf(domain string, list, other []event.Listing, labels map[[2]string]string) (all []sample) {
	var past ledger.Known
	for i, l := range list {
		uid := fmt.Sprint(i)
		past.Events = append(past.Events, event.Event{UID: uid, Community: "c", Details: l.Details})
		past.Claims = append(past.Claims, event.Claim{Source: "list", Key: l.Key, UID: uid, Listing: l, From: first, Seen: first})
	}
	visit := ledger.Visit{Source: "other", Community: "c", Origin: "other", At: first.AddDate(0, 0, 1), Listings: other}
	weigh := func(v ledger.Visit) {
		for _, w := range ledger.Weigh(v, past) {
			label := labels[[2]string{w.Claim.Key, w.Listing.Key}]
			if label == "x" || link.Apart(w.Comparison) != "" {
				continue
			}
			words := fmt.Sprintf("%s %s %s | %s %s %s", w.Claim.Listing.Title, w.Claim.Listing.Start, w.Claim.Listing.Location, w.Listing.Title, w.Listing.Start, w.Listing.Location)
			all = append(all, sample{domain, w.Comparison.Relation, link.Features(w.Comparison), label == "1", 1, words})
		}
	}
	weigh(visit)
	for i := range past.Events {
		past.Events[i].Community = "d"
	}
	weigh(visit)
	return all
}

// worldPairs are the pairs that a simulated year weighs.
func worldPairs(t *testing.T, seed uint64) (all []sample) {
	w := newWorld(seed)
	w.watch = func(v ledger.Visit, k ledger.Known) {
		for _, p := range ledger.Weigh(v, k) {
			x, y := w.traces[p.Claim.Listing.Sequence], w.traces[p.Listing.Sequence]
			o := w.outlet(v.Source)
			if _, broken := o.fault(w.day); broken || x.blur > 0 || y.blur > 0 || link.Apart(p.Comparison) != "" {
				continue
			}
			words := fmt.Sprintf("%s %s %s | %s %s %s", p.Claim.Listing.Title, p.Claim.Listing.Start, p.Claim.Listing.Location, p.Listing.Title, p.Listing.Start, p.Listing.Location)
			all = append(all, sample{"worlds", p.Comparison.Relation, link.Features(p.Comparison), x.of == y.of, worldWeight, words})
		}
	}
	w.run(t)
	return all
}

// worldWeight is what a pair of a simulated year counts beside one of real lists.
const worldWeight = 0.12

// ownPairs reads the labelled pairs of this repository.
func ownPairs(t *testing.T) (all []sample) {
	for _, row := range readTable(t, "../link/testdata/pairs.tsv", '\t') {
		side := func(at string) link.Announcement {
			l := listingOf(t, "", row["title_"+at], row["start_"+at], "", row["place_"+at], row["url_"+at])
			return link.Announce(&l.Details)
		}
		a, b := side("a"), side("b")
		facts := strings.Fields(row["facts"])
		is := func(fact string) bool { return slices.Contains(facts, fact) }
		around := link.Around{
			Joint: is("joint"), SameID: is("same-id"), Alone: is("alone"),
			PageGone: is("page-gone"), PageAlive: is("page-alive"), Fresh: truth(is("fresh")),
		}
		if row["relation"] == "gone" {
			around.Relation = link.Gone
		}
		c := link.Compare(a, b, around)
		c.Moved.Others, c.Moved.Between, c.Moved.Next, c.Moved.Only = is("others"), is("between"), is("next"), is("only") || !is("others")
		c.Page.Linked = is("linked")
		if why := link.Apart(c); why != "" {
			if row["label"] == "1" {
				t.Errorf("%s | %s: apart: %s", a.Details.Title, b.Details.Title, why)
			}
			continue
		}
		words := fmt.Sprintf("%s %s %s | %s %s %s (%s)", a.Details.Title, a.Start, a.Location, b.Details.Title, b.Start, b.Location, row["facts"])
		all = append(all, sample{"own", around.Relation, link.Features(c), row["label"] == "1", 0.5, words})
	}
	return all
}
