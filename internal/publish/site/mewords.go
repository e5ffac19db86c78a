package site

import (
	"koyomi/internal/store"
	"koyomi/internal/subscriber"
)

// meWords are the texts of a reader's own page in one language.
type meWords struct {
	Heading, Gone, GoneText                                  string
	Communities, CommunitiesHelp, Topics, Area, AnyArea      string
	CommunityCount                                           string
	Rest, RestHelp, Rhythm, Hour, Look, NoLook, Urgent, Lang string
	Format, Both, TextOnly, Save                             string
	Pause, PauseText, PauseButton, GoOn, PausedUntil         string
	Address, AddressText, AddressNew, AddressButton          string
	Leave, LeaveText, LeaveButton, LeftText                  string
	RefusedText, Restart                                     string
	StoredHeading, StoredText, Since, Consent, Asked         string
	Confirmed, Network, Last, Bounced, None                  string
	Rhythms                                                  map[subscriber.Rhythm]string
	Ways                                                     map[store.ConsentWay]string
	Done                                                     map[MeDone]string
}

var meTexts = map[string]meWords{
	Japanese: {
		Heading: "お知らせメールの設定", Gone: "この設定ページはありません",
		GoneText:       "リンクが途中で切れているか、新しい登録に変わっています。いちばん新しいメールのリンクを使ってください。",
		CommunityCount: "%[2]d のうち %[1]d を選択中",
		Communities:    "コミュニティ", CommunitiesHelp: "何も選ばなければ、すべてのイベントが届きます。コミュニティとトピックは、どれかに当てはまるイベントが対象です。",
		Topics: "トピック", Area: "地域", AnyArea: "すべての地域", Rest: "そのほかの条件", RestHelp: "例：is:online、-status:cancelled。選んだものに加えて、これにも当てはまるイベントだけが届きます。",
		Rhythm: "届ける日", Hour: "時刻", Look: "一週間の予定を載せる曜日", NoLook: "載せない", Urgent: "48時間以内のイベントの中止・変更は、すぐに知らせる",
		Lang: "メールのことば", Format: "メールの形式", Both: "HTMLとテキスト", TextOnly: "テキストだけ", Save: "保存する",
		Pause: "しばらく休む", PauseText: "休むあいだに変わったことは、再開した日のメールでお知らせします。", PauseButton: "この日まで休む", GoOn: "いますぐ再開する", PausedUntil: "%sまで、お休み中です。",
		Address: "メールアドレス", AddressText: "新しいアドレスに確認のメールが届きます。そのリンクを開いてボタンを押すと変わります。", AddressNew: "新しいメールアドレス", AddressButton: "確認のメールを送る",
		Leave: "配信停止", LeaveText: "これ以上メールは届きません。いつでも、もう一度登録できます。", LeaveButton: "配信を停止する", LeftText: "配信は停止しています。メールは届きません。",
		RefusedText: "このアドレスへのメールが届かなかったため、配信を止めています。", Restart: "配信を再開する",
		StoredHeading: "保存していること", StoredText: "ここにあるものと上の設定だけを保存しています。メールを開いたこと、リンクを押したことは記録していません。",
		Since: "登録した日時", Consent: "登録のしかた", Asked: "申し込み", Confirmed: "確認", Network: "申し込んだネットワーク", Last: "最後に届いたメール", Bounced: "届かなかった記録", None: "なし",
		Rhythms: map[subscriber.Rhythm]string{subscriber.Daily: "毎日", subscriber.Weekdays: "平日", subscriber.Weekly: "週に一度（一週間の予定を載せる曜日）"},
		Ways:    map[store.ConsentWay]string{store.ByForm: "このサイトの登録ページ", store.ByMove: "アドレスの変更", store.ByOperator: "運営者による登録"},
		Done: map[MeDone]string{
			MeSaved: "設定を保存しました。次のメールから変わります。", MePaused: "お休みに入りました。", MeResumed: "配信を再開しました。",
			MeAsked: "確認のメールを送りました。届いたリンクを開くまでは、いまのアドレスに届きます。", MeLeft: "配信を停止しました。",
		},
	},
	English: {
		Heading: "Your mail settings", Gone: "There is no such settings page",
		GoneText:       "The link is incomplete, or there is a newer subscription. Please use the link in the newest mail.",
		CommunityCount: "%d of %d chosen",
		Communities:    "Communities", CommunitiesHelp: "With nothing ticked you get all events. An event counts if it is of one of the communities or has one of the topics.",
		Topics: "Topics", Area: "Area", AnyArea: "all areas", Rest: "Other conditions", RestHelp: "For example is:online, -status:cancelled. Only events that also meet these are sent.",
		Rhythm: "Days", Hour: "Hour", Look: "List the week ahead on", NoLook: "no day", Urgent: "Tell me at once when an event within 48 hours is cancelled or moved",
		Lang: "Language of the mail", Format: "Format of the mail", Both: "HTML and text", TextOnly: "text only", Save: "Save",
		Pause: "Take a break", PauseText: "What changes meanwhile is in the first mail after it.", PauseButton: "Pause until this day", GoOn: "Go on now", PausedUntil: "Paused until %s.",
		Address: "Address", AddressText: "A mail goes to the new address; the button behind its link makes the change.", AddressNew: "New address", AddressButton: "Send the mail",
		Leave: "Unsubscribe", LeaveText: "No more mail will come. You can subscribe again at any time.", LeaveButton: "Unsubscribe", LeftText: "You are unsubscribed. No mail comes.",
		RefusedText: "Mail to this address came back, so no more is sent.", Restart: "Send mail again",
		StoredHeading: "What is stored", StoredText: "This and the settings above are all that is stored. Whether you open a mail or follow a link is not recorded.",
		Since: "Subscribed at", Consent: "How", Asked: "Asked for", Confirmed: "Confirmed", Network: "From the network", Last: "Last mail", Bounced: "Came back", None: "none",
		Rhythms: map[subscriber.Rhythm]string{subscriber.Daily: "every day", subscriber.Weekdays: "Monday to Friday", subscriber.Weekly: "once a week (on the day of the week ahead)"},
		Ways:    map[store.ConsentWay]string{store.ByForm: "the form of this site", store.ByMove: "change of address", store.ByOperator: "the operator"},
		Done: map[MeDone]string{
			MeSaved: "Your settings are saved, from the next mail on.", MePaused: "The mail is paused.", MeResumed: "Mail is sent again.",
			MeAsked: "A mail was sent to the new address. Until its link is used, mail goes to the present one.", MeLeft: "You are unsubscribed.",
		},
	},
}
