package when

import "slices"

// class is what a word says of the date or time beside it.
type class uint8

const (
	cNone class = iota
	// evident: the date is the event's
	cEvent // 日時, 開催, 行われ
	cStart // 開演, 開始
	cEnd   // 終演, 終了
	cDoors // 開場, 受付開始
	cParty // 懇親会
	cTime  // 時間: says nothing of a date, labels times
	cTopic // 期間: an event's unless another word owns it
	// not the event's
	cDeadline // 締切, 必着
	cReg      // 申込, 募集, 販売
	cMeta     // 更新, 公開, 投稿
	cHours    // 営業, 開館, 休館
	cHistory  // 設立, 生まれ
	cAlt      // 雨天, 予備日
	cVersion  // release 2019.08.02
	// others
	cMoved   // 延期, 変更
	cUndated // 未定, 調整中
	cPast    // 報告, レポート: the event is over
	cNote    // 詳細は, ご了承: closes the scope of what was before
)

// bad reports whether a class takes a date away from the event.
func (c class) bad() bool { return c >= cDeadline && c <= cVersion }

// good reports whether a class gives a date to the event.
func (c class) good() bool { return c >= cEvent && c <= cDoors || c == cTopic }

const (
	wLabel = 1 << iota // counts only as a label (とき： but not そのとき)
	wVerb              // an event verb: a past ending tells that it is over
	wOwn               // owns the date even from afar (締切)
	wDesk              // 受付: doors beside an hour, an application beside a date
)

type word struct {
	r  []rune
	c  class
	fl uint8
}

// lexicon lists the words of each class; a longer word wins over a shorter one
// at the same place, and words that touch are read as one (受付 + 期間).
var lexicon = []struct {
	c     class
	fl    uint8
	words []string
}{
	{cEvent, 0, []string{
		"日時", "日 時", "開催日時", "開催 日時", "開催日程", "開催予定", "開催予定日", "開催日", "開 催 日", "開催期間", "開催期日", "開催年月日", "会期", "会 期",
		"期日", "期 日", "日程", "日 程", "日にち", "日取り", "実施日", "実施日時", "実施期間", "実施予定", "公演日", "公演日時", "公演期間", "公演", "例会日",
		"日付", "年月日", "月日", "当日", "本番", "次回", "次会", "展示期間", "展示会期", "開講日", "開講日時", "講座日", "大会日", "試合日", "行事日", "催行日", "出発日",
		"放送日", "放送日時", "放送予定", "配信日時", "配信日", "ライブ配信", "生配信", "生放送", "上映日", "上映日時", "上映期間", "一般公開", "公開収録", "公開講座", "公開講演", "公開シンポ", "公開セミナー",
		"公開ゼミ", "公開研究", "公開授業", "公開録音", "公開イベント", "公開討論", "公開練習", "公開審査", "公開勉強", "全国公開", "劇場公開", "ロードショー",
		"来店日時", "ご来店日時", "メンテナンス", "訓練日", "審査日", "試験日", "説明会日時", "活動日", "開放日", "会議日", "内見会", "日時・場所", "日時場所", "日時/場所", "日時と場所", "開催日・場所", "開催日時・場所",
	}},
	{cEvent, wVerb, []string{
		"開催", "行われ", "行なわれ", "おこなわれ", "行います", "行ないます", "おこないます", "行う", "行なう", "行いま", "行って参り", "挙行", "実施", "催さ", "催し", "催す", "執り行", "とり行",
		"上演", "上映", "放送", "オンエア", "配信", "開講", "開幕", "開かれ", "開きま", "開く", "開いた", "出演", "出展", "出店", "登壇", "講演しま", "参加しま", "参加してき", "参加して来", "参加した", "参加する", "参加予定", "参戦", "演奏しま",
		"行ってき", "行って来", "訪れ", "来日", "停止しま", "停止いた", "停止する", "停止を", "お越し", "お待ちし", "集ま", "集い", "会いま", "お会い", "始まりま", "はじまりま", "始まる", "スタートし", "予約しま", "予約済", "実施中", "ライブをし", "やります", "やりま", "やる", "やった", "迎えま", "催行", "発表しま", "登場", "お話し", "話しま", "話す", "ありま", "あります", "あった", "かけて",
	}},
	{cEvent, wLabel, []string{"とき", "と き", "時", "日", "期間", "期 間", "いつ", "月/日", "実施", "date", "日時等", "when"}},
	{cTopic, 0, []string{"期間", "期 間", "日間の日程"}},
	{cTime, 0, []string{"時間", "時 間", "時刻", "開催時間", "開催時刻", "公演時間", "実施時間", "時間帯", "開講時間", "上映時間", "放送時間", "タイムテーブル"}},
	{cStart, 0, []string{"開演", "開 演", "開始", "開 始", "スタート", "開会", "開式", "キックオフ", "試合開始", "開宴", "開演時間", "開演時刻", "開始時間", "開始時刻", "開始日時", "開始日", "本編開始", "スタート時間", "開講", "上映開始", "始まり", "はじまり", "配信開始時間", "start", "started", "starts", "starting", "st", "begins", "begin", "beginning", "showtime", "dtstart", "kickoff", "kick-off", "startsat", "startedat", "startat", "startdate", "starttime", "startdatetime", "eventstart", "timestart", "datestart", "beginat", "begindate", "fromdate", "datefrom"}},
	{cEnd, 0, []string{"終演", "終 演", "終了", "終 了", "終了時間", "終了時刻", "終了日時", "終了日", "終了予定", "終演予定", "閉会", "閉演", "終宴", "閉式", "解散", "閉場", "終わり", "お開き", "撤収", "最終日", "close", "end", "ends", "ended", "ending", "finish", "finishes", "dtend", "endsat", "endedat", "endat", "enddate", "endtime", "enddatetime", "eventend", "timeend", "dateend", "todate", "dateto"}},
	{cDoors, 0, []string{"開場", "開 場", "受付", "受 付", "受付開始", "受付開始時間", "受付時間", "入場開始", "入場", "ご入場", "開門", "集合", "集合時間", "開場時間", "開場時刻", "会場オープン", "オープン", "接続開始", "入室開始", "入室", "入室可", "アクセス開始", "待合", "客入れ", "整列", "open", "opens", "opening", "op", "doors", "door", "reception", "check-in", "checkin", "gates"}},
	{cParty, 0, []string{"懇親会", "打ち上げ", "打上げ", "二次会", "2次会", "アフターパーティ", "アフターパーティー", "afterparty", "after-party", "交流会", "ネットワーキング", "懇談会", "ビアバッシュ", "懇親パーティー", "情報交換会", "レセプション", "反省会", "networking", "夜の部懇親", "意見交換会", "名刺交換", "サイン会", "物販", "リハーサル", "リハ", "設営", "準備", "搬入", "ゲネプロ", "片付け", "clean-up", "setup", "soundcheck", "rehearsal", "lesson", "ランチ休憩", "昼休み", "休憩", "昼食"}},
	{cDeadline, wOwn, []string{"締切", "締め切", "締切り", "〆切", "〆", "しめきり", "〆め切", "必着", "消印有効", "消印", "期限", "締切日", "応募締切", "申込締切", "締切日時", "deadline", "deadlines", "closes", "closing", "due", "expires", "expire", "expired", "cfp", "有効期限", "提出期日", "申込期日", "締日", "deadlineat", "duedate", "expiresat", "expiry", "締結"}},
	{cReg, 0, []string{
		"申込", "申し込", "申込み", "お申込", "お申し込", "応募", "募集", "公募", "受付期間", "募集期間", "参加登録", "事前登録", "登録受付", "登録開始", "登録期間", "利用登録", "ユーザー登録", "販売", "発売", "前売", "先行", "先行予約", "早割", "早期割引", "早期", "抽選", "予約開始", "予約受付", "予約期間", "エントリー", "当選", "当落", "結果発表", "合格発表", "採択", "採否", "通知", "振込", "納入", "入金", "支払", "払込", "払い込", "納付", "キャンセル", "提出", "投票", "出願", "願書", "発送", "お届け", "届け出", "納品", "配布", "配付", "受験料", "チケット発売", "整理券", "受注", "入荷", "割引", "申請", "返信", "返却", "ご連絡", "連絡", "問い合わせ", "お問合せ", "問合せ", "アンケート", "回答",
		"register", "registration", "registrations", "rsvp", "apply", "application", "applications", "submit", "submission", "submissions", "ticket", "tickets", "sale", "sales", "earlybird", "early-bird", "refund", "refunds", "pricing", "discount", "discounts", "cancellations", "cancellation", "sign-up", "signup", "proposals", "proposal", "notification", "notifications", "accepted", "acceptance", "camera-ready", "voting", "enroll", "enrollment", "enrolment", "nominations", "price", "prices", "fee", "fees",
	}},
	{cMeta, 0, []string{
		"更新", "最終更新", "更新日", "更新情報", "更新日時", "最終更新日", "最終更新日時", "情報更新", "公開", "公開日", "公開日時", "公開期間", "掲載", "掲載日", "掲載開始", "投稿", "投稿日", "投稿者", "投稿日時", "追記", "発行", "発行日", "時点", "現在", "作成", "作成日", "改訂", "改定", "修正", "訂正", "記入", "記事", "登録日", "登録日時", "登録しま", "アップしま", "アップロード", "アップデート", "受信日", "送信日", "送信", "発信", "報道発表", "プレスリリース", "ニュースリリース", "初版", "公布", "設定しま", "取得", "撮影", "撮影日", "入手", "日現在", "追加しま", "追加され", "変更履歴", "修正履歴", "更新履歴", "履歴", "紹介しま", "紹介され", "お知らせしま", "発表され", "発表いた", "報じ", "書きま", "書いた", "ブログ記事", "メール配信", "メルマガ", "動画を公開", "スライド", "コミット", "マージ",
		"updated", "update", "updates", "posted", "posts", "published", "publish", "created", "modified", "revised", "copyright", "updatedat", "createdat", "publishedat", "publishat", "lastmod", "lastmodified", "lastupdated", "lastupdate", "datemodified", "datepublished", "datecreated", "pubdate", "createddate", "updateddate", "dtstamp", "lastchecked", "lastbuilddate", "timestamp", "written", "accessed", "retrieved", "commit", "committed", "merged", "uploaded", "recorded", "edited", "submitted", "added", "changelog", "announced",
	}},
	{cHours, 0, []string{"開館", "開館時間", "開館日", "営業", "営業時間", "営業日", "休館", "休館日", "休業", "休業日", "定休", "定休日", "お休み", "休み", "ラストオーダー", "l.o.", "開室", "閉室", "窓口", "診療", "診療時間", "開店", "閉店", "閉館", "閉庁", "休診", "休園", "開園", "閉園", "利用時間", "利用可能時間", "貸出", "電話受付", "電話", "冬季休業", "夏季休業", "年末年始", "お盆", "休講", "休日", "入館", "開庁", "平日", "祝日", "受付窓口", "対応時間", "勤務", "執務", "hours", "closed", "weekdays", "tel", "fax", "phone", "通年", "休務", "冬休み", "夏休み"}},
	{cHistory, wOwn, []string{"設立", "創業", "創立", "創刊", "生まれ", "誕生", "事業年度", "会計年度", "施行", "発足", "開設", "開校", "開業", "死去", "逝去", "生年月日", "生誕", "結成", "就任", "退任", "入社", "退社", "制定", "震災", "移転", "竣工", "歴史", "入籍", "デビュー", "沿革", "受賞", "刊行", "出版", "発刊", "契約", "有効期間", "保証期間", "任期", "改正", "廃止", "採用", "在籍", "入学", "卒業", "サービス終了", "サポート終了", "提供開始", "提供を開始", "リリース", "リリース日", "公表", "移行しま", "創設", "建立", "完成", "終戦", "没", "born", "founded", "established", "incorporated", "birthday", "since", "died"}},
	{cAlt, 0, []string{"雨天", "荒天", "順延", "予備日", "雨の場合", "悪天候", "中止の場合", "延期の場合", "荒天時", "雨天時", "の場合は", "場合は", "rain", "rainout", "raindate"}},
	{cVersion, wOwn, []string{"release", "released", "releases", "version", "ver", "バージョン", "youtube-dl", "cve", "rfc", "build", "tag", "isbn", "issn", "eol", "patch"}},
	{cMoved, 0, []string{"延期", "変更", "振替", "振り替え", "改め", "リスケ", "繰り上げ", "繰り下げ", "繰上げ", "繰下げ", "日程変更", "開催日変更", "ずらし", "移動し", "訂正→", "postponed", "rescheduled", "moved", "changed"}},
	{cUndated, 0, []string{"未定", "調整中", "検討中", "未確定", "tbd", "tba", "近日", "後日", "追って", "決まり次第", "決定次第", "日程調整"}},
	{cPast, 0, []string{"報告", "レポート", "感想", "振り返", "ふりかえ", "盛況", "無事", "終了しま", "ありがとうございました", "終了いた", "でした", "report", "recap", "was", "were", "held", "took", "昨日", "先日", "先週", "先月"}},
	{cEvent, 0, []string{"schedule", "scheduled", "eventdate", "dates", "join", "happening", "conference", "workshop", "meetup", "broadcast", "datetime", "eventdatetime", "invite", "invited", "takes", "taking", "hosting", "hosts", "performance", "runs", "festival", "concert"}},
}

// table finds words by their first rune.
type table [1024][]word

var words = buildTable()

func buildTable() *table {
	t := new(table)
	for _, l := range lexicon {
		for _, w := range l.words {
			t.add(word{[]rune(w), l.c, l.fl})
		}
	}
	return t
}

// add keeps each bucket sorted by falling length, so that the longest is found first.
func (t *table) add(w word) {
	b := &t[w.r[0]&1023]
	*b = append(*b, w)
	for i := len(*b) - 1; i > 0 && len((*b)[i-1].r) < len((*b)[i].r); i-- {
		(*b)[i-1], (*b)[i] = (*b)[i], (*b)[i-1]
	}
}

// lookup finds the longest Japanese word at i.
func (s *scan) lookup(i int) *word {
	b := words[s.rs[i].r&1023]
next:
	for k := range b {
		w := &b[k]
		if i+len(w.r) > len(s.rs) {
			continue
		}
		for n, r := range w.r {
			if s.rs[i+n].r != r {
				continue next
			}
		}
		if w.fl&wLabel != 0 && !s.labelAt(i, i+len(w.r)) {
			continue
		}
		return w
	}
	return nil
}

// labelAt reports whether [i,j) stands like a label: nothing or a mark before
// it, and a colon, bar, bracket, wide space or line end after it.
func (s *scan) labelAt(i, j int) bool {
	if p := s.at(i - 1); p != 0 && !isMark(p) {
		return false
	}
	k := s.sp(j)
	switch c := s.at(k); {
	case c == ':' || c == '|' || c == '\n' || c == ']' || c == '】' || c == ')' || c == '〕' || c == '・' || c == '>' || c == '〉' || c == '》' || c == '/' || c == '」' || c == '}' || c == '~' || c == '→' || c == '…':
		return true
	case k > j:
		return isDigit(c) || c == '令' || c == '平' || c == '毎' || c == '(' || c == 0
	case c == '"' || c == '\'':
		return true
	}
	return false
}

// isMark reports whether r is a bullet, bracket or other mark a label may follow.
func isMark(r rune) bool {
	switch r {
	case ' ', '\n', '|', '"', '\'', opaque, '-', '+', '#', '(', '[', '{', '<', '>', ':', '/', ',', '~':
		return true
	}
	return r >= 0x2460 && r < 0x3041 || r == '・' || r == '•' || r >= 0x1f000
}

// wordAt looks up an ASCII word, [i,j), with its _ and - as written or left out.
func (s *scan) wordAt(i, j int) *word {
	var buf [24]rune
	n := 0
	for k := i; k < j; k++ {
		r := s.rs[k].r
		if r == '_' {
			continue
		}
		if n == len(buf) {
			return nil
		}
		buf[n] = r
		n++
	}
	if n == 0 {
		return nil
	}
	b := words[buf[0]&1023]
	for k := range b {
		if slices.Equal(b[k].r, buf[:n]) && (b[k].fl&wLabel == 0 || s.labelAt(i, j)) {
			return &b[k]
		}
	}
	return nil
}
