"""Text to tokens, with the invisible sign of an implicit product put in, and what is no token refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lark.lexer import Lexer

from autodiff.errors import FormulaError
from autodiff.primitives import FUNCTIONS

OPENS = frozenset({"NUMBER", "NAME", "CALL", "IF", "LPAR", "ROOT"})  # tokens that begin an operand
CLOSES = frozenset({"NUMBER", "NAME", "RPAR", "SUPERSCRIPT"})  # tokens that end one

# One character each, so that every place in the text stays where it was.
_MEANINGS = str.maketrans("×·⋅∙∗÷−", "****" + "*/-") | {
    code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if not 0xFF10 <= code <= 0xFF19
}

_ADVICE = {
    "|": "write abs(x) for the absolute value",
    "!": "write gamma(n + 1) for a factorial",
    "?": "write if(condition, then, else)",
    "&": "write and",
    "[": "use round brackets",
    "]": "use round brackets",
    "{": "use round brackets",
    "}": "use round brackets",
    "'": "no quotes are needed",
    '"': "no quotes are needed",
    "$": "no dollar signs are needed",
    "\\": "write plain names and signs, as in sqrt(x) or 2*x",
    "@": "write * for a product",
    ":": "write = to name a value",
    "°": "angles are in radians: write x*pi/180",
    "‘": "no quotes are needed",
    "’": "no quotes are needed",
    "“": "no quotes are needed",
    "”": "no quotes are needed",
    "–": "write - for minus",
    "—": "write - for minus",
    "ⁿ": "write ^n",
    "∞": "give a variable the value inf",
    "…": "write the rest out",
}


class Lexeme:
    """A token: its kind, its text and its place. Lark's own token is a string and takes three times as long to make."""

    __slots__ = ("end_pos", "start_pos", "type", "value")
    line = column = end_line = end_column = None

    def __init__(self, type: str, value: str, start_pos: int, end_pos: int) -> None:
        self.type, self.value, self.start_pos, self.end_pos = type, value, start_pos, end_pos


def plain(text: str) -> str:
    """The text with full-width and typographic signs replaced by the usual ones, place for place."""
    return text if text.isascii() else text.translate(_MEANINGS)


class FormulaLexer(Lexer):
    """Reads tokens by the terminals of the grammar, those of high priority first."""

    def __init__(self, conf: Any) -> None:
        terminals = sorted((t for t in conf.terminals if not t.name.startswith("_")), key=lambda t: -t.priority)
        spelled = "|".join(f"(?P<{t.name}>{t.pattern.to_regexp()})" for t in terminals)
        self._next = re.compile(rf"(?:[^\S\n]|#[^\n]*)*(?:{spelled}|(?P<END>\Z)|(?P<BAD>.))").finditer

    def lex(self, text: str) -> Iterator[Lexeme]:  # type: ignore[override]
        text = plain(text)
        before = Lexeme("SEP", "", 0, 0)
        depth = 0
        for match in self._next(text):
            kind: Any = match.lastgroup
            start, end = match.span(kind)
            token = Lexeme(kind, text[start:end], start, end)
            if kind in OPENS and before.type in CLOSES:
                _refuse_neighbours(text, before, token)
                yield Lexeme("JUXT", "", start, start)
            if kind == "LPAR":
                depth += 1
            elif kind == "RPAR":
                depth -= 1
            elif kind == "SEP":
                if token.value == "\n" and (depth > 0 or before.type == "SEP"):
                    continue  # a formula goes on inside brackets, and blank lines are nothing
            elif kind == "END":
                return
            elif kind == "BAD":
                raise _unreadable(text, before, token)
            yield token
            before = token


def _unreadable(text: str, before: Lexeme, token: Lexeme) -> FormulaError:
    sign, span = token.value, (token.start_pos, token.end_pos)
    if sign == "." and before.type == "NUMBER" and before.end_pos == token.start_pos:
        return FormulaError(f"{before.value}. is not a number", (before.start_pos, span[1]), code="E004", rewrites=[before.value])
    if sign.isdigit():
        return FormulaError(f"{sign!r} is not one of the digits 0-9", span, "write plain digits", code="E004")
    if sign == "|":
        partner = text.find("|", span[1])
        inside = text[span[1] : partner].strip() if partner > 0 else ""
        return FormulaError("| has no meaning here", span, code="E002", rewrites=[f"abs({inside or 'x'})"])
    if sign == "!":
        operand = text[before.start_pos : before.end_pos] if before.type in ("NUMBER", "NAME") else "n"
        rewrite = f"gamma({operand} + 1)"
        return FormulaError("! has no meaning here", span, f"write {rewrite} for a factorial", code="E002", rewrites=[rewrite])
    shown = repr(sign) if sign.isprintable() and not sign.isspace() else f"the invisible character U+{ord(sign):04X}"
    return FormulaError(f"{shown} has no meaning here", span, _ADVICE.get(sign, "delete it"), code="E002")


def _refuse_neighbours(text: str, left: Lexeme, right: Lexeme) -> None:
    """Raise where two operands stand side by side and people disagree about what that means."""
    span = (left.start_pos, right.end_pos)
    a, b = left.value, operand_text(text, right)
    if right.type == "NUMBER":
        raise _before_number(text, left, right)
    if left.type == "NAME":
        if a in FUNCTIONS:
            raise FormulaError(f"'{a}' needs brackets", span, code="E009", text=text, rewrites=[f"{a}({b})"])
        raise FormulaError(f"'{a}' and '{right.value}' stand side by side", span, code="E008", rewrites=[f"{a}*{b}"])
    if left.type != "NUMBER":
        return
    touching = left.end_pos == right.start_pos
    if "e" in a or "E" in a:
        raise FormulaError(f"{a} and '{right.value}' run together", span, code="E004", rewrites=[f"{a}*{b}"])
    if right.type == "NAME" and right.value in ("e", "E"):
        raise FormulaError(
            f"{a}{right.value} looks like a number that is not finished",
            span, f"write {a}*{right.value} for the product, {a}e0 for the number", code="E004",
            rewrites=[f"{a}*{right.value}", f"{a}e0"],
        )  # fmt: skip
    if right.value.startswith("_") and touching:
        whole = re.sub("[^0-9]", "", a + right.value) or "1"
        raise FormulaError(f"{a}{right.value} is not a number", span, code="E004", rewrites=[whole])
    if a == "0" and touching and re.fullmatch("[xX][0-9a-fA-F]+|[bB][01]+|[oO][0-7]+", right.value):
        raise FormulaError(
            f"0{right.value} is not a number", span, code="E004", rewrites=[str(int(a + right.value, 0)), f"0*{right.value}"]
        )


def _before_number(text: str, left: Lexeme, right: Lexeme) -> FormulaError:
    a, b, span = left.value, right.value, (left.start_pos, right.end_pos)
    if left.type == "NUMBER":
        if left.end_pos == right.start_pos:
            return FormulaError(f"{a}{b} is not a number", span, "write one decimal point", code="E004", rewrites=[a])
        joined = a + b if a.isdigit() and b.isdigit() else ""
        return FormulaError(
            f"two numbers, {a} and {b}, stand side by side", span, code="E008", rewrites=[*filter(None, [joined]), f"{a}*{b}"]
        )
    if left.type == "NAME":
        if a in FUNCTIONS:
            return FormulaError(f"'{a}' needs brackets", span, code="E009", rewrites=[f"{a}({b})"])
        return FormulaError(f"'{a}' and {b} stand side by side", span, code="E008", rewrites=[f"{a}*{b}", f"{b}*{a}"])
    if left.type == "SUPERSCRIPT":
        return FormulaError(f"{b} stands right after an exponent", span, code="E007", rewrites=[f"x{a}*{b}"])
    start = _opening(text, left.start_pos)
    return FormulaError(f"{b} stands right after a bracket", span, code="E008", rewrites=[f"{text[start : left.end_pos]}*{b}"])


def operand_text(text: str, token: Lexeme) -> str:
    """The operand that begins with a token: a number, a name, or all up to the closing bracket."""
    if token.type == "ROOT":
        return "√(" + text[token.end_pos :].strip().split(" ")[0].strip("()") + ")"
    if token.type not in ("CALL", "IF", "LPAR"):
        return token.value
    depth = 0
    for at in range(token.start_pos, len(text)):
        depth += (text[at] == "(") - (text[at] == ")")
        if text[at] == ")" and depth == 0:
            return text[token.start_pos : at + 1]
    return text[token.start_pos :] + ")" * depth


def _opening(text: str, closing: int) -> int:
    depth = 0
    for at in range(closing, -1, -1):
        depth += (text[at] == ")") - (text[at] == "(")
        if depth == 0:
            before = re.search(r"\w*\s*\Z", text[:at])
            return before.start() if before else at
    return 0
