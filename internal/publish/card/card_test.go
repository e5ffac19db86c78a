package card

import (
	"bytes"
	"image/png"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

var meeting = Text{
	Title: "ハンズオン：はじめてのコンテナ運用とオブザーバビリティ、その次に考えること", When: "2026年6月9日（火） 19:00–21:00", Where: "札幌市産業振興センター",
	Who: "関西Ruby会議", Mark: "中止", Site: "koyomi", Initial: "関", Hue: 238,
}

// TestCardsAreDrawn: a picture of the right size that shows something, the same for the
// same words and another for others.
func TestCardsAreDrawn(t *testing.T) {
	first, err := Draw(meeting)
	if err != nil {
		t.Fatal(err)
	}
	picture, err := png.Decode(bytes.NewReader(first))
	if err != nil || picture.Bounds().Dx() != Width || picture.Bounds().Dy() != Height {
		t.Fatalf("%v %v", err, picture)
	}
	if len(first) > 150_000 {
		t.Errorf("%d octets; previews give up on large ones", len(first))
	}
	again, _ := Draw(meeting)
	if !bytes.Equal(first, again) {
		t.Error("equal words make other bytes")
	}
	for name, change := range map[string]func(*Text){
		"title": func(c *Text) { c.Title = "もくもく会" }, "when": func(c *Text) { c.When = "6/10" }, "where": func(c *Text) { c.Where = "渋谷" },
		"who": func(c *Text) { c.Who = "Go Tokyo" }, "mark": func(c *Text) { c.Mark = "" }, "colour": func(c *Text) { c.Hue = 15 },
	} {
		other := meeting
		change(&other)
		if drawn, err := Draw(other); err != nil || bytes.Equal(first, drawn) {
			t.Errorf("another %s makes the same picture: %v", name, err)
		}
	}
}

// TestAnyTextIsDrawn: whatever a title holds, lines stay within the card.
func TestAnyTextIsDrawn(t *testing.T) {
	c, err := newCanvas(Width, Height)
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text") + strings.Repeat("長い題名", rapid.IntRange(0, 9).Draw(t, "more"))
		for _, line := range wrap(c, text, 68, 1000) {
			if w := c.width(line, 68); w > 1000 && len([]rune(line)) > 1 {
				t.Fatalf("%q is %d wide", line, w)
			}
		}
	})
}

// TestLinesBreakWhereTheyMay: no line begins with a closing sign or ends with an opening
// one, and no Latin word is torn.
func TestLinesBreakWhereTheyMay(t *testing.T) {
	c, err := newCanvas(Width, Height)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range wrap(c, "Kubernetes と observability を（はじめて）学ぶ「会」、その次。OpenTelemetry Meetup", 68, 400) {
		first, last := []rune(line)[0], []rune(line)[len([]rune(line))-1]
		if strings.ContainsRune(notFirst, first) || strings.ContainsRune(notLast, last) {
			t.Errorf("a line %q", line)
		}
	}
	lines := strings.Join(wrap(c, "OpenTelemetry Meetup Tokyo", 68, 600), "|")
	if lines != "OpenTelemetry|Meetup Tokyo" {
		t.Error(lines)
	}
}

// TestColours: the colours of the cards are those of the pages, dark enough for white.
func TestColours(t *testing.T) {
	if got := oklch(1, 0, 0); got.R != 255 || got.G != 255 || got.B != 255 {
		t.Errorf("white is %v", got)
	}
	for hue := 0.0; hue < 360; hue += 5 {
		c := oklch(0.46, 0.11, hue)
		if l := 0.2126*float64(c.R) + 0.7152*float64(c.G) + 0.0722*float64(c.B); l > 125 {
			t.Errorf("hue %v is too bright for white letters: %v", hue, c)
		}
	}
}

func BenchmarkDraw(b *testing.B) {
	for b.Loop() {
		if _, err := Draw(meeting); err != nil {
			b.Fatal(err)
		}
	}
}

func TestIcon(t *testing.T) {
	for _, size := range []int{180, 512} {
		b, err := Icon(size)
		if err != nil {
			t.Fatal(err)
		}
		if p, err := png.Decode(bytes.NewReader(b)); err != nil || p.Bounds().Dx() != size {
			t.Errorf("%d: %v", size, err)
		}
	}
}
