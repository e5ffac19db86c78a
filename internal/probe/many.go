package probe

import (
	"bufio"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"koyomi/internal/event"
	"koyomi/internal/text"
	"koyomi/internal/usage"
)

// maxAddresses is how many addresses are read at once.
const maxAddresses = 1000

// Addresses reads one address a line; empty lines and what stands behind # are left out.
func Addresses(r io.Reader) (all []string, err error) {
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		name, _, _ := strings.Cut(lines.Text(), " #")
		name = strings.TrimSpace(name)
		if name == "" || name[0] == '#' {
			continue
		}
		if len(all) == maxAddresses {
			return nil, usage.Errorf("more than %d addresses at once", maxAddresses)
		}
		all = append(all, name)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("read the addresses: %w", err)
	}
	return all, nil
}

// surely is the confidence in percent below which a date is told to be in doubt.
const surely = 70

// Doubts names the events whose date or status is in doubt, each with the reason.
func Doubts(listings []event.Listing) (all []string) {
	for i := range listings {
		l := &listings[i]
		why := strings.Join(l.Reading.Warnings, "; ")
		isUnsure := l.Reading.Confidence > 0 && l.Reading.Confidence < surely
		if isUnsure && why == "" {
			why = fmt.Sprintf("its date is read with %d %%", l.Reading.Confidence)
		}
		if l.Status == event.Tentative {
			why = "its status is tentative"
		}
		if why != "" {
			all = append(all, text.Line(l.Title, 80)+": "+text.Line(why, 200))
		}
	}
	return all
}

// PagesIn returns the files named, and the pages of the directories named.
func PagesIn(args []string) (files []string, err error) {
	for _, arg := range args {
		info, err := os.Stat(arg)
		if err != nil {
			return nil, usage.Errorf("there is no file or directory %s", usage.Quote(arg))
		}
		if !info.IsDir() {
			files = append(files, arg)
			continue
		}
		err = filepath.WalkDir(arg, func(name string, d fs.DirEntry, err error) error {
			isPage := strings.HasSuffix(name, ".html") || strings.HasSuffix(name, ".htm")
			if err == nil && !d.IsDir() && isPage {
				files = append(files, name)
			}
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("read the directory: %w", err)
		}
	}
	return files, nil
}
