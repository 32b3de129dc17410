"""autodiff minimize: where a formula is least, by its exact derivatives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated

from autodiff.data.choices import REDUCTIONS
from autodiff.errors import AutodiffError
from autodiff.formula import parse
from autodiff.messages import say
from autodiff.solving.methods import DESCENT, METHODS
from autodiff_cli import columns, console, formats, progress, starts, values
from autodiff_cli.columns import From, Named
from autodiff_cli.commands import argument, choice, option
from autodiff_cli.evaluate import Digits, File, Force, Json, Values, formula_text
from autodiff_cli.exits import ExitCode, Stop
from autodiff_cli.formats import after, lines, strict_json, terminal

if TYPE_CHECKING:
    from autodiff.solving.objective import Objective
    from autodiff.solving.outcome import Outcome
    from autodiff.study.explanation import Explanation

EXAMPLE = 'autodiff minimize "(x - 1)^2 + (y + 2)^2" x=0 y=0'


def _plain(found: Outcome, _: str, digits: int, explained: Explanation | None, is_explained: bool) -> Iterable[str]:
    from autodiff.render import minimum

    columns = console.width()
    for line in minimum.plain(found, digits, columns, explained, is_explained):
        yield from console.folded(line, columns)


def _json(found: Outcome, text: str, _: int, explained: Explanation | None, is_explained: bool) -> Iterable[str]:
    from autodiff.render import minimum

    return minimum.json(found, text, explained)


def _markdown(found: Outcome, _: str, digits: int, explained: Explanation | None, is_explained: bool) -> Iterable[str]:
    from autodiff.render import minimum

    return minimum.in_markdown(found, digits, explained, is_explained)


def _latex(found: Outcome, _: str, digits: int, explained: Explanation | None, is_explained: bool) -> Iterable[str]:
    from autodiff.render import minimum

    return minimum.in_latex(found, digits, explained, is_explained)


def _tsv(found: Outcome, _: str, digits: int, explained: Explanation | None, is_explained: bool) -> Iterable[str]:
    from autodiff.render import tsv

    return tsv.minimum(found)


EXPLAINED = {"plain": lines(_plain), "json": strict_json(_json), "markdown": lines(_markdown), "latex": lines(_latex)}
FORMATS = after(EXPLAINED, "plain", tsv=terminal(_tsv))

# fmt: off
Words   = Annotated[list[str] | None, argument("EXPR [name=start]... [name:=value]...",
                    "The formula in quotes, or - for standard input; then where to begin: x=1; a:=100 keeps a where it is.")]
Method  = Annotated[str | None, choice("--method",
                    "How to search: gradient-descent (which shows every step), bfgs, cg, l-bfgs-b, newton-cg, slsqp, tnc, "
                    "trust-constr or trust-exact; if left out, trust-exact, or l-bfgs-b with bounds or more than 100 variables.",
                    (DESCENT, *METHODS))]
Rate    = Annotated[str | None, option("--rate", "How far gradient descent goes: this times the gradient; 0.1 if left out.", "0.1")]
Number  = Annotated[str | None,
                    option("--iterations", "How many steps at most; if left out, 100 of gradient descent, else 1000.", "N")]
Data    = Annotated[list[str] | None,
                    option("--data", "Take the mean of the formula over the rows of a file. May be repeated.", "FILE")]
Reduce  = Annotated[str | None, choice("--reduce", "What is taken over the rows of --data; the mean if left out.", REDUCTIONS)]
Bounds  = Annotated[str | None, option("--bounds", "The limits of variables.", '"x>=0,y<=3"')]
Shown   = Annotated[bool, option("--explain", "Show the first step of gradient descent with its numbers.")]
Plot    = Annotated[str | None, option("--plot", "Draw the curve of gradient descent into a file.", "FILE.svg")]
Format  = Annotated[str | None, choice("--format", "How to write the result; plain if left out.", FORMATS)]
# fmt: on


def minimize(
    words: Words = None, file: File = None, values_file: Values = None, data: Data = None, source: From = None,
    renamed: Named = None, reduce: Reduce = None, bounds: Bounds = None, method: Method = None, rate: Rate = None,
    iterations: Number = None, explain: Shown = False, plot: Plot = None, force: Force = False, as_json: Json = False,
    format: Format = None, digits: Digits = "6",
) -> None:  # fmt: skip
    """Find where a formula is least, by its exact derivatives.

    For example: autodiff minimize "(x - 1)^2 + (y + 2)^2" x=0 y=0

    Over a file: autodiff minimize "(w*x + b - y)^2" w=0 b=0 --data data.csv --reduce mean
    """
    text, rest = formula_text(list(words or []), file, EXAMPLE)
    table = EXPLAINED if explain else FORMATS
    size, write = values.whole("--digits", digits, 17), table[formats.chosen(table, as_json, format, "--explain")]
    is_descent = method == DESCENT
    for name, given in (("--rate", rate is not None), ("--explain", explain), ("--plot", plot is not None)):
        if given and not is_descent:
            message = say("{option} is for gradient descent", option=name)
            raise AutodiffError("E042", message, say("add --method gradient-descent, or leave {option} out", option=name))
    _check(plot, force)
    speed, many = (
        values.amount("--rate", rate),
        values.whole("--iterations", iterations or ("100" if is_descent else "1000"), 10**6),
    )
    start, fixed, from_file = starts.of(rest, values_file, parse(text).names)
    objective = _objective(text, start, fixed, from_file, data, source, reduce, renamed)
    found = _found(objective, start, None if is_descent else method or "", speed, many, bounds)
    if plot is not None:
        from autodiff.render import minimum
        from autodiff_cli import files

        files.save(plot, minimum.picture(found), force)
    write(found, text, size, _explained(found) if explain else None, explain)
    if found.has_failed:
        raise Stop(ExitCode.NO)


def _check(plot: str | None, force: bool) -> None:
    """Refuse a picture that cannot be written, before any work."""
    if force and plot is None:
        raise AutodiffError("E042", say("--force is for --plot"), say("add --plot FILE.svg, or leave --force out"))
    if plot is not None and not plot.lower().endswith(".svg"):
        message = say("--plot: the name of the file must end in .svg")
        raise AutodiffError("E042", message, say("write {spelling}", spelling="--plot loss.svg"))
    if plot is not None:
        from autodiff.data import places

        places.check(plot, force)


def _objective(
    text: str, start: Mapping[str, float], fixed: Mapping[str, float], surplus: Sequence[str], data: Sequence[str] | None,
    source: str | None, reduce: str | None, renamed: Sequence[str] | None,
) -> Objective:  # fmt: skip
    if data:
        if "-" in data:
            console.waits(console.RECORDS)
        from autodiff.solving.over_rows import OverRows

        return OverRows(text, data, source, reduce or "mean", start, fixed, columns.renamed(renamed or ()))
    for name, given in (("--reduce", reduce), ("--from", source), ("--name", renamed)):
        if given is not None:
            message = say("{option} is for --data", option=name)
            raise AutodiffError("E042", message, say("add --data FILE, or leave {option} out", option=name))
    from autodiff.solving.objective import OfFormula

    return OfFormula(parse(text), start, fixed, surplus)


def _found(
    objective: Objective, start: Mapping[str, float], method: str | None, rate: float, many: int, bounds: str | None
) -> Outcome:
    """What SciPy finds with a method; or gradient descent for None."""
    from autodiff.solving import bounds as limits

    begin = [start[name] for name in objective.names]
    between = None if bounds is None else limits.read(bounds, objective.names, begin)
    with progress.bar(False, progress.STEPS) as told:
        if method is None:
            from autodiff.solving.descent import descend

            return descend(objective, begin, rate, many, between, told)
        from autodiff.solving.optimise import minimum

        return minimum(objective, begin, method, many, between, told)


def _explained(found: Outcome) -> Explanation | None:
    """The start step by step; there is no single one where a file is summed over."""
    sheet = found.objective.sheet(found.start.x)
    if sheet is None:
        return None
    from autodiff.study.explanation import explain

    return explain(sheet, values.amount("--nudge", None), values.steps(None))
