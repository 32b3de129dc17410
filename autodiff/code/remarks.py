"""What is said beside the lines of code: the names of the steps, their mathematics, the conventions they obey."""

from __future__ import annotations

from collections.abc import Container

from autodiff.code.sweeps import Sweeps
from autodiff.primitives import CONDITIONS, TABLE
from autodiff.tape import Apply, Tape
from autodiff.writing.formulas import step
from autodiff.writing.names import dvar, output_name, owned_names, step_names, unused

TERMS = 4  # of a sum in a comment, the rest is counted


def labels(sheet: Sweeps, chosen: bool) -> dict[int, str]:
    """What the places of the steps and of their derivatives are called, and what guards these."""
    tape, nodes = sheet.tape, sheet.symbols.recorder.nodes
    shown = [i for i, node in enumerate(tape.nodes) if isinstance(node, Apply) and node.op not in CONDITIONS]
    steps = step_names(tape, shown)
    output, owned, names = output_name(tape), owned_names(tape), dict[int, str]()
    for i in shown:
        names.setdefault(sheet.values[i], steps[i])
    taken = {*owned, *steps.values()}
    for i in reversed(range(len(sheet.adjoints))):
        node, place = tape.nodes[i], sheet.adjoints[i]
        if place is not None and (name := steps.get(i) or getattr(node, "name", "")):
            label = dvar(name, output, owned)
            if label.isidentifier() and label not in taken:
                names.setdefault(place, label)
                taken.add(label)
    names[sheet.guard(chosen)] = next(unused(("missing",), taken, "missing"))
    return {place: name for place, name in names.items() if isinstance(nodes[place], Apply)}


def remarks(sheet: Sweeps, lines: Container[int]) -> dict[int, str]:
    """The mathematics of the steps and of their derivatives. A minus that is none of the lines is written where it is used."""
    tape, output = sheet.tape, output_name(sheet.tape)
    names = step_names(tape, [i for i, node in enumerate(tape.nodes) if isinstance(node, Apply) and node.op not in CONDITIONS])
    label = {i: getattr(node, "text", "") or getattr(node, "name", "") or names.get(i) for i, node in enumerate(tape.nodes)}
    texts: dict[int, str | None] = dict(label)
    found: dict[int, str] = {}
    for i, called in sorted(names.items()):
        node = tape.nodes[i]
        if sheet.values[i] in found:
            texts[i] = found[sheet.values[i]].split(" = ")[0]
            continue
        text = step(tape, i, texts.get)
        found[sheet.values[i]] = f"{called} = {text}"
        if isinstance(node, Apply) and node.op == "neg" and sheet.values[i] not in lines:
            texts[i] = text
    users: dict[int, list[str]] = {}
    for i in reversed(range(len(sheet.adjoints))):
        node, name = tape.nodes[i], label[i]
        if sheet.adjoints[i] is None:
            continue
        if i != tape.output and name:
            sums = users.get(i, [])
            rest = [f"... ({len(sums) - TERMS} more)"] if len(sums) > TERMS else []
            rule = " + ".join([*sums[:TERMS], *rest])
            whole = f"d{output}/d{name}"
            found.setdefault(sheet.adjoints[i] or 0, whole if rule in ("", whole) else f"{whole} = {rule}")
        if isinstance(node, Apply):
            for j in dict.fromkeys(node.args):
                if sheet.flags[j] and label[j]:
                    part = f"d{name}/d{label[j]}"
                    users.setdefault(j, []).append(part if i == tape.output else f"d{output}/d{name} * {part}")
    return found


def conventions(tape: Tape) -> list[tuple[str, str]]:
    """What the table says about the rows of a formula."""
    ops = dict.fromkeys(node.op for node in tape.nodes if isinstance(node, Apply))
    return [(op, TABLE[op].convention) for op in ops if TABLE[op].convention]
