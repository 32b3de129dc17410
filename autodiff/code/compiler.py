"""A formula as source text, with what is to be said about it."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from autodiff.code.assembly import program as made_ready
from autodiff.code.assembly import sample_point, sampled
from autodiff.code.lower import Unsupported
from autodiff.code.program import Program
from autodiff.code.source_file import render
from autodiff.code.target import Target
from autodiff.code.targets import QUERIES, RUN, known, target
from autodiff.errors import AutodiffError, enumerated
from autodiff.messages import say
from autodiff.passes.rules import texts
from autodiff.primitives import TABLE
from autodiff.reading.source import Source
from autodiff.tape import Apply, Const, Tape
from autodiff.writing.formulas import step as written
from autodiff.writing.names import step_names


class Compiled(NamedTuple):
    """Source text, and notes for the user."""

    text: str
    notes: list[str]


def compiled(
    text: str, tape: Tape, wrt: Sequence[str], notes: Sequence[str], language: str, name: str | None = None, order: int = 1,
    at: Mapping[str, float] | None = None, main: bool = True,
) -> Compiled:  # fmt: skip
    """A formula, whose names have been resolved, in a language; `order` is that of the derivatives. See Formula.compile."""
    chosen = None if known(language) == "latex" else target(language)
    if name is None:
        name = chosen.called if chosen else "f"
    if chosen is not None:
        _check_name(name, chosen)
    if chosen is not None and chosen.columns and order:
        from autodiff.code.query import refuse_deep

        refuse_deep(tape, wrt)
    here = sample_point(tape, wrt, at) if main else None
    if here and at is None and not math.isfinite(here.value):
        notes = [*notes, say("no point was found where the formula has a value; for a self-test that tells more, write name=value")]
    if chosen is None:
        from autodiff.code import latex

        return Compiled(latex.source(tape, wrt, order, here), [*notes])
    sample = sampled(here, order) if here else None

    def made(other: Target) -> Program:
        return made_ready(tape, wrt, order, other, name, sample)

    try:
        program = made(chosen)
    except Unsupported as error:
        raise _refused(text, tape, error.op, chosen, [other for other in (*RUN, *QUERIES) if _can(made, other)]) from None
    renames = [say("{old} is called {new} in {title}", old=a, new=b, title=chosen.title) for a, b in program.renamed.items()]
    return Compiled(render(chosen, program), [*notes, *renames])


def called(source: str, name: str = "f") -> Callable[..., Any]:
    """The function of a file in Python that was written here."""
    space: dict[str, Any] = {"__name__": "autodiff.function"}
    exec(compile(source, "<written by autodiff>", "exec"), space)
    found: Callable[..., Any] = space[name]
    return found


def _can(made: Callable[[Target], Program], other: str) -> bool:
    try:
        made(target(other))
    except Unsupported:
        return False
    return True


def _check_name(name: str, chosen: Target) -> None:
    naming = chosen.naming
    if not re.fullmatch(naming.pattern, name, re.ASCII) or not name.isidentifier() or len(name) > naming.longest:
        raise AutodiffError("E033", say("'{name}' cannot be the name of a function", name=name), say("write --name gradient"))
    fold = str.casefold if naming.folded else str
    if fold(name) in {fold(word) for word in naming.reserved}:
        message = say("'{name}' is a reserved word of {title}", name=name, title=chosen.title)
        raise AutodiffError("E033", message, say("write --name {name}", name=f"my_{name}"))


def _refused(text: str, tape: Tape, op: str, chosen: Target, able: list[str]) -> AutodiffError:
    """The error for a function that a language cannot express, at the node that needs it."""
    needed = f"{op}("
    nodes = [node for node in tape.nodes if isinstance(node, Apply)]
    own = [node for node in nodes if node.op == op]
    derived = [node for node in nodes if any(needed in slope for slope in texts(TABLE[node.op], False, "code"))]
    message = say("{title} cannot express '{op}'", title=chosen.title, op=op)
    found = [*own, *derived]
    if not found:
        return AutodiffError("E070", message, say("these languages can: {names}", names=enumerated(able)))
    places = [i for i, node in enumerate(tape.nodes) if isinstance(node, Apply)]
    names = step_names(tape, places)
    leaves = ((i, node) for i, node in enumerate(tape.nodes) if not isinstance(node, Apply))
    names |= {i: node.text if isinstance(node, Const) else node.name for i, node in leaves}
    place = next(i for i in places if tape.nodes[i] is found[0])
    step = f"{names[place]} = {written(tape, place, names.get)}"
    if able:
        hint = say("{step} needs '{op}'; these languages can express it: {names}", step=step, op=op, names=enumerated(able))
    else:
        hint = say("{step} needs '{op}', and no language has it: give it an order that is a number", step=step, op=op)
    return Source(text).refuse("E070", message, found[0].span, hint)
