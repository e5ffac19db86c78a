package site

import (
	"fmt"
	"strings"

	"koyomi/internal/coverage"
)

// Coverage is the page that says what is known and what is not seen.
type Coverage struct {
	Base
	Report coverage.Report
}

// RenderCoverage writes the page.
func RenderCoverage(c Coverage) ([]byte, error) { return render("coverage.html", c) }

// coverageWords are the words of the page.
type coverageWords struct {
	Title, Intro, Week, Events, Areas, Platform, Share, Groups, NotSeen, Unknown, Online string
}

var coverageJapanese = coverageWords{
	"どこまで見えているか",
	"koyomi が知っているイベントと、見えていないものをそのまま示します。",
	"週", "イベント", "地域", "プラットフォーム", "割合", "コミュニティ", "見えていないもの", "不明", "オンライン",
}

var coverageEnglish = coverageWords{
	"Coverage",
	"What koyomi knows of, and what it does not see.",
	"Week of", "Events", "Areas", "Platform", "Share", "Groups", "Not seen", "unknown", "online",
}

// Meta tells of the page.
func (c Coverage) Meta() Meta { return c.meta(c.Words().Title, c.Words().Intro) }

// Words are those of the page in its language.
func (c Coverage) Words() coverageWords {
	if c.Lang == English {
		return coverageEnglish
	}
	return coverageJapanese
}

// Area names an area.
func (c Coverage) Area(a coverage.Area) string {
	switch a.Area {
	case "":
		return c.Words().Unknown
	case "online":
		return c.Words().Online
	}
	return c.AreaName(a.Area)
}

// Percent writes a share.
func (c Coverage) Percent(share float64) string { return fmt.Sprintf("%.0f %%", 100*share) }

// unseenJapanese say why something is not seen, by the reason.
var unseenJapanese = map[string]string{
	"key":         "読むための鍵がまだありません",
	"terms":       "利用規約や仕様により、許可なく読めません",
	"no platform": "ログインした人だけに見えるか、投稿やチャットだけで告知されるため、読みません",
}

// Reason says why something is not seen.
func (c Coverage) Reason(u coverage.Unseen) string {
	if why := unseenJapanese[u.Reason]; why != "" && c.Lang == Japanese {
		return why
	}
	return strings.TrimSpace(u.Why)
}

// Missing names what is not seen, in one line.
func (c Coverage) Missing() string {
	var all []string
	for _, u := range c.Report.NotSeen {
		all = append(all, u.What)
	}
	if c.Lang == English {
		return strings.Join(all, ", ")
	}
	return strings.Join(all, "、")
}

// Estimated says how many groups there may be.
func (c Coverage) Estimated() string {
	e := c.Report.Estimate
	switch {
	case c.Lang == English:
		return e.Words()
	case e.Method == "":
		return fmt.Sprintf("確かめたコミュニティは %d。比べられる一覧が足りず、全体の数は推定できません。", e.Seen)
	}
	return fmt.Sprintf(
		"確かめたコミュニティは %d、全体の推定は %d（95%% 区間 %d〜%d、%s 法、%d つの一覧から）。",
		e.Seen, e.Groups, e.Low, e.High, e.Method, e.Lists,
	)
}

// platformsJapanese name what is no platform.
var platformsJapanese = map[string]string{"own site": "自前のサイト", "by hand": "手作業の一覧"}

// PlatformName names a platform.
func (c Coverage) PlatformName(id string) string {
	if name := platformsJapanese[id]; name != "" && c.Lang == Japanese {
		return name
	}
	return id
}
