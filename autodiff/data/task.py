"""What is asked of every record of a file, and how that meets the columns of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from autodiff.data import spread
from autodiff.data.spread import SIGN, Spread
from autodiff.errors import AutodiffError, FormulaError, suggestion
from autodiff.formula import Formula, parse
from autodiff.messages import say, series
from autodiff.passes.registers import Key
from autodiff.reading.source import plain
from autodiff.reading.unfit import refuse_surplus, refuse_unknown
from autodiff.tape import Tape, canonical
from autodiff.writing.names import output_name

SHOWN = 12  # columns of a file that a message lists


class Task(NamedTuple):
    """Plain data, which can be sent to another process. `renamed` are columns by variable; `reduce` is "mean", "sum" or nothing;
    `status` is the name of a column for statuses, or nothing; `limit` is how many records are judged one by one at most.
    """

    text: str
    values: Mapping[str, float]
    renamed: Mapping[str, str] = {}
    wrt: tuple[str, ...] | None = None
    hessian: bool = False
    value_only: bool = False
    prefix: str = ""
    errors: str = "keep"
    status: str = ""
    engine: str = "auto"
    limit: int = 1000
    reduce: str = ""
    spread: Spread | None = None


class Plan(NamedTuple):
    """A task for files with certain columns: `fixed` are values from the command line, `columns` those that vary, by variable;
    `spread` are the columns of their uncertainties, and `unseen` are derivatives that are not written.
    """

    task: Task
    formula: Formula
    fixed: dict[str, float]
    columns: dict[str, str]
    wrt: tuple[str, ...]
    output: str
    tape: Tape
    notes: list[str]
    spread: Mapping[str, str | None] = {}
    unseen: frozenset[str] = frozenset()

    @property
    def wanted(self) -> frozenset[str]:
        """What is looked for among the columns: variables, and their uncertainties."""
        return frozenset([*self.columns, *(f"{SIGN}{name}" for name, column in self.spread.items() if column is not None)])

    @property
    def keys(self) -> list[Key]:
        """What the derivatives are called within."""
        first: list[Key] = [*self.wrt]
        return first + [(a, b) for k, a in enumerate(self.wrt) for b in self.wrt[k:]] if self.task.hessian else first

    def column(self, key: Key | None) -> str:
        """The name of a new column: of the value for None, else of a derivative."""
        name = self.output if key is None else f"d{key}" if isinstance(key, str) else f"d{key[0]}_d{key[1]}"
        return self.task.prefix + name

    @property
    def shown(self) -> list[Key]:
        """What the derivatives are called that are written."""
        return [key for key in self.keys if self.unseen.isdisjoint([key] if isinstance(key, str) else key)]

    @property
    def uncertainty(self) -> str:
        """The name of the column with the uncertainty of the output, where it is asked for."""
        return f"{self.task.prefix}{SIGN}{self.output}" if self.spread else ""

    @property
    def new(self) -> list[str]:
        """The names of all new columns, in order."""
        status = [self.task.prefix + self.task.status] if self.task.status else []
        return [self.column(None), *filter(None, [self.uncertainty]), *map(self.column, self.shown), *status]


def planned(task: Task, header: Sequence[str], name: str, may_be_constant: bool = False) -> Plan:
    """The task for a file with this header; `name` is what messages call the file.

    Raises AutodiffError where a variable has neither column nor value, or where names do not fit.
    """
    formula = parse(task.text)
    found = _columns(task, formula, header, name)
    both = [variable for variable in found if variable in task.values]
    varying = {variable: column for variable, column in found.items() if variable not in task.values}
    try:
        tape, used, notes = formula.bind({**varying, **task.values}, None, [*varying])
    except FormulaError as error:
        if error.missing:
            error.hint = say("{hint}; {columns}", hint=error.hint, columns=_listed(header, name))
        raise
    columns = {variable: varying[variable] for variable in used if variable in varying}
    if not columns and not may_be_constant:
        message = say("no variable of the formula is a column of {source}", source=name)
        given = next((one for one in both if one in used), "")
        raise AutodiffError("E034", message, say("leave {name}=… out", name=given) if given else _listed(header, name))
    notes += [
        say("'{name}' is given and a column too: the value that is given counts", name=variable)
        for variable in both
        if variable in used
    ]
    output = output_name(tape)
    fixed = {variable: float(task.values[variable]) for variable in used if variable in task.values}
    uncertain, said = dict[str, str | None](), list[str]()
    if task.spread is not None:
        uncertain, said = spread.columns(task.spread, task.values, task.renamed, used, header, name)
    wrt = _wrt(task, used, fixed)
    unseen = [variable for variable in uncertain if variable not in wrt]
    return Plan(task, formula, fixed, columns, (*wrt, *unseen), output, tape, [*notes, *said], uncertain, frozenset(unseen))


def _columns(task: Task, formula: Formula, header: Sequence[str], name: str) -> dict[str, str]:
    """The columns that may matter, by variable."""
    refuse_surplus(
        formula.text, formula.tape, (one for one in task.renamed if not spread.is_known(one, formula.names, task.spread)),
        formula.variables,
    )  # fmt: skip
    found: dict[str, str] = {}
    for column in header:
        variable = canonical(plain(column.strip()))
        if variable not in formula.names or variable in task.renamed:
            continue
        if variable in found:
            message = say("{source} has two columns '{name}'", source=name, name=variable)
            raise AutodiffError("E051", message, say("rename one of them, or give {name}=… after the formula", name=variable))
        found[variable] = column
    for variable, column in task.renamed.items():
        if column not in header:
            near = suggestion(column, header)
            message = say("{source} has no column '{name}'", source=name, name=column)
            raise AutodiffError("E034", message, say("did you mean '{near}'?", near=near) if near else _listed(header, name))
        if variable in formula.names:
            found[variable] = column
    return found


def _wrt(task: Task, used: Sequence[str], fixed: Mapping[str, float]) -> tuple[str, ...]:
    """The variables to differentiate by: of a sum over records, those that are the same for all of them."""
    if task.value_only:
        return ()
    if task.wrt is None:
        return tuple(fixed) if task.reduce else tuple(used)
    refuse_unknown(task.wrt, used)
    for name in task.wrt if task.reduce else ():
        if name not in fixed:
            message = say("'{name}' is a column, which --reduce sums over", name=name)
            raise AutodiffError("E042", message, say("name parameters in --wrt, or leave --reduce out"))
    return task.wrt


def kept(choice: Sequence[str] | None, header: Sequence[str], new: Sequence[str], name: str) -> list[str]:
    """The columns of the input that are written: all for None. Raises AutodiffError where a new one has the name of one of them."""
    chosen = [*header] if choice is None else [*choice]
    for column in chosen:
        if column not in header:
            near = suggestion(column, header)
            message = say("{source} has no column '{name}'", source=name, name=column)
            raise AutodiffError("E034", message, say("did you mean '{near}'?", near=near) if near else _listed(header, name))
    for column in new:
        if column in chosen:
            message = say("{source} has a column '{name}' already", source=name, name=column)
            raise AutodiffError("E042", message, say("add --prefix my_, or leave that column out with --keep"))
    return chosen


def _listed(header: Sequence[str], name: str) -> str:
    """The columns of a file, in a sentence."""
    return say(
        "the columns of {source} are {names}", source=name, names=series([*header[:SHOWN], *(["…"] if len(header) > SHOWN else [])])
    )
