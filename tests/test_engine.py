"""The page's engine computes what a worksheet says: values, derivatives, statuses, one-sided derivatives and reasons."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence

import pytest
from cases import CASES, Case
from engine import NODE, Answer, answers
from length import sized
from plain import doubles_alone  # noqa: F401
from sampling import random_formula
from ulps import TESTED, sample
from ulps import Case as Row

import autodiff
from autodiff.errors import AutodiffError
from autodiff.page import engine
from autodiff.point.evaluation import Prepared
from autodiff.point.worksheet import Worksheet
from autodiff.tape import Apply, Const, Node, Tape, Var

pytestmark = pytest.mark.skipif(NODE is None, reason="Node is not installed")

UNKNOWN = {"order of dsinc", "order of polygamma"}
"""Cases that a page refuses, since their order is no literal."""
SIDES = 1e-5  # relative: they come from samples beside the point
NEAR = 1e-9  # relative, for random formulas, which cancel
MOST = 0.015  # of random formulas full of corners, steps and roots, what may be told otherwise
ULPS = dict.fromkeys(["lgamma", "digamma", "polygamma", "dsinc"], 100)  # beside their zeros, where Python reckons in decimals


def near(a: float | None, b: float | None, tolerance: float) -> bool:
    if a is None or b is None:
        return a is b
    return a == b or (a != a and b != b) or abs(a - b) <= tolerance * max(abs(a), abs(b))


def differences(sheet: Worksheet, found: Answer, tolerance: float) -> Iterator[str]:
    """What the page says otherwise, number by number and word by word."""
    value = float(found.values[sheet.tape.output])
    if not near(sheet.value, value, tolerance):
        yield f"value {sheet.value}, not {value}"
    if (found.value.status if found.value else "ok") != sheet.value_status:
        yield f"status {sheet.value_status}, not {found.value}"
    for i, (ours, theirs) in enumerate(zip(sheet.adjoints, found.adjoints, strict=True)):
        if not near(ours, theirs, tolerance):
            yield f"adjoint of {i}: {ours}, not {theirs}"
    for place, node in enumerate(sheet.tape.nodes):
        if not isinstance(node, Apply) and (name := getattr(node, "name", "")) in sheet.wrt:
            told, said = sheet.status.get(name), found.statuses.get(place)
            if told is None or said is None:
                if told is not None or said is not None:
                    yield f"{name}: {told}, not {said}"
            elif (told.status, told.node, told.reason) != said[:3] or not all(
                near(a, b, SIDES) for a, b in ((told.left, said.left), (told.right, said.right))
            ):
                yield f"{name}: {told}, not {said}"


@pytest.fixture(scope="module")
def cases() -> list[tuple[Case, Worksheet, Answer]]:
    known = [case for case in CASES if case.name not in UNKNOWN]
    sheets = [autodiff.parse(case.text).at(**case.at) for case in known]
    return list(zip(known, sheets, answers(sheets)))


def test_every_special_case(cases: list[tuple[Case, Worksheet, Answer]]) -> None:
    wrong = {case.title: found for case, sheet, answer in cases if (found := list(differences(sheet, answer, 1e-14)))}
    assert wrong == {}


@pytest.mark.parametrize("case", [case for case in CASES if case.name in UNKNOWN], ids=lambda case: case.name)
def test_what_javascript_lacks_is_refused(case: Case) -> None:
    sheet = autodiff.parse(case.text).at(**case.at)
    with pytest.raises(AutodiffError, match="order is no literal"):
        engine.script(engine.keys([sheet.tape]))


def formulas(count: int) -> Iterator[Worksheet]:
    rng = random.Random(20)
    while count:
        formula = autodiff.parse(random_formula(rng, 3))
        if "x" in formula.variables:
            count -= 1
            yield formula.at(x=rng.choice([0.0, 0.0, 0.0, 1.0, 0.5, -1.0, 2.0, 0.3]))


@pytest.mark.parametrize("count", sized(100, 2000))
def test_random_formulas(count: int) -> None:
    sheets = list(formulas(count))
    pairs = zip(sheets, answers(sheets), strict=True)
    wrong = [(sheet.text, sheet.point, found) for sheet, told in pairs if (found := list(differences(sheet, told, NEAR)))]
    assert sum(bool(sheet.status) for sheet in sheets) > count / 4
    assert len(wrong) <= MOST * len(sheets), wrong


def applied(op: str, args: Sequence[float], literal: bool) -> Worksheet:
    """A row at a point; its last argument is a constant where that is another rule, and so is an order."""
    nodes: list[Node] = [Var(f"x{k}", (0, 0)) for k in range(len(args))]
    for k in {len(args) - 1} if literal else {0} if op in engine.ORDERS else set():
        nodes[k] = Const(args[k], repr(args[k]), (0, 0))
    tape = Tape([*nodes, Apply(op, tuple(range(len(args))), (0, 0))], len(args))
    at = {name: args[k] for k, name in enumerate(f"x{k}" for k in range(len(args))) if name in tape.variables()}
    return Worksheet(Prepared(tape, tape.variables()), at)


def ulps(a: float, b: float) -> float:
    return 0.0 if a == b or (a != a and b != b) else abs(a - b) / math.ulp(a) if math.isfinite(a - b) else math.inf


@pytest.fixture(scope="module")
def rows() -> dict[str, list[tuple[Worksheet, Answer]]]:
    """Every row at twenty points, all in one process."""
    sheets = {case.name: [applied(case.row.name, args, case.literal) for args in sample(case.row, 20)] for case in TESTED}
    found = iter(answers([sheet for some in sheets.values() for sheet in some]))
    return {name: [(sheet, next(found)) for sheet in some] for name, some in sheets.items()}


@pytest.mark.parametrize("case", TESTED, ids=lambda case: case.name)
def test_the_numbers_of_every_row(case: Row, rows: dict[str, list[tuple[Worksheet, Answer]]]) -> None:
    """Value and local derivatives are those of Python but for a few units of the last place, where the row promises digits."""
    worst = max(_distance(sheet, found) for sheet, found in rows[case.name])
    assert worst <= ULPS.get(case.row.name, 4), worst


def _distance(sheet: Worksheet, found: Answer) -> float:
    out = sheet.tape.output
    pairs = [(sheet.value, float(found.values[out]))]
    pairs += [(a, b) for a, b in zip(sheet.partials[out] or (), found.partials[out] or ()) if a is not None and b is not None]
    return max(ulps(a, b) for a, b in pairs)
