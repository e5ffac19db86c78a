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

// Reason says why something is not seen; a variable's name is the operator's.
func (c Coverage) Reason(u coverage.Unseen) string { return strings.TrimSpace(u.Why) }

// Estimated says how many groups there may be.
func (c Coverage) Estimated() string { return c.Report.Estimate.Words() }
