"""Formulas as LaTeX, for math mode with amsmath: the rows of the table say how each operation is written."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from functools import cache

from autodiff.messages import say
from autodiff.primitives import CONSTANTS, TABLE
from autodiff.tape import Apply, Const, Tape, Var
from autodiff.writing.formulas import statements
from autodiff.writing.pieces import Piece
from autodiff.writing.styles import ATOM, CONSTANT, FORMULA, LOWEST, NEGATIVE

Label = Callable[[int], str | None]

KNOWN = frozenset(["sin", "cos", "tan", "sinh", "cosh", "tanh", "max", "min"])
"""The functions that LaTeX has a command for."""

LEVELS = {op: (sign.binds, sign.left, sign.right) for op, sign in FORMULA.signs.items()} | {
    "neg": (NEGATIVE, 10, 10),
    "div": (11, LOWEST, LOWEST),
    "mod": (7, 11, 11),
    "pow": (12, CONSTANT, LOWEST),
    "exp": (12, LOWEST, LOWEST),
    "not": (3, ATOM, ATOM),
}
"""How tightly an operation binds, and what its first and its second operand must bind at least to stand without brackets."""

TIMES = r" \cdot "
_COMMANDS = """alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi omega
Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"""
GREEK = dict(zip(_COMMANDS.split(), "αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΥΦΨΩ", strict=True))
"""The Greek letters that LaTeX has a command for, and their signs."""
ROUND = {"epsilon": "varepsilon", "phi": "varphi"}  # the commands that draw ε and φ as they are printed elsewhere
_LETTERS = {sign: word for word, sign in GREEK.items()}
_IN_TEXT = {"∂": r"$\partial$", "·": r"$\cdot$", "→": r"$\to$", "∞": r"$\infty$", "…": r"\dots{}"}
LOWERED = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
"""Digits below the line, which names may have, and plain ones."""
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")
_INDEXED = re.compile(r"([^\W\d_₀-₉]+)(?:_?([0-9]+|[₀-₉]+)|_([^\W_]+))")
_NUMBER = re.compile(r"(-?)([\d.]+)(?:[eE]([-+]?\d+))?")
_WORD = re.compile(r"\\(?:mathrm|text)\{[^}]{2,}\}")
_SPECIAL = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}


def expression(tape: Tape, root: int, label: Label) -> str:
    """One node; those that have a label are written as it: a name or a number. Nothing recurses."""
    return _written(tape, [(root, LOWEST)], root, label)


def step(tape: Tape, place: int, label: Label, taken: bool | None = None) -> str:
    """One operation in the names of its arguments; the branch of an `if` that was not taken is left out."""
    node = tape.nodes[place]
    if not isinstance(node, Apply) or node.op != "if" or taken is None:
        return expression(tape, place, label)
    hidden = node.args[2 if taken else 1]
    is_long = isinstance(tape.nodes[hidden], Apply)
    written = [r"\dots" if is_long and part == (hidden, LOWEST) else part for part in pieces(node)[1]]
    return _written(tape, written[::-1], place, label)


def reading(tape: Tape, output: str = "", taken: Collection[str] = ()) -> list[str]:
    """The whole formula as equations, one for each statement; `output` names the result."""
    names, found = statements(tape, output, taken)
    texts = [expression(tape, place, names.get) for _, place in found]
    return [f"{name(left)} = {text}" if left else text for (left, _), text in zip(found, texts)]


def _written(tape: Tape, stack: list[Piece], root: int, label: Label) -> str:
    parts: list[str] = []
    while stack:
        piece = stack.pop()
        if isinstance(piece, str):
            _append(parts, piece)
            continue
        place, least = piece
        node = tape.nodes[place]
        text = None if place == root else label(place)
        if text is not None or not isinstance(node, Apply):
            _append(parts, _leaf(node, text, least))
        elif node.op == "copy":
            stack.append((node.args[0], least))
        else:
            binds, written = pieces(node)
            if binds < least:
                head = written.pop(0) if isinstance(written[0], str) else ""
                written = [rf"\left({head}", *written, r"\right)"]
            stack.extend(reversed(written))
    return "".join(parts)


def pieces(node: Apply) -> tuple[int, list[Piece]]:
    """How tightly an operation binds, and the texts and operands it is written with."""
    binds, *least = LEVELS.get(node.op, (ATOM,))
    template = [say_within(part) if isinstance(part, str) else part for part in _template(node.op, len(node.args))]
    return binds, [part if isinstance(part, str) else (node.args[part], least[part] if least else LOWEST) for part in template]


def say_within(text: str) -> str:
    """The only word that a row contains, in the language in use."""
    if "otherwise" not in text:
        return text
    word = say("otherwise")
    return text.replace(r"\text{otherwise}", rf"\text{{{word}}}")


@cache
def _template(op: str, count: int) -> list[str | int]:
    """The texts that an operation is written with, and between them the numbers of its arguments."""
    row = TABLE[op]
    sign = row.latex or (rf"\{row.name}" if row.name in KNOWN else rf"\operatorname{{{row.name}}}")
    arguments = ", ".join(f"#{k + 1}" for k in range(count))
    parts = re.split(r"#(\d+)", sign if "#" in sign else rf"{sign}\left({arguments}\right)")
    return [int(part) - 1 if k % 2 else part for k, part in enumerate(parts) if part]


def _leaf(node: object, text: str | None, least: int) -> str:
    """A name or a number, in brackets where it must be."""
    own = node.text if isinstance(node, Const) else node.name if isinstance(node, Var) else None
    text = own or "" if text is None else text
    is_name = text in CONSTANTS if isinstance(node, Const) else text == own
    if is_name or not (text[:1].isdigit() or text[:1] in ("-", ".") or text in ("inf", "nan")):
        return constant(text) if isinstance(node, Const) else name(text)
    written = number(text)
    return rf"\left({written}\right)" if _binding(written) < least else written


def _binding(number: str) -> int:
    return NEGATIVE if number.startswith("-") else 10 if r"\times" in number else 12 if "^" in number else CONSTANT


def _append(parts: list[str], text: str) -> None:
    """Add a piece, the sign of a product only where it is needed, and a blank where a command would go on."""
    before = parts[-1] if parts else ""
    if before == TIMES:
        parts[-1] = before = _product(parts[-2], text)
        before = before or parts[-2]
    if text[:1].isalpha() and re.search(r"\\[A-Za-z]+$", before):
        parts.append(" ")
    parts.append(text)


def _product(left: str, right: str) -> str:
    """What stands between two factors. 2x, 2(a + b) and (a + b)(c + d) need nothing; a(b + c) would look like a call."""
    if right[:1].isdigit() or right[:1] == "." or right.startswith((r"\left(-", r"\infty")):
        return TIMES
    bracket = right.startswith(r"\left(")
    if _WORD.match(right) and _WORD.match(left):
        return TIMES  # two words side by side would look like one
    if left[-1:].isdigit() or left[-1:] == ".":
        return TIMES if right.startswith(r"\frac") else r"\," if right.startswith((r"\mathrm{", r"\text{")) else ""
    if bracket:
        return "" if left.endswith(r"\right)") else TIMES
    return r"\,"


def constant(text: str) -> str:
    """π, τ, and e, which stands upright, as a variable of that name does not."""
    return r"\mathrm{e}" if text == "e" else name(text)


@cache
def name(text: str) -> str:
    """A name: w1 has an index, alpha is a letter, what is long stands upright; a prime stays behind it."""
    if text.endswith("'"):
        return name(text[:-1]) + "'"
    match = _INDEXED.fullmatch(text)
    if match is None:
        return _word(text)
    stem, digits, word = match.groups()
    return f"{_word(stem)}_{{{digits.translate(LOWERED) if digits else _word(word)}}}"


def _word(text: str) -> str:
    word = _LETTERS.get(text, text)
    if word in GREEK:
        return f"\\{ROUND.get(word, word)}"
    if len(text) == 1 and text.isascii() and text.isalpha():
        return text
    return rf"\{'mathrm' if text.isascii() else 'text'}{{{escape(text)}}}"


def number(text: str) -> str:
    """A number as it was written, 1e-3 as a power of ten."""
    sign = "-" if text.startswith("-") else ""
    if text.lstrip("-") in ("inf", "nan"):
        return sign + (r"\infty" if text.endswith("inf") else r"\mathrm{NaN}")
    match = _NUMBER.fullmatch(text)
    assert match is not None, text
    _, digits, exponent = match.groups()
    if exponent is None:
        return sign + digits
    power = f"10^{{{int(exponent)}}}"
    return sign + (power if digits in ("1", "1.0", "1.") else rf"{digits} \times {power}")


def escape(text: str) -> str:
    """A text in which no sign is read as a command; digits above and below the line, which fonts lack, are set in math mode."""
    text = "".join(_SPECIAL.get(sign) or (f"\\{sign}" if sign in "_#$%&{}" else sign) for sign in text)
    if text.isascii():
        return text
    text = re.sub("[⁰¹²³⁴-⁹⁺⁻]+", lambda digits: f"$^{{{digits[0].translate(_RAISED)}}}$", text)
    return re.sub("[₀-₉]+", lambda digits: f"$_{{{digits[0].translate(LOWERED)}}}$", text)


def prose(text: str) -> str:
    """Any text for a sentence; signs that fonts for text lack are set in math mode."""
    parts = re.split("([" + "".join([*_IN_TEXT, *_LETTERS]) + "])", text)
    return "".join([_IN_TEXT.get(part) or (f"${_word(part)}$" if part in _LETTERS else escape(part)) for part in parts])
