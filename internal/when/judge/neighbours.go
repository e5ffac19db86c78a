package judge

import (
	"koyomi/internal/when/fold"
)

// ofRunes are the features of the particle or mark behind a date.
var ofRunes = map[rune]Feature{
	'に': ParticleNi,
	'は': ParticleHa,
	'の': ParticleNo,
	'を': ParticleWo,
	'か': ParticleKara,
	'よ': ParticleKara,
	':': ColonBehind,
	',': CommaBehind,
	'@': AtBehind,
}

// particles are the runes of ofRunes.
var particles = fold.SetOf("にはのをかよ:,@")

// ofWords are the features of the Latin word before a date; any other is WordOther.
var ofWords = [...]struct {
	word string
	Feature
}{
	{"on", WordOn},
	{"from", WordFrom},
	{"in", ParticleIn},
	{"at", WordAt},
	{"of", WordOf},
	{"since", WordSince},
	{"starting", WordStarting},
}

// neighbours adds the features of what stands directly before and behind the date.
func (x *extractor) neighbours() {
	if f, ok := x.wordBefore(); ok {
		x.add(f)
	}
	if f, ok := x.particle(); ok {
		x.add(f)
	}
}

// wordBefore returns the feature of the Latin word before the date; false for none.
func (x *subject) wordBefore() (Feature, bool) {
	t := x.doc.Text
	end := t.Back(int(x.it.From)-1) + 1
	from := end
	for fold.IsLetter(t.At(from - 1)) {
		from--
	}
	if from == end || end == int(x.it.From) {
		return 0, false
	}
	for i := range ofWords {
		w := &ofWords[i]
		if len(w.word) == end-from && t.Has(from, w.word) {
			return w.Feature, true
		}
	}
	return WordOther, true
}

// particle returns the feature of the rune behind the date; false for none.
func (x *subject) particle() (Feature, bool) {
	if !particles.Has(x.behind) {
		return 0, false
	}
	f := ofRunes[x.behind]
	return f, f != ParticleHa || x.day != nil
}
