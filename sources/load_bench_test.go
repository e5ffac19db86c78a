package sources_test

import (
	"testing"

	"koyomi/internal/extract/kinds"
	"koyomi/internal/source"
	"koyomi/sources"
)

// BenchmarkLoad reads the whole catalogue as every command does when it starts.
func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, problems := source.Load(kinds.Definitions, sources.Files); len(problems) > 0 {
			b.Fatal(problems[0])
		}
	}
}
