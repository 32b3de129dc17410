"""What files of all languages have in common: the head, the lines with their remarks, the numbers of the self-test."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from textwrap import wrap

from autodiff.code.lines import Line
from autodiff.code.program import Program, Step
from autodiff.code.routines import Routine

MOST = 12  # lines of the formula in the head of a file
CLOSE = "1e-9"  # how far, relatively, a number of the self-test may be off


def head(program: Program, width: int) -> list[str]:
    """What the file is about, without comment signs."""
    formula = wrap(program.reading, width, break_long_words=False, break_on_hyphens=False)
    if len(formula) > MOST:
        formula = [*formula[:MOST], f"... ({len(formula) - MOST} more lines)"]
    what = (
        "the value"
        if not program.slopes
        else "the value and the gradient"
        if not program.curvatures
        else "the value, the gradient and the Hessian"
    )
    remarks = [f"{what[0].upper()}{what[1:]}, written by autodiff. A value that is not a number has no derivatives that are."]
    remarks += [f"{name}: {convention}" for name, convention in program.conventions]
    remarks += [f"{old} is called {new} here." for old, new in program.renamed.items()]
    return [*formula, "", *[line for remark in remarks for line in wrap(remark, width, break_long_words=False)]]


def statements(
    steps: Sequence[Step | Line], let: Callable[[Step | Line], str], indent: str, sign: str, width: int, gap: str = " "
) -> Iterator[str]:
    """A line for every step, its remark behind it or above it."""
    for step in steps:
        code, remark = indent + let(step), step.remark if isinstance(step, Step) else ""
        if remark and len(code) + len(gap) + len(sign) + 1 + len(remark) <= width:
            yield f"{code}{gap}{sign} {remark}"
            continue
        yield from [f"{indent}{sign} {line}" for line in wrap(remark, width - len(indent) - len(sign) - 1, break_long_words=False)]
        yield code


def blocks(parts: Iterable[Sequence[str]], blank: int = 1) -> str:
    """Pieces of a file, with blank lines between them."""
    return ("\n" * (blank + 1)).join("\n".join(part) for part in parts if part) + "\n"


def sampled(program: Program) -> list[tuple[str, float]]:
    """The numbers of the sample point by name: the value, then the derivatives, then the second ones."""
    sample, wrt = program.sample, program.wrt
    slopes = [(f"d{program.output}/d{name}", sample.gradient[name]) for name in wrt] if program.slopes else []
    rows = program.curvatures and [(f"d2{program.output}/d{a} d{b}", sample.hessian[a][b]) for a in wrt for b in wrt]
    return [(program.output, sample.value), *slopes, *rows]


def curvature(program: Program, row: int, column: int) -> str:
    """The text of an entry of the Hessian, of which one half is written."""
    low, high = sorted((row, column))
    return program.curvatures[low][high - low]


def described(routine: Routine) -> list[str]:
    """Where a routine comes from."""
    return [routine.source] if routine.source else []


def special(value: float, nan: str, infinite: str) -> str:
    """A number in the self-test."""
    return nan if value != value else repr(value) if math.isfinite(value) else infinite if value > 0 else f"-{infinite}"
