package digest

import (
	"fmt"

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
	// short are the sections' names in a subject, to which a number is added.
	short [kinds]string
	// next are what to do about an event of each kind.
	next                                                  [kinds]string
	apply, opening                                        string
	when, where, who, title, opens, closes, attend, seats string
	mode                                                  string
	page, source, calendar                                string
	cancelled, postponed, reinstated, withdrawn           string
	unknown, online, onsite, hybrid, doubt, unseen        string
	first, more, ahead, leave                             string
	filter, all, hour, home                               string
	stale, never, since, colon, yours, daily              string
	today, tomorrow                                       string
	// after stands after the day of a subject, between between its counts.
	after, between string
	// counted writes how many there are of something.
	counted func(what string, n int) string
}

var languages = map[string]words{
	Japanese: {
		sections:   [kinds]string{"中止", "変更", "新着", "申込", "明日・今日の予定", "これから7日間の予定"},
		short:      [kinds]string{"中止", "変更", "新着", "申込", "明日", "7日間"},
		next:       [kinds]string{"予定から外す", "予定を直す", "見てみる", "申し込む", "", ""},
		apply:      "申し込む",
		opening:    "申込開始",
		when:       "日時",
		where:      "場所",
		who:        "主催",
		title:      "題名",
		opens:      "申込開始",
		closes:     "申込締切",
		attend:     "参加先",
		seats:      "定員",
		mode:       "参加方法",
		page:       "詳細",
		source:     "案内",
		calendar:   "カレンダーへ",
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
		filter:     "絞り込み",
		all:        "すべてのイベント",
		hour:       "お届け",
		home:       "カレンダー",
		stale:      "情報源の不調",
		never:      "まだ一度も読めていません",
		since:      "%sから更新できていません",
		daily:      "毎日%s",
		colon:      "：",
		yours:      "こちらの時刻",
		today:      "今日",
		tomorrow:   "明日",
		between:    "・",
		counted:    func(what string, n int) string { return fmt.Sprintf("%s%d", what, n) },
	},
	English: {
		sections: [kinds]string{
			"Cancelled",
			"Changed",
			"New",
			"Registration",
			"Tomorrow and today",
			"The next 7 days",
		},
		short: [kinds]string{
			"cancelled",
			"changed",
			"new",
			"sign-up",
			"tomorrow",
			"in 7 days",
		},
		next:       [kinds]string{"Remove", "Update", "Look at", "Sign up", "", ""},
		apply:      "Sign up",
		opening:    "Opens",
		when:       "When",
		where:      "Where",
		who:        "Who",
		title:      "Title",
		opens:      "Sign-up opens",
		closes:     "Sign-up closes",
		attend:     "Join at",
		seats:      "Seats",
		mode:       "Attend",
		page:       "Details",
		source:     "Announcement",
		calendar:   "Add to calendar",
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
		more:       "%d more",
		ahead:      "%d more further ahead",
		leave:      "Unsubscribe",
		filter:     "Filter",
		all:        "all events",
		hour:       "Sent",
		home:       "Calendar",
		stale:      "Sources in trouble",
		never:      "never read yet",
		since:      "not updated since %s",
		daily:      "daily at %s",
		colon:      ": ",
		yours:      "your time",
		today:      "Today",
		tomorrow:   "Tomorrow",
		after:      ": ",
		between:    ", ",
		counted:    func(what string, n int) string { return fmt.Sprintf("%d %s", n, what) },
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
