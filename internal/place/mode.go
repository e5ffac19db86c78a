package place

import (
	"strings"
	"sync"

	"koyomi/internal/event"
	"koyomi/internal/text"
)

// The words are matched on folded text (text.Fold), so katakana stands here as
// hiragana and full-width Latin letters as ASCII.
const (
	// onlineWords name a way to attend over the network wherever they stand.
	onlineWords = `おんらいん|りもーと|うぇびなー|うぇびなあ|ゔぁーちゃる開催|web会議|めたばーす開催|` +
		`\bonline\b|\bwebinar\b|\bvirtual event\b|(?:らいぶ|らいゔ|生|ねっと|同時)配信|xxxonlineeventxxx|` +
		`zoom ?(?:開催|配信|で|にて)|[(\[【] ?zoom`
	// services do so as the name of a place; in a title they may be the topic.
	services = `\bremote\b|\bzoom\b|\byoutube(?: ?live)?\b|\bgoogle ?meet\b|\bteams\b|\bdiscord\b|\bslack\b|\bremo\b|` +
		`\bgather\.?town\b|\bovice\b|\bcluster\b|\bspatialchat\b|\btwitch\b|\bhopin\b|\bwebex\b|\bskype\b|\bjitsi\b|びでお会議|めたばーす|^配信$`
	// onsiteWords say that one comes.
	onsiteWords = `会場|現地|対面|おふらいん|おんさいと|りある|来場|\bonsite\b|\bon-site\b|\bin[- ]person\b|\boffline\b`
	joint       = ` ?(?:[+&/、,|・＋]|と|or|and|または|及び|および|並びに|\bplus\b) ?`
)

var (
	// neither takes away what only looks like a way to attend.
	neither = text.NewPattern(
		`おんらいん(?:げーむ|すとあ|しょっぷ|さろん|広告|決済|ばんきんぐ|すくーる|まにゅある|じゃっじ|申し?込み?|受付|登録|教育|学習|めでぃあ)|` +
			`(?:おんらいん|配信|りもーと)(?:開催|参加|配信)?(?:は|の予定は|の)?(?:ありません|ございません|なし|無し|行いません|しません|ではありません|未定)|` +
			`りもーと(?:わーく|開発|せんしんぐ|ですくとっぷ|りぽじとり|ちーむ|勤務|めんてなんす)|はいぶりっど(?:くらうど|わーく|あぷり|検索|車|かー)|` +
			`\b(?:hybrid|remote) (?:cloud|work|app|apps|search|teams?|sensing|working|repositor(?:y|ies))\b|\bonline (?:games?|stores?|shops?|ads?|judges?)\b|` +
			`中止の場合.{0,12}おんらいん|\bdiscord (?:bots?|api)\b|\byoutube (?:api|ちゃんねる)|\bk8s cluster\b|\bkubernetes cluster\b`,
	)
	hybrid = text.NewPattern(
		`はいぶりっど(?:開催|形式|いべんと|配信|型|実施|で|$|[\s)\]】」』,、。!/])|\bhybrid(?: (?:event|meetup|format))?(?:$|[\s)\]】,.!/])|` +
			`(?:` + onsiteWords + `)(?:参加|開催|会場)?` + joint + `(?:` + onlineWords + `|` + services + `|配信)|` +
			`(?:` + onlineWords + `|` + services + `|配信)(?:参加|開催|配信)?` + joint + `(?:` + onsiteWords + `)|` +
			`(?:おんらいん|配信)(?:参加|視聴)?(?:も|でも)(?:可|あり|有|実施|ok|参加|できます|行い)|(?:おんらいん|らいぶ)?配信(?:も)?(?:あり|有り|有)|` +
			`現地(?:参加)?も(?:可|あり)|(?:おんらいん|zoom)(?:と|および|及び)の?(?:同時|併用)|併催`,
	)
	online  = text.NewPattern(onlineWords)
	service = text.NewPattern(services)
	onsite  = text.NewPattern(
		`おふらいん(?:開催|のみ|限定|$|[\s)\]】])|(?:現地|対面)(?:開催|のみ|参加|会場)|完全おふらいん|\bin[- ]person\b|\bon-?site\b|会場(?:のみ|開催)`,
	)
	noPlace = text.NewPattern(
		`^(?:未定|調整中|検討中|後日(?:連絡|発表|お知らせ).{0,8}|tbd|tba|to be (?:determined|announced|decided)|会場未定|場所未定|n/?a|none|varies.{0,20}|` +
			`check event page.{0,20}|register to see address|別途.{0,10}|-+|(?:会場|場所)?[ →:]*上記.{0,8}|詳細は.{0,20}|xxxonlineeventxxx)[。.()0-9※*]*$`,
	)
)

// hints are what every phrase of attendance holds at least one of, blanks those of
// what stands in place of a place: text without any is not put to the phrases.
var (
	hints = sync.OnceValue(func() index[struct{}] {
		return indexOf(
			`おんらいん りもーと うぇび ゔぁーちゃる web会議 めたばーす 配信 online webinar virtual remote zoom xxxonline
youtube meet teams discord slack remo gather ovice cluster spatialchat twitch hopin webex skype jitsi びでお会議
会場 現地 対面 おふらいん おんさいと りある 来場 onsite on-site person offline はいぶりっど hybrid 併催`,
		)
	})
	blanks = sync.OnceValue(func() index[struct{}] {
		return indexOf(
			`未定 調整 検討 後日 tbd tba to none n/a na varies check register 別途 - 上記 詳細 xxxonline`,
		)
	})
)

func indexOf(words string) index[struct{}] {
	x := index[struct{}]{}
	for w := range strings.FieldsSeq(words) {
		x.add(w, struct{}{})
	}
	return x
}

// titleAt is the place of the title among the fields that Mode is called with.
const titleAt = 2

// Mode returns how one attends, from fields in order of weight (venue, address,
// title): hybrid before online before a place, "" where nothing says so. It is
// not for descriptions, in which the names of services mean anything.
func Mode(fields ...string) event.Mode {
	mode := event.Mode("")
	for i, f := range fields {
		mode = Stronger(mode, Told(f, i < titleAt))
	}
	return mode
}

// Stronger returns the one of two modes that counts where fields name both.
func Stronger(a, b event.Mode) event.Mode {
	for _, m := range []event.Mode{event.Hybrid, event.Online, event.Onsite} {
		if a == m || b == m {
			return m
		}
	}
	return ""
}

// Told returns the mode that one field names; isPlace is true for a venue or an
// address, where the name of a service or of a prefecture says enough.
func Told(
	field string,
	isPlace bool,
) event.Mode {
	return ToldIn(text.Fold(field), isPlace)
}

// ToldIn is Told for text that is folded.
func ToldIn(f string, isPlace bool) event.Mode {
	if hints().any(f) {
		f = strings.TrimSpace(neither.ReplaceAllString(f, " "))
		if m := phrased(f, isPlace); m != "" {
			return m
		}
	}
	if isPlace && Area(f) != "" {
		return event.Onsite
	}
	return ""
}

// phrased returns the mode that a phrase of a folded text names, "" for none.
func phrased(f string, isPlace bool) event.Mode {
	switch {
	case hybrid.MatchString(f):
		return event.Hybrid
	case online.MatchString(f), isPlace && service.MatchString(f):
		return event.Online
	case onsite.MatchString(f):
		return event.Onsite
	}
	return ""
}

// Unknown reports whether a place says only that it is not known or to be found
// elsewhere: 未定, 調整中, TBD, "Check event page".
func Unknown(location string) bool {
	l := text.Fold(location)
	isShort := len(l) < 100
	return isShort && blanks().any(l) && noPlace.MatchString(l)
}
