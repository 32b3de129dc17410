"""Derivatives as Leibniz wrote them, and as they are typed: d J/db, dJ/db, d/db J, d²J/db², d²J/dbdc."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from itertools import islice
from typing import NamedTuple

from autodiff.reading.source import SUPERSCRIPTS
from autodiff.tape import canonical

RAISED = "⁰¹²³⁴-⁹"
NAME = rf"[^\W\d{RAISED}](?:[^\W{RAISED}])*"
ORDER = rf"(?:\^\s*\d+|[{RAISED}]+)?"
HEAD = re.compile(rf"\s*[d∂]({ORDER})(?=[\s/(∂]|[^\W{RAISED}])")
BELOW = re.compile(rf"[d∂][\w\s·*^{RAISED}∂]*")
SUBJECT = re.compile(r"[^\s=*/^+,;)-]")
"""How what is differentiated begins."""
MOST = 20  # times that one may differentiate
MANY = 100  # ways to read names that are written together
DIGITS = re.compile(rf"\s*d([2-9])\s*({NAME})\s*/\s*d({NAME})\1\s*")
"""As d2J/db2, in which neither digit belongs to a name."""
BEGUN = re.compile(rf"\s*[d∂]{ORDER}(?:\s+\S.*|\s*/\s*[d∂].*)", re.DOTALL)
"""What may become one."""


class Fraction(NamedTuple):
    """The order, what is differentiated, and what stands below the line; `is_joined` where a name is written right behind the d."""

    order: int
    subject: str
    below: str
    is_joined: bool


def fraction(text: str) -> Fraction | None:
    """What a text says, if it looks like a derivative."""
    if plain := DIGITS.fullmatch(text):
        return Fraction(_number(plain[1]), plain[2], f"d{plain[3]}^{plain[1]}", True)
    head = HEAD.match(text)
    if head is None:
        return None
    rest = text[head.end() :]
    if rest.lstrip().startswith("/") and (found := re.match(r"\s*/\s*([d∂][^\s/(]*)", rest)) and rest[found.end() :].strip():
        subject, below = f" {rest[found.end() :].strip()}", found[1]
    else:
        subject, _, below = rest.rstrip().rpartition("/")
        below = below.strip()
        below = below[1:-1].strip() if below[:1] == "(" and below[-1:] == ")" else below
    is_one = BELOW.fullmatch(below) and (not subject.strip() or SUBJECT.match(subject.strip()))
    order = _number(head[1]) if head[1] else 1
    return Fraction(order, subject.strip(), below, re.fullmatch(NAME, subject.rstrip()) is not None) if is_one else None


def path(below: str, order: int, names: Collection[str]) -> tuple[str, ...] | None:
    """The names below the line, as many as the order says: in dx, dx^2, dx dy, dx·dy and dxdy. Those in `names` are known."""
    pieces = re.sub(r"(?<=[d∂])\s+|\s+(?=\^)|(?<=\^)\s+", "", re.sub(r"[·*]", " ", below)).split()
    found = list(islice(_splits(pieces, names, order), MANY)) if order <= MOST else []
    return next((path for path in found if set(path) <= set(names)), found[0] if found else None)


def _splits(pieces: list[str], names: Collection[str], left: int) -> Iterator[tuple[str, ...]]:
    """The ways to read some pieces as so many names. A piece is split behind a name that is known."""
    if not pieces or left <= 0:
        if not pieces and left == 0:
            yield ()
        return
    first, *rest = pieces
    cuts = [k for k in range(2, len(first)) if first[k] in "d∂"]
    for head, tail in [(first, ""), *((first[:k], first[k:]) for k in cuts)]:
        match = re.fullmatch(rf"[d∂]({NAME})({ORDER})", head)
        if match and (not tail or canonical(match[1]) in names):
            times = _number(match[2]) if match[2] else 1
            for others in _splits([tail, *rest] if tail else rest, names, left - times):
                yield (canonical(match[1]),) * times + others


def _number(text: str) -> int:
    return int(text.translate(SUPERSCRIPTS).lstrip("^ ").strip()[:4])
