package place

import (
	"cmp"
	"slices"
	"strings"
	"testing"

	"koyomi/internal/event"
	"koyomi/internal/text"
)

func TestArea(t *testing.T) {
	for address, want := range map[string]string{
		"東京都渋谷区道玄坂1-2-3":            "東京都",
		"京都市下京区":                    "京都府",
		"大阪市福島区福島1-1":               "大阪府",
		"渋谷マークシティ 会議室":              "東京都",
		"幕張メッセ 国際会議場":               "千葉県",
		"横浜市西区みなとみらい":               "神奈川県",
		"東京都千代田区 (北海道大学東京オフィス)":     "東京都",
		"北海道大学 東京オフィス":              "東京都",
		"札幌市":                       "北海道",
		"ＫＤＤＩ渋谷":                    "東京都",
		"1-1 Shibuya, Tokyo, Japan": "東京都",
		"Room 5, Fukuoka":           "福岡県",
		"オンライン":                     "",
		"":                          "",
		"未定":                        "",
		"Seattle, WA":               "",
		"松江オープンソースラボ":               "島根県",
		"千代田区神田駿河台":                 "東京都",
		"名古屋市港区":                    "愛知県",
		"長岡京市":                      "京都府",
		"サンシャイン60":                  "東京都",
	} {
		if got := Area(address); got != want {
			t.Errorf("Area(%q) = %q, want %q", address, got, want)
		}
	}
}

func TestMode(t *testing.T) {
	for _, c := range []struct {
		fields string // separated by |
		want   event.Mode
	}{
		{"オンライン|大阪府枚方市|Hirakata.rb", event.Online},
		{"リモート(zoom)||BPStudy#213", event.Online},
		{"渋谷|東京都渋谷区|【ハイブリッド開催】勉強会", event.Hybrid},
		{"会場＋オンライン配信|東京都|x", event.Hybrid},
		{"現地／オンライン||x", event.Hybrid},
		{"オフライン・オンライン同時||x", event.Hybrid},
		{"東京ビッグサイト||Interop (オンライン配信あり)", event.Hybrid},
		{"渋谷ヒカリエ|東京都渋谷区|Remote Sensing 勉強会", event.Onsite},
		{"渋谷ヒカリエ|東京都渋谷区|Zoom API を学ぶ", event.Onsite},
		{"渋谷|東京都|オンラインゲーム開発の会", event.Onsite},
		{"渋谷|東京都|ハイブリッドクラウド研究会", event.Onsite},
		{"||もくもく会 ※Zoom開催", event.Online},
		{"xxxonlineeventxxx||x", event.Online},
		{"YouTube Live||x", event.Online},
		{"未定||勉強会", ""},
		{"||Discord Bot を作る会", ""},
		{"幕張メッセ||Interop Tokyo", event.Onsite},
		{"都内某所||オンライン配信はありません", ""},
		{"||オフライン開催 #12", event.Onsite},
	} {
		if got := Mode(strings.Split(c.fields, "|")...); got != c.want {
			t.Errorf("Mode(%q) = %q, want %q", c.fields, got, c.want)
		}
	}
}

func TestUnknown(t *testing.T) {
	for s, want := range map[string]bool{
		"未定": true, "（調整中）": false, "調整中": true, "TBD": true, "Check event page": true, "Varies - please check": true,
		"会場 → 上記リンク": true, "渋谷": false, "未定（渋谷近辺）": false, "": false,
	} {
		if got := Unknown(s); got != want {
			t.Errorf("Unknown(%q) = %v, want %v", s, got, want)
		}
	}
}

func TestLookup(t *testing.T) {
	for word, want := range map[string]string{
		"東京": "東京都", "東京都": "東京都", "Tokyo": "東京都", "とうきょう": "東京都", "北海道": "北海道", "hokkaido": "北海道",
		"関西": "滋賀県 京都府 大阪府 兵庫県 奈良県 和歌山県", "Kansai": "滋賀県 京都府 大阪府 兵庫県 奈良県 和歌山県",
		"四国": "徳島県 香川県 愛媛県 高知県", "kanto": "茨城県 栃木県 群馬県 埼玉県 千葉県 東京都 神奈川県", "首都圏": "埼玉県 千葉県 東京都 神奈川県",
		"沖縄": "沖縄県", "九州": "福岡県 佐賀県 長崎県 熊本県 大分県 宮崎県 鹿児島県", "中国地方": "鳥取県 島根県 岡山県 広島県 山口県", "chugoku": "鳥取県 島根県 岡山県 広島県 山口県",
		"火星": "", "": "", "関東地方": "茨城県 栃木県 群馬県 埼玉県 千葉県 東京都 神奈川県",
	} {
		if got := strings.Join(Lookup(word), " "); got != want {
			t.Errorf("Lookup(%q) = %q, want %q", word, got, want)
		}
	}
}

// TestNamed: it tells the places of titles apart, however they are spelt.
func TestNamed(t *testing.T) {
	for title, want := range map[string]string{
		"OSC 2026 Aomori": "青森県", "OSC 2026 Miyazaki": "宮崎県", "オープンソースカンファレンス 青森": "青森県",
		"OSC 2026 Tokyo/Fall": "東京都", "東京都内": "東京都", "もくもく会@札幌": "札幌", "Sapporo meetup": "札幌",
		"関西もくもく会": "関西", "筑波 / Tsukuba": "つくば", "福岡・大分 合同": "福岡県 大分県", "北九州の会": "北九州",
		"東京大学の集い": "", "Kagawaki": "", "BPStudy": "", "": "", "京都と東京": "京都府 東京都",
	} {
		if got := strings.Join(Named(text.Fold(title)), " "); got != want {
			t.Errorf("Named(%q) = %q, want %q", title, got, want)
		}
	}
	for _, p := range places().prefectures {
		for _, word := range []string{p.name, p.short, p.romaji} {
			if got := Named(text.Fold("第3回 " + word)); len(got) != 1 || got[0] != p.name {
				t.Errorf("Named(%q) = %q, want %q", word, got, p.name)
			}
		}
	}
}

func TestTables(t *testing.T) {
	g := places()
	if len(g.prefectures) != 47 || len(g.regions) < 15 || len(g.towns) < 300 || len(g.venues) < 50 {
		t.Errorf("%d prefectures, %d regions, %d towns, %d venues", len(g.prefectures), len(g.regions), len(g.towns), len(g.venues))
	}
	for _, p := range g.prefectures {
		for _, word := range []string{p.name, p.short, p.name + "庁前", p.romaji} {
			if got := Area(word); got != p.name {
				t.Errorf("Area(%q) = %q, want %q", word, got, p.name)
			}
		}
	}
	for _, place := range append(g.towns, g.venues...) {
		if got := Area(place.name); got != place.prefecture {
			t.Errorf("Area(%q) = %q, want %q", place.name, got, place.prefecture)
		}
	}
}

// TestListIsSorted: it keeps the list one that people can read and extend.
func TestListIsSorted(t *testing.T) {
	order := map[string]int{}
	for i, p := range places().prefectures {
		order[p.name] = i
		if Area(p.kana) != "" && Area(p.kana) != p.name {
			t.Errorf("%s reads as %s", p.kana, Area(p.kana))
		}
	}
	inList := func(a, b town) int {
		return cmp.Or(cmp.Compare(order[a.prefecture], order[b.prefecture]), strings.Compare(a.name, b.name))
	}
	for what, list := range map[string][]town{"towns": places().towns, "venues": places().venues} {
		if !slices.IsSortedFunc(list, inList) {
			t.Errorf("the %s are not in the order of their prefectures and names", what)
		}
		for _, place := range list {
			if _, ok := order[place.prefecture]; !ok {
				t.Errorf("%s lies in %q, which is not a prefecture", place.name, place.prefecture)
			}
		}
	}
	for _, r := range places().regions {
		if len(places().inOrder(r.members)) != len(r.members) || len(r.members) < 2 {
			t.Errorf("%s has members that are not prefectures: %v", r.name, r.members)
		}
	}
}
