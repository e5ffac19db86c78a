// Package choose decides what a document says: which line of a record is the title,
// which date and place are the event's, and which way to cut the document is the right
// one, with "no events" among them. It decides by models over named features; their
// weights stand in weights.txt and are found by TestWeights.
package choose

import (
	_ "embed"
	"fmt"
	"math"
	"strconv"
	"strings"
	"sync"
)

//go:embed weights.txt
var weightsText string

// A Model holds the weights of the features, by their names.
type Model struct {
	Title, Item, Page []float64
}

// Fitted is the model that is checked in.
var Fitted = sync.OnceValue(func() *Model { return parseModel(weightsText) })

// Text writes a model as the table that is checked in.
func (m *Model) Text() string {
	var b strings.Builder
	b.WriteString(
		"# Weights of package choose, written by: go test ./internal/discover/choose -run TestWeights -update\n",
	)
	for i, w := range m.Title {
		fmt.Fprintf(&b, "title\t%s\t%.4f\n", titleFeatures[i].name, w)
	}
	for i, w := range m.Item {
		fmt.Fprintf(&b, "item\t%s\t%.4f\n", itemFeatures[i].name, w)
	}
	for i, w := range m.Page {
		fmt.Fprintf(&b, "page\t%s\t%.4f\n", pageFeatures[i].name, w)
	}
	return b.String()
}

// newModel returns a model that knows nothing.
func newModel() *Model {
	return &Model{
		Title: make([]float64, len(titleFeatures)),
		Item:  make([]float64, len(itemFeatures)),
		Page:  make([]float64, len(pageFeatures)),
	}
}

func parseModel(s string) *Model {
	m := newModel()
	at := map[string]*float64{}
	for i, f := range titleFeatures {
		at["title\t"+f.name] = &m.Title[i]
	}
	for i, f := range itemFeatures {
		at["item\t"+f.name] = &m.Item[i]
	}
	for i, f := range pageFeatures {
		at["page\t"+f.name] = &m.Page[i]
	}
	for line := range strings.Lines(s) {
		i := strings.LastIndexByte(line, '\t')
		if i < 0 {
			continue
		}
		if w := at[line[:i]]; w != nil {
			*w, _ = strconv.ParseFloat(strings.TrimSpace(line[i:]), 64) // written by Text
		}
	}
	return m
}

func dot(w, x []float64) float64 {
	sum := 0.0
	for i := range w {
		sum += float64(w[i] * x[i])
	}
	return sum
}

func flag(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

func log1(n int) float64 { return math.Log2(1 + float64(n)) }

func share(n, of int) float64 { return float64(n) / float64(max(of, 1)) }
