package extract

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"koyomi/internal/text"
)

// labels are the words that announcements put before their facts, folded and
// without blanks, with the field they stand for. Seen on pages, in feeds and in
// mails of 2003 to 2026.
var labels = labelsOf(map[string]string{
	"when": "日時 開催日時 開催日 開催日程 開催期間 開催時期 実施日 実施日時 期日 日程 日にち 日付 会期 期間 と_き とき いつ 日と時間 日時・場所 日程・会場 日にち・場所 日・場所 日時・会場 日時場所 " +
		"イベント日時 イベント開催日 次回開催日 次回日時 次回 開演日時 when date dates datetime date&time dateandtime date/time 開催予定日 年月日 開催年月日 催行日",
	"start":       "開始日時 開始日 開始年月日 start starts from startdate 開場・開演",
	"end":         "終了日時 終了日 終了年月日 end ends to until enddate",
	"time":        "時間 開催時間 時刻 開始時間 開始時刻 開演時間 time 開催時刻 スケジュール時間",
	"location":    "会場 場所 開催場所 開催会場 開催地 実施場所 ところ と_ころ どこ 会議室 会場名 venue place where location 勉強会会場 開催地・会場 場所・会場",
	"address":     "住所 所在地 会場住所 会場所在地 address",
	"fee":         "参加費 参加費用 参加料 会費 料金 費用 入場料 受講料 チケット fee price cost 勉強会参加費 参加費(懇親会)",
	"seats":       "定員 募集人数 募集定員 参加人数 人数 定員数 capacity",
	"apply":       "申込 申込み 申し込み お申込 お申込み お申し込み 申込方法 申込み方法 申し込み方法 お申し込み方法 参加方法 参加申込 参加申込み 参加申し込み 参加登録 申込先 申込url 申込ページ 事前登録 登録 register registration apply rsvp signup",
	"closes":      "締切 締め切り 〆切 申込締切 申込締め切り 申し込み締切 申込期限 登録期限 応募締切 参加登録締切 deadline",
	"opens":       "申込期間 受付期間 募集期間 受付開始 申込開始 応募期間 登録期間",
	"title":       "題名 演題 イベント名 名称 会名 イベントタイトル 行事名 催事名 イベント event title 勉強会名 大会名 セミナー名 タイトル",
	"host":        "主催 主催者 共催 後援 協賛 協力 運営 organizer host",
	"online_url":  "配信url 配信 視聴url オンライン会場 参加url zoom",
	"status":      "開催状況 状況 ステータス status 予定のステータス 開催可否",
	"url":         "url 公式サイト サイト webサイト ウェブサイト 詳細 詳細url 詳しくは イベントurl 公式ページ website link",
	"description": "内容 概要 テーマ 開催概要 説明 プログラム 発表 講師 対象 対象者 持ち物 備考 注意 タイムテーブル スケジュール アジェンダ 懇親会 問い合わせ お問い合わせ 問合せ 連絡先 ハッシュタグ 主な内容 講演 agenda program contact topic topics theme アクセス 最寄駅 最寄り駅 交通 公開日 掲載日 更新日 投稿日 作成日 最終更新 最終更新日 作成者",
})

// labelsOf returns the field of each word; an underscore keeps one from being found
// as a part of others.
func labelsOf(words map[string]string) map[string]string {
	m := map[string]string{}
	for field, all := range words {
		for w := range strings.FieldsSeq(all) {
			m[squash(strings.ReplaceAll(w, "_", ""))] = field
		}
	}
	return m
}

// Labelled are the facts of an announcement by their fields, in order of text.
type Labelled map[string][]string

// First returns the first value of a field, "" if there is none.
func (l Labelled) First(field string) string {
	if v := l[field]; len(v) > 0 {
		return v[0]
	}
	return ""
}

// maxLabel is the length in runes of the longest label, with room for what
// people put around it.
const maxLabel = 18

// Prose reads the facts of an announcement out of text as text.FromHTML returns
// it: 日時 会場 参加費 定員 申込 and their likes at the start of a line or cell,
// bulleted or in brackets, the value behind a colon, a blank or a tab or on the
// lines that follow. extra are more words for the date.
func Prose(s string, extra ...string) Labelled { return FactsIn(s, extra...).Labelled() }

// Labelled returns the facts as those of one announcement.
func (all Facts) Labelled() Labelled {
	found := Labelled{}
	dated, placed := false, false
	for _, f := range all {
		values := []string{f.value}
		// The place stated behind the date is that of the event; one before it may
		// be the menu of the page.
		isPlace := f.field == "location" && dated
		if isPlace && !placed {
			placed = true
			found[f.field] = append(values, found[f.field]...)
			continue
		}
		dated = dated || f.field == "when"
		found[f.field] = append(found[f.field], values...)
	}
	return found
}

// MaxRecords is how many announcements one text may hold; further ones are not
// read.
const MaxRecords = 5_000

// Records returns the facts as those of several events announced one after the
// other: a new one begins where a title, date or place comes a second time. What has
// no title of its own is titled by the line above its first label.
func (all Facts) Records() []Labelled {
	var out []Labelled
	var cur Labelled
	for _, f := range all {
		if len(out) > MaxRecords {
			return out[:MaxRecords]
		}
		if cur == nil || f.begins(cur) {
			cur = Labelled{}
			out = append(out, cur)
		}
		isFirst := len(cur) == 0 && f.field != "title"
		if isFirst && f.above != "" {
			cur["title"] = []string{strings.TrimLeft(f.above, bullets)}
		}
		cur[f.field] = append(cur[f.field], f.value)
	}
	return out
}

// begins reports whether a fact is the first of another announcement.
func (f fact) begins(cur Labelled) bool {
	if len(cur[f.field]) == 0 {
		return false
	}
	switch f.field {
	case "title", "when":
		return true
	case "location", "address":
		return len(cur["when"]) > 0
	}
	return false
}

// A fact is a label's field with its value, and the last line above it that
// belongs to no label.
type fact struct{ field, value, above string }

// Facts are those that a text states behind labels, in order.
type Facts []fact

// FactsIn reads them once, for [Facts.Labelled] and [Facts.Records].
func FactsIn(s string, extra ...string) Facts {
	p := proseReader{extra: map[string]bool{}}
	for _, w := range extra {
		p.extra[squash(w)] = true
	}
	for line := range strings.SplitSeq(s, "\n") {
		p.line(line)
	}
	p.flush()
	return p.facts
}

// A proseReader is the label being read and what was found so far.
type proseReader struct {
	facts []fact
	extra map[string]bool
	field string
	value []string
	// above is the last line without a label, labelAbove that of the label being
	// read.
	above, labelAbove string
	// withPlace says that the label is one for date and place (日にち・場所).
	withPlace bool
}

// maxLines is how many lines a value may run over.
const maxLines = 6

func (p *proseReader) line(raw string) {
	line := strings.TrimSpace(raw)
	if line == "" {
		p.blank()
		return
	}
	field, value, ok := p.label(line)
	switch {
	case ok:
		p.flush()
		p.field, p.labelAbove, p.above = field, p.above, ""
		namesPlace := strings.Contains(line, "場所") || strings.Contains(line, "会場")
		p.withPlace = field == "when" && value == "" && namesPlace
		p.add(value)
	case p.goesOn(line):
		p.add(line)
	case p.field == "when" && p.withPlace:
		p.flush()
		p.field = "location"
		p.add(line)
	default:
		p.flush()
		p.above = line
	}
}

// blank ends a value that has begun.
func (p *proseReader) blank() {
	if len(p.value) > 0 {
		p.flush()
	}
}

// goesOn reports whether a line without a label still belongs to the value: the
// first one behind a label does, and further days and hours do, for a date.
func (p *proseReader) goesOn(line string) bool {
	switch {
	case p.field == "", len(p.value) >= maxLines:
		return false
	case len(p.value) == 0:
		return true
	}
	isDate := slices.Contains([]string{"when", "start", "end", "time"}, p.field)
	return isDate &&
		furtherDay.MatchString(strings.TrimLeft(text.Fold(line), "・*-( []【◆■●○~"))
}

// furtherDay begins a line that names another day or hour.
var furtherDay = text.NewPattern(`^(?:\p{Nd}|令和|平成|午)`)

// add takes a value, splitting off what further labels on the same line say.
func (p *proseReader) add(value string) {
	value = strings.Trim(value, " \t\u3000|")
	at, field, rest := p.inner(value)
	if at >= 0 {
		p.add(value[:at])
		p.flush()
		p.field = field
		p.add(rest)
		return
	}
	if value != "" && len(p.value) < maxLines {
		p.value = append(p.value, value)
	}
}

func (p *proseReader) flush() {
	if p.field != "" && len(p.value) > 0 {
		p.facts = append(p.facts, fact{p.field, strings.Join(p.value, "\n"), p.labelAbove})
	}
	p.field, p.value, p.labelAbove = "", nil, ""
}

const (
	bullets  = " \t\u3000|■□●○◎◆◇★☆▼▽▶▷►▲△・·•*＊※-–—+>＞▪▫✔✓☑📅📍🗓🕖⏰"
	openings = "【［[〔〈<＜《≪「『(（"
	closings = "】］]〕〉>＞》≫」』)）"
)

// afterLabel are the marks between a label and its value.
const afterLabel = " \t\u3000:：|｜=＝→⇒/／*_" + closings + "は"

// label splits a line into the field of its label and the value.
func (p *proseReader) label(line string) (field, value string, ok bool) {
	rest := afterBullets(line)
	if !p.mayBegin(rest) {
		return p.glued(rest)
	}
	n := 0
	for i, r := range rest {
		if n++; n > maxLabel {
			return p.glued(rest)
		}
		digit := i > 0 && unicode.IsDigit(r)
		if !isSeparator(r) && !digit {
			continue
		}
		if f, known := p.known(rest[:i]); known {
			return f, strings.TrimLeft(rest[i:], afterLabel), true
		}
		if strings.ContainsRune(":：\t|", r) {
			return "", "", false
		}
	}
	if f, known := p.known(rest); known {
		return f, "", true
	}
	return p.glued(rest)
}

// afterBullets returns a line without what people put before a label: bullets,
// numbers, brackets.
func afterBullets(line string) string {
	rest := strings.TrimLeft(line, bullets)
	rest = cmp.Or(strings.TrimLeft(rest, "#0123456789.．①②③④⑤⑥⑦⑧⑨⑩ "), line)
	rest = strings.TrimLeft(rest, bullets)
	return strings.TrimLeft(strings.TrimLeft(rest, "*_"), openings)
}

// beginnings are the first characters of labels.
var beginnings = sync.OnceValue(func() map[rune]bool {
	out := map[rune]bool{}
	for w := range labels {
		r, _ := utf8.DecodeRuneInString(w)
		out[r] = true
	}
	return out
})

// foldable are the characters that stand in labels as they are or one fold away.
var foldable = []struct {
	from, to rune
	// shift leads to the folded character.
	shift rune
}{
	{'A', 'Z', 'a' - 'A'},
	{'a', 'z', 0},
	{'一', '\u9fff', 0},
	{'ぁ', 'ゖ', 0},
	{'ァ', 'ヶ', 'ぁ' - 'ァ'},
}

// mayBegin reports whether a label may stand at the beginning of a text: most lines
// are none, and their first character shows it.
func (p *proseReader) mayBegin(s string) bool {
	if len(p.extra) > 0 {
		return true
	}
	r, n := utf8.DecodeRuneInString(s)
	for _, f := range foldable {
		if r >= f.from && r <= f.to {
			// Marks of their own may follow kana: カ and ゛ are ガ.
			next, _ := utf8.DecodeRuneInString(s[n:])
			return beginnings()[r+f.shift] || next == '\u3099' || next == '\u309a'
		}
	}
	return true
}

// gluedLabels are labels that stand right before their value, with what may not
// follow them: 会場費 is no place.
var gluedLabels = text.NewPattern(`^(場所|会場|時間)(?:[^費内]|$)`)

// glued reads 場所深川江戸資料館 right below a date: a label that a page sets
// apart by its looks alone.
func (p *proseReader) glued(rest string) (field, value string, ok bool) {
	isBelowDate := p.field == "when" && len(p.value) > 0
	if !isBelowDate {
		return "", "", false
	}
	m := gluedLabels.FindStringSubmatch(rest)
	if m == nil {
		return "", "", false
	}
	return labels[m[1]], rest[len(m[1]):], true
}

func isSeparator(r rune) bool {
	return strings.ContainsRune(" \t\u3000:：|｜=＝→⇒/／は*"+closings, r)
}

func (p *proseReader) known(word string) (string, bool) {
	w := squash(word)
	if p.extra[w] {
		return "when", true
	}
	f, ok := labels[w]
	return f, ok
}

// squash folds a label and takes out its blanks (日　時) and trimmings.
func squash(s string) string {
	s = strings.Trim(text.Fold(s), "*_:.・■●◆【】[]()<>「」")
	return strings.ReplaceAll(s, " ", "")
}

// innerLabel is a word with a colon in the middle of a line.
var innerLabel = text.NewPattern(
	`[ \t\x{3000}、,/／|｜。■●◆・]([^ \t\x{3000}、,/／|｜。:：■●◆・]{1,12})[】\])）]?[:：]`,
)

// inner finds the next known label within a value: where it begins, its field,
// and what follows it; −1 if there is none.
func (p *proseReader) inner(value string) (at int, field, rest string) {
	if !strings.ContainsAny(value, ":：") {
		return -1, "", ""
	}
	for from := 0; from < len(value); {
		m := innerLabel.FindStringSubmatchIndex(value[from:])
		if m == nil {
			break
		}
		word := value[from+m[2] : from+m[3]]
		if f, ok := p.known(strings.TrimLeft(word, openings+bullets)); ok {
			return from + m[0], f, value[from+m[1]:]
		}
		from += m[3]
	}
	return -1, "", ""
}
