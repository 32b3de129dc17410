"""Cells and numbers: the text of a cell is read correctly rounded, a number is written in its shortest form."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from autodiff.data.batch import Numbers
from autodiff.errors import AutodiffError, either
from autodiff.messages import say
from autodiff.writing.numbers import quoted, strict

EXACT = 2.0**53
"""Below it every integer is a double."""
SHOWN = 40  # characters of a cell in a message
BLANK_WORDS = {"na", "n/a", "#n/a", "null", "none", "-", "--", "?", ".", "missing"}
TRUTH = {"true": "1", "false": "0", "yes": "1", "no": "0"}
DECIMAL = r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?"
JSON = r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?"
"""A number as JSON has it."""
Refuse = Callable[[int, str, str], AutodiffError]
"""The error for the cell of a record of the batch, with a reason and a hint."""


def numbers(cells: Sequence[str], refuse: Refuse) -> Numbers:
    """The doubles of a column of cells; an empty cell is NaN, and listed as missing.

    Python's float has exactly the shape of decimal numbers in files (sign, digits, exponent, inf, infinity and nan in any case,
    blanks around) as long as the text is ASCII and holds no `_`.
    """
    missing: list[int] = []
    try:
        joined = "".join(cells)
        if not joined.isascii() or "_" in joined:
            raise ValueError
        if "" in cells:
            missing = [k for k, cell in enumerate(cells) if not cell]
            values = [float(cell or "nan") for cell in cells]
        else:
            values = list(map(float, cells))
    except ValueError:
        values = [_number(cell, k, refuse) for k, cell in enumerate(cells)]
        missing = [k for k, cell in enumerate(cells) if not cell.strip()]
    return Numbers(values, missing, _rounded(values, cells, refuse))


def _number(cell: str, k: int, refuse: Refuse) -> float:
    """One cell, looked at closely."""
    text = cell.strip()
    if not text:
        return math.nan
    try:
        if text.isascii() and "_" not in text:
            return float(text)
    except ValueError:
        pass
    shown = text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
    raise refuse(k, say("'{text}' is not a number", text=shown), _hint(text))


def _hint(text: str) -> str:
    """What to do with a cell that holds no number."""
    if text.lower() in BLANK_WORDS:
        return say("leave the cell empty where there is no value")
    meant = [spelling for spelling in _meant(text) if re.fullmatch(DECIMAL, spelling)]
    if meant:
        return say("write {spelling}", spelling=either(meant))
    return say("write a number such as 1.5 or 2e-3, or leave the cell empty")


def _meant(text: str) -> Iterator[str]:
    """What a cell may mean: a truth value, or a number with a decimal comma, signs between the thousands, another minus sign."""
    text = TRUTH.get(text.lower(), text).replace("−", "-").strip('"')
    yield text.replace(",", ".")
    if re.fullmatch(r"[+-]?\d{1,3}([,' _\u00a0\u202f]\d{3})+(\.\d*)?", text):
        yield re.sub(r"[,' _\u00a0\u202f]", "", text)


def _rounded(values: Sequence[float], cells: Sequence[str], refuse: Refuse) -> int:
    """How many integers no double holds. Raises AutodiffError for a finite number beyond the doubles."""
    found = 0
    for k in [k for k, value in enumerate(values) if not -EXACT < value < EXACT]:
        value, text = values[k], cells[k].strip()
        if math.isinf(value) and "n" not in text and "N" not in text:
            raise refuse(k, say("'{text}' is too large for a double", text=text[:SHOWN]), say("the largest is 1.797e308"))
        found += math.isfinite(value) and text.lstrip("+-").isdigit() and int(text.lstrip("+-0")) != abs(int(value))
    return found


def literals(column: Sequence[str], numbers: Numbers | None) -> list[str]:
    """Cells as JSON: numbers as they are written where JSON allows it, otherwise in its own way; strings where there are none."""
    if numbers is not None:
        if re.fullmatch(f"(?:{JSON}\n)*", "\n".join([*column, ""])):
            return list(column)
        return [_literal(cell.strip(), value) for cell, value in zip(column, numbers.values)]
    text = "".join(column)
    if text.isascii() and text.isprintable() and '"' not in text and "\\" not in text:
        return [f'"{cell}"' for cell in column]
    return list(map(quoted, column))


def _literal(text: str, number: float) -> str:
    return text if re.fullmatch(JSON, text) else strict(number) if text else "null"


def written(values: Iterable[float], missing: Iterable[int], words: Sequence[str] = ("", "NaN", "inf", "-inf")) -> list[str]:
    """Numbers in the fewest digits that read back the same, as polars has them; `words` for what is missing or not finite."""
    text = "\n".join(map(repr, values)).replace("e-0", "e-")
    if "e-5" in text:
        text = re.sub(r"(\d)(?:\.(\d+))?e-5$", r"0.0000\1\2", text, flags=re.MULTILINE)
    if "n" in text:
        text = text.replace("nan", words[1]).replace("-inf", "\r").replace("inf", words[2]).replace("\r", words[3])
    cells = text.split("\n") if text else []
    for k in missing:
        cells[k] = words[0]
    return cells
