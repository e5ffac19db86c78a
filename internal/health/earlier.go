package health

// continueDoubts has an item that was doubted for its company be of the same kind while
// it says the same, though its company has gone.
func (w *weighing) continueDoubts() {
	passed := w.passed()
	for i, it := range w.items {
		for _, of := range [][2]Kind{{KindCancelled, KindStatus}, {KindMoved, KindZone}} {
			if passed[of[1]] {
				continue
			}
			old, doubted := w.earlier[[2]string{it.Key, string(of[1])}]
			isAlone := w.kinds[i] == of[0] && !it.Worded
			if doubted && isAlone && old.Said == said(of[1], it) {
				w.setKind(i, of[1])
			}
		}
	}
}

// passed returns the kinds of doubt that have passed: most of what was in doubt and is
// still listed says again what it said before. What has not changed back is so.
func (w *weighing) passed() map[Kind]bool {
	back := map[Kind]int{}
	for i, it := range w.items {
		for _, k := range []Kind{KindStatus, KindZone} {
			old, doubted := w.earlier[[2]string{it.Key, string(k)}]
			if !doubted || it.Now == nil {
				continue
			}
			back[k] += one(w.kinds[i] == KindSame) - one(old.Said == said(k, it))
		}
	}
	return map[Kind]bool{KindStatus: back[KindStatus] > 0, KindZone: back[KindZone] > 0}
}
