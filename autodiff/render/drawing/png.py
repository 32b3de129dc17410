"""The SVG picture as pixels. Fonts are those of the machine: Chinese ones first where the text is Chinese."""

from __future__ import annotations

import math
import re
import unicodedata
from typing import Any

from autodiff.errors import AutodiffError, needs
from autodiff.messages import say
from autodiff.render.drawing.colours import CHINESE, FONT, LATIN
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
    return bytes(resvg.svg_to_bytes(svg_string=svg.replace(FONT, _fonts(svg)), zoom=scale))


def unshown(svg: str) -> list[str]:
    """The characters of a picture for which this machine has no font."""
    letters = {sign for sign in svg if not sign.isascii() and unicodedata.category(sign)[0] in "LNPS"}
    fonts, resvg = _fonts(svg), _resvg()

    def drawn(sign: str) -> bytes:
        text = f'<text x="8" y="32" font-size="24" font-family="{fonts}">{escaped(sign)}</text>'
        return bytes(resvg.svg_to_bytes(svg_string=f'<svg xmlns="http://www.w3.org/2000/svg" width="48" height="48">{text}</svg>'))

    lost = {drawn(MISSING), drawn(" ")}
    return sorted(sign for sign in {*letters, "a"} if drawn(sign) in lost)


def _resvg() -> Any:
    return needs("resvg_py")


def _fonts(svg: str) -> str:
    """Which fonts to try in which order: one that has all signs is better than two that share the work."""
    wide = any(unicodedata.east_asian_width(sign) in "WF" for sign in svg)
    return f"{CHINESE},{LATIN},sans-serif" if wide else f"{LATIN},{CHINESE},sans-serif"
