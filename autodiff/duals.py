"""Dual numbers: a value and its tangent, for forward mode in one sweep, over any number system."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autodiff.algebra import CONDITIONS, FLOATS, Algebra, Made
from autodiff.rules import local


class Dual:
    """A value and its tangent; a tangent of None is a structural zero."""

    __slots__ = ("tangent", "value")

    def __init__(self, value: Any, tangent: Any = None) -> None:
        self.value, self.tangent = value, tangent

    def __repr__(self) -> str:
        return f"Dual({self.value!r}, {self.tangent!r})"

    def __ne__(self, other: object) -> bool:
        """Whether the values differ; so a dual differs from itself where its value is not a number."""
        return not isinstance(other, Dual) or bool(self.value != other.value)


class Duals:
    """Pairs of a value and a tangent over another number system: forward mode in one sweep."""

    def __init__(self, base: Algebra = FLOATS) -> None:
        self.base, self.formulas = base, base.formulas
        self.functions = Made(self._function)

    def lift(self, value: float) -> Dual:
        return Dual(self.base.lift(value))

    def truth(self, value: Any) -> bool | None:
        return self.base.truth(value)

    def _function(self, op: str) -> Callable[..., Any]:
        base, add, mul = self.base.functions[op], self.base.functions["add"], self.base.functions["mul"]

        def apply(*args: Dual) -> Any:
            values = [arg.value for arg in args]
            out = base(*values)
            moving = [arg.tangent is not None for arg in args]
            tangent = None
            for slope, arg in zip(local(op, values, out, self.base, not moving[-1], moving), args, strict=True):
                if slope is not None:
                    term = mul(slope, arg.tangent)
                    tangent = term if tangent is None else add(tangent, term)
            return Dual(out, tangent)

        if op == "if":
            return lambda condition, x, y: x if self.truth(condition) else y
        if op in ("and", "or", "not"):
            return base
        if op in CONDITIONS:
            return lambda x, y: base(x.value, y.value)
        return apply
