"""What reaches a goal: which input must become how much better, as rows and a sentence."""

from __future__ import annotations

from autodiff.messages import say
from autodiff.render.budget import brief
from autodiff.uncertainty.budget import Budget
from autodiff.writing.numbers import human


def aims(budget: Budget) -> tuple[str, list[tuple[str, ...]]]:
    """What reaches the goal: a sentence, and a row for every input that is improved alone."""
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
        if one.after is None:
            rows.append((one.name, brief(one.before), "", say("not by this one alone")))
        else:
            rows.append(
                (
                    one.name,
                    brief(one.before),
                    brief(one.after),
                    say("{factor} times better", factor=human(one.before / one.after, 3)),
                )
            )
    names, factor = ", ".join(found.together), human(1 / found.factor, 3)
    if len(found.together) > 1:
        return say(
            "for u({output}) = {goal}: {names}, each {factor} times better; or alone", names=names, factor=factor, **said
        ), rows
    return say("for u({output}) = {goal}, each alone", **said), rows


def aim_heads() -> tuple[str, ...]:
    """What the columns of these rows are."""
    return say("input"), say("uncertainty"), say("needed"), ""
