"""A program as a file: the head, the functions that the language lacks, the function itself, the self-test."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import wrap

from autodiff.code.program import Assignment, Program, Routine, Statement
from autodiff.code.self_test import built
from autodiff.code.target import BREAK, Lines, Look, Target

MOST = 12  # lines of the formula in the head of a file
CHOICE = 50  # signs of a choice in one line: a longer one is cut where BREAK stands
ORDERS = ("The value", "The value and the gradient", "The value, the gradient and the Hessian")


def render(target: Target, program: Program) -> str:
    """The text of a file."""
    look = target.look
    tests = built(target.self_test, program, program.sample) if target.self_test and program.sample else []
    routines = [written(routine, look) for routine in program.routines]
    functions = target.enclosed(program, [*routines, target.exported(program)])
    parts = [[*look.preamble], *functions, *tests]
    text = ("\n" * (look.blank + 1)).join("\n".join(part) for part in parts if part)
    return "\n".join([*_headed(_head(program, look.width - 4), look), "", text, ""])


def _headed(lines: Lines, look: Look) -> Lines:
    """A comment of these lines."""
    return look.heading(lines) if look.heading else [f"{look.remark} {line}".rstrip() for line in lines]


def _head(program: Program, width: int) -> Lines:
    """What the file is about, without comment signs."""
    formula = wrap(program.reading, width, break_long_words=False, break_on_hyphens=False)
    if len(formula) > MOST:
        formula = [*formula[:MOST], f"... ({len(formula) - MOST} more lines)"]
    missing = " A value that is not a number has no derivatives that are." if program.order else ""
    remarks = [f"{ORDERS[program.order]}, written by autodiff.{missing}"]
    remarks += [f"{name}: {convention}" for name, convention in program.conventions]
    remarks += [f"{old} is called {new} here." for old, new in program.renamed.items()]
    return [*formula, "", *[line for remark in remarks for line in wrap(remark, width, break_long_words=False)]]


def written(routine: Routine, look: Look) -> Lines:
    """A function that the language lacks."""
    margin = " " * (len(look.opening) - len(look.opening.lstrip()))
    about = [f"{margin}{look.remark} {line}" for line in wrap(routine.source, look.width - 4)]
    if routine.raw:
        return [*about, *routine.raw.split("\n")]
    params = ", ".join(look.parameter.format(name=name) for name in routine.params)
    return [
        *about,
        look.opening.format(name=routine.name, params=params),
        *look.declared(routine.params, routine.steps),
        *_statements(routine.steps, look),
        *cut(look.result.format(name=routine.name, text=routine.result), look, last=True),
        *look.closing,
    ]


def body(program: Program, look: Look) -> Lines:
    """The steps of both sweeps."""
    between = (
        [*([""] if program.forward else []), f"{look.indent}{look.remark} Backward, from right to left."]
        if program.backward
        else []
    )
    return [*_statements(program.forward, look), *between, *_statements(program.backward, look)]


def _statements(steps: Sequence[Statement | Assignment], look: Look) -> Iterator[str]:
    """A line for every step, its remark behind it or above it."""
    together: list[tuple[str, str]] = []
    for step in steps:
        code = look.indent + ((step.truth and look.test) or look.let).format(name=step.name, text=step.text)
        remark = step.remark if isinstance(step, Statement) else ""
        lines = cut(code, look)
        if remark and len(lines) == 1 and len(lines[0]) + len(look.gap) + len(look.remark) + 1 + len(remark) <= look.width:
            together.append((lines[0], f"{look.remark} {remark}"))
            continue
        yield from _joined(together, look)
        yield from [""] if look.spaced and together and remark else []
        together = []
        room = look.width - len(look.indent) - len(look.remark) - 1
        yield from [f"{look.indent}{look.remark} {line}" for line in wrap(remark, room, break_long_words=False)]
        yield from lines
    yield from _joined(together, look)


def cut(code: str, look: Look, last: bool = False) -> Lines:
    """A step in one line, or in as many as it needs; a choice that is the last of a function takes five."""
    line = code.replace(BREAK, " ")
    if BREAK in code and (last or line.rindex("}") + 1 - line.index("if ") > CHOICE):
        margin = code[: len(code) - len(code.lstrip())]
        return [f"{margin}{look.indent * (k % 2)}{part.strip()}" for k, part in enumerate(code.split(BREAK))]
    if len(line) <= look.width or not look.hang:
        return [line]
    name, text = line.split(" = ", 1)
    return [f"{name} =", f"{look.hang}{text}"]


def _joined(together: Sequence[tuple[str, str]], look: Look) -> Iterator[str]:
    """Lines with their remarks behind them; where these are aligned, as many neighbours as there is room for."""
    group: list[tuple[str, str]] = []
    start = end = 0
    for code, remark in together:
        least, most = len(code) + len(look.gap), look.width - len(remark)
        if group and (not look.aligned or least > end or most < start):
            yield from _aligned(group, start)
            group = []
        start, end = (max(start, least), min(end, most)) if group else (least, most)
        group.append((code, remark))
    yield from _aligned(group, start)


def _aligned(group: Sequence[tuple[str, str]], start: int) -> Iterator[str]:
    yield from [code.ljust(start) + remark for code, remark in group]


def in_brackets(opening: str, items: Sequence[str], closing: str, look: Look, indent: str = "") -> Lines:
    """Things in brackets: in one line, or each in a line of its own."""
    line = f"{indent}{opening}{', '.join(items)}{closing}"
    if len(line) <= look.width or not items:
        return [line]
    return [indent + opening, *[f"{indent}{look.indent}{item}," for item in items], indent + closing]
