"""Small inputs take little work, counted in operations and in size of output, or are refused by name and number."""

from __future__ import annotations

import math
import random
from collections import Counter

import pytest
from length import first

import autodiff
from autodiff.checking.check import Examination
from autodiff.checking.truth import Truth, Values
from autodiff.passes import rules
from autodiff.passes.evaluate import evaluate
from autodiff.point.evaluation import Prepared
from autodiff.point.higher import orders, second
from autodiff.point.worksheet import Worksheet
from autodiff.primitives import ROWS
from autodiff.study.differentiation import Asked, differentiate
from autodiff.study.modes import jacobian
from autodiff.tape import Apply, Tape
from autodiff.trust import landmarks as marks
from autodiff.trust import sampling
from autodiff.writing.formulas import expression

VALUES = (0.0, 1.0, -1.0, 2.0, 0.5, -2.5, 3.0, 1e-3)


@pytest.mark.parametrize("count", [20, 200])
def test_an_output_has_a_sweep_over_what_it_needs_alone(count: int) -> None:
    """As many steps as it needs, however many outputs there are, and the numbers are those of the whole."""
    sheet = autodiff.parse("; ".join(f"o{k} = x*{k + 1} + abs(y - {k})" for k in range(count))).at(x=1.5, y=3)
    found = jacobian(sheet, [f"o{k}" for k in range(count)])
    assert all(len(one.values) <= 8 for one in found.values())
    for k, one in enumerate(found.values()):
        assert one.gradient == {"x": k + 1, "y": (k < 3) - (k > 3)}
        assert [*one.status] == (["y"] if k == 3 else [])
        places = {name: place for place, name in sheet.tape.names.items()}
        assert [one.slope(places[f"o{j}"]) for j in (k, (k + 1) % count)] == [1, 0]


@pytest.mark.parametrize("x", [1.5, -1.0, 0.0, 1e200, math.nan])
def test_an_output_is_what_it_would_be_alone(x: float) -> None:
    """Value, gradient, statuses and the derivative by every step, beside a worksheet of the whole whose output is moved."""
    text = "p = log(x) + y; q = p*x; r = if(x > 1, abs(x - 1.5)*p, y^2); s = x^2*x^2; t = s/x^4 + abs(y)*2; w = z*2; sqrt(r + w)"
    sheet = autodiff.parse(text).at(x=x, y=0, z=-2)
    places = {name: place for place, name in sheet.tape.names.items()}
    for name, one in jacobian(sheet, [*places]).items():
        moved = Tape(sheet.tape.nodes, places[name], sheet.tape.names, sheet.tape.runs)
        alone = Worksheet(Prepared(moved, sheet.wrt), sheet.point)
        assert repr((one.value, one.value_status, one.gradient)) == repr((alone.value, alone.value_status, alone.gradient))
        assert {x: found[:2] for x, found in one.status.items()} == {x: found[:2] for x, found in alone.status.items()}
        assert repr([one.slope(i) for i in sheet.shown]) == repr([alone.shown_gradient(i) for i in sheet.shown])


def test_edges_compare_what_the_conditions_do() -> None:
    """Every row with conditions: the differences are those that its conditions would find one by one."""
    rng = random.Random(7)
    for row in ROWS:
        texts = [text for text in [row.domain, *(point.when for point in row.points if "ties" not in point.when)] if text]
        if not texts or rules.is_variadic(row.name):
            continue
        for _ in range(20):
            args = [rng.choice(VALUES) for _ in rules.names(row.name)]
            known = rules.environment(row.name, args, rng.choice(VALUES))
            wanted = set()
            for text in texts:
                tape = rules.condition(row.name, text)
                values = evaluate(tape, known)
                for node in tape.nodes:
                    if isinstance(node, Apply) and node.op in marks.COMPARISONS:
                        wanted.add(values[node.args[0]] - values[node.args[1]])
            assert set(marks.edges(row.name).gaps(known)) == wanted, row.name


@pytest.mark.parametrize("claim", first(1, ["0.5/sqrt(x{k})*abs(x{k} - 1) + sqrt(x{k})*sign(x{k} - 1)", "1"]))
def test_claims_on_one_formula_share_its_points(monkeypatch: pytest.MonkeyPatch, claim: str) -> None:
    """Fifteen claims evaluate the formula with many digits no oftener than there are points, and look for edges once."""
    done: list[int] = []
    whole = Truth._differentiated
    monkeypatch.setattr(Truth, "_differentiated", lambda self, *known: done.append(1) or whole(self, *known))
    formula = autodiff.parse("+".join(f"sqrt(x{k})*abs(x{k} - 1)" for k in range(15)))
    exam = Examination(formula, {f"x{k}": claim.format(k=k) for k in range(15)}, Values({}, {}))
    assert {found.verdict for found in exam.verdicts()} == {"differs" if claim == "1" else "agrees"}
    assert len(done) <= len(exam._tried) + 15
    assert len(exam._tried) * 15 * len(formula.tape.nodes) <= sampling.USES


@pytest.mark.parametrize("depth", [5, 40])
def test_a_diagnosis_quotes_no_more_than_it_shows(depth: int) -> None:
    """A formula whose text doubles with each call is written as far as there is room."""
    tape = autodiff.parse("f(x) = sqrt(x*x) + log(x)/x; " + "f(" * depth + "x" + ")" * depth).tape
    assert len(expression(tape, tape.output, lambda _: None, most=48)) < 200
    nested = autodiff.parse("f(x) = sin(x*x) + cos(x); " + "f(" * depth + "x" + ")" * depth)
    [verdict] = Examination(nested, {"x": "1"}, Values({}, {})).verdicts()
    assert verdict.verdict == "differs"


def test_too_many_claims_are_refused_before_any_work() -> None:
    formula = autodiff.parse("+".join(f"x{k}*x{k + 1}" for k in range(300)))
    with pytest.raises(autodiff.AutodiffError, match="300 claims on 900 steps are more than 20000 numbers") as found:
        Examination(formula, {f"x{k}": "1" for k in range(300)}, Values({}, {}))
    assert found.value.code == "E018"


def test_one_variable_varies_alone() -> None:
    """What is read along a line is what the whole formula says, but for what does not vary on it."""
    rng = random.Random(3)
    for text in ("abs(x)*sqrt(y) + max(x*y, 1, z)", "if(x > y, abs(x), sqrt(y))*floor(z)", "gamma(x) + mod(x, y)*abs(2)"):
        tape = autodiff.parse(text).tape
        for _ in range(50):
            base = {name: rng.choice(VALUES) for name in tape.variables()}
            for name in base:
                moved = rng.choice(VALUES)
                line, found = marks.Landmarks(tape).along(base, name), marks.Landmarks(tape)
                region, gaps = found.read({**base, name: moved})
                wanted = dict(zip([i for i, _ in found._sites], region, strict=True))
                read, apart = line.read(moved)
                assert list(read) == [wanted[i] for i, _ in line._sites]
                assert Counter(map(repr, apart)) <= Counter(map(repr, gaps))


def test_constant_steps_have_no_edges() -> None:
    found = marks.Landmarks(autodiff.parse("abs(2 - 3)*sqrt(4) + abs(x)").tape)
    assert len(found._sites) == 1


@pytest.mark.sampled(4)
@pytest.mark.parametrize("language", ["duckdb", "sqlite", "postgresql", "spark"])
@pytest.mark.parametrize(
    "body", ["x*x + 1", "max(x, x*x)", "x^x", "if(x > y and x < 1 or x > 3, x + 1, x*x)", "x - floor(x)", "gamma(x)"]
)
def test_the_text_of_a_query_follows_the_tape(language: str, body: str) -> None:
    """Calls within calls: what is used twice is written once, so twice the calls are at most some four times the text."""
    sizes = []
    for calls in (5, 10):
        formula = autodiff.parse(f"f(x) = {body}; " + "f(" * calls + "x" + ")" * calls)
        sizes.append(len(formula.compile(language)))
    assert sizes[1] < 5 * sizes[0]


def test_too_many_second_derivatives_are_refused() -> None:
    """As formulas they are as many as the square of the variables; those of some can still be had."""
    formula = autodiff.parse("+".join(f"x{k}*x{k + 1}" for k in range(200)))
    with pytest.raises(autodiff.AutodiffError, match="second derivatives by 201 variables") as found:
        differentiate(formula, None, Asked(hessian=True), {})
    assert found.value.hint == "choose variables, as in --wrt x0,x1"
    assert len(differentiate(formula, ["x0", "x1"], Asked(hessian=True), {}).indices) == 5


@pytest.mark.long
def test_what_is_too_large_is_refused_by_name_and_number(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the work is done."""
    many = "; ".join(["o0 = x", *(f"o{k} = o{k - 1}*x + {k}" for k in range(1, 800))])
    with pytest.raises(autodiff.AutodiffError, match="800 outputs need more than 400000 steps and derivatives") as found:
        jacobian(autodiff.parse(many).at(x=1), [f"o{k}" for k in range(800)])
    assert found.value.code == "E018"
    every = autodiff.parse("+".join(f"sin(x{k}*x{k + 1})" for k in range(200)))
    with pytest.raises(autodiff.AutodiffError, match="more than 3000 rules") as found:
        differentiate(every, None, Asked(rules=True), {})
    assert (found.value.code, found.value.hint) == ("E018", "choose a variable, as in --wrt x0")
    sheet = autodiff.parse("+".join(f"x{k}*x{k + 1}" for k in range(1000))).worksheet({f"x{k}": 1.0 for k in range(1001)})
    with pytest.raises(autodiff.AutodiffError, match="1001 variables of 3000 steps are more than 1000000 numbers") as found:
        second(sheet)
    assert (found.value.code, found.value.hint) == ("E018", "choose variables, as in --wrt x0,x1")
    nested = autodiff.parse("f(x) = logsumexp(x, y, x); " + "f(" * 30 + "x + y" + ")" * 30)
    for x, most in ((1e10, 60000), (1.0, 60000)):
        with pytest.raises(autodiff.AutodiffError, match=f"up to order 40 need more than {most} operations") as found:
            orders(nested.at(x=x, y=0), "x", 40)
        assert found.value.code == "E018"
    monkeypatch.setattr("autodiff.code.query.LARGEST", 50)
    with pytest.raises(autodiff.AutodiffError, match="more than 50 signs"):
        autodiff.parse("sin(x)^2*cos(x)").compile("duckdb")
    monkeypatch.setattr("autodiff.code.lines.LONGEST", 10)
    with pytest.raises(autodiff.AutodiffError, match="more than 10 signs"):
        autodiff.parse("sin(alphabet)^2*cos(alphabet)").compile("duckdb")
