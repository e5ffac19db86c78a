package site

// A wayText is what is said of one calendar application: its name, the label of the
// button, and the steps in the words that the application itself uses.
type wayText struct {
	name, button names
	japanese     []string
	english      []string
}

func (w wayText) steps(lang string) []string {
	if lang == Japanese {
		return w.japanese
	}
	return w.english
}

// followSteps are the steps by application.
var followSteps = map[string]wayText{
	"apple": {
		name:   names{"iPhone・iPad のカレンダー", "Calendar on iPhone and iPad"},
		button: names{"カレンダーで開く", "Open in Calendar"},
		japanese: []string{
			"「カレンダーで開く」をタップします。",
			"「照会」をタップします。",
			"「追加」をタップします。これで終わりです。",
			"開かないとき: 「カレンダー」アプリ →「カレンダー」→「カレンダーを追加」→「照会カレンダーを追加」に、下のアドレスを貼り付けます。",
		},
		english: []string{
			"Tap “Open in Calendar”.",
			"Tap “Subscribe”.",
			"Tap “Add”. That is all.",
			"If nothing opens: in the Calendar app tap Calendars → Add Calendar → Add Subscription Calendar, and paste the address below.",
		},
	},
	"apple-mac": {
		name:   names{"Mac のカレンダー", "Calendar on the Mac"},
		button: names{"カレンダーで開く", "Open in Calendar"},
		japanese: []string{
			"「カレンダーで開く」をクリックし、「照会」をクリックします。",
			"「自動更新」を「1時間ごと」にして「OK」をクリックします。",
			"開かないとき: メニューの「ファイル」→「新規照会カレンダー…」に、下のアドレスを貼り付けます。",
		},
		english: []string{
			"Click “Open in Calendar”, then “Subscribe”.",
			"Set “Auto-refresh” to “Every hour” and click “OK”.",
			"If nothing opens: File → New Calendar Subscription…, and paste the address below.",
		},
	},
	"google": {
		name:   names{"Google カレンダー", "Google Calendar"},
		button: names{"Google カレンダーに追加", "Add to Google Calendar"},
		japanese: []string{
			"「Google カレンダーに追加」をクリックします。",
			"「カレンダーを追加」の確認で「追加」をクリックします。スマートフォンにも現れます。",
			"うまくいかないとき: Google カレンダーの左側「他のカレンダー」の「＋」→「URL で追加」に下のアドレスを貼り付け、「カレンダーを追加」をクリックします。",
		},
		english: []string{
			"Click “Add to Google Calendar”.",
			"When asked “Add calendar”, click “Add”. It appears on your phone as well.",
			"If that fails: beside “Other calendars” click + → “From URL”, paste the address below and click “Add calendar”.",
		},
	},
	"google-phone": {
		name:   names{"Google カレンダー", "Google Calendar"},
		button: names{"ブラウザで Google カレンダーに追加", "Add in the browser"},
		japanese: []string{
			"Google カレンダーのアプリからは追加できません。パソコンで一度だけ登録すると、スマートフォンにも現れます。",
			"このページの共有でパソコンに送るか、パソコンで koyomi を開き、「Google カレンダーに追加」をクリックします。",
			"スマートフォンだけで行うとき: 「ブラウザで Google カレンダーに追加」を長押しして新しいタブで開き、ブラウザのメニューの「PC版サイト」を選び、「追加」をタップします。",
			"現れないとき: アプリの「設定」でこのカレンダーの「同期」をオンにします。",
		},
		english: []string{
			"The Google Calendar app itself cannot subscribe. Do it once on a computer and it appears on your phone.",
			"Send this page to your computer, or open koyomi there, and click “Add to Google Calendar”.",
			"With the phone alone: open “Add in the browser” in a new tab by a long press, choose “Desktop site” in the browser's menu, and tap “Add”.",
			"If it does not appear: turn on “Sync” for this calendar in the app's Settings.",
		},
	},
	"icsx5": {
		name:   names{"ICSx⁵ などの照会アプリ", "ICSx⁵ and other apps"},
		button: names{"アプリで開く", "Open in the app"},
		japanese: []string{
			"ICSx⁵（F-Droid・Google Play）を入れておきます。",
			"「アプリで開く」をタップし、名前と色を確かめて保存します。端末のどのカレンダーにも現れます。",
		},
		english: []string{
			"Install ICSx⁵ (F-Droid or Google Play).",
			"Tap “Open in the app”, check name and colour, and save. It appears in every calendar of the device.",
		},
	},
	"outlook": {
		name:   names{"Outlook.com・新しい Outlook", "Outlook.com and the new Outlook"},
		button: names{"Outlook.com に追加", "Add to Outlook.com"},
		japanese: []string{
			"「Outlook.com に追加」を開き、「インポート」を選びます。",
			"うまくいかないとき: 「予定表」→「予定表を追加」→「Web から定期受信」に下のアドレスを貼り付け、「インポート」を選びます。",
		},
		english: []string{
			"Open “Add to Outlook.com” and choose “Import”.",
			"If that fails: Calendar → Add calendar → Subscribe from web, paste the address below and choose “Import”.",
		},
	},
	"m365": {
		name:   names{"Microsoft 365（職場・学校）", "Microsoft 365 (work or school)"},
		button: names{"Microsoft 365 に追加", "Add to Microsoft 365"},
		japanese: []string{
			"「Microsoft 365 に追加」を開き、「インポート」を選びます。",
			"うまくいかないとき: 「予定表を追加」→「Web から定期受信」に下のアドレスを貼り付けます。組織が止めている場合は管理者に尋ねてください。",
		},
		english: []string{
			"Open “Add to Microsoft 365” and choose “Import”.",
			"If that fails: Add calendar → Subscribe from web, and paste the address below. Your organisation may have switched this off.",
		},
	},
	"thunderbird": {
		name: names{"Thunderbird", "Thunderbird"},
		japanese: []string{
			"下のアドレスをコピーします。",
			"カレンダーの一覧を右クリック →「新しいカレンダー…」→「ネットワークのカレンダー」→「次へ」を選びます。",
			"「場所」に貼り付けて「カレンダーを検索」、続けて「登録」を選びます。",
		},
		english: []string{
			"Copy the address below.",
			"Right-click the list of calendars → New Calendar… → On the Network → Next.",
			"Paste it into “Location”, choose “Find Calendars”, then “Subscribe”.",
		},
	},
}
