package web

import (
	"container/list"
	"sync"
)

// A stamp says of what state of things a document was made: another stamp,
// another making. The document made last is kept all the same, for the time in
// which none can be made.
type stamp struct {
	revision int64
	// catalogue counts the reloads of the communities.
	catalogue int64
	// bucket is the day, or the minute, for which it was made.
	bucket int64
}

type entry struct {
	key   string
	stamp stamp
	doc   *document
}

func (e *entry) size() int { return len(e.doc.Body) + len(e.doc.Gzip) + len(e.key) + 512 }

// A cache keeps the documents asked for last, bounded in number and octets.
type cache struct {
	mu         sync.Mutex
	entries    map[string]*list.Element
	order      list.List
	bytes      int
	maxEntries int
	maxBytes   int
}

func newCache(entries, bytes int) *cache {
	return &cache{entries: map[string]*list.Element{}, maxEntries: entries, maxBytes: bytes}
}

// get returns what is kept under key, of whatever stamp.
func (c *cache) get(key string) (entry, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	el, ok := c.entries[key]
	if !ok {
		return entry{}, false
	}
	c.order.MoveToFront(el)
	return *el.Value.(*entry), true
}

// put keeps e in place of what was kept under its key. What alone is larger than
// the cache is not kept.
func (c *cache) put(e entry) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if el, ok := c.entries[e.key]; ok {
		c.remove(el)
	}
	if e.size() > c.maxBytes {
		return
	}
	c.entries[e.key] = c.order.PushFront(&e)
	c.bytes += e.size()
	for len(c.entries) > c.maxEntries || c.bytes > c.maxBytes {
		c.remove(c.order.Back())
	}
}

func (c *cache) remove(el *list.Element) {
	e := c.order.Remove(el).(*entry)
	delete(c.entries, e.key)
	c.bytes -= e.size()
}
