"""The 35 problems of J. J. Moré, B. S. Garbow, K. E. Hillstrom, "Testing unconstrained optimization software", ACM TOMS 7 (1981).

Starts, minima and data were compared with three public collections of them: funconstrain for R, which also has the minimisers,
NLSProblems.jl, and the Fortran package mgh of Birgin, Gardenghi, Martínez and Santos. A minimum that the paper does not have is
from Gonum's functions (26) or from CUTEst (35). The formulas are written in our own way.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple


class Problem(NamedTuple):
    """A formula with the standard start, the minima that are published, and a published minimiser of the first one. With `columns`
    it is a sum over their rows.
    """

    number: int
    name: str
    formula: str
    start: Mapping[str, float]
    minima: tuple[float, ...] = (0.0,)
    least: tuple[float, ...] = ()
    columns: Mapping[str, list[float]] = {}

    @property
    def written(self) -> str:
        """The formula with all rows written out."""
        return over(self.formula, self.columns) if self.columns else self.formula

    @property
    def words(self) -> list[str]:
        """The start as words of a command."""
        return [f"{name}={x!r}" for name, x in self.start.items()]


def total(terms: Iterable[str]) -> str:
    return " + ".join(terms)


def over(formula: str, columns: Mapping[str, list[float]]) -> str:
    """The sum over all rows, with their numbers in place of the names."""
    word = re.compile(rf"\b({'|'.join(columns)})\b")
    rows = [dict(zip(columns, row)) for row in zip(*columns.values())]
    return total(word.sub(lambda found, row=row: f"({row[found[1]]!r})", formula) for row in rows)  # type: ignore[misc]


def squares(terms: Iterable[str]) -> str:
    return total(f"({term})^2" for term in terms)


def x(count: int) -> list[str]:
    return [f"x{i}" for i in range(1, count + 1)]


def at(*numbers: float) -> dict[str, float]:
    return dict(zip(x(len(numbers)), numbers))


def whole(first: int, last: int) -> list[float]:
    return [float(i) for i in range(first, last + 1)]


def few() -> Iterable[Problem]:
    """Those of so many variables as it is."""
    yield Problem(1, "Rosenbrock", squares(["10*(x2 - x1^2)", "1 - x1"]), at(-1.2, 1), least=(1, 1))
    terms = "-13 + x1 + ((5 - x2)*x2 - 2)*x2", "-29 + x1 + ((x2 + 1)*x2 - 14)*x2"
    yield Problem(2, "Freudenstein and Roth", squares(terms), at(0.5, -2), (0, 48.98425), (5, 4))
    terms = "1e4*x1*x2 - 1", "exp(-x1) + exp(-x2) - 1.0001"
    yield Problem(3, "Powell badly scaled", squares(terms), at(0, 1))
    yield Problem(4, "Brown badly scaled", squares(["x1 - 1e6", "x2 - 2e-6", "x1*x2 - 2"]), at(1, 1), least=(1e6, 2e-6))
    terms = "1.5 - x1*(1 - x2)", "2.25 - x1*(1 - x2^2)", "2.625 - x1*(1 - x2^3)"
    yield Problem(5, "Beale", squares(terms), at(1, 1), least=(3, 0.5))
    jennrich = "(2 + 2*i - (exp(i*x1) + exp(i*x2)))^2"
    yield Problem(6, "Jennrich and Sampson", jennrich, at(0.3, 0.4), (124.362,), (0.257825, 0.257825), {"i": whole(1, 10)})
    valley = "theta = atan2(x2, x1)/(2*pi); " + squares(["10*(x3 - 10*theta)", "10*(hypot(x1, x2) - 1)", "x3"])
    yield Problem(7, "helical valley", valley, at(-1, 0, 0), least=(1, 0, 0))
    bard = {"i": whole(1, 15), "y": [.14, .18, .22, .25, .29, .32, .35, .39, .37, .58, .73, .96, 1.34, 2.10, 4.39]}  # fmt: skip
    least = 0.08241056, 1.133036, 2.343695
    yield Problem(8, "Bard", "(y - (x1 + i/((16 - i)*x2 + min(i, 16 - i)*x3)))^2", at(1, 1, 1), (8.21487e-3, 17.4286), least, bard)
    half = [.0009, .0044, .0175, .0540, .1295, .2420, .3521]  # fmt: skip
    gauss = {"i": whole(1, 15), "y": [*half, 0.3989, *half[::-1]]}
    formula = "(x1*exp(-x2*((8 - i)/2 - x3)^2/2) - y)^2"
    yield Problem(9, "Gaussian", formula, at(0.4, 1, 0), (1.12793e-8,), (0.3989561, 1.0000191, 0), gauss)
    y = [34780, 28610, 23650, 19630, 16370, 13720, 11540, 9744, 8261, 7030, 6005, 5147, 4427, 3820, 3307, 2872]
    meyer = {"t": [45 + 5 * i for i in whole(1, 16)], "y": [float(x) for x in y]}
    yield Problem(10, "Meyer", "(x1*exp(x2/(t + x3)) - y)^2", at(0.02, 4000, 250), (87.9458,), (), meyer)
    gulf = {"t": [i / 100 for i in whole(1, 99)], "y": [25 + (-50 * math.log(i / 100)) ** (2 / 3) for i in whole(1, 99)]}
    yield Problem(11, "Gulf", "(exp(-abs(y - x2)^x3/x1) - t)^2", at(5, 2.5, 0.15), (0,), (50, 25, 1.5), gulf)
    formula = "(exp(-i*x1/10) - exp(-i*x2/10) - x3*(exp(-i/10) - exp(-i)))^2"
    yield Problem(12, "Box", formula, at(0, 10, 20), (0,), (1, 10, 1), {"i": whole(1, 10)})
    singular = "(x1 + 10*x2)^2 + 5*(x3 - x4)^2 + (x2 - 2*x3)^4 + 10*(x1 - x4)^4"
    yield Problem(13, "Powell singular", singular, at(3, -1, 0, 1), least=(0, 0, 0, 0))
    wood = "100*(x2 - x1^2)^2 + (1 - x1)^2 + 90*(x4 - x3^2)^2 + (1 - x3)^2 + 10*(x2 + x4 - 2)^2 + (x2 - x4)^2/10"
    yield Problem(14, "Wood", wood, at(-3, -1, -3, -1), least=(1, 1, 1, 1))
    kowalik = {
        "y": [.1957, .1947, .1735, .1600, .0844, .0627, .0456, .0342, .0323, .0235, .0246],
        "u": [4, 2, 1, .5, .25, .167, .125, .1, .0833, .0714, .0625],
    }  # fmt: skip
    least = 0.1928069, 0.1912823, 0.1230565, 0.1360623
    formula = "(y - x1*(u^2 + u*x2)/(u^2 + u*x3 + x4))^2"
    yield Problem(15, "Kowalik and Osborne", formula, at(0.25, 0.39, 0.415, 0.39), (3.07505e-4, 1.02734e-3), least, kowalik)
    formula = "((x1 + t*x2 - exp(t))^2 + (x3 + x4*sin(t) - cos(t))^2)^2"
    least = -11.59444, 13.20363, -0.4034395, 0.2367788
    dennis = {"t": [i / 5 for i in whole(1, 20)]}
    yield Problem(16, "Brown and Dennis", formula, at(25, 5, -5, -1), (85822.2,), least, dennis)
    y = [.844, .908, .932, .936, .925, .908, .881, .850, .818, .784, .751, .718, .685, .658, .628, .603, .580, .558, .538, .522,
         .506, .490, .478, .467, .457, .448, .438, .431, .424, .420, .414, .411, .406]  # fmt: skip
    osborne = {"t": [10 * i for i in whole(0, 32)], "y": y}
    least = 0.3754101, 1.935847, -1.4646871, 0.01286753, 0.02212270
    formula = "(y - (x1 + x2*exp(-t*x4) + x3*exp(-t*x5)))^2"
    yield Problem(17, "Osborne 1", formula, at(0.5, 1.5, -1, 0.01, 0.02), (5.46489e-5,), least, osborne)
    formula = "(x3*exp(-i*x1/10) - x4*exp(-i*x2/10) + x6*exp(-i*x5/10) - (exp(-i/10) - 5*exp(-i) + 3*exp(-4*i/10)))^2"
    yield Problem(18, "Biggs EXP6", formula, at(1, 2, 1, 1, 1, 1), (0, 5.65565e-3), (4, 10, 3, 5, 1, 1), {"i": whole(1, 13)})
    y = [1.366, 1.191, 1.112, 1.013, .991, .885, .831, .847, .786, .725, .746, .679, .608, .655, .616, .606, .602, .626, .651,
         .724, .649, .649, .694, .644, .624, .661, .612, .558, .533, .495, .500, .423, .395, .375, .372, .391, .396, .405, .428,
         .429, .523, .562, .607, .653, .672, .708, .633, .668, .645, .632, .591, .559, .597, .625, .739, .710, .729, .720, .636,
         .581, .428, .292, .162, .098, .054]  # fmt: skip
    osborne = {"t": [i / 10 for i in whole(0, 64)], "y": y}
    formula = "(y - (x1*exp(-t*x5) + x2*exp(-(t - x9)^2*x6) + x3*exp(-(t - x10)^2*x7) + x4*exp(-(t - x11)^2*x8)))^2"
    start = at(1.3, 0.65, 0.65, 0.7, 0.6, 3, 5, 7, 2, 4.5, 5.5)
    least = 1.309977, 0.4315538, 0.6336617, 0.5994305, 0.7541832, 0.9042886, 1.3658118, 4.823699, 2.398685, 4.568875, 5.675341
    yield Problem(19, "Osborne 2", formula, start, (4.01377e-2,), least, osborne)


def watson(n: int, minimum: float, least: tuple[float, ...] = ()) -> Problem:
    formula = total([
        total(f"{j - 1}*x{j}*t^{j - 2}" for j in range(2, n + 1)),
        f"-({total(f'x{j}*t^{j - 1}' for j in range(1, n + 1))})^2 - 1",
    ])  # fmt: skip
    rows = over(f"({formula})^2", {"t": [i / 29 for i in whole(1, 29)]})
    return Problem(20, f"Watson, {n}", f"{rows} + x1^2 + (x2 - x1^2 - 1)^2", at(*[0] * n), (minimum,), least)


def rosenbrock(n: int) -> Problem:
    terms = [term for i in range(1, n, 2) for term in (f"10*(x{i + 1} - x{i}^2)", f"1 - x{i}")]
    return Problem(21, f"extended Rosenbrock, {n}", squares(terms), at(*[-1.2, 1] * (n // 2)), least=(1,) * n)


def powell(n: int) -> Problem:
    terms = [
        f"(x{i} + 10*x{i + 1})^2 + 5*(x{i + 2} - x{i + 3})^2 + (x{i + 1} - 2*x{i + 2})^4 + 10*(x{i} - x{i + 3})^4"
        for i in range(1, n, 4)
    ]
    return Problem(22, f"extended Powell, {n}", total(terms), at(*[3, -1, 0, 1] * (n // 4)), least=(0,) * n)


def penalty_1(n: int, minimum: float) -> Problem:
    formula = f"1e-5*({squares(f'{name} - 1' for name in x(n))}) + ({total(f'{name}^2' for name in x(n))} - 0.25)^2"
    return Problem(23, f"penalty I, {n}", formula, at(*range(1, n + 1)), (minimum,))


def penalty_2(n: int, minimum: float) -> Problem:
    pairs = [f"exp(x{i}/10) + exp(x{i - 1}/10) - (exp({i}/10) + exp({i - 1}/10))" for i in range(2, n + 1)]
    single = [f"exp(x{i}/10) - exp(-1/10)" for i in range(2, n + 1)]
    weighted = total(f"{n - j + 1}*x{j}^2" for j in range(1, n + 1))
    formula = f"(x1 - 0.2)^2 + 1e-5*({squares([*pairs, *single])}) + ({weighted} - 1)^2"
    return Problem(24, f"penalty II, {n}", formula, at(*[0.5] * n), (minimum,))


def many() -> Iterable[Problem]:
    """Those of any number of variables."""
    yield watson(6, 2.28767e-3, (-0.01572509, 1.0124349, -0.232991626, 1.26043009, -1.51372892, 0.9929964))
    yield watson(9, 1.39976e-6)
    yield rosenbrock(10)
    yield powell(12)
    yield penalty_1(4, 2.24997e-5)
    yield penalty_1(10, 7.08765e-5)
    yield penalty_2(4, 9.37629e-6)
    yield penalty_2(10, 2.93660e-4)
    n = 10
    rest, h = total(f"{j}*(x{j} - 1)" for j in range(1, n + 1)), 1 / (n + 1)
    formula = f"s = {rest}; {squares(f'{name} - 1' for name in x(n))} + s^2 + s^4"
    yield Problem(25, "variably dimensioned, 10", formula, at(*(1 - j / n for j in range(1, n + 1))), least=(1,) * n)
    cosines = total(f"cos({name})" for name in x(n))
    formula = f"s = {n} - ({cosines}); " + squares(f"s + {i}*(1 - cos(x{i})) - sin(x{i})" for i in range(1, n + 1))
    yield Problem(26, "trigonometric, 10", formula, at(*[1 / n] * n), (0, 2.795056e-5), (0,) * n)
    terms = [f"x{i} + s - {n + 1}" for i in range(1, n)]
    formula = f"s = {total(x(n))}; {squares(terms)} + ({'*'.join(x(n))} - 1)^2"
    yield Problem(27, "Brown almost-linear, 10", formula, at(*[0.5] * n), (0, 1), (1,) * n)
    hanging = at(*(i * h * (i * h - 1) for i in range(1, n + 1)))
    ends = ["0", *x(n), "0"]
    terms = [f"2*x{i} - {ends[i - 1]} - {ends[i + 1]} + (x{i} + {i}/{n + 1} + 1)^3/{2 * (n + 1) ** 2}" for i in range(1, n + 1)]
    yield Problem(28, "discrete boundary value, 10", squares(terms), hanging)
    cubes = [f"(x{j} + {j}/{n + 1} + 1)^3" for j in range(1, n + 1)]
    terms = [
        f"x{i} + ({n + 1 - i}*({total(f'{j}*{cubes[j - 1]}' for j in range(1, i + 1))})"
        f" + {i}*({total(f'{n + 1 - j}*{cubes[j - 1]}' for j in range(i + 1, n + 1)) or 0}))/{2 * (n + 1) ** 3}"
        for i in range(1, n + 1)
    ]
    yield Problem(29, "discrete integral equation, 10", squares(terms), hanging)
    terms = [f"(3 - 2*x{i})*x{i} - {ends[i - 1]} - 2*{ends[i + 1]} + 1" for i in range(1, n + 1)]
    yield Problem(30, "Broyden tridiagonal, 10", squares(terms), at(*[-1] * n))
    terms = []
    for i in range(1, n + 1):
        band = [j for j in range(max(1, i - 5), min(n, i + 1) + 1) if j != i]
        terms.append(f"x{i}*(2 + 5*x{i}^2) + 1 - ({total(f'x{j}*(1 + x{j})' for j in band)})")
    yield Problem(31, "Broyden banded, 10", squares(terms), at(*[-1] * n))
    n, m = 5, 10
    terms = [f"x{i} - s - 1" if i <= n else "-s - 1" for i in range(1, m + 1)]
    yield Problem(32, "linear, full rank", f"s = 2*({total(x(n))})/{m}; {squares(terms)}", at(*[1] * n), (m - n,), (-1,) * n)
    formula = f"s = {total(f'{j}*x{j}' for j in range(1, n + 1))}; {squares(f'{i}*s - 1' for i in range(1, m + 1))}"
    yield Problem(33, "linear, rank 1", formula, at(*[1] * n), (m * (m - 1) / (2 * (2 * m + 1)),))
    formula = f"s = {total(f'{j}*x{j}' for j in range(2, n))}; {squares(f'{i - 1}*s - 1' for i in range(2, m))} + 2"
    yield Problem(
        34, "linear, rank 1 with zeros", formula, dict.fromkeys(x(n)[1:-1], 1), ((m * m + 3 * m - 6) / (2 * (2 * m - 3)),)
    )
    yield chebyquad(7, 0)
    yield chebyquad(8, 3.51687e-3)
    yield chebyquad(9, 0)
    yield chebyquad(10, 6.50395e-3, 4.772713e-3)


def chebyquad(n: int, *minima: float) -> Problem:
    """The mean of each shifted Chebyshev polynomial at the points, less its integral."""
    lines = []
    for i in range(1, n + 1):
        lines += [f"y{i} = 2*x{i} - 1", f"t{i}p0 = 1 + 0*y{i}", f"t{i}p1 = y{i}"]
        lines += [f"t{i}p{k} = 2*y{i}*t{i}p{k - 1} - t{i}p{k - 2}" for k in range(2, n + 1)]
    terms = [
        f"({total(f't{i}p{k}' for i in range(1, n + 1))})/{n}" + (f" + 1/{k * k - 1}" if k % 2 == 0 else "")
        for k in range(1, n + 1)
    ]
    return Problem(35, f"Chebyquad, {n}", "; ".join([*lines, squares(terms)]), at(*(i / (n + 1) for i in range(1, n + 1))), minima)


PROBLEMS = [*few(), *many()]
