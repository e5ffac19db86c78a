package source

import (
	"cmp"
	"time"

	"koyomi/internal/event"
)

// A Community is who gathers. It owns one or more sources over the years. It is
// written as one file, sources/ID.yaml; a group of a known platform needs no more
// than three lines:
//
//	name: Gotanda.rb
//	platform: connpass
//	group: gotandarb
type Community struct {
	// ID is lower-case ASCII letters, digits and "-": the name of the file
	// without .yaml. It may be left out, and must not say anything else.
	ID string `yaml:"id,omitempty"`
	// Name is what people call it.
	Name string `yaml:"name"`
	// Reading is the name in kana or Latin letters, for search and sorting.
	Reading string `yaml:"reading,omitempty"`
	// URL is the community's own page for people; a platform knows that of its groups.
	URL string `yaml:"url,omitempty"`
	// Description says in Japanese what it is about, DescriptionEN in English.
	Description   string `yaml:"description,omitempty"`
	DescriptionEN string `yaml:"description_en,omitempty"`
	// Dormant says since when nothing is heard of it ("no event seen since 2024-05");
	// its sources that name no schedule are then visited every DormantEvery. "" for a
	// community that is at work.
	Dormant string `yaml:"dormant,omitempty"`
	// Area is the prefecture or region where it mostly meets.
	Area string   `yaml:"area,omitempty"`
	Tags []string `yaml:"tags,omitempty"`
	// Platform and Group are the short form of one source that needs no other
	// setting; they stand in place of sources.
	Platform string `yaml:"platform,omitempty"`
	Group    string `yaml:"group,omitempty"`
	// Hide leaves the community out altogether, also where its platform lists it; its
	// platform and group say which one is meant.
	Hide bool `yaml:"hide,omitempty"`
	// Grown is set for a community that was found in the data of a platform.
	Grown bool `yaml:"-"`
	// Sources are in order of authority among equals; the first one has the
	// community's id unless it names another.
	Sources []*Source `yaml:"sources,omitempty"`
}

// DormantEvery is the schedule of a dormant community's sources: often enough to notice
// that it has begun again.
const DormantEvery = "@every 28d"

// Describe returns the description in a language ("en", else Japanese), in the other
// one where there is none.
func (y *Community) Describe(lang string) string {
	if lang == "en" {
		return cmp.Or(y.DescriptionEN, y.Description)
	}
	return cmp.Or(y.Description, y.DescriptionEN)
}

// A Platform is what all groups of one platform share, written as one file,
// sources/platforms/ID.yaml.
type Platform struct {
	// Name is what people call it.
	Name string `yaml:"name"`
	// URL is its page for people, Terms the page of its terms of use.
	URL   string `yaml:"url,omitempty"`
	Terms string `yaml:"terms,omitempty"`
	// Group says what the group of a community is: "bpstudy of
	// https://bpstudy.connpass.com/". "" where a platform has no groups.
	Group string `yaml:"group,omitempty"`
	// Page is the page for people of a group, with {group}.
	Page string `yaml:"page,omitempty"`
	// Note is for the person who adds a group: keys, limits, habits.
	Note string `yaml:"note,omitempty"`
	// Many tells how one request lists the events of many communities; nil where none
	// does.
	Many *Many `yaml:"many,omitempty"`
	// Source holds the settings that a community's source takes over, one by
	// one; what the community says itself counts.
	Source Source `yaml:"source"`
}

// Role is whose word a source is.
type Role string

// The roles: an aggregator never overrides a primary.
const (
	Primary    Role = "primary"
	Aggregator Role = "aggregator"
)

// A Source is one place that announces events of a community, of one kind.
type Source struct {
	// ID is lower-case ASCII letters, digits and "-", unlike that of any other
	// source; the first source of a community has the community's where it is
	// left out.
	ID        string `yaml:"id,omitempty"`
	Community string `yaml:"-"`
	// CommunityName is what people call the community.
	CommunityName string `yaml:"-"`
	// Kind is the shape: json, ics, feed, html, structured, file or static.
	Kind Kind `yaml:"kind,omitempty"`
	// Platform names a file of sources/platforms whose settings are taken over;
	// Group fills its {group}.
	Platform string `yaml:"platform,omitempty"`
	Group    string `yaml:"group,omitempty"`
	// Areas are those of which a platform is asked for the events of all communities, in
	// the platform's own words, or all: a community found there becomes one of the
	// catalogue by itself, and events without one belong to the community of this file.
	Areas []string `yaml:"areas,omitempty"`
	// URL and URLs may hold {group}, {year}, {next_year}, {last_year}, {month} and
	// {yyyymm}, filled from the moment of the visit in the source's zone.
	URL  string   `yaml:"url,omitempty"`
	URLs []string `yaml:"urls,omitempty"`
	// Basis is by what right it is read: api-key, api (open to all), feed,
	// permission (in writing), page (that robots.txt allows), hand-kept. Where it
	// is left out, the kind says: a calendar or feed is offered as a feed.
	Basis string `yaml:"basis,omitempty"`
	// Role is primary (the organiser's own word) or aggregator (somebody else's
	// list); primary where it is left out.
	Role Role `yaml:"role,omitempty"`
	// Off holds the reason why it is polled only if the operator turns it on;
	// Archived the reason why it is polled no more (what it said is kept, its
	// recordings are replayed).
	Off      string `yaml:"off,omitempty"`
	Archived string `yaml:"archived,omitempty"`
	// Since is the day from which a hand-kept list was kept; a replay of an
	// earlier day leaves it out, one without a day altogether.
	Since string `yaml:"since,omitempty"`
	// Acknowledge holds the reason why pages may be read of a host whose terms
	// forbid that to programs (Forbidden names them): the permission one holds.
	Acknowledge string `yaml:"acknowledge,omitempty"`
	// Schedule says when it is polled: a cron line of five fields in Asia/Tokyo
	// ("30 7 * * *", another zone as "CRON_TZ=Europe/Berlin 30 7 * * *"), or
	// "@every 6h"; "" for the operator's default. Once an hour is the most.
	Schedule string `yaml:"schedule,omitempty"`
	// Headers go with each request; a value may hold ${NAME}, a secret from the
	// environment, and is then sent to the source's own host alone.
	Headers map[string]string `yaml:"headers,omitempty"`
	// IgnoreRobots holds the reason why robots.txt is not asked; "" asks it.
	IgnoreRobots string `yaml:"ignore_robots,omitempty"`
	// Charset overrides what the page says of itself.
	Charset string `yaml:"charset,omitempty"`
	// Zone is the IANA zone of times that name none; default Asia/Tokyo.
	// IgnoreOffset reads all times in Zone, whatever offset they claim.
	Zone         string `yaml:"zone,omitempty"`
	IgnoreOffset bool   `yaml:"ignore_offset,omitempty"`
	// Include and Exclude are patterns (RE2) on the title; what they leave out
	// is counted, not rejected.
	Include string `yaml:"include,omitempty"`
	Exclude string `yaml:"exclude,omitempty"`
	// Location is the place of events that name none; Mode likewise.
	Location string     `yaml:"location,omitempty"`
	Mode     event.Mode `yaml:"mode,omitempty"`
	Tags     []string   `yaml:"tags,omitempty"`
	// MaxDuration rejects what lasts longer (a season, an exhibition); "" for none.
	MaxDuration Duration `yaml:"max_duration,omitempty"`

	// Many is set for a source of many communities, FedBy for one that another is read
	// for. Plain is one that is read as its platform says.
	Many  *Reading `yaml:"-" json:",omitempty"`
	FedBy string   `yaml:"-" json:"-"`
	Plain bool     `yaml:"-" json:"-"`

	// Settings are those of Kind, which a file says under the kind's name; nil where
	// it says nothing.
	Settings Settings `yaml:"-"`
}

// TimeZone returns the zone of times that name none.
func (s *Source) TimeZone() *time.Location { return event.Zone(s.Zone) }

// Live reports whether a daemon polls it without being told to.
func (s *Source) Live() bool { return s.Off == "" && s.Archived == "" }
