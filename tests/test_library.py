"""The library beside other Python: what it returns and raises can be sent to another process, and what is no number is refused."""

import copy
import io
import pickle
import pydoc
import random
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from decimal import Decimal
from fractions import Fraction
from multiprocessing import get_context

import numpy as np
import pytest

import autodiff
from autodiff.errors import AutodiffError, FormulaError
from autodiff.point.evaluation import Evaluation
from autodiff.tape import Apply, Const, Node, Var

FORMULAS = ("3(a+bc)", "x^2*sin(x)", "u = x*y; if(u > 0, u, -u)", "f(t) = t^2; f(x) + max(x, y)", "1", "x", "log(x) + abs(x)")
WRONG = {
    "sin(": {}, "": {}, "x +* y": {}, "x++": {}, "a/bc": {}, "foo(x)": {}, "x": {}, "x^2": {"x": 1.0, "y": 2.0}, "sin x": {},
    "x = 1; x": {"x": 3}, "y = x": {"x": None}, "sqrt(x": {}, "2 3": {}, "if(x, 1, 2)": {}, "x²": {"X": 1},
}  # fmt: skip


def error_of(text: str) -> AutodiffError:
    """What is wrong with a formula, or with the values for it."""
    with pytest.raises(AutodiffError) as caught:
        autodiff.parse(text).at(**WRONG[text])
    return caught.value


def same(one: BaseException, other: BaseException) -> bool:
    return type(one) is type(other) and str(one) == str(other) and one.__dict__ == other.__dict__ and one.args == other.args


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("text", WRONG)
def test_errors_travel(text: str, protocol: int) -> None:
    error = error_of(text)
    assert same(pickle.loads(pickle.dumps(error, protocol)), error)
    assert same(copy.copy(error), error)
    assert same(copy.deepcopy(error), error)


def test_an_error_without_a_place_travels() -> None:
    error = AutodiffError("E034", "message", "hint", 4)
    error.add_note("a note")
    assert same(pickled(error), error)


def pickled(found):
    return pickle.loads(pickle.dumps(found))


@pytest.mark.sampled(4)
@pytest.mark.parametrize("text", FORMULAS)
@pytest.mark.parametrize("copied", [pickled, copy.deepcopy, copy.copy], ids=["pickle", "deep", "copy"])
def test_formulas_and_worksheets_travel(text, copied) -> None:
    """Before and after they were used, derivatives included."""
    formula = autodiff.parse(text)
    point = (
        {name: 0.5 + k for k, name in enumerate(formula.names & set("abcxy"))} if text != "3(a+bc)" else {"a": 5, "b": 3, "c": 2}
    )
    formulas = [formula, *(formula.diff(name, order) for name in formula.variables for order in (1, 2))]
    for found in formulas:
        here = {name: x for name, x in point.items() if name in found.names}
        for _ in ("fresh", "used"):
            again = copied(found)
            sheet, other = found.at(**here), copied(again.at(**here))
            assert (str(again), again.text, again.variables, again.notes) == (str(found), found.text, found.variables, found.notes)
            assert (other.value, other.gradient, other.status, other.hessian) == (
                sheet.value, sheet.gradient, sheet.status, sheet.hessian)  # fmt: skip
            assert [*copied(other).steps()] == [*sheet.steps()]
            assert again.columns(**here).value == found.columns(**here).value == sheet.value
            assert again.compile("python") == found.compile("python")


def gradient(text: str) -> dict[str, float]:
    return autodiff.parse(text).at(x=2.0).gradient


def test_a_pool_reports_a_bad_formula() -> None:
    """An error that could not be read on the other side left multiprocessing waiting for ever."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        good, bad = pool.submit(gradient, "x^3"), pool.submit(gradient, "x^(")
        assert good.result(60) == {"x": 12.0}
        error = bad.exception(60)
    assert isinstance(error, FormulaError)
    assert (error.code, error.span) == ("E003", (3, 3))


COMPLEX = [
    1 + 2j, complex(1), np.complex64(1 + 2j), np.complex128(1 + 2j), np.clongdouble(1 + 2j), np.complex64(1), np.array(1 + 2j),
    np.array([1 + 2j]), np.array([1.0, 2.0]), None, [1.0], {}, "one", object(),
]  # fmt: skip


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("value", COMPLEX, ids=lambda value: f"{type(value).__name__}-{value!r}".partition(" object at")[0][:40])
def test_what_is_no_real_number_is_refused(value: object) -> None:
    formula = autodiff.parse("x^2*y")
    for refused in (lambda: formula.at(x=value, y=1.0), lambda: formula.compile("c", at={"x": value, "y": 1.0})):
        with pytest.raises(AutodiffError, match="'x' is not a real number") as caught:
            refused()
        assert caught.value.code == "E032"


def test_a_whole_number_beyond_doubles_is_refused() -> None:
    with pytest.raises(AutodiffError, match="too large for a double"):
        autodiff.parse("x").at(x=10**400)


@pytest.mark.parametrize(
    "two", [2, 2.0, True + 1, np.float32(2), np.int8(2), np.array(2), np.array(2.0), Fraction(2), Decimal(2)], ids=repr
)
def test_every_real_number_will_do(two: object) -> None:
    assert autodiff.parse("x^3").at(x=two).gradient == {"x": 12.0}


def test_at_raises_what_it_says() -> None:
    said = str(autodiff.Formula.at.__doc__)
    assert "FormulaError where a value is missing" in said
    assert "AutodiffError where one is superfluous" in said
    with pytest.raises(FormulaError) as missing:
        autodiff.parse("x*y").at(x=1)
    with pytest.raises(AutodiffError) as superfluous:
        autodiff.parse("x").at(x=1, y=2)
    assert (missing.value.code, superfluous.value.code) == ("E030", "E031")


def test_help_shows_what_a_worksheet_has() -> None:
    """Everything that can be asked of one, each with a sentence."""
    page = io.StringIO()
    pydoc.Helper(output=page)(autodiff.Worksheet)
    lines = [line.strip(" |") for line in page.getvalue().splitlines()]
    for name in (*Evaluation.__slots__, "hessian", "notes", "reading"):
        places = [k for k, line in enumerate(lines) if line == name or line.startswith(f"{name} =")]
        assert places
        assert any(len(lines[k + 1].split()) > 2 for k in places)


def test_nodes_are_values() -> None:
    """Equal where their members are, and only to their own kind; they can be copied, sent to another process and printed."""
    nodes: list[Node] = [Const(1.5, "1.5", (0, 3)), Var("x", (4, 5)), Apply("mul", (0, 1), (0, 5)), Apply("mul", (0, 1), (0, 6))]
    for i, node in enumerate(nodes):
        assert [node == other for other in nodes] == [i == k for k in range(len(nodes))]
        sent = [pickle.loads(pickle.dumps(node, protocol)) for protocol in range(pickle.HIGHEST_PROTOCOL + 1)]
        for twin in (copy.copy(node), copy.deepcopy(node), *sent):
            assert (twin, hash(twin), repr(twin), type(twin)) == (node, hash(node), repr(node), type(node))
        assert eval(repr(node), {kind.__name__: kind for kind in (Const, Var, Apply)}) == node
        with pytest.raises(AttributeError):
            node.other = 1  # type: ignore[union-attr]
    assert nodes[1] != ("x", (4, 5))


FUNCTIONS = ["3*(a+b*c)", "x^2*sin(y)", "f = x*y; if(f > 0, log(f), f)", "hypot(x, y) + max(x, y, 1)", "lambda*order", "2*pi"]


@pytest.mark.parametrize("text", FUNCTIONS)
def test_a_function_gives_what_a_worksheet_says(text: str) -> None:
    formula, draw = autodiff.parse(text), random.Random(text)
    function = formula.function()
    for _ in range(20):
        point = {name: draw.uniform(-2, 2) for name in formula.variables}
        sheet = formula.at(**point)
        value, gradient = function(*point.values())
        assert [*gradient] == [*sheet.gradient]
        for found, meant in zip([value, *gradient.values()], [sheet.value, *sheet.gradient.values()], strict=True):
            assert found == pytest.approx(meant, rel=1e-13, abs=1e-13, nan_ok=True)


def test_a_function_of_some_variables() -> None:
    assert autodiff.parse("x^2*y").function(wrt=["y"])(3, 2) == (18.0, {"y": 9.0})
    with pytest.raises(AutodiffError, match="'z' is no variable"):
        autodiff.parse("x^2*y").function(wrt=["z"])


def test_points_do_not_know_each_other() -> None:
    """What is kept for the next point holds nothing of this one: worksheets in any order, and of several threads, are the same."""
    formula = autodiff.parse("if(x > 0, log(x)*y, y^2) + max(x, y) + 1/(1 + exp(-x))")
    points = [{"x": x, "y": y} for x in (-1.0, 0.0, 0.5, 800.0) for y in (0.0, 0.5, -3.0)] * 2

    def seen(sheet: autodiff.Worksheet) -> str:
        return repr((sheet.value, sheet.gradient, sheet.status, sheet.notes, [*sheet.steps()], sheet.hessian))

    fresh = [seen(autodiff.parse(formula.text).at(**point)) for point in points]
    with ThreadPoolExecutor(4) as pool:
        assert [*pool.map(lambda point: seen(formula.at(**point)), points)] == fresh
    sheet = formula.at(x=0.0, y=0.0)
    sheet.notes.clear()
    sheet.gradient.clear()
    assert [seen(formula.at(**point)) for point in points] == fresh


@pytest.mark.parametrize("text", ["2*sni(x)", "u = x;\nv = u*;\nv", "a = 1;\r\n\r\n  b = (a;", "数 = 2;\n数*sni(x)"])
def test_an_error_says_its_line_and_column(text: str) -> None:
    """As an editor counts: the sign that stands there is the one that the span begins with."""
    with pytest.raises(autodiff.FormulaError) as caught:
        autodiff.parse(text)
    line, column = caught.value.place
    assert (text + " ").split("\n")[line - 1][column - 1 :][:1] == (text + " ")[caught.value.span[0]]
    assert sum(len(one) + 1 for one in text.split("\n")[: line - 1]) + column - 1 == caught.value.span[0]
    assert autodiff.AutodiffError("E042", "no place").place is None
