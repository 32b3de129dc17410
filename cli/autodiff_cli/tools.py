"""The tools that assistants are served: what each takes, what it answers, and what a bad argument is told. Every text is data."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from autodiff.errors import AutodiffError
from autodiff.formula import Formula, parse
from autodiff.messages import say
from autodiff.point.worksheet import Worksheet
from autodiff.writing.numbers import DIGITS, dumped
from autodiff_cli import arguments as takes
from autodiff_cli import report, values

INSTRUCTIONS = """Exact derivatives of formulas, by automatic differentiation. A formula is text such as 3*(a + b*c), or a program
of steps such as u = b*c; v = a + u; J = 3*v, whose last step is the output. Powers are ^ or **, log is the natural logarithm, pi
and e are constants, if(x > 0, x, -x) chooses. Every answer says how the formula was read. A status other than ok says that a number
is not simply right, and why. Errors are JSON with a message, a place in the text and a hint that can be followed."""

Given = Mapping[str, Any]
Answer = tuple[Iterable[str], str]
"""A JSON document in pieces, and a text for people where there is a better one."""


class Tool(NamedTuple):
    """What it is for, what it takes, the first of which it needs, and the members of its answer besides those always there."""

    title: str
    description: str
    needed: int
    arguments: tuple[str, ...]
    answer: Callable[[Given], Answer]
    schema: str
    members: tuple[str, ...] | None = None

    def input_schema(self) -> dict[str, Any]:
        """The JSON Schema of what it takes."""
        properties = {name: takes.ARGUMENTS[name].schema for name in self.arguments}
        required = [*self.arguments[: self.needed]]
        return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}

    def output_schema(self) -> dict[str, Any]:
        """The JSON Schema of what it answers."""
        return takes.output_schema(self.schema, self.members)


def called(name: str, given: Given) -> tuple[str, Any, bool]:
    """What a tool answers, as text and as data, and whether it is an answer: whatever goes wrong is an error as JSON."""
    try:
        takes.check(TOOLS[name].arguments, TOOLS[name].needed, given)
        parts, text = TOOLS[name].answer(given)
        document = "".join(parts)
        return text or document, json.loads(document), True
    except Exception as error:
        body = report.body(report.of(error))
    return dumped({"error": body}), None, False


# The tools ----------------------------------------------------------------------------------------------------------------


def _point(given: Given) -> dict[str, float]:
    return values.numbers_for(say("the values"), given.get("values", {}))


def _sheet(formula: Formula, given: Given) -> Worksheet:
    with values.in_an_object():
        return formula.worksheet(_point(given), given.get("wrt"))


def _eval(given: Given) -> Answer:
    from autodiff.render import json as render
    from autodiff_cli import supplements

    sheet = _sheet(parse(given["expression"]), given)
    results = supplements.results(sheet, supplements.Wanted(hessian=given.get("hessian", False)), {})
    members = supplements.members(sheet, results)
    return render.worksheet(sheet, given.get("nodes", False), members), ""


def _explain(given: Given) -> Answer:
    from autodiff.render import json as render
    from autodiff.render import outline, steps
    from autodiff.render.markdown import escape
    from autodiff.study.explanation import explain

    sheet = _sheet(parse(given["expression"]), given)
    notes = [line for note in sheet.notes for line in ("", escape(say("note: {text}", text=note)))]
    found = explain(sheet, values.amount("--nudge", None), values.steps(None))
    return render.worksheet(sheet, False, steps.json(found)), "\n".join([*outline.explanation(found, DIGITS), *notes])


def _diff(given: Given) -> Answer:
    from autodiff.render import diff
    from autodiff.study.differentiation import Asked, differentiate

    asked = Asked(given.get("order", 1), given.get("hessian", False), given.get("steps", False))
    if asked.order > 1 and (asked.hessian or asked.rules):
        raise AutodiffError("E042", say("'order' above 1 is for one derivative alone"), say("leave 'hessian' and 'steps' out"))
    with values.in_an_object():
        return diff.json(differentiate(parse(given["expression"]), given.get("wrt"), asked, _point(given))), ""


def _judge(given: Given) -> Answer:
    from autodiff.checking import check, evidence, truth
    from autodiff.render import check as verdicts
    from autodiff.render import evidence as proofs
    from autodiff_cli.marking import claimed

    formula, point = parse(given["expression"]), _point(given)
    if not given.get("claims"):
        sheet = _sheet(formula, given)
        return proofs.json(sheet, list(evidence.gathered(sheet))), ""
    known = truth.values(values.texts((), given.get("values", {})), point)
    claims = claimed(formula, given["claims"], takes.example("claims"))
    examined = check.Examination(formula, claims, known, given.get("tolerance"))
    return verdicts.json(examined, examined.verdicts()), ""


TOOLS = {
    "eval": Tool(
        "Value and gradient of a formula",
        "Evaluate a formula at a point, with its exact gradient: forward and backward over its computation graph.",
        1, ("expression", "values", "wrt", "hessian", "nodes"), _eval,
        "eval", ("hessian", "hessian_status", "hessian_digits", "nodes"),
    ),
    "diff": Tool(
        "Derivatives as formulas",
        "Differentiate a formula, and write the derivatives as formulas that are easy to read. With values, their numbers too.",
        1, ("expression", "wrt", "order", "hessian", "steps", "values"), _diff,
        "diff",
    ),
    "check": Tool(
        "Judge claimed derivatives",
        "Judge whether claimed derivatives are right, as formulas everywhere or, with values, at a point: for each a verdict, a "
        "counter-example and the right derivative. Without claims, verify the gradient at the values in independent ways.",
        1, ("expression", "claims", "values", "tolerance"), _judge, "check",
    ),
    "explain": Tool(
        "Explain a gradient step by step",
        "Explain how the gradient at a point comes about: the graph, both passes with the rule of each step, the chain rule along "
        "every path, and nudges that prove it. The text is Markdown.",
        2, ("expression", "values", "wrt"), _explain, "eval", ("explanation",),
    ),
}  # fmt: skip
