"""Writes docs/conventions.md: our answer to every special case beside those of other libraries: python docs/conventions.py"""

import json
import math
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import autodiff
from autodiff.point.worksheet import Worksheet
from autodiff.primitives import TABLE
from autodiff.tape import Apply
from autodiff.trust.status import ORDER, Status
from autodiff.writing.numbers import human

ROOT = Path(__file__).parent.parent
sys.path.append(str(ROOT / "tests"))

from cases import CASES, KINDS, Case  # noqa: E402

NONE = "–"
MEANINGS = {
    "domain": "the formula has no real value here, and so no derivative",
    "undefined": "the derivative is 0·∞, ∞ - ∞ or the like; a limit is given where it can be told or estimated",
    "overflow": "the number itself is too large for a double; what leaves their range on the way only is no fault",
    "underflow": "a number on the way is too small for a double, and the result is not known to its last digits",
    "pole": "the value is infinite on at least one side",
    "infinite": "the slope is infinite",
    "jump": "the formula steps",
    "kink": "the one-sided derivatives exist, and at least one of them is not the one reported",
    "one_sided": "the point ends the domain; from inside, the derivative is right",
    "ok": "the derivative is right",
}

INTRO = """# Conventions

Where a formula has a corner, a step, a pole or an end, a derivative is a matter of convention. `autodiff` says what it chose: each
derivative has a **status**, and one that is not `ok` comes with the reason, the step of the formula that caused it, and the
derivatives from the left and from the right. This page shows every special case beside the answers of other libraries.

*Written by `python docs/conventions.py` from the tests' list of cases, from what `autodiff` answers, and from the answers that
other libraries gave, recorded in [peers.json](../autodiff/peers.json). Tests prove all three.*

## Statuses

Where several apply, the first of this list counts. The value of a formula has a status too, of the same words.
"""

READING = f"""## How to read the tables

A cell holds value; derivative. Left and right are the derivatives from the two sides, and ≈ marks an estimate. {NONE} says that
there is no such derivative, or that a library has no such function. `inf` is infinity, `nan` is not a number.

**Bold** is a number other than ours. † marks a value that is not a number with a slope that is finite: such a slope looks
right further on, where the value is no longer seen. With us a value that is not a number never has a finite slope.

Words stand where there is no number: `zoo` is SymPy's infinity without direction, `complex` a number outside the reals,
`unevaluated` a derivative that SymPy leaves standing, `error` an exception, `not implemented` a function without a derivative.

JAX was asked with `jax.value_and_grad` in 64 bits and PyTorch with `torch.autograd.grad` in float64, with `where` for `if`; SymPy
with real symbols, `diff`, then `subs`, without limits, and it has no -0. JAX and PyTorch have sin(πx)/(πx) for `sinc(x)`, and were
given x/π. SymPy answers many of these in its own right: exact numbers do not overflow, and complex ones leave no domain.
"""


def page() -> str:
    """The whole page."""
    peers = json.loads((ROOT / "autodiff/peers.json").read_text(encoding="utf-8"))
    return "\n".join(lines(peers)) + "\n"


def lines(peers: dict[str, Any]) -> Iterator[str]:
    """Its lines."""
    yield INTRO
    yield from table(("status", "meaning"), [(f"`{status}`", MEANINGS[status]) for status in ORDER])
    yield f"\n{READING}"
    yield from summary(peers)
    for kind, cases in KINDS.items():
        yield f"\n## {kind}\n"
        heads = ("formula", "at", "for", "autodiff", "status", "left, right", *peers, "why")
        yield from table(heads, [row for case in cases for row in rows(case, peers)])


def summary(peers: dict[str, Any]) -> Iterator[str]:
    """How often each library gives the same, another, or no number."""
    body = []
    for name, peer in peers.items():
        found = [judged(worksheet(case), wrt, peer["answers"][case.title]) for case in CASES for wrt in case.slopes]
        counts = [found.count(kind) for kind in ("same", "other", "blind", "word", "none")]
        body.append((f"{name} {peer['version']}", *map(str, counts)))
    yield from table(("of all derivatives below", "the same", "**other**", "**other** †", "a word", "no such function"), body)


def worksheet(case: Case) -> Worksheet:
    """What we answer."""
    return autodiff.parse(case.text).at(**case.at)


def rows(case: Case, peers: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    """A row for each variable, or one for all those with the same answers; the formula and the point stand in the first."""
    sheet, found = worksheet(case), dict[tuple[str, ...], list[str]]()
    for name in sheet.gradient:
        found.setdefault(answers(case, sheet, name, peers), []).append(name)
    text, _, point = case.title.partition(" at ")
    head = (f"`{text}`", point)
    for row, names in found.items():
        yield (*head, ", ".join(names), *row)
        head = ("", "")


def answers(case: Case, sheet: Worksheet, name: str, peers: dict[str, Any]) -> tuple[str, ...]:
    """What everybody says of one derivative."""
    status = sheet.status.get(name)
    ours = f"{human(sheet.value)}; {human(sheet.gradient[name])}"
    theirs = [shown(sheet, name, peer["answers"][case.title]) for peer in peers.values()]
    return ours, f"`{status.status if status else 'ok'}`", sides(status), *theirs, why(case, sheet, name)


def sides(status: Status | None) -> str:
    """The one-sided derivatives, where they are not simply the derivative."""
    if status is None or (status.left is None and status.right is None):
        return NONE
    mark = "≈ " if status.estimated else ""
    return mark + ", ".join(NONE if slope is None else human(slope) for slope in (status.left, status.right))


def why(case: Case, sheet: Worksheet, name: str) -> str:
    """The reason of the status, and the convention of the row that caused it, or of all rows where nothing needs a reason."""
    status = sheet.status.get(name)
    nodes = sheet.tape.nodes if status is None else [sheet.tape.nodes[status.node]]
    ops = dict.fromkeys(node.op for node in nodes if isinstance(node, Apply))
    conventions = [TABLE[op].convention for op in ops if TABLE[op].convention]
    chosen = status is None or status.status in ("jump", "kink")
    texts = [status.reason] if status else []
    texts += [case.why] if case.why else conventions if chosen else []
    return "; ".join(texts).replace("*", "\\*")


def number(found: float | str) -> float | None:
    """A recorded answer as a number; None for a word."""
    special = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
    return special.get(found) if isinstance(found, str) else found


def judged(sheet: Worksheet, wrt: str, answer: Any) -> str:
    """How an answer compares with ours: same, other, blind (a finite slope of no value), word, or none."""
    if answer is None:
        return "none"
    value, slope = number(answer["value"]), number(answer["gradient"][wrt])
    if value is None or slope is None:
        return "word"
    if value != value and math.isfinite(slope):
        return "blind"
    return "same" if equal(value, sheet.value) and equal(slope, sheet.gradient[wrt]) else "other"


def equal(a: float, b: float) -> bool:
    """Whether two answers are the same but for rounding."""
    return (a != a and b != b) or math.isclose(a, b, rel_tol=1e-9)


def shown(sheet: Worksheet, wrt: str, answer: Any) -> str:
    """A library's answer as a cell."""
    kind = judged(sheet, wrt, answer)
    if kind == "none":
        return NONE
    found = (answer["value"], answer["gradient"][wrt])
    text = "; ".join(one if number(one) is None else human(number(one)) for one in found).replace("*", "\\*")
    return {"other": f"**{text}**", "blind": f"**{text}** †"}.get(kind, text)


def table(heads: Sequence[str], body: Sequence[Sequence[str]]) -> Iterator[str]:
    """A Markdown table, aligned so that its source can be read too."""
    widths = [max(len(row[k]) for row in [heads, *body]) for k in range(len(heads) - 1)]
    for row in (heads, tuple("-" * width for width in [*widths, 3]), *body):
        yield "| " + " | ".join([*(text.ljust(width) for text, width in zip(row, widths)), row[-1]]) + " |"


if __name__ == "__main__":
    (ROOT / "docs/conventions.md").write_text(page(), encoding="utf-8")
