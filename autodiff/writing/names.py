"""Names: of the result, of derivatives, and of the steps that have none."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import count

from autodiff.tape import Apply, Tape

OUTPUTS = ("J", "L", "f", "y", "out")
LETTERS = ("u", "v", "w")


def output_name(tape: Tape) -> str:
    """The name of the result: the user's own, else the first of J L f y out that is free."""
    own = tape.names.get(tape.output)
    return own or next(unused(OUTPUTS, owned_names(tape), "out"))


def dvar(name: str, output: str, owned: Collection[str]) -> str:
    """What the derivative with respect to a name is called: `dx`, or dJ/dx where the user owns `dx`."""
    return f"d{output}/d{name}" if f"d{name}" in owned else f"d{name}"


def owned_names(tape: Tape) -> set[str]:
    """The names that are the user's own."""
    return {*tape.variables(), *tape.names.values()}


def step_names(tape: Tape, shown: Iterable[int], taken: Collection[str] = ()) -> dict[int, str]:
    """A name for every operation among `shown`: the user's own, else u v w where three are enough, else t1 t2 …

    The names in `taken` are never given.
    """
    names = dict(tape.names)
    names.setdefault(tape.output, output_name(tape))
    owned = {*owned_names(tape), names[tape.output], *taken}
    unnamed = [i for i in shown if i not in names and type(tape.nodes[i]) is Apply]
    letters = [letter for letter in LETTERS if letter not in owned and "d" + letter not in owned]
    fresh = iter(letters) if len(unnamed) <= len(letters) else unused((), owned, "t")
    for i in unnamed:
        names[i] = next(fresh)
    return names


def unused(first: Iterable[str], owned: Collection[str], stem: str) -> Iterator[str]:
    """Names that nobody owns: the first ones, then the stem with a number."""
    yield from (name for name in first if name not in owned)
    taken = {*owned, *(name[1:] for name in owned if name.startswith("d"))}
    for number in count(1):
        if (name := f"{stem}{number}") not in taken:
            yield name
