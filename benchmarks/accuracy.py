"""Measures the error of every row of the table against mpmath at 80 digits, and prints it as a Markdown table.

    python benchmarks/accuracy.py            3,000 points for each row, about three minutes
    python benchmarks/accuracy.py 500        fewer
    python benchmarks/accuracy.py --write    and keep the table in docs/accuracy.md
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs/accuracy.md"
sys.path.insert(0, str(ROOT / "tests"))

from ulps import MODERATE, TESTED, Worst, measure, signature  # noqa: E402

HEAD = ("function", "value", "at", "derivative", "at", f"anywhere, condition of {MODERATE} and more included")


def table(count: int) -> Iterator[str]:
    """The lines of the table."""
    yield f"| {' | '.join(HEAD)} |"
    yield f"| {' | '.join('---' for _ in HEAD)} |"
    for case in TESTED:
        value, *slopes = measure(case, count).moderate
        anywhere = measure(case, count).anywhere
        cells = [signature(case), figure(value), place(value), each(case, slopes, figure), each(case, slopes, place)]
        yield f"| {' | '.join(cells)} | {', '.join(figure(worst) for worst in anywhere)} |"


def figure(worst: Worst) -> str:
    """Two digits are enough."""
    return f"{worst.ulps:.2f}" if worst.ulps < 100 else f"{worst.ulps:.0e}"


def place(worst: Worst) -> str:
    """Where; nothing is exact everywhere or nowhere."""
    return ", ".join(f"{x:.6g}" for x in worst.args) or "exact"


