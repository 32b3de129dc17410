"""Small inputs take little work, counted in operations and in size of output, or are refused by name and number."""

from __future__ import annotations

import random

import pytest

import autodiff
from autodiff.passes import rules
from autodiff.passes.evaluate import evaluate
from autodiff.primitives import ROWS
from autodiff.study.differentiation import Asked, differentiate
from autodiff.study.modes import jacobian
from autodiff.tape import Apply
from autodiff.trust import landmarks as marks

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


def test_claims_on_one_formula_share_the_search_for_edges(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forty claims read no more points of the formula than two, but for their own."""
    read: list[int] = []
    whole = marks.Landmarks._read
    monkeypatch.setattr(marks.Landmarks, "_read", lambda self, point: read.append(1) or whole(self, point))
    formula = autodiff.parse("+".join(f"sqrt(x{k})*abs(x{k} - 1)" for k in range(8)))
    for points in (1, 8):
        found = marks.landmarks(formula.tape)
        for _ in range(points):
            for k in range(50):
                found.read({f"x{j}": float(j + k + 1) for j in range(8)})
    assert len(read) == 50


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
