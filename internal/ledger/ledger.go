// Package ledger answers for the truth over time: from what a believed poll
// listed and what was known before, it says which events there are and what
// happened to them. It reads no clock and stores nothing.
package ledger
