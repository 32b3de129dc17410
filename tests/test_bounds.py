"""Small inputs take little work, counted in operations and in size of output, or are refused by name and number."""

from __future__ import annotations

import random
from collections import Counter

import pytest

import autodiff
from autodiff.checking.check import Examination
from autodiff.checking.truth import Truth, Values
from autodiff.passes import rules
from autodiff.passes.evaluate import evaluate
from autodiff.primitives import ROWS
from autodiff.study.differentiation import Asked, differentiate
from autodiff.study.modes import jacobian
from autodiff.tape import Apply
from autodiff.trust import landmarks as marks
from autodiff.trust import sampling

VALUES = (0.0, 1.0, -1.0, 2.0, 0.5, -2.5, 3.0, 1e-3)


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


@pytest.mark.parametrize("claim", ["1", "0.5/sqrt(x{k})*abs(x{k} - 1) + sqrt(x{k})*sign(x{k} - 1)"])
def test_claims_on_one_formula_share_its_points(monkeypatch: pytest.MonkeyPatch, claim: str) -> None:
    """Forty claims evaluate the formula with many digits no oftener than there are points, and look for edges once."""
    done: list[int] = []
    whole = Truth._differentiated
    monkeypatch.setattr(Truth, "_differentiated", lambda self, *known: done.append(1) or whole(self, *known))
    formula = autodiff.parse("+".join(f"sqrt(x{k})*abs(x{k} - 1)" for k in range(40)))
    exam = Examination(formula, {f"x{k}": claim.format(k=k) for k in range(40)}, Values({}, {}))
    assert {found.verdict for found in exam.verdicts()} == {"differs" if claim == "1" else "agrees"}
    assert len(done) <= len(exam._tried) + 40
    assert len(exam._tried) * 40 * len(formula.tape.nodes) <= sampling.USES


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


def test_what_is_too_large_is_refused_by_name_and_number(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the work is done."""
    many = "; ".join(f"o{k} = x + {k}" for k in range(800))
    sheet = autodiff.parse(many).at(x=1)
    with pytest.raises(autodiff.AutodiffError, match="800 outputs of 1601 steps are more than 1000000 numbers") as found:
        jacobian(sheet, [f"o{k}" for k in range(800)])
    assert found.value.code == "E018"
    every = autodiff.parse("+".join(f"sin(x{k}*x{k + 1})" for k in range(200)))
    with pytest.raises(autodiff.AutodiffError, match="more than 3000 rules") as found:
        differentiate(every, None, Asked(rules=True), {})
    assert (found.value.code, found.value.hint) == ("E018", "choose a variable, as in --wrt x0")
    monkeypatch.setattr("autodiff.code.query.LARGEST", 50)
    with pytest.raises(autodiff.AutodiffError, match="more than 50 signs"):
        autodiff.parse("sin(x)^2*cos(x)").compile("duckdb")
    monkeypatch.setattr("autodiff.code.lines.LONGEST", 10)
    with pytest.raises(autodiff.AutodiffError, match="more than 10 signs"):
        autodiff.parse("sin(alphabet)^2*cos(alphabet)").compile("duckdb")
