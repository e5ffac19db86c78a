package backoff_test

import (
	"fmt"
	"testing"
	"time"

	"koyomi/internal/backoff"
)

var policy = backoff.Policy{First: 15 * time.Minute, Most: 24 * time.Hour}

func TestWait(t *testing.T) {
	for failures, want := range map[int]time.Duration{
		-1: 0, 0: 0, 1: 15 * time.Minute, 2: 30 * time.Minute, 3: time.Hour, 7: 16 * time.Hour, 8: 24 * time.Hour,
		1 << 40: 24 * time.Hour,
	} {
		if got := policy.Wait(failures); got != want {
			t.Errorf("it waits %s after %d failures, want %s", got, failures, want)
		}
	}
}

func TestWaitNeverExceedsMost(t *testing.T) {
	odd := backoff.Policy{First: 7 * time.Hour, Most: 5 * time.Hour}
	if got := odd.Wait(1); got != odd.Most {
		t.Errorf("it waits %s, want %s", got, odd.Most)
	}
}

func TestAsked(t *testing.T) {
	for _, c := range []struct {
		name     string
		failures int
		rest     time.Duration
		want     time.Duration
	}{
		{"follows a rest that is longer", 1, 6 * time.Hour, 6 * time.Hour},
		{"keeps its own wait where that is longer", 7, time.Hour, 16 * time.Hour},
		{"follows no rest beyond the most", 1, 1000 * time.Hour, 24 * time.Hour},
		{"ignores a negative rest", 1, -time.Hour, 15 * time.Minute},
		{"follows a rest without a failure", 0, time.Hour, time.Hour},
	} {
		if got := policy.Asked(c.failures, c.rest); got != c.want {
			t.Errorf("it %s: got %s, want %s", c.name, got, c.want)
		}
	}
}

func ExamplePolicy() {
	retry := backoff.Policy{First: time.Minute, Most: time.Hour}
	fmt.Println(retry.Wait(3), retry.Asked(1, 20*time.Minute))
	// Output: 4m0s 20m0s
}
