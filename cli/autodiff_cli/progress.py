"""How far a long command has come: on standard error, and only where that is a terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from autodiff.messages import N_, say
from autodiff_cli import console

PATIENCE = 1.0  # seconds before a bar appears
SHARES = 1000  # of the whole that a bar counts in

ROWS = N_("{rows} rows, {speed} a second")
STEPS = N_("{rows} steps, {speed} a second")

Told = Callable[[int, float | None], None]


@contextmanager
def bar(quiet: bool, text: str = ROWS) -> Iterator[Told]:
    """A function that is told the number of records so far, and the share of the whole if that is known; `text` calls them so."""
    if quiet or console.is_quiet() or sys.stderr is None or not sys.stderr.isatty():
        yield lambda records, share: None
        return
    shown = _Bar(text)
    try:
        yield shown.told
    finally:
        shown.stop()


class _Bar:
    """Rich's bar, loaded when the work has taken long enough."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.began = time.monotonic()
        self.progress: Any = None
        self.task: Any = None

    def told(self, records: int, share: float | None) -> None:
        seconds = time.monotonic() - self.began
        if self.progress is None:
            if seconds < PATIENCE:
                return
            self._start()
        text = say(self.text, rows=f"{records:,}", speed=f"{records / seconds:,.0f}")
        completed = None if share is None else round(SHARES * share)
        self.progress.update(self.task, description=text, completed=completed, total=None if share is None else SHARES)

    def _start(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

        drawing = Console(stderr=True, highlight=False, markup=False, emoji=False)
        columns = TextColumn("{task.description}", markup=False), BarColumn(30), TaskProgressColumn(), TimeRemainingColumn()
        self.progress = Progress(*columns, console=drawing, transient=True)
        self.task = self.progress.add_task("", total=SHARES)
        self.progress.start()

    def stop(self) -> None:
        """Take it away."""
        if self.progress is not None:
            self.progress.stop()
