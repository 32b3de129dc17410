"""Which name means what: a variable, a constant, or a product of single letters."""

from __future__ import annotations

from collections.abc import Collection

from autodiff.errors import FormulaError, enumerated
from autodiff.messages import say
from autodiff.primitives import CONSTANTS
from autodiff.reading.source import Source
from autodiff.tape import Const, Recorder, Tape, Var


def resolve(tape: Tape, bound: Collection[str], text: str = "") -> tuple[Tape, list[str]]:
    """The tape of a text with constants put in, `bc` split where only b and c are bound, and every variable standing once."""
    assigned = {name: place for place, name in tape.names.items()}
    found = [(node.name, i) for i, node in enumerate(tape.nodes) if isinstance(node, Var)]
    free = dict(reversed(found))  # where each stands first
    free = dict(sorted(free.items(), key=lambda item: item[1]))
    constants = {name for name in free if name in CONSTANTS and name not in bound}

    def is_product(name: str, at: int) -> bool:
        return len(name) > 1 and name.isalpha() and all(x in bound or assigned.get(x, at) < at for x in name)

    products = [name for name, at in free.items() if name not in constants and name not in bound and is_product(name, at)]
    own = [*(name for name in free if name in bound), *assigned]
    notes = [say("{name} is your variable here, not the constant", name=name) for name in own if name in CONSTANTS]
    notes += [
        say(
            "{name} is read as {product}: {name} has no value, {letters} have",
            name=name,
            product="*".join(name),
            letters=enumerated(list(dict.fromkeys(name))),
        )
        for name in products
    ]
    for name in products:
        if name in tape.whole:
            raise _cannot_split(Source(text), tape, name)
    if not constants and not products and len(free) == len(found):
        return tape, notes
    recorder = Recorder()
    place: list[int] = []

    def leaf(i: int, node: Const | Var) -> int:
        if isinstance(node, Var) and node.name in constants:
            return recorder.const(CONSTANTS[node.name], node.name, node.span)
        if isinstance(node, Var) and node.name in products:
            steps = {letter: place[assigned[letter]] for letter in set(node.name) if assigned.get(letter, i) < i}
            return _product(recorder, node, steps)
        return recorder.leaf(node)

    split = {i for i, node in enumerate(tape.nodes) if isinstance(node, Var) and node.name in products}
    recorder.copy(tape, leaf, place, merged=split)
    names = {place[at]: name for at, name in tape.names.items()}
    return Tape(recorder.nodes, place[tape.output], names, recorder.runs), notes


def _product(recorder: Recorder, node: Var, assigned: dict[str, int]) -> int:
    start = node.span[0]
    places = [
        assigned[letter] if letter in assigned else recorder.var(letter, (start + k, start + k + 1))
        for k, letter in enumerate(node.name)
    ]
    result = places[0]
    for k, place in enumerate(places[1:], 2):
        result = recorder.apply("mul", (result, place), (start, start + k))
    return result


def _cannot_split(source: Source, tape: Tape, name: str) -> FormulaError:
    product = "*".join(name)
    message = say("'{name}' has no value, and is not read as {product} here", name=name, product=product)
    hint = say("write ({product}), or give {name} a value", product=product, name=name)
    return source.refuse("E019", message, tape.whole[name], hint, (f"({product})",))
