package main

import (
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// replayed starts a replay and returns its address once it is up.
func replayed(t *testing.T, args ...string) (s *daemonProcess, address string) {
	t.Helper()
	s = startProgram(t, t.TempDir(), append([]string{"serve", "--replay", "--listen", "127.0.0.1:0"}, args...)...)
	line := s.waitFor("/calendar.ics")
	return s, strings.TrimSuffix("http://"+after(line, "http://"), "/calendar.ics")
}

// unfold undoes the folding of content lines (RFC 5545 section 3.1).
func unfold(ics string) string { return strings.ReplaceAll(ics, "\r\n ", "") }

func TestReplayDoesTheMainJob(t *testing.T) {
	t.Parallel()
	database := filepath.Join(t.TempDir(), "koyomi.db")
	s, address := replayed(t, "--database", database, "--now", "2009-05-18T09:00:00+09:00")
	_, ics, header := get(t, address+"/calendar.ics")
	if !strings.Contains(unfold(ics), "SOURCE;VALUE=URI:"+address+"/calendar.ics\r\n") {
		t.Errorf("the calendar does not name the address it is served under: %.600s", ics)
	}
	for _, want := range []string{
		"SUMMARY:BPStudy#21 OpenID、XMPP、AMQP\r\n", "DTSTART;VALUE=DATE:20090522\r\n",
		"DTSTART;TZID=Asia/Tokyo:20090528T190000\r\n", "DTEND;TZID=Asia/Tokyo:20090528T204000\r\n",
		"DTSTART;VALUE=DATE:20090610\r\nDTEND;VALUE=DATE:20090613\r\n", "DTSTART;VALUE=DATE:20090608\r\nDTEND;VALUE=DATE:20090613\r\n",
	} {
		if !strings.Contains(unfold(ics), want) {
			t.Errorf("the calendar lacks %q", want)
		}
	}
	if status, _, _ := get(t, address+"/calendar.ics", "If-None-Match", header.Get("ETag")); status != 304 {
		t.Errorf("the calendar asked for again with its ETag: status %d, want 304", status)
	}
	for _, told := range []string{"held (empty)", "recovered", "left out", "Coming up after 2009-05-18 09:00"} {
		if !strings.Contains(s.all(), told) {
			t.Errorf("the story lacks %q:\n%s", told, s.all())
		}
	}
	remote := must(t, 0, t.TempDir(), "events", "--server", address).out
	local := must(t, 0, t.TempDir(), "events", "--database", database, "--now", "2009-05-18T09:00:00+09:00").out
	for _, upcoming := range []string{"BPStudy#21", "仮想化友の会", "Interop Tokyo 2009 展示会", "Interop Tokyo 2009 カンファレンス"} {
		if !strings.Contains(remote, upcoming) || !strings.Contains(local, upcoming) {
			t.Errorf("%s is not told as upcoming", upcoming)
		}
	}
	if remote != local {
		t.Errorf("a running koyomi and its database tell different events:\n%s\n%s", remote, local)
	}
	s.signal(syscall.SIGTERM)
	if exit := s.end(); exit != 0 {
		t.Errorf("SIGTERM: exit %d, want 0", exit)
	}
}

func TestReplayOfASpringOfCancellations(t *testing.T) {
	t.Parallel()
	database := filepath.Join(t.TempDir(), "koyomi.db")
	now := []string{"--database", database, "--now", "2020-03-02T09:00:00+09:00"}
	must(t, 3, t.TempDir(), append([]string{"sync", "--replay"}, now...)...)
	out := must(t, 0, t.TempDir(), append([]string{"events", "Interop", "--format", "csv"}, now...)...).out
	if !strings.Contains(out, "Interop Tokyo 2020") || !strings.Contains(out, "2020-04-13,2020-04-15,true,cancelled") {
		t.Errorf("Interop Tokyo 2020 is not told as cancelled:\n%s", out)
	}
}

// The replay opens on a month that is full: at least 120 events of at least 60
// communities, about 2026 most of them, one that moved, one announced on two platforms,
// and nothing fails in it.
func TestReplayOpensOnALivingMonth(t *testing.T) {
	t.Parallel()
	database := filepath.Join(t.TempDir(), "koyomi.db")
	s, address := replayed(t, "--database", database)
	for _, told := range []string{"polls before 2026-05-24", "Coming up after 2026-06-01 09:00", "PA45 第13回"} {
		if !strings.Contains(s.all(), told) {
			t.Errorf("the story lacks %q:\n%s", told, s.all())
		}
	}
	if strings.Contains(s.all(), "failed (") {
		t.Errorf("a poll failed:\n%s", s.all())
	}
	now := []string{"--database", database, "--now", "2026-06-01T09:00:00+09:00"}
	ask := func(words ...string) string {
		return must(t, 0, t.TempDir(), slices.Concat([]string{"events", "--format", "jsonl"}, words, now)...).out
	}
	all := ask("--from", "2025-06-01")
	if n := strings.Count(all, "\n"); n < 120 {
		t.Errorf("%d events, want at least 120", n)
	}
	communities := map[string]bool{}
	for line := range strings.Lines(all) {
		communities[strings.Split(after(line, `"community":"`), `"`)[0]] = true
	}
	if len(communities) < 60 {
		t.Errorf("events of %d communities, want at least 60", len(communities))
	}
	if twins := ask("community:openid-technight", "--from", "2026-05-01"); !strings.Contains(twins, `"sources":["openid-technight","openid-technight-connpass"]`) {
		t.Errorf("OpenID TechNight is not one event of two platforms:\n%s", twins)
	}
	tokyo := ask("area:東京")
	if !strings.Contains(tokyo, `"community":"kinoko"`) || !strings.Contains(tokyo, `"inherited":["area","tags"]`) {
		t.Errorf("what the communities' files say is in Tokyo is not found there:\n%s", tokyo)
	}
	free := must(t, 0, t.TempDir(), append([]string{"clash", "2026-06-28", "area:東京", "--format", "json"}, now...)...).out
	if strings.Contains(after(free, `"free":`), `"2026-06-28"`) {
		t.Errorf("a day on which a community of Tokyo meets is called free:\n%s", free)
	}
	if moved := must(t, 0, t.TempDir(), append([]string{"show", idOf(t, ask("community:nandemo", "--from", "2026-05-01"))}, now...)...).out; !strings.Contains(moved, "2026-04-28") {
		t.Errorf("the event that moved does not tell its former day:\n%s", moved)
	}
	if status, page, _ := get(t, address+"/month/2026-06"); status != 200 || strings.Count(page, "<li") < 25 {
		t.Errorf("the page of June: status %d, %d entries", status, strings.Count(page, "<li"))
	}
}

// idOf returns the id of the first event of a list.
func idOf(t *testing.T, list string) string {
	t.Helper()
	id := strings.Split(after(list, `"id":"`), `"`)[0]
	if id == "" {
		t.Fatalf("no event in %q", list)
	}
	return id
}

// What was killed at any poll and started again on the same database ends with the
// very same events, claims on them and changes as what ran through.
func TestKilledReplayLosesAndDoublesNothing(t *testing.T) {
	t.Parallel()
	want := replayTo(t, filepath.Join(t.TempDir(), "whole.db"))
	for _, poll := range []string{"bpstudy-blog", "v-tomo", "interop", "held", "recovered"} {
		t.Run(poll, func(t *testing.T) {
			database := filepath.Join(t.TempDir(), "killed.db")
			s := startProgram(t, t.TempDir(), "serve", "--replay", "--listen", "127.0.0.1:0", "--database", database, "--now", "2009-05-18T09:00:00+09:00")
			s.waitFor(poll)
			s.signal(syscall.SIGKILL)
			s.end()
			if got := replayTo(t, database); got != want {
				t.Errorf("after a kill at %s:\n%s\nwant\n%s", poll, got, want)
			}
		})
	}
}

// replayTo replays up to the week of May 2009 and returns what the database then holds.
func replayTo(t *testing.T, database string) string {
	t.Helper()
	now := []string{"--database", database, "--now", "2009-05-18T09:00:00+09:00"}
	runProgram(t, t.TempDir(), append([]string{"sync", "--replay"}, now...)...)
	return must(t, 0, t.TempDir(), append([]string{"events", "--from", "2000-01-01"}, now...)...).out
}

// after returns what follows the first sep in line, "" where there is none.
func after(line, sep string) string {
	_, rest, _ := strings.Cut(line, sep)
	return rest
}
