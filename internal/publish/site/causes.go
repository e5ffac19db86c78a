package site

import "koyomi/internal/health"

// causes say to readers why a source was not read or not believed; the operator hears
// more from the commands.
var causes = map[health.Cause]names{
	health.CauseDNS:        {"サイトが見つかりません", "the site cannot be found"},
	health.CauseConnect:    {"サイトにつながりません", "the site does not answer"},
	health.CauseTLS:        {"安全な接続ができません", "no secure connection can be made"},
	health.CauseTimeout:    {"応答が間に合いませんでした", "the answer took too long"},
	health.CauseForbidden:  {"訪れることのできないアドレスです", "the address may not be visited"},
	health.CauseRobots:     {"サイトが自動の訪問を断っています", "the site asks programs to stay away"},
	health.CauseSecret:     {"読むための許可がまだありません", "there is no permission to read it yet"},
	health.CauseRedirect:   {"別の場所へ移ったようです", "it seems to have moved"},
	health.CauseLimited:    {"サイトに待つよう求められています", "the site asks to wait"},
	health.CauseBlocked:    {"サイトに断られました", "the site refuses"},
	health.CauseMissing:    {"ページがありません", "the page is gone"},
	health.CauseGone:       {"ページはなくなりました", "the page is gone for good"},
	health.CauseServer:     {"サイトに不具合があるようです", "the site is out of order"},
	health.CauseStatus:     {"思いがけない応答でした", "the answer was unexpected"},
	health.CauseProtocol:   {"応答が読み取れません", "the answer cannot be read"},
	health.CauseTooLarge:   {"ページが大きすぎます", "the page is too large"},
	health.CauseIncomplete: {"応答が途中で切れました", "the answer broke off"},
	health.CauseDamaged:    {"内容が壊れています", "the content is damaged"},
	health.CausePanic:      {"読み取りに失敗しました", "reading it failed"},
	health.CauseStorage:    {"記録できませんでした", "it could not be stored"},
	health.CauseStopped:    {"訪問が途中で終わりました", "the visit was cut short"},
	health.CauseEmpty:      {"あるはずのイベントが一つも読めませんでした", "no event was read where some should be"},
	health.CauseUnreadable: {"読み取れない項目が増えました", "more items than usual cannot be read"},
	health.CauseShrunk:     {"載っているイベントが急に減りました", "far fewer events are listed"},
	health.CauseFields:     {"題名や場所や時刻が欠けています", "titles, places or hours are missing"},
	health.CauseDates:      {"日付がいつもと大きく違います", "the dates are unlike those before"},
	health.CauseStale:      {"古い内容が返ってきました", "an older copy came back"},
	health.CauseMoved:      {"多くのイベントの日時が一度に変わりました", "many events have another time at once"},
}

// causeOf says a cause in a language; one that has no words says nothing.
func causeOf(lang string, c health.Cause) string { return causes[c].in(lang) }
