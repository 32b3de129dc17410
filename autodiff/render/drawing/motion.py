"""Motion for a picture: the forward pass plays step by step, then the backward pass, and it begins again; rules of CSS alone.

Nothing moves for readers who prefer it so, nor while the pointer rests on the picture.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from autodiff.study.graph import Graph

STEP, LONGEST = 1.2, 60.0  # seconds: of a step, of both passes together
REST = 3  # steps that the whole is shown before it begins again
FADE = 0.3  # of a step: until what it shows is there


class Moment(NamedTuple):
    """A step of the motion: a node, and whether its derivative appears or its value."""

    node: int
    backward: bool


def moments(graph: Graph) -> list[Moment]:
    """What appears one after the other: values in order of evaluation, then derivatives from the output to the variables."""
    order = range(len(graph.nodes))
    return [*(Moment(k, False) for k in order), *(Moment(k, True) for k in reversed(order) if graph.nodes[k].label)]


def rules(graph: Graph, prefix: str) -> str:
    """The rules of CSS for a picture with that prefix."""
    found = moments(graph)
    step = min(STEP, LONGEST / len(found)) if found else STEP
    lines = list(_rules(found, prefix, round(step * (len(found) + REST), 2)))
    return "\n".join(["@media (prefers-reduced-motion:no-preference){", *lines, "}"])


def _rules(found: list[Moment], p: str, duration: float) -> Iterator[str]:
    share = 100 / (len(found) + REST)
    moving = [f"#{p} .{kind}" for kind in ("edge path", "node path", "value", "gradient", "status", "edge text", "node rect")]
    yield f"{','.join(moving)}{{animation:{duration}s linear infinite}}"
    yield f"#{p}:hover *{{animation-play-state:paused}}"
    seen: dict[int, list[int]] = {}
    for k, moment in enumerate(found):
        seen.setdefault(moment.node, []).append(k)
        yield f"{','.join(f'#{p} {part}' for part in _shown(moment))}{{animation-name:{p}-{k}}}"
        yield f"@keyframes {p}-{k}{{0%,{k * share:.2f}%{{opacity:0}}{(k + FADE) * share:.2f}%,100%{{opacity:1}}}}"
    for node, steps in seen.items():
        yield f'#{p} [data-node="{node}"] rect{{animation-name:{p}-n{node}}}'
        yield f"@keyframes {p}-n{node}{{{''.join(_thick(k * share, share) for k in steps)}}}"


def _thick(start: float, share: float) -> str:
    """The frame of a node stands out during its step."""
    inside = f"{start + FADE * share:.2f}%,{start + share:.2f}%{{stroke-width:4}}"
    return f"{start:.2f}%{{stroke-width:1}}{inside}{min(start + (1 + FADE) * share, 100):.2f}%{{stroke-width:1}}"


def _shown(moment: Moment) -> list[str]:
    """What appears: the arrows into a node with its value, or those that come back to it with its derivative."""
    node = f'[data-node="{moment.node}"]'
    if not moment.backward:
        return [f'[data-to="{moment.node}"] .forward', f"{node} .value", f"{node} .forward"]
    edge = f'[data-from="{moment.node}"]'
    return [f"{edge} .backward", f"{edge} .partial", f"{edge} .share", f"{node} .gradient", f"{node} .backward", f"{node} .status"]
