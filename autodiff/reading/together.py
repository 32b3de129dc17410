"""A function and what it is taken of, run together to one name, as in sinx, xlnx and cos2θ: what may have been meant."""

from __future__ import annotations

import re
from collections.abc import Collection

from autodiff.primitives import CONSTANTS, FUNCTIONS

_OFTEN = frozenset("xyzθφαβ")
"""What functions are taken of, even where it has no value: not t, for cost is a name, and no cosine."""
_NAMES = sorted((name for name in FUNCTIONS if name.isalpha() and name != "if"), key=len, reverse=True)
_PIECE = re.compile(rf"(?P<before>[0-9]*[^\W\d_]{{0,2}}?)(?P<function>{'|'.join(_NAMES)})(?P<factor>[0-9]*)(?P<letter>pi|[^\W\d_])")
_POWER = re.compile(r"\s*(?:(?:\^|\*\*)\s*(?P<plain>[\w.]+|\([^()]*\))|(?P<raised>[⁰¹²³⁴-⁹]+))")
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")


def spellings(name: str, known: Collection[str], text: str = "", end: int = 0) -> tuple[tuple[str, ...], int]:
    """The formulas that a name may stand for, of letters that are known or usual, and where they end in the text; or none."""
    factors: list[str] = []
    at = 0
    argument, last = "", ""
    while at < len(name):
        piece = _PIECE.match(name, at)
        if piece is None or not _is_known(piece["letter"], known) or not _are_known(piece, known):
            return (), end
        last, argument = piece["function"], f"{piece['factor']}*{piece['letter']}" if piece["factor"] else piece["letter"]
        factors += [*piece["before"], f"{last}({argument})"]
        at = piece.end()
    before = text[: end - len(name)].rstrip()[-1:] if text else ""
    power = _POWER.match(text, end)
    forms = ["*".join(factors)]
    if power:
        exponent, start = power["plain"] or power["raised"].translate(_RAISED), "*".join([*factors[:-1], ""])
        inner = f"({argument})" if "*" in argument else argument
        forms, end = [f"{start}{last}({argument})^{exponent}", f"{start}{last}({inner}^{exponent})"], power.end()
    if before in ("/", "%", "^") and len(factors) > 1:
        forms = [spelling for form in forms for spelling in (form, f"({form})")]
    return tuple(forms), end


def _are_known(piece: re.Match[str], known: Collection[str]) -> bool:
    """Whether all letters before a function are known, or the one that it is taken of."""
    return all(letter in known or letter == piece["letter"] for letter in piece["before"])


def _is_known(letter: str, known: Collection[str]) -> bool:
    return letter in known or letter in _OFTEN or (letter in CONSTANTS and letter != "e")
