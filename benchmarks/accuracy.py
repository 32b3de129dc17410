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

from ulps import TESTED, Worst, measure  # noqa: E402

HEAD = ("function", "value", "at", "derivative", "at", "anywhere")


def table(count: int) -> Iterator[str]:
    """The lines of the table."""
    yield f"| {' | '.join(HEAD)} |"
    yield f"| {' | '.join('---' for _ in HEAD)} |"
    for case in TESTED:
        errors = measure(case, count)
        value, *slopes = errors.moderate
        cells = [case.name, figure(value), place(value), ", ".join(map(figure, slopes)), "; ".join(map(place, slopes))]
        yield f"| {' | '.join(cells)} | {', '.join(map(figure, errors.anywhere))} |"


def figure(worst: Worst) -> str:
    """Two digits are enough."""
    return f"{worst.ulps:.2f}" if worst.ulps < 100 else f"{worst.ulps:.0e}"


def place(worst: Worst) -> str:
    """Where it was met; nowhere if all was exact."""
    return f"({', '.join(f'{x:.9g}' for x in worst.args)})" if worst.args else "-"


def main(options: list[str]) -> None:
    """Print the table, or put it in the place of the one in the documentation."""
    counts = [int(option) for option in options if option.isdigit()]
    lines = []
    for line in table(counts[0] if counts else 3000):
        print(line, flush=True)
        lines.append(line)
    if "--write" in options:
        before = PAGE.read_text(encoding="utf-8").partition("| function")[0]
        PAGE.write_text(before + "\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
