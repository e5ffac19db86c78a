package digest

import (
	"fmt"

	"koyomi/internal/subscriber"
	"koyomi/internal/wording"
)

// The languages of a digest.
const (
	Japanese = wording.Japanese
	English  = wording.English
)

// words are the texts of a digest in one language.
type words struct {
	sections [kinds]string
	// short are the sections' names beside a number.
	short [kinds]string

	opening, closing                               string
	when, where, title, opens, closes, attend      string
	seats                                          string
	mode, allDay, to                               string
	file, cancelled, postponed                     string
	reinstated, withdrawn                          string
	unknown, online, onsite, hybrid, doubt, unseen string
	first, more, ahead, leave, own                 string
	filter, all, hour, home                        string
	stale, never, since, colon, yours              string
	today, tomorrow                                string
	hourKnown, hourGone                            string
	endKnown, endGone, endOther                    string
	// between stands between names and counts, at before a place.
	between, at string
	// rhythms say on which days a digest comes, with its hour; the weekly one with its
	// day of the week first.
	rhythms map[subscriber.Rhythm]string
	// counted writes how many there are of something, change that something changed.
	counted func(what string, n int) string
	change  func(what string) string
	// marked writes a mark, by whose an event is, daysLater and minutesLater how it moved.
	marked, by              func(what string) string
	daysLater, minutesLater func(n int) string
}

var languages = map[string]words{
	Japanese: {
		sections:   [kinds]string{"中止", "変更", "今日の予定", "申込", "まもなく開催", "新着", "これから7日間の予定"},
		short:      [kinds]string{"中止", "変更", "今日", "申込", "まもなく", "新着", "7日間"},
		opening:    "申込開始",
		closing:    "申込締切",
		when:       "日時",
		where:      "場所",
		title:      "題名",
		opens:      "申込開始",
		closes:     "申込締切",
		attend:     "参加先",
		seats:      "定員",
		mode:       "参加方法",
		allDay:     "終日",
		to:         "〜",
		file:       "カレンダーに追加",
		cancelled:  "中止",
		postponed:  "延期",
		reinstated: "開催に戻りました",
		withdrawn:  "案内が取り下げられました",
		unknown:    "未定",
		online:     "オンライン",
		onsite:     "会場",
		hybrid:     "会場とオンライン",
		doubt:      "確認",
		unseen:     "情報源で%d日間確認できていません",
		first:      "はじめてのお届けです",
		more:       "ほか%d件",
		ahead:      "この先の予定がほか%d件",
		leave:      "配信停止",
		own:        "設定を変える",
		filter:     "条件",
		all:        "すべてのイベント",
		hour:       "お届け",
		home:       "カレンダー",
		stale:      "情報源の不調",
		never:      "まだ一度も読めていません",
		since:      "%sから更新できていません",
		colon:      "：",
		yours:      "こちらの時刻",
		today:      "今日",
		tomorrow:   "明日",
		hourKnown:  "時刻が決まりました",
		hourGone:   "時刻が未定になりました",
		endKnown:   "終了時刻が決まりました",
		endGone:    "終了時刻が未定になりました",
		endOther:   "終了時刻が変わりました",
		between:    "・",
		at:         " ／",
		rhythms: map[subscriber.Rhythm]string{
			subscriber.Daily:    "毎日%s",
			subscriber.Weekdays: "平日%s",
			subscriber.Weekly:   "毎週%s曜日%s",
		},
		counted:      func(what string, n int) string { return fmt.Sprintf("%s%d", what, n) },
		change:       func(what string) string { return what + "の変更" },
		marked:       func(mark string) string { return "【" + mark + "】" },
		by:           func(who string) string { return "（" + who + "）" },
		daysLater:    daysLaterJa,
		minutesLater: minutesLaterJa,
	},
	English: {
		sections: [kinds]string{
			"Cancelled",
			"Changed",
			"Today",
			"Registration",
			"Coming up",
			"New",
			"The next 7 days",
		},
		short: [kinds]string{
			"cancelled",
			"changed",
			"today",
			"sign-up",
			"coming up",
			"new",
			"in 7 days",
		},
		opening:    "Sign-up opens",
		closing:    "Sign-up closes",
		when:       "Time",
		where:      "Place",
		title:      "Title",
		opens:      "Sign-up opens",
		closes:     "Sign-up closes",
		attend:     "Link to join",
		seats:      "Seats",
		mode:       "Online or on site",
		allDay:     "all day",
		to:         " – ",
		file:       "Add to calendar",
		cancelled:  "Cancelled",
		postponed:  "Postponed",
		reinstated: "On again",
		withdrawn:  "The announcement was withdrawn",
		unknown:    "not known",
		online:     "online",
		onsite:     "on site",
		hybrid:     "on site and online",
		doubt:      "In doubt",
		unseen:     "no source has shown it for %d days",
		first:      "Your first digest",
		more:       "and %d more",
		ahead:      "%d more further ahead",
		leave:      "Unsubscribe",
		own:        "Change your settings",
		filter:     "Filter",
		all:        "all events",
		hour:       "Sent",
		home:       "Calendar",
		stale:      "Sources in trouble",
		never:      "never read yet",
		since:      "not updated since %s",
		colon:      ": ",
		yours:      "Your time",
		today:      "Today",
		tomorrow:   "Tomorrow",
		hourKnown:  "the hour is known now",
		hourGone:   "the hour is open again",
		endKnown:   "the end is known now",
		endGone:    "the end is open again",
		endOther:   "another end",
		between:    ", ",
		at:         " — ",
		rhythms: map[subscriber.Rhythm]string{
			subscriber.Daily:    "daily at %s",
			subscriber.Weekdays: "Monday to Friday at %s",
			subscriber.Weekly:   "every %s at %s",
		},
		counted:      func(what string, n int) string { return fmt.Sprintf("%d %s", n, what) },
		change:       func(what string) string { return what + " changed" },
		marked:       func(mark string) string { return "[" + mark + "] " },
		by:           func(who string) string { return " (" + who + ")" },
		daysLater:    daysLaterEn,
		minutesLater: minutesLaterEn,
	},
}

// count writes how many there are of what stands before it.
func count(lang string, n int) string {
	if lang == English {
		return fmt.Sprintf(" (%d)", n)
	}
	return fmt.Sprintf("（%d）", n)
}

// clock writes a minute of the day.
func clock(minute int) string { return fmt.Sprintf("%d:%02d", minute/60, minute%60) }
