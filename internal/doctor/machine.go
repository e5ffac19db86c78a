package doctor

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"time"

	"koyomi/internal/health"
)

// ahead is by how much the clock may be behind what was stored by it.
const ahead = time.Hour

// clock looks whether this machine's clock shows an earlier time than it did: nothing is
// due by it, and no mail is sent.
func (x *examination) clock(ctx context.Context) error {
	latest, err := x.db.Latest(ctx)
	if err != nil || !latest.After(x.now.Add(ahead)) {
		return err
	}
	x.add(Finding{
		Impact:  Stopped,
		Subject: "clock",
		What: fmt.Sprintf(
			"this machine shows %s, and a poll was made at %s",
			x.now.Format(time.RFC3339),
			latest.In(x.now.Location()).Format(time.RFC3339),
		),
		Next: "set the clock, and have it kept right (NTP); on a database of a replay give --now",
	})
	return nil
}

// names looks whether no name at all could be looked up of late.
func (x *examination) names(context.Context) error {
	failed, named := 0, 0
	for _, p := range x.last {
		if p.State != health.Failed || p.Cause != health.CauseDNS {
			named++
			continue
		}
		failed++
	}
	if failed < 3 || named > 0 {
		return nil
	}
	x.add(Finding{
		Impact:  Missed,
		Subject: "DNS",
		What:    fmt.Sprintf("the name of none of %d sources could be looked up", failed),
		Next:    "look at /etc/resolv.conf, and whether the unit or container may ask name servers",
	})
	return nil
}

// examineModes looks whether others on this machine can read what holds the addresses of
// readers.
func (d *Doctor) examineModes(database string) []Finding {
	if d.Server || runtime.GOOS == "windows" {
		return nil
	}
	info, err := os.Stat(database)
	if err != nil || info.Mode().Perm()&0o007 == 0 {
		return nil
	}
	return []Finding{{
		Impact:  Note,
		Subject: database,
		What:    fmt.Sprintf("everybody on this machine can read the addresses in it (%s)", info.Mode().Perm()),
		Next:    "chmod o= " + database + "*",
		weight:  1,
	}}
}
