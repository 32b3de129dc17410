"""A float that knows its true size, where no double can hold it: what leaves the range of doubles and may come back."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from decimal import Decimal

TINY, HUGE = sys.float_info.min, sys.float_info.max
"""The least and the greatest size of a double with all its digits."""


class Wide(float):
    """The nearest double, which is 0, subnormal or infinite, and with it the number itself, with some 34 digits.

    It compares by its true size. Arithmetic of Python takes it for the double; `numbers/unbounded.py` has the other one.
    """

    __slots__ = ("exact",)

    exact: Decimal

    def __new__(cls, exact: Decimal) -> Wide:
        self = super().__new__(cls, exact)
        self.exact = exact
        return self

    def __reduce__(self) -> tuple[type[Wide], tuple[Decimal]]:
        return Wide, (self.exact,)

    def __eq__(self, other: object) -> bool:
        return self.exact == _size(other)

    def __ne__(self, other: object) -> bool:
        return self.exact != _size(other)

    def __lt__(self, other: float) -> bool:
        return other == other and bool(self.exact < _size(other))  # type: ignore[operator]

    def __le__(self, other: float) -> bool:
        return other == other and bool(self.exact <= _size(other))  # type: ignore[operator]

    def __gt__(self, other: float) -> bool:
        return other == other and bool(self.exact > _size(other))  # type: ignore[operator]

    def __ge__(self, other: float) -> bool:
        return other == other and bool(self.exact >= _size(other))  # type: ignore[operator]

    def __hash__(self) -> int:
        return hash(float(self))

    def __bool__(self) -> bool:
        return True

    def __pos__(self) -> Wide:
        return self

    def __neg__(self) -> Wide:
        return Wide(self.exact.copy_negate())

    def __abs__(self) -> Wide:
        return Wide(self.exact.copy_abs())


def _size(x: object) -> object:
    return x.exact if type(x) is Wide else x
