"""What reaches a goal: which input must become how much better, as a sentence and rows."""

from __future__ import annotations

from autodiff.errors import enumerated
from autodiff.messages import say
from autodiff.render.budget import brief
from autodiff.uncertainty.budget import Budget
from autodiff.writing.numbers import human


def aims(budget: Budget) -> tuple[str, list[tuple[str, ...]]]:
    """What reaches the goal: a sentence, and a row for every input, with what it needs alone and together with others."""
    found, name = budget.target, budget.output
    if found is None:
        return "", []
    said = {"output": name, "goal": human(found.wanted, 6)}
    if found.reached:
        return say("the goal u({output}) = {goal} is reached", **said), []
    if not found.alone:
        return say("what reaches the goal cannot be told: there is no linear budget"), []
    rows: list[tuple[str, ...]] = []
    for one in found.alone:
        together = brief(one.before * found.factor) if one.name in found.together and len(found.together) > 1 else ""
        alone = say("not enough") if one.after is None else brief(one.after)
        rows.append((one.name, brief(one.before), alone, together))
    names, factor = enumerated(found.together), human(1 / found.factor, 3)
    return say("for u({output}) = {goal}, {names} must be known {factor} times better", names=names, factor=factor, **said), rows


def aim_heads() -> tuple[str, ...]:
    """What the columns of these rows are."""
    return say("input"), say("uncertainty"), say("needed alone"), say("together")
