package completion

import (
	"bytes"
	"io"
	"strings"

	"github.com/spf13/cobra"
)

// WriteBash writes cobra's completion script for bash, changed so that words are completed
// whose quote is still open, as 'area:東京 weekday:s: the question is asked with the quote
// closed, and what is found stands as it is within the quote, where bash breaks no words at
// colons.
func WriteBash(root *cobra.Command, w io.Writer) error {
	var b bytes.Buffer
	if err := root.GenBashCompletionV2(&b, true); err != nil {
		return err
	}
	script := b.String()
	for _, change := range quoted {
		script = strings.Replace(script, change[0], change[1], 1)
	}
	_, err := io.WriteString(w, script)
	return err
}

// quoted are lines of the script and what takes their place.
var quoted = [][2]string{
	{
		"    local cur prev words cword split\n",
		"    local cur prev words cword split quote\n",
	},
	{
		"    requestComp=\"${words[0]} __complete ${args[*]}\"\n",
		"    requestComp=\"${words[0]} __complete ${args[*]}\"\n" +
			"    quote=${cur:0:1}\n" +
			"    if [[ $quote == [\\\"\\'] && ${cur:1} != *\"$quote\"* ]]; then\n" +
			"        requestComp+=$quote\n" +
			"        cur=${cur:1}\n" +
			"    else\n" +
			"        quote=\n" +
			"    fi\n",
	},
	{
		"    case $COMP_TYPE in\n",
		"    if [[ -n $quote ]]; then\n" +
			"        local comp\n" +
			"        for comp in \"${completions[@]}\"; do\n" +
			"            comp=${comp%%$'\\t'*}\n" +
			"            [[ $comp == \"$cur\"* ]] && COMPREPLY+=(\"$comp\")\n" +
			"        done\n" +
			"        return 0\n" +
			"    fi\n" +
			"    case $COMP_TYPE in\n",
	},
	{"_handle_special_char \"$cur\" :\n", "_handle_special_char \"${quote:-$cur}\" :\n"},
	{"_handle_special_char \"$cur\" =\n", "_handle_special_char \"${quote:-$cur}\" =\n"},
}
