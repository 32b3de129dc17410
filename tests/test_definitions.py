"""What a language may lack, in our own language: evaluated in doubles it is as good as what the language would have."""

import itertools
import math
import random

import pytest
from length import sized
from oracle import ORDERED
from test_code import distance, scale
from test_columns import EDGES
from ulps import sample

from autodiff.code import fortran, julia
from autodiff.code.definitions import CALLED, GUARDS, Definition, definition
from autodiff.code.lower import body
from autodiff.passes.evaluate import evaluate, function
from autodiff.primitives import ROWS, TABLE

ULPS = 6
LOOSE = {"gamma": 12, "polygamma": 16, "expm1": 8, "sinh": 8, "root": 8}
ALL = [found for row in ROWS if row.name not in ORDERED and (found := definition(row.name, 2, None))]
MADE = [found for op in ORDERED for n in range(6) if (found := definition(op, 2, float(n)))]
MANY = [found for count in (3,) if (found := definition("logsumexp", count, None))]
OWN = [row for dialect in (fortran.DIALECT, julia.DIALECT) for row in dialect.definitions.values() if not row.raw]


@pytest.mark.sampled(3)
@pytest.mark.parametrize("count", sized(300, 1500))
@pytest.mark.parametrize("made", [*ALL, *MADE, *MANY, *OWN], ids=lambda made: made.name)
def test_every_definition(made: Definition, count: int) -> None:
    row, width = TABLE[made.op], len(made.params)
    order = (float(made.name.removeprefix(made.op)),) if made.fixed else ()
    points = [args[1:] if order else args for args in sample(row, count) if not order or args[0] == order[0]]
    edges = list(itertools.product(EDGES, repeat=width))
    points = [args for args in points if len(args) == width] + random.Random(made.name).sample(edges, min(400, len(edges)))
    tape, _ = body(made)
    for args in points:
        found = float(evaluate(tape, dict(zip(made.params, args, strict=True)))[tape.output])
        true = float(function(made.op)(*order, *args))
        size = max(map(abs, args)) if made.op in ("logaddexp", "logsumexp") and math.isfinite(true) else scale(row, args, true)
        assert distance(found, true, size) <= LOOSE.get(made.op, ULPS), (args, found, true)


def test_names_are_distinct() -> None:
    names = [found.name for found in ALL]
    assert len(set(names)) == len(names)
    assert CALLED.keys() | GUARDS.keys() <= {found.op for found in ALL}
