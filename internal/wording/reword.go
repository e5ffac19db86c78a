package wording

import (
	"cmp"
	"regexp"
	"strings"
	"sync"
)

// LocaleLang is the language of a locale (POSIX, section 8.2): Japanese, else English. env
// returns the value of an environment variable.
func LocaleLang(env func(string) string) string {
	locale := cmp.Or(env("LC_ALL"), env("LC_MESSAGES"), env("LANG"))
	if strings.HasPrefix(locale, "ja") {
		return Japanese
	}
	return English
}

// Reword returns what koyomi says at a terminal, written in English, in a language: as it is
// where there is no other text for it. Names and values that are filled in stay as they are.
func Reword(lang, words string) string {
	if lang != Japanese || words == "" {
		return words
	}
	for _, p := range phrases() {
		if found := p.pattern.FindStringSubmatch(words); found != nil {
			return p.fill(found[1:])
		}
	}
	return words
}

// A phrase is something that is said: a pattern of the English text, and the Japanese text
// between the places that are filled in. said has the places in which something is said again.
type phrase struct {
	pattern  *regexp.Regexp
	japanese []string
	said     []bool
}

// fill writes what stood in the places of the English text into those of the Japanese one.
func (p phrase) fill(values []string) string {
	var b strings.Builder
	for i, v := range values {
		if p.said[i] {
			v = Reword(Japanese, v)
		}
		b.WriteString(p.japanese[i] + v)
	}
	return b.String() + p.japanese[len(values)]
}

// place is where something is filled in: %s a name or a value, %m something that is said.
var place = regexp.MustCompile(`%[sm]`)

// phrases are all of said, ready to be found.
var phrases = sync.OnceValue(func() []phrase {
	all := make([]phrase, len(said))
	for i, s := range said {
		parts := place.Split(s[0], -1)
		for n := range parts {
			parts[n] = regexp.QuoteMeta(parts[n])
		}
		all[i] = phrase{
			pattern:  regexp.MustCompile(`(?s)^` + strings.Join(parts, "(.+?)") + `$`),
			japanese: place.Split(s[1], -1),
		}
		for _, found := range place.FindAllString(s[0], -1) {
			all[i].said = append(all[i].said, found == "%m")
		}
	}
	return all
})

// said is what is said in English and in Japanese, with the same places in the same order. The
// first that fits counts.
var said = [][2]string{
	// Labels.
	{"once", "統合前"},
	{"hidden", "非表示"},
	{"in doubt", "要確認"},
	{"when", "日時"},
	{"part %s", "第%s部"},
	{"zone", "時間帯"},
	{"status", "状態"},
	{"place", "場所"},
	{"online", "オンライン"},
	{"page", "ページ"},
	{"register", "申込"},
	{"seats", "定員"},
	{"fee", "参加費"},
	{"community", "主催"},
	{"tags", "話題"},
	{"text", "紹介文"},
	// Values.
	{"confirmed", "開催予定"},
	{"cancelled", "中止"},
	{"postponed", "延期"},
	{"tentative", "仮の予定"},
	{"onsite", "会場"},
	{"hybrid", "会場とオンライン"},
	{"upcoming", "受付前"},
	{"open", "受付中"},
	{"full", "満席"},
	{"closed", "受付終了"},
	{"opens %s", "%s から"},
	{"closes %s", "%s まで"},
	{"now %m", "いまは%m"},
	{"in no calendar: withdrawn, or hidden by a person", "取り下げられたか、人が隠したため、どのカレンダーにも載りません"},
	{"no source has shown it for %s days", "%s 日間、どの情報源でも確認できていません"},
	{"no source has shown it for 1 day", "1 日間、どの情報源でも確認できていません"},
	{"%s; the times here are those of Tokyo", "%s（ここに出す時刻は日本時間）"},
	{" (its community's)", "（主催コミュニティのもの）"},
	{"the event %s, which was merged into this one", "%s（このイベントにまとめました）"},
	// Headings.
	{"The server shows no more: for history and sources ask its database", "サーバーから分かるのはここまでです。経緯と情報源はデータベースで調べます"},
	{"Accounts that disagree", "情報源どうしの食い違い"},
	{"Whose word holds", "採用した情報源"},
	{"What each source says", "情報源ごとの内容"},
	{"History", "経緯"},
	{"A person's corrections", "人による訂正"},
	{"on %s", "%s の予定"},
	{"within a week of it", "前後 1 週間"},
	{"nothing is on", "予定はありません"},
	{"nothing is on near it that shares all of this", "条件に合う予定は前後にありません"},
	{"%s more are not named", "ほか %s 件"},
	{"free days around it", "前後の空いている日"},
	{"none", "なし"},
	// Reasons.
	{"the only source that lists it", "載せているのはこの情報源だけです"},
	{"the sources before it say nothing of it", "優先する情報源には書かれていません"},
	{"a person's edit", "人による訂正"},
	{"new: no known event fits", "新着: 既知のどのイベントとも違います"},
	// What is found, and what is wrong.
	{"your own question: %s", "自分の条件：%s"},
	{"%s was looked for as a word; did you mean %s?", "「%s」は言葉として探しました。%s のことですか？"},
	{"nothing found", "見つかりませんでした"},
	{"there is nothing to report: no mail is sent then", "お知らせすることがありません（メールも送りません）"},
	{"%s gets no daily mail; `koyomi subscriber list` lists who does", "%s はお知らせメールを受け取っていません（`koyomi subscriber list` で分かります）"},
	{"nothing is wrong", "問題は見つかりませんでした"},
	{"koyomi: %m", "koyomi: %m"},
	{"%m\nsee: %s", "%m\n使い方: %s"},
	{"koyomi knows no command %s; did you mean %s?", "%s というコマンドはありません。%s のことですか？"},
	{"koyomi knows no command %s", "%s というコマンドはありません"},
	{"unknown flag %s; did you mean %s?", "%s という指定はありません。%s のことですか？"},
	{"unknown flag %s", "%s という指定はありません"},
	{"no event has an id that begins with %s; `koyomi events` and `koyomi events --past` list the ids", "%s で始まる番号のイベントはありません（番号は `koyomi events` と `koyomi events --past` で分かります）"},
	{"show takes one EVENT (use %s; `koyomi events` lists the ids)", "イベントの番号をひとつ書いてください（例: %s。番号は `koyomi events` で分かります）"},
	{"open takes one EVENT or none, found %s", "イベントの番号はひとつまでです（%s つありました）"},
	{"clash takes a DATE (use %s)", "日にちを書いてください（例: %s）"},
	{"%s is no day; use %s", "%s は日にちとして読めません（書き方: %s）"},
	{"--limit %s: expected a number of events, as --limit 20 (0 for all)", "--limit %s: 件数を書いてください（例: --limit 20、0 ですべて）"},
	{"--from %s is after --to %s: nothing can lie between them", "--from %s が --to %s より後です"},
	{"%s: expected %s", "%s: 使えるのは %s です"},
	{"ask %s: %s; is koyomi running there?", "%s に尋ねられません: %s（そこで koyomi は動いていますか？）"},
	{"there is no database %s yet: %s makes one, %s names another, %s a running koyomi", "データベース %s はまだありません（%s で作られます。別のものは %s、動いている koyomi は %s で指定します）"},
	{"ask the database: %s", "データベースに尋ねられません: %s"},
	{"--%s %s: %m", "--%s %s: %m"},
}
