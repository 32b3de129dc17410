"""What boxes leave open, remembered: the next batch mostly lies within a box that was looked at."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import NamedTuple

from autodiff.data.boxes import Box
from autodiff.data.specials import Special

KEPT = 8  # boxes
ENDS = 8  # of a box that are tried one by one


class Findings(NamedTuple):
    """What a box leaves open: special points, and whether a derivative may be too large for a double."""

    open: tuple[Special, ...]
    far: bool

    @property
    def size(self) -> tuple[bool, int]:
        """How much that is."""
        return self.far, len(self.open)


class Proofs:
    """Boxes and what they leave open. They are made wider than asked for, as far as that leaves no more open."""

    def __init__(self, find: Callable[[Box], Findings]) -> None:
        self._find = find
        self._kept: tuple[tuple[Box, Findings], ...] = ()
        self._held: Collection[tuple[str, int]] | None = None
        """Ends that cannot be moved."""

    def of(self, around: Box) -> Findings:
        """What is known of a box around this one, or else found out."""
        known = [found for other, found in self._kept if other.has(around)]
        if known:
            return min(known, key=lambda found: found.size)
        best = self._widest(around)
        self._kept = (best, *self._kept)[:KEPT]
        return best[1]

    def _widest(self, around: Box) -> tuple[Box, Findings]:
        """A wide box around this one, and another, that leaves no more open than it does."""
        wide = (around.around(self._kept[0][0]) if self._kept else around).wider(self._held or ())
        more = self._find(wide)
        if more.size == (False, 0):
            return wide, more
        found = self._find(around)
        if more.size == found.size:
            return wide, more
        if self._held is None and len(ends := [(name, k) for name in around.ends for k in (0, 1)]) <= ENDS:
            others = {end: [other for other in ends if other != end] for end in ends}
            self._held = [end for end in ends if self._find(around.wider(others[end])).size != found.size]
            wide = around.wider(self._held)
            if (more := self._find(wide)).size == found.size:
                return wide, more
        return around, found
