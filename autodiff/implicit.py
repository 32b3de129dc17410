"""Implicit differentiation: how one variable follows another on the curve that an equation describes."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import NamedTuple

from autodiff.errors import AutodiffError, FormulaError
from autodiff.evaluate import evaluate
from autodiff.formula import Formula
from autodiff.gradients import Tidy, gradient, written
from autodiff.parse import read
from autodiff.status import ORDER
from autodiff.tape import Apply, Tape
from autodiff.worksheet import Worksheet
from autodiff.write import reading

EQUALS = re.compile(r"(?<![<>!=])=(?!=)|\uff1d")
EXACT, NEAR = 1e-9, 1e-3  # how far the two sides may differ, relative to the greater: without a word, and with a note


class Step(NamedTuple):
    """A line of the solution: a name, its formula, its value at the point."""

    name: str
    formula: str
    value: float


class Implicit(NamedTuple):
    """dy/dx at a point of the curve, the formula for it, and how it came about."""

    name: str
    derivative: float
    status: str
    reason: str
    formula: str
    steps: list[Step]
    notes: list[str]


def equation(text: str) -> tuple[Formula, str]:
    """An equation as the formula left - right, and how it reads. Statements may stand before it.

    Raises FormulaError, its place in the text as it was written.
    """
    start = max(text.rfind(";"), text.rfind("\n"), text.rfind("\uff1b")) + 1
    signs = list(EQUALS.finditer(text, start))
    if len(signs) != 1:
        what = "there is no equation" if not signs else "an equation has one ="
        span = (start, len(text)) if not signs else signs[1].span()
        raise FormulaError(what, span, "write it as in x^2 + y^2 = 25", code="E020", text=text)
    sides = (start, signs[0].start()), (signs[0].end(), len(text))
    for a, b in sides:
        _check(text, start, a, b)
    left, right = (text[a:b].strip() for a, b in sides)
    difference = f"({left}) - ({right})" if right != "0" else f"({left})"
    formula = Formula(text, read(text[:start] + difference)[0])
    return formula, f"{left} = {right}"


def _check(text: str, before: int, a: int, b: int) -> None:
    """Read one side by itself, so that a mistake is shown where it is."""
    blank = re.sub(r"[^\n]", " ", text[before:a])
    try:
        read(text[:before] + blank + text[a:b])
    except FormulaError as error:
        error.text = text
        raise


def implicit(text: str, of: str, wrt: str, values: Mapping[str, float]) -> Implicit:
    """The derivative of `of` with respect to `wrt` on the curve, by the theorem of implicit functions: -(∂F/∂x)/(∂F/∂y)."""
    formula, read_as = equation(text)
    sheet = formula.worksheet(values, None)
    for name in (of, wrt):
        if name not in sheet.wrt:
            raise AutodiffError("E034", f"'{name}' is no variable of the equation", f"its variables are {', '.join(sheet.wrt)}")
    if of == wrt:
        raise AutodiffError("E042", "--of and --wrt name the same variable", "name two variables")
    notes = [*sheet.notes, *_on_curve(sheet, of, read_as.endswith("= 0"))]
    along, across = sheet.gradient[wrt], sheet.gradient[of]
    slope, status, reason = _quotient(sheet, of, wrt)
    name, left, right = f"d{of}/d{wrt}", f"∂F/∂{wrt}", f"∂F/∂{of}"
    parts = gradient(sheet.tape, wrt), gradient(sheet.tape, of)
    steps = [
        Step("F", reading(sheet.tape), sheet.value),
        Step(left, reading(parts[0]), along),
        Step(right, reading(parts[1]), across),
        Step(name, f"-({left})/({right})", slope),
    ]
    return Implicit(name, slope, status, reason, _formula(*parts), steps, notes)


def _quotient(sheet: Worksheet, of: str, wrt: str) -> tuple[float, str, str]:
    """The slope, its status and the reason."""
    along, across = sheet.gradient[wrt], sheet.gradient[of]
    found = [sheet.status[name] for name in (wrt, of) if name in sheet.status]
    if found:
        worst = min(found, key=lambda status: ORDER.index(status.status))
        slope = -along / across + 0.0 if across and math.isfinite(along) and math.isfinite(across) else math.nan
        return slope, worst.status, worst.reason
    if across:
        return -along / across + 0.0, "ok", ""
    if along:
        return math.nan, "infinite", f"the curve is vertical here: ∂F/∂{of} is 0"
    return math.nan, "undefined", "both derivatives of F are 0: the curve has no single tangent here"


def _formula(*parts: Tape) -> str:
    """The derivative as a formula."""
    symbols = Tidy("paper")
    slopes = [evaluate(t, {name: symbols.recorder.var(name) for name in t.variables()}, symbols)[t.output] for t in parts]
    quotient = symbols.functions["neg"](symbols.functions["div"](*slopes))
    return reading(written(symbols.recorder.nodes, quotient))


def _on_curve(sheet: Worksheet, of: str, against_zero: bool) -> list[str]:
    """A note where the point lies beside the curve. Raises AutodiffError where it is far away."""
    node = sheet.tape.nodes[sheet.tape.output]
    parts = [float(sheet.values[i]) for i in node.args] if isinstance(node, Apply) else []
    left, right = (sheet.value, 0.0) if against_zero or len(parts) < 2 else parts
    size = max(1e-300, *map(abs, parts), abs(left))
    if not abs(left - right) > EXACT * size:
        return []
    sides = f"the left side is {left:.6g}, the right side {right:.6g}"
    if abs(left - right) <= NEAR * size:
        return [f"the point lies a little beside the curve: {sides}; the slope is that of the neighbouring curve through it"]
    near = _solved(sheet, of)
    hint = f"{of} = {near:.10g} would be on it" if near is not None else "choose a point that satisfies the equation"
    raise AutodiffError("E021", f"the point is not on the curve: {sides}", hint, exit_code=1)


def _solved(sheet: Worksheet, of: str) -> float | None:
    """A point of the curve that Newton's method finds from here."""
    formula, point = Formula(sheet.text, sheet.tape), dict(sheet.point)
    for _ in range(50):
        at = formula.worksheet(point, [of])
        if not at.gradient[of] or not math.isfinite(at.value) or not math.isfinite(at.gradient[of]):
            return None
        step = at.value / at.gradient[of]
        point[of] -= step
        if abs(step) <= 1e-14 * max(1.0, abs(point[of])):
            return point[of]
    return None
