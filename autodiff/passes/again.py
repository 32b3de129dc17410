"""A formula over the same columns again and again, with other numbers each time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autodiff.errors import needs
from autodiff.passes.columns import CHUNK, Chunk
from autodiff.passes.registers import Program


class Again:
    """As `columns`, with what depends on the columns alone done once: for short ones that is most of the work.

    `columns` are arrays of doubles of one length; all other variables of the program are numbers.
    """

    def __init__(self, program: Program, columns: Mapping[str, Any], length: int) -> None:
        np = needs("numpy")
        self.program, self.length = program, length
        numbers = {name: np.zeros(()) for name in program.variables if name not in columns}
        self._chunk = Chunk(program, {**columns, **numbers}, np.dtype("float64"))

    def at(self, numbers: Mapping[str, float]) -> Any:
        """An array with a row for the value, then one for each derivative, in the order of the program."""
        np = needs("numpy")
        from autodiff.numbers.arrays import quiet

        rows = np.empty((1 + len(self.program.slopes), self.length))
        self._chunk.take(numbers)
        with quiet():
            for start in range(0, self.length, CHUNK):
                self._chunk.fill([row[start : start + CHUNK] for row in rows], start)
        return rows
