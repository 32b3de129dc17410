"""autodiff fit: the parameters of a formula from rows of data."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

from autodiff.errors import AutodiffError, needs
from autodiff.formula import parse
from autodiff.messages import say
from autodiff.solving.methods import LOSSES
from autodiff_cli import columns, console, fit_files, formats, progress, starts, values
from autodiff_cli.columns import From, Named
from autodiff_cli.commands import argument, choice, option
from autodiff_cli.evaluate import Digits, File, Force, Json, Values, formula_text
from autodiff_cli.exits import ExitCode, Stop
from autodiff_cli.fit_files import Output, Plot, Rest, To
from autodiff_cli.formats import lines, strict_json, terminal

if TYPE_CHECKING:
    from autodiff.render.fit import Report
    from autodiff.solving.fitting.fitting import Fitted, Manner
    from autodiff.solving.fitting.points import Asked
    from autodiff.study.explanation import Explanation

EXAMPLE = 'autodiff fit "a*(1 - exp(-b*x))" data.csv --target y a=500 b=0.0001'


def _plain(found: Report, digits: int) -> Iterable[str]:
    from autodiff.render import fit as render

    width = console.width()
    for line in render.plain(found, digits, width):
        yield from console.folded(line, width)


def _json(found: Report, _: int) -> Iterable[str]:
    from autodiff.render import fit as render

    return render.json(found)


def _tsv(found: Report, _: int) -> Iterable[str]:
    from autodiff.render import tsv

    return tsv.fit(found)


def _markdown(found: Report, digits: int) -> Iterable[str]:
    from autodiff.render import fit as render

    return render.in_markdown(found, digits)


def _latex(found: Report, digits: int) -> Iterable[str]:
    from autodiff.render import fit as render

    return render.in_latex(found, digits)


FORMATS = {
    "plain": lines(_plain), "tsv": terminal(_tsv), "json": strict_json(_json), "markdown": lines(_markdown), "latex": lines(_latex),
}  # fmt: skip


# The same, then an explanation of one row and of all


def _explained(found: Report, digits: int) -> Iterable[str]:
    from autodiff.render import explain, fit_why

    yield from (*_plain(found, digits), "", fit_why.first(found.fit))
    yield from console.told(explain.explanation(_one(found), digits, [fit_why.section(found.fit, digits)]))


def _outline(found: Report, digits: int) -> Iterable[str]:
    from autodiff.render import fit_why, outline

    yield from (*_markdown(found, digits), "", fit_why.first(found.fit), "")
    yield from outline.explanation(_one(found), digits, [fit_why.section(found.fit, digits)])


def _solution(found: Report, digits: int) -> Iterable[str]:
    from autodiff.render import fit_why, solution

    yield from (*_latex(found, digits), rf"{fit_why.first(found.fit)}\par")
    yield from solution.explanation(_one(found), digits, [fit_why.section(found.fit, digits)])


def _one(found: Report) -> Explanation:
    """The first row that counts, step by step."""
    from autodiff.study.explanation import explain

    model, points = found.fit.model, found.fit.points
    row = {name: float(column[0]) for name, column in points.columns.items()}
    sheet = model.formula.worksheet({**row, **model.fixed, **found.fit.parameters}, model.names)
    return explain(sheet, values.amount("--nudge", None), values.steps(values.USUAL["--steps"]))


EXPLAINED = {"plain": lines(_explained), "markdown": lines(_outline), "latex": lines(_solution)}

# fmt: off
Words    = Annotated[list[str] | None, argument("EXPR DATA... [name=start]... [name:=value]...",
                     "The formula in quotes, the files, and where parameters begin: a=1; b:=3 keeps b where it is.")]
Target   = Annotated[str | None, option("--target", "What the formula is fitted to: a column or a formula of them.", '"log(y)"')]
Sigma    = Annotated[str | None, option("--sigma", "The standard uncertainty of the target: a column or a formula of them.", "s")]
Weights  = Annotated[str | None, option("--weights", "What the squares are multiplied with: a column or a formula of them.", "w")]
Absolute = Annotated[bool, option("--absolute", "Take --sigma as it is, however the residuals scatter.")]
Distance = Annotated[bool, option("--orthogonal", "Predictors are uncertain too; a column u_x holds how much x is.")]
Bounds   = Annotated[str | None, option("--bounds", "The limits of parameters.", '"a>=0,b<=3"')]
Loss     = Annotated[str | None, choice("--loss", "A loss that outliers pull less than squares (linear, if left out).", LOSSES)]
Scale    = Annotated[str | None, option("--loss-scale", "From which residual on --loss grows slower; estimated if left out.", "S")]
Starts   = Annotated[str | None, option("--starts", "Try so many random starts beside the given one.", "N")]
Seed     = Annotated[str | None, option("--seed", "Which random starts; 1 if left out.", "N")]
Level    = Annotated[str | None, option("--level", "The level of intervals and bands; 0.95 if left out.", "0.95")]
Explain  = Annotated[bool, option("--explain", "Explain one row, and why the gradient vanishes at the optimum.")]
Format   = Annotated[str | None, choice("--format", "How to write the result; plain if left out.", FORMATS)]
# fmt: on


def fit(
    words: Words = None, target: Target = None, file: File = None, values_file: Values = None, renamed: Named = None,
    source: From = None, sigma: Sigma = None, weights: Weights = None, absolute: Absolute = False,
    orthogonal: Distance = False, bounds: Bounds = None,
    loss: Loss = None, scale: Scale = None, starts_: Starts = None, seed: Seed = None, level: Level = None,
    output: Output = None, to: To = None, plot: Plot = None, residuals: Rest = None, force: Force = False,
    explain: Explain = False, as_json: Json = False, format: Format = None, digits: Digits = "6",
) -> None:  # fmt: skip
    """Fit the parameters of a formula to rows of data, by least squares with the exact Jacobian.

    For example: autodiff fit "a*(1 - exp(-b*x))" data.csv --target y a=500 b=0.0001
    """
    text, rest = formula_text(list(words or []), file, EXAMPLE, paths=True)
    size, table = values.whole("--digits", digits, 17), EXPLAINED if explain else FORMATS
    form = formats.chosen(table, as_json, format, "--explain")
    asked = _asked(text, rest, source, target, sigma, weights, renamed, orthogonal)
    manner = _manner(asked, absolute, bounds, loss, scale, starts_, seed, level)
    files = fit_files.checked(fit_files.Files(output, to, plot, residuals, force), asked.paths)
    start, fixed, _ = starts.of(columns.parted(rest)[1], values_file, parse(text).names)
    if "-" in asked.paths:
        console.waits(console.RECORDS)
    with progress.bar(False, progress.STEPS) as told:
        from autodiff.solving.fitting.fitting import fitted

        found = fitted(asked, start, fixed, manner, told)
    files.save(found.fit)
    if found.fit.has_failed:
        table = FORMATS
    table[form](_report(found), size)
    if found.fit.has_failed:
        raise Stop(ExitCode.NO)


def _asked(
    text: str, rest: list[str], source: str | None, target: str | None, sigma: str | None, weights: str | None,
    renamed: list[str] | None, orthogonal: bool,
) -> Asked:  # fmt: skip
    """What is fitted to what."""
    inputs, _ = columns.parted(rest)
    if not inputs:
        raise AutodiffError("E043", say("there is no file of data"), say("write {spelling}; - is standard input", spelling=EXAMPLE))
    if target is None:
        message, tape = say("it is not said what the formula is fitted to"), parse(text).tape
        example = f"--target {tape.names.get(tape.output, 'y')}"
        raise AutodiffError("E043", message, say("write {spelling}", spelling=example))
    if sigma and weights:
        raise AutodiffError(
            "E042", say("--sigma and --weights exclude each other"), say("a weight is 1/sigma²; leave one of the two out")
        )
    from autodiff.solving.fitting.points import Asked

    return Asked(text, inputs, source, target, sigma or "", weights or "", columns.renamed(renamed or ()), orthogonal)


def _manner(
    asked: Asked, absolute: bool, bounds: str | None, loss: str | None, scale: str | None, more: str | None, seed: str | None,
    level: str | None,
) -> Manner:  # fmt: skip
    from autodiff.solving.fitting.fitting import Manner

    if asked.orthogonal and loss not in (None, "linear"):
        message = say("--orthogonal and --loss exclude each other")
        raise AutodiffError("E042", message, say("leave one of the two out"))
    if absolute and not (asked.sigma or (asked.orthogonal and not asked.weights)):
        raise AutodiffError(
            "E042", say("{option} is for --sigma", option="--absolute"), say("add --sigma, or leave --absolute out")
        )
    if scale is not None and loss in (None, "linear"):
        raise AutodiffError(
            "E042", say("{option} is for --loss", option="--loss-scale"), say("add --loss huber, or leave --loss-scale out")
        )
    if absolute and loss not in (None, "linear"):
        message = say("--absolute and --loss exclude each other")
        raise AutodiffError("E042", message, say("a robust loss measures the scatter itself; leave --absolute out"))
    if seed is not None and more is None:
        raise AutodiffError("E042", say("{option} is for --starts", option="--seed"), say("add --starts 20, or leave --seed out"))
    many = 0 if more is None else values.whole("--starts", more, 10**4)
    size = 0.0 if scale is None else values.amount("--loss-scale", scale)
    return Manner(
        values.amount("--level", level), absolute, loss or "linear", size, bounds or "", many,
        values.whole("--seed", seed or "1", 10**9 - 1),
    )  # fmt: skip


def _report(found: Fitted) -> Report:
    """With the measures that a fit can be judged by."""
    from autodiff.render.fit import Report
    from autodiff.solving.fitting.curvature import curvature
    from autodiff.solving.fitting.influence import influence

    fit = found.fit
    if fit.has_failed or not fit.can_be_judged or not fit.free.any():
        return Report(fit, {}, None, None)
    with needs("numpy").errstate(all="ignore"):
        return Report(fit, found.intervals, None if fit.asked.orthogonal else curvature(fit), influence(fit))
