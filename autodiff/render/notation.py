"""How the steps of a worksheet are spelled: here as plain text, in `mathematics` as LaTeX."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from typing import NamedTuple

from autodiff.messages import say
from autodiff.point.worksheet import Use, Worksheet
from autodiff.tape import Apply, Tape
from autodiff.writing.formulas import expression, step
from autodiff.writing.names import dvar
from autodiff.writing.numbers import bracketed, human

TERMS = 6  # of a sum over branches, the rest is counted
FINE = 4  # digits that a nudge is shown with beyond the usual, so that a small change is visible


class Block(NamedTuple):
    """A piece of the explanation. Its kind says what `parts` are: a `heading`, a `sentence` or a `remark` on the equation before it
    is one text; an `equation` is two or more texts that are equal, a `path` one of the terms of the equation that follows; an
    `arrow` is a text and what it leads to; a `row` is one of a table, whose first row are its heads.

    `tone` is the direction it belongs to: forward, backward, or neither. `note` is a word behind an equation.
    """

    kind: str
    parts: tuple[str, ...]
    tone: str = ""
    note: str = ""


class Plain:
    """As it is typed. `inline` sets mathematics into a sentence, `prose` any other text, `words` what is typed at a shell."""

    times, arrow, dots, colon, square = "·", "→", "…", ": ", "h²"
    is_short = True  # a derivative is called dx, not dJ/dx

    def __init__(self, sheet: Worksheet, digits: int) -> None:
        self.sheet, self.digits = sheet, digits

    def inline(self, text: str) -> str:
        return text

    def prose(self, text: str) -> str:
        return text

    def words(self, text: str) -> str:
        return text

    def called(self, name: str) -> str:
        """A name."""
        return name

    def name(self, place: int) -> str:
        """The name of a node."""
        return self.called(self.sheet.names[place])

    def derivative(self, place: int) -> str:
        """What the derivative of the output with respect to a node is called for short."""
        return dvar(self.sheet.names[place], self.sheet.output, self.sheet.owned)

    def total(self, place: int) -> str:
        """The same in full."""
        return f"d{self.name(self.sheet.tape.output)}/d{self.name(place)}"

    def partial(self, step: int, place: int) -> str:
        """The local derivative of a step with respect to an argument."""
        return f"∂{self.name(step)}/∂{self.name(place)}"

    def number(self, value: float, more: int = 0) -> str:
        """A number; `more` digits than usual."""
        return human(value, min(self.digits + more, 17))

    def formula(self, place: int) -> str:
        """A step in the names of its arguments."""
        return self._step(place, self.sheet.names.get)

    def numbers(self, place: int) -> str:
        """A step with the values of its arguments."""
        return self._step(place, self._value)

    def rule(self, formula: Tape) -> str:
        """The formula of a local derivative."""
        return expression(formula, formula.output, lambda _: None)

    def condition(self, place: int) -> str:
        """A condition in the names of steps."""
        return expression(self.sheet.tape, place, self._label)

    def _label(self, place: int) -> str | None:
        return self.name(place) if place in self.sheet.names else None

    def product(self, factors: Sequence[str], first: bool = True) -> str:
        """Factors; a negative one in brackets, except at the beginning of a formula."""
        texts = [text if first and k == 0 else self.bracketed(text) for k, text in enumerate(factors)]
        return self.times.join(texts)

    def bracketed(self, text: str) -> str:
        """A number, in brackets if it is negative."""
        return bracketed(text)

    def chain(self, place: int, uses: Sequence[Use], most: int = TERMS) -> tuple[str, str]:
        """The chain rule for one node in symbols and in numbers: a product, or a sum of products over the first uses."""
        kept, rest = uses[:most], [self.more(len(uses) - most)] if len(uses) > most else []
        symbols = [self.product([self.derivative(use.step), self.partial(use.step, place)]) for use in kept]
        pairs = [(self.number(self.sheet.adjoint(use.step)), self.number(use.slope)) for use in kept]
        numbers = [self.product(pair, k == 0) for k, pair in enumerate(pairs)]
        return " + ".join(symbols + rest), " + ".join(numbers + rest)

    def squared(self, text: str) -> str:
        """A number times itself."""
        return f"{self.bracketed(text)}²"

    def root(self, text: str) -> str:
        """A square root."""
        return f"√({text})"

    def size(self, text: str) -> str:
        """A formula without its sign."""
        return f"|{text}|"

    def fed(self, names: Sequence[str], more: int) -> str:
        """The steps that a node feeds, and that there are more."""
        return ", ".join([*names, *([self.dots] if more else [])])

    def leads(self, text: str) -> str:
        """An arrow to what a step feeds."""
        return f"{self.arrow} {self.inline(text)}"

    def behind(self, texts: Sequence[str]) -> str:
        """Words behind an equation, each once."""
        return say("({text})", text=reduce(lambda some, text: say("{text}; {why}", text=some, why=text), dict.fromkeys(texts)))

    def aside(self, text: str) -> str:
        """A word behind a formula."""
        return f" ({text})"

    def more(self, number: int) -> str:
        """Terms that are left out."""
        return say("… {number} more", number=number)

    def power_of_ten(self, digits: str, exponent: int) -> str:
        """A large number, roughly."""
        return f"{digits}·10^{exponent}"

    def _value(self, place: int) -> str | None:
        value = self.sheet.values[place]
        return None if value is None or isinstance(value, bool) else human(value, self.digits)

    def _step(self, place: int, label: Callable[[int], str | None]) -> str:
        return step(self.sheet.tape, place, label, self._taken(place))

    def _taken(self, place: int) -> bool | None:
        node = self.sheet.tape.nodes[place]
        return bool(self.sheet.values[node.args[0]]) if isinstance(node, Apply) and node.op == "if" else None
