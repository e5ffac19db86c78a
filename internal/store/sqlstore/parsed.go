package sqlstore

import (
	"context"
	"database/sql"
	"sync"
)

// mostParsed is how many statements are kept parsed. Those of polls and mail are far
// fewer; others are made of conditions.
const mostParsed = 300

// parsed keeps statements for the transactions of a handle with one connection, on which
// nothing can be parsed while one of them is under way. Nil keeps none.
type parsed struct {
	mu    sync.Mutex
	stmts map[string]*sql.Stmt
	// missed were asked and not found, by the transaction under way.
	missed []string
}

// find returns a statement, and notes that it was missed where it is not there.
func (p *parsed) find(text string) *sql.Stmt {
	if p == nil {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if s := p.stmts[text]; s != nil {
		return s
	}
	if len(p.stmts)+len(p.missed) < mostParsed {
		p.missed = append(p.missed, text)
	}
	return nil
}

// parse parses what was missed. What cannot be parsed now is done without.
func (p *parsed) parse(ctx context.Context, handle *sql.DB) {
	if p == nil {
		return
	}
	p.mu.Lock()
	missed := p.missed
	p.missed = nil
	p.mu.Unlock()
	for _, text := range missed {
		stmt, err := handle.PrepareContext(ctx, text)
		if err != nil {
			return
		}
		p.keep(text, stmt)
	}
}

func (p *parsed) keep(text string, stmt *sql.Stmt) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stmts[text] != nil {
		_ = stmt.Close() //nolint:sqlclosecheck // another one was sooner; what is kept closes with its handle
		return
	}
	p.stmts[text] = stmt
}
