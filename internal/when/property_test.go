package when_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"koyomi/internal/event"
	"koyomi/internal/when"
)

// An announced is an event and the time its announcement was published.
type announced struct {
	ref        time.Time
	start, end time.Time // end is zero for none; both on one day
}

func drawAnnounced(t *rapid.T) announced {
	ref := time.Date(2006, 1, 1, 12, 0, 0, 0, event.Tokyo).AddDate(0, 0, rapid.IntRange(0, 365*25).Draw(t, "published"))
	day := event.DateOf(ref).Add(rapid.IntRange(1, 150).Draw(t, "ahead"))
	hour, minute := rapid.IntRange(8, 20).Draw(t, "hour"), 5*rapid.IntRange(0, 11).Draw(t, "minute")
	a := announced{ref: ref, start: time.Date(day.Year, day.Month, day.Day, hour, minute, 0, 0, event.Tokyo)}
	if length := rapid.IntRange(0, 12).Draw(t, "quarters"); length > 0 {
		a.end = a.start.Add(time.Duration(length) * 15 * time.Minute)
	}
	return a
}

var japaneseDays = strings.Split("日月火水木金土", "")

func (a announced) wd() string { return japaneseDays[a.start.Weekday()] }

// hours writes the times with a sign between, as clock writes each.
func (a announced) hours(sign string, clock func(time.Time) string) string {
	if a.end.IsZero() {
		return clock(a.start) + strings.TrimSpace(sign)
	}
	return clock(a.start) + sign + clock(a.end)
}

func colon(t time.Time) string { return t.Format("15:04") }

func kanjiClock(t time.Time) string {
	if t.Minute() == 0 {
		return fmt.Sprintf("%d時", t.Hour())
	}
	return fmt.Sprintf("%d時%02d分", t.Hour(), t.Minute())
}

func halfDay(t time.Time) string {
	if t.Hour() < 12 {
		return "午前" + kanjiClock(t)
	}
	return "午後" + kanjiClock(t.Add(-12*time.Hour))
}

// forms are the ways to write an event; each is read back as that event.
var forms = map[string]func(announced) string{
	"kanji": func(a announced) string {
		return a.start.Format("2006年1月2日") + "(" + a.wd() + ") " + a.hours("〜", colon)
	},
	"kanji clock": func(a announced) string {
		return a.start.Format("2006年1月2日") + "（" + a.wd() + "）" + a.hours("～", kanjiClock)
	},
	"half days": func(a announced) string {
		return "日時：" + a.start.Format("2006年1月2日") + " " + a.hours("〜", halfDay)
	},
	"slashes": func(a announced) string {
		return a.start.Format("2006/01/02") + "(" + a.wd() + ") " + a.hours(" - ", colon)
	},
	"dots": func(a announced) string {
		return a.start.Format("2006.1.2") + "(" + a.wd() + ") " + a.hours("〜", colon)
	},
	"hyphens": func(a announced) string { return a.start.Format("2006-01-02 ") + a.hours("-", colon) },
	"no year": func(a announced) string {
		return a.start.Format("1月2日") + "(" + a.wd() + ") " + a.hours("〜", colon)
	},
	"short":   func(a announced) string { return a.start.Format("1/2") + "(" + a.wd() + ") " + a.hours("〜", colon) },
	"compact": func(a announced) string { return a.start.Format("20060102 ") + a.hours("〜", colon) },
	"labels": func(a announced) string {
		return "■日時\n" + a.start.Format("2006年1月2日") + "（" + a.wd() + "）\n" + a.hours("〜", colon)
	},
	"era": func(a announced) string {
		name, year := "平成", a.start.Year()-1988
		if a.start.Year() > 2019 {
			name, year = "令和", a.start.Year()-2018
		}
		return fmt.Sprintf("%s%d年%s %s", name, year, a.start.Format("1月2日"), a.hours("〜", colon))
	},
	"sentence": func(a announced) string {
		return "次回は" + a.start.Format("2006年1月2日") + "（" + a.wd() + "）" + a.hours("〜", colon) + " に開催します。"
	},
	"English":     func(a announced) string { return a.start.Format("Monday, January 2, 2006 ") + a.hours(" - ", colon) },
	"English day": func(a announced) string { return a.start.Format("2 January 2006, ") + a.hours(" - ", colon) },
	"English pm": func(a announced) string {
		return a.start.Format("Mon, Jan 2, 2006 ") + a.hours(" - ", func(t time.Time) string { return t.Format("3:04 PM") })
	},
}

// TestWhatIsWrittenIsReadBack writes random events in every form.
func TestWhatIsWrittenIsReadBack(t *testing.T) {
	for name, form := range forms {
		t.Run(name, rapid.MakeCheck(func(t *rapid.T) {
			a := drawAnnounced(t)
			text := form(a)
			got := when.Read(text, when.Context{Ref: a.ref})
			if !got.Start.Time.Equal(a.start) || !got.End.Time.Equal(a.end) {
				t.Fatalf("%q (published %s): %s – %s", text, a.ref.Format(time.DateOnly), got.Start, got.End)
			}
		}))
	}
}

var widen = strings.NewReplacer("0", "０", "1", "１", "2", "２", "3", "３", "4", "４", "5", "５", "6", "６", "7", "７", "8", "８", "9", "９", "(", "（", ")", "）", ":", "：", "/", "／")

// TestWidthChangesNothing reads what is written wide as what is written narrow.
func TestWidthChangesNothing(t *testing.T) {
	for name, form := range forms {
		t.Run(name, rapid.MakeCheck(func(t *rapid.T) {
			a := drawAnnounced(t)
			text := form(a)
			narrow, wide := when.Read(text, when.Context{Ref: a.ref}), when.Read(widen.Replace(text), when.Context{Ref: a.ref})
			if narrow.Start != wide.Start || narrow.End != wide.End {
				t.Fatalf("%q: %s – %s, wide %s – %s", text, narrow.Start, narrow.End, wide.Start, wide.End)
			}
		}))
	}
}

// idle are sentences that say nothing of a date.
var idle = []string{
	"はじめての方も歓迎します。", "参加費は1,000円です。", "会場は駅から歩いて5分のところにあります。", "定員は30名です。", "持ち物は特にありません。",
	"Go 1.22 を使います。", "詳しくは https://example.org/2024/01/02/post をご覧ください。", "Everybody is welcome.", "お問い合わせは 03-1234-5678 まで。", "発表者を募集しています！",
}

// TestIdleSentencesChangeNothing puts a sentence that says nothing of a date before
// and after one that holds a full date.
func TestIdleSentencesChangeNothing(t *testing.T) {
	for name, form := range forms {
		t.Run(name, rapid.MakeCheck(func(t *rapid.T) {
			a := drawAnnounced(t)
			text := form(a)
			before, after := rapid.SampledFrom(idle).Draw(t, "before"), rapid.SampledFrom(idle).Draw(t, "after")
			alone, among := when.Read(text, when.Context{Ref: a.ref}), when.Read(before+"\n"+text+"\n"+after, when.Context{Ref: a.ref})
			if alone.Start != among.Start || alone.End != among.End {
				t.Fatalf("%q: %s – %s, among others %s – %s", before+"\n"+text+"\n"+after, alone.Start, alone.End, among.Start, among.End)
			}
		}))
	}
}

func FuzzRead(f *testing.F) {
	for i, row := range corpus(f) {
		if i%10 == 0 {
			f.Add(row.Text, row.Context.Ref.Unix(), false)
		}
	}
	f.Fuzz(func(t *testing.T, text string, ref int64, field bool) {
		c := when.Context{Ref: time.Unix(ref%(200*365*86400), 0)}
		if field {
			c.Label = when.LabelDate
		}
		r := when.Read(text, c)
		if r.Start.IsZero() != (r.None != "") {
			t.Errorf("%q: start %s, none %q", text, r.Start, r.None)
		}
		moments := []event.Moment{r.Start, r.End, r.Doors}
		for _, s := range r.Sessions {
			moments = append(moments, s.Start, s.End)
		}
		for _, m := range moments {
			if !m.IsZero() && (m.Date.Year < when.MinYear || m.Date.Year > when.MaxYear) {
				t.Errorf("%q: %s", text, m)
			}
		}
		for _, p := range r.Parts {
			if p.From < 0 || p.To > len(text) || p.From > p.To {
				t.Errorf("%q: a part from %d to %d", text, p.From, p.To)
			}
		}
	})
}

func BenchmarkRead(b *testing.B) {
	all := corpus(b)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		read(&all[i%len(all)])
		i++
	}
	b.ReportMetric(float64(i)/b.Elapsed().Seconds(), "snippets/s")
}
