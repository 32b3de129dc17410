"""An explanation states nothing that the worksheet does not know, and everything that joins its numbers."""

from __future__ import annotations

import json
import math
import random
import re
from collections.abc import Iterator
from typing import Any

import pytest
from autodiff_cli import explained
from console import ROOT, inside
from corpus import program
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from length import each, examples, sized
from schemas import fits, strict

import autodiff
from autodiff.point.worksheet import Worksheet
from autodiff.primitives import ROWS
from autodiff.render.explain import explanation
from autodiff.render.notation import Plain
from autodiff.render.sentences import all_blocks
from autodiff.render.steps import json as members
from autodiff.study.explanation import Explanation, explain, named
from autodiff.study.paths import Paths
from autodiff.tape import Apply, Const, Var
from autodiff.writing.numbers import human
from autodiff.writing.width import cells, wrapped

TAME = st.sampled_from([0.0, 1.0, -1.0, 2.0, 0.5, -0.5, -2.0, 3.0, 0.25, 1.5, 0.7, -1.3])


def sheet_of(seed: int, depth: int, point: tuple[float, ...]) -> Worksheet:
    formula = autodiff.parse(program(random.Random(seed), "xyz", depth))
    return formula.at(**{name: x for name, x in zip("xyz", point) if name in formula.variables})


def worked() -> Explanation:
    return explain(autodiff.parse("3*(a+b*c)").at(a=5, b=3, c=2), 1e-3, None)


def text_of(found: Explanation, digits: int = 6) -> str:
    return "\n".join(line.text for line in explanation(found, digits))


def same(a: float | None, b: float | None) -> bool:
    return a == b or (a is not None and b is not None and a != a and b != b)


# The worked example ---------------------------------------------------------------------------------------------------


def test_the_worked_example() -> None:
    found = worked()
    names = found.sheet.names
    told = {
        names[one.place]: (one.value, [(names[t.use.step], t.use.slope, t.rule) for t in one.terms])
        for one in found.derivations.all()
    }
    assert told == {
        "J": (1.0, []),
        "v": (3.0, [("J", 3.0, "constant multiple rule")]),
        "u": (3.0, [("v", 1.0, "sum rule")]),
        "a": (3.0, [("v", 1.0, "sum rule")]),
        "b": (6.0, [("u", 2.0, "product rule")]),
        "c": (9.0, [("u", 3.0, "product rule")]),
    }
    also = {names[one.place]: [names[j] for t in one.terms for j in t.also] for one in found.derivations.all()}
    assert also == {"J": [], "v": [], "u": ["a"], "a": ["u"], "b": ["c"], "c": ["b"]}
    assert [(names[c.place], c.ways, [p.product for p in c.paths]) for c in found.chains.all()] == [
        ("a", 1, [3.0]), ("b", 1, [6.0]), ("c", 1, [9.0]),
    ]  # fmt: skip
    assert (found.work.forward.multiplications, found.work.reverse.multiplications) == (8, 5)


def test_the_worked_example_in_words() -> None:
    text = text_of(worked())
    for line in (
        "  u = b*c = 3*2 = 6",
        "  dv = dJ/dv = dJ·∂J/∂v = 1·3 = 3",
        "    dv is known: 3; it is also used for da",
        "    u = b*c, product rule: ∂u/∂b = c = 2",
        "  dJ/db = ∂J/∂v·∂v/∂u·∂u/∂b = 3·1·2 = 6",
        "  Nudge b by 0.001: b: 3 → 3.001, u: 6 → 6.002, v: 11 → 11.002, J: 33 → 33.006",
        "    J moves by 0.006, exactly as the derivative predicts: db·h = 6·0.001 = 0.006",
    ):
        assert line in text.split("\n")


# Random formulas ------------------------------------------------------------------------------------------------------


@examples(30, 120, st.integers(0, 2**40), st.integers(0, 3), st.tuples(TAME, TAME, TAME))
def test_what_is_stated_is_what_the_worksheet_knows(seed: int, depth: int, point: tuple[float, ...]) -> None:
    sheet = sheet_of(seed, depth, point)
    found = explain(sheet, 1e-3, None)
    told = {one.place: one for one in found.derivations.all()}
    assert [*told] == [step.place for step in sheet.backward()]
    for step in sheet.backward():
        one = told[step.place]
        assert same(one.value, step.gradient or 0.0)
        for term in one.terms:
            node = sheet.tape.nodes[term.use.step]
            assert isinstance(node, Apply)
            assert node.args[term.use.argument] == step.place
            assert same(term.use.slope, (sheet.partials[term.use.step] or ())[term.use.argument] or 0.0)
            assert all(sheet.active[j] and j in node.args and j != step.place for j in term.also)
        total = math.fsum(sheet.adjoint(use.step) * use.slope for use in one.uses) if math.isfinite(one.value) else one.value
        if one.uses and not sheet.special:
            assert total == pytest.approx(one.value, rel=1e-12, abs=1e-300, nan_ok=True)


@examples(30, 120, st.integers(0, 2**40), st.integers(0, 3), st.tuples(TAME, TAME, TAME), st.integers(1, 17))
def test_every_number_in_the_text_is_that_of_the_worksheet(seed: int, depth: int, point: tuple[float, ...], digits: int) -> None:
    """Whatever an equation begins with, it ends with the number that the worksheet has for it."""
    sheet = sheet_of(seed, depth, point)
    places = {sheet.names[i]: i for i in sheet.shown if not isinstance(sheet.tape.nodes[i], Const)}
    values = {name: sheet.values[i] for name, i in places.items()}
    plain = Plain(sheet, digits)
    slopes = {text: sheet.shown_gradient(i) or 0.0 for i in places.values() for text in (plain.derivative(i), plain.total(i))}
    seen = set()
    for block in all_blocks(explain(sheet, 1e-3, None), plain):
        if block.kind == "equation":
            expected = values[block.parts[0]] if block.tone == "forward" else slopes[block.parts[0]]
            assert block.parts[-1] == human(expected, digits) or (
                len(block.parts) == 1 and block.parts[0] == human(expected, digits)
            )
            seen.add((block.tone, block.parts[0]))
    steps = {name for name, i in places.items() if isinstance(sheet.tape.nodes[i], Apply)}
    assert {name for tone, name in seen if tone == "forward"} == steps
    told = " ".join(part for block in all_blocks(explain(sheet, 1e-3, None), plain) for part in block.parts)
    for name in sheet.wrt:
        total, found = plain.total(places[name]), human(sheet.gradient[name], digits)
        assert ("backward", total) in seen or f"{total} = {found}" in told


def walks(sheet: Worksheet, place: int, target: int) -> Iterator[list[float]]:
    """Every path from a node down to a variable, by plain recursion over the tape."""
    if place == target:
        yield []
        return
    node, slopes = sheet.tape.nodes[place], sheet.partials[place]
    if not isinstance(node, Apply) or slopes is None:
        return
    for k, j in enumerate(node.args):
        slope = slopes[k]
        if not sheet.active[j] or (node.op == "if" and slope is None):
            continue
        for rest in walks(sheet, j, target):
            yield [slope or 0.0, *rest]


@examples(30, 120, st.integers(0, 2**40), st.integers(0, 3), st.tuples(TAME, TAME, TAME))
def test_paths_are_all_there_and_add_up(seed: int, depth: int, point: tuple[float, ...]) -> None:
    sheet = sheet_of(seed, depth, point)
    if not math.isfinite(sheet.value) or sheet.special:
        return  # then a structural zero may keep out what is not finite
    paths = Paths(sheet)
    for i, node in enumerate(sheet.tape.nodes):
        if isinstance(node, Var) and node.name in sheet.wrt:
            expected = sorted(math.prod(path) for path in walks(sheet, sheet.tape.output, i))
            assert paths.count(i) == len(expected)
            found = list(paths.first(i, len(expected) + 1))
            assert len(found) == len(expected)
            assert sorted(path.product for path in found) == pytest.approx(expected, rel=1e-9)
            assert len({path.uses for path in found}) == len(found)
            largest = max(map(abs, expected), default=0.0)
            assert math.fsum(path.product for path in found) == pytest.approx(
                sheet.gradient[node.name], rel=1e-9, abs=largest * 1e-9
            )
            for path in found:
                assert path.uses[0].step == sheet.tape.output


@pytest.mark.parametrize("steps", [300, *sized(3000, 20000)])
def test_paths_are_counted_and_not_walked(steps: int) -> None:
    """Each step doubles them: 2^300 is exact, and 2^20000 takes no time."""
    sheet = autodiff.parse("; ".join(["t_0 = x", *(f"t_{k + 1} = t_{k} + t_{k}" for k in range(steps))])).at(x=0)
    assert Paths(sheet).count(0) == 2**steps
    document = json.loads("{" + "".join(members(explain(sheet, 1e-3, 5))) + "}")
    number, exponent = document["explanation"]["paths"]["first"][0]["count"], int(steps * math.log10(2))
    lead = str(2**steps // 10 ** (exponent - 2))
    assert number == (str(2**300) if steps == 300 else f"{number[:17]}e+{exponent}")
    assert steps == 300 or number.startswith(f"{lead[0]}.{lead[1:]}")


@examples(30, 120, st.integers(0, 2**40), st.integers(0, 3), st.tuples(TAME, TAME, TAME), st.sampled_from([None, 1, 2, 5]))
def test_the_data_fit_the_schema_and_the_worksheet(seed: int, depth: int, point: tuple[float, ...], most: int | None) -> None:
    sheet = sheet_of(seed, depth, point)
    found = strict("{" + "".join(members(explain(sheet, 1e-3, most))) + "}")["explanation"]
    whole = strict("".join(render(sheet)))
    fits("eval", {**whole, "explanation": found})
    values = {node["name"]: node for node in whole["nodes"]}
    for step in found["forward"]["first"] + found["forward"]["last"]:
        assert step["value"] == values[step["name"]]["value"]
        assert step["formula"] == values[step["name"]]["formula"]
    for one in found["backward"]["first"] + found["backward"]["last"]:
        assert one["gradient"] == values[one["name"]]["gradient"]
        for term in one["terms"]:
            assert term["known_value"] == values[term["through"]].get("gradient", 0.0)
            partial = values[term["through"]]["partials"][0 if values[term["through"]]["operation"] == "if" else term["argument"]]
            assert term["partial_value"] == (0.0 if partial is None else partial)
    if most:
        for part in ("graph", "forward", "backward", "paths"):
            assert len(found[part]["first"]) + len(found[part]["last"]) <= most


def render(sheet: Worksheet) -> Iterator[str]:
    from autodiff.render import json as whole

    return whole.worksheet(sheet)


# Rules ----------------------------------------------------------------------------------------------------------------


@each(ROWS)
def test_rules_of_a_row(row: Any) -> None:
    """One for all parameters or one for each."""
    for rules in (row.rule, row.alone):
        assert len(rules) in (0, 1, len(row.names) - (row.name == "if"))


@pytest.mark.parametrize(
    ("text", "variable", "rule", "partial"),
    [
        ("x*y", "x", "product rule", "∂J/∂x = y = 3"),
        ("2*x", "x", "constant multiple rule", "∂J/∂x = 2"),
        ("x/y", "x", "quotient rule", "∂J/∂x = 1/y = 0.333333"),
        ("x/2", "x", "constant multiple rule", "∂J/∂x = 0.5"),
        ("2/x", "x", "reciprocal rule", "∂J/∂x = (-J)/x = -0.5"),
        ("x^3", "x", "power rule", "∂J/∂x = 3*x^2 = 12"),
        ("2^x", "x", "exponential rule", "∂J/∂x = J*log(2) = 2.77259"),
        ("x^y", "y", "exponential rule", "∂J/∂y = J*log(x) = 5.54518"),
        ("exp(x)", "x", "exponential rule", "∂J/∂x = J = 7.38906"),
        ("sin(x)", "x", "chain rule through sin", "∂J/∂x = cos(x) = -0.416147"),
        ("log(x, y)", "x", "chain rule through log", "∂J/∂x = 1/log(y)/(x + 0) = 0.45512"),
        ("x - y", "y", "difference rule", "∂J/∂y = -1"),
        ("if(x > 0, x, y)", "x", "the branch that is taken", "∂J/∂x = 1"),
        ("max(x, y)", "y", "chain rule through max", "∂J/∂y = 1"),
    ],
)
def test_rules(text: str, variable: str, rule: str, partial: str) -> None:
    formula = autodiff.parse(text)
    found = explain(formula.at(**{name: {"x": 2.0, "y": 3.0}[name] for name in formula.variables}), 1e-3, None)
    lines = text_of(found).split("\n")
    assert any(f", {rule}: " in line and (f"{partial};" in f"{line};" or "1/log" in partial) for line in lines), lines
    assert variable in found.sheet.wrt


def test_a_factor_that_does_not_vary_makes_it_a_constant_multiple() -> None:
    sheet = autodiff.parse("a*b").worksheet({"a": 2.0, "b": 3.0}, ["b"])
    assert "J = a*b, constant multiple rule: ∂J/∂b = a = 2" in text_of(explain(sheet, 1e-3, None))
    assert named("mul", 0, False) == "product rule"


def test_one_variable_is_explained_alone() -> None:
    sheet = autodiff.parse("3*(a+b*c)").worksheet({"a": 5.0, "b": 3.0, "c": 2.0}, ["b"])
    found = explain(sheet, 1e-3, None)
    assert [sheet.names[one.place] for one in found.derivations.all()] == ["J", "v", "u", "b"]
    assert [sheet.names[one.place] for one in found.chains.all()] == ["b"]
    assert "da" not in text_of(found)


# Nudges ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "x", "size", "verdict"),
    [
        ("3*x", 2.0, 1e-3, "exact"),
        ("x^2", 3.0, 1e-3, "square"),
        ("sin(x)", 1.0, 1e-3, "square"),
        ("x^3", 0.0, 1e-3, "square"),
        ("atan(50*x)", 0.0, 1.0, "rough"),
        ("x^2", 3.0, 1e-6, "faint"),
        ("x + 1", 1e20, 1e-3, "stuck"),
        ("abs(x)", 0.0, 1e-3, "kink"),
        ("floor(x)", 1.0, 1e-3, "jump"),
        ("sqrt(x)", 0.0, 1e-3, "infinite"),
        ("1/x", 0.0, 1e-3, "pole"),
        ("log(x)", -1.0, 1e-3, "domain"),
        ("x^2.5", 0.0, 1e-3, "one_sided"),
        ("exp(x)", 1000.0, 1e-3, "overflow"),
    ],
)
def test_verdicts(text: str, x: float, size: float, verdict: str) -> None:
    (nudge,) = explain(autodiff.parse(text).at(x=x), size, None).nudges
    assert nudge.verdict == verdict
    for trial in nudge.trials:
        assert same(trial.remainder, trial.change - trial.predicted)


def test_the_order_of_the_remainder() -> None:
    (square,) = explain(autodiff.parse("x^2").at(x=3), 1e-2, None).nudges
    (cube,) = explain(autodiff.parse("x^3").at(x=0), 1e-2, None).nudges
    assert square.order == pytest.approx(2, abs=1e-3)
    assert cube.order == pytest.approx(3, abs=1e-3)


def test_a_wrong_derivative_would_be_seen() -> None:
    """The nudge does not take the worksheet's word for it."""
    sheet = autodiff.parse("x^2").at(x=3)
    sheet.gradient["x"] = 6.1
    (nudge,) = explain(sheet, 1e-3, None).nudges
    assert nudge.verdict == "rough"
    assert nudge.order == pytest.approx(1, abs=0.05)


def test_at_the_end_of_the_domain_the_nudge_turns() -> None:
    (nudge,) = explain(autodiff.parse("sqrt(1 - x)").at(x=0.9995), 1e-3, None).nudges
    assert nudge.turned
    assert nudge.size == -1e-3
    assert all(math.isfinite(move.after) for move in nudge.moves)


# Lines ----------------------------------------------------------------------------------------------------------------


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 2**40), st.integers(0, 3), st.tuples(TAME, TAME, TAME), st.integers(30, 100))
def test_no_line_is_wider_than_the_window(seed: int, depth: int, point: tuple[float, ...], width: int) -> None:
    for line in explanation(explain(sheet_of(seed, depth, point), 1e-3, 20), 6):
        texts = wrapped(line.text, width, "    ")
        assert re.sub(r"\s", "", "".join(texts)) == re.sub(r"\s", "", line.text)
        for text in texts:
            longest = max([cells(word) for word in text.split()], default=0)
            assert cells(text) <= max(width, longest + 6)


def test_chinese_is_broken_between_signs_but_never_before_a_stop() -> None:
    text = "  " + "导数沿每条路径相乘，各路径相加。" * 4
    for width in range(10, 60):
        lines = wrapped(text, width, "    ")
        assert all(cells(line) <= width + 2 for line in lines)
        assert all(line.strip()[0] not in "，。" for line in lines)
        assert "".join(line.strip() for line in lines) == text.strip()


def test_colours_follow_the_direction() -> None:
    lines = "".join(explained.drawn(explanation(worked(), 6), "always"))
    blue = {line for line in lines.split("\n") if "\x1b[1;94m" in line}
    red = {line for line in lines.split("\n") if "\x1b[1;91m" in line}
    assert any(re.search(r"94m  u\x1b\[0m = b\*c", line) for line in blue)
    assert any(re.search(r"91m  db\x1b\[0m = du", line) for line in red)
    assert not blue & red
    assert re.sub(r"\x1b\[[0-9;]*m", "", lines) == text_of(worked()) + "\n"


def test_a_long_formula_shows_both_ends_and_says_so() -> None:
    text = "+".join(f"sin({k}*x)" for k in range(1, 200))
    done = inside(["eval", text, "x=0.5", "--explain"], ROOT)
    assert done.code == 0
    assert done.stdout.count("--steps all") == 4 - 1  # there is one variable, so all paths are there
    assert "\n  J = " in done.stdout
    assert len(done.stdout.split("\n")) < 250
    everything = inside(["eval", text, "x=0.5", "--explain", "--steps", "all"], ROOT).stdout
    assert "--steps all" not in everything
    for name in ["J", *(f"t{k}" for k in range(1, 596))]:
        assert everything.count(f"\n  {name} = ") == 1
        assert everything.count(f"\n  d{name} = ") == 1


# What is long is told in brief ------------------------------------------------------------------------------------------

LOSS = "z = w1*x1 + w2*x2 + b; a = sigmoid(z); J = -(y*log(a) + (1 - y)*log(1 - a))"
POINT = {"w1": 0.5, "w2": -0.25, "b": 0.1, "x1": 2.0, "x2": 3.0, "y": 1.0}


def test_logistic_regression_on_two_screens() -> None:
    sheet = autodiff.parse(LOSS).at(**POINT)
    found = explain(sheet, 1e-3, None)
    text = text_of(found)
    assert found.is_brief
    assert len(text.split("\n")) < 80
    for step in sheet.steps():
        if step.kind == "operation":
            assert len(re.findall(rf"^  {step.name} = .*{re.escape(human(step.value))}\b", text, re.MULTILINE)) == 1
            assert len(re.findall(rf"^  d{step.name} = .*{re.escape(human(step.gradient or 0.0))}\b", text, re.MULTILINE)) == 1
    for name, slope in sheet.gradient.items():
        assert f"  d{name} = " in text
        assert f"dJ/d{name} = " in text
        assert f"{human(slope)}" in text
    for name in POINT:
        assert re.search(rf"^  .*\b{name}: \S+ → ", text, re.MULTILINE)
    assert not worked().is_brief


def test_the_table_of_nudges_has_their_numbers() -> None:
    found = explain(autodiff.parse(LOSS).at(**POINT), 1e-3, None)
    rows = [block.parts for block in all_blocks(found, Plain(found.sheet, 6)) if block.kind == "row"][1:]
    assert [row[0].split(":")[0] for row in rows] == [nudge.variable for nudge in found.nudges[1:]]
    for row, nudge in zip(rows, found.nudges[1:]):
        moved = found.sheet.nudged(nudge.variable, 1e-3)[found.sheet.tape.output]
        assert float(row[1]) == pytest.approx(moved - found.sheet.value, rel=1e-4)
        assert float(row[2]) == pytest.approx(1e-3 * found.sheet.gradient[nudge.variable], rel=1e-5)
        assert float(row[3]) == pytest.approx(nudge.trials[0].remainder, rel=1e-2)


@examples(25, 150, st.integers(0, 2**40), st.integers(2, 30), st.integers(1, 12))
def test_no_ellipsis_hides_a_step_of_the_users(seed: int, steps: int, most: int) -> None:
    """Where there is room for all of them, every named step is shown, in the order of the tape, and what is left out is counted."""
    rng = random.Random(seed)
    named = {k for k in range(steps) if rng.random() < 0.2}
    chain, place = list[str](), "x"
    for k in range(steps):
        place = f"sin({place})"
        if k in named:
            chain.append(f"s_{k} = {place}")
            place = f"s_{k}"
    sheet = autodiff.parse("; ".join([*chain, f"cos({place})"])).at(x=0.5)
    found = explain(sheet, 1e-3, most)
    for kept in (found.graph.map(lambda node: node.place), found.steps, found.derivations.map(lambda one: one.place)):
        places = [*kept.all()]
        assert len({*places}) == len(places) <= most or kept.left_out == 0
        assert places in (sorted(places), sorted(places, reverse=True)) or places[-1] == 0  # the variable comes last of all
        if len(named) < most:
            assert {i for i in sheet.tape.names if i != sheet.tape.output} <= {*places}
    text = text_of(found)
    moves = next((line for line in text.split("\n") if "Nudge x" in line), "")
    if 0 < len(named) < 6:
        assert all(f"s_{k}: " in moves for k in named)


def test_a_path_shows_the_steps_that_have_names() -> None:
    deep = "x"
    for k in range(30):
        deep = f"sin({deep})"
        if k == 14:
            deep = f"cos({deep})"
    text = text_of(explain(autodiff.parse(f"half = {deep}; sin(sin(sin(sin(sin(sin(half))))))").at(x=0.5), 1e-3, None))
    line = next(line for line in text.split("\n") if line.startswith("  dJ/dx = "))
    assert "/∂half" in line
    assert "∂half/" in line
    assert "·…·" in line
