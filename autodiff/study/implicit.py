"""Implicit differentiation: how one variable follows another on the curve that an equation describes."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping
from itertools import takewhile
from typing import NamedTuple

from autodiff.errors import AutodiffError, FormulaError, listed
from autodiff.formula import Formula
from autodiff.messages import N_, say
from autodiff.numbers.wide import Wide
from autodiff.point.evaluation import Prepared, unbounded
from autodiff.point.free import refuse_named
from autodiff.point.worksheet import Worksheet
from autodiff.reading.parser import read
from autodiff.reading.resolve import resolve
from autodiff.reading.source import Source
from autodiff.symbolic.derivatives import slopes, spelled_out
from autodiff.symbolic.shorten import shortened
from autodiff.symbolic.terms import Terms
from autodiff.tape import Apply, Const, Recorder, Tape, Var
from autodiff.trust.status import ORDER
from autodiff.writing.formulas import reading
from autodiff.writing.names import owned_names, unused

EQUALS = re.compile(r"(?<![<>!=])=(?!=)|\uff1d")
EXACT, NEAR = 1e-9, 1e-3  # how far the two sides may differ, relative to the greater: without a word, and with a note

BESIDE = N_(
    "the point lies a little beside the curve: the left side is {left}, the right side {right}; "
    "the slope is that of the neighbouring curve through it"
)


class ImplicitStep(NamedTuple):
    """A line of the solution: a name, its formula, its value at the point if there is one."""

    name: str
    formula: str
    value: float | None = None


class Implicit(NamedTuple):
    """The formula for dy/dx and how it came about; at a point of the curve its value, status and reason too."""

    name: str
    formula: str
    reading: str
    steps: list[ImplicitStep]
    notes: list[str]
    point: Mapping[str, float] = {}
    derivative: float | None = None
    status: str = "ok"
    reason: str = ""


class Equation(NamedTuple):
    """The formula left - right, and the places of the two sides on its tape."""

    formula: Formula
    left: int
    right: int


def equation(text: str) -> Equation:
    """An equation; statements may stand before it, comments and separators after it.

    Raises FormulaError, its place in the text as it was written.
    """
    bare = re.sub(r"#[^\n]*", lambda comment: " " * len(comment[0]), text)
    end = len(bare.rstrip("; \t\r\n\uff1b"))
    start = max(bare.rfind(sign, 0, end) for sign in ";\n\uff1b") + 1
    signs = list(EQUALS.finditer(bare, start, end))
    if len(signs) != 1:
        what = say("there is no equation") if not signs else say("an equation has one =")
        span = (start, end) if not signs else signs[1].span()
        raise Source(text).refuse("E020", what, span, say("write it as in x^2 + y^2 = 25"))
    left, first = _side(text, bare[: signs[0].start()])
    right, more = _side(text, bare[:start] + " " * (signs[0].end() - start) + bare[signs[0].end() : end])
    return _joined(text, left, right, list(dict.fromkeys([*first, *more])))


def _side(text: str, part: str) -> tuple[Tape, list[str]]:
    """One side, read by itself, with the statements before it; all else is blank, so that a mistake is shown where it is."""
    try:
        return read(part)
    except FormulaError as error:
        error.text = text
        raise


def _joined(text: str, left: Tape, right: Tape, notes: list[str]) -> Equation:
    """Both sides on one tape; the statements before the equation, which they share, stand there once."""
    recorder, place = Recorder(), list[int]()

    def leaf(i: int, node: Const | Var) -> int:
        is_word = isinstance(node, Var) and len(node.name) > 1  # each may be a product of other letters
        return recorder.add(node) if is_word else recorder.leaf(node)

    recorder.copy(left, leaf, place)
    same = takewhile(lambda pair: pair[0] == pair[1], zip(left.nodes, right.nodes, strict=False))
    other = place[: sum(1 for _ in same)]
    recorder.copy(right, leaf, other)
    a, b = place[left.output], other[right.output]
    output = recorder.apply("sub", (a, b), (0, len(text)))
    names = {place[i]: name for i, name in left.names.items()}
    scopes = {
        at[i]: {letter: at[j] for letter, j in scope.items()}
        for side, at in ((left, place), (right, other))
        for i, scope in side.scopes.items()
    }
    tape = Tape(recorder.nodes, output, names, recorder.runs, {**left.whole, **right.whole}, scopes)
    return Equation(Formula(text, tape, notes), a, b)


def implicit(text: str, of: str, wrt: str, values: Mapping[str, float] | None = None, surplus: Collection[str] = ()) -> Implicit:
    """The derivative of `of` with respect to `wrt` on the curve, by the theorem of implicit functions: -(∂F/∂x)/(∂F/∂y).

    Without values it is a formula alone.
    """
    formula = equation(text).formula
    if values is None:
        tape, notes = resolve(formula.tape, (), formula.text, (of, wrt), valued=False)
        found = _solution(tape, of, wrt, [*formula.notes, *notes])
        if found.steps[2].formula == "0":
            raise AutodiffError(
                "E034", say("the equation does not say what '{name}' is: it may be anything", name=of), listed(tape.variables())
            )
        return found
    sheet = formula.worksheet(values, None, surplus)
    found = _solution(sheet.tape, of, wrt, sheet.notes)
    notes = [*sheet.notes, *_on_curve(sheet, of)]
    slope, status, reason = _quotient(sheet, of, wrt)
    numbers = (sheet.value, _shown(sheet, wrt), _shown(sheet, of), slope)
    steps = [step._replace(value=value) for step, value in zip(found.steps, numbers)]
    return found._replace(steps=steps, notes=notes, point=sheet.point, derivative=slope, status=status, reason=reason)


def _solution(tape: Tape, of: str, wrt: str, notes: list[str]) -> Implicit:
    """All that needs no point."""
    refuse_named(tape, (of, wrt))
    for name in (of, wrt):
        if name not in tape.variables():
            raise AutodiffError("E034", say("'{name}' is no variable of the equation", name=name), listed(tape.variables()))
    if of == wrt:
        raise AutodiffError("E042", say("--of and --wrt name the same variable"), say("name two variables"))
    taken = owned_names(tape)
    whole = next(unused("FGH", taken, "F"))
    name, left, right = f"d{of}/d{wrt}", f"∂{whole}/∂{wrt}", f"∂{whole}/∂{of}"
    along, across, formula = _written(tape, (wrt, of), taken)
    steps = [
        ImplicitStep(whole, reading(_difference(tape), taken=taken)),
        ImplicitStep(left, along),
        ImplicitStep(right, across),
        ImplicitStep(name, f"-({left})/({right})"),
    ]
    return Implicit(name, formula, stated(tape), steps, notes)


def _sides(tape: Tape) -> tuple[int, int]:
    """The places of the left and of the right side."""
    node = tape.nodes[tape.output]
    assert isinstance(node, Apply)
    return node.args[0], node.args[1]


def _against_zero(tape: Tape) -> bool:
    right = tape.nodes[_sides(tape)[1]]
    while isinstance(right, Apply) and right.op == "copy":
        right = tape.nodes[right.args[0]]
    return isinstance(right, Const) and right.value == 0


def _difference(tape: Tape) -> Tape:
    """Left minus right, or left alone where right is 0."""
    return Tape(tape.nodes, _sides(tape)[0], tape.names, tape.runs) if _against_zero(tape) else tape


def stated(tape: Tape) -> str:
    """The equation as it was understood, with the statements before it."""
    left, right = (_side_text(tape, side) for side in _sides(tape))
    return f"{left} = {right.rpartition('; ')[2]}"


def _side_text(tape: Tape, side: int) -> str:
    text = reading(Tape(tape.nodes, side, tape.names, tape.runs))
    return f"{text}; {tape.names[side]}" if side in tape.names else text


def _shown(sheet: Worksheet, name: str) -> float:
    """A derivative of F, in its true size."""
    found = sheet.gradient[name]
    return sheet.adjoint(sheet.places[name]) if found == found else found


def _quotient(sheet: Worksheet, of: str, wrt: str) -> tuple[float, str, str]:
    """The slope, its status and the reason."""
    beyond = _beyond(sheet, of, wrt)
    if beyond is not None:
        return beyond
    along, across = sheet.gradient[wrt], sheet.gradient[of]
    if math.isinf(across) and math.isfinite(along):
        return _flat(sheet, of, wrt)
    found = [sheet.status[name] for name in (wrt, of) if name in sheet.status]
    if found:
        worst = min(found, key=lambda status: ORDER.index(status.status))
        return -along / across + 0.0 if across and math.isfinite(across) else math.nan, worst.status, worst.reason
    if across:
        return -along / across + 0.0, "ok", ""
    if along:
        return math.nan, "infinite", say("the curve is vertical here: the derivative with respect to {name} is 0", name=of)
    return math.nan, "undefined", say("both derivatives are 0: the curve has no single tangent here")


def _beyond(sheet: Worksheet, of: str, wrt: str) -> tuple[float, str, str] | None:
    """The same where a derivative of F is no double, though a number; None where none is, or something else is to be said."""
    along, across = (sheet.adjoint(sheet.places[name]) for name in (wrt, of))
    said = {sheet.status[name].status for name in (wrt, of) if name in sheet.status} - {"overflow"}
    if Wide not in (type(along), type(across)) or said or not across:
        return None
    slope = float(unbounded().functions["div"](-along, across)) + 0.0
    return (
        slope,
        "ok" if math.isfinite(slope) else "overflow",
        "" if math.isfinite(slope) else say("the slope is too large for a double"),
    )


def _flat(sheet: Worksheet, of: str, wrt: str) -> tuple[float, str, str]:
    """Where F changes infinitely fast with y, y does not change with x."""
    steep, other = sheet.status[of], sheet.status.get(wrt)
    if other is not None:
        return 0.0, other.status, other.reason
    if steep.left is None or steep.right is None:
        return 0.0, "one_sided", say("the equation has no value on one side of this {name}", name=of)
    return 0.0, "ok", ""


def _written(tape: Tape, names: tuple[str, str], taken: Collection[str]) -> list[str]:
    """Both derivatives and their quotient, as formulas."""
    terms = Terms()
    first, second = slopes(terms, tape, names)
    (whole,) = shortened(terms, [terms.neg(terms.div(first, second))])
    return [spelled_out(terms, {names: form}, taken, {}).program(names) for form in (first, second, whole)]


def _on_curve(sheet: Worksheet, of: str) -> list[str]:
    """A note where the point lies beside the curve. Raises AutodiffError where it is far away.

    The two sides may differ by what changes of the variables in their ninth digit can do.
    """
    left, right = (float(sheet.values[i]) for i in _sides(sheet.tape))
    moved = [abs(slope * sheet.point[name]) for name, slope in sheet.gradient.items()]
    size = max(abs(left), abs(right), sum(x for x in moved if math.isfinite(x)), 1e-300)
    if not abs(left - right) > EXACT * size:
        return []
    a, b = f"{left:.6g}", f"{right:.6g}"
    if abs(left - right) <= NEAR * size:
        return [say(BESIDE, left=a, right=b)]
    near, hint = _solved(sheet, of), say("choose a point that satisfies the equation")
    if near is not None:
        hint = say("{name} = {value} would be on it", name=of, value=f"{near:.10g}")
    message = say("the point is not on the curve: the left side is {left}, the right side {right}", left=a, right=b)
    raise AutodiffError("E021", message, hint, exit_code=1)


def _solved(sheet: Worksheet, of: str) -> float | None:
    """A point of the curve that Newton's method finds from here."""
    prepared, point = Prepared(sheet.tape, [of]), dict(sheet.point)
    for _ in range(50):
        at = prepared.at(point)
        if not at.gradient[of] or not math.isfinite(at.value) or not math.isfinite(at.gradient[of]):
            return None
        step = at.value / at.gradient[of]
        point[of] -= step
        if abs(step) <= 1e-14 * max(1.0, abs(point[of])):
            return point[of]
    return None
