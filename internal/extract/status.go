package extract

import (
	"strings"

	"koyomi/internal/event"
	"koyomi/internal/source"
	"koyomi/internal/text"
)

// The words are matched on folded text, where katakana is hiragana. They count
// only where they speak of the event itself: in brackets of their own, at the
// very start, or as the last word. So キャンセル待ち, 中止の場合は, 雨天中止 and
// 延期戦 say nothing. Seen in titles of 2009 to 2026.
const (
	cancelWords   = `中止|きゃんせる|取り?やめ|取消し?|cancell?ed|cancel|(?:開催)?見送り`
	postponeWords = `延期|postponed|順延`
	said          = `(?:決定|済み?|です|とします|いたします|致します|しました|いたしました|致しました|となりました|になりました|のお知らせ|のご案内|について)?[!。.]*`
	cause         = `(?:[^()【】\[\]]{0,40}(?:のため|により|に伴い|につき|影響で)[、 ]?)?(?:[※*!#]+ ?)?(?:開催|本日|いべんと|今回の?開催|現地開催|当日)?[をはが]?(?:の)?`
)

var (
	inBrackets = text.NewPattern(`[【\[(〔《〈<≪「『{*]([^】\])〕》〉>≫」』}*]{1,60})[】\])〕》〉>≫」』}*]`)
	bracketed  = text.NewPattern(`^ ?` + cause + `(?:(` + cancelWords + `)|(` + postponeWords + `))` + said + ` ?$`)
	off        = text.NewPattern(`^(?:休講|休会)$`)
	leading    = text.NewPattern(`^[※*!■●◆★▼ ]*(?:開催)?(?:(中止|取り?やめ|cancell?ed)|(延期|postponed))(?:のお知らせ|決定)?(?:[:\-!/】\]) ~。、※*]|$)`)
	trailing   = text.NewPattern(`(?:[ :\-~、。※*/!)】\]]|は|を|が|の|のため|により|につき|に伴い|開催)(?:(中止|cancell?ed|取り?やめ)|(延期|postponed))(?:決定|しました|いたしました|致しました|いたします|致します|します|となりました|になりました|のお知らせ|のご案内|について)?[!。.)】※*]*$`)
	condition  = text.NewPattern(`(?:雨天|荒天|悪天候|小雨|台風)(?:時|の際|の場合)?(?:は)?[、 ]?(?:中止|延期|順延)|(?:中止|延期)(?:の|する|となる|になる)(?:場合|可能性|ことが|ことも|かも)|(?:中止|延期)(?:しません|されません|ではありません|は?ありません)|きゃんせる(?:待ち|ぽりしー|料|不可|可|について|規定)`)
	// notice is a sentence in the place where a page tells how the event stands.
	notice = text.NewPattern(`(?:(中止|取り?やめ|cancell?ed)|(延期|postponed))`)
)

// TitleStatus gives what a title says of the event taking place; false where it
// says nothing.
func TitleStatus(title string) (event.Status, bool) {
	return titleStatus(text.Fold(title))
}

// titleStatus is TitleStatus for text that is folded.
func titleStatus(t string) (event.Status, bool) {
	if len(t) == len("休講") && off.MatchString(t) {
		return event.Cancelled, true
	}
	if !speaks(t) {
		return "", false
	}
	t = condition.ReplaceAllString(t, " ")
	if s, ok := which(leading.FindStringSubmatch(t)); ok {
		return s, true
	}
	for _, m := range inBrackets.FindAllStringSubmatch(t, 8) {
		if s, ok := which(bracketed.FindStringSubmatch(m[1])); ok {
			return s, true
		}
	}
	return which(trailing.FindStringSubmatch(t))
}

// speaks reports whether folded text holds one of the words at all.
func speaks(t string) bool {
	for _, w := range [...]string{"中止", "延期", "cancel", "きゃんせる", "postponed", "取", "見送", "順延"} {
		if strings.Contains(t, w) {
			return true
		}
	}
	return false
}

// NoticeStatus gives what a page's notice says: any sentence that tells of a
// cancellation or postponement and sets no condition.
func NoticeStatus(s string) (event.Status, bool) {
	return which(notice.FindStringSubmatch(condition.ReplaceAllString(text.Fold(s), " ")))
}

// which reads a match whose first group is a cancellation and whose second a
// postponement.
func which(m []string) (event.Status, bool) {
	switch {
	case m == nil:
		return "", false
	case m[1] != "":
		return event.Cancelled, true
	case m[2] != "":
		return event.Postponed, true
	}
	return "", false
}

// statusNames are the values of status fields: RFC 5545, schema.org EventStatus,
// the APIs of connpass, Meetup and Eventbrite, and columns of tables.
var statusNames = map[string]event.Status{
	"cancelled": event.Cancelled, "canceled": event.Cancelled, "cancel": event.Cancelled, "eventcancelled": event.Cancelled,
	"deleted": event.Cancelled, "中止": event.Cancelled, "開催中止": event.Cancelled, "取消": event.Cancelled, "取り消し": event.Cancelled,
	"postponed": event.Postponed, "eventpostponed": event.Postponed, "延期": event.Postponed, "開催延期": event.Postponed,
	"tentative": event.Tentative, "仮": event.Tentative, "未定": event.Tentative, "未確定": event.Tentative, "proposed": event.Tentative,
	"confirmed": event.Confirmed, "確定": event.Confirmed, "eventscheduled": event.Confirmed, "eventrescheduled": event.Confirmed,
	"eventmovedonline": event.Confirmed, "published": event.Confirmed, "publish": event.Confirmed, "live": event.Confirmed,
	"upcoming": event.Confirmed, "past": event.Confirmed, "open": event.Confirmed, "close": event.Confirmed, "preopen": event.Confirmed,
	"開催": event.Confirmed, "開催前": event.Confirmed, "開催中": event.Confirmed, "終了": event.Confirmed, "受付中": event.Confirmed,
}

// FieldStatus reads the value of a status field; a source's own words come first.
func FieldStatus(value string, own source.Statuses) (event.Status, bool) {
	v := text.Fold(value)
	for word, s := range own {
		if text.Fold(word) == v {
			return s, true
		}
	}
	v = v[strings.LastIndexByte(v, '/')+1:]
	if s, ok := statusNames[v]; ok {
		return s, true
	}
	return TitleStatus(value)
}

// Flag reads a field that says yes or no, as a column 中止フラグ does.
func Flag(value string) bool {
	switch text.Fold(value) {
	case "1", "true", "yes", "y", "on", "○", "〇", "◯", "✓", "✔", "x", "有", "あり", "はい", "中止", "cancelled", "canceled":
		return true
	}
	return false
}
