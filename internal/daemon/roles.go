package daemon

import (
	"slices"
	"strings"
)

// The roles of a process among several on one database.
const (
	RolePoll = "poll"
	RoleWeb  = "web"
	RoleMail = "mail"
)

// AllRoles are what a process does that is alone.
var AllRoles = []string{RolePoll, RoleWeb, RoleMail}

// ParseRoles reads a list as "poll,mail"; ok is unset where a word is no role, or there
// is none.
func ParseRoles(list string) (roles []string, ok bool) {
	for word := range strings.SplitSeq(list, ",") {
		word = strings.TrimSpace(word)
		if !slices.Contains(AllRoles, word) {
			return nil, false
		}
		roles = append(roles, word)
	}
	return roles, true
}
