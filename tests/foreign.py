"""JAX, PyTorch and SymPy as algebras that read our tape, and how each differentiates; they are imported where they are used."""

from __future__ import annotations

import math
import operator
import sys
from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any, NamedTuple

Functions = Mapping[str, Callable[..., Any]]
ERROR = "error"

OPERATORS: Functions = {
    "add": operator.add, "sub": operator.sub, "mul": operator.mul, "div": operator.truediv, "neg": operator.neg,
    "copy": lambda x: x, "pow": operator.pow, "lt": operator.lt, "le": operator.le, "gt": operator.gt, "ge": operator.ge,
    "eq": operator.eq, "ne": operator.ne, "and": operator.and_, "or": operator.or_,
}  # fmt: skip


class Foreign(NamedTuple):
    """The algebra of a peer. It sees both branches of an `if`, as its `where` does."""

    functions: Functions
    number: Callable[[float], Any]
    formulas: str = "exact"

    def lift(self, value: float, text: str = "") -> Any:
        return self.number(value)

    def truth(self, value: Any) -> None:
        return None


def exact(value: float) -> float | int:
    """A number as people write it in Python: 2, not 2.0."""
    return int(value) if math.isfinite(value) and value == int(value) else value


# JAX ------------------------------------------------------------------------------------------------------------------


def jax_algebra() -> Foreign:
    import jax
    import jax.numpy as jnp
    from jax.scipy import special

    jax.config.update("jax_enable_x64", True)
    same = "exp expm1 log log2 log10 log1p sqrt cbrt sin cos tan sinh cosh tanh logaddexp abs sign floor ceil round mod clip"
    functions = {
        **OPERATORS,
        **{name: getattr(jnp, name) for name in same.split()},
        **{name: getattr(jnp, f"arc{name[1:]}") for name in ["asin", "acos", "atan", "atan2", "asinh", "acosh", "atanh"]},
        "sigmoid": jax.nn.sigmoid, "softplus": jax.nn.softplus, "relu": jax.nn.relu, "step": lambda x: jnp.heaviside(x, 1.0),
        "sinc": lambda x: jnp.sinc(x / jnp.pi), "logsumexp": lambda *args: jax.nn.logsumexp(jnp.array(args)),
        "max": lambda *args: jnp.maximum(*args) if len(args) == 2 else jnp.max(jnp.array(args)),
        "min": lambda *args: jnp.minimum(*args) if len(args) == 2 else jnp.min(jnp.array(args)),
        "hypot": lambda *args: reduce(jnp.hypot, args), "erf": special.erf, "erfc": special.erfc, "gamma": special.gamma,
        "lgamma": special.gammaln, "digamma": special.digamma, "polygamma": special.polygamma,
        "not": jnp.logical_not, "if": jnp.where,
    }  # fmt: skip
    return Foreign(functions, exact)


def by_jax(function: Callable[[Mapping[str, Any]], Any], at: Mapping[str, float]) -> tuple[Any, Mapping[str, Any]]:
    """As a user would: jax.value_and_grad of a function of scalars."""
    import jax

    value, gradient = jax.value_and_grad(function)({name: float(number) for name, number in at.items()})
    return float(value), {name: float(gradient[name]) for name in at}


# PyTorch --------------------------------------------------------------------------------------------------------------


def torch_algebra() -> Foreign:
    import torch

    def tensors(function: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *args: function(*[torch.as_tensor(arg, dtype=torch.float64) for arg in args])

    same = "exp expm1 log log2 log10 log1p sqrt sin cos tan asin acos atan atan2 sinh cosh tanh asinh acosh atanh logaddexp sinc"
    same += " sigmoid relu abs sign floor ceil round erf erfc lgamma digamma"
    functions = {
        **OPERATORS,
        **{name: tensors(getattr(torch, name)) for name in same.split()},
        "mod": tensors(torch.remainder), "clip": tensors(torch.clamp), "softplus": tensors(torch.nn.functional.softplus),
        "sinc": tensors(lambda x: torch.sinc(x / torch.pi)), "step": tensors(lambda x: torch.heaviside(x, torch.ones_like(x))),
        "hypot": tensors(lambda *args: reduce(torch.hypot, args)),
        "logsumexp": tensors(lambda *args: torch.logsumexp(torch.stack(args), 0)),
        "max": tensors(lambda *args: torch.maximum(*args) if len(args) == 2 else torch.amax(torch.stack(args))),
        "min": tensors(lambda *args: torch.minimum(*args) if len(args) == 2 else torch.amin(torch.stack(args))),
        "polygamma": torch.polygamma, "not": torch.logical_not,
        "if": lambda condition, x, y: tensors(lambda x, y: torch.where(condition, x, y))(x, y),
    }  # fmt: skip
    return Foreign(functions, exact)


def by_torch(function: Callable[[Mapping[str, Any]], Any], at: Mapping[str, float]) -> tuple[Any, Mapping[str, Any]]:
    """As a user would: leaves that require a gradient, then one backward pass. What nothing flows back to has the slope 0."""
    import torch

    leaves = {name: torch.tensor(float(number), dtype=torch.float64, requires_grad=True) for name, number in at.items()}
    value = function(leaves)
    try:
        slopes = torch.autograd.grad(value, list(leaves.values()), allow_unused=True)
    except (RuntimeError, NotImplementedError):
        return value.item(), dict.fromkeys(at, "not implemented")
    return value.item(), {name: 0.0 if slope is None else slope.item() for name, slope in zip(leaves, slopes)}


# SymPy ----------------------------------------------------------------------------------------------------------------


def sympy_algebra() -> Foreign:
    import sympy

    same = "exp log sqrt cbrt sin cos tan asin acos atan atan2 sinh cosh tanh asinh acosh atanh sinc sign erf erfc gamma digamma"
    functions = {
        **OPERATORS,
        **{name: getattr(sympy, name) for name in [*same.split(), "polygamma"]},
        "floor": sympy.floor, "ceil": sympy.ceiling, "abs": sympy.Abs, "mod": sympy.Mod, "max": sympy.Max, "min": sympy.Min,
        "root": sympy.real_root, "log_base": sympy.log, "lgamma": sympy.loggamma, "step": lambda x: sympy.Heaviside(x, 1),
        "eq": sympy.Eq, "ne": sympy.Ne, "and": sympy.And, "or": sympy.Or, "not": sympy.Not,
        "if": lambda condition, x, y: sympy.Piecewise((x, condition), (y, True)),
    }  # fmt: skip
    return Foreign(functions, lambda value: sympy.sympify(exact(value)))


def by_sympy(function: Callable[[Mapping[str, Any]], Any], at: Mapping[str, float]) -> tuple[Any, Mapping[str, Any]]:
    """As a user would: real symbols, then diff, then subs. No limits are taken."""
    import sympy

    symbols = {name: sympy.Symbol(name, real=True) for name in at}
    point = {symbols[name]: sympy.sympify(exact(number)) for name, number in at.items()}
    expression = function(symbols)
    slopes = {name: reading(lambda symbol=symbol: expression.diff(symbol).subs(point)) for name, symbol in symbols.items()}
    return reading(lambda: expression.subs(point)), slopes


def reading(find: Callable[[], Any]) -> float | str:
    """A number of SymPy's as a double, or a word for what is none."""
    import sympy

    try:
        found = find()
        number = found if found.has(sympy.Derivative, sympy.Subs) else found.evalf()
    except (ZeroDivisionError, TypeError, ValueError):
        return ERROR
    if number.has(sympy.Derivative, sympy.Subs):
        return "unevaluated"
    if number.has(sympy.zoo):
        return "zoo"
    if number.is_number and number.is_real is False and not number.is_infinite:
        return "complex"
    if number.is_Float and abs(number) > sys.float_info.max:
        return str(sympy.Float(number, 6))
    return float(number) if number.is_Number else str(found)
