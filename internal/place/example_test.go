package place_test

import (
	"fmt"

	"koyomi/internal/place"
)

func ExampleArea() {
	fmt.Println(place.Area("渋谷区渋谷2-21-1 渋谷ヒカリエ"))
	fmt.Println(place.Area("青森県総合学校教育センター"))
	// Output:
	// 東京都
	// 青森県
}

func ExampleLookup() {
	fmt.Println(place.Lookup("shikoku"))
	// Output: [徳島県 香川県 愛媛県 高知県]
}
