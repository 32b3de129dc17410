"""Steps count as much as variables: what has a name in the tables may be asked for, and its derivative is its adjoint."""

import json
import random
from pathlib import Path

import pytest
from console import inside
from sampling import random_formula
from schemas import fits, strict

import autodiff
from autodiff.errors import AutodiffError
from autodiff.point.evaluation import Prepared
from autodiff.point.worksheet import Worksheet
from autodiff.tape import Apply, freed

LECTURE = ["3*(a+b*c)", "a=5", "b=3", "c=2"]
VALUES = (0.0, 1.0, -0.7, 2.5, 10.0)


def sampled(count: int, seed: int) -> list[tuple[autodiff.Formula, dict[str, float]]]:
    rng = random.Random(seed)
    formulas = [autodiff.parse(random_formula(rng, rng.choice((2, 3)))) for _ in range(count)]
    return [(formula, {name: rng.choice(VALUES) for name in formula.variables}) for formula in formulas]


def same(x: float, y: float) -> bool:
    return (x != x and y != y) or x == y or abs(x - y) <= 1e-12 * abs(y)


def steps_of(sheet: Worksheet) -> dict[str, int]:
    return {name: place for place, name in sheet.names.items() if isinstance(sheet.tape.nodes[place], Apply)}


def test_a_step_is_taken_as_free() -> None:
    """Its derivative and its status are those of the formula in which it is a variable with this value."""
    done = 0
    for formula, point in sampled(150, 5):
        whole = formula.worksheet(point)
        for name, place in steps_of(whole).items():
            if place == whole.tape.output or whole.values[place] != whole.values[place]:
                continue
            sheet = formula.worksheet(point, [name])
            tape = freed(sheet.tape, place, name)
            used = tape.variables()
            if name not in used:  # nothing needs it but a condition, or another step that is not needed
                continue
            alone = Prepared(tape, [name]).at({**{x: point[x] for x in used if x != name}, name: float(sheet.values[place])})
            assert same(sheet.gradient[name], alone.gradient[name]), (formula.text, point, name)
            mine, other = sheet.status.get(name), alone.status.get(name)
            assert (mine and mine.status) == (other and other.status), (formula.text, point, name)
            done += 1
    assert done > 200


def test_it_changes_nothing_about_the_variables() -> None:
    for formula, point in sampled(60, 6):
        whole = formula.worksheet(point)
        names = list(steps_of(whole))
        both = formula.worksheet(point, [*whole.wrt, *names])
        assert {name: both.gradient[name] for name in whole.wrt} == pytest.approx(whole.gradient, nan_ok=True, rel=0)
        for name in names:
            assert same(both.gradient[name], whole.derivative(name)) or name in both.status


def test_the_lecture() -> None:
    sheet = autodiff.parse("3*(a+b*c)").worksheet({"a": 5, "b": 3, "c": 2}, ["v", "u", "b", "J"])
    assert sheet.gradient == {"v": 3, "u": 3, "b": 6, "J": 1}
    at = autodiff.parse("3*(a+b*c)").at(a=5, b=3, c=2)
    assert [at.derivative(name) for name in ("a", "u", "v", "J")] == [3, 3, 3, 1]
    with pytest.raises(KeyError):
        at.derivative("q")


def test_the_explanation_nudges_a_step(tmp_path: Path) -> None:
    said = inside(["eval", *LECTURE, "--explain", "--wrt", "v,u"], tmp_path).stdout
    assert "Nudge v by 0.001: v: 11 → 11.001, J: 33 → 33.003" in said
    assert "Nudge u by 0.001: u: 6 → 6.001, v: 11 → 11.001, J: 33 → 33.003" in said
    assert "J moves by 0.003, exactly as the derivative predicts: dv·h = 3·0.001 = 0.003" in said
    assert "J moves 3 times as far as v" in said
    assert "more variable" not in inside(["eval", *LECTURE, "--explain", "--wrt", "v,J"], tmp_path).stdout.replace(
        "more variables", ""
    )


@pytest.mark.parametrize(
    ("text", "x", "said"),
    [
        ("3*x", 2.0, "exactly as the derivative predicts"),
        ("0.1*x + 0.2", 0.3, "exactly as the derivative predicts"),
        ("(2 - x)/3 + if(2 > 1, x, x^2)", 0.7, "exactly as the derivative predicts"),
        ("3*sin(x)", 1.0, "remains"),
        ("x*x", 1.0, "remains"),
        ("1e9 + x*x", 1.0, "the rest is mere rounding"),
        ("-x", 1.0, "J moves as far as x, the other way"),
        ("-2*x", 1.0, "J moves 2 times as far as x, the other way"),
        ("0*x", 1.0, "J does not move with x"),
    ],
)
def test_what_is_said_of_a_nudge(text: str, x: float, said: str, tmp_path: Path) -> None:
    assert said in inside(["eval", text, f"x={x}", "--explain"], tmp_path).stdout


def test_json(tmp_path: Path) -> None:
    found = strict(inside(["eval", *LECTURE, "--wrt", "v,a", "--json"], tmp_path).stdout)
    fits("eval", found)
    assert found["gradient"] == {"v": 3.0, "a": 3.0}
    found = strict(inside(["eval", *LECTURE, "--outputs", "u,v,J", "--wrt", "u,b", "--json"], tmp_path).stdout)
    assert found["jacobian"] == {"u": {"u": 1.0, "b": 2.0}, "v": {"u": 1.0, "b": 2.0}, "J": {"u": 3.0, "b": 6.0}}
    line = json.dumps({"expression": "3*(a+b*c)", "values": {"a": 5, "b": 3, "c": 2}, "wrt": ["v"]})
    assert json.loads(inside(["batch", "-"], tmp_path, line.encode()).stdout)["gradient"] == {"v": 3.0}
    found = strict(inside(["eval", *LECTURE, "--wrt", "u,v", "--mode", "both", "--precision", "20", "--json"], tmp_path).stdout)
    assert found["precise"]["gradient"] == {"u": "3.0", "v": "3.0"}
    assert found["modes"]["forward"]["gradient"] == {"u": 3.0, "v": 3.0}


@pytest.mark.parametrize(
    "words",
    [
        ["eval", *LECTURE, "--wrt", "v", "--hessian"],
        ["eval", *LECTURE, "--wrt", "v", "--order", "2"],
        ["eval", *LECTURE, "--direction", "v=1"],
        ["diff", *LECTURE, "--wrt", "v"],
        ["diff", LECTURE[0], "--wrt", "v"],
        ["compile", LECTURE[0], "--to", "c", "--wrt", "v"],
        ["implicit", "v = x^2; v + y = 1", "--of", "y", "--wrt", "v"],
        ["implicit", "v = x^2; v + y = 1", "--of", "y", "--wrt", "v", "x=1", "y=0"],
    ],
    ids=" ".join,
)
def test_where_only_variables_will_do_a_step_is_refused_by_name(words: list[str], tmp_path: Path) -> None:
    done = inside(words, tmp_path)
    assert (done.code, done.stdout) == (2, "")
    assert done.stderr.startswith("error[E034]: 'v' is a step")


def test_what_to_write_instead_is_the_formula_of_the_step() -> None:
    with pytest.raises(AutodiffError) as caught:
        autodiff.parse("u=b*c; v=a+u; J=3*v").diff("u")
    assert caught.value.hint == 'make it a variable: "v = a + u; J = 3*v"'
    with pytest.raises(AutodiffError) as caught:
        autodiff.parse("x*sin(x*y)").worksheet({"x": 1, "y": 2}, ["v"]).second  # noqa: B018
    assert caught.value.hint == 'make it a variable: "x*v"'


def test_another_name_is_told_what_there_is() -> None:
    with pytest.raises(AutodiffError, match="no variable of the formula, and no step") as caught:
        autodiff.parse("3*(a+b*c)").worksheet({"a": 5, "b": 3, "c": 2}, ["q"])
    assert caught.value.hint == "its variables are a, b, c; its steps are u, v, J"


def test_a_step_of_the_branch_that_is_not_taken_is_none() -> None:
    formula = autodiff.parse("if(x > 0, x^2, exp(x))")
    assert formula.worksheet({"x": 3}, ["u"]).gradient == {"u": 1}
    with pytest.raises(AutodiffError):
        formula.worksheet({"x": 3}, ["v"])
