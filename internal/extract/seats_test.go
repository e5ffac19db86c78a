package extract

import (
	"testing"

	"koyomi/internal/event"
)

func TestFee(t *testing.T) {
	jpy := func(low, high float64) event.Fee { return event.Fee{Min: low, Max: high, Currency: "JPY"} }
	for _, c := range []struct {
		prices   []string
		currency string
		want     event.Fee
	}{
		{nil, "", event.Fee{}},
		{[]string{"0"}, "", jpy(0, 0)},
		{[]string{"無料"}, "", jpy(0, 0)},
		{[]string{"参加費は不要です"}, "", jpy(0, 0)},
		{[]string{"free"}, "", jpy(0, 0)},
		{[]string{"freedom of speech"}, "", event.Fee{}},
		{[]string{"1000"}, "", jpy(1000, 1000)},
		{[]string{"1,000円"}, "", jpy(1000, 1000)},
		{[]string{"¥1,000"}, "", jpy(1000, 1000)},
		{[]string{"￥１，０００（税込）"}, "", jpy(1000, 1000)},
		{[]string{"一般 3,000円、学生 無料（30名まで）"}, "", jpy(0, 3000)},
		{[]string{"0", "500", "2000"}, "円", jpy(0, 2000)},
		{[]string{"15.50"}, "usd", event.Fee{Min: 15.5, Max: 15.5, Currency: "USD"}},
		{[]string{"$15", "¥2000"}, "", event.Fee{}},
		{[]string{"当日お知らせします"}, "", event.Fee{}},
		{[]string{"第3会議室, 2026/6/10"}, "", event.Fee{}},
		{[]string{"NaN", "-5", "inf", "1e300"}, "", event.Fee{}},
	} {
		if got := fee(c.prices, c.currency); got != c.want {
			t.Errorf("%q %s: %+v, want %+v", c.prices, c.currency, got, c.want)
		}
	}
}

func TestSeats(t *testing.T) {
	for _, c := range []struct {
		raw  Raw
		want string
	}{
		{Raw{}, ""},
		{Raw{Limit: "20", Accepted: "17", Waiting: "0"}, "17/20"},
		{Raw{Limit: "定員 1,000名", Accepted: "8"}, "8/1000"},
		{Raw{Limit: "0", Accepted: "8"}, "8"},
		{Raw{Limit: "20", Left: "3"}, "17/20"},
		{Raw{Limit: "20", Left: "30"}, "0/20"},
		{Raw{Limit: "会場20名、オンライン100名"}, ""},
		{Raw{Limit: "-1", Accepted: "99999999999999999999"}, "/1"},
		{Raw{Limit: "なし", Accepted: "8", Waiting: "3"}, "8, 3 waiting"},
	} {
		if got := seats(&c.raw).String(); got != c.want {
			t.Errorf("%+v: %q, want %q", c.raw, got, c.want)
		}
	}
	for word, want := range map[string]event.RegistrationState{
		"preopen": event.RegistrationUpcoming, "open": event.RegistrationOpen, "close": event.RegistrationClosed, "cancelled": "",
		"https://schema.org/SoldOut": event.RegistrationFull, "http://schema.org/InStock": event.RegistrationOpen, "": "", "満席": event.RegistrationFull,
	} {
		if got := registration(word); got != want {
			t.Errorf("%s: %q, want %q", word, got, want)
		}
	}
}
