"""All of one function: what it is, its domain, its derivative and why, its special points, and what others answer there."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from functools import cache, reduce
from os.path import dirname, join
from typing import Any, NamedTuple

from autodiff.errors import AutodiffError, enumerated, suggestion
from autodiff.formula import parse
from autodiff.messages import count, say
from autodiff.passes import rules
from autodiff.passes.reasons import reasons, renamed
from autodiff.point.worksheet import Worksheet
from autodiff.primitives import ALIASES, CONSTANTS, TABLE, Point, Primitive
from autodiff.render import rows
from autodiff.render.functions import callable_rows, signature
from autodiff.tape import Apply, Tape, Var
from autodiff.writing.formulas import expression
from autodiff.writing.numbers import human
from autodiff.writing.width import cells, fitted, wrapped

PEERS = join(dirname(dirname(__file__)), "peers.json")
"""What other libraries answered at special points, by the title of the case."""


class Case(NamedTuple):
    """A formula at a point, what we answer, and what others do."""

    title: str
    sheet: Worksheet
    answers: Mapping[str, Any]


def named(name: str) -> list[Primitive]:
    """The rows of a function by its name or an alias; `log` has two. Raises AutodiffError where there is none."""
    meant = ALIASES.get(name, name)
    found = [row for row in [*callable_rows(), TABLE["if"]] if (row.spelled or row.name) == meant]
    if not found:
        near = suggestion(name, [*(row.spelled or row.name for row in callable_rows()), *ALIASES])
        hint = say("did you mean '{near}'?", near=near) if near else say("`autodiff functions` lists the functions")
        if name in CONSTANTS:
            hint = say("'{name}' is a constant: {value}", name=name, value=CONSTANTS[name])
        raise AutodiffError("E012", say("unknown function '{name}'", name=name), hint)
    return found


def aliases(row: Primitive) -> list[str]:
    """The other names of a function; those of log belong to the one without a base."""
    return [name for name, meant in ALIASES.items() if meant == row.name]


def plain(row: Primitive, width: int) -> Iterator[str]:
    """Lines that are no wider."""
    yield from wrapped(say("{name}: {meaning}", name=signature(row), meaning=say(row.meaning)), width, "  ")
    yield ""
    told = [*_told(row)]
    room = max(cells(label) for label, _ in told) + 4
    before = ""
    for label, text in told:
        shown = "" if label == before else label
        yield from wrapped(f"  {fitted(shown, room - 2)}{text}", width, " " * room)
        before = label


def _told(row: Primitive) -> Iterator[tuple[str, str]]:
    """What there is to tell, each with its title."""
    if others := aliases(row):
        yield say("other names"), enumerated(others)
    yield say("defined for"), _condition(row, row.finite or row.domain) if row.domain or row.finite else say("all numbers")
    texts = [*_derivatives(row)]
    yield from ((say("derivative"), text) for text in texts)
    if any("ties" in text for text in texts):
        yield say("derivative"), say("ties is how many arguments are equal to the value")
    whys = reasons(row.name, {"out": Var(signature(row), (0, 0))})
    for name, text in zip(row.names, whys):
        yield say("why"), say("for {name}: {derivative}", name=name, derivative=text) if len(whys) > 1 else text
    if row.convention:
        yield say("convention"), say(row.convention)
    for point in row.points:
        yield say("special point"), _special(row, point)
    asked = [*cases(row)]
    differ = [case for case in asked if any(answer and not _is_ours(case.sheet, answer) for answer in case.answers.values())]
    yield from ((say("others answer"), _answers(case)) for case in differ)
    if alike := len(asked) - len(differ):
        where = say("others answer")
        yield where, count(alike, "at {number} special point all the same", "at {number} special points all the same")


def _derivatives(row: Primitive) -> Iterator[str]:
    """One for each parameter, or that for this argument."""
    texts = row.book or row.plain or row.partials
    for name, text in zip(row.names, texts):
        text = say("none") if text == "0/0" else _formula(row, re.sub(r"\((\w+) \+ 0\)", r"\1", text))  # x + 0 is x, but never -0
        if row.variadic:
            yield say("for each argument {name}: {derivative}", name=name, derivative=text)
        else:
            yield say("for {name}: {derivative}", name=name, derivative=text) if len(texts) > 1 else text


def _formula(row: Primitive, text: str) -> str:
    return _written(row, rules.formula(row.name, text))


def _condition(row: Primitive, text: str) -> str:
    return _written(row, rules.condition(row.name, text))


def _written(row: Primitive, tape: Tape) -> str:
    """A formula of a row, in which `out` is written as the function itself."""
    found = renamed(tape, {"out": Var(signature(row), (0, 0))})
    return expression(found, found.output, lambda _: None)


def _special(row: Primitive, point: Point) -> str:
    about = say("{status} where {condition}", status=say(point.status), condition=_place(row, point))
    if point.wrt:
        about = say("{about}, for {name}", about=about, name=point.wrt)
    return say("{about}: {why}", about=about, why=say(point.reason).format(name=row.spelled or row.name))


def _place(row: Primitive, point: Point) -> str:
    if point.when == "ties > 1":
        return say("two arguments are equal to the value")
    return _condition(row, point.when).replace("ties > 1", say("two arguments are equal to the value"))


def cases(row: Primitive) -> list[Case]:
    """The special points of a function at which other libraries were asked."""
    return _cases().get(row.name, [])


@cache
def _cases() -> dict[str, list[Case]]:
    """Those in which a single primitive is applied, by its name."""
    import json

    with open(PEERS, encoding="utf-8") as file:
        peers, found = json.load(file), dict[str, list[Case]]()
    for title in next(iter(peers.values()))["answers"]:
        text, _, point = title.partition(" at ")
        formula = parse(text)
        steps = [node.op for node in formula.tape.nodes if isinstance(node, Apply)]
        if len(steps) == 1:
            sheet = formula.at(**{name: float(x) for name, x in re.findall(r"(\w+) = ([^\s,]+)", point)})
            answers = {f"{name} {peer['version']}": peer["answers"][title] for name, peer in peers.items()}
            found.setdefault(steps[0], []).append(Case(title, sheet, answers))
    return found


def _answers(case: Case) -> str:
    """Our answer and who gives the same, then the others."""
    sheet = case.sheet
    ours = _answer(sheet, sheet.value, sheet.gradient)
    same = [name for name, answer in case.answers.items() if answer and _is_ours(sheet, answer)]
    text, _, point = case.title.partition(" at ")
    found = [say("{title}: {answer}", title=say("{formula} at {point}", formula=text, point=point), answer=ours)]
    found += [say("the same in {names}", names=enumerated(same))] if same else []
    for name, answer in case.answers.items():
        if name not in same and answer:
            found.append(say("{title}: {answer}", title=name, answer=_answer(sheet, answer["value"], answer["gradient"])))
    return reduce(lambda some, text: say("{text}; {why}", text=some, why=text), found)


def _answer(sheet: Worksheet, value: Any, gradient: Mapping[str, Any]) -> str:
    slopes = [f"{rows.derivative(sheet, name)} = {_number(slope)}" for name, slope in gradient.items()]
    return ", ".join([f"{sheet.output} = {_number(value)}", *slopes])


def _number(found: Any) -> str:
    """A recorded number, or the word that stands for it."""
    known = _float(found)
    return str(found) if known is None else human(known)


def _float(found: Any) -> float | None:
    if isinstance(found, str):
        return {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}.get(found)
    return float(found)


def _is_ours(sheet: Worksheet, answer: Mapping[str, Any]) -> bool:
    pairs = [(answer["value"], sheet.value), *((answer["gradient"][name], slope) for name, slope in sheet.gradient.items())]
    return all(_equal(_float(theirs), ours) for theirs, ours in pairs)


def _equal(theirs: float | None, ours: float) -> bool:
    if theirs is None:
        return False
    return (theirs != theirs and ours != ours) or math.isclose(theirs, ours, rel_tol=1e-9)
