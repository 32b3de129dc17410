"""The rows of a fit: the columns of files that its formulas need, read once, those with an empty cell left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from autodiff.data import job
from autodiff.data.task import Plan, Task, kept, planned
from autodiff.errors import AutodiffError, FormulaError, needs
from autodiff.formula import parse
from autodiff.messages import count, say, series
from autodiff.reading.unfit import refuse_surplus

OWN = "u_"
"""What the column of the standard uncertainty of a predictor begins with."""


class Asked(NamedTuple):
    """What is fitted to what, as the user wrote it: formulas of the columns of `paths`. `sigma` and `weights` may be empty; with
    `orthogonal` a column u_x is the standard uncertainty of x.
    """

    text: str
    paths: Sequence[str]
    kind: str | None
    target: str
    sigma: str = ""
    weights: str = ""
    renamed: Mapping[str, str] = {}
    orthogonal: bool = False

    @property
    def texts(self) -> dict[str, str]:
        """The formulas of columns alone, by the option that gives them."""
        texts = {"--target": self.target, "--sigma": self.sigma, "--weights": self.weights}
        return {name: text for name, text in texts.items() if text}


class Points(NamedTuple):
    """Rows that count. `columns` are arrays by predictor, `y` is the target, `sigma` its standard uncertainty or what is
    proportional to it, `spread` those of predictors; `rows` are their numbers, from 1; `plan` is the model as it was read, `asked`
    the question with all that the columns tell.
    """

    columns: dict[str, Any]
    y: Any
    sigma: Any
    spread: dict[str, Any]
    rows: Any
    about: str
    plan: Plan
    notes: list[str]
    asked: Asked


_Header = tuple[Mapping[str, str], Sequence[str], str]  # the columns that are wanted, all of them, and the file


def read(asked: Asked, given: Mapping[str, float]) -> Points:
    """The rows of the files. `given` are the parameters, with their starts.

    Raises AutodiffError for a column that is not there, and for a cell that holds no number.
    """
    numpy = needs("numpy")
    files = job.made(asked.paths, asked.kind, None, None, None, False).files()
    pieces: list[tuple[dict[str, Any], Any]] = []
    headers: list[_Header] = []
    notes: dict[str, None] = {}
    for file in files:
        with file.open() as source:
            asked, said = with_uncertainties(asked, source.names, file.name)
            plan, wanted = _wanted(asked, given, source.names, file.name)
            headers.append((wanted, source.names, file.name))
            _check_alike(headers[0], headers[-1])
            notes |= dict.fromkeys([*plan.notes, *said, *_unused(asked, plan, source.names, wanted)])
            for batch in source.batches():
                found = {column: batch.numbers(column) for column in {*wanted.values()}}
                lacks = numpy.zeros(batch.height, bool)
                for numbers in found.values():
                    lacks[[*numbers.missing]] = True
                pieces.append(({name: numpy.asarray(found[column].values, float) for name, column in wanted.items()}, lacks))
    lacks = numpy.concatenate([lacks for _, lacks in pieces] or [numpy.zeros(0, bool)])
    whole = {name: numpy.concatenate([piece[name] for piece, _ in pieces] or [numpy.zeros(0)])[~lacks] for name in wanted}
    about = series([file.name for file in files])
    return _computed(asked, plan, whole, numpy.flatnonzero(~lacks) + 1, about, [*notes, *_empty(int(lacks.sum()))])


def _check_alike(one: _Header, other: _Header) -> None:
    """Raise AutodiffError for a column that is wanted of one file and that another has not."""
    for (wanted, _, _), (found, header, name) in ((one, other), (other, one)):
        kept([column for variable, column in wanted.items() if variable not in found], header, [], name)


def with_uncertainties(asked: Asked, header: Sequence[str], name: str) -> tuple[Asked, list[str]]:
    """For orthogonal distances: --sigma from the column u_y of a target y, unless it is given; and notes.

    Raises AutodiffError where nothing tells the uncertainty of the target: then the unit of the target would decide the fit.
    """
    target = asked.renamed.get(asked.target, asked.target)
    if not asked.orthogonal or asked.sigma or asked.weights:
        return asked, []
    if OWN + target not in header:
        message = say("--orthogonal needs the uncertainty of the target too: else its unit would decide the fit")
        column = OWN + (target if target.isidentifier() else "y")
        raise AutodiffError("E042", message, say("add a column {name}, or --sigma with a column or a number", name=column))
    own = OWN + asked.target
    note = say("--sigma is the column {name} of {source}", name=OWN + target, source=name)
    return asked._replace(sigma=own, renamed={**asked.renamed, own: OWN + target}), [note]


def _unused(asked: Asked, plan: Plan, header: Sequence[str], wanted: Mapping[str, str]) -> list[str]:
    """A note on uncertainties of predictors that nothing takes."""
    own = [OWN + column for column in plan.columns.values()]
    names = [column for column in own if column in header and column not in wanted.values()]
    said = say("not used without --orthogonal, the uncertainty of a predictor: {names}", names=series(names))
    return [said] if names and not asked.orthogonal else []


def _empty(rows: int) -> list[str]:
    said = count(rows, "one row has an empty cell and is left out", "{number} rows have an empty cell and are left out")
    return [said] if rows else []


def _wanted(asked: Asked, given: Mapping[str, float], header: Sequence[str], file: str) -> tuple[Plan, dict[str, str]]:
    """The model, and the columns to read by the name that formulas call them."""
    names = {text: parse(text).names for text in (asked.text, *asked.texts.values())}
    known = {name for found in names.values() for name in found}
    model = parse(asked.text)
    refuse_surplus(model.text, model.tape, (name for name in asked.renamed if name not in known), model.variables)
    plans = []
    for text, found in names.items():
        renamed = {name: column for name, column in asked.renamed.items() if name in found}
        try:
            plans.append(planned(Task(text, given if text == asked.text else {}, renamed), header, file, may_be_constant=True))
        except FormulaError as error:
            if text != asked.text:  # what is of columns alone has no values to give
                kept(error.missing, header, [], file)
            raise
    wanted = {name: column for plan in plans for name, column in plan.columns.items()}
    if asked.orthogonal:
        wanted |= {OWN + name: OWN + column for name, column in plans[0].columns.items() if OWN + column in header}
    return plans[0], wanted


def _computed(asked: Asked, plan: Plan, whole: Mapping[str, Any], rows: Any, about: str, notes: list[str]) -> Points:
    """The target and its uncertainty, as numbers."""
    numpy = needs("numpy")
    y = _formula("--target", asked.target, whole, rows)
    sigma = numpy.ones(len(rows))
    if asked.sigma:
        sigma = _formula("--sigma", asked.sigma, whole, rows)
        _check(sigma > 0, rows, say("--sigma: the uncertainty in row {row} is not above 0"))
    if asked.weights:
        weights = _formula("--weights", asked.weights, whole, rows)
        _check(weights >= 0, rows, say("--weights: the weight in row {row} is below 0"))
        sigma = numpy.where(weights > 0, 1 / numpy.sqrt(numpy.where(weights > 0, weights, 1)), numpy.inf)
    spread = {name: whole[OWN + name] for name in plan.columns if OWN + name in whole}
    for name, values in spread.items():
        message = say("u_{name}: row {row} holds no standard uncertainty", name=name, row="{row}")
        _check((values >= 0) & numpy.isfinite(values), rows, message)
    counts = numpy.isfinite(sigma)
    columns = {name: numpy.broadcast_to(whole[name], rows.shape)[counts] for name in plan.columns}
    for name, values in columns.items():
        _check(numpy.isfinite(values), rows[counts], say("{name} is no finite number in row {row}", name=name, row="{row}"))
    spread = {name: values[counts] for name, values in spread.items()}
    return Points(columns, y[counts], sigma[counts], spread, rows[counts], about, plan, notes, asked)


def _formula(option: str, text: str, whole: Mapping[str, Any], rows: Any) -> Any:
    """A formula of columns, at all rows."""
    numpy, formula = needs("numpy"), parse(text)
    _, used, _ = formula.bind(whole, None, [*whole])
    found = numpy.broadcast_to(formula.vectorized({name: whole[name] for name in used}, wrt=[]).value, rows.shape).astype(float)
    message = say("{option}: {text} has no finite value in row {row}", option=option, text=text, row="{row}")
    _check(numpy.isfinite(found), rows, message)
    return found


def _check(fine: Any, rows: Any, message: str) -> None:
    """Raise AutodiffError for the first row that is not fine."""
    if not fine.all():
        wrong = rows[~fine]
        hint = say("mend the cell, or empty it: then the row is left out")
        raise AutodiffError("E051", message.replace("{row}", str(int(wrong[0]))), hint)
