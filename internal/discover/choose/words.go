package choose

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"koyomi/internal/text"
)

var (
	eventWord   = newWordPattern(text.NewPattern(`(?i)会$|会[ 」（(#第]|祭|まつり|フェス|セミナー|勉強会|講座|講演|ライブ|演奏|コンサート|公演|大会|イベント|説明会|シンポ|ワークショップ|ツアー|meetup|meeting|conference|seminar|workshop|talk|festival|fest\b|conf\b|camp|hack|summit|#[0-9]|第[0-9０-９一二三四五六七八九十]+回|vol\.?`))
	placeWord   = newWordPattern(text.NewPattern(`(?i)会館|ホール|センター|公園|体育館|大学|教室|会議室|ビル|劇場|スタジオ|カフェ|図書館|美術館|博物館|公民館|学校|[0-9０-９]+階|\bhall\b|\broom\b|\bcenter\b|\bcentre\b|theat(?:er|re)|\buniversity\b|\bbuilding\b|[都道府県][^ ]{1,6}[市区町村]|zoom|オンライン|^online`))
	genericWord = newWordPattern(text.NewPattern(`(?i)^(?:info(?:rmation)?|news|event|events|イベント|お知らせ|詳細.{0,6}|schedule|スケジュール|日程|予定表?|日程表|年間行事(?:予定)?|行事予定|開催概要|概要|details?|more|read more|home|トップ.*|top|about|ホーム|access|アクセス|お問い?合わせ.*|contact|開催日程?|日時.{0,6}|date.{0,6}|time|when|where|会場.{0,4}|場所|venue|program|プログラム|タイムテーブル|申込.*|申し込.*|register.*|tickets?|チケット.{0,6}|pdf|link|slides?|video|youtube|map|地図|new!?|past events?|upcoming.*|過去の.*|これまでの.*|今後の.*|次回.{0,5}|活動.{0,4}|開場.*|開演.*|出演.{0,3}|主催.*|料金.*|定員.*|参加費.*|無料|[月火水木金土日](?:曜日?)?|満席|受付中|終了|締切.*|mon|tue|wed|thu|fri|sat|sun|[0-9]{4}年?度?)$`))
	personLine  = newWordPattern(text.NewPattern(`(?i)講師|speaker|出演|氏$|さん$|先生|主催|協力|後援|^by |^※|^\*|http`))
)

var (
	titleShape = text.NewPattern(`(?i)title|name\b|subject|headline|heading|summary`)
	hours      = newWordPattern(text.NewPattern(`[0-9０-９]{1,2}[:：][0-9０-９]{2}|[0-9]{1,2}時`))
	linkLabel  = text.NewPattern(`(?i)cfp|link|url|締切|申込|register|ticket|リンク|詳細|備考|note|slide|video|資料|speaker|講師|講演者|発表者|ジャンル|genre|price|料金`)
	titleLabel = text.NewPattern(`(?i)タイトル|題|名$|行事|イベント|内容|演目|公演|テーマ|title|name|event|subject|topic|talk|meeting|summary`)
	otherLabel = text.NewPattern(`(?i)講師|担当|発表者|出演|主催|会場|場所|時間|定員|料金|備考|対象|speaker|presenter|host|time|place|venue|location|room|capacity|price|note`)
	actionWord = newWordPattern(text.NewPattern(`(?i)こちら|ください|下さい|クリック|(?:参加|予約|応募|申し?込[みむ]?|登録|購入|戻る|見る|読む)(?:する|フォーム)?$|続き|一覧|\b(?:click|here|read more|register|sign up|buy|join us|view|watch|details?|website|rsvp)\b|youtube|you tube`))
	quotes     = text.NewPattern(`「([^「」\n]{3,60})」|『([^『』\n]{3,60})』|“([^”\n]{4,80})”`)
	titleKeys  = []string{"title", "name", "event_name", "eventname", "event", "summary", "subject", "タイトル", "イベント名", "件名", "名称", "行事名", "題名", "演題", "conference", "topic", "theme", "talk", "テーマ", "公演名", "演目", "行事", "行事予定", "企画名", "内容", "title_jp", "title_ja", "名前", "イベント", "セミナー名", "講座名", "大会名"}
	idKeys     = []string{"id", "uid", "slug", "key", "type", "layout", "permalink", "image", "img", "thumbnail", "author", "category", "categories", "tags", "lang", "url", "link", "status", "path", "icon", "color", "zone", "timezone", "email", "country", "state", "city", "speaker", "speakers", "video_provider"}
)

func isTitleKey(label string) bool { return slices.Contains(titleKeys, strings.ToLower(label)) }
func isIDKey(label string) bool    { return slices.Contains(idKeys, strings.ToLower(label)) }
func runes(s string) int           { return utf8.RuneCountInString(s) }

// isFragment reports whether a text is a piece out of a sentence.
func isFragment(s string) bool {
	first, _ := utf8.DecodeRuneInString(s)
	isInner := unicode.IsLower(first) || strings.ContainsRune("はをがにでとへもやのよりから、。・:：)）」』】", first)
	return isInner || strings.HasSuffix(s, "：") || strings.HasSuffix(s, ":")
}

func isSentence(s string) bool {
	return strings.ContainsAny(s, "。") || strings.HasSuffix(s, "ます") || strings.HasSuffix(s, "ました") || strings.Count(s, ". ") > 1
}

func isPath(s string) bool {
	isOne := !strings.ContainsAny(s, " 　") && strings.ContainsAny(s, "/\\")
	return strings.Contains(s, "://") || isOne && runes(s) > 6 && s[0] < 0x80
}

// dateText finds dates, hours and weekdays with the marks around them.
var dateText = newWordPattern(text.NewPattern(`(?i)(?:(?:19|20)[0-9]{2}\s*[年./-]\s*)?[0-9]{1,2}\s*[月/.-]\s*[0-9]{1,2}\s*日?(?:\s*[(（\[][月火水木金土日祝・休/a-z.]{1,6}[)）\]])?|(?:19|20)[0-9]{2}[/.年-](?:\s*[0-9]{1,2}月?)?|(?:令和|平成|昭和)[0-9元]{1,2}年|\b(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b[,.]?|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+[0-9]{1,2}(?:st|nd|rd|th)?(?:\s*[-–]\s*[0-9]{1,2})?(?:,?\s*(?:19|20)[0-9]{2})?|\b[0-9]{1,2}(?:st|nd|rd|th)?\s+(?:of\s+)?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?(?:,?\s*(?:19|20)[0-9]{2})?|(?:午前|午後|AM|PM)?\s*[0-9]{1,2}\s*[:：][0-9]{2}(?:\s*[ap]m)?|[0-9]{1,2}時(?:[0-9]{1,2}分|半)?|[(（\[][月火水木金土日祝・休]{1,4}[)）\]]|[月火水木金土日]曜日?`))

// monthText is a month or a year and what stands for one.
var monthText = newWordPattern(text.NewPattern(`(?i)[0-9０-９]{1,4}\s*(?:年度|年|月)|\b(?:january|february|march|april|may|june|july|august|september|october|november|december)\b|\b(?:19|20)[0-9]{2}\b`))

// narrow makes digits and marks of dates those of ASCII.
func narrow(s string) string {
	return strings.Map(func(r rune) rune {
		isWide := r >= '０' && r <= '９' || strings.ContainsRune("／（）：．～", r)
		if isWide {
			return r - 0xfee0
		}
		return r
	}, s)
}

func trimRest(s string) string {
	t := trimMarks(s)
	for _, pair := range []string{"()", "（）", "[]"} {
		open, n := utf8.DecodeRuneInString(pair)
		shut := pair[n:]
		isLost := strings.Count(t, string(open)) > strings.Count(t, shut)
		if i := strings.Index(s, t); isLost && strings.HasPrefix(s[i+len(t):], shut) {
			t += shut
		}
	}
	return t
}

func trimMarks(s string) string {
	return strings.TrimFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune("-–—−:：,，、。.・|｜/〜～~→()（）[]●■◆○★☆※@＠日", r)
	})
}

// code is what templates and chats write in place of words.
var code = text.NewPattern(`\{\{.*?\}\}|\{%.*?%\}|:[a-z0-9_+-]+:`)

// isWords reports whether a text has words in it, and is no value of programs.
func isWords(s string) bool {
	switch strings.ToLower(s) {
	case "true", "false", "null", "nil", "n/a", "tba", "tbd", "tbc":
		return false
	}
	if strings.ContainsAny(s, "{:") {
		s = code.ReplaceAllString(s, "")
	}
	return strings.ContainsFunc(s, unicode.IsLetter)
}

// dateRunes are the characters of Japanese that dates are written with.
const dateRunes = "年月日火水木金土祝休度令和平成昭元午前後時分半曜"

// isWord reports whether a character of Japanese is never part of a date.
func isWord(r rune) bool {
	isKana := r >= 'ぁ' && r <= 'ゖ' || r >= 'ァ' && r <= 'ヺ'
	isKanji := r >= 0x4e00 && r <= 0x9fff
	return isKana || isKanji && !strings.ContainsRune(dateRunes, r)
}

// onlyDate reports whether a text says nothing beside dates.
func onlyDate(s string) bool {
	words := 0
	for _, r := range s {
		if words += int(flag(isWord(r))); words == 2 {
			return false
		}
	}
	rest := monthText.ReplaceAllString(dateText.ReplaceAllString(s, ""), "")
	return runes(trimRest(rest)) < 2
}
