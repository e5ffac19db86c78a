package grammar

// A class is a number of a certain length and size, and what it says; or a question
// about a token.
type class struct {
	short, long uint8 // digits
	lo, hi      int64
	digits      bool // no Chinese numerals
	say         func(v *Value, n int64)
}

func says(s Slot) func(*Value, int64) {
	return func(v *Value, n int64) { v.Set(s, int(n)) }
}

func silent(*Value, int64) {}

// classes are the numbers that patterns name in capitals.
var classes = map[string]class{
	"YYYY":  {4, 4, 1900, 2100, false, says(Year)},
	"YY":    {2, 2, 0, 99, false, says(Short)},
	"YEAR5": {5, 5, 20000, 21009, true, slippedYear},
	"EY":    {1, 2, 1, 99, false, says(EraYear)},
	"MM":    {1, 2, 1, 12, false, says(Month)},
	"M2":    {2, 2, 1, 12, true, says(Month)},
	"DD":    {1, 2, 1, 31, false, says(Day)},
	"D2":    {2, 2, 1, 31, true, says(Day)},
	"HH":    {1, 2, 0, 30, false, says(Hour)},
	"H2":    {2, 2, 0, 30, true, says(Hour)},
	"MI":    {2, 2, 0, 59, true, says(Minute)},
	"M1":    {1, 2, 0, 59, false, says(Minute)},
	"M99":   {2, 2, 60, 99, true, silent},
	"SS":    {2, 2, 0, 59, false, says(Second)},
	"NTH":   {1, 1, 1, 5, false, says(Nth)},
	"LH":    {1, 2, 1, 72, false, says(Hours)},
	"LM":    {1, 3, 1, 900, false, says(Minutes)},
	"LD":    {1, 2, 1, 60, false, says(Days)},
	"EVERY": {1, 2, 2, 12, false, says(Every)},
	"ZH":    {1, 2, 0, 14, true, says(ZoneHour)},
	"ZH2":   {2, 2, 0, 14, true, says(ZoneHour)},
	"ZM":    {2, 2, 0, 59, true, says(ZoneMinute)},
	"ZZZZ": {
		4,
		4,
		0,
		1459,
		true,
		func(v *Value, n int64) { v.Set(ZoneHour, int(n/100)); v.Set(ZoneMinute, int(n%100)) },
	},
	"N":  {1, maxDigits, 0, 1 << 60, true, silent},
	"N3": {3, 3, 0, 999, true, silent},
	"N2": {1, 2, 0, 99, false, silent},

	"YYYYMMDD":   {8, 8, 19000101, 21001231, true, compact(1)},
	"YYYYMMDDHM": {12, 12, 190001010000, 210012312459, true, compact(10_000)},
	"YYYYMMDDHS": {14, 14, 19000101000000, 21001231245959, true, compact(1_000_000)},
	"YYMMDD":     {6, 6, 101, 991231, true, shortCompact},
	"YYYYMM": {
		6,
		6,
		190001,
		210012,
		true,
		func(v *Value, n int64) { v.Set(Year, int(n/100)); v.Set(Month, int(n%100)) },
	},
	"MMDD": {
		4,
		4,
		101,
		1231,
		true,
		func(v *Value, n int64) { v.Set(Month, int(n/100)); v.Set(Day, int(n%100)) },
	},
	"HHMM": {4, 4, 0, 3059, true, func(v *Value, n int64) { clockOf(v, n) }},
	"HHMMSS": {
		6,
		6,
		0,
		305959,
		true,
		func(v *Value, n int64) { clockOf(v, n/100); v.Set(Second, int(n%100)) },
	},
	"HMM": {3, 3, 100, 959, true, func(v *Value, n int64) { clockOf(v, n) }},
}

func compact(below int64) func(*Value, int64) {
	return func(v *Value, n int64) {
		if below > 1 {
			clockOf(v, n%below/(below/10_000))
		}
		n /= below
		v.Set(Year, int(n/10000))
		v.Set(Month, int(n/100%100))
		v.Set(Day, int(n%100))
	}
}

func shortCompact(v *Value, n int64) {
	v.Set(Short, int(n/10000))
	v.Set(Month, int(n/100%100))
	v.Set(Day, int(n%100))
}

func clockOf(v *Value, n int64) {
	v.Set(Hour, int(n/100))
	v.Set(Minute, int(n%100))
}

// slippedYear reads a year with a zero too many: 20010 is 2010 or 2001.
func slippedYear(v *Value, n int64) {
	v.Set(Year, int(2000+n%100))
	v.Set(Short, int(n/10%1000))
}

// questions are what patterns may ask of a token, in capitals.
var questions = map[string]func(k *Token) bool{
	"DIGIT":  func(k *Token) bool { return k.Kind == Number },
	"LETTER": func(k *Token) bool { return k.Kind == Word },
	"UPPER":  func(k *Token) bool { return k.Upper },
	"KANJI":  func(k *Token) bool { return k.Kind == Kanji || k.Kind == KanjiNumber },
	"KANA":   func(k *Token) bool { return k.Kind == Kana },
	"ANY":    func(k *Token) bool { return k.Gap != NoToken || k.To > 0 },
	"MARK":   func(k *Token) bool { return k.Kind == Mark },
	"GLUED":  func(k *Token) bool { return k.Gap == Glued },
	"SPACED": func(k *Token) bool { return k.Gap != Glued },
	"GAP":    func(k *Token) bool { return k.Gap == Space },
	"BREAK":  func(k *Token) bool { return k.Gap >= Line },
}
