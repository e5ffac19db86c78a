package ledger

import (
	"strings"

	"koyomi/internal/text"
)

// The classes of words that tell events of nearly one name apart.
const (
	placeWords = iota
	seasonWords
	partWords
	levelWords
	kindWords
	yearWords
	classes
)

// tellers are words by class, in groups that mean the same. They were met in
// titles of one community and one season: OSC Online/Fall and Tokyo/Fall, 昼の部 and
// 夜の部, conference and exhibition.
var tellers = [yearWords][][]string{
	placeWords: {
		{"オンライン", "online"},
		{"東京", "tokyo"},
		{"大阪", "osaka"},
		{"関西", "kansai"},
		{"京都", "kyoto"},
		{"神戸", "kobe"},
		{"名古屋", "nagoya"},
		{"福岡", "fukuoka"},
		{"九州", "kyushu"},
		{"札幌", "sapporo"},
		{"北海道", "hokkaido"},
		{"仙台", "sendai"},
		{"広島", "hiroshima"},
		{"沖縄", "okinawa"},
		{"新潟", "niigata"},
		{"島根", "shimane"},
		{"松江", "matsue"},
		{"横浜", "yokohama"},
		{"千葉", "chiba"},
		{"埼玉", "saitama"},
		{"静岡", "shizuoka"},
		{"浜松", "hamamatsu"},
		{"金沢", "kanazawa"},
		{"高松", "takamatsu"},
		{"愛媛", "ehime"},
		{"岡山", "okayama"},
		{"熊本", "kumamoto"},
		{"長野", "nagano"},
		{"群馬", "gunma"},
		{"会津", "aizu"},
		{"筑波", "つくば", "tsukuba"},
		{"岐阜", "gifu"},
		{"富山", "toyama"},
		{"浜名湖", "hamanako"},
		{"徳島", "tokushima"},
		{"高知", "kochi"},
	},
	seasonWords: {{"春", "spring"}, {"夏", "summer"}, {"秋", "fall", "autumn"}, {"冬", "winter"}},
	partWords: {
		{"午前"},
		{"午後"},
		{"朝の部", "朝会"},
		{"昼の部"},
		{"夜の部", "夜会"},
		{"前編"},
		{"後編"},
		{"前半"},
		{"後半"},
		{"第1部", "1部"},
		{"第2部", "2部"},
		{"第3部", "3部"},
		{"1日目", "day1", "day 1", "初日"},
		{"2日目", "day2", "day 2"},
		{"3日目", "day3", "day 3"},
	},
	levelWords: {{"入門", "初級", "初心者", "ビギナー", "beginner"}, {"中級"}, {"上級", "advanced"}, {"基礎"}, {"応用"}},
	kindWords:  {{"カンファレンス", "conference"}, {"展示会", "exhibition", "expo"}, {"チュートリアル", "tutorial"}, {"ハンズオン", "hands-on", "handson"}, {"lt大会", "lt会"}},
}

// A teller is one word, folded, with its class and the bit of its group.
type teller struct {
	word  string
	latin bool
	class int
	bit   uint64
}

var tellerList = listTellers()

func listTellers() []teller {
	var all []teller
	for class, groups := range tellers {
		for i, group := range groups {
			for _, w := range group {
				w = text.Fold(w)
				all = append(all, teller{word: w, latin: w[0] < 0x80, class: class, bit: 1 << i})
			}
		}
	}
	return all
}

var years = text.NewPattern(`(?:^|[^0-9])((?:19|20)[0-9]{2})(?:[^0-9]|$)`)

// tellingWords gives the groups of telling words in a folded title, by class.
func tellingWords(t string) (found [classes]uint64) {
	for _, w := range tellerList {
		if at := strings.Index(t, w.word); at >= 0 && (!w.latin || wordAt(t, at, len(w.word))) {
			found[w.class] |= w.bit
		}
	}
	for _, m := range years.FindAllStringSubmatch(t, 4) {
		y := int(m[1][0]-'0')*1000 + int(m[1][1]-'0')*100 + int(m[1][2]-'0')*10 + int(m[1][3]-'0')
		found[yearWords] |= 1 << ((y - 1900) % 64)
	}
	return found
}

// oneTells reports whether only one of two titles has a word that stands for a part
// of something, for whom it is or what sort of thing it is: beside a 勉強会 there may
// be its ハンズオン on the same day.
func oneTells(a, b *name) bool {
	if a.cut || b.cut {
		return false
	}
	for _, class := range []int{partWords, levelWords, kindWords} {
		if (a.telling[class] == 0) != (b.telling[class] == 0) {
			return true
		}
	}
	return false
}

// wordAt reports whether the Latin word at a place stands alone there.
func wordAt(t string, at, length int) bool {
	letter := func(i int) bool { return i >= 0 && i < len(t) && t[i] >= 'a' && t[i] <= 'z' }
	return !letter(at-1) && !letter(at+length)
}

// toldApart reports whether two titles differ in a word that tells events of
// nearly one name apart. What a title says where another ends unfinished tells
// nothing.
func toldApart(a, b *name) bool {
	if a.cut && strings.HasPrefix(b.core, a.core) || b.cut && strings.HasPrefix(a.core, b.core) {
		return false
	}
	if a.aside != b.aside {
		return true
	}
	for class := range classes {
		x, y := a.telling[class], b.telling[class]
		if x != 0 && y != 0 && x&y == 0 {
			return true
		}
	}
	return false
}
