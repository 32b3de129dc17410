"""The number fields of the page read values as the command line does: the same accepted, the same refused, the same numbers."""

import json
import math
import random
import re
import subprocess

import pytest
from console import ROOT
from engine import NODE
from length import sized

from autodiff.errors import FormulaError
from autodiff.formula import number
from autodiff.page import engine, values
from autodiff.primitives import ALIASES, FUNCTIONS
from autodiff.reading.parser import translated

pytestmark = pytest.mark.skipif(NODE is None, reason="Node.js is not installed")

PARTS = "1 2 3 0.5 2. .5 1e3 pi e π tau ( ) ( ) + - * / ^ ** % , √ ² ⁻¹ sin( log( max( exp( σ( sqrt( mod( hypot( x × − ÷ ＋ （ ）"
TEXTS = ["", *(ROOT / "tests/values.txt").read_text(encoding="utf-8").splitlines()]
PIECES = [*re.findall(r"[a-z]+\(|[0-9.]+(?:e[0-9]+)?|[a-zπσ]+|\*\*|⁻¹|\S", PARTS), "007", "2pi", " "]


def ours(text: str) -> float | None:
    """What the command line makes of a value; None where it refuses it."""
    try:
        return number(text)
    except FormulaError:
        return None


def theirs(texts: list[str]) -> list[float | None]:
    """What the page makes of them."""
    spell = "(x) => (x === null ? null : Object.is(x, -0) ? '-0' : String(x))"
    script = ['"use strict";', values.typed(), engine.asset("values.js"), f"const TEXTS = {json.dumps(texts)};"]
    script.append(f"console.log(JSON.stringify(TEXTS.map(typed).map({spell})));")
    done = subprocess.run([str(NODE), "-"], input="\n".join(script), capture_output=True, text=True, timeout=100, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    return [None if one is None else float(one) for one in json.loads(done.stdout)]


def same(a: float | None, b: float | None) -> bool:
    """Whether both refuse, or both have a number, but for the last digits, in which V8's Math differs from C's library."""
    if a is None or b is None:
        return a is b
    return (a != a and b != b) or (a == b and math.copysign(1, a) == math.copysign(1, b)) or math.isclose(a, b, rel_tol=4e-15)


def differences(texts: list[str]) -> list[tuple[str, float | None, float | None]]:
    known = [text for text in texts if not elsewhere(text)]
    return [(text, ours(text), found) for text, found in zip(known, theirs(known), strict=True) if not same(ours(text), found)]


def elsewhere(text: str) -> bool:
    """Whether a text is read here alone: conditions, what comes from elsewhere, and ∞, which the page itself shows."""
    known = values.functions()
    long = FUNCTIONS - known.keys() - {alias for alias, op in ALIASES.items() if op in known}
    return "if(" in text or "∞" in text or translated(text) is not None or any(f"{name}(" in text for name in long)


def test_every_case() -> None:
    assert differences(TEXTS) == []
    assert theirs(["2pi", "2(3+1)", "√2", "3²", "log(8,2)", "7 % 3", "1e-400", "∞", "-∞"]) == pytest.approx(
        [2 * math.pi, 8, math.sqrt(2), 9, 3, 1, None, math.inf, -math.inf], abs=1e-15
    )


@pytest.mark.parametrize("count", sized(1_000, 10_000))
def test_random_values(count: int) -> None:
    rng = random.Random(7)
    texts = ["".join(rng.choices(PIECES, k=rng.randrange(1, 9))) for _ in range(count)]
    assert differences(texts) == []
    assert sum(ours(text) is not None for text in texts) > count / 30


def test_most_functions_are_known() -> None:
    """All but those whose definitions are long."""
    missing = {row for row in FUNCTIONS - ALIASES.keys() if row not in values.functions()}
    assert missing == {"if", "root", "logaddexp", "logsumexp", "erf", "erfc", "gamma", "lgamma", "digamma", "polygamma", "dsinc"}
