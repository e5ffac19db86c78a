package site

import "strings"

// queryJapanese are what is said of queries in Japanese and as the package query says
// it; % is whatever is quoted.
var queryJapanese = []names{
	{"「%」という項目はありません", `unknown field "%"`},
	{"「%」はまだ使えません", "% is reserved, nothing reads it yet"},
	{"「%」に中身がありません", "% names nothing"},
	{"「%」という地域はありません", `no area is called "%"`},
	{"「%」は曜日ではありません", `"%" is no day of the week`},
	{"「%」は時刻として読めません", `"%" is no time of day`},
	{"「%」は日付として読めません", "% is no day"},
	{"「%」は選べる値ではありません", "% is none of its values"},
	{"引用符が閉じていません", "this quote is not closed"},
	{"括弧「(」が閉じていません", "this ( is not closed"},
	{"閉じる括弧「)」に対応するものがありません", "nothing to close here"},
	{"この「)」の前に条件がありません", "nothing stands before this )"},
	{"OR の前に条件がありません", "OR with nothing before it"},
	{"AND の隣に条件がありません", "AND with nothing beside it"},
	{"「-」のあとに、除くものがありません", "a - with nothing to leave out"},
	{"条件があるはずのところで終わっています", "the query ends where a term should stand"},
	{"探せる文字がありません", "nothing to search for in this word"},
	{"括弧や「-」の入れ子が深すぎます", "too deep"},
	{"条件が多すぎます", "too many terms"},
	{"条件が長すぎます", "a query of %"},
	{"制御文字（%）が入っています", "a control character (%)"},
	{"文字として読めないところがあります", "not valid UTF-8"},
	{"1900 年から 2199 年までの日ではありません", "a day outside the years 1900 to 2199"},
	// What to use instead.
	{"「%」のことでしょうか", "did you mean %?"},
	{
		"使える項目は %。ことばそのものを探すには引用符で囲みます",
		"the fields are %; to search for the text itself, quote it",
	},
	{
		"正しい例: 都道府県か地方（area:東京、area:osaka、area:関東）",
		"use a prefecture or region, as area:東京, area:osaka, area:関東",
	},
	{
		"正しい例: 2026-06-10、6/10、today、+7d、土曜、今週末",
		"use 2026-06-10, 6/10, today, +7d, 土曜 or 今週末",
	},
	{
		"正しい例: morning、afternoon、evening、18:00-、-12:00、10:00-12:00",
		"use morning, afternoon, evening, 18:00-, -12:00 or 10:00-12:00",
	},
	{"正しい例: %", "use %"},
	{"コロンのすぐあとに「%」のように書きます", "write what is meant right after the colon, as %"},
	{
		"「-status:cancelled」のように条件の前に書くか、\"-\" と引用符で囲みます",
		`write it before a term, as -status:cancelled, or quote it: "-"`,
	},
	{"ことばとして探すには %", "quote it to search for the word: %"},
	{`閉じる引用符 " を足してください`, `add a closing "`},
	{"閉じる括弧「)」を足してください", "add a )"},
	{"この「)」を消してください", "remove this )"},
	{"消してください", "remove it"},
	{"括弧の中に条件を書いてください", "write a term in the parentheses"},
	{"括弧と「-」は % 重までです", "at most % levels of parentheses and - are read"},
	{"% 文字までです", "at most % characters are read"},
	{"% までです", "at most % are read"},
}

// inJapanese returns what the package query says in Japanese, as it is where that is
// not known.
func inJapanese(s string) string {
	for _, n := range queryJapanese {
		if quoted, ok := fits(s, n[1]); ok {
			return strings.Replace(n[0], "%", quoted, 1)
		}
	}
	return s
}

// fits reports whether s is a saying, and returns what stands in it for %.
func fits(s, saying string) (string, bool) {
	before, after, hole := strings.Cut(saying, "%")
	rest, begins := strings.CutPrefix(s, before)
	quoted, ends := strings.CutSuffix(rest, after)
	filled := (quoted != "") == hole
	return quoted, filled && begins && ends
}
