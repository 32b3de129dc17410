"""10,000 random formulas: reverse mode, forward mode, symbols and mpmath agree."""

import inspect
import random
import sys

import pytest
from length import LONG, sized
from sweep import sweep

import autodiff
from autodiff.passes.evaluate import evaluate


@pytest.mark.long
@pytest.mark.parametrize(("seed", "count"), [(0, 400), *(pytest.param(seed, 1250, marks=LONG) for seed in range(8))])
def test_random_formulas(seed: int, count: int) -> None:
    judged = sweep(random.Random(seed), count)
    assert judged > 0.64 * count  # the others are undefined or ill-conditioned where they were tried


def test_reading_means_the_same() -> None:
    """What is written out parses to the same numbers."""
    from oracle import sample

    rng = random.Random(7)
    for _ in range(200):
        formula = sample(rng, ("x", "y", "z"), 4)
        at = {name: rng.uniform(-3, 3) for name in ("x", "y", "z")}
        parsed = autodiff.parse(formula.text)
        used = {name: at[name] for name in parsed.variables}
        sheet = parsed.at(**used)
        again = autodiff.parse(sheet.reading).at(**used)
        assert again.reading == sheet.reading
        assert repr(again.value) == repr(sheet.value)
        assert repr(again.gradient) == repr(sheet.gradient)


@pytest.mark.parametrize("levels", sized(400, 3000))
def test_symbols_do_not_recurse(levels: int) -> None:
    """Deep choices, long sums of choices and long conditions have a written derivative too."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack(0)) + 300)  # less than the levels
    try:
        deep(levels)
    finally:
        sys.setrecursionlimit(before)


def deep(levels: int) -> None:
    for text in (
        "".join(f"if(x > {k}, x, " for k in range(levels)) + "0" + ")" * levels,
        "if(x > 0, x*x, " * levels + "0" + ")" * levels,
        "if(x > 0, " * levels + "x" + ", 1)" * levels,
        "+".join(f"if(x > {k}, sqrt(x), 1)" for k in range(levels)),
        "if(" + " or ".join(f"x > {k}" for k in range(levels)) + ", x, -x)",
    ):
        formula = autodiff.parse(text)
        tape = formula.diff("x").tape
        for x in (-1.5, 0.5):
            assert evaluate(tape, {"x": x})[tape.output] == pytest.approx(formula.at(x=x).gradient["x"], rel=1e-12)


def test_only_variables_have_derivatives() -> None:
    with pytest.raises(autodiff.AutodiffError):
        autodiff.parse("a*b").diff("c")
