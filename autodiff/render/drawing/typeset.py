"""What stands in a picture, as LaTeX: the words of `labels`, of a graph whose formulas are spelled in LaTeX."""

from __future__ import annotations

import re

from autodiff.messages import say
from autodiff.study.graph import Edge, Graph, GraphNode
from autodiff.writing import latex
from autodiff.writing.numbers import human

CONDITION = "\0"


def node(kind: str, found: GraphNode, digits: int, short: bool) -> str:
    """A piece of a box, by its class; short as in circuits, where numbers stand alone."""
    if kind == "name":
        return f"${latex.name(found.name)}$"
    if kind == "value":
        return f"${number(found.value, digits)}$"
    if kind == "gradient":
        called = label(found) if found.gradient is None or not short else ""
        return f"${' = '.join(filter(None, (called, number(found.gradient, digits))))}$"
    if kind == "status":
        return latex.prose(say(found.status))
    if kind == "partial choice":
        return choice(found)
    return f"${found.sign}$" if short else f"${{}} = {slashed(found.formula)}$"


def edge(kind: str, found: Edge, graph: Graph, digits: int, short: bool) -> str:
    """The local derivative, or what is sent back."""
    if kind == "partial":
        rule = [] if found.partial is not None and found.partial != found.partial else [slashed(found.rule)]
        numbers = [] if found.partial is None else [number(found.partial, digits)]
        return f"${' = '.join(dict.fromkeys(filter(None, [found.symbol, *rule, *numbers])))}$"
    target = graph.nodes[found.target]
    if found.share is None or found.partial is None or target.gradient is None:
        return rf"${label(target)} \cdot {found.symbol}$"
    total = number(found.share, digits)
    factor = number(found.partial, digits)
    factor = f"({factor})" if factor.startswith("-") or r"\times" in factor else factor
    return f"${total}$" if short else rf"${number(target.gradient, digits)} \cdot {factor} = {total}$"


def choice(found: GraphNode) -> str:
    """Which branch an `if` takes."""
    assert found.condition is not None
    if found.condition.holds:
        text = say("{condition} is true: the first branch", condition=CONDITION)
    else:
        text = say("{condition} is false: the second branch", condition=CONDITION)
    return f"${found.condition.text}$".join(map(latex.prose, text.split(CONDITION)))


def label(found: GraphNode) -> str:
    """What the derivative is called: du, or dJ/du."""
    above, _, below = found.label.partition("/")
    return "/".join(rf"\mathrm{{d}}{latex.name(part[1:])}" for part in (above, below) if part)


def number(value: float | None, digits: int) -> str:
    """A number, or nothing."""
    return "" if value is None else latex.number(human(value, digits))


def slashed(text: str) -> str:
    """A formula that is a fraction and nothing else on one line: 1/a, (a + b)/c."""
    found = re.fullmatch(r"(-?)\\frac\{((?:[^{}]|\{[^{}]*\})*)\}\{((?:[^{}]|\{[^{}]*\})*)\}", text)
    if not found:
        return text
    above, below = (part if _ATOM.fullmatch(part) else f"({part})" for part in found.group(2, 3))
    return f"{found[1]}{above}/{below}"


_ATOM = re.compile(r"[\w.]+|\\?\w+(?:\{\w+\})?(?:_\{\w+\})?")
