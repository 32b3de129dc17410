"""The screen of columns: no record that is not ok escapes it, few others are caught, and the counts do not depend on batches."""

import math
import random
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import outofrange
import pytest
from cases import CASES, Case

import autodiff
from autodiff.data.batch import BLOCK
from autodiff.data.screen import Screen
from autodiff.numbers.unbounded import UNBOUNDED
from autodiff.passes.enclosures import INTERVALS
from autodiff.passes.evaluate import function
from autodiff.primitives import CONDITIONS, TABLE

NASTY = [
    0.0, -0.0, 1.0, -1.0, 2.0, 0.5, -0.5, 3.0, 1.5, -2.0, 5e-324, -1e-310, 2.3e-308, 1e-170, 1e-160, -1e-200, 1e155, 1e200, -1e300,
    1.7e308, 36.8, -37.0, 700.0, -710.0, 745.0, -746.0, 40.0, 171.6, 1e16, math.pi, math.pi / 2, math.inf, -math.inf, math.nan,
    1 + 2**-52, 1 - 2**-53, 10.0, 100.0, -3.0,
]  # fmt: skip
CORNERS = [
    "max({},{})", "min({},{})", "abs({})", "relu({})", "max({},{},{})", "hypot({},{})", "clip({},{},{})", "floor({})", "({})/({})",
    "log({})", "sqrt({})", "mod({},{})",
]  # fmt: skip


def formula(rng: random.Random, depth: int) -> str:
    """A formula of x and y from all rows, with conditions and corners."""
    if not depth:
        return rng.choice(["x", "x", "y", "2", "0.5", "3", "0", "1"])
    kind = rng.random()
    if kind < 0.15:
        return f"if({condition(rng, depth - 1)}, {formula(rng, depth - 1)}, {formula(rng, depth - 1)})"
    if kind < 0.3:
        return rng.choice(CORNERS).format(*[formula(rng, depth - 1) for _ in range(3)])
    if kind < 0.6:
        return outofrange.formula(rng, depth)
    return f"({formula(rng, depth - 1)} {rng.choice('+-*/')} {formula(rng, depth - 1)})"


def condition(rng: random.Random, depth: int) -> str:
    one, other = (f"{formula(rng, depth)} {rng.choice(['<', '<=', '>', '>=', '==', '!='])} {formula(rng, depth)}" for _ in "12")
    return rng.choice([one, one, one, f"not ({one})", f"({one}) and ({other})", f"({one}) or ({other})"])


def numbers(rng: random.Random, count: int) -> list[float]:
    """Numbers of one kind."""
    kinds: list[Any] = [
        lambda: rng.choice(NASTY), lambda: rng.choice(NASTY), lambda: float(rng.randint(-3, 3)), lambda: rng.gauss(0, 1),
        lambda: rng.uniform(0.1, 2), lambda: rng.gauss(0, 400), lambda: outofrange.number(rng),
    ]  # fmt: skip
    kind = rng.choice(kinds)
    return [kind() for _ in range(count)]


def is_ok(formula: autodiff.Formula, point: dict[str, float], wrt: list[str]) -> bool:
    sheet = formula.worksheet(point, wrt)
    return sheet.value_status == "ok" and not sheet.status


def is_ok_twice(formula: autodiff.Formula, point: dict[str, float], wrt: list[str]) -> bool:
    sheet = formula.worksheet(point, wrt)
    return sheet.value_status == "ok" and not sheet.status and not sheet.second.status


def screened(text: str, fixed: dict[str, float], columns: dict[str, Any], wrt: list[str]) -> tuple[list[int], list[int]]:
    """The candidates, and the records that are not ok, one after the other."""
    parsed, size = autodiff.parse(text), len(next(iter(columns.values())))
    found = Screen(parsed, fixed, list(columns), wrt).candidates(columns)
    points = [{**fixed, **{name: float(x[i]) for name, x in columns.items()}} for i in range(size)]
    return [*map(int, found)], [i for i, point in enumerate(points) if not is_ok(parsed, point, wrt)]


@pytest.mark.sampled(8)
@pytest.mark.parametrize("seed", range(8))
def test_no_record_that_is_not_ok_escapes(seed: int) -> None:
    """Random formulas over the whole table, at points of every kind; and a record is caught alone where it is among others."""
    for number in range(8 * seed, 8 * seed + 8):
        rng = random.Random(number)
        text = formula(rng, rng.choice([1, 1, 2, 2, 3]))
        names = list(autodiff.parse(text).variables)
        size = rng.choice([1, 3, 12])
        columns = {name: np.array(numbers(rng, size)) for name in names}
        if not names:
            continue
        if len(names) == 2 and rng.random() < 0.3:
            columns["y"] = np.where(np.arange(size) % 2 == 0, columns["x"], columns["y"])
        fixed = {"y": float(columns.pop("y")[0])} if len(names) == 2 and rng.random() < 0.3 else {}
        wrt = names if rng.random() < 0.7 else names[:1]
        found, wrong = screened(text, fixed, columns, wrt)
        assert set(wrong) <= set(found), (number, text, fixed, columns)
        screen = Screen(autodiff.parse(text), fixed, list(columns), wrt)
        alone = [i for i in range(size) if screen.candidates({name: x[i : i + 1] for name, x in columns.items()}).size]
        assert alone == found, (number, text, fixed, columns)


@pytest.mark.sampled(8)
@pytest.mark.parametrize("seed", range(8))
def test_no_second_derivative_that_is_not_ok_escapes(seed: int) -> None:
    for number in range(4 * seed, 4 * seed + 4):
        rng = random.Random(f"second {number}")
        parsed = autodiff.parse(formula(rng, rng.choice([1, 2])))
        columns = {name: np.array(numbers(rng, 4)) for name in parsed.variables}
        if columns:
            found = Screen(parsed, {}, list(columns), list(columns), second=True).candidates(columns)
            points = [{name: float(x[i]) for name, x in columns.items()} for i in range(4)]
            wrong = [i for i, point in enumerate(points) if not is_ok_twice(parsed, point, list(columns))]
            assert set(wrong) <= {*map(int, found)}, (number, parsed, columns)


@pytest.mark.sampled(6)
@pytest.mark.parametrize("op", [op for op in TABLE if op not in CONDITIONS and op not in ("if", "copy")])
def test_no_record_of_a_row_escapes(op: str) -> None:
    """Every row by itself at nasty numbers, in all orders."""
    row, rng = TABLE[op], random.Random(op)
    count = 2 if row.variadic else len(row.names)
    signs = {"add": "x + y", "sub": "x - y", "mul": "x*y", "div": "x/y", "neg": "-x", "log_base": "log(x, y)"}
    text = signs.get(op, f"{op}({', '.join('xyz'[:count])})")
    columns = {name: np.array(rng.sample(NASTY, len(NASTY))) for name in autodiff.parse(text).variables}
    found, wrong = screened(text, {}, columns, list(columns))
    assert set(wrong) <= set(found)


@pytest.mark.sampled(12)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_the_conventions_are_seen(case: Case) -> None:
    columns = {name: np.array([float(x)]) for name, x in case.at.items()}
    found, wrong = screened(case.text, {}, columns, list(columns))
    assert set(wrong) <= set(found)


@pytest.mark.sampled(6)
@pytest.mark.parametrize("op", [op for op in TABLE if op not in CONDITIONS and op not in ("if", "copy")])
def test_intervals_hold_what_the_floats_compute(op: str) -> None:
    """Numbers out of an interval give results within that of the result, none smaller than its least size; but for faults."""
    row, rng = TABLE[op], random.Random(op)
    count = rng.choice([2, 3]) if row.variadic else len(row.names)
    plain, enclosed = function(op, UNBOUNDED), function(op, INTERVALS)
    for _ in range(60):
        ends = [sorted(numbers_of_a_box(rng)) for _ in range(count)]
        samples = [[rng.uniform(*e) if k else e[k % 2] for k in range(4)] for e in ends]
        if op in ("dsinc", "polygamma"):
            ends[0] = [1.0, 1.0]
            samples[0] = [1.0] * 4
        least = [min([abs(x) for x in some if x] or [1.0]) for some in samples]
        with np.errstate(all="ignore"):
            boxes = [autodiff_interval(e, g) for e, g in zip(ends, least)]
            found = enclosed(*boxes)
            fault = bool(np.any(found.fault)) or not np.isfinite(found.lo + found.hi)
        for args in zip(*samples):
            value = plain(*args)
            if not fault:
                assert found.lo <= value <= found.hi, (op, args, ends, found.lo, found.hi)
                assert not value or abs(value) >= found.grain, (op, args, found.grain)
            elif value == value and abs(value) != math.inf and value:
                assert found.lo <= value <= found.hi, (op, args, ends, found.lo, found.hi)


def numbers_of_a_box(rng: random.Random) -> tuple[float, float]:
    kind = rng.random()
    if kind < 0.3:
        return rng.gauss(0, 2), rng.gauss(0, 2)
    if kind < 0.5:
        x = rng.uniform(0, 3)
        return x, x + 10 ** rng.uniform(-12, 1)
    if kind < 0.7:
        return float(rng.randint(-3, 3)), float(rng.randint(-3, 3))
    return outofrange.number(rng), outofrange.number(rng)


def autodiff_interval(ends: list[float], least: float) -> Any:
    from autodiff.numbers.intervals import Interval

    if ends[0] == ends[1]:
        return Interval(np.float64(ends[0]))
    return Interval(np.float64(ends[0]), np.float64(ends[1]), np.float64(least))


LOSS = "z = w1*x1 + w2*x2 + b; a = sigmoid(z); -(y*log(a) + (1 - y)*log(1 - a))"


def loss(size: int) -> tuple[dict[str, float], dict[str, Any]]:
    rng = np.random.default_rng(1)
    columns = {"x1": rng.normal(size=size), "x2": rng.normal(size=size), "y": (rng.random(size) < 0.5) * 1.0}
    return {"w1": 0.5, "w2": -0.2, "b": 0.1}, columns


def test_a_harmless_batch_is_proved_so_at_once() -> None:
    """Nothing is looked at record by record, and of a further batch that is no wider only the ends."""
    fixed, columns = loss(3 * BLOCK)
    screen = Screen(autodiff.parse(LOSS), fixed, list(columns), [*fixed, *columns])
    assert not screen.candidates(columns).size
    (_, findings), *others = kept = screen._proofs._kept
    assert not findings.open
    assert not findings.far
    assert not others
    for name in ("x1", "x2"):  # nearly twice as far out there is nothing new
        columns[name] *= 1.7
    assert not screen.candidates(columns).size
    assert screen._proofs._kept is kept
    assert not screen._finer._kept


@pytest.mark.parametrize(
    ("text", "least"),
    [("relu(x - y)", 0), ("x/y", 0), ("hypot(x, y)", 0), ("atan2(y, x)", 0), ("if(x > y, log(x*x), y)", 0), ("1/(x - y)^2", 0),
     ("exp(-x^2*1000)*y", 0), ("max(x, y) + floor(x/10)", 300)],
)  # fmt: skip
def test_records_beside_a_special_point_are_let_through(text: str, least: int) -> None:
    """Corners, poles and steps within the box cost a look at each record, and those alone are caught that are met."""
    rng = np.random.default_rng(2)
    columns = {name: rng.normal(size=4000) for name in "xy"}
    if least:
        columns = {name: np.round(5 * x) for name, x in columns.items()}
    found = Screen(autodiff.parse(text), {}, ["x", "y"], ["x", "y"]).candidates(columns)
    parsed = autodiff.parse(text)
    assert found.size >= least
    if not least:
        assert not found.size
    assert not any(is_ok(parsed, {name: float(x[i]) for name, x in columns.items()}, ["x", "y"]) for i in found[::16])


def test_one_bad_record_in_a_million_is_found() -> None:
    fixed, columns = loss(5 * BLOCK + 17)
    columns["x1"][[5, BLOCK, 2 * BLOCK + 1, 5 * BLOCK + 16]] = [np.nan, 80.0, -2000.0, np.inf]
    screen = Screen(autodiff.parse(LOSS), fixed, list(columns), ["w1", "x1"])
    assert screen.candidates(columns).tolist() == [5, BLOCK, 2 * BLOCK + 1, 5 * BLOCK + 16]
    assert screen.candidates(columns, [5]).tolist() == [BLOCK, 2 * BLOCK + 1, 5 * BLOCK + 16]


@pytest.mark.parametrize("text", ["log(x*y)/x + max(x, y)", "hypot(x, y)^3 - relu(sin(x*y))"])
def test_batches_and_threads_make_no_difference(text: str) -> None:
    """What is remembered of other batches decides how a record is looked at, and not what is found."""
    rng, parsed = np.random.default_rng(3), autodiff.parse(text)
    size = BLOCK + 500
    batches = [{name: np.round(rng.normal(size=size) * 10 ** rng.uniform(-2, 2), 3) for name in "xy"} for _ in range(4)]
    right = [Screen(parsed, {}, ["x", "y"], ["x", "y"]).candidates(batch).tolist() for batch in batches]
    shared = Screen(parsed, {}, ["x", "y"], ["x", "y"])
    with ThreadPoolExecutor(2) as pool:
        assert [found.tolist() for found in pool.map(shared.candidates, batches)] == right
    for batch, found in zip(batches, right):
        parts = [{name: x[start : start + 3000] for name, x in batch.items()} for start in range(0, size, 3000)]
        assert [3000 * k + int(i) for k, part in enumerate(parts) for i in shared.candidates(part)] == found
    assert any(right)
