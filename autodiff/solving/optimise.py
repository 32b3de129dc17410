"""SciPy's optimisers with our exact gradient and, where they use one, our Hessian; what came of it is judged here."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from autodiff.errors import AutodiffError, needs
from autodiff.messages import say, series
from autodiff.solving.bounds import Limits, arrived, kept, slope
from autodiff.solving.linear import eliminated
from autodiff.solving.methods import METHODS
from autodiff.solving.objective import Objective, Place, Told, started
from autodiff.solving.outcome import Outcome
from autodiff.solving.shape import is_minimum, promised, shape
from autodiff.solving.watching import Bottomless, Watched
from autodiff.writing.numbers import human

SETTINGS = {
    "BFGS": {"gtol": 1e-10}, "CG": {"gtol": 1e-10}, "L-BFGS-B": {"gtol": 1e-10, "ftol": 0.0, "maxfun": 10**6},
    "Newton-CG": {"xtol": 1e-12}, "SLSQP": {"ftol": 1e-16}, "TNC": {"gtol": 1e-10, "ftol": 0.0, "xtol": 0.0},
    "trust-constr": {"gtol": 1e-10, "xtol": 1e-14}, "trust-exact": {"gtol": 1e-10, "max_trust_radius": 1e9},
}  # fmt: skip
SMALL, FAR = 1e-6, 1e6
"""A gradient that counts as 0, relative to the value where that is large; and how far is far away."""
SAME = 1e-12  # how much a value may be above another, relative to it, for rounding
PRECISE = 1e-10  # by how much a value may still fall, relative to it
RESTARTS = 20
TRIED = 20  # points in an iteration of the one method that does not count these
HALVINGS = 20  # of the way, until a change that is still there is a jump
POLISHED = 3  # steps of Newton's method at the end
MANY = 100  # variables from which on the Hessian is too dear


def minimum(objective: Objective, start: Sequence[float], method: str, most: int, limits: Limits | None, told: Told) -> Outcome:
    """A minimum near the start; where no method is asked for, a second one goes on from where the first did not converge.

    Raises AutodiffError where there is no start, and for a method that has no bounds.
    """
    if method:
        return _by(objective, start, method, most, limits, told)
    found = _by(objective, start, _usual(len(objective.names), limits), most, limits, told)
    if found.condition not in ("limit", "kink", "domain") or (found.condition == "limit" and found.nit >= most):
        return found
    other = _by(objective, found.end.x, "trust-constr" if limits else "bfgs", most, limits, told)
    if other.has_failed and not other.end.value < found.end.value:
        return found
    return _joined(found, other)._replace(method=f"{found.method}, {other.method}")


def _by(objective: Objective, start: Sequence[float], method: str, most: int, limits: Limits | None, told: Told) -> Outcome:
    """The same with one method, which begins anew from where it stops, as long as that leads further down: what it has learned of
    the shape may be what stops it.
    """
    found = _once(objective, start, method, most, limits, told)
    for _ in range(RESTARTS):
        if found.condition != "limit" or found.nit >= most:
            break
        again = _once(objective, found.end.x, method, most - found.nit, limits, told)
        if not again.end.value < found.end.value - SAME * abs(found.end.value):
            break
        found = _joined(found, again)
    return found


def _joined(found: Outcome, later: Outcome) -> Outcome:
    """A search that went on from where another one ended."""
    return later._replace(start=found.start, nit=found.nit + later.nit, nfev=found.nfev + later.nfev)


def _once(objective: Objective, start: Sequence[float], method: str, most: int, limits: Limits | None, told: Told) -> Outcome:
    """The same without beginning anew."""
    name, is_second, may_bound = METHODS[method]
    if limits and not may_bound:
        message = say("--method {method} knows no bounds", method=method)
        fit = series([one for one in METHODS if METHODS[one][2]])
        raise AutodiffError("E042", message, say("leave --bounds out, or choose one of {names}", names=fit))
    needs("scipy")
    optimize = needs("scipy.optimize")
    first = started(objective, start)
    watched, done = Watched(objective, first, told), False
    watched.has_radius = name == "trust-exact"
    try:
        asked = {**SETTINGS[name], "maxiter": most, **({"maxfun": TRIED * most} if name == "TNC" else {})}
        with needs("numpy").errstate(all="ignore"), _quiet():
            found = optimize.minimize(
                watched.value, [*start], jac=watched.gradient, hess=watched.hessian if is_second else None, method=name,
                bounds=limits, options=asked, callback=watched.step,
            )  # fmt: skip
        watched.steps, done = int(found.nit), bool(found.success)
        at = objective.at(kept([*map(float, found.x)], limits))
    except (ValueError, ArithmeticError):  # what SciPy makes of a step of no length, as at a kink
        at = watched.best
    except Bottomless:
        message = say("{name} falls below all numbers: it has no minimum", name=objective.output)
        return _outcome(watched, method, first, watched.best, "unbounded", message)
    end = at if at.is_finite and at.value - watched.best.value <= SAME * abs(watched.best.value) else watched.best
    end = _polished(objective, end) if is_second and not limits else end
    return _outcome(watched, method, first, end, *_judged(objective, first, end, limits, done, watched.steps >= most))


def _outcome(watched: Watched, method: str, first: Place, end: Place, condition: str, message: str) -> Outcome:
    return Outcome(
        watched.objective, method, first, end, [], watched.steps, watched.calls, not condition, message, condition, bool(condition)
    )


def _polished(objective: Objective, end: Place) -> Place:
    """The same point, to the digits that the gradient knows and the value does not."""
    for _ in range(POLISHED):
        step = eliminated(objective.second(end.x), [-g for g in end.gradient]) if end.norm else None
        after = None if step is None else objective.at([x + move for x, move in zip(end.x, step)])
        if after is None or not after.norm < end.norm or not after.value - end.value <= SAME * abs(end.value):
            return end
        end = after
    return end


def _usual(variables: int, limits: Limits | None) -> str:
    return "l-bfgs-b" if limits or variables > MANY else "trust-exact"


def _judged(objective: Objective, first: Place, end: Place, limits: Limits | None, done: bool, is_late: bool) -> tuple[str, str]:
    """A word for what went wrong, if anything did, and the sentence."""
    size, name = slope(end, limits), objective.output
    if not slope(first, limits) and end.x == first.x and not is_minimum(objective, first) and not limits:
        return "flat", say("the gradient is 0 at the start, so that nothing moves: {shape}", shape=shape(objective, first))
    if size > SMALL and _is_far(first, end):
        return "unbounded", say("{name} falls without end, as far as can be seen: it may have no minimum", name=name)
    if size <= SMALL * max(1.0, abs(end.value)):
        if slope(first, limits) <= SMALL and not is_minimum(objective, end) and not limits:
            return "flat", say("the gradient is only {size} at the start: it is flat there", size=human(first.norm, 3))
        return "", arrived(end, limits)
    if not _beside(objective, end, 1e-6).is_finite:
        return "domain", say("the formula ends here: a step further down there is no value, or no gradient")
    if _is_at_a_kink(objective, end):
        return "kink", say("the gradient jumps here: this is a kink, where no method that follows the gradient can be sure")
    if promised(objective, end) <= PRECISE * abs(end.value):
        return "", say("no step lowers {name} in its first ten digits; the gradient is {size}", name=name, size=human(size, 3))
    if is_late:
        return "limit", say("no end after so many iterations; the gradient is still {size}", size=human(size, 3))
    if done and is_minimum(objective, end):
        return "", arrived(end, limits)
    return "limit", say("no step leads further down, and the gradient is still {size}", size=human(size, 3))


def _is_far(first: Place, end: Place) -> bool:
    """Whether the search ran away."""
    return end.value < first.value and max(map(abs, end.x)) > FAR * (1 + max(map(abs, first.x)))


def _beside(objective: Objective, end: Place, size: float) -> Place:
    """The numbers a little further down."""
    step = size * (1 + math.hypot(*end.x)) / end.norm
    return objective.at([x - step * g for x, g in zip(end.x, end.gradient)])


def _is_at_a_kink(objective: Objective, end: Place) -> bool:
    """Whether the gradient changes at one point beside this one, and not on the way there."""
    if any(status == "kink" for status, _ in end.status.values()):
        return True
    one, other = (_beside(objective, end, size) for size in (-1e-4, 1e-4))
    whole = math.dist(one.gradient, other.gradient)
    for _ in range(HALVINGS):
        middle = objective.at([(a + b) / 2 for a, b in zip(one.x, other.x)])
        is_first = math.dist(one.gradient, middle.gradient) > math.dist(middle.gradient, other.gradient)
        one, other = (one, middle) if is_first else (middle, other)
    return math.dist(one.gradient, other.gradient) > 0.4 * whole > 0.2 * end.norm


def _quiet() -> Any:
    """SciPy warns of what is judged here."""
    import warnings

    return warnings.catch_warnings(action="ignore")
