"""Formulas as MathML Core, translated from the LaTeX that `latex` writes, so that both say the same."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Any
from xml.sax.saxutils import escape

from autodiff.tape import Tape
from autodiff.writing import latex

_TOKEN = re.compile(
    r"\\(?P<font>mathrm|text|operatorname)\{(?P<word>(?:\\.|[^\\{}])*)\}|\\left\s*(?P<left>\\[a-z]+|.)|\\right\s*(?P<right>\\[a-z]+|.)"
    r"|\\begin\{(?P<begin>cases)\}|\\end\{(?P<end>cases)\}|(?P<command>\\sqrt\[|\\[A-Za-z]+|\\[^A-Za-z])|(?P<number>[\d.]+)|(?P<sign>\S)"
)
_SHAPES = {r"\frac": ("mfrac", 2), r"\sqrt": ("msqrt", 1), r"\sqrt[": ("mroot", 2), "^": ("msup", 2), "_": ("msub", 2)}
_TIMES = '<mo lspace="0" rspace="0.167em">&#x2062;</mo>'  # it is not seen, but heard
_SIGNS = {
    r"\cdot": "·", r"\times": "×", r"\le": "≤", r"\ge": "≥", r"\ne": "≠", r"\land": "∧", r"\lor": "∨", r"\lnot": "¬", "-": "−",
    r"\lfloor": "⌊", r"\rfloor": "⌋", r"\lceil": "⌈", r"\rceil": "⌉", r"\dots": "…", r"\bmod": "mod",
}  # fmt: skip
_NAMES = {r"\infty": "∞", r"\partial": "∂"}
_NAMES |= {f"\\{word}": word for word in (*latex.KNOWN, "ln", "log", "arcsin", "arccos", "arctan")}
_NAMES |= {f"\\{latex.ROUND.get(word, word)}": sign for word, sign in latex.GREEK.items()}

Rope = str | list[Any]
"""A text in pieces, nested as deep as the formula."""


def expression(tape: Tape, root: int, label: latex.Label) -> str:
    """One node; those that have a label are written as it: a name or a number."""
    return from_latex(latex.expression(tape, root, label))


def step(tape: Tape, place: int, label: latex.Label, taken: bool | None = None) -> str:
    """One operation in the names of its arguments; the branch of an `if` that was not taken is left out."""
    return from_latex(latex.step(tape, place, label, taken))


def reading(tape: Tape, output: str = "", taken: Collection[str] = ()) -> list[str]:
    """The whole formula as equations, one for each statement; `output` names the result."""
    return [from_latex(text) for text in latex.reading(tape, output, taken)]


def name(text: str) -> str:
    """A name."""
    return from_latex(latex.name(text))


def number(text: str) -> str:
    """A number."""
    return from_latex(latex.number(text))


def math(body: str, block: bool = False) -> str:
    """A formula as an element of a page."""
    return f'<math xmlns="http://www.w3.org/1998/Math/MathML" display="{"block" if block else "inline"}">{body}</math>'


class _Group:
    """What stands between two brackets, and the shape that waits for its arguments."""

    def __init__(self, *items: Rope) -> None:
        self.items: list[Rope] = [*items]
        self.shape: tuple[str, int] | None = None
        self.args: list[Rope] = []
        self.is_high = False

    def whole(self) -> Rope:
        """One element."""
        return self.items[0] if len(self.items) == 1 else ["<mrow>", *self.items, "</mrow>"]

    def await_(self, tag: str, count: int, *args: Rope) -> None:
        """Begin a shape."""
        self.shape, self.args = (tag, count), [*args]
        self.is_high |= tag == "mfrac"

    def close(self, inner: _Group) -> None:
        """Take a group that is complete."""
        self.is_high |= inner.is_high
        self.receive(inner.whole())

    def follows(self) -> bool:
        """Whether an operator was last: what comes now is no second operand."""
        return bool(self.items) and isinstance(self.items[-1], str) and self.items[-1].endswith("</mo>")

    def receive(self, item: Rope) -> None:
        """Take what a group was closed with: the argument of a shape, or an element like others."""
        if self.shape is None:
            self.items.append(item)
            return
        (tag, count), self.args = self.shape, [*self.args, item]
        if len(self.args) == count:
            args = self.args[::-1] if tag == "mroot" else self.args
            self.items.append([f"<{tag}>", *args, f"</{tag}>"])
            self.shape = None


def from_latex(text: str) -> str:
    """The LaTeX of this program as one element of MathML. Nothing recurses."""
    groups = [_Group()]
    for match in _TOKEN.finditer(text):
        kind, found = match.lastgroup or "", match[match.lastgroup or 0]
        _ACTIONS.get(kind, _element)(groups, found if kind != "word" else match)
    return _flat(groups[0].whole())


def _word(groups: list[_Group], match: re.Match[str]) -> None:
    word = re.sub(r"\\(.)", r"\1", match["word"])
    if match["font"] == "text":
        groups[-1].items.append(f"<mtext>{escape(word)}</mtext>")
    else:
        upright = ' mathvariant="normal"' if len(word) == 1 else ""
        groups[-1].items.append(f"<mi{upright}>{escape(word)}</mi>")


def _left(groups: list[_Group], sign: str) -> None:
    groups.extend([_Group(_SIGNS.get(sign, sign)), _Group()])


def _right(groups: list[_Group], sign: str) -> None:
    """A fence and what it holds, each a group. It stretches only where it must: else browsers leave the room of the largest."""
    inner, outer = groups.pop(), groups[-1]
    kind = "<mo>" if inner.is_high else '<mo stretchy="false">'
    outer.items[0] = f"{kind}{outer.items[0]}</mo>"
    outer.close(inner)
    outer.items.append(f"{kind}{_SIGNS.get(sign, sign)}</mo>")
    groups[-2].close(groups.pop())


def _begin(groups: list[_Group], _: str) -> None:
    groups.append(_Group("<mo>{</mo>", "<mtable><mtr><mtd>"))
    groups[-1].is_high = True


def _end(groups: list[_Group], _: str) -> None:
    groups[-1].items.append("</mtd></mtr></mtable>")
    groups[-2].close(groups.pop())


def _command(groups: list[_Group], text: str) -> None:
    """A shape, or an element."""
    if text in _SHAPES:
        groups[-1].await_(*_SHAPES[text])
        if text == r"\sqrt[":
            groups.append(_Group())
    elif text == "\\\\":
        groups[-1].items.append("</mtd></mtr><mtr><mtd>")
    elif text in (r"\,", r"\quad"):
        groups[-1].items.append(_TIMES if text == r"\," else '<mspace width="1em"/>')
    elif text in _NAMES:
        groups[-1].items.append(f"<mi>{_NAMES[text]}</mi>")
    else:
        groups[-1].items.append(f"<mo>{_SIGNS[text]}</mo>")


def _sign(groups: list[_Group], sign: str) -> None:
    """A bracket of LaTeX itself, an index, a letter, or an operator."""
    if sign == "{":
        groups.append(_Group())
    elif sign in "}]":
        groups[-2].close(groups.pop())
    elif sign in "()":
        (_left if sign == "(" else _right)(groups, sign)
    elif sign in "^_":
        groups[-1].await_(*_SHAPES[sign], groups[-1].items.pop())
    elif sign == "&":
        groups[-1].items.append("</mtd><mtd>")
    elif sign.isalpha():
        groups[-1].items.append(f"<mi>{sign}</mi>")
    else:
        kind = '<mo form="prefix">' if sign == "-" and groups[-1].follows() else "<mo>"
        groups[-1].items.append(f"{kind}{escape(_SIGNS.get(sign, sign))}</mo>")


def _element(groups: list[_Group], text: str) -> None:
    groups[-1].items.append(f"<mn>{text}</mn>")


_ACTIONS: dict[str, Callable[[list[_Group], Any], None]] = {
    "word": _word, "left": _left, "right": _right, "begin": _begin, "end": _end, "command": _command, "sign": _sign,
    "number": _element,
}  # fmt: skip


def _flat(rope: Rope) -> str:
    """The text of a rope, however deep."""
    parts: list[str] = []
    stack: list[Rope] = [rope]
    while stack:
        piece = stack.pop()
        if isinstance(piece, str):
            parts.append(piece)
        else:
            stack.extend(reversed(piece))
    return "".join(parts)
