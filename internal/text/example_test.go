package text_test

import (
	"fmt"

	"koyomi/internal/text"
)

func ExampleLine() {
	fmt.Println(text.Line("  第21回\u3000勉強会\n\u202e（渋谷）\x00 ", 200))
	// Output: 第21回 勉強会 （渋谷）
}

func ExampleFold() {
	fmt.Println(text.Fold("ＯＳＣ２００９　トウキョウ〜春"))
	// Output: osc2009 とうきょう~春
}

func ExampleURL() {
	u, err := text.URL("https://example.org/events/", "../e/9?utm_source=x&id=1#top")
	fmt.Println(u, err)
	// Output: https://example.org/e/9?id=1 <nil>
}

func ExampleFromHTML() {
	fmt.Printf("%q\n", text.FromHTML("<p>日時: <s>5/21</s> 5/28<br>会場: 渋谷</p>"))
	// Output: "日時: ~~5/21~~ 5/28\n会場: 渋谷"
}

func ExampleCut() {
	fmt.Println(text.Cut("仮想化友の会", 9))
	// Output: 仮想化友…
}
