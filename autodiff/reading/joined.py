"""Names that look like a product, as mgh does, or like a function and what it is taken of, as sinx does."""

from __future__ import annotations

from collections.abc import Collection

from autodiff.errors import either
from autodiff.messages import say
from autodiff.primitives import FUNCTIONS
from autodiff.reading.parser import better_said
from autodiff.reading.runs import product_of
from autodiff.reading.source import Source
from autodiff.tape import Span, Tape, Var


def notes(text: str, tape: Tape, wrt: Collection[str], told: Collection[str]) -> list[str]:
    """A note for every such name that is not in `wrt`, and of which no note has been `told`."""
    found: list[str] = []
    for node in tape.nodes:
        if not isinstance(node, Var) or len(node.name) < 2 or node.name in wrt:
            continue
        name = node.name
        if rewrites := apart(text, name, node.span, ())[0]:
            found.append(say("{name} is one name; for the function write {spelling}", name=name, spelling=either(rewrites)))
        elif (product := product_of(name)) and not any(note.startswith(f"{name} ") for note in told):
            found.append(say("{name} is one name; for the product write {spelling}", name=name, spelling=product))
    return found


def refuse_inside(text: str, tape: Tape, wanted: str) -> None:
    """Raise an error where a variable stands in another name, as x in sinx, or in a spelling of elsewhere, as in dy/dx."""
    message = say("'{name}' is no variable of the formula", name=wanted)
    for node in tape.nodes:
        rewrites, end = apart(text, node.name, node.span, [wanted]) if isinstance(node, Var) else ((), 0)
        if isinstance(node, Var) and not rewrites and wanted in (product := product_of(node.name)).split("*"):
            rewrites, end = in_place(text, tape, node.name, node.span, product), node.span[1]
        if rewrites:
            raise better_said(text, Source(text).refuse("E034", message, (node.span[0], end), "", rewrites))
    nothing = Source(text).refuse("E034", message, (0, len(text)), " ")
    better = better_said(text, nothing)
    if better is not nothing:
        raise better


def apart(text: str, name: str, span: Span, known: Collection[str]) -> tuple[tuple[str, ...], int]:
    """What a name may stand for that begins with a function, and where that ends."""
    if text[slice(*span)] != name or not any(function in name for function in FUNCTIONS):
        return (), span[1]
    from autodiff.reading.together import spellings

    return spellings(name, known, text, span[1])


def in_place(text: str, tape: Tape, name: str, span: Span, product: str) -> tuple[str, ...]:
    """The spellings of a product in place of a name: in brackets too, where these change the meaning."""
    before, after = text[: span[0]].rstrip()[-1:], text[span[1] :].lstrip()[:1]
    is_part = before in tuple("/%^*") or after in tuple("^*²³")
    return (product, f"({product})") if is_part and name in tape.whole else (product,)
