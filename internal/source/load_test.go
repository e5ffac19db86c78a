package source

import (
	"testing"
	"testing/fstest"
)

func files(pairs ...string) fstest.MapFS {
	m := fstest.MapFS{}
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = &fstest.MapFile{Data: []byte(pairs[i+1])}
	}
	return m
}

const connpass = `name: connpass
group: bpstudy of https://bpstudy.connpass.com/
page: https://{group}.connpass.com/
source:
  kind: json
  url: https://connpass.com/api/v2/events/?subdomain={group}&count=100
  basis: api-key
  headers:
    X-API-Key: ${CONNPASS_API_KEY}
  json:
    items: .events[]
    fields:
      key: .id
      title: .title
    paging: {by: offset, param: start, start: 1, step: 100, total: .results_available}
`

func TestLoadSmoke(t *testing.T) {
	c, problems := Load(Named("sources", files(
		"platforms/connpass.yaml", connpass,
		"gotandarb.yaml", "name: Gotanda.rb\nplatform: connpass\ngroup: gotandarb\n",
		"bad.yaml", "nam: x\nsources:\n  - kind: htlm\n    url: file:///etc/passwd\n    zone: JST\n    schedule: TZ=0\n    include: '('\n  - platform: conpass\n    group: x\n",
	)))
	for _, p := range problems {
		t.Log(p)
	}
	for _, s := range c.Sources() {
		t.Logf("%+v %+v", s, s.JSONSettings)
	}
	_, err := c.Find("bad")
	t.Log(err)
	_, err = c.Find("gotanda")
	t.Log(err)
}
