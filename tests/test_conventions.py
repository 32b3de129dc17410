"""Every special case, by name: value, derivative, status and both sides; and no special point of the table is without one."""

import math
from functools import cache
from typing import Any

import pytest
from cases import CASES, Case
from length import each

import autodiff
from autodiff.passes import rules
from autodiff.primitives import ROWS, Point, Primitive, unshared
from autodiff.tape import Apply

inf = math.inf


@each(CASES)
def test_row(case: Case) -> None:
    sheet = autodiff.parse(case.text).at(**case.at)
    assert sheet.value == pytest.approx(case.value, rel=1e-15, nan_ok=True)
    assert set(sheet.gradient) == set(case.slopes)
    for name, (slope, status, *sides) in case.slopes.items():
        assert sheet.gradient[name] == pytest.approx(slope, rel=1e-14, nan_ok=True)
        found = sheet.status.get(name)
        assert (found.status if found else "ok") == status
        if found is not None:
            assert [found.left, found.right] == sides
            assert found.reason
            assert sheet.names[found.node]


def test_no_case_is_stated_twice() -> None:
    assert len({case.name for case in CASES}) == len({case.title for case in CASES}) == len(CASES)


def visits(case: Case) -> list[tuple[str, list[Any], Any, list[Point]]]:
    """Every operation of a case: its row, arguments and value, and the special points that it meets."""
    sheet = autodiff.parse(case.text).at(**case.at)
    steps = [(node, out) for node, out in zip(sheet.tape.nodes, sheet.values) if isinstance(node, Apply) and out is not None]
    found = []
    for node, out in steps:
        args = [sheet.values[j] for j in node.args]
        met = [] if node.op == "if" else rules.met(node.op, args, out, [sheet.active[j] for j in node.args])
        found.append((node.op, args, out, [point for point, _ in met]))
    return found


@cache
def all_visits() -> list[tuple[str, list[Any], Any, list[Point]]]:
    """Those of all cases."""
    return [visit for case in CASES for visit in visits(case)]


@pytest.mark.parametrize("row", [row for row in ROWS if row.points], ids=lambda row: row.name)
def test_every_special_point_is_met(row: Primitive) -> None:
    """But for those at infinity that the peers were not asked for: these are in test_extremes."""
    met = {point for op, _, _, points in all_visits() if op == row.name for point in points}
    assert [point for point in row.points if point not in met and point.reason != unshared] == []


@pytest.mark.parametrize("row", [row for row in ROWS if row.domain], ids=lambda row: row.name)
def test_every_domain_is_left(row: Primitive) -> None:
    outs = [out for op, args, out, _ in all_visits() if op == row.name and all(map(math.isfinite, args))]
    assert any(out != out for out in outs)


@pytest.mark.parametrize("row", [row for row in ROWS if row.convention], ids=lambda row: row.name)
def test_every_convention_is_shown(row: Primitive) -> None:
    assert row.name == "if" or any(op == row.name for op, *_ in all_visits())


@pytest.mark.parametrize(
    ("text", "at", "status"),
    [
        ("sqrt(x)", {"x": -1}, "domain"), ("1/x", {"x": 0}, "pole"), ("log(x)", {"x": 0}, "infinite"),
        ("exp(x)", {"x": 1000}, "overflow"), ("exp(x) - exp(x)", {"x": 1000}, "ok"),
        ("1/x - 1/x", {"x": 0}, "undefined"), ("x", {"x": inf}, "ok"),
        ("abs(x)", {"x": 0}, "ok"), ("0/x", {"x": 0}, "domain"),
    ],
)  # fmt: skip
def test_status_of_the_value(text: str, at: dict[str, float], status: str) -> None:
    assert autodiff.parse(text).at(**at).value_status == status


def test_the_node_is_named() -> None:
    sheet = autodiff.parse("3*sqrt(x)^2 + y").at(x=0, y=1)
    assert sheet.names[sheet.status["x"].node] == "u"
    assert sheet.status["x"].estimated
    assert "y" not in sheet.status


def test_the_true_derivative_is_told() -> None:
    assert "true derivative is 1" in autodiff.parse("relu(x) - relu(-x)").at(x=0).status["x"].reason


def test_other_variables_are_not_blamed() -> None:
    sheet = autodiff.parse("abs(x) + y^2").at(x=0, y=3)
    assert set(sheet.status) == {"x"}
    assert sheet.gradient["y"] == 6
