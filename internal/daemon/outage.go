package daemon

// enough is how many hosts in a row have to be out of reach before the network
// itself is taken to be down, where so many are visited.
const enough = 3

// An outage tells one host that is down from a network that is.
type outage struct {
	lost map[string]bool
	down bool
}

// note takes in whether a host was out of reach, out of so many that are visited,
// and tells whether the network was taken to be down before and is now.
func (o *outage) note(host string, offline bool, hosts int) (before, after bool) {
	before = o.down
	if !offline {
		o.lost, o.down = nil, false
		return before, false
	}
	if o.lost == nil {
		o.lost = map[string]bool{}
	}
	o.lost[host] = true
	o.down = len(o.lost) >= min(enough, hosts)
	return before, o.down
}
