"""Which name means what: a variable, a constant, or a product of letters that run together."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from autodiff.messages import say
from autodiff.primitives import CONSTANTS
from autodiff.tape import Const, Recorder, Tape, Var


def resolve(
    tape: Tape, bound: Collection[str], text: str = "", near: Collection[str] = (), valued: bool = True
) -> tuple[Tape, list[str]]:
    """The tape of a text with constants put in, letters run together split, and every variable standing once; and notes.

    The names in `bound` have values, those in `near` are named in --wrt or in a claim. Unless it is `valued`, nothing has a value:
    then letters run together are refused where they may be a product. Raises FormulaError.
    """
    assigned = {name: place for place, name in tape.names.items()}
    found = [(node.name, i) for i, node in enumerate(tape.nodes) if isinstance(node, Var)]
    free = dict(reversed(found))  # where each stands first
    free = dict(sorted(free.items(), key=lambda item: item[1]))
    constants = {name for name in free if name in CONSTANTS and name not in bound and name not in near}
    own = [*(name for name in free if name in bound or name in near), *assigned]
    notes = [say("{name} is your variable here, not the constant", name=name) for name in own if name in CONSTANTS]
    words = {
        i: name
        for name, i in found
        if len(name) > 1 and name.isalpha() and name not in constants and name not in bound and name not in near
    }
    products: Mapping[int, tuple[str, ...]] = {}
    if words:
        from autodiff.reading.runs import Letters

        letters = Letters(tape, text, bound, near, valued)
        products = letters.products(words)
        notes += letters.notes
    if not constants and not products and len(free) == len(found):
        return tape, notes
    recorder = Recorder()
    place: list[int] = []

    def leaf(i: int, node: Const | Var) -> int:
        if isinstance(node, Var) and node.name in constants:
            return recorder.const(CONSTANTS[node.name], node.name, node.span)
        if isinstance(node, Var) and i in products:
            known = {letter: place[assigned[letter]] for letter in products[i] if assigned.get(letter, i) < i}
            known |= {letter: place[at] for letter, at in tape.scopes.get(i, {}).items()}
            return _product(recorder, node, products[i], known, bound, near)
        return recorder.leaf(node)

    recorder.copy(tape, leaf, place, merged=products.keys())
    names = {place[at]: name for at, name in tape.names.items()}
    return Tape(recorder.nodes, place[tape.output], names, recorder.runs), notes


def _product(
    recorder: Recorder, node: Var, factors: tuple[str, ...], known: Mapping[str, int], bound: Collection[str], near: Collection[str]
) -> int:
    """The product of the factors of a run of letters, of which some are steps or parameters that have their places already."""
    start, end, result = node.span[0], node.span[0], -1
    for factor in factors:
        name = "pi" if factor == "π" else factor
        span = (end, end := end + len(factor))
        if factor in known:
            place = known[factor]
        elif name in CONSTANTS and name not in bound and name not in near:
            place = recorder.const(CONSTANTS[name], name, span)
        else:
            place = recorder.var(name, span)
        result = place if result < 0 else recorder.apply("mul", (result, place), (start, end))
    return result
