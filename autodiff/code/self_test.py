"""The self-test at the end of a file: in any language it compares what the function gives with what the interpreter says."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from typing import NamedTuple

from autodiff.code.program import Program, Sample, free

CLOSE = "1e-9"  # how far, relatively, a number may be off; and, by the greatest of them:
NOISE = 1e-12

Words = Mapping[str, str | Sequence[str]]
"""What the ‹words› of a text stand for; those that are a line of their own may stand for many."""


class Check(NamedTuple):
    """A number of the sample point: its name, where the function gives it, and what it should be."""

    name: str
    place: str
    wanted: str

    @property
    def texts(self) -> tuple[str, str, str]:
        """As most languages list it."""
        return f'"{self.name}"', self.place, self.wanted


class TestData(NamedTuple):
    """What a self-test says: names of its own, how far numbers may be off, the sample point, and what is compared."""

    names: Mapping[str, str]
    noise: str
    point: list[str]
    checks: list[Check]


class SelfTest(NamedTuple):
    """How a language spells a self-test, in texts where ‹words› stand for others.

    ‹f› is the function, ‹relative› and ‹absolute› say how far a number may be off, and the names of the test mean themselves.
    """

    pieces: tuple[str, ...]
    """The texts, as pieces of a file."""
    number: Callable[[float], str]
    """A number of the sample point."""
    names: Callable[[Program], Mapping[str, str]]
    """What the test calls things of its own, which nothing in the function may be called."""
    words: Callable[[Program, TestData], Words]
    """What other words stand for."""
    value: str
    """Where the value is."""
    slope: str
    """Where the derivative towards ‹a› is, in the code ‹p›, the one with the number ‹i›."""
    curvature: str
    """Where the second derivative towards ‹a› and ‹b› is, in the code ‹p› and ‹q›, with the numbers ‹i› and ‹j›, of all ‹k›."""
    alone: str = ""
    """Where the value is if it has no derivatives beside it, and is found elsewhere."""
    key: Callable[[str], str] = str
    """How ‹a› and ‹b› are written."""
    first: int = 0
    """The number of the first derivative."""
    fitted: Callable[[Sequence[str]], Sequence[str]] = lambda lines: lines
    """Cuts lines that are too long."""


def built(test: SelfTest, program: Program, sample: Sample) -> list[Sequence[str]]:
    """The pieces of the file."""
    names = test.names(program)
    point = [test.number(sample.point[name]) for name in program.variables]
    places = [_put(text, {**names, **words}) for text, words in _places(test, program)]
    checks = [Check(name, place, test.number(value)) for (name, value), place in zip(_wanted(program, sample), places)]
    noise = _noise(program, sample)
    others = test.words(program, TestData(names, noise, point, checks))
    words = {"f": program.name, "relative": CLOSE, "absolute": noise, **names, **others}
    return [test.fitted(list(_filled(piece, words))) for piece in test.pieces]


def own(*names: str) -> Callable[[Program], Mapping[str, str]]:
    """These names, as far as nothing in a program has them."""
    return lambda program: {name: free(program, name) for name in names}


def _wanted(program: Program, sample: Sample) -> list[tuple[str, float]]:
    """The numbers of the sample point by name: the value, then the derivatives, then the second ones."""
    wrt, output = program.wrt, program.output
    slopes = [(f"d{output}/d{name}", sample.gradient[name]) for name in wrt] if program.order > 0 else []
    rows = [(f"d2{output}/d{a} d{b}", sample.hessian[a][b]) for a in wrt for b in wrt] if program.order == 2 else []
    return [(output, sample.value), *slopes, *rows]


def _places(test: SelfTest, program: Program) -> Iterator[tuple[str, dict[str, str]]]:
    """Where these numbers are, and what the texts say it with."""
    params = dict(zip(program.variables, program.params))
    numbered = list(enumerate(program.wrt, test.first))
    yield (test.value if program.order else test.alone or test.value), {}
    for i, a in numbered if program.order else ():
        yield test.slope, {"i": str(i), "a": test.key(a), "p": params[a]}
    for k, ((i, a), (j, b)) in enumerate(product(numbered, repeat=2)) if program.order == 2 else ():
        numbers, keys = {"i": str(i), "j": str(j), "k": str(k)}, {"a": test.key(a), "b": test.key(b)}
        yield test.curvature, {**numbers, **keys, "p": params[a], "q": params[b]}


def _noise(program: Program, sample: Sample) -> str:
    """How far any number may be off, for sums of greater ones are only as good as these."""
    most = NOISE * max((abs(x) for _, x in _wanted(program, sample) if math.isfinite(x)), default=0.0)
    return f"{most:.0e}" if most else "0.0"


def _put(text: str, words: Words) -> str:
    return re.sub(r"‹(\w+)›", lambda match: str(words[match[1]]), text)


def _filled(text: str, words: Words) -> Iterator[str]:
    """The lines of a text with words in place."""
    for line in text.strip("\n").split("\n"):
        alone = re.fullmatch(r"( *)‹(\w+)›", line)
        if alone and not isinstance(words[alone[2]], str):
            yield from (alone[1] + more for more in words[alone[2]])
        else:
            yield _put(line, words)
