"""Names that do not fit a formula: one without a value, one that nothing uses, one that is no variable; what to write instead."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from autodiff.errors import AutodiffError, FormulaError, listed, listed_steps, suggestion
from autodiff.messages import say
from autodiff.primitives import CONSTANTS, FUNCTIONS
from autodiff.reading import runs
from autodiff.reading.joined import apart, in_place
from autodiff.reading.parser import better_said
from autodiff.reading.source import Source
from autodiff.tape import Tape, Var


def refuse_unfit(text: str, tape: Tape, values: Mapping[str, Any], used: Sequence[str], surplus: Collection[str] = ()) -> None:
    """Raise an error where a variable that is used has no value, or where a value that is not in `surplus` is not used."""
    known = frozenset(used)
    extra = [name for name in values if name not in known and name not in surplus]
    missing = [name for name in used if name not in values]
    if missing:
        raise _missing(text, tape, missing, extra, values)
    refuse_surplus(text, tape, extra, used)


def refuse_unknown(names: Iterable[str], used: Sequence[str], steps: Sequence[str] = ()) -> None:
    """Raise an error for the first of these names that is no variable, and none of these steps."""
    for name in names:
        if name in used or name in steps:
            continue
        near, hint = suggestion(name, [*used, *steps]), listed(used)
        if steps:
            hint = say("{one}; {other}", one=hint, other=listed_steps(steps))
        message = say("'{name}' is no variable of the formula", name=name)
        if steps:
            message = say("'{name}' is no variable of the formula, and no step", name=name)
        raise AutodiffError("E034", message, say("did you mean '{near}'?", near=near) if near else hint)


def refuse_surplus(text: str, tape: Tape, names: Iterable[str], used: Sequence[str]) -> None:
    """Raise an error for the first of these names that is not among those used."""
    known = frozenset(used)
    for name in names:
        if name in known:
            continue
        if name in ("σ", "sigma") and re.search(rf"{name}\s*\(", text):
            message = say("'{name}' is a variable here, and the sigmoid", name=name)
            hint = say("write {spelling}", spelling=f"sigmoid(x), {name}*(x)")
            raise AutodiffError("E014", message, hint)
        if name in tape.names.values():
            raise AutodiffError(
                "E031",
                say("'{name}' is assigned in the formula", name=name),
                say("leave {name}=… out, or choose another name", name=name),
            )
        raise AutodiffError("E031", say("nothing in the formula uses '{name}'", name=name), listed(used))


def _missing(text: str, tape: Tape, missing: Sequence[str], extra: Sequence[str], values: Mapping[str, Any]) -> FormulaError:
    name = missing[0]
    span = next(node.span for node in tape.nodes if isinstance(node, Var) and node.name == name)
    given, asks = " ".join(f"{name}=…" for name in missing), True
    split: tuple[str, ...] = ()
    hint = say("add {given} after the formula", given=given)
    if name in FUNCTIONS:
        hint, asks = say("'{name}' is a function: write {name}(…)", name=name), False
    elif factors := runs.factors(name, values):
        hint, split = "", in_place(text, tape, name, span, "*".join(factors))
    elif others := _lacking(name, values):
        product, letters = "*".join(name), " ".join(f"{letter}=…" for letter in others)
        hint = say(
            "for the product {product} add {letters}, or add {given} after the formula",
            product=product, letters=letters, given=given,
        )  # fmt: skip
    elif name[:-1] in values and name[-1:].isdigit():
        hint = say(
            "for a power, quote the formula and write {power}; or add {given} after the formula",
            power=f"{name[:-1]}^{name[-1]}", given=given,
        )  # fmt: skip
    elif near := suggestion(name, extra):
        is_case = near.casefold() == name.casefold()
        hint, asks = say("did you mean '{near}'?", near=near), False
        if is_case:
            hint = say("{near} is given, the formula has {name}", near=near, name=name)
    rewrites, end = apart(text, name, span, values)
    rewrites = rewrites or split
    error = Source(text).refuse("E030", say("no value for '{name}'", name=name), (span[0], end), "" if rewrites else hint, rewrites)
    error.missing = tuple(missing) if asks and not rewrites else ()
    return better_said(text, error)


def _lacking(name: str, values: Mapping[str, Any]) -> list[str]:
    """The letters of a name that have no value, where at least half of them have one: it may be meant as a product."""
    letters = list(dict.fromkeys(name)) if len(name) > 1 and name.isalpha() else []
    lacking = [x for x in letters if x not in values and x not in CONSTANTS and x != "π"]
    known = [x for x in letters if x in values]
    return lacking if known and 2 * len(known) >= len(letters) else []
