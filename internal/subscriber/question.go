package subscriber

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math/bits"
	"strconv"
	"strings"
	"time"
)

// A Question is work for the computer of somebody who asks where many do: a text, "." and
// a number whose SHA-256 begins with so many zero bits. It is good once.
type Question struct {
	Text   string
	Bits   int
	issued time.Time
}

// questionFor is how long a question is good.
const questionFor = 2 * time.Hour

// ask makes a question: when it was asked, its bits, some chance, and the proof that it
// is the gate's own.
func (g *Gate) ask(zeros int, now time.Time) Question {
	head := strings.Join(
		[]string{strconv.FormatInt(now.Unix(), 10), strconv.Itoa(zeros), rand.Text()[:10]},
		"-",
	)
	return Question{
		Text:   head + "-" + g.seal(head),
		Bits:   zeros,
		issued: time.Unix(now.Unix(), 0),
	}
}

func (g *Gate) seal(head string) string {
	h := hmac.New(sha256.New, g.key)
	h.Write([]byte(head))
	return hex.EncodeToString(h.Sum(nil)[:12])
}

// readAnswer takes an answer apart: the question, which must be the gate's own, and what
// was found for it, "" for nothing.
func (g *Gate) readAnswer(answer string) (q Question, nonce string, ok bool) {
	q.Text, nonce, _ = strings.Cut(answer, ".")
	end := strings.LastIndexByte(q.Text, '-')
	if end < 0 || !hmac.Equal([]byte(q.Text[end+1:]), []byte(g.seal(q.Text[:end]))) {
		return q, "", false
	}
	parts := strings.Split(q.Text, "-")
	unix, _ := strconv.ParseInt(parts[0], 10, 64) // its own words can be read
	q.Bits, _ = strconv.Atoi(parts[1])
	q.issued = time.Unix(unix, 0)
	return q, nonce, true
}

func (q Question) expired(
	now time.Time,
) bool {
	return now.Sub(q.issued).Abs() > questionFor
}

// solvedBy reports whether a number answers the question.
func (q Question) solvedBy(nonce string) bool {
	if nonce == "" || len(nonce) > longestNonce {
		return false
	}
	sum := sha256.Sum256([]byte(q.Text + "." + nonce))
	return bits.LeadingZeros32(binary.BigEndian.Uint32(sum[:])) >= q.Bits
}

// longestNonce is how many digits a number has.
const longestNonce = 20

// Solve finds the answer to a question, as a page's script does.
func (q Question) Solve() string {
	for n := 0; ; n++ {
		if nonce := strconv.Itoa(n); q.solvedBy(nonce) {
			return q.Text + "." + nonce
		}
	}
}
