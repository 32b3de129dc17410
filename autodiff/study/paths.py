"""The paths of the chain rule: along each one, from a variable to the output, the local derivatives are multiplied."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from autodiff.point.worksheet import Use, Worksheet

LONGEST = 1000  # steps of a path that is written out


class Path(NamedTuple):
    """The uses that lead from a variable to the output, the last one first, and the product of their derivatives."""

    uses: tuple[Use, ...]
    product: float


class Paths:
    """Counts all paths, exactly and without walking them, for there may be more than anybody can count; walks the first ones."""

    def __init__(self, sheet: Worksheet) -> None:
        self.sheet = sheet
        self._leads = bytearray(len(sheet.tape.nodes))
        self._count = self._counted()

    def count(self, place: int) -> int:
        """How many paths lead from a variable to the output."""
        return self._count.get(place, 0)

    def _counted(self) -> dict[int, int]:
        """The number of paths from every variable and free step; that of another step is forgotten once it has been passed on."""
        inputs: dict[int, list[int]] = {}
        for place, uses in self.sheet.uses.items():
            for use in uses:
                inputs.setdefault(use.step, []).append(place)
        count, free = {self.sheet.tape.output: 1}, frozenset(self.sheet.free.values())
        for step in sorted(inputs, reverse=True):
            number = count.get(step, 0) if step in free else count.pop(step, 0)
            self._leads[step] = number > 0
            for place in inputs[step] if number else ():
                count[place] = count.get(place, 0) + number
        return count

    def first(self, place: int, most: int) -> Iterator[Path]:
        """The first paths from a variable; none that is longer than anybody would read."""
        for uses in self._walk(place):
            if most <= 0:
                return
            most -= 1
            product = 1.0 if self.sheet.value == self.sheet.value else self.sheet.value
            for use in reversed(uses):
                product = self.sheet.algebra.functions["mul"](product, use.slope)
            yield Path(tuple(reversed(uses)), self.sheet.algebra.functions["add"](product, 0.0))

    def _walk(self, place: int) -> Iterator[list[Use]]:
        """Depth first, from use to use; only steps that lead to the output are entered, so there is no way back to take."""
        path: list[Use] = []
        open_ = [iter(self.sheet.uses.get(place, ()))]
        while open_:
            use = next(open_[-1], None)
            if use is None:
                open_.pop()
                del path[len(open_) - 1 :]
            elif self._leads[use.step]:
                path.append(use)
                if use.step == self.sheet.tape.output:
                    yield path
                    path.pop()
                elif len(path) > LONGEST:
                    return
                else:
                    open_.append(iter(self.sheet.uses.get(use.step, ())))
