package source

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"hash/fnv"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"time"
)

// Fingerprint names a definition: another setting, another fingerprint. What was
// read under another one is read again.
func (s *Source) Fingerprint() string {
	b, err := json.Marshal(s)
	if err != nil {
		return s.ID
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:8])
}

// Origin names where the source's own ids hold: its platform, else its host.
// With an id it names an event the same way wherever it is seen.
func (s *Source) Origin() string {
	return cmp.Or(s.Platform, s.Host(), s.ID)
}

// Offset places a name within an interval, the same place each time, so that
// many sources spread over it.
func Offset(name string, within time.Duration) time.Duration {
	if within <= 0 {
		return 0
	}
	h := fnv.New64a()
	h.Write([]byte(name))
	return time.Duration(h.Sum64() % uint64(within))
}

// secretName finds ${NAME} in the value of a header.
var secretName = regexp.MustCompile(`\$\{(\w+)\}`)

// Secrets returns the names of the secrets that a source's headers need, sorted.
func (s *Source) Secrets() []string {
	var names []string
	for _, value := range s.Headers {
		for _, m := range secretName.FindAllStringSubmatch(value, -1) {
			names = append(names, m[1])
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// A Want is a key that is not there, and what waits for it.
type Want struct {
	// Key is the name of the secret, Platform the platform that it opens, nil where a
	// source of its own needs it. Sources are those that wait.
	Key      string
	Platform *Platform
	Sources  []*Source
}

// Wanted returns the keys that sources wait for, by name; waits returns the key that a
// source waits for, "" for none.
func (c *Catalogue) Wanted(sources []*Source, waits func(*Source) string) []Want {
	byKey := map[string]*Want{}
	for _, s := range sources {
		key := waits(s)
		if key == "" {
			continue
		}
		if byKey[key] == nil {
			byKey[key] = &Want{Key: key, Platform: c.Platform(s.Platform)}
		}
		byKey[key].Sources = append(byKey[key].Sources, s)
	}
	var all []Want
	for _, key := range slices.Sorted(maps.Keys(byKey)) {
		all = append(all, *byKey[key])
	}
	return all
}

// How says how to get the key: where the platform's terms tell it.
func (w Want) How() string {
	how := "set it in the environment, or name its file under secret_files: in the config"
	if w.Platform == nil || w.Platform.Terms == "" {
		return how
	}
	return "apply for it at " + w.Platform.Terms + " and " + how
}

// What counts what waits: "340 connpass groups".
func (w Want) What() string {
	noun := "source"
	if w.Platform != nil {
		noun = w.Platform.Name + " group"
	}
	if n := len(w.Sources); n != 1 {
		return strconv.Itoa(n) + " " + noun + "s"
	}
	return "1 " + noun
}
