"""Several equations, and the statements that they share: read so that each stands on a tape of its own."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from autodiff.errors import AutodiffError, FormulaError
from autodiff.formula import Formula, parse
from autodiff.messages import count, say
from autodiff.point.evaluation import Evaluation, Prepared
from autodiff.primitives import FUNCTIONS
from autodiff.reading.source import Source, plain
from autodiff.reading.unfit import refuse_surplus
from autodiff.study.implicit import EQUALS, equation, stated
from autodiff.writing.formulas import reading

DEFINED = re.compile(r"\s*([^\W\d]\w*)\s*\([\w\s,，]*\)\s*")


class Line(NamedTuple):
    """An equation: left side minus right side is 0. `sides` are their places on its tape, none for an expression alone."""

    formula: Formula
    prepared: Prepared
    sides: tuple[int, int] | None

    @property
    def reading(self) -> str:
        """As it was understood."""
        tape = self.prepared.tape
        return stated(tape) if self.sides is not None else f"{reading(tape)} = 0"


class System:
    """Equations over the unknowns `names`; the others are `fixed`."""

    def __init__(self, text: str, start: Mapping[str, float], fixed: Mapping[str, float]) -> None:
        self.text, self.fixed = text, {**fixed}
        self.names = tuple(start)
        values = {**start, **fixed}
        found = [_line(text, part, sides) for part, sides in _parts(text, values)]
        if not found:
            parse(text)  # it says that the formula is empty
        self.lines = [self._bound(formula, sides, values) for formula, sides in found]
        used = {name for line in self.lines for name in line.prepared.tape.variables()}
        refuse_surplus(text, self.lines[-1].prepared.tape, [name for name in values if name not in used], sorted(used))
        if len(self.lines) != len(self.names):
            number = count(len(self.lines), "one equation", "{number} equations")
            unknowns = count(len(self.names), "one unknown", "{number} unknowns")
            message = say("{equations} for {unknowns}: there must be as many of both", equations=number, unknowns=unknowns)
            hint = say("separate equations by ;, give each unknown a start as in x=1; a:=100 keeps a where it is")
            raise AutodiffError("E043", message, hint)

    def _bound(self, formula: Formula, sides: tuple[int, int] | None, values: Mapping[str, float]) -> Line:
        tape, used, notes = formula.bind(values, None, [*values])
        formula.notes[:] = notes
        node = tape.nodes[tape.output]
        places = (node.args[0], node.args[1]) if sides is not None else None  # type: ignore[union-attr]
        return Line(formula, Prepared(tape, [name for name in self.names if name in used]), places)

    def at(self, x: Sequence[float]) -> list[Evaluation]:
        """Every equation at a point."""
        point = {**dict(zip(self.names, x)), **self.fixed}
        return [line.prepared.at({name: point[name] for name in line.prepared.tape.variables()}) for line in self.lines]

    @property
    def notes(self) -> list[str]:
        """What is to be said of the reading."""
        found = [note for line in self.lines for note in line.formula.notes]
        for k, line in enumerate(self.lines):
            if line.sides is None:
                found.append(say("equation {number} has no = : it is read as {reading}", number=k + 1, reading=line.reading))
        return [*dict.fromkeys(found)]


def _parts(text: str, values: Collection[str]) -> list[tuple[str, bool]]:
    """For each equation the text with all others blank, and whether it has an equals sign."""
    bare = re.sub(r"#[^\n]*", lambda comment: " " * len(comment[0]), text)
    ends = [*(found.start() for found in re.finditer("[;\n\uff1b]", bare)), len(bare)]
    spans = [(start, end) for start, end in zip([0, *(end + 1 for end in ends)], ends) if bare[start:end].strip()]
    own = [(start, end) for start, end in spans if not _is_definition(bare[start:end], values)]
    if not own:
        own = spans[-1:]
    found = []
    for start, end in own:
        kept = [*bare[:end], *(" " * (len(bare) - end))]
        for first, last in own:
            if first < start:
                kept[first : last + 1] = " " * (last + 1 - first)
        found.append(("".join(kept), bool(EQUALS.search(bare, start, end))))
    return found


def _is_definition(statement: str, values: Collection[str]) -> bool:
    """Whether a statement gives a name to something: one that is no unknown, or a function of the user's own."""
    sign = EQUALS.search(statement)
    if sign is None:
        return False
    left = plain(statement[: sign.start()]).strip()
    called = DEFINED.fullmatch(left)
    return (left.isidentifier() and left not in values) or (
        called is not None and called[1] not in FUNCTIONS and called[1] not in values
    )


def _line(text: str, part: str, has_sign: bool) -> tuple[Formula, tuple[int, int] | None]:
    """An equation and the places of its sides. Raises FormulaError, its place in the text as it was written."""
    try:
        if not has_sign:
            formula, sides = parse(part), None
        else:
            formula, *places = equation(part)
            sides = places[0], places[1]
    except FormulaError as error:
        if error.text == part:
            error.text = text
        if error.code == "E011" and not has_sign:  # as in x^2 == 2
            raise Source(text).refuse(
                "E020", say("there is no equation"), error.span, say("write it as in x^2 + y^2 = 25")
            ) from None
        raise
    formula.text = text
    return formula, sides
