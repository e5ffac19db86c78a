package site

import (
	"fmt"
	"time"

	"koyomi/internal/event"
)

// The languages of the pages.
const (
	Japanese = "ja"
	English  = "en"
)

// words are the texts of the pages in one language.
type words struct {
	Upcoming, Search, SearchHint, SearchButton, Clear string
	Today, Tomorrow, AllDay, OnlineWord, Running      string
	Cancelled, Postponed, Tentative, Moved, Was       string
	None, NoneMatch, MoreDays, Found                  string
	Subscribe, SubscribeAll, SubscribeThese, CopyThis string
	OpenApp, AddGoogle, Late, Which                   string
	PolicyKeep, PolicyMark, PolicyHide                string
	When, Where, Who, Sources, Tags, Online, Map      string
	Signup, Page, InCalendar, History, Text, Listed   string
	EndUnknown, Withdrawn, Other, OtherName, Home     string
	About, Bot, Operator, NotFound, Trouble, Wrong    string
}

var languages = map[string]words{
	Japanese: {
		Upcoming: "これからの催し", Search: "探す", SearchHint: "例: KVM area:東京 weekday:sat -status:cancelled", SearchButton: "探す", Clear: "絞り込みをやめる",
		Today: "今日", Tomorrow: "明日", AllDay: "終日", OnlineWord: "オンライン", Running: "開催中",
		Cancelled: "中止", Postponed: "延期", Tentative: "予定", Moved: "日程変更", Was: "変更前",
		None: "これからの催しは見つかっていません。", NoneMatch: "この条件に合う催しはありません。", MoreDays: "つづきの日を見る", Found: "件",
		Subscribe: "カレンダーに登録する", SubscribeAll: "すべての催しが、いつものカレンダーに入ります。", SubscribeThese: "いま絞り込んでいる催しだけを登録できます。", CopyThis: "登録用のアドレス",
		OpenApp: "カレンダーアプリで開く", AddGoogle: "Google カレンダーに追加", Late: "変更が届くまでの目安: Google は数時間から一日、Outlook は三時間から一日、Apple は設定により五分から一週間。",
		Which: "中止の見せ方", PolicyKeep: "中止として残す", PolicyMark: "題名に【中止】と付ける", PolicyHide: "載せない",
		When: "日時", Where: "場所", Who: "主催", Sources: "情報源", Tags: "話題", Online: "オンライン参加", Map: "地図",
		Signup: "申込", Page: "案内のページ", InCalendar: "この催しをカレンダーへ", History: "これまでの変更", Text: "案内", Listed: "掲載",
		EndUnknown: "終了時刻は発表されていません", Withdrawn: "この催しの案内は取り下げられました。", Other: "English", OtherName: "en", Home: "これからの催し",
		About: "各コミュニティの告知を集めています。正確な内容は案内のページで確かめてください。", Bot: "収集について", Operator: "運営者への連絡", NotFound: "ページがありません", Trouble: "うまくいきませんでした", Wrong: "探し方が読み取れません",
	},
	English: {
		Upcoming: "Upcoming events", Search: "Search", SearchHint: "e.g. KVM area:tokyo weekday:sat -status:cancelled", SearchButton: "Search", Clear: "Show all",
		Today: "Today", Tomorrow: "Tomorrow", AllDay: "All day", OnlineWord: "Online", Running: "On now",
		Cancelled: "Cancelled", Postponed: "Postponed", Tentative: "Tentative", Moved: "Moved", Was: "was",
		None: "No upcoming events are known.", NoneMatch: "No event matches.", MoreDays: "Show the following days", Found: "events",
		Subscribe: "Subscribe", SubscribeAll: "All events, in the calendar you already use.", SubscribeThese: "Subscribes to the events of your present search only.", CopyThis: "Address to subscribe to",
		OpenApp: "Open in a calendar app", AddGoogle: "Add to Google Calendar", Late: "How late changes arrive: Google a few hours to a day, Outlook three hours to a day, Apple five minutes to a week, as you set it.",
		Which: "Cancelled events", PolicyKeep: "keep, as cancelled", PolicyMark: "keep, with 【中止】 in the title", PolicyHide: "leave out",
		When: "When", Where: "Where", Who: "Community", Sources: "Sources", Tags: "Topics", Online: "Attend online", Map: "Map",
		Signup: "Registration", Page: "Announcement", InCalendar: "Add this event to a calendar", History: "What changed", Text: "Announcement", Listed: "listed",
		EndUnknown: "the end is not announced", Withdrawn: "This event's announcement was withdrawn.", Other: "日本語", OtherName: "ja", Home: "Upcoming events",
		About: "Collected from the communities' own announcements. The announcement itself is what counts.", Bot: "About the crawler", Operator: "Contact the operator", NotFound: "No such page", Trouble: "That did not work", Wrong: "The search cannot be read",
	},
}

var weekdaysJa = [...]string{"日", "月", "火", "水", "木", "金", "土"}

// day writes a day for people.
func day(lang string, d event.Date) string {
	if lang == English {
		return d.Begin(time.UTC).Format("Mon 2 January 2006")
	}
	return fmt.Sprintf("%d年%d月%d日（%s）", d.Year, d.Month, d.Day, weekdaysJa[d.Weekday()])
}

// shortDay writes a day whose year is clear.
func shortDay(lang string, d event.Date) string {
	if lang == English {
		return d.Begin(time.UTC).Format("2 Jan")
	}
	return fmt.Sprintf("%d/%d（%s）", d.Month, d.Day, weekdaysJa[d.Weekday()])
}

// until writes the last day of what takes several.
func until(lang string, d event.Date) string {
	if lang == English {
		return "to " + shortDay(lang, d)
	}
	return shortDay(lang, d) + "まで"
}

// moment writes a moment for people, in its own zone.
func moment(lang string, m event.Moment) string {
	if m.IsZero() {
		return ""
	}
	if m.AllDay() {
		return day(lang, m.Date)
	}
	return day(lang, m.Date) + " " + m.Time.Format("15:04")
}

// span writes when an event takes place.
func span(lang string, s event.Span) string {
	loc := s.Location()
	start, end := s.Start.In(loc), s.End.In(loc)
	switch {
	case end.IsZero(), start.AllDay() && end.Date == start.Date:
		return moment(lang, start)
	case start.Date == end.Date:
		return moment(lang, start) + "–" + end.Time.Format("15:04")
	}
	return moment(lang, start) + " – " + moment(lang, end)
}

// hours writes when on its day an event takes place, or until which day.
func hours(lang string, w words, s event.Span) string {
	loc := s.Location()
	start, end := s.Start.In(loc), s.End.In(loc)
	several := !end.IsZero() && end.Date.Compare(start.Date) > 0
	switch {
	case start.AllDay() && several:
		return until(lang, end.Date)
	case start.AllDay():
		return w.AllDay
	case end.IsZero():
		return start.Time.Format("15:04")
	case several && end.Time.Sub(start.Time) >= 24*time.Hour:
		return start.Time.Format("15:04") + " " + until(lang, end.Date)
	}
	return start.Time.Format("15:04") + "–" + end.Time.Format("15:04")
}
