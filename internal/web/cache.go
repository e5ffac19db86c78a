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

func (e *entry) size() int { return e.doc.size() + len(e.key) }

func (d *document) size() int { return len(d.Body) + len(d.Gzip) + 512 }

// An lru is a list of entries in the order in which they were asked for, bounded in
// number and octets.
type lru struct {
	order                list.List
	bytes                int
	maxEntries, maxBytes int
}

func (l *lru) full() bool { return l.order.Len() > l.maxEntries || l.bytes > l.maxBytes }

// A cached is one entry with the list that it is in.
type cached struct {
	entry
	in   *lru
	slot *list.Element
}

// A cache keeps the documents asked for last, and bounds what all documents take in
// memory: those that are kept, those being made and those on their way to readers.
//
// What was asked for once only is kept in a small list of its own, so that a thousand
// different questions push out nothing that is asked for all day, and take no more
// memory than that list.
type cache struct {
	mu          sync.Mutex
	entries     map[string]*cached
	once, often lru
	// lent counts the readers that each document is on its way to.
	lent map[*document]int
	// outside are the octets of documents that are lent and not kept, and of those
	// being made, as far as can be known before they are; maxBytes bounds all together.
	outside, maxBytes int
	// largest is the size of the largest document of late.
	largest int
}

// newCache returns a cache of at most so many entries; a quarter of the octets, and of
// the entries, is for those that were asked for once.
func newCache(entries, bytes int) *cache {
	c := &cache{
		entries:  map[string]*cached{},
		lent:     map[*document]int{},
		maxBytes: bytes,
	}
	c.once = lru{maxEntries: max(entries/4, 1), maxBytes: bytes / 4}
	c.often = lru{maxEntries: entries - c.once.maxEntries, maxBytes: bytes / 2}
	return c
}

// get returns what is kept under key, of whatever stamp.
func (c *cache) get(key string) (entry, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.entries[key]
	if !ok {
		return entry{}, false
	}
	c.promote(e)
	return e.entry, true
}

// promote notes that an entry was asked for again.
func (c *cache) promote(e *cached) {
	if e.in == &c.often {
		c.often.order.MoveToFront(e.slot)
		return
	}
	c.unlink(e)
	c.link(e, &c.often)
	c.trim()
}

// put keeps e in place of what was kept under its key. What alone is larger than
// its list is not kept.
func (c *cache) put(e entry) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.largest = max(c.largest-c.largest/64, e.doc.size())
	in := &c.once
	if old := c.entries[e.key]; old != nil {
		in = old.in
		c.remove(old)
	}
	if e.size() > in.maxBytes {
		return
	}
	if c.lent[e.doc] > 0 {
		c.outside -= e.doc.size()
	}
	c.link(&cached{entry: e}, in)
	c.trim()
}

func (c *cache) link(e *cached, in *lru) {
	e.in, e.slot = in, in.order.PushFront(e)
	in.bytes += e.size()
	c.entries[e.key], e.doc.kept = e, true
}

func (c *cache) unlink(e *cached) {
	e.in.order.Remove(e.slot)
	e.in.bytes -= e.size()
	delete(c.entries, e.key)
	e.doc.kept = false
}

// remove keeps an entry no longer; while readers still get its document, that counts.
func (c *cache) remove(e *cached) {
	c.unlink(e)
	if c.lent[e.doc] > 0 {
		c.outside += e.doc.size()
	}
}

// trim drops what was not asked for longest, until the bounds hold.
func (c *cache) trim() {
	for _, l := range []*lru{&c.once, &c.often} {
		for c.isOver(l) {
			c.remove(l.order.Back().Value.(*cached))
		}
	}
}

// isOver reports whether something of a list has to go.
func (c *cache) isOver(l *lru) bool {
	isHeavy := l.order.Len() > 0 && c.bytes() > c.maxBytes
	return l.full() || isHeavy
}

// bytes are those of all documents together.
func (c *cache) bytes() int { return c.once.bytes + c.often.bytes + c.outside }

// reserve makes room for a document that is about to be made, and returns the function
// that frees it. It reports false where readers are on all the room there is.
func (c *cache) reserve() (free func(), ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := c.largest
	if n > 0 && c.outside+n > c.maxBytes {
		return nil, false
	}
	c.outside += n
	c.trim()
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.outside -= n
	}, true
}

// lend notes that a document goes out to a reader, and returns the function that notes
// the end of that. It reports false where too much is on its way already.
func (c *cache) lend(d *document) (back func(), ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.lent[d] == 0 && !d.kept {
		if c.outside > 0 && c.outside+d.size() > c.maxBytes {
			return nil, false
		}
		c.outside += d.size()
		c.trim()
	}
	c.lent[d]++
	return func() { c.returned(d) }, true
}

func (c *cache) returned(d *document) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.lent[d]--; c.lent[d] > 0 {
		return
	}
	delete(c.lent, d)
	if !d.kept {
		c.outside -= d.size()
	}
}
