"""What generated code and columns share or leave out changes no bit: one exponential for kin, a 0 added to what is never -0."""

import itertools
import math
import random

import numpy as np
import pytest
from length import sized
from oracle import sample
from test_columns import EDGES

import autodiff
from autodiff.code.symbols import Code, straight
from autodiff.numbers.arrays import ARRAYS, quiet
from autodiff.passes.evaluate import evaluate
from autodiff.symbolic.gradients import gradients
from autodiff.symbolic.kin import kin, opened
from autodiff.tape import Apply, Tape

PAIRS = np.array(list(itertools.product((*EDGES, 0.3, -17.0, 36.7, -40.0), repeat=2))).T


def bits(x: object) -> bytes:
    """The bits of numbers at all points; every NaN is the same."""
    found = np.broadcast_to(np.asarray(x, float), PAIRS[0].shape)
    return np.where(np.isnan(found), np.nan, found).tobytes()


def compared(tape: Tape, kept: list[int]) -> Tape:
    """The opened tape, after a look at all that is kept."""
    other, places = opened(tape, kept)
    point = dict(zip(("x", "y"), PAIRS))
    with quiet():
        before, after = evaluate(tape, point, ARRAYS), evaluate(other, point, ARRAYS)
    assert bits(before[tape.output]) == bits(after[other.output])
    assert [bits(before[i]) for i in kept] == [bits(after[i]) for i in places]
    return other


@pytest.mark.parametrize(
    ("text", "exponentials"),
    [
        ("sigmoid(x)*sigmoid(-x)", 1), ("softplus(x) - softplus(-x)", 1), ("sigmoid(x - y) + sigmoid(y - x)", 1),
        ("sigmoid(2*x)*sigmoid(-2*x)", 1), ("sigmoid(-(x*y))/sigmoid(y*-x)", 1), ("tanh(x*y)", 1), ("softplus(sigmoid(x))", 2),
        ("sigmoid(x - y)*sigmoid(x + y)", 2), ("sigmoid(x*x)*sigmoid(x*y)", 2), ("sigmoid(2*x) + sigmoid(3*x)", 2),
        ("logaddexp(x, y)", 1), ("log(sigmoid(x)) + log(1 - sigmoid(x))", 1), ("sigmoid(--x)*softplus(-x)", 1),
    ],
)  # fmt: skip
def test_kin_share_their_exponential(text: str, exponentials: int) -> None:
    formula = autodiff.parse(text)
    found = gradients(*formula.bind(dict.fromkeys(formula.variables))[:2], Code())
    tape = compared(found.tape, list(found.slopes.values()))
    assert sum(1 for node in tape.nodes if isinstance(node, Apply) and node.op == "exp") == exponentials


@pytest.mark.parametrize("count", sized(60, 400))
def test_random_formulas_keep_their_bits(count: int) -> None:
    rng, met = random.Random(1), 0
    inner = ("x", "-x", "x - y", "y - x", "2*x", "-2*x", "x*y", "-(x*y)", "x/y", "-y")
    for _ in range(count):
        parts = [f"{rng.choice(('sigmoid', 'softplus', 'tanh'))}({rng.choice(inner)})" for _ in range(4)]
        formula = autodiff.parse(f"{parts[0]}*{parts[1]} - {parts[2]}/({parts[3]} + 2)")
        found = gradients(*formula.bind(dict.fromkeys(formula.variables))[:2], Code())
        met += len(kin(found.tape.nodes, range(len(found.tape.nodes))))
        compared(found.tape, list(found.slopes.values()))
    assert met > count


@pytest.mark.parametrize("count", sized(60, 400))
def test_what_is_never_minus_zero(count: int) -> None:
    rng, met = random.Random(2), 0
    point = dict(zip(("x", "y"), PAIRS))
    for _ in range(count):
        formula = autodiff.parse(sample(rng, ("x", "y"), 4).text)
        symbols = Code()
        tape, _ = straight(formula.bind(dict.fromkeys(formula.variables))[0], symbols)
        with quiet():
            values = evaluate(tape, point, ARRAYS)
        for i, value in enumerate(values):
            if symbols.never_minus_zero(i):
                met += 1
                assert not np.any((np.asarray(value) == 0) & np.signbit(value)), tape.nodes[i]
    assert met > count


def test_a_minus_that_moves_keeps_the_bits() -> None:
    """-a*b, a/-b and their sums, as the sweep back of generated code writes them."""
    for a, b in itertools.product(EDGES, repeat=2):
        found = [(-a * b, -(a * b)), (a * -b, -(a * b)), (a + -b, a - b), (a - -b, a + b)]
        found += [(-a / b, -(a / b)), (a / -b, -(a / b))] if b else []
        assert all(x.hex() == y.hex() or (math.isnan(x) and math.isnan(y)) for x, y in found)
