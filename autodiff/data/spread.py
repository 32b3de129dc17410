"""Standard uncertainties of variables: in columns u_a, or the same for all records."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from autodiff.errors import AutodiffError
from autodiff.messages import say
from autodiff.reading.source import plain
from autodiff.tape import canonical

SIGN = "u_"
"""What the name of an uncertainty begins with."""
KEY = "±"
"""In place of a variable: what a status is about where it is about the uncertainties themselves."""


class Law(Protocol):
    """What combines contributions."""

    def check(self, known: Sequence[str], uncertain: Sequence[str]) -> None:
        """Raises AutodiffError where it does not fit the variables, some of which are uncertain."""

    def combined(self, terms: Mapping[str, Any]) -> Any:
        """The uncertainty of the output of each record, from a list or an array of contributions for each variable."""


class Spread(NamedTuple):
    """What is asked for, as plain data: the uncertainties that are the same for all records, by variable, and the law."""

    values: Mapping[str, float]
    law: Law


class Spreads(NamedTuple):
    """The uncertainties of some records, by variable, as lists or arrays; the records that lack one; and those where one is none,
    with the reason.
    """

    columns: Mapping[str, Any]
    empty: Sequence[int]
    wrong: Mapping[int, str]


NONE = Spreads({}, (), {})


def is_known(name: str, names: Collection[str], spread: Spread | None) -> bool:
    """Whether a name is one of these, or the uncertainty of one."""
    return name in names or (spread is not None and name.startswith(SIGN) and name.removeprefix(SIGN) in names)


def columns(
    asked: Spread, given: Collection[str], renamed: Mapping[str, str], variables: Sequence[str], header: Sequence[str], name: str
) -> tuple[dict[str, str | None], list[str]]:
    """The column with the uncertainty of each variable that has one, None where it is the same for all records; and notes. `given`
    are variables that have a value.

    Raises AutodiffError where there is none at all, or where a name may mean two things.
    """
    wanted = {f"{SIGN}{variable}": variable for variable in variables}
    for one in variables:
        if one in wanted:
            known = {"name": one, "other": wanted[one]}
            message = say("'{name}' is a variable of the formula, and would be the uncertainty of '{other}'", **known)
            raise AutodiffError("E042", message, say("give it another name in the formula"))
    found, notes = dict[str, str | None](), list[str]()
    for column in header:
        variable = wanted.get(canonical(plain(column.strip())), "")
        if variable in found:
            message = say("{source} has two columns '{name}'", source=name, name=f"{SIGN}{variable}")
            raise AutodiffError("E051", message, say("give one of them another name"))
        if variable and variable not in given:
            found[variable] = column
        elif variable and variable not in asked.values:
            notes.append(say("'{name}' is given, and exact: the column '{column}' is not used", name=variable, column=column))
    found |= {wanted[one]: column for one, column in renamed.items() if one in wanted}
    found |= dict.fromkeys(one for one in asked.values if one in variables)
    if not found:
        known = {"name": variables[0], "column": f"{SIGN}{variables[0]}", "spelling": f"{SIGN}{variables[0]}=0.1"}
        hint = say("that of {name} is called {column}; {spelling} gives the same to all rows", **known)
        raise AutodiffError("E034", say("{source} has no column with the uncertainty of a variable", source=name), hint)
    asked.law.check(variables, [one for one in variables if one in found])
    return {one: found[one] for one in variables if one in found}, notes
