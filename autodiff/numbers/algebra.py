"""Number systems. A tape is read in any of them; each says what a constant and what a primitive is.

`functions` maps the name of a row to a function of values, `lift` makes a value of a float, and `truth` decides a
condition, or gives None where it cannot be decided (then both branches of an `if` are read).
"""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from typing import Any, ClassVar, Protocol

from autodiff.numbers import floats


class Algebra(Protocol):
    """What a loop over a tape asks of a number system."""

    @property
    def functions(self) -> MutableMapping[str, Callable[..., Any]]:
        """Its own, by the name of the row; what it lacks is read from the row, and joins them."""

    @property
    def formulas(self) -> str:
        """Which derivatives it wants: for "doubles", for "code" that computes in doubles, for "paper", or "exact" ones."""

    def lift(self, value: float, text: str = "") -> Any:
        """A constant; the text is how it was written."""

    def truth(self, value: Any) -> bool | None:
        """Whether a condition holds."""


class Floats:
    """Double precision, with IEEE results throughout."""

    functions = floats.FUNCTIONS
    formulas = "doubles"
    rows: ClassVar[dict[Any, Any]] = {}

    def lift(self, value: float, text: str = "") -> float:
        return value

    def truth(self, value: bool) -> bool:
        return value


FLOATS = Floats()


class Made(dict[str, Callable[..., Any]]):
    """Functions made on first use."""

    def __init__(self, make: Callable[[str], Callable[..., Any]]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, op: str) -> Callable[..., Any]:
        function = self[op] = self._make(op)
        return function
