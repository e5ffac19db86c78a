#!/usr/bin/env bash
# Makes NotoSansCJKjp-Bold-subset.otf.gz: of Noto Sans CJK JP Bold (Debian's package
# fonts-noto-cjk, SIL Open Font License 1.1, see OFL.txt) the characters of JIS X 0208
# levels 1 and 2 with the vendors' additions (code page 932), Latin letters and signs.
# Needs fonts-noto-cjk and python3-fonttools of Debian; equal packages make equal bytes.
set -euo pipefail
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
/usr/bin/python3 - >"$work/characters" <<'PYTHON'
wanted = set(range(0x20, 0x7F)) | set(range(0xA0, 0x180))
wanted |= {0x2013, 0x2014, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2026, 0x2192, 0x301C}
for lead in range(0x81, 0xFD):
    for trail in range(0x40, 0xFD):
        try:
            wanted |= {ord(c) for c in bytes([lead, trail]).decode("cp932")}
        except UnicodeDecodeError:
            pass
print(",".join("%X" % c for c in sorted(wanted) if not 0xE000 <= c <= 0xF8FF))
PYTHON
/usr/bin/python3 -m fontTools.subset /usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc \
	--font-number=0 --unicodes-file="$work/characters" --layout-features='' --no-hinting \
	--drop-tables+=vhea,vmtx,VORG,BASE,GPOS,GSUB,GDEF --name-IDs=0,1,2,13,14 \
	--output-file="$work/subset.otf"
gzip -9 -n -c "$work/subset.otf" >NotoSansCJKjp-Bold-subset.otf.gz
ls -l NotoSansCJKjp-Bold-subset.otf.gz
