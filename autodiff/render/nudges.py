"""What the nudges show, in sentences."""

from __future__ import annotations

import math
from collections.abc import Iterator

from autodiff.messages import N_, count, say
from autodiff.render.notation import FINE, Block, Plain
from autodiff.study.explanation import Explanation
from autodiff.study.nudges import FEWER, Nudge, Trial

STATUSES = {
    "kink": N_("a corner: on both sides {output} moves at different rates, so no number predicts both"),
    "jump": N_("a step: on one side the change does not shrink with the nudge"),
    "infinite": N_("the slope is infinite: the smaller the nudge, the more {output} moves for each unit of it"),
    "pole": N_("a pole: there is no finite change to predict"),
    "one_sided": N_("the domain ends here: {output} moves on one side only"),
    "overflow": N_("the numbers are too large for a double, so there is nothing to compare"),
    "undefined": N_("the backward pass gives no number here, so there is nothing to compare"),
    "domain": N_("there is no derivative here, so there is nothing to compare"),
}

PLAIN = ("exact", "square", "faint")  # verdicts that a table can show: it went as it must


def nudges(found: Explanation, notation: Plain) -> Iterator[Block]:
    """A sentence for each variable that is nudged, and remarks on it."""
    teller = _Teller(found, notation)
    yield Block("heading", (say("The nudge: does {output} move as the derivatives say?", output=teller.output),))
    plain = [nudge for nudge in found.nudges if nudge.verdict in PLAIN and not nudge.turned]
    alike = plain[1:] if found.is_brief else []
    for nudge in found.nudges:
        if nudge not in alike:
            yield Block("sentence", (teller.moves(nudge),))
            yield from (Block("remark", (text,)) for text in teller.remarks(nudge))
    if alike:
        yield Block("sentence", (say("The same for the others:"),))
        table = [teller.heads(), *map(teller.row, alike)]
        full = any(row[-1] for row in table[1:])
        yield from (Block("row", row if full else row[:-1]) for row in table)
    if left := len(found.sheet.wrt) - (found.sheet.output in found.sheet.wrt) - len(found.nudges):
        option = notation.words(f"--wrt {found.sheet.wrt[-1]}")
        text = count(
            left,
            "… {number} more variable; {option} nudges it",
            "… {number} more variables; {option} nudges that one",
            option=option,
        )
        yield Block("sentence", (text,))


class _Teller:
    def __init__(self, found: Explanation, notation: Plain) -> None:
        self.sheet, self.n = found.sheet, notation
        self.output = notation.inline(notation.name(self.sheet.tape.output))

    def number(self, value: float, more: int = 0) -> str:
        return self.n.inline(self.n.number(value, max(more, 1 - self.n.digits)))

    def said(self, nudge: Nudge) -> dict[str, str]:
        return {"name": self.n.inline(self.n.name(nudge.place)), "size": self.number(nudge.size), "output": self.output}

    def moves(self, nudge: Nudge) -> str:
        """Which values move, and how far."""
        n, said = self.n, self.said(nudge)
        if nudge.verdict == "stuck":
            value = self.number(self.sheet.values[nudge.place])
            return say("Nudge {name} by {size}: too little to change {value}; try a larger one", value=value, **said)
        numbers = [(n.name(move.place), n.number(move.before, FINE), n.number(move.after, FINE)) for move in nudge.moves]
        moves = [n.inline(f"{name}{n.colon}{before} {n.arrow} {after}") for name, before, after in numbers]
        if nudge.left_out:
            moves.insert(1, n.inline(n.dots))
        return say("Nudge {name} by {size}: {moves}", moves=", ".join(moves), **said)

    def remarks(self, nudge: Nudge) -> Iterator[str]:
        """How far the output moves, how far the derivative says it does, and what remains."""
        if nudge.turned:
            yield say("on the other side {output} has no value, so {name} is nudged to this one", **self.said(nudge))
        if nudge.verdict in STATUSES:
            yield from map(self.rate, nudge.trials)
            yield self.special(nudge)
        elif nudge.verdict == "exact":
            yield self.foretold(nudge)
            yield self.times_as_far(nudge)
        elif nudge.verdict != "stuck":
            yield self.times_as_far(nudge)
            yield from self.compared(nudge)

    def foretold(self, nudge: Nudge) -> str:
        """The change that the derivative predicts."""
        numbers = {"output": self.output, "predicted": self.predicted(nudge), "change": self.number(nudge.trials[0].change)}
        if nudge.straight:
            return say("{output} moves by {change}, exactly as the derivative predicts: {predicted}", **numbers)
        return say("{output} moves by {change}, as the derivative predicts: {predicted}; the rest is mere rounding", **numbers)

    def times_as_far(self, nudge: Nudge) -> str:
        """The derivative as a rate."""
        slope, said = self.sheet.gradient[nudge.variable], self.said(nudge)
        if not slope:
            return say("{output} does not move with {name}", **said)
        if abs(slope) == 1:
            return (
                say("{output} moves as far as {name}", **said)
                if slope > 0
                else say("{output} moves as far as {name}, the other way", **said)
            )
        times = self.number(abs(slope))
        if slope > 0:
            return say("{output} moves {times} times as far as {name}", times=times, **said)
        return say("{output} moves {times} times as far as {name}, the other way", times=times, **said)

    def heads(self) -> tuple[str, ...]:
        """Of a table of nudges."""
        return (
            say("nudge"),
            say("{output} moves by", output=self.output),
            say("predicted"),
            say("remains"),
            say("remains at {smaller}", smaller=self.n.inline(f"h/{FEWER:.0f}")),
        )

    def row(self, nudge: Nudge) -> tuple[str, ...]:
        """The numbers of one nudge."""
        n, first = self.n, nudge.trials[0]
        before, after = (n.number(x, max(FINE, 1 - n.digits)) for x in nudge.moves[0][1:])
        rests = [n.number(trial.remainder, max(-3, 1 - n.digits)) for trial in nudge.trials]
        if nudge.verdict != "square":
            rests[1] = ""  # mere rounding
        return (
            f"{n.name(nudge.place)}{n.colon}{before} {n.arrow} {after}",
            n.number(first.change),
            n.number(first.predicted),
            *rests,
        )

    def special(self, nudge: Nudge) -> str:
        """Why the derivative does not foretell the change."""
        status = self.sheet.status[nudge.variable]
        if status.status == "kink" and status.left is not None and status.left == status.right:
            return say(
                "on both sides {output} moves at the rate {rate}; the derivative is {slope} by convention, and predicts neither",
                rate=self.number(status.left), slope=self.number(self.sheet.gradient[nudge.variable]), **self.said(nudge),
            )  # fmt: skip
        if math.isinf(self.sheet.value) and status.status in ("infinite", "pole"):
            return say("{output} is infinite here, so there is no finite change to predict", **self.said(nudge))
        return say(STATUSES[status.status], **self.said(nudge))

    def rate(self, trial: Trial) -> str:
        size, change, rate = map(self.number, (trial.size, trial.change, trial.change / trial.size))
        return say(
            "by {size}: {output} moves by {change}, {rate} for each unit", size=size, change=change, rate=rate, output=self.output
        )

    def predicted(self, nudge: Nudge) -> str:
        n, trial = self.n, nudge.trials[0]
        product = n.product([n.number(self.sheet.gradient[nudge.variable]), n.number(trial.size)])
        return n.inline(f"{n.derivative(nudge.place)}{n.times}h = {product} = {n.number(trial.predicted)}")

    def compared(self, nudge: Nudge) -> Iterator[str]:
        """The remainder, and how it shrinks."""
        first, second = nudge.trials
        yield say(
            "{output} moves by {change}, the derivative predicts {predicted}; {remainder} remains", output=self.output,
            change=self.number(first.change), predicted=self.predicted(nudge), remainder=self.number(first.remainder, -3),
        )  # fmt: skip
        smaller, rest = self.number(second.size), self.number(second.remainder, -3)
        if nudge.verdict == "faint":
            yield say("by {smaller}: what remains is mere rounding", smaller=smaller)
        elif nudge.verdict == "rough":
            yield say(
                "by {smaller}: {rest} remains, which does not shrink as it should; try another {option}",
                option=self.n.words("--nudge"),
                smaller=smaller,
                rest=rest,
            )
        else:
            yield say(
                "by {smaller}, {fewer} times less: {rest} remains, {ratio} times less; it shrinks as {square} or faster, "
                "as it must where the derivative is right", smaller=smaller, rest=rest, fewer=f"{FEWER:.0f}",
                ratio=self.number(abs(first.remainder / second.remainder), -3), square=self.n.inline(self.n.square),
            )  # fmt: skip
