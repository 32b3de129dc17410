"""What tests of `autodiff fit` share: the published problems, and a fit of columns by the command itself."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import permutations, product
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from console import ROOT, inside
from schemas import strict

ONE_SIGMA = "0.6826894921370859"  # the level of one standard deviation on both sides


def written(folder: Path, columns: Mapping[str, Sequence[object]], name: str = "data") -> str:
    """The path of a file with these columns; numbers stand in it with all their digits."""
    lines = [",".join(columns), *(",".join(map(str, row)) for row in zip(*columns.values(), strict=True))]
    path = folder / f"{name}.csv"
    path.write_text("\n".join(lines) + "\n")
    return str(path)


def fitted(folder: Path, formula: str, columns: Mapping[str, Sequence[object]], *words: str, code: int = 0) -> dict[str, Any]:
    """The document of a fit to the column y."""
    done = inside(["fit", formula, written(folder, columns), "--target", "y", *words, "--json"], ROOT)
    assert done.code == code, done
    document: dict[str, Any] = strict(done.stdout)
    return document


class Problem(NamedTuple):
    """A line of reference_fits.jsonl. `same` names what may change sign together, and what may change places, without a change of
    the fitted values.
    """

    name: str
    formula: str
    target: str
    parameters: list[str]
    starts: list[list[float]]
    certified: list[float]
    errors: list[float]
    rss: float
    data: dict[str, str]
    same: Mapping[str, list[list[str]]] = MappingProxyType({})

    @property
    def columns(self) -> dict[str, list[str]]:
        """The cells by column."""
        return {name: text.split() for name, text in self.data.items()}

    def begin(self, start: int) -> list[str]:
        """A start, as it is written in a command."""
        return [f"{name}={x!r}" for name, x in zip(self.parameters, self.starts[start], strict=True)]

    def command(self, folder: Path, start: int) -> list[str]:
        """The command line; its file is written to a folder."""
        path = written(folder, self.columns, self.name)
        return ["fit", self.formula, path, "--target", self.target, *self.begin(start), "--json"]

    def answers(self) -> Iterator[dict[str, tuple[float, float]]]:
        """All that is as good as what is certified: value and standard error by parameter."""
        known = dict(zip(self.parameters, zip(self.certified, self.errors, strict=True), strict=True))
        groups = self.same.get("permute", [])
        for order in permutations(groups):
            moved = known | {new: known[old] for one, other in zip(groups, order, strict=True) for new, old in zip(one, other)}
            flips = self.same.get("flip", [])
            for signs in product((1, -1), repeat=len(flips)):
                sign = {name: one for one, names in zip(signs, flips, strict=True) for name in names}
                yield {name: (sign.get(name, 1) * x, error) for name, (x, error) in moved.items()}


PROBLEMS = [Problem(**json.loads(line)) for line in (Path(__file__).parent / "reference_fits.jsonl").read_text().splitlines()[1:]]
BY_NAME = {problem.name: problem for problem in PROBLEMS}
