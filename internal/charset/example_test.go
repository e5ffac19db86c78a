package charset_test

import (
	"fmt"

	"koyomi/internal/charset"
)

func ExampleRead() {
	// 勉強会 in Shift_JIS, sent as if it were UTF-8.
	t, err := charset.Read([]byte("\x95\xd7\x8b\xad\x89\xef"), "text/html; charset=utf-8", "")
	fmt.Println(t.Body, t.Name, t.How, err)
	fmt.Println(t.Note)
	// Output:
	// 勉強会 shift_jis bytes <nil>
	// labelled utf-8, but the bytes are shift_jis
}

func ExampleGarbled() {
	fmt.Println(charset.Garbled("縺薙ｓ縺ｫ縺｡縺ｯ"), charset.Garbled("こんにちは"))
	// Output: true false
}
