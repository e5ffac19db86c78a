// Package when reads the start and end of an event from the text in which people
// announce it, Japanese first. It is pure: text, time of publication, zone and hints
// in, values out; it asks no clock, no calendar and no network. It must not guess: no
// time where none is printed, no date where none is the event's, and a reason for
// both.
//
// A reading goes through stages that do not see each other; between them pass typed
// values. Package fold brings widths, signs and mark-up into one form and remembers
// where each rune stood; grammar finds the forms in which dates and times are written,
// from data files that a reader of Japanese can review; parse joins them to ranges,
// lists and rules, and finds the words of lexicon around them; bind ties words to times
// and times to dates; resolve infers what is not printed and lets weekdays prove or
// contradict it; judge weighs whose each date is, by named features whose weights
// package fit has found from labelled texts. This package puts the likeliest date
// together with its times. A model decides whose a date is; everything else is a rule.
//
// What is read, an example of each, published on Friday, 10 May 2024 (a test reads
// every row; "none" is an answer):
//
//	date and hours        | 2024年6月15日(土) 13:00〜17:00                 | 2024-06-15T13:00 17:00
//	date alone            | 2024/06/15 (Sat)                               | 2024-06-15 -
//	no year               | 6/15(土) 19:00〜                               | 2024-06-15T19:00 -
//	several days          | 6月10日〜12日                                  | 2024-06-10 2024-06-12
//	two days, no range    | 2024-06-15,29                                  | 2024-06-15 -
//	over midnight         | 6/15(土) 22:00〜翌5:00                         | 2024-06-15T22:00 2024-06-16T05:00
//	hours past 24         | 2024年6月15日(土) 25:00〜                      | 2024-06-16T01:00 -
//	days with hours       | 6月15日(土)・16日(日) 10:00〜17:00             | 2024-06-15T10:00 2024-06-16T17:00
//	another last hour     | 6月12日(水)〜14日(金) 10時〜18時 最終日は16時終了 | 2024-06-12T10:00 2024-06-14T16:00
//	wide letters          | ２０２４年６月１５日（土）１３：００～１７：００ | 2024-06-15T13:00 17:00
//	eras                  | 令和6年6月15日 午前10時から正午まで            | 2024-06-15T10:00 12:00
//	era letters           | R6.6.15 13:00                                  | 2024-06-15T13:00 -
//	kanji numerals        | 二〇二四年六月十五日 午後一時より              | 2024-06-15T13:00 -
//	compact               | 20240615 18:00                                 | 2024-06-15T18:00 -
//	morning and evening   | 6月15日(土) 午後2時半〜4時                     | 2024-06-15T14:30 16:00
//	AM past noon          | 6月15日(土) AM19:00                            | 2024-06-15T19:00 -
//	doors and start       | 6月15日(土) 開場12:30 開演13:00 終演15:30      | 2024-06-15T13:00 15:30
//	lists of both         | 6/15(土) 開場/開演 18:00/18:30                 | 2024-06-15T18:30 -
//	a length              | 6/15(土) 14:00〜2時間                          | 2024-06-15T14:00 16:00
//	relative words        | 来週の木曜 19:00 から開催します                | 2024-05-16T19:00 -
//	rules                 | 毎月第3木曜 19:00〜21:00                       | 2024-05-16T19:00 21:00
//	zones                 | 2024-06-13 10:00 UTC                           | 2024-06-13T19:00 -
//	RFC 3339              | 2024-06-13T19:00:00+09:00                      | 2024-06-13T19:00 -
//	RFC 5322              | Thu, 13 Jun 2024 19:00 JST                     | 2024-06-13T19:00 -
//	English               | June 13th, 2024, 7-9pm                         | 2024-06-13T19:00 21:00
//	English days          | June 10–12, 2024                               | 2024-06-10 2024-06-12
//	moved                 | 6月8日(土)の開催を6月15日(土)に延期します      | 2024-06-15 -
//	beside a deadline     | 6月15日(土)開催（申込は6月10日まで）           | 2024-06-15 -
//	a deadline            | 申込締切：2024年6月10日（月）                  | none
//	an update             | 最終更新日：2024年5月9日                       | none
//	office hours          | 受付時間：平日10:00〜18:00                     | none
//	a version             | バージョン 2024.05.09 をリリースしました       | none
//	a month without a day | 開催時期：2024年9月                            | none
//	undecided             | 日程：未定                                     | none
package when
