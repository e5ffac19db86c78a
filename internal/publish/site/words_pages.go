package site

// pageWords are the texts of the lists, of the pages of events and communities, and of
// the way to subscribe.
type pageWords struct {
	// On every page.
	Events, Follow, EmbedNav, Lead string
	// Lists.
	Figures, Find, ByMonth, NoneToday, ThisWeek, ThisWeekend, NextWeek, Evening, AndOnline string
	FewLeft, Full, Doubt, PlaceUnknown, Or                                                 string
	// The box that leads to the subscription.
	FollowHead, FollowText, FollowThese, FollowOneText string
	// An event.
	Changed, Since, ZoneHere, ZoneTokyo, AddOne, Share, ShareCopy, ByMail string
	SameDay, MoreOfThem, WhoSays, ClashDayLink                            string
	// Communities.
	CommunitiesText, CommunitiesCount, Overdue, OverdueText            string
	CommunitiesRest, AreaNone                                          string
	Rhythm, RhythmWeekly, RhythmFortnight, RhythmMonthly, RhythmMonths string
	RhythmWeekday, RhythmHour, RhythmJoin, RhythmOnline, RhythmArea    string
	Activity, ActivityLabel                                            string
	// The page to subscribe.
	FollowNav, OtherDevice, AllEvents, ChosenEvents, ChooseWhat, OnlyWhere, OtherConditions string
	ChooseDone, HowOn, FinePrint, OnPhone, OnPhoneText, Preview                             string
	// What other sites show.
	NextEvents, NextEvent, BadgeNone, EveningFree, EveningTaken string
	EmbedText, EmbedWhat, EmbedMake, EmbedAPI                   string
	EmbedList, EmbedListText, EmbedElement, EmbedElementText    string
	EmbedFree, EmbedFreeText, EmbedBadge, EmbedBadgeText        string
	// The heat map of the page for organisers.
	ClashStatic, ClashLike, ClashHint, HeatName, HeatFree, HeatBig, HeatRivals, HeatDue, HeatDueText string
	SeatsLeft, SeatsFull, SeatsOpen, SeatsWaiting, FeeFree, FeeOf                                    string
	CoverageNav, SourcesFolded                                                                       string
	BotText                                                                                          string
}

var pageWordsIn = map[string]pageWords{
	Japanese: {
		Events:   "イベント",
		Follow:   "カレンダーに登録",
		EmbedNav: "サイトに埋め込む",
		Lead:     "日本の勉強会・カンファレンスを、ひとつのカレンダーに。",

		Figures:     "%s のコミュニティの告知から、これからのイベント %s 件。",
		Find:        "検索",
		ByMonth:     "月ごとに見る",
		NoneToday:   "今日のイベントはありません。",
		ThisWeek:    "今週",
		ThisWeekend: "今週末",
		NextWeek:    "来週",
		Evening:     "夜",
		AndOnline:   "＋オンライン",
		FewLeft:     "残りわずか",
		Doubt:       "要確認",
		Full:        "満席",

		PlaceUnknown: "会場は未発表",
		Or:           "、",

		FollowHead:    "いつものカレンダーで受け取る",
		FollowText:    "新しいイベントも日時の変更も、自動で届きます。",
		FollowThese:   "いま絞り込んでいるイベントだけを受け取れます。",
		FollowOneText: "このコミュニティのイベントだけを受け取れます。",

		Changed:      "変更があります",
		Since:        "%s から",
		ZoneHere:     "お使いの端末の時刻では",
		ZoneTokyo:    "日本時間",
		AddOne:       "このイベントをカレンダーに追加",
		Share:        "共有",
		ShareCopy:    "リンクをコピー",
		ByMail:       "メール",
		SameDay:      "同じ日の近いイベント",
		MoreOfThem:   "このコミュニティの次のイベント",
		WhoSays:      "情報の出どころ",
		ClashDayLink: "この日に重なるイベントを調べる",

		CommunitiesText:  "koyomi が告知を集めているコミュニティの一覧です。",
		CommunitiesCount: "%d のコミュニティ",
		CommunitiesRest:  "いまは予定のないコミュニティ",
		AreaNone:         "地域を問わない・不明",
		Overdue:          "そろそろ告知の時期",
		OverdueText:      "いつもなら、次の告知が出ているころです。",
		Rhythm:           "いつもの開催",
		RhythmWeekly:     "ほぼ毎週",
		RhythmFortnight:  "隔週くらい",
		RhythmMonthly:    "ほぼ毎月",
		RhythmMonths:     "%d か月に 1 回くらい",
		RhythmWeekday:    "%s曜日が多い",
		RhythmHour:       "%d 時台に始まる",
		RhythmJoin:       "、",
		RhythmOnline:     "オンラインが多い",
		RhythmArea:       "%sでの開催が多い",
		Activity:         "活動",
		ActivityLabel:    "この %d か月に %d 回",
		FollowNav:        "登録",
		OtherDevice:      "そのほか",
		AllEvents:        "すべてのイベント",
		ChosenEvents:     "選んだイベント",
		ChooseWhat:       "コミュニティや話題を選ぶ",
		OnlyWhere:        "場所（選ばなければどこでも）",
		OtherConditions:  "ほかの条件",
		ChooseDone:       "この選択にする",
		HowOn:            "登録のしかた",
		FinePrint:        "中止の扱い・期間・フィード",
		OnPhone:          "スマートフォンで登録",
		OnPhoneText:      "カメラで読み取ると、同じ選択のままこのページが開きます。",
		Preview:          "次のイベント",
		NextEvents:       "次のイベント",
		NextEvent:        "次のイベント",
		BadgeNone:        "予定なし",
		EveningFree:      "%s の夜は空いています",
		EveningTaken:     "%s の夜は %s",
		EmbedText:        "一行の HTML を自分のサイトに貼ると、次のイベントがいつも最新のまま表示されます。登録も鍵もいりません。",
		EmbedWhat:        "どのイベントを（空ならすべて）",
		EmbedMake:        "作る",
		EmbedAPI:         "読むだけの API とフィードは、どのサイトのページからも読めます（CORS）。",
		EmbedList:        "次のイベントの一覧",
		EmbedListText:    "枠（iframe）で表示します。スクリプトは使いません。",
		EmbedElement:     "ページになじむ一覧",
		EmbedElementText: "小さなウェブコンポーネントです。文字や色はまわりのページに合わせます。スクリプトが動かないときは中のリンクが見えます。",
		EmbedFree:        "今夜は空いているか",
		EmbedFreeText:    "その日の夜に、条件に合うイベントがあるかどうかを表示します。date=2026-06-10 で日を選べます。",
		EmbedBadge:       "バッジ",
		EmbedBadgeText:   "次の日にちを示す小さな画像です。README にも置けます。",
		ClashStatic:      "どの日にいくつイベントがあるかが分かります。日を選ぶと、その月のイベントを見られます。",
		ClashLike:        "似たイベントの条件（地域や話題）",
		ClashHint:        "例: area:東京 tag:python",
		HeatName:         "日ごとのイベントの数",
		HeatFree:         "空き",
		HeatBig:          "大きなイベント",
		HeatRivals:       "近いもの %d 件",
		HeatDue:          "そろそろ告知のありそうなコミュニティ",
		HeatDueText:      "いつもなら次の告知が出ているころです。まだ決まっていない予定と重なるかもしれません。",
		SeatsLeft:        "残り %d 席",
		SeatsFull:        "満席",
		SeatsOpen:        "申し込み %d 人",
		SeatsWaiting:     "キャンセル待ち %d 人",
		FeeFree:          "無料",
		FeeOf:            "参加費 %s",
		CoverageNav:      "どこまで見えているか",
		SourcesFolded:    "まだ見に行かない情報源",
		BotText:          "koyomi がどのように告知を集めているか、やめてほしいときはどうすればよいか。",
	},
	English: {
		Events:   "Events",
		Follow:   "Subscribe",
		EmbedNav: "Embed",
		Lead:     "Japan's tech meetups and conferences, in one calendar.",

		Figures:     "From the announcements of %s communities: %s upcoming events.",
		Find:        "Search",
		ByMonth:     "By month",
		NoneToday:   "No events today.",
		ThisWeek:    "This week",
		ThisWeekend: "This weekend",
		NextWeek:    "Next week",
		Evening:     "Evening",
		AndOnline:   " + online",
		FewLeft:     "few seats left",
		Doubt:       "In doubt",
		Full:        "full",

		PlaceUnknown: "venue to be announced",
		Or:           " or ",

		FollowHead:    "In the calendar you already use",
		FollowText:    "New events and changes of time arrive by themselves.",
		FollowThese:   "Subscribe to just the events that match.",
		FollowOneText: "Subscribe to just this community's events.",

		Changed:      "What has changed",
		Since:        "since %s",
		ZoneHere:     "On your device's clock:",
		ZoneTokyo:    "Japan time",
		AddOne:       "Add this event to a calendar",
		Share:        "Share",
		ShareCopy:    "Copy link",
		ByMail:       "E-mail",
		SameDay:      "Similar events that day",
		MoreOfThem:   "Next from this community",
		WhoSays:      "Where this comes from",
		ClashDayLink: "What else is on that day?",

		CommunitiesText:  "The communities whose announcements koyomi collects.",
		CommunitiesCount: "%d communities",
		CommunitiesRest:  "Communities with nothing announced",
		AreaNone:         "Anywhere, or not known",
		Overdue:          "next one due",
		OverdueText:      "Usually the next one has been announced by now.",
		Rhythm:           "Usual rhythm",
		RhythmWeekly:     "about every week",
		RhythmFortnight:  "about every two weeks",
		RhythmMonthly:    "about once a month",
		RhythmMonths:     "about every %d months",
		RhythmWeekday:    "mostly on %s",
		RhythmHour:       "starting after %d:00",
		RhythmJoin:       ", ",
		RhythmOnline:     "mostly online",
		RhythmArea:       "mostly in %s",
		Activity:         "Activity",
		ActivityLabel:    "In %d months: %d events",
		FollowNav:        "Subscribe",
		OtherDevice:      "Other",
		AllEvents:        "All events",
		ChosenEvents:     "The events you chose",
		ChooseWhat:       "Choose communities and topics",
		OnlyWhere:        "Where (anywhere, if none is ticked)",
		OtherConditions:  "Other conditions",
		ChooseDone:       "Use this choice",
		HowOn:            "How to subscribe",
		FinePrint:        "Cancelled events, time span, news feed",
		OnPhone:          "On your phone",
		OnPhoneText:      "Point the camera at it: this page opens there, with the same choice.",
		Preview:          "Next events",
		NextEvents:       "Next events",
		NextEvent:        "next event",
		BadgeNone:        "none planned",
		EveningFree:      "The evening of %s is free",
		EveningTaken:     "The evening of %s has %s",
		EmbedText:        "One line of HTML on your own site shows the next events, always up to date. No account, no key.",
		EmbedWhat:        "Which events (all, if empty)",
		EmbedMake:        "Make it",
		EmbedAPI:         "Pages of any site may read the API and the feeds (CORS).",
		EmbedList:        "A list of the next events",
		EmbedListText:    "Shown in a frame (iframe), without any script.",
		EmbedElement:     "A list that blends in",
		EmbedElementText: "A small web component that takes its letters and colours from the page around it. Without scripts the link inside is shown.",
		EmbedFree:        "Is the evening free?",
		EmbedFreeText:    "Says whether anything that matches is on in the evening. date=2026-06-10 chooses the day.",
		EmbedBadge:       "Badge",
		EmbedBadgeText:   "A small picture with the next date, for a README as well.",
		ClashStatic:      "How many events each day has. A day leads to the events of its month.",
		ClashLike:        "What your event is like (area, topics)",
		ClashHint:        "e.g. area:tokyo tag:python",
		HeatName:         "Events by day",
		HeatFree:         "free",
		HeatBig:          "Large gatherings",
		HeatRivals:       "%d alike",
		HeatDue:          "Communities whose next event is due",
		HeatDueText:      "Usually they have announced it by now: their day may still fall on yours.",
		SeatsLeft:        "%d seats left",
		SeatsFull:        "full",
		SeatsOpen:        "%d signed up",
		SeatsWaiting:     "%d waiting",
		FeeFree:          "free of charge",
		FeeOf:            "fee %s",
		CoverageNav:      "Coverage",
		SourcesFolded:    "Sources that are not visited yet",
		BotText:          "How koyomi collects announcements, and how to opt out.",
	},
}
