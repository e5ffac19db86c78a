package source

import (
	"time"

	"koyomi/internal/event"
)

// A Community is who gathers. It owns one or more sources over the years.
type Community struct {
	// ID is lower-case ASCII letters, digits and "-".
	ID   string `yaml:"id"`
	Name string `yaml:"name"`
	// Reading is the name in kana or Latin letters, for search and sorting.
	Reading string `yaml:"reading,omitempty"`
	// URL is the community's own page for people.
	URL         string   `yaml:"url,omitempty"`
	Description string   `yaml:"description,omitempty"`
	Area        string   `yaml:"area,omitempty"`
	Tags        []string `yaml:"tags,omitempty"`
	// Sources in order of authority among equals; the first one carries the
	// community's id.
	Sources []*Source `yaml:"sources"`
}

// Kind is the shape in which a source tells its events.
type Kind string

// The kinds of sources.
const (
	JSON       Kind = "json"
	ICS        Kind = "ics"
	Feed       Kind = "feed"
	HTML       Kind = "html"
	Structured Kind = "structured"
	File       Kind = "file"
	Static     Kind = "static"
)

// Role is whose word a source is.
type Role string

// The roles: an aggregator never overrides a primary.
const (
	Primary    Role = "primary"
	Aggregator Role = "aggregator"
)

// A Source is one place that announces events of a community, of one kind.
type Source struct {
	ID        string `yaml:"id"`
	Community string `yaml:"-"`
	Kind      Kind   `yaml:"kind,omitempty"`
	// Platform names a file of sources/platforms whose settings are taken over;
	// Group fills its {group}.
	Platform string `yaml:"platform,omitempty"`
	Group    string `yaml:"group,omitempty"`
	// URL and URLs may hold {group}, {year}, {next_year}, {month} and {yyyymm},
	// filled from the moment of the visit in the source's zone.
	URL  string   `yaml:"url,omitempty"`
	URLs []string `yaml:"urls,omitempty"`
	// Basis is by what right it is read: api-key, feed, permission, page
	// (that robots.txt allows), hand-kept.
	Basis string `yaml:"basis,omitempty"`
	Role  Role   `yaml:"role,omitempty"`
	// Off holds the reason why it is polled only if the operator turns it on;
	// Archived the reason why it is polled no more (what it said is kept, its
	// recordings are replayed).
	Off      string `yaml:"off,omitempty"`
	Archived string `yaml:"archived,omitempty"`
	// Since is the day from which a hand-kept list was kept; a replay of an
	// earlier day leaves it out.
	Since string `yaml:"since,omitempty"`
	// Schedule is a cron line of five fields in Asia/Tokyo; "" for the default.
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

	// Exactly the one that Kind names is set.
	JSONSettings       *JSONSettings       `yaml:"json,omitempty"`
	ICSSettings        *ICSSettings        `yaml:"ics,omitempty"`
	FeedSettings       *FeedSettings       `yaml:"feed,omitempty"`
	HTMLSettings       *HTMLSettings       `yaml:"html,omitempty"`
	StructuredSettings *StructuredSettings `yaml:"structured,omitempty"`
	FileSettings       *FileSettings       `yaml:"file,omitempty"`
	StaticSettings     *StaticSettings     `yaml:"static,omitempty"`
}

// Location gives the zone of times that name none.
func (s *Source) TimeZone() *time.Location { return event.Zone(s.Zone) }

// Live reports whether a daemon polls it without being told to.
func (s *Source) Live() bool { return s.Off == "" && s.Archived == "" }

// A Duration is a time.Duration written as in Go ("90m", "48h") or in days ("3d").
type Duration time.Duration
