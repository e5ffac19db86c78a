package year

import (
	"fmt"
	"strconv"
	"time"

	"koyomi/internal/event"
)

// topics are what talks are about; titles are made of them.
var topics = []string{
	"型システム", "分散データベース", "組み込みRust", "Kubernetes運用", "ブラウザの内側", "形式手法", "機械学習の基礎", "テスト駆動開発", "SRE入門", "量子計算", "CRDT", "WebAssembly",
	"正規表現", "コンパイラ自作", "ゲーム開発", "アクセシビリティ", "セキュリティ診断", "ログ基盤", "データ可視化", "音声合成", "GraphQL", "ネットワーク監視", "Unicode", "暗号", "OSS活動", "電子工作",
}

var places = [][2]string{
	{"渋谷ヒカリエ 11F", "東京都"},
	{"新宿ミライナタワー", "東京都"},
	{"大阪イノベーションハブ", "大阪府"},
	{"福岡グロースネクスト", "福岡県"},
	{"札幌エルプラザ", "北海道"},
	{"名古屋国際センター", "愛知県"},
	{"秋葉原UDX", "東京都"},
	{"横浜産業貿易センター", "神奈川県"},
	{"京都リサーチパーク", "京都府"},
}

// abroad are the communities in zones with summer time.
var abroad = map[int]string{3: "Europe/Berlin", 9: "America/New_York", 39: "Europe/Berlin", 41: "America/New_York", 43: "Australia/Sydney", 44: "America/Los_Angeles"}

// A style is how a community names and spaces its gatherings.
type style struct {
	title func(w *world, n int) string
	// gap is how many days lie between two, at least and at most.
	gap [2]int
}

func (w *world) topic() string { return pick(w, topics) }

func (w *world) styleOf(i int) style {
	name := fmt.Sprintf("%s%d", pick(w, []string{"Tokyo.dev", "Kansai LUG", "なごや勉強会", "Hack倶楽部", "Web野郎", "データ好き", "組込み会", "Infra Night"}), i)
	return []style{
		{func(w *world, n int) string { return fmt.Sprintf("%s#%d %s", name, n, w.topic()) }, [2]int{12, 30}},
		{func(w *world, n int) string { return fmt.Sprintf("第%d回 %s", n, name) }, [2]int{14, 35}},
		{func(w *world, n int) string { return fmt.Sprintf("%s vol.%d 〜%s〜", name, n, w.topic()) }, [2]int{14, 40}},
		{func(w *world, _ int) string { return fmt.Sprintf("%s %sと%sを語る夜", name, w.topic(), w.topic()) }, [2]int{10, 30}},
		{func(*world, int) string { return name + " もくもく会" }, [2]int{7, 31}},
		{func(w *world, n int) string { return fmt.Sprintf("%s #%d", name, n) }, [2]int{10, 28}},
	}[i%6]
}

// found makes the communities and plans their year.
func (w *world) found() {
	for i := range 72 {
		id := "c" + strconv.Itoa(i)
		s := w.styleOf(i)
		w.zone = event.Tokyo
		if zone, ok := abroad[i]; ok {
			w.zone = event.Zone(zone)
		}
		switch {
		case i < 22:
			w.plan(s, w.open(id, groupPage, "platform-a", 0))
		case i < 30:
			w.plan(s, w.open(id, groupPage, "platform-a", 0), w.open(id, cityList, "city", 1))
		case i < 38:
			w.plan(s, w.open(id, groupPage, "platform-a", 0), w.open(id, groupPage, "platform-b", 1), w.open(id, newsFeed, "", 2), w.open(id, cityList, "city", 3))
		case i < 46:
			w.plan(s, w.open(id, calendarFile, "", 0))
		case i < 53:
			w.plan(s, w.open(id, yearPage, "", 0))
		case i < 58:
			w.plan(s, w.open(id, handList, "", 0))
		case i < 64:
			w.moveHouse(s, w.open(id, groupPage, "platform-a", 0), w.open(id, groupPage, "platform-b", 1))
		case i < 68:
			w.plan(s, w.open(id, newsFeed, "", 0))
		default:
			if i%2 == 0 {
				w.cohost(s, w.open(id, groupPage, "platform-a", 0), w.open("c"+strconv.Itoa(i+1), groupPage, "platform-a", 0))
			}
		}
	}
	w.season()
	for _, o := range w.outlets {
		w.trouble(o)
		if o.rank == 0 && o.habit != newsFeed {
			w.upset(o)
		}
	}
}

// series gives the gatherings of a community over the year, spaced by its style.
func (w *world) series(community string, s style, do func(g *gathering)) {
	n := w.between(1, 60)
	for day := w.between(3, s.gap[1]); day < days+70; day += w.between(s.gap[0], s.gap[1]) {
		n++
		g := w.gather(community, s.title(w, n), day)
		g.number = strconv.Itoa(n)
		do(g)
	}
}

// gather makes one gathering on a day.
func (w *world) gather(community, title string, day int) *gathering {
	at := first.AddDate(0, 0, day)
	place := pick(w, places)
	g := &gathering{
		id: len(w.gatherings), community: community, title: title, hours: w.between(1, 4), place: place[0], area: place[1],
		start:     time.Date(at.Year(), at.Month(), at.Day(), w.between(10, 19), 30*w.between(0, 1), 0, 0, w.zone),
		announced: max(0, day-w.between(18, 60)),
	}
	if w.chance(25) {
		g.online, g.place, g.area = true, "オンライン", ""
	}
	w.gatherings = append(w.gatherings, g)
	return g
}

// plan has a community announce on its outlets: on the first at once, on the
// others some days later.
func (w *world) plan(s style, outlets ...*outlet) {
	w.series(outlets[0].community, s, func(g *gathering) {
		w.announce(g, outlets...)
		w.beside(g, outlets...)
		w.on(g.announced, func() { w.fate(g) })
	})
}

func (w *world) announce(g *gathering, outlets ...*outlet) {
	for i, o := range outlets {
		day := g.announced
		if i > 0 && w.chance(70) {
			day += w.between(0, 5)
		}
		w.on(day, func() {
			if !g.withdrawn {
				w.post(g, o)
			}
		})
	}
}

// beside plans what is held beside a gathering and is none of it.
func (w *world) beside(g *gathering, outlets ...*outlet) {
	var other *gathering
	switch {
	case w.chance(6):
		other = w.gather(g.community, g.title+" 懇親会", 0)
		other.start = g.over().Add(30 * time.Minute)
	case w.chance(4):
		other = w.gather(g.community, fmt.Sprintf("%sもくもく %s", w.topic(), g.community), 0)
		other.start = g.start
	case w.chance(2):
		other = w.gather(g.community, g.title+"【初心者向けハンズオン】", 0)
		other.start = g.start.Add(-4 * time.Hour)
	default:
		return
	}
	other.announced, other.place, other.area, other.online = g.announced, g.place, g.area, g.online
	w.announce(other, outlets...)
}

// season plans the fairs: places and seasons of one name, conference and
// exhibition on the same days.
func (w *world) season() {
	fair, expo := w.open("fair", yearPage, "", 0), w.open("expo", yearPage, "", 0)
	for i, name := range []string{"Spring", "Fall"} {
		for j, place := range []string{"Tokyo", "Online", "Osaka", "Fukuoka"} {
			g := w.gather("fair", fmt.Sprintf("オープンソース祭 2026 %s/%s", place, name), 50+170*i+j%2)
			g.days, g.start = 2, time.Date(g.start.Year(), g.start.Month(), g.start.Day(), 0, 0, 0, 0, w.zone)
			w.announce(g, fair)
		}
	}
	for i, kind := range []string{"カンファレンス", "展示会", "チュートリアル"} {
		g := w.gather("expo", "ネットワーク博 2026 "+kind, 120+i%2)
		g.days, g.start = 3, time.Date(g.start.Year(), g.start.Month(), g.start.Day(), 0, 0, 0, 0, w.zone)
		w.announce(g, expo)
	}
}

// moveHouse has a community go over to another platform in the middle of the year.
func (w *world) moveHouse(s style, old, young *outlet) {
	day := w.between(90, 260)
	young.opens = day
	leave := w.chance(50)
	w.series(old.community, s, func(g *gathering) {
		if g.announced < day {
			w.announce(g, old)
			if g.start.After(first.AddDate(0, 0, day)) {
				w.on(day+w.between(0, 2), func() {
					if !g.withdrawn {
						w.post(g, young)
						w.befall(g, "platform move")
					}
				})
				if leave {
					w.on(day+w.between(3, 5), func() { w.take(g, old, "gone") })
				}
			}
		} else {
			w.announce(g, young)
		}
		w.on(g.announced, func() {
			if w.day+5 < day || w.day > day+5 {
				w.fate(g)
			}
		})
	})
}

// cohost has two communities hold every third gathering together.
func (w *world) cohost(s style, a, b *outlet) {
	n := 0
	w.series(a.community, s, func(g *gathering) {
		if n++; n%3 == 0 {
			g.title = fmt.Sprintf("%s × %s 合同%s勉強会", a.community, b.community, w.topic())
			w.announce(g, a, b)
		} else {
			w.announce(g, a)
		}
		w.on(g.announced, func() { w.fate(g) })
	})
	w.series(b.community, w.styleOf(w.between(0, 5)), func(g *gathering) {
		g.title += " " + b.community
		w.announce(g, b)
		w.on(g.announced, func() { w.fate(g) })
	})
}
