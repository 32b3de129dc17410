"""Generated code, run by the real tools: it says what the interpreter says, over the whole table and on formulas."""

import itertools
import math
import random
import re
import shutil
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from cases import PLAIN
from foreigners import OPTIMIZED, RUNNERS, TOOLS, Job
from length import LONG, first, sized
from oracle import ORDERED
from test_columns import EDGES
from ulps import ROWS_WITH_NUMBERS, sample

import autodiff
from autodiff.code.targets import RUN
from autodiff.passes.evaluate import evaluate
from autodiff.primitives import Primitive
from autodiff.symbolic.gradients import Gradients, gradients

VALUE, SLOPE = 4, 8  # ulp of the value, and of a slope, which joins several functions

FORMULAS = [
    "3*(a + b*c)",
    "z = w1*x1 + w2*x2 + b; a = sigmoid(z); L = -(y*log(a) + (1 - y)*log(1 - a))",
    "(1 - x)^2 + 100*(y - x^2)^2",
    "if(x > 0, sqrt(x), x^2)*if(y < 1 and x < 2, y, 1/y)",
    "if(x > 0, log(x), 0) + if(not (x > 0 or y > 0), sqrt(-x)/y, 1)",
    "1/x + y/0.1 - (x - y)/(x + y)",
    "x^y + y^x + 2^x + x^-1 + x^0",
    "a--b*-c + -a^2 - (-b)^3",
    "x % y + (x % 3)*floor(y)",
    "tanh(w*x + b)*tanh(v*x + c)",
    "max(x, y, 2)*min(x, y) + clip(x, -1, y)",
    "relu(x) - relu(-x) + abs(y)",
    "log(x, 3)*log(y, 2)",
    "exp(-x^2/2)/sqrt(2*pi) + e^y*tau",
    "erf(x/sqrt(2))*erfc(y)",
    "sinc(x)*sinc(x*y)",
    "x",
    "2",
]


def text_of(row: Primitive, literal: str | None = None, count: int = 0) -> tuple[str, list[str]]:
    """A row applied to variables, and their names."""
    names = list("pqrs")[: count or len(row.names)]
    shown = [*names] if literal is None else [*names[:-1], literal]
    if row.name in ORDERED:
        shown = [literal or "0", "p"]
        names = ["p"]
    elif literal is not None:
        names = names[:-1]
    signs = {"add": "+", "sub": "-", "mul": "*", "div": "/"}
    if row.name in signs:
        return f"{shown[0]} {signs[row.name]} {shown[1]}", names
    if row.name in ("neg", "copy"):
        return f"{'-' if row.name == 'neg' else ''}{shown[0]}", names
    return f"{row.spelled or row.name}({', '.join(shown)})", names


def points_for(text: str) -> list[tuple[float, ...]]:
    """Ordinary and special numbers in all variables at once."""
    rng, count = random.Random(text), len(autodiff.parse(text).variables)
    ordinary = [tuple(rng.uniform(-3, 3) for _ in range(count)) for _ in range(20)]
    return ordinary + [
        tuple(rng.choice((0.0, 1.0, -1.0, 2.0, 0.5, -0.0, math.nan, math.inf)) for _ in range(count)) for _ in range(40)
    ]


def jobs_of(row: Primitive) -> Iterator[Job]:
    """A row over its domain and at its edges, in all the ways that code is written for."""
    points = list(sample(row, 150))
    if row.name in ORDERED:
        for order in range(4):
            text, _ = text_of(row, str(order))
            yield Job(text, [*((x,) for n, x in points if n == order), *((x,) for x in EDGES)])
        return
    for count in (2, 3) if row.variadic else (len(row.names),):
        edges = list(itertools.product(EDGES, repeat=count))
        chosen = [args for args in points if len(args) == count] + random.Random(row.name).sample(edges, min(300, len(edges)))
        yield Job(text_of(row, count=count)[0], chosen)
    if row.literal:
        for literal in ("-2", "-1", "-0.5", "0", "0.5", "1", "2", "2.5", "3", "10"):
            yield Job(text_of(row, literal)[0], [(x,) for x in [*EDGES, *(args[0] for args in points)]])


@cache
def all_expected(job: Job) -> list[list[float]]:
    """At all points of a job."""
    formula = job.formula
    tape, names, _ = formula.bind(dict.fromkeys(formula.variables))
    found = gradients(tape, names)
    return [expected(found, names, point) for point in job.points]


def expected(found: Gradients, names: Sequence[str], point: tuple[float, ...]) -> list[float]:
    """What the interpreter says, by the rules of the array form."""
    values = evaluate(found.tape, dict(zip(names, point, strict=True)))
    value = float(values[found.tape.output])
    slopes = [values[found.slopes[name]] + 0.0 for name in names]
    return [value, *[math.nan if value != value or x != x else slope for slope, x in zip(slopes, point)]]


def distance(found: float, true: float, scale: float = 0.0) -> float:
    """In ulp of the truth, or of the scale if that is larger; overflow and the sign of zero must agree."""
    if found != found or true != true or math.isinf(found) or math.isinf(true):
        return 0.0 if repr(found) == repr(true) or min(abs(found), abs(true)) > 1e308 else math.inf
    if found == 0 == true:
        return 0.0 if math.copysign(1, found) == math.copysign(1, true) else math.inf
    return abs(found - true) / math.ulp(max(abs(true), scale))


def scale(row: Primitive, args: tuple[float, ...], value: float) -> float:
    """Near their zeros, sums of greater terms are as good as the terms: there the special functions are measured by these."""
    if row.name == "lgamma" and -1e300 < args[0] < 0:
        return max(1.0, abs(math.lgamma(-args[0])))
    if row.name in ("lgamma", "digamma", "polygamma", "dsinc"):
        return 1.0
    return abs(value) if row.name == "gamma" else 0.0


ROW_JOBS = [(row, job) for row in ROWS_WITH_NUMBERS for job in jobs_of(row)]


FORMULA_JOBS = [Job(text, points_for(text), hessian) for text in FORMULAS for hessian in (False, True)]
ORDERS = [case for case in PLAIN if re.search(r"(dsinc|polygamma)\([a-z]", case.text)]  # orders that vary: no code for them
COMPILED = [case for case in PLAIN if case not in ORDERS]
CASE_JOBS = [Job(case.text, [tuple(float(case.at[name]) for name in autodiff.parse(case.text).variables)]) for case in COMPILED]


class Ran(NamedTuple):
    """What a language said, for each of the jobs."""

    language: str
    results: dict[Job, list[list[float]]]

    def of(self, job: Job) -> list[list[float]]:
        """At every point of a job."""
        return self.results[job]


def asked(request: pytest.FixtureRequest) -> list[Job]:
    """What the chosen tests ask of this language: the fewer rows and formulas are chosen, the less is compiled."""
    chosen = [item.callspec.params for item in request.session.items if hasattr(item, "callspec")]
    wanted = [params for params in chosen if params.get("ran") == request.param]
    rows = {params["row"].name for params in wanted if "row" in params}
    formulas = {params["job"] for params in wanted if "job" in params}
    cases = CASE_JOBS[:: min((params["step"] for params in wanted if "step" in params), default=len(CASE_JOBS))]
    return [*(job for row, job in ROW_JOBS if row.name in rows), *(job for job in FORMULA_JOBS if job in formulas), *cases]


LANGUAGES = [*((language, "") for language in RUN if language != "jax"), ("julian", "")]
OPTIMIZED_ONES = [pytest.param(pair, marks=LONG) for pair in OPTIMIZED.items()]


@pytest.fixture(scope="module", params=[*LANGUAGES, *OPTIMIZED_ONES], ids=lambda pair: "".join(pair))
def ran(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Ran:
    language, optimized = request.param
    if language in TOOLS and shutil.which(TOOLS[language]) is None:
        pytest.skip(f"{TOOLS[language]} is not installed")
    if language == "julian":
        pytest.importorskip("tree_sitter_julia", reason="tree-sitter-julia is not installed")
    options = [optimized] if optimized else []
    jobs = asked(request)
    results = RUNNERS[language](jobs, tmp_path_factory.mktemp(language), *options)
    return Ran(language, dict(zip(jobs, results, strict=True)))


@pytest.mark.sampled(7)
@pytest.mark.parametrize("row", ROWS_WITH_NUMBERS, ids=lambda row: row.name)
def test_every_row(ran: Ran, row: Primitive) -> None:
    for job in [job for other, job in ROW_JOBS if other is row]:
        for point, found, true in zip(job.points, ran.of(job), all_expected(job), strict=True):
            for k, (x, y) in enumerate(zip(found, true, strict=True)):
                assert distance(x, y, scale(row, point, true[0])) <= (SLOPE if k else VALUE), (job.text, point, k, x, y)


@pytest.mark.sampled(7)
@pytest.mark.parametrize("job", FORMULA_JOBS, ids=lambda job: f"{job.text}{', Hessian' * job.hessian}")
def test_formulas(ran: Ran, job: Job) -> None:
    for point, found, true in zip(job.points, ran.of(job), all_expected(job), strict=True):
        assert near(found[: len(true)], true, 1e-12), (point, found, true)
        if job.hessian and all(map(math.isfinite, [*true, *point])):
            values = second(job, point)
            if values is not None:
                assert near(found[len(true) :], values, 1e-11), (point, found, values)


def near(found: Sequence[float], true: Sequence[float], tolerance: float) -> bool:
    """Number by number, relative to the truth, or to a tenth where that is less; in thousands of comparisons."""
    pairs = list(zip(found, true, strict=True))
    return all(x == y or (x != x and y != y) or abs(x - y) <= tolerance * max(abs(y), 0.1) for x, y in pairs)


@cache
def second(job: Job, point: tuple[float, ...]) -> list[float] | None:
    """The interpreter's second derivatives, where all of them are ordinary."""
    found = job.formula.at(**dict(zip(job.formula.variables, point))).second
    return None if found.status else [x for row in found.values.values() for x in row.values()]


@pytest.mark.parametrize("step", sized(3, 1))
def test_conventions(ran: Ran, step: int) -> None:
    for case, job in list(zip(COMPILED, CASE_JOBS))[::step]:
        value, *slopes = ran.of(job)[0]
        assert value == pytest.approx(case.value, rel=1e-14, nan_ok=True), case.title
        for name, slope in zip(job.formula.variables, slopes):
            if name in case.slopes:
                assert slope == pytest.approx(float(case.slopes[name][0]), rel=1e-14, nan_ok=True), (case.title, name)


@pytest.mark.sampled(3)
@pytest.mark.parametrize("text", first(9, FORMULAS))
def test_jax(text: str, tmp_path: Path) -> None:
    """XLA flushes subnormal numbers and forgets the sign of zero: it is held against ordinary points, to 1e-12."""
    pytest.importorskip("jax", reason="jax is not installed")
    job = Job(text, [point for point in points_for(text) if all(math.isfinite(x) and repr(x) != "-0.0" for x in point)])
    for point, found, true in zip(job.points, RUNNERS["jax"]([job], tmp_path)[0], all_expected(job), strict=True):
        assert found == pytest.approx(true, rel=1e-12, abs=1e-12, nan_ok=True), point
