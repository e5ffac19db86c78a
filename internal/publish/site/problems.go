package site

import "strings"

// problemJapanese are what is said of parameters in Japanese and in English; % is
// whatever is filled in.
var problemJapanese = []names{
	{"ここでは使えません。使えるのは %", "is not known here (use %)"},
	{"ここでは使えません。このアドレスには何も付けられません", "is not known here; this address takes none"},
	{"ここでは使えません", "is not known here"},
	{"アドレスの書き方が正しくありません", "is not encoded as an address needs it"},
	{"二回書かれています。一回だけ書いてください", "is given twice (use it once)"},
	{"1 から % までの数を書いてください", "expected a number from 1 to %"},
	{"使えるのは ja か en です", "is not known (use ja or en)"},
	{"使えるのは Asia/Tokyo か utc です", "is not known (use Asia/Tokyo or utc)"},
	{"使えるのは % です", "is not known (use %)"},
	{"月として読めません。2026-06 のように書いてください", "is no month (use 2026-06)"},
	{"from より前です", "is before from: nothing can lie between them"},
	{"日にちを一日だけ書いてください（2009-05-28 のように）", "names several days (use one, as 2009-05-28)"},
	{"日にちが要ります（date=2009-05-28 のように）", "is missing (use date=2009-05-28)"},
	{"keep、mark、hide のどれかを書いてください", "expected keep, mark or hide"},
	{"長すぎます", "is too long"},
	{"読み取れません", "%"},
}

// otherProblems are problems without a parameter.
var otherProblems = []names{
	{"月は /month/2009-05 のように書きます。", "there is no such month (use /month/2009-05)"},
	{"複数のイベントがこの番号で始まります。もっと長く書いてください。", "several events begin with that id: write more of it"},
	{"このサイトはメールを送っていません。", "this koyomi sends no mail"},
	{"メールは /issues/2026-06-01 のように書きます。", "there is no such mail (use /issues/2026-06-01)"},
	{"その日のメールはここでは読めません。読めるものは /issues にあります。", "that day's mail cannot be read here; /issues lists those that can"},
	{"その日はお知らせすることがなく、メールを送りませんでした。", "no mail was sent on that day: there was nothing to tell"},
}

// problemInJapanese says in Japanese what is wrong with an address, "" where there is
// nothing to add to the status.
func problemInJapanese(detail string) string {
	rest, isParameter := strings.CutPrefix(detail, `parameter "`)
	name, said, ok := strings.Cut(rest, `": `)
	if !isParameter || !ok {
		return sayIn(otherProblems, detail)
	}
	return "「" + name + "」: " + sayIn(problemJapanese, said) + "。"
}

// sayIn returns what a table says for a text in English, "" where it has nothing.
func sayIn(table []names, said string) string {
	for _, n := range table {
		if filled, ok := fits(said, n[1]); ok || n[1] == said {
			return strings.Replace(n[0], "%", filled, 1)
		}
	}
	return ""
}
