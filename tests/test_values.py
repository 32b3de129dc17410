"""One meaning for each function: its value in every number system and every language, from their own tables or from the row."""

import mpmath as mp
import pytest
from oracle import MEANINGS, ORDERED
from test_table import ALL, points_of

import autodiff
from autodiff.code.targets import QUERIES, RUN
from autodiff.errors import AutodiffError
from autodiff.numbers.algebra import FLOATS
from autodiff.numbers.arrays import ARRAYS
from autodiff.numbers.precise import Precise
from autodiff.passes.duals import Duals
from autodiff.passes.evaluate import evaluate, function
from autodiff.passes.taylor import Taylors
from autodiff.passes.values import tape, written
from autodiff.primitives import GROUND, ROWS, Primitive
from autodiff.symbolic.symbols import Symbols
from autodiff.tape import Apply
from autodiff.trust.estimate import Cautious
from autodiff.trust.sides import Sides

SYSTEMS = (FLOATS, ARRAYS, Precise(30), Duals(), Taylors(2), Cautious(), Sides(2), Symbols())
COMPOSED = [row for row in ROWS if row.value]


def operations(row: Primitive) -> set[str]:
    """What the value of a row is made of."""
    found = written(row.name, "exact", 2)
    return {node.op for node in tape(found).nodes if isinstance(node, Apply)} if found else set()


def test_values_bottom_out() -> None:
    """No value refers to itself, not even by way of others; and what has none is listed."""
    assert {row.name for row in ROWS if not row.value} == GROUND
    below = {row.name: operations(row) - GROUND for row in ROWS}
    while free := [name for name, ops in below.items() if not ops & below.keys()]:
        for name in free:
            del below[name]
    assert not below


@pytest.mark.parametrize("row", COMPOSED, ids=lambda row: row.name)
def test_a_value_is_an_identity(row: Primitive) -> None:
    """With many digits it is the function itself, by an oracle that shares no code with it."""
    found, exact = written(row.name, "exact", 2), Precise(60)
    assert found is not None
    points = [args[: len(found.params)] for args in points_of(row, 40)]
    for args in points:
        values = evaluate(tape(found), dict(zip(found.params, map(exact.lift, args))), exact)
        with mp.workdps(60):
            true = MEANINGS[row.name](*map(mp.mpf, args))
            assert abs(values[-1] - true) <= mp.mpf(10) ** -50 * abs(true), args


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda system: type(system).__name__)
def test_every_row_has_a_value_in_every_number_system(system: object) -> None:
    for row in ROWS:
        assert callable(function(row.name, system)), row.name


@pytest.mark.parametrize("row", ALL, ids=lambda row: row.name)
def test_every_row_is_known_in_normal_form(row: Primitive) -> None:
    formula = autodiff.parse(called(row))
    assert all(formula.diff(name).text for name in formula.variables)


def called(row: Primitive) -> str:
    """A formula that calls a row, in variables as far as that is possible."""
    shapes = {
        "add": "x + y",
        "sub": "x - y",
        "mul": "x*y",
        "div": "x/y",
        "neg": "-x",
        "copy": "y = x",
        "pow": "x^y",
        "log_base": "log(x, y)",
    }
    args = ["2", "x"] if row.name in ORDERED else ["x", "y", "z"][: max(len(row.names), 2 * row.variadic)]
    return shapes.get(row.name, f"{row.name}({', '.join(args)})")


@pytest.mark.parametrize("target", [*RUN, *QUERIES, "latex"])
def test_every_row_has_a_value_in_every_language(target: str) -> None:
    for row in ALL:
        assert autodiff.parse(called(row)).compile(target, main=False), row.name


def test_what_has_no_value_is_told_by_name() -> None:
    class Bare:
        """A number system that has nothing of its own."""

        formulas = "exact"

        def __init__(self) -> None:
            self.functions: dict[str, object] = {}

    with pytest.raises(AutodiffError, match="'gamma' has no value in Bare") as caught:
        function("gamma", Bare())
    assert caught.value.code == "E070"
