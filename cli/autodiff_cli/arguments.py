"""What the tools of assistants may be given, each with its JSON Schema and a test of its own, and the schemas of answers."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, NamedTuple

from autodiff.errors import AutodiffError, suggestion
from autodiff.messages import N_, say, series
from autodiff.writing.numbers import dumped
from autodiff_cli.diff import HIGHEST

LONGEST, MOST = 10_000, 100_000  # characters of an expression, and of all arguments, that are answered in seconds


class Argument(NamedTuple):
    """Its schema, whether a value fits it, how that is said, and an example."""

    schema: dict[str, Any]
    fits: Callable[[Any], bool]
    said: str
    example: Any


def _described(about: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": about, **schema}


def _by_name(about: str, said: str, example: Any) -> Argument:
    scalars = {"type": "object", "additionalProperties": {"type": ["number", "string"]}}
    return Argument(_described(about, scalars), lambda value: isinstance(value, dict), said, example)


def _flag(about: str) -> Argument:
    schema = {"type": "boolean", "default": False}
    return Argument(_described(about, schema), lambda value: isinstance(value, bool), N_("true or false"), True)


ARGUMENTS = {
    "expression": Argument(
        _described("The formula, or a program of steps separated by ;", {"type": "string", "maxLength": LONGEST}),
        lambda value: isinstance(value, str), N_("a string"), "3*(a + b*c)",
    ),
    "values": _by_name(
        'A value for each variable: a number, or a formula without variables such as "pi/4".', N_("an object of values"), {"a": 5}
    ),
    "claims": _by_name("A claimed derivative by each variable: a number or a formula.", N_("an object of claims"), {"x": "2*x"}),
    "wrt": Argument(
        _described("Differentiate by these only.", {"type": "array", "items": {"type": "string"}, "minItems": 1}),
        lambda value: isinstance(value, list) and value != [] and all(isinstance(name, str) for name in value),
        N_("a list of names"), ["a", "b"],
    ),
    "order": Argument(
        _described("The derivative of this order; by one variable.", {"type": "integer", "minimum": 1, "maximum": HIGHEST}),
        lambda value: isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= HIGHEST,
        N_("a whole number from 1 to 20"), 2,
    ),
    "tolerance": Argument(
        _described("The relative error that is allowed.", {"type": "number", "minimum": 0, "exclusiveMaximum": 1}),
        lambda value: isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < 1,
        N_("a number from 0 to 1"), 1e-6,
    ),
    "hessian": _flag("Add all second derivatives."),
    "nodes": _flag("Add every step with its value, its gradient and its local derivatives."),
    "steps": _flag("Add the rules in the order in which they are applied."),
}  # fmt: skip


def check(names: Sequence[str], needed: int, given: Mapping[str, Any]) -> None:
    """Raise AutodiffError for what does not fit arguments, the first of which are needed, or is too long for a quick answer."""
    for name in given:
        if name not in names:
            near = suggestion(name, names)
            hint = say("did you mean '{near}'?", near=near) if near else say("there are {names}", names=series(names))
            raise AutodiffError("E043", say("there is no argument '{name}'", name=name), hint)
    for k, name in enumerate(names):
        if name not in given and k < needed:
            raise AutodiffError("E043", say("the argument '{name}' is missing", name=name), example(name))
        if name in given and not ARGUMENTS[name].fits(given[name]):
            what = say(ARGUMENTS[name].said)
            raise AutodiffError("E042", say("'{name}' is not {what}", name=name, what=what), example(name))
    claims = len(dumped(given.get("claims", "")))
    sizes = (say("the expression"), len(given["expression"]), LONGEST), (say("all claims"), claims, LONGEST)
    for what, size, most in (*sizes, (say("the whole question"), len(dumped(given)), MOST)):
        if size > most:
            message = say("{what}: {number} characters, and {most} are taken at most", what=what, number=size, most=most)
            raise AutodiffError("E018", message, say("longer formulas are for the command line"))


def example(name: str) -> str:
    """The hint to write an argument so."""
    return say("write {spelling}", spelling=f'"{name}": {dumped(ARGUMENTS[name].example)}')


def output_schema(name: str, members: Collection[str] | None) -> dict[str, Any]:
    """The schema of a document; with `members`, of one that has only these besides what is always there."""
    from autodiff.render import schema

    found: dict[str, Any] = {"type": "object", **json.loads(schema.text(name))}
    if members is None:
        return found
    kept = {*members, *found["required"]}
    found["properties"] = {key: value for key, value in found["properties"].items() if key in kept}
    found["dependentRequired"] = {key: value for key, value in found.get("dependentRequired", {}).items() if key in kept}
    definitions, waiting = found.pop("$defs"), _used(found)
    found["$defs"] = {}
    while waiting:
        one = waiting.pop()
        found["$defs"][one] = definitions[one]
        waiting |= _used(definitions[one]) - found["$defs"].keys()
    return found


def _used(schema: Any) -> set[str]:
    """The definitions that a schema refers to."""
    return {*re.findall(r'"#/\$defs/(\w+)"', json.dumps(schema))}
