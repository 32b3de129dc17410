"""Sums over records without a look for statuses, which takes longer than to compute them; and statuses looked for later."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from autodiff.data.arithmetic import Computed
from autodiff.data.judging import UNKNOWN, Verdict
from autodiff.data.mapping import Run
from autodiff.data.reduction import Reduction, without_value
from autodiff.data.task import Plan


class Bare(Run):
    """A run that looks for no statuses: records without a value are only counted."""

    def _screen(self, plan: Plan) -> Any:
        return _NoScreen()

    def judged(self, plan: Plan, found: Computed, source: str) -> list[Verdict]:
        """Those without a value."""
        lost = {*without_value(found)}.difference(map(int, found.missing))
        return [Verdict(found.batch.start + place + 1, UNKNOWN, {"": (UNKNOWN, "")}) for place in lost]


class _NoScreen:
    def candidates(self, columns: object, missing: object) -> Sequence[int]:
        """None is looked for."""
        return ()


class Statuses(Mapping[str, tuple[str, str]]):
    """The statuses of derivatives that are not ok, looked for when they are asked for."""

    def __init__(self, judged: Callable[[], Reduction]) -> None:
        self.judged = judged

    @property
    def found(self) -> dict[str, tuple[str, str]]:
        """All of them."""
        return {name: said for name, said in self.judged().status.items() if isinstance(name, str)}

    def __getitem__(self, name: str) -> tuple[str, str]:
        return self.found[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.found)

    def __len__(self) -> int:
        return len(self.found)
