package extract

import (
	"slices"
	"strings"
	"unicode/utf8"

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
	bracketed  = text.NewPattern(
		`^ ?` + cause + `(?:(` + cancelWords + `)|(` + postponeWords + `))` + said + ` ?$`,
	)
	off     = text.NewPattern(`^(?:休講|休会)$`)
	leading = text.NewPattern(
		`^[※*!■●◆★▼→⇒ ]*(?:開催)?(?:(中止|取り?やめ|cancell?ed)|(延期|postponed))(?:のお知らせ|決定)?(?:[:\-!/】\]) ~。、※*]|$)`,
	)
	trailing = text.NewPattern(
		`(?:[ :\-~、。※*/!)】\]→⇒]|は|を|が|の|のため|により|につき|に伴い|開催)(?:(中止|cancell?ed|取り?やめ)|(延期|postponed))(?:決定|しました|いたしました|致しました|いたします|致します|します|となりました|になりました|のお知らせ|のご案内|について)?[!。.)】※*]*$`,
	)
	condition = text.NewPattern(
		`(?:雨天|荒天|悪天候|小雨|台風)(?:時|の際|の場合)?(?:は)?[、 ]?(?:中止|延期|順延)|(?:中止|延期)(?:の|する|となる|になる)(?:場合|可能性|ことが|ことも|かも)|(?:中止|延期)(?:しません|されません|ではありません|は?ありません)|きゃんせる(?:待ち|ぽりしー|料|不可|可|について|規定)`,
	)
	// notice is a sentence in the place where a page tells how the event stands.
	notice = text.NewPattern(`(?:(中止|取り?やめ|cancell?ed)|(延期|postponed))`)
	// period is the date, hours and marks of a cell, between which a status stands.
	period = text.NewPattern(
		`[0-9:./,~\-→⇒()\[\]（）|\s]|年|月|日|時|分|半|曜|[月火水木金土祝]|から|まで|午前|午後`,
	)
)

// statusOf returns the status of an item: what its field says, made worse by what
// its title or the rest of its record says.
func (b *Builder) statusOf(r *Raw, folded string) event.Status {
	status := b.stated(r)
	if status == event.Cancelled {
		return status
	}
	if s, ok := titleStatus(folded); ok {
		return s
	}
	if s, ok := recordStatus(r.Record); ok && status == event.Confirmed {
		return s
	}
	return status
}

// stated returns the status that an item's fields state.
func (b *Builder) stated(r *Raw) event.Status {
	if r.Cancelled || r.Struck {
		return event.Cancelled
	}
	if r.Known != "" {
		return r.Known
	}
	if s, ok := FieldStatus(r.Status, b.Statuses); ok {
		return s
	}
	return event.Confirmed
}

// TitleStatus returns what a title says of the event taking place; false where it
// says nothing.
func TitleStatus(title string) (event.Status, bool) {
	return titleStatus(text.Fold(title))
}

// titleStatus is TitleStatus for text that is folded.
func titleStatus(t string) (event.Status, bool) {
	if off.MatchString(t) {
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

// maxPart is how many characters a part of a record may have that says how the
// event stands and nothing else.
const maxPart = 60

// recordStatus returns what the parts of a record, its cells or lines, say of the
// event taking place: a part that is a notice, beside a date or alone.
func recordStatus(parts []string) (event.Status, bool) {
	for _, p := range parts {
		if !Notable(p) {
			continue
		}
		if s, ok := partStatus(text.Fold(p)); ok {
			return s, true
		}
	}
	return "", false
}

func partStatus(p string) (event.Status, bool) {
	if utf8.RuneCountInString(p) > maxPart {
		return "", false
	}
	if s, ok := titleStatus(p); ok {
		return s, true
	}
	rest := period.ReplaceAllString(condition.ReplaceAllString(p, " "), "")
	return which(bracketed.FindStringSubmatch(rest))
}

// speaking are the words of which text that says how an event stands holds one,
// folded.
var speaking = []string{"中止", "延期", "cancel", "きゃんせる", "postponed", "取", "見送", "順延"}

// speaks reports whether folded text holds one of the words at all.
func speaks(t string) bool {
	return slices.ContainsFunc(
		speaking,
		func(w string) bool { return strings.Contains(t, w) },
	)
}

// notable are parts of the words of which text that says how an event stands holds
// one, as it is written.
var notable = []string{
	"中止",
	"延期",
	"見送",
	"順延",
	"取",
	"キャンセル",
	"ｷｬﾝｾﾙ",
	"ancel",
	"ANCEL",
	"ostpone",
	"OSTPONE",
}

// Notable reports whether text may say that an event is cancelled or postponed.
func Notable(s string) bool {
	return slices.ContainsFunc(
		notable,
		func(w string) bool { return strings.Contains(s, w) },
	)
}

// NoticeStatus returns what a page's notice says: any sentence that mentions a
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
	}
	return event.Postponed, m[2] != ""
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
	if value == "" {
		return "", false
	}
	v := text.Fold(value)
	for word, s := range own {
		if text.Fold(word) == v {
			return s, true
		}
	}
	if s, ok := statusNames[lastSegment(v)]; ok {
		return s, true
	}
	return TitleStatus(value)
}

// lastSegment is the name that an address of a vocabulary ends in.
func lastSegment(s string) string { return s[strings.LastIndexByte(s, '/')+1:] }

// yes are the ways to say yes in a field, folded.
var yes = []string{
	"1",
	"true",
	"yes",
	"y",
	"on",
	"○",
	"〇",
	"◯",
	"✓",
	"✔",
	"x",
	"有",
	"あり",
	"はい",
	"中止",
	"cancelled",
	"canceled",
}

// Flag reads a field that says yes or no, as a column 中止フラグ does.
func Flag(value string) bool { return slices.Contains(yes, text.Fold(value)) }
