"""The steps of a worksheet in LaTeX, and what the documents that show them have in common."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from autodiff.messages import say
from autodiff.point.worksheet import Worksheet
from autodiff.render.notation import Plain
from autodiff.render.section import Section
from autodiff.tape import Apply, Tape
from autodiff.writing import latex
from autodiff.writing.numbers import human

DEEP = 60  # steps of a formula that are written as one: LaTeX nests 255 groups
MOST = 12  # values of a point that are shown
WIDE, LEFT = 60, 40  # letters of an equation that fit on a line, and on its left side
_NESTS = {"{": 1, r"\left": 1, r"\begin": 1, "}": -1, r"\right": -1, r"\end": -1}
_SIGNS = re.compile(r"\\left|\\right|\\begin|\\end|[{}]| (?=[+-] )")


class Math(Plain):
    """LaTeX, where every derivative is written in full."""

    times, arrow, dots, colon, square = r" \cdot ", r"\to", r"\dots", r"\colon ", "h^{2}"
    is_short = False

    def inline(self, text: str) -> str:
        return f"${text}$"

    def prose(self, text: str) -> str:
        return latex.prose(text)

    def words(self, text: str) -> str:
        return rf"\texttt{{{latex.escape(text).replace('-', '{-}')}}}"

    def called(self, name: str) -> str:
        return latex.name(name)

    def derivative(self, place: int) -> str:
        return self.total(place)

    def total(self, place: int) -> str:
        return rf"\frac{{\mathrm{{d}}{self.name(self.sheet.tape.output)}}}{{\mathrm{{d}}{self.name(place)}}}"

    def partial(self, step: int, place: int) -> str:
        return rf"\frac{{\partial {self.name(step)}}}{{\partial {self.name(place)}}}"

    def number(self, value: float, more: int = 0) -> str:
        return latex.number(super().number(value, more))

    def rule(self, formula: Tape) -> str:
        return latex.expression(formula, formula.output, lambda _: None)

    def condition(self, place: int) -> str:
        return latex.expression(self.sheet.tape, place, self._label)

    def bracketed(self, text: str) -> str:
        return rf"\left({text}\right)" if text.startswith("-") or r"\times" in text else text

    def squared(self, text: str) -> str:
        return f"{self.bracketed(text)}^{{2}}"

    def root(self, text: str) -> str:
        return rf"\sqrt{{{text}}}"

    def size(self, text: str) -> str:
        return rf"\left|{text}\right|"

    def leads(self, text: str) -> str:
        return self.inline(f"{self.arrow} {text}")

    def aside(self, text: str) -> str:
        return rf"\ \text{{({latex.prose(text)})}}"

    def more(self, number: int) -> str:
        return r"\dots"

    def power_of_ten(self, digits: str, exponent: int) -> str:
        return latex.number(f"{digits}e{exponent}")

    def _step(self, place: int, label: Callable[[int], str | None]) -> str:
        return latex.step(self.sheet.tape, place, label, self._taken(place))


def following(sections: Iterable[Section]) -> Iterator[str]:
    """Each section with its title, as a table."""
    for section in sections:
        yield rf"\paragraph{{{latex.prose(section.title)}}}"
        if section.body:
            yield from table([latex.prose(head) for head in section.heads], [[*map(latex.prose, row)] for row in section.body])
        yield from (rf"{latex.prose(text)}\par" for text in (*section.warnings, *section.remarks))


def table(heads: Sequence[str], body: Sequence[Sequence[str]], labels: int = 1) -> Iterator[str]:
    """The lines of a table that may be longer than a page."""
    yield rf"\begin{{longtable}}{{{''.join('l' if k < labels else 'r' for k in range(len(heads)))}}}"
    yield rf"\hline {' & '.join(heads)} \\ \hline \endhead"
    yield from (rf"{' & '.join(row)} \\" for row in body)
    yield r"\hline"
    yield r"\end{longtable}"


def reading(sheet: Worksheet) -> Iterator[str]:
    """The formula as it was understood; one that is too deep for LaTeX is left to the steps."""
    yield from stated(sheet.tape, sheet.output, sum(isinstance(sheet.tape.nodes[i], Apply) for i in sheet.shown))


def stated(tape: Tape, output: str, steps: int) -> Iterator[str]:
    """The same for any formula of so many steps."""
    if steps > DEEP:
        text = say("a formula of {number} steps", number=steps)
        yield rf"{text}\par"
    else:
        yield from aligned([text.split(" = ", 1) for text in latex.reading(tape, output)])


def point(sheet: Worksheet, digits: int) -> str:
    """The point; of very many variables the first."""
    found = [f"${latex.name(name)} = {latex.number(human(x, digits))}$" for name, x in islice(sheet.point.items(), MOST)]
    return ", ".join(found) + (r", \dots" if len(sheet.point) > MOST else "")


def inline(cells: Iterable[str]) -> list[str]:
    """Formulas within a text."""
    return [f"${cell}$" for cell in cells]


def aligned(equations: Iterable[Sequence[str]], sign: str = "=") -> Iterator[str]:
    """Equations below each other; a long one is broken at every sign, and its sums where they must be."""
    found = [[part for part in parts if part] for parts in equations]
    below = any(len(parts) > 1 and width(parts[0]) > LEFT for parts in found)
    rows = [row for parts in found for row in _rows(parts[0], parts[1:], sign, below)]
    yield r"\begin{align*}"
    yield from (rf"{row} \\" for row in rows[:-1])
    yield rows[-1]
    yield r"\end{align*}"


def _rows(left: str, right: Sequence[str], sign: str, below: bool) -> Iterator[str]:
    """One row, or one for each part; `below` says that the right side begins below the left one."""
    joined = right if sum(map(width, [left, *right])) > WIDE else [f" {sign} ".join(right)] if right else []
    rows = [f"{sign} {line}" if k == 0 else rf"\quad {line}" for part in joined for k, line in enumerate(lines(part))]
    if below:
        yield rf"& {left}"
        yield from (rf"&\quad {row}" for row in rows)
    else:
        yield f"{left} &{rows[0]}" if rows else left
        yield from (f"&{row}" for row in rows[1:])


def lines(text: str) -> list[str]:
    """A formula in lines that are broken before the signs of its sum."""
    lines, start, depth = [""], 0, 0
    for match in _SIGNS.finditer(text + " + "):
        depth += _NESTS.get(match.group(), 0)
        if match.group() == " " and depth == 0:
            term, start = text[start : match.start()], match.end()
            if lines[-1] and width(lines[-1] + term) > WIDE:
                lines.append(term)
            else:
                lines[-1] = f"{lines[-1]} {term}".lstrip()
    return lines


def width(text: str) -> int:
    """About how many letters it takes on paper."""
    return len(re.sub(r"\\[A-Za-z]+|[{}\\ ]", "", text))
