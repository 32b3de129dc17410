"""The functions that a language lacks, as functions of the file that is written."""

from __future__ import annotations

from collections.abc import Mapping

from autodiff.code.definitions import Definition
from autodiff.code.identifiers import folded, renamed
from autodiff.code.lines import lines
from autodiff.code.lower import body, lower
from autodiff.code.program import Routine
from autodiff.code.target import Target
from autodiff.writing.names import unused
from autodiff.writing.styles import Style


def routine(definition: Definition, functions: Mapping[str, str], target: Target, style: Style) -> Routine:
    """A definition as a function; `functions` says what each is called, and `style` spells their calls so."""
    name = functions[definition.name]
    if definition.raw:
        return Routine(name, [], [], "", definition.source, definition.raw.replace("NAME", name))
    tape, named = body(definition)
    lowered = lower(tape, target.dialect, within=definition.op)
    own = {lowered.place[i]: label for i, label in named}
    spelled = renamed([*definition.params, *own.values()], target.naming, functions.values())
    names = {place: spelled[label] for place, label in own.items()}
    names |= {i: spelled[node.name] for i, node in enumerate(lowered.tape.nodes) if hasattr(node, "name")}
    fresh = unused((), folded([*spelled.values(), *functions.values(), *target.naming.reserved], target.naming), "t")
    written = lines(lowered.tape, [lowered.tape.output], names, fresh, style, target.room)
    return Routine(name, [spelled[p] for p in definition.params], written.lines, written.roots[0], definition.source)
