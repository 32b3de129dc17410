"""Dual numbers: a value and its tangent, for forward mode in one sweep."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autodiff.numbers.algebra import FLOATS, Algebra, Made
from autodiff.passes.evaluate import function
from autodiff.passes.rules import local
from autodiff.primitives import CONDITIONS


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
    """The number system of dual numbers whose parts are doubles, or numbers of another system."""

    def __init__(self, base: Algebra = FLOATS) -> None:
        self.functions, self._base, self.formulas = Made(self._function), base, base.formulas
        self.rows: dict[Any, Any] = {}
        self._add, self._mul = base.functions["add"], base.functions["mul"]

    def lift(self, value: float, text: str = "") -> Dual:
        return Dual(self._base.lift(value, text))

    def truth(self, value: bool) -> bool:
        return value

    def _function(self, op: str) -> Callable[..., Any]:
        value = function(op, self._base)
        if op == "if":
            return lambda condition, x, y: x if condition else y
        if op in ("and", "or", "not"):
            return value
        if op in CONDITIONS:
            return lambda x, y: value(x.value, y.value)
        return self._carried(op, value)

    def _carried(self, op: str, value: Callable[..., Any]) -> Callable[..., Dual]:
        """A primitive that is no condition."""
        return lambda *args: self._moved(op, value, args)

    def _moved(self, op: str, value: Callable[..., Any], args: tuple[Dual, ...]) -> Dual:
        """A primitive of dual numbers: its value, and the sum of its local derivatives times the tangents."""
        values = [arg.value for arg in args]
        out = value(*values)
        moving = [arg.tangent is not None for arg in args]
        tangent = None
        for slope, arg in zip(local(op, values, out, self._base, not moving[-1], moving), args, strict=True):
            if slope is not None:
                term = self._mul(slope, arg.tangent)
                tangent = term if tangent is None else self._add(tangent, term)
        return Dual(out, tangent)
