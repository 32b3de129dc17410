"""What a document of LaTeX has to load."""

from __future__ import annotations

from collections.abc import Iterable

from autodiff.writing.latex import GREEK, LOWERED
from autodiff.writing.width import cells

FONTS = {"main": "DejaVu Serif", "mono": "DejaVu Sans Mono"}
"""Those that have letters of most scripts."""


def packages(names: Iterable[str], words: bool = False) -> list[str]:
    """The packages for formulas: amsmath, and fonts for names of other scripts, and for Chinese `words` between them."""
    signs = {sign for name in names for sign in name if not sign.isascii()} - {*GREEK.values(), *map(chr, LOWERED)}
    found = [r"\usepackage{amsmath,longtable}"]
    if words or any(_is_wide(sign) for sign in signs):
        found.append(r"\usepackage[scheme=plain]{ctex}")
    if any(not _is_wide(sign) and ord(sign) > 0xFF for sign in signs):
        found.append(r"\usepackage{fontspec}")
        found += [rf"\IfFontExistsTF{{{font}}}{{\set{kind}font{{{font}}}}}{{}}" for kind, font in FONTS.items()]
    return found


def _is_wide(sign: str) -> bool:
    return cells(sign) == 2
