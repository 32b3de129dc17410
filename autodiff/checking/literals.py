"""The numbers that people and programs write, and what their digits leave open."""

from __future__ import annotations

import math
import re
from decimal import Decimal

from autodiff.tape import Apply, Const, Node

PRINTED = 15  # digits of a number that was a double once
BARE = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


def is_double(node: Node) -> bool:
    """Whether a node is right to the digits of a double only: a number that was printed, or a primitive with a series."""
    return is_printed(node) if isinstance(node, Const) else isinstance(node, Apply) and node.op == "sinc"


def is_printed(node: Const) -> bool:
    """Whether a number is written with the digits of a double."""
    return len(re.sub(r"[eE].*|\D", "", node.text).strip("0")) >= PRINTED


def half_unit(node: Node) -> float:
    """What writing a number down may have changed: half an ulp, or half a unit of its last digit."""
    assert isinstance(node, Const)
    text = node.text.replace("_", "")
    last = float(Decimal(1).scaleb(int(Decimal(text).as_tuple().exponent))) if BARE.fullmatch(text) else 0.0
    return max(math.ulp(node.value), last) / 2
