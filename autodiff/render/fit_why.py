"""Why the parameters of a fit are the best ones: at the optimum the gradient of the sum of squares vanishes, with the numbers."""

from __future__ import annotations

from typing import Any

from autodiff.messages import say
from autodiff.render.section import Section
from autodiff.solving.fitting.fit import Fit
from autodiff.writing.numbers import human

HEAD, TAIL, MOST = 4, 2, 3  # rows at the beginning and at the end, and parameters
TINY = 1e-9
"""A sum that is so small beside its terms is 0."""


def first(fit: Fit) -> str:
    """Which row is explained."""
    return say("row {number} of {source}, before all of them:", number=int(fit.points.rows[0]), source=fit.points.about)


def section(fit: Fit, digits: int) -> Section:
    """The pull of each row on each parameter, and their sums."""
    end, names = fit.found.end, fit.model.names[:MOST]
    heads = [say("row"), say("residual")]
    for name in names:
        heads += [f"∂f/∂{name}", say("product")]
    shown = [*range(fit.rows)] if fit.rows <= HEAD + TAIL + 1 else [*range(HEAD), -1, *range(fit.rows - TAIL, fit.rows)]
    body = [["…"] * len(heads) if k < 0 else _row(fit, k, digits) for k in shown]
    pulls = end.r[:, None] * end.jacobian
    sums = [say("sum"), ""]
    for k in range(len(names)):
        whole = -float(pulls[:, k].sum())
        sums += ["", "≈ 0" if abs(whole) <= TINY * abs(pulls[:, k]).sum() else human(whole, digits)]
    title = say("Why the sum of squares is least here")
    return Section(title, heads, [*body, sums], [*_remarks(fit, pulls, digits)])


def _row(fit: Fit, k: int, digits: int) -> list[str]:
    """A row: its residual, and for each parameter the slope of the fitted value and the product of the two."""
    end = fit.found.end
    cells = [str(int(fit.points.rows[k])), human(-float(end.r[k]), digits)]
    for slope in end.jacobian[k, :MOST]:
        cells += [human(float(slope), digits), human(-float(end.r[k] * slope), digits)]
    return cells


def _remarks(fit: Fit, pulls: Any, digits: int) -> list[str]:
    said = [say("the derivative of the sum of squares by a parameter is -2 times the sum of its products")]
    if fit.asked.sigma or fit.asked.weights:
        said.append(say("residuals and slopes are divided by sigma"))
    sizes = abs(pulls).sum(axis=0)
    sums = abs(pulls.sum(axis=0))
    if all(a <= TINY * b for a, b in zip(sums, sizes)):
        said.append(say("the products of rows above the curve and below it cancel: each sum is 0, up to rounding"))
    said += _beside(fit, digits)
    return said


def _beside(fit: Fit, digits: int) -> list[str]:
    """What a step off does to the sum, either way."""
    name, error = next(((name, error) for name, error in fit.std_errors.items() if error == error), ("", 0.0))
    if not error:
        return []
    sums = []
    for sign in (-1, 1):
        x = fit.found.end.x.copy()
        x[fit.model.names.index(name)] += sign * error
        sums.append(human(fit.model.at(x).sum, digits))
    return [
        say(
            "with {name} a standard error lower or higher, and the others as they are, the sum is {below} or {above}, not {least}",
            name=name, below=sums[0], above=sums[1], least=human(fit.chi_squared, digits),
        )
    ]  # fmt: skip
