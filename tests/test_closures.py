"""Rows that are written as Python compute what reading their tapes computes, bit for bit."""

import math
import random
import struct

import pytest
from length import sized

from autodiff.numbers.algebra import FLOATS
from autodiff.numbers.unbounded import UNBOUNDED
from autodiff.passes.closures import OPERATORS
from autodiff.passes.evaluate import function
from autodiff.passes.rules import derived, directions, meets, point, row
from autodiff.primitives import TABLE

NUMBERS = [0.0, 1.0, 0.5, 2.0, 3.0, 10.0, 1.5, 2.5, 1e-320, 1e-308, 1e308, 1e150, 1e-160, 700.0, 2.0**52, math.inf, math.nan]
WHOLE = ("dsinc", "polygamma")  # rows whose first argument is an order
TRUTHS = ("and", "or", "not")


def bits(x):
    """What tells any two numbers apart, zeros of either sign and numbers beyond the doubles included."""
    return None if x is None else (type(x), "nan" if x != x else struct.pack("d", x), getattr(x, "exact", None))


def drawn(op: str, count: int, algebra, draw: random.Random) -> list:
    """Arguments: special ones, ordinary ones, equal ones, and some beyond the range of doubles."""
    args = [draw.choice(NUMBERS) * draw.choice((1, -1)) if draw.random() < 0.5 else draw.uniform(-3, 3) for _ in range(count)]
    args = [args[0]] * count if draw.random() < 0.2 else args
    if op in TRUTHS:
        return [x > 0 for x in args]
    if algebra is UNBOUNDED and op not in WHOLE and draw.random() < 0.3:
        args[-1] = function("exp", UNBOUNDED)(draw.uniform(-1500, 1500))
    return [args[0] > 0, *args[1:]] if op == "if" else args


def cases(name: str, algebra, count: int):
    """Arguments, their value, and which of them vary."""
    draw = random.Random(f"{name} {algebra}")
    for _ in range(count):
        args = drawn(name, draw.choice((2, 3)) if TABLE[name].variadic else len(TABLE[name].names), algebra, draw)
        yield args, function(name, algebra)(*args), tuple([draw.random() < 0.7 for _ in args])


def used_up(warm):
    """A function that has been read so often that it is written now."""
    warm._left = -1
    return warm


@pytest.mark.parametrize("count", sized(40, 1000))
@pytest.mark.parametrize("algebra", [FLOATS, UNBOUNDED], ids=["doubles", "unbounded"])
def test_slopes(algebra, count):
    for name in TABLE:
        for args, out, wanted in cases(name, algebra, count):
            for literal in (False, True):
                read = [*map(bits, derived(name, args, out, algebra, literal, wanted))]
                warm = row(name, literal, wanted, algebra)
                assert [*map(bits, warm.of(*args, out))] == read, (name, args)
                used_up(warm).of(*args, out)
                assert [*map(bits, warm.of(*args, out))] == read, (name, args)


@pytest.mark.parametrize("count", sized(40, 1000))
def test_special_points(count):
    for name, primitive in TABLE.items():
        for args, out, varies in cases(name, FLOATS, count) if primitive.points else ():
            if out == out:
                known = (out, args.count(out)) if primitive.variadic else (*args, out)
                found = directions(name, varies)
                wrt = ["", *[primitive.names[k] for k in found]]
                if (warm := meets(name, found)) is not None:
                    met = any(point(name, args, out, one) for one in wrt)
                    assert warm.of(*known)[0] == met
                    used_up(warm).of(*known)
                    assert warm.of(*known)[0] == met
                else:
                    assert not any(point(name, args, out, one) for one in wrt)


def test_operators_are_the_functions_of_floats():
    for op, text in OPERATORS.items():
        for args, out, _ in cases(op, FLOATS, 400):
            assert bits(eval(text.format(*[f"x{k}" for k in range(len(args))]), {f"x{k}": x for k, x in enumerate(args)})) == bits(
                out
            )
