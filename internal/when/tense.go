package when

// tenseAt reads the ending of a verb at i: 開催しました, 開催されます.
func (s *scan) tenseAt(i int) tense {
	for j := i; j < i+14; j++ {
		c := s.at(j)
		switch {
		case c == 'た':
			switch s.at(j + 1) {
			case 'し', 'だ', 'い', 'め', 'く', 'ち', 'り':
				continue
			}
			switch s.at(j - 1) {
			case 'し', 'っ', 'い', 'れ', 'き', 'け', 'え', 'ね', 'め', 'べ', 'じ', 'り', 'び', 'み', 'わ':
				return tensePast
			}
		case c == 'す' && s.at(j-1) == 'ま', c == 'る', c == '予', c == '決':
			if c == 'す' && s.at(j+1) == 'る' {
				continue
			}
			if c == 'る' && (s.at(j+1) == 'こ' || s.at(j+1) == 'と') {
				continue
			}
			return tenseToCome
		case !isKana(c) && c != '致' && c != '行' && c != '来':
			return tenseNone
		}
	}
	return tenseNone
}

// sentenceTense looks for a past ending in the rest of the clause.
func (s *scan) sentenceTense(n int) tense {
	end := len(s.rs)
	for j := int(s.its[n].to); j < end && j < int(s.its[n].to)+160; j++ {
		switch s.rs[j].r {
		case '。', '\n', '!':
			return tenseNone
		case 'た':
			if p := s.at(j - 1); (p == 'し' && s.at(j-2) == 'ま' || p == 'し' && s.at(j-2) == 'で' || p == 'き' && s.at(j-2) == 'て') && !isKana(s.at(j+1)) {
				return tensePast
			}
		}
	}
	return tenseNone
}
