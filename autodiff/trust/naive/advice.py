"""Notes that offer the stable spelling for a naive one, in the user's own words as far as they are short."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from autodiff.messages import count, say
from autodiff.tape import Apply, Const, Recorder, Tape, Var
from autodiff.trust.naive.forms import Forms, bare
from autodiff.trust.naive.matching import TERMS, Match, match, parsed
from autodiff.writing.formulas import expression

SHOWN = 5  # notes; the rest is counted
WIDTH = 60  # characters of a formula in a note
ROOM = 40  # operations of a formula in a note
GAP = "…"


def notes(tape: Tape, text: str, places: Sequence[int], cancelling: bool = False) -> list[str]:
    """One note for each spelling among these places that has a better one, at most five. Linear in the tape.

    With `cancelling`, of those that are looked for only where digits were lost.
    """
    forms = Forms(tape)
    found = _distinct(forms, text, places, cancelling)
    said = list(dict.fromkeys([_note(forms, one, where) for one, where in found[:SHOWN]]))
    rest = len(found) - SHOWN
    more = count(rest, "… and {number} more naive spelling", "… and {number} more naive spellings")
    return [*said, more] if rest > 0 else said


def _distinct(forms: Forms, text: str, places: Sequence[int], cancelling: bool) -> list[tuple[Match, str]]:
    """All that fits, the outermost only, each with the name of the function in which it is written; once for each spelling."""
    found: dict[int, Match] = {}
    for place in places:
        if _written(forms, place) and (one := match(forms, place, cancelling)) is not None:
            found[place] = one
            for inner in one.inner:
                found.pop(inner, None)
    kept: dict[object, tuple[Match, str]] = {}
    for one in found.values():
        where = _function(forms, one, text)
        kept.setdefault((where, one.row) if where else forms.of(one.place), (one, where))
    return list(kept.values())


def _written(forms: Forms, place: int) -> bool:
    """Whether a node stands in a text; derivatives that were worked out do not."""
    start, stop = forms.tape.nodes[place].span
    return start < stop


def _function(forms: Forms, one: Match, text: str) -> str:
    """The name of the user's own function in whose body a spelling stands: all of it has the span of the call."""
    nodes = forms.tape.nodes
    span = nodes[one.place].span
    name = re.match(r"\w+", text[span[0] :]) if any(nodes[i].span == span for i in one.inner) else None
    return name[0] if name else ""


def _note(forms: Forms, one: Match, where: str) -> str:
    names = {bare(forms.known[i]): name for i, name in forms.tape.names.items() if i < one.place and forms.known.get(i, -1) >= 0}
    spelled, offered, first = _texts(forms, one, names, brief=False)
    if max(len(spelled), len(offered)) > WIDTH:
        spelled, offered, first = _texts(forms, one, names, brief=True)
    reason = say(one.row.reason).format(_cut(first))
    said = say("{spelled} is {offered}, which {reason}", spelled=_cut(spelled), offered=_cut(offered), reason=reason)
    return say("in {function}: {note}", function=where, note=said) if where else said


def _cut(text: str) -> str:
    return text if len(text) <= WIDTH else text[: WIDTH - 1] + GAP


def _texts(forms: Forms, one: Match, names: dict[int, str], brief: bool) -> tuple[str, str, str]:
    """The spelling, the offer, and what the first letter of the row stands for; `brief` leaves long formulas out."""
    offer = Offer(forms, names, brief)
    letters = {letter: offer.formula(signed) for letter, signed in one.bound.items()}
    spelled, offered = expression(forms.tape, one.place, _labels(forms, one, brief)), offer.text(one, letters)
    return spelled, offered, offer.written(offer.formula(bare(one.bound["x" if "x" in letters else "x0"])))


def _labels(forms: Forms, one: Match, brief: bool) -> Callable[[int], str | None]:
    """How the operands of a spelling are written: names of the user's own, and a gap where there is no room."""
    ends = {bare(signed) for signed in one.bound.values()}
    room = ROOM

    def label(place: int) -> str | None:
        nonlocal room
        room -= 1
        if type(forms.tape.nodes[place]) is not Apply:
            return None
        if room < 0 or (brief and bare(forms.known[place]) in ends and place not in forms.tape.names):
            return GAP
        return None if place in one.inner else forms.tape.names.get(place)

    return label


class Offer:
    """Writes an offer, from the classes of what its letters stand for, on a tape of its own."""

    def __init__(self, forms: Forms, names: dict[int, str], brief: bool) -> None:
        self.forms, self.names, self.brief = forms, names, brief
        self.recorder, self.room = Recorder(), ROOM

    def text(self, one: Match, letters: dict[str, int]) -> str:
        """The text of the row's offer with its letters filled in."""
        tape, place = parsed(one.row.offer), list[int]()
        if one.row.many:
            root = tape.nodes[tape.output]
            assert isinstance(root, Apply)
            output = self.recorder.apply(root.op, tuple(letters.values()))
        else:
            self.recorder.copy(tape, lambda _, node: self._leaf(node, letters), place)
            output = place[tape.output]
        return self.written(output)

    def written(self, place: int) -> str:
        """The text of what has been written."""
        return expression(Tape(self.recorder.nodes, place), place, lambda _: None)

    def _leaf(self, node: Const | Var, letters: dict[str, int]) -> int:
        return letters[node.name] if isinstance(node, Var) else self.recorder.leaf(node)

    def formula(self, signed: int) -> int:
        """Write a class. It calls itself no deeper than there is room."""
        self.room -= 1
        number, recorder = bare(signed), self.recorder
        form = self.forms.form(signed)
        if number in self.names or form.op == "var":
            plain = recorder.var(self.names.get(number, form.name))
        elif form.op == "const":
            return recorder.const(form.value if signed >= 0 else -form.value, form.name if signed >= 0 else "-" + form.name)
        elif self.room < 0 or self.brief:
            return recorder.var(GAP)
        elif form.op == "add":
            return self._sum(*form.args)
        elif form.op in ("mul", "div") and form.args[0] != form.args[1]:
            x, y = form.args
            return recorder.apply(form.op, (self.formula(x if signed >= 0 else ~x), self.formula(y)))
        else:
            plain = self._call(form.op, form.args)
        return plain if signed >= 0 else recorder.apply("neg", (plain,))

    def _sum(self, x: int, y: int) -> int:
        x, y = (y, x) if x < 0 <= y else (x, y)
        if y < 0:
            return self.recorder.apply("sub", (self.formula(x), self.formula(~y)))
        return self.recorder.apply("add", (self.formula(x), self.formula(y)))

    def _call(self, op: str, args: tuple[int, ...]) -> int:
        if op == "mul":
            return self.recorder.apply("pow", (self.formula(args[0]), self.recorder.const(2.0, "2")))
        return self.recorder.apply(op, tuple([self.formula(arg) for arg in args[:TERMS]]))
