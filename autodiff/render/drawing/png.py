"""The SVG picture as pixels. Fonts are those of the machine: a Chinese one for Chinese, and a Latin one for the rest."""

from __future__ import annotations

import math
import re
import unicodedata
from typing import Any

from autodiff.errors import AutodiffError, needs
from autodiff.messages import say
from autodiff.render.drawing.colours import CHINESE, FONT, LATIN
from autodiff.render.drawing.runs import is_wide
from autodiff.render.drawing.svg import escaped

MOST = 1 << 26  # pixels
MISSING = "\U0010fffd"  # a character that no font has


def picture(svg: str, scale: float) -> bytes:
    """The picture as a PNG. Raises AutodiffError where it would be too large, or where the package for it is missing."""
    resvg = _resvg()
    found = re.search(r'width="([0-9.]+)" height="([0-9.]+)"', svg)
    size = float(found[1]) * float(found[2]) * scale**2 if found else 0.0
    if size > MOST:
        message = say("the picture would have {number} million pixels", number=f"{size / 1e6:.0f}")
        best = math.floor(scale * math.sqrt(MOST / size) * 100) / 100
        raise AutodiffError("E056", message, say("add --scale {scale}, or choose --format svg", scale=f"{best:g}"))
    return bytes(resvg.svg_to_bytes(svg_string=_latin(svg), zoom=scale))


def unshown(svg: str) -> list[str]:
    """The characters of a picture for which this machine has no font."""
    letters = {sign for sign in svg if not sign.isascii() and unicodedata.category(sign)[0] in "LNPS"}
    lost = {_sign(MISSING, _fonts(MISSING)), _sign(" ", _fonts(" "))}
    return sorted(sign for sign in {*letters, "a"} if _sign(sign, _fonts(sign)) in lost)


def _sign(sign: str, fonts: str) -> bytes:
    """One character as it is drawn."""
    text = f'<text x="8" y="32" font-size="24" font-family="{fonts}">{escaped(sign)}</text>'
    return bytes(_resvg().svg_to_bytes(svg_string=f'<svg xmlns="http://www.w3.org/2000/svg" width="48" height="48">{text}</svg>'))


def _resvg() -> Any:
    return needs("resvg_py")


def _latin(svg: str) -> str:
    """The picture with the fonts that machines have in place of the usual ones; one of them is narrow enough if condensed."""
    condensed = _sign("a", LATIN) == _sign(" ", LATIN)
    return svg.replace(FONT, f"{INSTEAD},{CHINESE};font-stretch:condensed" if condensed else f"{INSTEAD},{CHINESE}")


def _fonts(sign: str) -> str:
    """Which fonts to try for a character, in which order."""
    return HAN if is_wide(sign) else f"{INSTEAD},{CHINESE}"


INSTEAD = f"{LATIN},'Nimbus Sans','TeX Gyre Heros',FreeSans,'DejaVu Sans',sans-serif"
HAN = f"{CHINESE},{INSTEAD}"
"""The fonts for Chinese, which a picture for this module says in its text."""
