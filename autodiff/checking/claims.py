"""What is claimed: which name of the formula a claim is about, and its own formula, read in the same names."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from autodiff.errors import AutodiffError, FormulaError, listed, suggestion
from autodiff.formula import Formula
from autodiff.messages import say, series
from autodiff.passes.evaluate import evaluate
from autodiff.passes.push_pull import active
from autodiff.primitives import CONDITIONS, CONSTANTS
from autodiff.reading.parser import read
from autodiff.reading.resolve import resolve
from autodiff.reading.source import Source
from autodiff.tape import Apply, Recorder, Tape, Var, ancestors, trimmed
from autodiff.writing.names import output_name, owned_names, step_names

AUTOMATIC = re.compile(r"[uvw]|t\d+")  # the names that steps are shown with


class Claim(NamedTuple):
    """A claimed derivative. `tape` computes it from the variables of the formula; a number depends on none of them."""

    name: str
    text: str
    tape: Tape

    @property
    def is_number(self) -> bool:
        """Whether it is one number, which people may have rounded."""
        return not self.tape.variables()

    def at(self, point: Mapping[str, float]) -> float:
        """What is claimed at a point, in doubles."""
        return float(evaluate(self.tape, point)[self.tape.output])


def about(formula: Formula, word: str) -> str | None:
    """The name that `dx=…` makes a claim about; None where `dx` is a name of the formula itself, or begins with no d.

    Raises AutodiffError where the word can be neither a claim nor a value.
    """
    own = {*formula.tape.variables(), *formula.tape.names.values()}
    if word in own or not word.startswith("d"):
        return None
    if word[1:] in own or word[1:] in formula.names:
        return word[1:]
    if word in formula.names:
        return None
    if AUTOMATIC.fullmatch(word[1:]) or word[1:] == output_name(formula.tape):
        return word[1:]
    claims = [f"d{name}" for name in sorted(own)]
    near = suggestion(word, claims)
    hint = say("claims are {names}", names=series(claims)) if claims else say("it has no variables")
    if near:
        hint = say("did you mean '{near}'?", near=near)
    raise AutodiffError("E034", say("'{name}' is no variable of the formula, and no claim about one", name=word), hint)


def hidden(formula: Formula, word: str) -> str:
    """The name that `dx=…` would make a claim about, if `dx` were not a name of the formula too; or nothing."""
    own = {*formula.tape.variables(), *formula.tape.names.values()}
    return word[1:] if word in own and word.startswith("d") and word[1:] in own else ""


def settled(formula: Formula, texts: Mapping[str, str], given: Mapping[str, float]) -> tuple[Tape, list[Claim], list[str]]:
    """The tape of the formula with all its names decided, the claims read in the same names, and notes.

    Raises FormulaError where a claim cannot be read or uses a name that the formula does not know, AutodiffError for a circle.
    """
    raw = {name: _read(formula, name, text) for name, text in texts.items()}
    mentioned = {name for tape in raw.values() for name in trimmed(tape).variables()}
    near = {*texts, *(name for name in mentioned if name in formula.names and name not in CONSTANTS)}
    tape, notes = resolve(formula.tape, given, formula.text, near - given.keys(), valued=bool(given))
    tape = _with_steps(tape, texts, given)
    known, varies = tape.variables(), active(tape, tape.variables())
    constant = {name for place, name in tape.names.items() if not varies[place]}
    for name in texts:
        if name in constant:
            raise AutodiffError("E034", say("'{name}' depends on no variable", name=name), _offered(name, known))
        if name not in known and name not in tape.names.values():
            raise AutodiffError("E034", say("'{name}' is no variable of the formula", name=name), _offered(name, known))
    owned = owned_names(tape)
    others = {f"d{name}": name for name in texts if f"d{name}" not in owned}
    read_as = {name: resolve(raw[name], {*known, *others}, texts[name]) for name in texts}
    own = {name: trimmed(found) for name, (found, _) in read_as.items()}
    notes += [note for _, more in read_as.values() for note in more if note not in notes]
    for name in texts:
        _refuse_unknown(own[name], [*known, *others], known, name, texts[name])
    whole = _put_together(own, others)
    return tape, [Claim(name, texts[name], whole[name]) for name in texts], [*formula.notes, *notes]


def _with_steps(tape: Tape, claimed: Iterable[str], given: Mapping[str, float]) -> Tape:
    """The tape on which the claimed steps, and the result, have the names that they are shown with."""
    wanted = {*claimed} - owned_names(tape)
    if not wanted:
        return tape
    values = evaluate(tape, given) if given.keys() >= set(tape.variables()) else None
    live = ancestors(tape, [*tape.names, tape.output], values)
    steps = [i for i, node in enumerate(tape.nodes) if live[i] and isinstance(node, Apply) and node.op not in CONDITIONS]
    names = step_names(tape, steps)
    found = {place: name for place, name in names.items() if name in wanted}
    return Tape(tape.nodes, tape.output, {**tape.names, **found}, tape.runs, tape.whole) if found else tape


def _put_together(own: Mapping[str, Tape], others: Mapping[str, str]) -> dict[str, Tape]:
    """Every claim with the claims put in that it uses, in whatever order they stand. Raises AutodiffError for a circle."""
    from graphlib import CycleError, TopologicalSorter

    uses = {name: [others[word] for word in tape.variables() if word in others] for name, tape in own.items()}
    whole: dict[str, Tape] = {}
    try:
        for name in TopologicalSorter(uses).static_order():
            whole[name] = _with_others(own[name], {f"d{other}": whole[other] for other in uses[name]})
    except CycleError as error:
        circle = " → ".join(f"d{name}" for name in reversed(error.args[1]))
        hint = say("write one of them without the others")
        raise AutodiffError("E035", say("these claims use each other in a circle: {names}", names=circle), hint) from None
    return whole


def _with_others(tape: Tape, others: Mapping[str, Tape]) -> Tape:
    """A claim with others put in for their names."""
    if not others:
        return tape
    recorder, place = Recorder(), list[int]()
    at: dict[str, int] = {}
    for name, other in others.items():
        there = list[int]()
        recorder.copy(other, lambda _, node: recorder.leaf(node), there)
        at[name] = there[other.output]
    recorder.copy(tape, lambda _, node: at[node.name] if isinstance(node, Var) and node.name in at else recorder.leaf(node), place)
    return Tape(recorder.nodes, place[tape.output], runs=recorder.runs)


def _read(formula: Formula, name: str, text: str) -> Tape:
    """The claim, after the statements of the formula."""
    before = f"{formula.text.rstrip().rstrip(';')}\n" if "=" in formula.text else ""
    try:
        if not text.strip():
            hint = say("write {spelling}, without spaces around =", spelling=f"d{name}=1")
            raise Source(text).refuse("E032", say("it is empty"), (0, 0), hint)
        spelled = _spelled(text)
        return read(before + text if spelled == text else spelled)[0]
    except FormulaError as error:
        start, end = error.span
        span = max(start - len(before), 0), max(end - len(before), 0)
        message = say("the claim for '{name}': {message}", name=name, message=error.message)
        raise Source(text or " ").refuse(error.code, message, span, error.hint) from None


def _spelled(text: str) -> str:
    """The numbers that have no digits, in our own language."""
    return {"inf": "1/0", "-inf": "-1/0", "nan": "0/0"}.get(text.strip(), text)


def _refuse_unknown(tape: Tape, allowed: Collection[str], known: tuple[str, ...], name: str, text: str) -> None:
    for node in tape.nodes:
        if isinstance(node, Var) and node.name not in allowed:
            start = text.find(node.name)
            message = say("the claim for '{name}': the formula has no '{other}'", name=name, other=node.name)
            raise Source(text).refuse("E034", message, (start, start + len(node.name)), _offered(node.name, known))


def _offered(name: str, known: Sequence[str]) -> str:
    near = suggestion(name, known)
    return say("did you mean '{near}'?", near=near) if near else listed(known)
