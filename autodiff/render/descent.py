"""What came of a search for a minimum, as tables and sentences for every format."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from autodiff.messages import N_, say
from autodiff.render.notation import Block, Plain
from autodiff.render.sentences import chain_blocks
from autodiff.solving.outcome import Outcome
from autodiff.study.explanation import Explanation
from autodiff.writing.numbers import bracketed, human

MOST = 12  # variables that a table of steps and an explanation show

Table = tuple[tuple[str, ...], Sequence[tuple[str, ...]]]


def steps(found: Outcome, digits: int) -> Table:
    """Every step: where it is, the value there, and the length of the gradient."""
    names = found.objective.names[:MOST]
    more = ("…",) * (len(found.objective.names) > MOST)
    body = [
        (str(k), *(human(x, digits) for x in place.x[:MOST]), *more, human(place.value, digits), human(place.norm, digits))
        for k, place in enumerate(found.places)
    ]
    return (say("step"), *names, *more, found.objective.output, say("gradient norm")), body


def variables(found: Outcome, digits: int) -> Table:
    """Each variable: where it began and ended, and its derivative there."""
    rows = zip(found.objective.names, found.start.x, found.end.x, found.end.gradient)
    heads = (say("variable"), say("start"), say("best so far") if found.has_failed else say("end"), say("derivative"))
    body = [(name, human(a, digits), human(b, digits), human(slope, digits)) for name, a, b, slope in rows]
    return heads, body + [(name, human(x, digits), say("fixed"), "") for name, x in found.objective.fixed.items()]


def sentences(found: Outcome, digits: int) -> Iterator[str]:
    """How the search was made, and what it came to."""
    name = found.objective.output
    first, last = human(found.start.value, digits), human(found.end.value, digits)
    yield say("{name} = {last}, from {first} at the start", name=name, last=last, first=first)
    yield f"{'! ' if found.condition else ''}{found.message}"
    for variable, (status, why) in found.end.status.items():
        yield "! " + say("the derivative by {name} is not ok ({about}): {reason}", name=variable, about=say(status), reason=why)


def manner(found: Outcome) -> Iterator[str]:
    """Over what and with what it was made."""
    if found.over:
        yield found.over.text
    if found.rate:
        one, many = N_("gradient descent with rate {rate}: one step"), N_("gradient descent with rate {rate}: {number} steps")
        yield say(one if found.nit == 1 else many, rate=human(found.rate), number=found.nit)
    else:
        yield say("{method}: {number} iterations, {calls} evaluations", method=found.method, number=found.nit, calls=found.nfev)


def first_step(found: Outcome, explained: Explanation | None, n: Plain) -> Iterator[Block]:
    """The first step with its numbers: the derivatives by the chain rule, and how each moves its variable."""
    if explained is not None:
        yield from chain_blocks(explained, n)
    yield Block("heading", (say("One step: each variable moves by minus the rate times its derivative"),))
    rate, here = n.number(found.rate), found.start
    there = found.places[1].x if len(found.places) > 1 else here.x
    for name, x, slope, y in [*zip(found.objective.names, here.x, here.gradient, there)][:MOST]:
        move, free = n.product([rate, n.number(slope)]), x - found.rate * slope
        yield Block("equation", (n.called(name), f"{n.number(x)} - {move}", n.number(free)))
        written = f"{human(found.rate)}·{bracketed(human(slope, n.digits))}"
        said = say("{name} moves by -{move} = {number}", name=name, move=written, number=human(-found.rate * slope, n.digits))
        yield Block("remark", (n.prose(said),))
        if y != free:
            said = say("that is out of its bounds: {name} goes to {number}, and no further", name=name, number=human(y, n.digits))
            yield Block("remark", (n.prose(said),))
    if len(found.places) > 1:
        yield from _brought(found, n)


def _brought(found: Outcome, n: Plain) -> Iterator[Block]:
    """What the step did to the value, and what the gradient promised."""
    before, after = found.places[:2]
    yield Block("heading", (say("What the step brought"),))
    text = N_(
        "{name} goes from {before} to {after}, which is {change}; by the gradient alone it would be -{rate}·{norm}² = {promised}"
    )
    promised = -found.rate * before.norm**2
    if any(y != x - found.rate * slope for x, slope, y in zip(before.x, before.gradient, after.x)):
        text = N_("{name} goes from {before} to {after}, which is {change}; by the gradient alone it would be {promised}")
        promised = sum(slope * (y - x) for x, slope, y in zip(before.x, before.gradient, after.x))
    said = say(
        text, name=found.objective.output, before=human(before.value, n.digits), after=human(after.value, n.digits),
        change=human(after.value - before.value, n.digits), rate=human(found.rate), norm=human(before.norm, n.digits),
        promised=human(promised, n.digits),
    )  # fmt: skip
    yield Block("sentence", (n.prose(said),))
