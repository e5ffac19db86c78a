package ledger

import "koyomi/internal/source"

// Ranks says whose word each source of a catalogue is: primaries come before
// aggregators, then counts its place in its community.
func Ranks(c *source.Catalogue) map[string]Authority {
	all := map[string]Authority{}
	for _, community := range c.Communities {
		for i, s := range community.Sources {
			all[s.ID] = Authority{
				Community:  community.ID,
				Rank:       i,
				Aggregator: s.Role == source.Aggregator,
			}
		}
	}
	return all
}
