"""What stands in brackets behind an uncertainty: its shape, its coverage factor, its degrees of freedom."""

from __future__ import annotations

import math
import re
from typing import NamedTuple

from autodiff.errors import AutodiffError, suggestion
from autodiff.messages import say, series
from autodiff.primitives import CONSTANTS
from autodiff.uncertainty.typed import Typed

KINDS = {
    "rect": "rectangular", "rectangular": "rectangular", "uniform": "rectangular",
    "tri": "triangular", "triangular": "triangular",
    "u": "u-shaped", "arcsine": "u-shaped",
    "normal": "normal", "gauss": "normal",
}  # fmt: skip
"""What a half-width may be called, in small letters."""
OFFERED = ("(rect)", "(tri)", "(U)", "(k=2)", "(df=9)")
_KIND = re.compile(r"(?P<before>[\w.]+|%|\)(?:e[-+]?\d+)?)\s*\(\s*(?P<kinds>[^\W\d][^()]*)\)\s*$")


class Kind(NamedTuple):
    """What stands in brackets behind an uncertainty."""

    shape: str = ""
    factor: float | None = None
    degrees: float | None = None


def parted(typed: Typed, text: str) -> tuple[str, Kind]:
    """The text without the brackets at its end, and what stands in them."""
    kind = Kind()
    while (found := _KIND.search(text)) and not (found["before"].isidentifier() and found["before"] not in CONSTANTS):
        group = found["kinds"].strip()
        for word in re.split(r"[\s,;]+", re.sub(r"\s*=\s*", "=", group)):
            kind = _with(typed, kind, word, group)
        text = text[: found.end("before")]
    return text, kind


def _with(typed: Typed, kind: Kind, word: str, group: str) -> Kind:
    name, sign, amount = word.partition("=")
    if not sign and (shape := KINDS.get(name.lower(), "")):
        if kind.shape or kind.factor:
            raise typed.wrong(say("two kinds of one uncertainty contradict each other"), f'{typed.name}="5±0.1 (rect)"')
        return kind._replace(shape=shape)
    if sign and name in ("k", "df", "dof", "ν"):
        size = typed.number(amount)
        if name == "k":
            if kind.shape not in ("", "normal") or kind.factor:
                raise typed.wrong(say("two kinds of one uncertainty contradict each other"), f'{typed.name}="5±0.1 (k=2)"')
            if not 0 < size < math.inf:
                raise typed.wrong(say("a coverage factor is a number above 0"), f'{typed.name}="5±0.1 (k=2)"')
            return kind._replace(factor=size)
        if not size >= 1:
            raise typed.wrong(say("degrees of freedom are at least 1"), f'{typed.name}="5±0.1 (df=9)"')
        return kind._replace(degrees=size)
    near = suggestion(name.lower(), ["rect", "tri", "normal", "arcsine"])
    hint = say("write one of {names}", names=series(OFFERED))
    message = say("the value of '{name}': ({text}) is no kind of uncertainty", name=typed.name, text=group)
    raise AutodiffError("E032", message, say("did you mean '{near}'?", near=near) if near else hint)
