"""What must hold of every formula at every point, and of every text and every byte; the inputs are the same in every run."""

from __future__ import annotations

import json
import math
import random
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mpmath as mp
import pytest
from autodiff_cli.batch import answer
from console import inside
from corpus import alike, formulas, options, program, split
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from length import examples
from oracle import MEANINGS
from schemas import fits, judge, strict

import autodiff
from autodiff.errors import CODES, AutodiffError
from autodiff.passes.evaluate import evaluate, function
from autodiff.passes.push_pull import places, push
from autodiff.primitives import CONDITIONS
from autodiff.reading.resolve import resolve
from autodiff.render.json import worksheet
from autodiff.tape import Apply, Tape
from autodiff.writing import whole
from autodiff.writing.formulas import expression, reading, statements

MANY = settings(max_examples=300, suppress_health_check=list(HealthCheck))
NAMES = "xyz"
FLOAT = st.one_of(st.sampled_from([0.0, 1.0, -1.0, 2.0, 0.5, -0.5, -0.0, 3.0]), st.floats(-8, 8), st.floats())
TAME = st.sampled_from([0.0, 1.0, -1.0, 2.0, 0.5, -0.5, -2.0, 3.0, 0.25, 1.5])
WHOLE = st.sampled_from([0.0, 1.0, -1.0])
ANY = st.text(st.characters(exclude_categories=()), max_size=30)  # lone surrogates too
"""Every character there is."""


@st.composite
def programs(draw: st.DrawFn, depth: int = 3) -> str:
    """A correct formula, of any form that the language has."""
    return program(random.Random(draw(st.integers(0, 2**40))), NAMES, draw(st.integers(0, depth)))


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """A formula with pieces of others, or of anything, in it."""
    text = draw(st.one_of(programs(), st.sampled_from(formulas())))
    for _ in range(draw(st.integers(0, 3))):
        i, j = sorted((draw(st.integers(0, len(text))), draw(st.integers(0, len(text)))))
        text = text[:i] + draw(st.one_of(ANY, st.sampled_from(formulas()), st.just(""))) + text[j:]
    return text


def bits(*values: float) -> bytes:
    """Numbers as bytes, where every NaN is the same."""
    return struct.pack(f"{len(values)}d", *[math.nan if x != x else x + 0.0 for x in values])


# Formulas -----------------------------------------------------------------------------------------------------------


@examples(100, 3000, programs(), st.sampled_from([0, 1, 5, 12, 30, 100]))
def test_short_parts_are_put_together_as_they_are_written(text: str, short: int) -> None:
    """The reading, in which short parts are written once, is what the writer of single nodes gives that starts at each anew."""
    try:
        tape = resolve(autodiff.parse(text).tape, NAMES)[0]
    except AutodiffError:
        return  # letters that may be a product
    names, found = statements(tape)
    texts = [expression(tape, place, names.get) for _, place in found]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(whole, "SHORT", short)
        assert reading(tape) == "; ".join([f"{name} = {text}" if name else text for (name, _), text in zip(found, texts)])


@examples(25, 100, programs(), st.tuples(FLOAT, FLOAT, FLOAT))
def test_what_is_printed_reads_as_the_same(text: str, point: tuple[float, ...]) -> None:
    formula = autodiff.parse(text)
    again = autodiff.parse(str(formula))
    assert alike(str(again), str(formula))
    at = {name: x for name, x in zip(NAMES, point) if name in formula.variables}
    sheet, other = formula.at(**at), again.at(**{name: at[name] for name in again.variables})
    assert bits(sheet.value) == bits(other.value)
    assert (sheet.value_status, {*sheet.status}) == (other.value_status, {*other.status})
    for name in other.gradient:
        assert same(sheet, name, other.gradient[name]), name


def same(sheet: autodiff.Worksheet, name: str, slope: float) -> bool:
    """Equal but for the order in which products were added up."""
    found = sheet.gradient[name]
    sizes = [abs(x) for x in sheet.adjoints if x is not None and math.isfinite(x)]
    wild = [*(x for local in sheet.partials if local for x in local if x is not None and math.isfinite(x))]
    scale = max([*sizes, 0.0]) * max([*map(abs, wild), 1.0])
    return bits(found) == bits(slope) or abs(found - slope) <= 1e-13 * max(abs(found), abs(slope), scale)


@examples(25, 100, programs(), st.tuples(FLOAT, FLOAT, FLOAT))
def test_both_modes_agree(text: str, point: tuple[float, ...]) -> None:
    formula = autodiff.parse(text)
    sheet = formula.at(**{name: x for name, x in zip(NAMES, point) if name in formula.variables})
    where = places(sheet.tape)
    for name in sheet.gradient.keys() - sheet.status.keys():
        forward = push(sheet.tape, sheet.partials, {where[name]: 1.0})[sheet.tape.output] or 0.0
        assert same(sheet, name, forward), name


@examples(25, 100, programs(), st.tuples(FLOAT, FLOAT, FLOAT), st.booleans())
def test_json_is_strict_and_fits_its_schema(text: str, point: tuple[float, ...], nodes: bool) -> None:
    formula = autodiff.parse(text)
    sheet = formula.at(**{name: x for name, x in zip(NAMES, point) if name in formula.variables})
    found = strict("".join(worksheet(sheet, nodes)))
    fits("eval", found)
    assert bits(float(found["value"])) == bits(sheet.value)
    assert found["derivative_status"].keys() == sheet.status.keys()


# Against difference quotients in 60 digits --------------------------------------------------------------------------

SIZES = (1e-30, 1e30)  # of numbers that can be judged
STEP = mp.mpf(10) ** -25


class Exact:
    """The tests' own number system: what mpmath says of every primitive."""

    def __init__(self) -> None:
        self.functions = {**MEANINGS, **{op: function(op) for op in (*CONDITIONS, "if")}}

    def lift(self, value: float, text: str = "") -> Any:
        return mp.mpf(value)

    def truth(self, value: Any) -> bool:
        return bool(value)


EXACT = Exact()


def can_be_judged(tape: Tape, values: list[Any]) -> bool:
    """Whether all numbers are of an ordinary size, and mpmath knows the functions there."""
    for node, value in zip(tape.nodes, values):
        if isinstance(node, Apply) and node.op == "polygamma" and not 0 <= (values[node.args[0]] or 0) <= 3:
            return False
        if value is not None and not isinstance(value, bool) and value and not SIZES[0] < abs(value) < SIZES[1]:
            return False
    return True


def near(a: Any, b: Any, tolerance: float = 1e-9) -> bool:
    return bool(abs(a - b) <= tolerance * max(abs(a), abs(b)) + mp.mpf(10) ** -12)


def quotient(sheet: autodiff.Worksheet, name: str, step: Any, nudge: float = 0.0) -> Any:
    """The difference quotient on one side; with a nudge, at a point where every variable has moved in its last digit."""
    point = {other: mp.mpf(x) * (1 + nudge) for other, x in sheet.point.items()}
    there, here = ({**point, name: point[name] + h} for h in (step, 0))
    values = [evaluate(sheet.tape, at, EXACT)[sheet.tape.output] for at in (there, here)]
    return (values[0] - values[1]) / step


CORNERS = st.recursive(
    st.sampled_from(["x", "y", "z", "1", "x*y", "(x - y)", "abs(x)", "relu(x*y)", "max(x, y)", "min(x, 1, z)", "clip(x, 0, y)"]),
    lambda part: st.one_of(
        st.builds("({}{}{})".format, part, st.sampled_from("+-*"), part),
        st.builds("{}({})".format, st.sampled_from(["abs", "relu", "-", "3"]), part),
        st.builds("{}({}, {})".format, st.sampled_from(["max", "min", "hypot"]), part, part),
        st.builds("clip({}, {}, {})".format, part, st.sampled_from("012"), part),
        st.builds("if({} {} {}, {}, {})".format, part, st.sampled_from(["<", ">=", "=="]), part, part, part),
    ),
    max_leaves=5,
)
"""Formulas with many corners, whose values are exact."""

JUDGED = {"ok": 0, "kink": 0}


@MANY
@given(st.one_of(programs(2).map(lambda text: (text, TAME)), CORNERS.map(lambda text: (text, WHOLE))), st.data())
def statuses_agree(case: tuple[str, st.SearchStrategy[float]], data: st.DataObject) -> None:
    text, values = case
    point = data.draw(st.tuples(values, values, values))
    formula = autodiff.parse(text)
    sheet = formula.at(**{name: x for name, x in zip(NAMES, point) if name in formula.variables})
    if sheet.value != sheet.value or not can_be_judged(sheet.tape, sheet.values):
        return
    exact = evaluate(sheet.tape, {name: mp.mpf(x) for name, x in sheet.point.items()}, EXACT)
    if not all(x is None or isinstance(x, bool) or near(x, y, 1e-12) for x, y in zip(exact, sheet.values)):
        return
    for name, slope in sheet.gradient.items():
        status = sheet.status.get(name)
        left, right = (quotient(sheet, name, step) for step in (-STEP, STEP))
        if status is None:
            moved = quotient(sheet, name, STEP, 2.0**-50)
            if near(right, moved, 1e-10):
                JUDGED["ok"] += 1
                assert near(slope, left), (name, left)
                assert near(slope, right), (name, right)
        elif status.status == "kink" and exact == sheet.values and not status.estimated:
            JUDGED["kink"] += 1
            for found, true in ((status.left, left), (status.right, right)):
                assert found is None or near(found, true), (name, found, true)


@pytest.mark.long
def test_statuses_agree_with_samples_on_both_sides() -> None:
    statuses_agree()
    assert JUDGED["ok"] > 100
    assert JUDGED["kink"] > 10


# Any text, any bytes ------------------------------------------------------------------------------------------------


@examples(60, 250, st.one_of(ANY, damaged()))
def test_any_text_is_a_formula_or_an_error(text: str) -> None:
    error = raised(lambda: autodiff.parse(text))
    if error is not None:
        assert error.code in CODES
        assert error.message
        assert error.hint
        assert error.span is not None
        assert 0 <= error.span[0] <= error.span[1] <= len(text)


def raised(attempt: Callable[[], object]) -> AutodiffError | None:
    """The error of our own that an attempt ends in."""
    try:
        attempt()
    except AutodiffError as error:
        return error
    return None


def run(folder: Path, words: list[str], stdin: bytes = b"") -> None:
    judge(words, inside(words, folder, stdin))


@examples(20, 100, text=st.one_of(ANY, damaged()), value=ANY, json=st.booleans())
def test_any_formula_and_any_value(folder: Path, text: str, value: str, json: bool) -> None:
    run(folder, ["eval", text, *(f"{name}=1.5" for name in NAMES if name in text), *(["--json"] if json else [])])
    run(folder, ["eval", "x", f"x={value}", "--json"])
    run(folder, ["eval", "x", value])
    run(folder, ["eval", "-", "x=1", "--json"], text.encode(errors="surrogatepass"))


@examples(25, 100, left=st.one_of(ANY, programs(1)), right=st.one_of(ANY, programs(1)), sign=st.sampled_from(["=", "==", "＝", ""]))
def test_any_equation(folder: Path, left: str, right: str, sign: str) -> None:
    run(folder, ["implicit", left + sign + right, "--of", "y", "--wrt", "x", "x=1", "y=2", "z=0", "--json"])
    run(folder, ["implicit", f"{left}{sign}{right}+x*y*z", "--of", "y", "--wrt", "x", "x=1", "y=2", "z=0"])


SCRAPS = st.one_of(
    st.binary(max_size=20), st.sampled_from([b"NaN", b"1e999", b"[" * 9000, b"9" * 5000, b'"', b"\xef\xbb\xbf", b"{}", b"null"])
)


VALUES = st.one_of(SCRAPS, st.dictionaries(ANY, st.one_of(ANY, FLOAT, st.none()), max_size=3))


@examples(20, 100, data=VALUES, scrap=SCRAPS, at=st.integers(0, 40))
def test_any_file_of_values(folder: Path, data: Any, scrap: bytes, at: int) -> None:
    text = data if isinstance(data, bytes) else json.dumps({"x": 1, **data}).encode()
    (folder / "values.json").write_bytes(text[:at] + scrap + text[at:] if at < 20 else text)
    run(folder, ["eval", "x+y", "y=1", "--values", "values.json", "--json"])
    run(folder, ["eval", "--file", "values.json", "--json"])


ANYTHING = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), FLOAT, ANY), lambda x: st.lists(x) | st.dictionaries(ANY, x), max_leaves=4
)


@examples(
    40,
    120,
    st.fixed_dictionaries(
        {"expression": st.one_of(damaged(), ANYTHING)},
        optional={
            "values": st.one_of(st.just(dict.fromkeys(NAMES, 1)), ANYTHING),
            "wrt": st.one_of(st.just(["x"]), ANYTHING),
            "id": ANYTHING,
        },
    ),
    SCRAPS,
    st.integers(0, 100),
)
def test_any_line_of_batch(data: dict[str, Any], scrap: bytes, at: int) -> None:
    line = json.dumps(data).encode()
    for asked in (line, line[:at] + scrap + line[at:], scrap):
        text, _, _ = answer(asked, 7, nodes=True)
        found = strict(text)
        fits("batch", found)
        assert "\n" not in text
        assert found.get("error", {}).get("exit_code") != 70
    assert strict(answer(line, 7)[0])["id"] == strict(json.dumps(data.get("id"))) or "error" in strict(answer(line, 7)[0])


MEANT = st.sampled_from(split("1 2 5 x y x,y x=1 a=1,b=0.5 table plain json markdown always both forward J u - ="))


@st.composite
def command_lines(draw: st.DrawFn) -> list[str]:
    """A command with options of its own, their values sensible or not, in any order."""
    name = draw(st.sampled_from([*options()]))
    formula = st.one_of(programs(1), st.sampled_from(["x*y", "u = x*y; u^2", "x^2 + y^2 = 25", ""]))
    words = st.one_of(formula, st.sampled_from(["x=1", "y=2", "z=0"]), ANY, st.sampled_from([*options()[name]]), MEANT)
    first = [draw(formula), "x=3", "y=4"] if draw(st.booleans()) else []
    rest = draw(st.lists(words, max_size=5))
    return [name, *first, *rest]


@examples(40, 250, words=command_lines(), as_json=st.booleans())
def test_any_command_line(folder: Path, words: list[str], as_json: bool) -> None:
    run(folder, [*words, *(["--json"] if as_json and words[0] != "batch" else [])], b'{"expression": "x", "values": {"x": 1}}\n')


@examples(20, 60, st.lists(ANY, max_size=4))
def test_any_words(words: list[str]) -> None:
    run(Path("."), words)


@examples(20, 60, programs(1), ANY)
def test_the_library_raises_its_own_errors_only(text: str, name: str) -> None:
    formula = autodiff.parse(text)
    for attempt in (lambda: formula.at(**{name: 1.0}), lambda: formula.diff(name), lambda: autodiff.parse(text, names=[name])):
        error = raised(attempt)
        assert error is None or error.code in CODES
