package site

import (
	"koyomi/internal/event"
	"koyomi/internal/wording"
)

// The languages of the pages.
const (
	Japanese = wording.Japanese
	English  = wording.English
)

// words are the texts of the pages in one language.
type words struct {
	pageWords
	// On every page.
	Other, OtherName, Home, Skip, Menu, About, Bot, Operator, NotFound, Trouble string
	Upcoming, MonthView, Communities, ClashNav, SourcesNav                      string
	// Lists and their filter.
	Search, SearchHint, SearchButton, Clear, Narrow, Any, Wrong, WrongDate, Syntax string
	Area, Attend, Onsite, Hybrid, OnlineWord                                       string
	Today, Tomorrow, AllDay, Running, Was, Moved                                   string
	Cancelled, Postponed, Tentative                                                string
	None, NoneMatch, MoreDays, ListView, PreviousMonth, NextMonth, MoreN           string
	// The box to subscribe.
	Subscribe, SubscribeAll, SubscribeThese, SubscribeOne, CopyThis, Copy, Copied, News       string
	OpenApp, AddGoogle, AddOutlook, LateApple, LateGoogle, LateOutlook, Late                  string
	Which, PolicyFit, PolicyKeep, PolicyMark, PolicyHide, Window, WindowAll, WindowDays, Size string
	Mail, MailText, MailOpen, MailAddress, MailHour, MailButton, MailTrap                     string
	// The form on which the mail is asked for.
	MailWrong, MailNext, MailQuery, MailQueryHint, MailQueryAll, MailZone, MailLang, MailPromise, MailAgain, Colon string
	// An event.
	When, Where, Who, Tags, Online, Map, Signup, Page, Sources, LastSeen, FirstSeen, Ended    string
	InCalendar, AddGoogleOne, History, Text, EndUnknown, Withdrawn, Unseen, Report, ReportAsk string
	// A community.
	CommunityPage, PastEvents, Website, Next, NoNext, ChooseDay string
	// Clashes.
	Clash, ClashText, ClashDay, ClashFor, ClashButton, ClashOn, ClashNear, ClashFree, ClashNone, ClashNoNear, Free, ClashLeft, Shares string
	// Sources.
	Starting, SourcesText, SourceTally, SourceGood, SourceFailed, SourceHeld, SourceOff, SourceNew, State, LastGood, NextPoll, Items, SparkLabel, InARow, SourceUsual, SourceDaily, SourceQuiet string
	// Subscribing by mail.
	MailWorking, MailReady, MailChangeText, MailEverything        string
	MailSent, MailSentText, MailSentNot                           string
	MailConfirm, MailConfirmText, MailConfirmButton               string
	MailConfirmed, MailConfirmedText, MailConfirmedNot            string
	MailEnd, MailEndText, MailEndButton, MailEnded, MailEndedText string
}

var languages = map[string]words{
	Japanese: {
		pageWords:   pageWordsIn[Japanese],
		Other:       "English",
		OtherName:   English,
		Home:        "これからのイベント",
		Skip:        "本文へ進む",
		Menu:        "ページの一覧",
		About:       "各コミュニティの告知を集めています。正確な内容は案内のページで確かめてください。",
		Bot:         "収集について",
		Operator:    "運営者への連絡",
		NotFound:    "ページがありません",
		Trouble:     "うまくいきませんでした",
		Upcoming:    "これからのイベント",
		MonthView:   "カレンダー",
		Communities: "コミュニティ",
		ClashNav:    "日程を選ぶ",
		SourcesNav:  "情報源",

		Search:        "検索のことば",
		SearchHint:    "例: Python 東京",
		SearchButton:  "検索",
		Clear:         "条件をすべて外す",
		Narrow:        "絞り込み",
		Any:           "すべて",
		Wrong:         "探し方が読み取れません。",
		WrongDate:     "日にちを 2026-06-10 のように、一日だけ書いてください。",
		Syntax:        "ことばはそのまま書けます。条件を足すと、もっと絞れます。",
		Area:          "地域",
		Attend:        "参加方法",
		Onsite:        "会場",
		Hybrid:        "会場とオンライン",
		OnlineWord:    "オンライン",
		Today:         "今日",
		Tomorrow:      "明日",
		AllDay:        "終日",
		Running:       "開催中",
		Was:           "変更前",
		Moved:         "日時変更",
		Cancelled:     "中止",
		Postponed:     "延期",
		Tentative:     "予定",
		None:          "これからのイベントは見つかっていません。",
		NoneMatch:     "この条件に合うイベントはありません。",
		MoreDays:      "つづきを見る",
		ListView:      "一覧で見る",
		PreviousMonth: "前の月",
		NextMonth:     "次の月",
		MoreN:         "ほか %d 件",

		Subscribe:      "カレンダーに登録する",
		SubscribeAll:   "すべてのイベントが、いつものカレンダーに入ります。",
		SubscribeThese: "いま絞り込んでいるイベントだけが、いつものカレンダーに入ります。",
		SubscribeOne:   "このコミュニティのイベントだけが、いつものカレンダーに入ります。",
		CopyThis:       "登録用のアドレス",
		Copy:           "コピー",
		Copied:         "コピーしました",
		News:           "新着と変更のフィード",
		OpenApp:        "カレンダーアプリ",
		AddGoogle:      "Google カレンダー",
		AddOutlook:     "Outlook",
		LateApple:      "変更が届くまで、設定により 5 分から 1 週間",
		LateGoogle:     "変更が届くまで、4 時間から 24 時間",
		LateOutlook:    "変更が届くまで、3 時間から 24 時間",
		Late:           "今夜の変更はカレンダーでは間に合わないことがあります。",
		Which:          "中止になったイベント",
		PolicyFit:      "アプリに合わせる",
		PolicyKeep:     "中止として残す",
		PolicyMark:     "題名に【中止】",
		PolicyHide:     "載せない",
		Window:         "どこまで先のイベント",
		WindowAll:      "すべて",
		WindowDays:     "%d 日先まで",
		Size:           "Google は 1 MB（およそ千件）を超えるカレンダーのイベントを落とします。ここのカレンダーはいつも 1 MB 未満で、入りきらないときは古いイベントから省きます。多すぎるときは、絞り込むか期間を短くしてください。",
		Mail:           "メールで受け取る",
		MailText:       "新着・変更・中止を一日一通でお知らせします。何もない日は届きません。",
		MailOpen:       "メールを申し込む",
		MailAddress:    "メールアドレス",
		MailHour:       "届く時刻",
		MailButton:     "確認のメールを送る",
		MailTrap:       "この欄は空のままにしてください",

		MailWrong:     "まだ送っていません。",
		MailNext:      "まず確認のメールが届きます。そのリンクを開くまで、何も登録されません。",
		MailQuery:     "どのイベントを",
		MailQueryHint: "例: area:東京 -status:cancelled",
		MailQueryAll:  "空のままなら、すべてのイベントです。",
		MailZone:      "%s の時刻",
		MailLang:      "メールのことば",
		MailPromise:   "アドレスはこのお知らせだけに使います。どのメールからも、いつでも止められます。",
		MailAgain:     "もう一度申し込む",
		Colon:         "：",

		When:         "日時",
		Where:        "場所",
		Who:          "コミュニティ",
		Tags:         "話題",
		Online:       "オンライン参加",
		Map:          "地図",
		Signup:       "申込",
		Page:         "主催者のページ",
		Sources:      "情報源",
		LastSeen:     "最後に確かめた",
		FirstSeen:    "見つけた",
		Ended:        "今は載っていません",
		InCalendar:   "Apple・その他",
		AddGoogleOne: "Google カレンダーへ",
		History:      "これまでの変更",
		Text:         "案内",
		EndUnknown:   "終了時刻は発表されていません",
		Withdrawn:    "このイベントの案内は取り下げられました。",
		Unseen:       "情報源で %d 日間確認できていません。変更や中止があるかもしれません。",
		Report:       "この情報は間違っている",
		ReportAsk:    "どこが違うか、正しい内容が分かるページがあればその場所も書いてください。",

		CommunityPage: "コミュニティのページ",
		PastEvents:    "これまでのイベント",
		Website:       "ウェブサイト",
		Next:          "次のイベント",
		NoNext:        "予定は見つかっていません",
		ChooseDay:     "次の日程を選ぶ",

		Clash:       "日程を選ぶ",
		ClashText:   "開催を考えている日と、そのイベントの地域や話題を入れると、重なりそうなイベントと空いている日が分かります。",
		ClashDay:    "日にち",
		ClashFor:    "地域や話題",
		ClashButton: "調べる",
		ClashOn:     "その日のイベント",
		ClashNear:   "前後一週間の、地域も話題も近いイベント",
		ClashFree:   "前後二週間",
		ClashNone:   "その日のイベントは見つかっていません。",
		ClashNoNear: "近いイベントは見つかっていません。",
		Free:        "空き",
		ClashLeft:   "ほかにもあります。条件を足すと絞れます。",
		Shares:      "共通",

		Starting:     "はじめての収集が進んでいます。%[2]d件の収集元のうち%[1]d件を読みました。残りは数分のうちに、ひとつずつ順に読みます。",
		SourcesText:  "どこから集めているか、うまく集められているかを示します。集められない間も、分かっているイベントは消えません。",
		SourceTally:  "%d か所は正常、%d か所に問題があります。",
		SourceGood:   "正常",
		SourceFailed: "読めませんでした",
		SourceHeld:   "確認を待っています",
		SourceOff:    "見に行きません",
		SourceNew:    "これから",
		State:        "状態",
		LastGood:     "最後に読めた",
		NextPoll:     "次の訪問",
		Items:        "件数の移り変わり",
		SparkLabel:   "直近 %d 回の件数: 最少 %d、最多 %d、最後 %d。読めなかった回 %d",
		InARow:       "続けて %d 回",
		SourceUsual:  "新しいイベントは %d 日に一つほど",
		SourceDaily:  "新しいイベントが毎日のように",
		SourceQuiet:  "%d 日のあいだ新しいイベントがありません。告知の場所が変わったのかもしれません。",

		MailWorking:       "この端末で、確認のための計算をしています…",
		MailReady:         "準備ができました。もう一度ボタンを押してください。",
		MailEverything:    "すべてのイベント",
		MailChangeText:    "すでに登録があります。ボタンを押すと、次のとおりに変わります。",
		MailSent:          "確認のメールを送りました",
		MailSentText:      "届いたメールのリンクを開いて、登録を確かめてください。リンクは 48 時間有効です。",
		MailSentNot:       "届かないときは、アドレスの間違いがないか、迷惑メールに入っていないかを見てください。確認のメールは、ひとつのアドレスに一日一通までです。",
		MailConfirm:       "登録を確かめる",
		MailConfirmText:   "ボタンを押すと、お知らせのメールが届くようになります。",
		MailConfirmButton: "メールを受け取る",
		MailConfirmed:     "受け付けました",
		MailConfirmedText: "リンクが有効なら、次のお知らせから届きます。",
		MailConfirmedNot:  "リンクは申し込みから 48 時間、一度だけ使えます。過ぎていたら、もう一度申し込んでください。",
		MailEnd:           "配信を止める",
		MailEndText:       "ボタンを押すと、お知らせのメールは届かなくなります。",
		MailEndButton:     "配信を止める",
		MailEnded:         "受け付けました",
		MailEndedText:     "このリンクのお知らせのメールは、もう届きません。",
	},
	English: {
		pageWords:   pageWordsIn[English],
		Other:       "日本語",
		OtherName:   Japanese,
		Home:        "Upcoming events",
		Skip:        "Skip to the content",
		Menu:        "Pages",
		About:       "Collected from the communities' own announcements. The announcement itself is what counts.",
		Bot:         "About the crawler",
		Operator:    "Contact the operator",
		NotFound:    "No such page",
		Trouble:     "That did not work",
		Upcoming:    "Upcoming events",
		MonthView:   "Calendar",
		Communities: "Communities",
		ClashNav:    "Choose a day",
		SourcesNav:  "Sources",

		Search:        "Search words",
		SearchHint:    "e.g. python tokyo",
		SearchButton:  "Search",
		Clear:         "Show all",
		Narrow:        "Filter",
		Any:           "Any",
		Wrong:         "The search cannot be read:",
		WrongDate:     "Please write one day, as 2026-06-10.",
		Syntax:        "Words work as they are; conditions narrow them.",
		Area:          "Area",
		Attend:        "Attendance",
		Onsite:        "On site",
		Hybrid:        "On site and online",
		OnlineWord:    "Online",
		Today:         "Today",
		Tomorrow:      "Tomorrow",
		AllDay:        "All day",
		Running:       "On now",
		Was:           "was",
		Moved:         "Moved",
		Cancelled:     "Cancelled",
		Postponed:     "Postponed",
		Tentative:     "Tentative",
		None:          "No upcoming events are known.",
		NoneMatch:     "No event matches.",
		MoreDays:      "Show the following days",
		ListView:      "Show as a list",
		PreviousMonth: "Previous month",
		NextMonth:     "Next month",
		MoreN:         "%d more",

		Subscribe:      "Subscribe",
		SubscribeAll:   "All events, in the calendar you already use.",
		SubscribeThese: "Only the events of your present filter, in the calendar you already use.",
		SubscribeOne:   "Only this community's events, in the calendar you already use.",
		CopyThis:       "Address to subscribe to",
		Copy:           "Copy",
		Copied:         "Copied",
		News:           "Feed of what is new and changed",
		OpenApp:        "Calendar app",
		AddGoogle:      "Google Calendar",
		AddOutlook:     "Outlook",
		LateApple:      "changes arrive after 5 minutes to a week, as you set it",
		LateGoogle:     "changes arrive after 4 to 24 hours",
		LateOutlook:    "changes arrive after 3 to 24 hours",
		Late:           "What moves tonight may reach a calendar too late.",
		Which:          "Cancelled events",
		PolicyFit:      "as suits the app",
		PolicyKeep:     "keep, as cancelled",
		PolicyMark:     "【中止】 in the title",
		PolicyHide:     "leave out",
		Window:         "How far ahead",
		WindowAll:      "all",
		WindowDays:     "%d days",
		Size:           "Google drops events from calendars of more than 1 MB, about a thousand events. These always stay below that: what does not fit is left out, the oldest first. If it is too much, filter, or look less far ahead.",
		Mail:           "Get it by e-mail",
		MailText:       "What is new, changed or cancelled, in at most one mail a day; none on days without news.",
		MailOpen:       "Sign up for the mail",
		MailAddress:    "E-mail address",
		MailHour:       "Arrives at",
		MailButton:     "Send me a confirmation",
		MailTrap:       "Leave this field empty",

		MailWrong:     "Nothing was sent yet.",
		MailNext:      "A mail that asks you to confirm comes first. Until you open its link, nothing is signed up.",
		MailQuery:     "Which events",
		MailQueryHint: "e.g. area:tokyo -status:cancelled",
		MailQueryAll:  "Left empty: all events. ",
		MailZone:      "time in %s",
		MailLang:      "Language of the mail",
		MailPromise:   "The address is used for these mails alone. Every one of them has a link to end them.",
		MailAgain:     "Ask again",
		Colon:         ": ",

		When:         "When",
		Where:        "Where",
		Who:          "Community",
		Tags:         "Topics",
		Online:       "Attend online",
		Map:          "Map",
		Signup:       "Registration",
		Page:         "Organiser's page",
		Sources:      "Sources",
		LastSeen:     "last confirmed",
		FirstSeen:    "found",
		Ended:        "lists it no more",
		InCalendar:   "Apple & others",
		AddGoogleOne: "Add to Google Calendar",
		History:      "What changed",
		Text:         "Announcement",
		EndUnknown:   "the end is not announced",
		Withdrawn:    "This event's announcement was withdrawn.",
		Unseen:       "No source has shown this event for %d days; it may have changed.",
		Report:       "This is wrong",
		ReportAsk:    "What is wrong? If a page shows what is right, please name it.",

		CommunityPage: "Community page",
		PastEvents:    "Past events",
		Website:       "Website",
		Next:          "Next event",
		NoNext:        "no event known",
		ChooseDay:     "Choose the next day",

		Clash:       "Choose a day",
		ClashText:   "Name the day you have in mind, and the area and topics of your event: you see what it may clash with, and which days around it are free.",
		ClashDay:    "Day",
		ClashFor:    "Area and topics",
		ClashButton: "Look",
		ClashOn:     "On that day",
		ClashNear:   "Near in area and topic, within a week",
		ClashFree:   "Two weeks before and after",
		ClashNone:   "Nothing is known to be on that day.",
		ClashNoNear: "Nothing near is known.",
		Free:        "free",
		ClashLeft:   "There are more; another condition narrows them.",
		Shares:      "shares",

		Starting:     "The first visits are under way: %d of %d sources are read, the others follow within minutes, one after the other.",
		SourcesText:  "Where the events come from, and whether reading them works. While it does not, what is known stays.",
		SourceTally:  "%d work, %d have a problem.",
		SourceGood:   "works",
		SourceFailed: "cannot be read",
		SourceHeld:   "waits for a person",
		SourceOff:    "not visited",
		SourceNew:    "not visited yet",
		State:        "State",
		LastGood:     "Last read",
		NextPoll:     "Next visit",
		Items:        "Items over time",
		SparkLabel:   "Items at the latest %d visits: fewest %d, most %d, last %d. Visits that failed: %d",
		InARow:       "%d in a row",
		SourceUsual:  "something new about every %d days",
		SourceDaily:  "something new about every day",
		SourceQuiet:  "Nothing new for %d days: perhaps it is announced elsewhere now.",

		MailWorking:       "This device is working out a proof…",
		MailReady:         "Ready. Please press the button again.",
		MailEverything:    "all events",
		MailChangeText:    "There is a subscription already. The button changes it as follows.",
		MailSent:          "A mail to confirm was sent",
		MailSentText:      "Open the link in it to confirm. The link is good for 48 hours.",
		MailSentNot:       "If it does not come, look for a slip in the address, and among the junk mail. An address is sent at most one such mail a day.",
		MailConfirm:       "Confirm",
		MailConfirmText:   "Press the button to receive the mails.",
		MailConfirmButton: "Receive the mails",
		MailConfirmed:     "Done",
		MailConfirmedText: "If the link is good, the mails begin with the next one.",
		MailConfirmedNot:  "A link is good once, within 48 hours of asking. If it is too late, please ask again.",
		MailEnd:           "Unsubscribe",
		MailEndText:       "Press the button to receive no more of these mails.",
		MailEndButton:     "Unsubscribe",
		MailEnded:         "Done",
		MailEndedText:     "No more of these mails will come.",
	},
}

// names are a thing's names in the languages, Japanese first.
type names [2]string

func (n names) in(lang string) string {
	if lang == Japanese {
		return n[0]
	}
	return n[1]
}

var kindNames = map[event.ChangeKind]names{
	event.ChangeAdded: {"見つかった", "found"}, event.ChangeEdited: {"変更", "edited"}, event.ChangeMoved: {"日時の変更", "moved"}, event.ChangeRelocated: {"場所の変更", "relocated"},
	event.ChangePostponed: {"延期", "postponed"}, event.ChangeCancelled: {"中止", "cancelled"}, event.ChangeReinstated: {"開催に戻った", "on again"}, event.ChangeWithdrawn: {"取り下げ", "withdrawn"},
	event.ChangeMerged: {"他のイベントとまとめた", "merged with another"}, event.ChangeSplit: {"分けた", "split"},
}

var fieldNames = map[string]names{
	"title": {"題名", "title"}, "status": {"", ""}, "start": {"", ""}, "location": {"", ""}, "event": {"", ""}, "community": {"コミュニティ", "community"}, "mode": {"参加方法", "attendance"}, "online_url": {"オンライン参加", "online address"},
	"url": {"案内のページ", "announcement"}, "description": {"案内", "text"}, "tags": {"話題", "topics"}, "sources": {"情報源", "sources"},
	"fee":                {"参加費", "fee"},
	"registration_opens": {"申込開始", "registration opens"}, "registration_closes": {"申込締切", "registration closes"},
}

var valueNames = map[string]names{
	"confirmed": {"開催", "confirmed"}, "tentative": {"予定", "tentative"}, "postponed": {"延期", "postponed"}, "cancelled": {"中止", "cancelled"},
	"online": {"オンライン", "online"}, "onsite": {"会場", "on site"}, "hybrid": {"会場とオンライン", "on site and online"},
}

// namedValues are the fields whose values stand in valueNames.
var namedValues = map[string]bool{"status": true, "mode": true}

func kindOf(lang string, k event.ChangeKind) string {
	if n, ok := kindNames[k]; ok {
		return n.in(lang)
	}
	return string(k)
}

func fieldOf(lang, field string) string {
	if n, ok := fieldNames[field]; ok {
		return n.in(lang)
	}
	return field
}

// value writes a value of a change for people; only states and ways to attend have
// names of their own.
func value(lang, field string, v event.Value) string {
	words := wording.Page(lang).Value(v)
	if n, ok := valueNames[words]; ok && namedValues[field] {
		return n.in(lang)
	}
	return words
}
