"""The numbers that people and programs write, and what their digits leave open."""

from __future__ import annotations

import math
import re
from decimal import Decimal

from autodiff.reading.source import plain
from autodiff.tape import Apply, Const, Node

PRINTED = 15  # digits of a number that was a double once
FEWEST = 3  # digits of a number that is taken for a rounded one
BARE = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


def is_double(node: Node) -> bool:
    """Whether a node is right to the digits of a double only: a number that was printed, or a primitive with a series."""
    return is_printed(node) if isinstance(node, Const) else isinstance(node, Apply) and node.op == "sinc"


def is_printed(node: Const) -> bool:
    """Whether a number is written with the digits of a double."""
    return len(re.sub(r"[eE].*|\D", "", node.text).strip("0")) >= PRINTED


def rounded_to(text: str, right: float, slack: float = 0.0) -> int | None:
    """To how many digits a bare number is the right value, rounded; None where it is not, or has fewer than three.

    The zeros that a whole number ends in do not count. `slack` is what the right value may be off.
    """
    text = plain(text).strip()
    if not BARE.fullmatch(text) or not math.isfinite(right):
        return None
    number = Decimal(text)
    _, digits, exponent = (number if "." in text else number.normalize()).as_tuple()
    unit = Decimal(1).scaleb(int(exponent))
    is_rounded = abs(number - Decimal(right)) <= unit / 2 + Decimal(slack)
    return len(digits) if len(digits) >= FEWEST and is_rounded else None


def half_unit(node: Node) -> float:
    """What writing a number down may have changed: half an ulp, or half a unit of its last digit."""
    assert isinstance(node, Const)
    text = node.text.replace("_", "")
    last = float(Decimal(1).scaleb(int(Decimal(text).as_tuple().exponent))) if BARE.fullmatch(text) else 0.0
    return max(math.ulp(node.value), last) / 2
