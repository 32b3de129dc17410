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
from autodiff.code.definitions import ROWS, Definition, made
from autodiff.code.lower import body
from autodiff.numbers import floats
from autodiff.passes.evaluate import evaluate
from autodiff.primitives import TABLE

ULPS = 6
LOOSE = {"gamma": 12, "polygamma": 16, "expm1": 8, "sinh": 8, "root": 8}
MADE = [found for op in ORDERED for n in range(6) if (found := made(op, 2, float(n)))]
MANY = [found for count in (2, 3) if (found := made("logsumexp", count, None))]
OWN = [row for dialect in (fortran.DIALECT, julia.DIALECT) for row in dialect.definitions.values() if not row.raw]


@pytest.mark.parametrize("count", sized(300, 1500))
@pytest.mark.parametrize("definition", [*ROWS, *MADE, *MANY, *OWN], ids=lambda definition: definition.name)
def test_every_definition(definition: Definition, count: int) -> None:
    row, width = TABLE[definition.op], len(definition.params)
    order = (float(definition.name.removeprefix(definition.op)),) if definition.fixed else ()
    points = [args[1:] if order else args for args in sample(row, count) if not order or args[0] == order[0]]
    edges = list(itertools.product(EDGES, repeat=width))
    points = [args for args in points if len(args) == width] + random.Random(definition.name).sample(edges, min(400, len(edges)))
    tape, _ = body(definition)
    for args in points:
        found = float(evaluate(tape, dict(zip(definition.params, args, strict=True)))[tape.output])
        true = float(floats.FUNCTIONS[definition.op](*order, *args))
        size = (
            max(map(abs, args)) if definition.op in ("logaddexp", "logsumexp") and math.isfinite(true) else scale(row, args, true)
        )
        assert distance(found, true, size) <= LOOSE.get(definition.op, ULPS), (args, found, true)


def test_names_are_distinct() -> None:
    assert len({definition.name for definition in ROWS}) == len({definition.op for definition in ROWS}) == len(ROWS)
