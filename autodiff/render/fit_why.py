"""Why the parameters of a fit are the best ones: at the optimum the gradient of the sum of squares vanishes, with the numbers."""

from __future__ import annotations

from typing import Any

from autodiff.messages import say, series
from autodiff.render.section import Section
from autodiff.solving.fitting.fit import Fit
from autodiff.writing.numbers import human

HEAD, TAIL, MOST = 4, 2, 3  # rows at the beginning and at the end, and parameters
TINY = 1e-6
"""A sum that is so small beside its terms is as good as 0."""


def first(fit: Fit) -> str:
    """Which row is explained."""
    return say("row {number} of {source}, before all of them:", number=int(fit.points.rows[0]), source=fit.points.about)


def section(fit: Fit, digits: int) -> Section:
    """The pull of each row on each parameter, and their sums."""
    names = fit.model.names[:MOST]
    heads = [say("row"), say("residual")]
    for name in names:
        heads += [f"∂f/∂{name}", say("product")]
    shown = [*range(fit.rows)] if fit.rows <= HEAD + TAIL + 1 else [*range(HEAD), -1, *range(fit.rows - TAIL, fit.rows)]
    pulls = _pulls(fit)
    body = [["…"] * len(heads) if k < 0 else _row(fit, pulls, k, digits) for k in shown]
    sums = [say("sum"), ""]
    for k in range(len(names)):
        whole = float(pulls[:, k].sum())
        sums += ["", "≈ 0" if abs(whole) <= TINY * abs(pulls[:, k]).sum() else human(whole, digits)]
    title = say("Why the sum is least here")
    return Section(title, heads, [*body, sums], [*_remarks(fit, pulls, digits)])


def _pulls(fit: Fit) -> Any:
    """Residual times slope, at each row and for each parameter; a robust loss weighs it down."""
    flat = fit.squares
    return -flat.r[:, None] * flat.jacobian


def _row(fit: Fit, pulls: Any, k: int, digits: int) -> list[str]:
    """A row: its residual, and for each parameter the slope of the fitted value and the product of the two."""
    end = fit.found.end
    cells = [str(int(fit.points.rows[k])), human(-float(end.r[k]), digits)]
    for slope, pull in zip(end.jacobian[k, :MOST], pulls[k]):
        cells += [human(float(slope), digits), human(float(pull), digits)]
    return cells


def _remarks(fit: Fit, pulls: Any, digits: int) -> list[str]:
    said = [
        say("the derivative of the sum of squares by a parameter is -2 times the sum of its products")
        if fit.loss == "linear"
        else say("the products are weighed by the loss {loss}: a residual far out counts less", loss=fit.loss)
    ]
    if fit.asked.sigma or fit.asked.weights:
        said.append(say("residuals and slopes are divided by sigma"))
    sums, sizes = (x.sum(axis=0)[fit.free] for x in (pulls, abs(pulls)))
    if (abs(sums) <= TINY * sizes).all():
        said.append(say("the products of rows above the curve and below it cancel: each sum is as good as 0"))
    held = [name for name, is_free in zip(fit.model.names, fit.free) if not is_free]
    if held:
        said.append(say("what a bound holds is pushed against it, and its sum is not 0: {names}", names=series(held)))
    return said + _beside(fit, digits)


def _beside(fit: Fit, digits: int) -> list[str]:
    """What a step off does to the sum of squares, either way."""
    if fit.method in ("robust", "orthogonal"):  # which make another sum least
        return []
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
