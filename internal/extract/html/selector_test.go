package html

import (
	"strings"
	"testing"
)

func TestSelector(t *testing.T) {
	s, err := ParseSelector(`+dd.when@title =~ 日時[:：](.*)`)
	if err != nil || !s.Following || s.Attr != "title" || s.CSS == nil || s.Pattern.String() != `日時[:：](.*)` {
		t.Errorf("%+v, %v", s, err)
	}
	if s, err = ParseSelector("@href"); err != nil || s.CSS != nil || s.Attr != "href" {
		t.Errorf("%+v, %v", s, err)
	}
	if _, err = ParseSelector("a =~ ("); err == nil || !strings.Contains(err.Error(), "missing closing") {
		t.Error(err)
	}
}
