"""The answers of a class: a file with a name and claims in each line, and one line of JSON for each."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from autodiff.errors import AutodiffError
from autodiff.formula import Formula
from autodiff.messages import say
from autodiff_cli import report, values

if TYPE_CHECKING:
    from autodiff.checking.verdicts import Verdict

EXAMPLE = "Ann: dx=2*x dy=1"
JSON_EXAMPLE = '{"name": "Ann", "claims": {"x": "2*x"}}'
NEXT = re.compile(r"(?:^|[\s;,])\s*(?=[d∂]\w+(?:/[d∂]\w+)?\s*=(?!=))")  # where a claim begins

Judge = Callable[[Mapping[str, str]], "Sequence[Verdict]"]
"""What judges claims, given by variable."""


class Answer(NamedTuple):
    """The claims of somebody, as text."""

    name: str
    claims: dict[str, str]


def marked(
    formula: Formula, text: str, read: Callable[[Sequence[str]], Mapping[str, str]], judge: Judge
) -> Iterator[tuple[str, bool]]:
    """For each line that is not blank one of JSON, and whether everything in it is right; `read` makes claims of dname=claim."""
    from autodiff.render.check import mark, unmarked

    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        name = None
        try:
            name = _name(line)
            answer = _answer(formula, line, number, read)
            name, verdicts = answer.name, judge(answer.claims)
            yield mark(name, number, verdicts), not any(verdict.code for verdict in verdicts)
        except Exception as error:
            yield unmarked(name, number, report.body(report.of(error))), False


def _name(line: str) -> str | None:
    """The name before the colon, also of a line that is wrong."""
    found = re.match(r"([^{:：][^:：]*)[:：]", line.strip())
    return found[1].strip() if found else None


def _answer(formula: Formula, line: str, number: int, read: Callable[[Sequence[str]], Mapping[str, str]]) -> Answer:
    if line.lstrip().startswith("{"):
        return _from_json(formula, line, number)
    name = _name(line)
    if not name:
        raise AutodiffError(
            "E051", say("line {number} has no name before a colon", number=number), say("write {spelling}", spelling=EXAMPLE)
        )
    rest = re.split("[:：]", line.strip(), maxsplit=1)[1]
    return Answer(name, _some(dict(read([word for word in NEXT.split(rest) if word.strip()])), number))


def _from_json(formula: Formula, line: str, number: int) -> Answer:
    """An answer as an object."""
    hint = say("write {spelling}", spelling=JSON_EXAMPLE)
    data = values.object_of(line, say("line {number}", number=number), JSON_EXAMPLE)
    claims = data.get("claims")
    if unknown := [key for key in data if key not in ("name", "claims")]:
        raise AutodiffError("E051", say("unknown member '{name}'", name=unknown[0]), hint)
    if not isinstance(data.get("name"), str) or not isinstance(claims, dict):
        raise AutodiffError("E051", say("line {number} has no name, or no claims", number=number), hint)
    return Answer(data["name"], _some(claimed(formula, claims, hint), number))


def claimed(formula: Formula, claims: Mapping[str, Any], hint: str) -> dict[str, str]:
    """Claims as text by variable; in the object they are called so, or as on the command line."""
    from autodiff.checking.claims import about

    found: dict[str, str] = {}
    for key, claim in claims.items():
        name = values.variable(key)
        name = name if name in formula.names or name in formula.tape.names.values() else about(formula, name) or name
        if name in found:
            raise AutodiffError("E032", say("the derivative with respect to '{name}' is claimed twice", name=name), hint)
        found[name] = _text(claim, name, hint)
    return found


def _text(claim: Any, name: str, hint: str) -> str:
    if isinstance(claim, str):
        return claim
    if isinstance(claim, bool) or not isinstance(claim, (int, float)):
        raise AutodiffError("E051", say("the claim for '{name}' is neither a string nor a number", name=name), hint)
    return repr(claim)


def _some(claims: dict[str, str], number: int) -> dict[str, str]:
    if not claims:
        raise AutodiffError("E032", say("line {number} has no claims", number=number), say("write {spelling}", spelling=EXAMPLE))
    return claims
