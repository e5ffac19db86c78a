package strict_test

import (
	"fmt"

	"koyomi/internal/strict"
)

func ExampleDecode() {
	var group struct {
		Name  string   `yaml:"name"`
		Tags  []string `yaml:"tags"`
		Limit int      `yaml:"limit"`
	}
	data := []byte("nam: BPStudy\ntags: python\nlimit: many\n")
	_, problems := strict.Decode(data, "group.yaml", &group)
	for _, p := range problems {
		fmt.Println(p)
	}
	// Output:
	// group.yaml:1:1: nam: unknown key; did you mean "name"?
	// group.yaml:2:7: tags: expected a list, found "python" (use ["python"])
	// group.yaml:3:8: limit: expected a whole number, found "many"
}
