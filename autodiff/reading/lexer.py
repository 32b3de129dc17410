"""Text to tokens, with the invisible sign of an implicit product put in, and what is no token refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lark.lexer import Lexer

from autodiff.errors import FormulaError
from autodiff.messages import N_, say
from autodiff.primitives import FUNCTIONS
from autodiff.tape import Span

OPENS = frozenset({"NUMBER", "NAME", "CALL", "IF", "LPAR", "ROOT"})  # tokens that begin an operand
CLOSES = frozenset({"NUMBER", "NAME", "RPAR", "SUPERSCRIPT"})  # tokens that end one

# One character each, so that every place in the text stays where it was.
_MEANINGS = str.maketrans("×·⋅∙∗÷−", "****" + "*/-") | {
    code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if not 0xFF10 <= code <= 0xFF19
}

_ADVICE = {
    "|": N_("write abs(x) for the absolute value"),
    "!": N_("write gamma(n + 1) for a factorial"),
    "?": N_("write if(condition, then, else)"),
    "&": N_("write and"),
    "[": N_("use round brackets"),
    "]": N_("use round brackets"),
    "{": N_("use round brackets"),
    "}": N_("use round brackets"),
    "'": N_("no quotes are needed"),
    '"': N_("no quotes are needed"),
    "$": N_("no dollar signs are needed"),
    "\\": N_("write plain names and signs, as in sqrt(x) or 2*x"),
    "@": N_("write * for a product"),
    ":": N_("write = to name a value"),
    "°": N_("angles are in radians: write x*pi/180"),
    "‘": N_("no quotes are needed"),
    "’": N_("no quotes are needed"),
    "“": N_("no quotes are needed"),
    "”": N_("no quotes are needed"),
    "–": N_("write - for minus"),
    "—": N_("write - for minus"),
    "ⁿ": N_("write ^n"),
    "∞": N_("give a variable the value inf"),
    "…": N_("write the rest out"),
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


def _refuse(code: str, message: str, span: Span, *rewrites: str, hint: str = "") -> FormulaError:
    return FormulaError(message, span, hint, code=code, rewrites=rewrites)


def _unreadable(text: str, before: Lexeme, token: Lexeme) -> FormulaError:
    """The error for a character that begins no token."""
    sign, span = token.value, (token.start_pos, token.end_pos)
    touching = before.end_pos == token.start_pos
    if sign == "." and before.type == "NUMBER" and touching:
        return _refuse("E004", say("{text} is not a number", text=before.value + "."), (before.start_pos, span[1]), before.value)
    if sign.isdigit():
        return _refuse("E004", say("{sign} is not one of the digits 0-9", sign=repr(sign)), span, hint=say("write plain digits"))
    if sign == "|" and (partner := text.find("|", span[1])) > 0:
        inside = text[span[1] : partner].strip()
        return _refuse("E002", say("bars have no meaning here"), (span[0], partner + 1), f"abs({inside or 'x'})")
    if sign == "!" and before.type in ("NUMBER", "NAME", "RPAR"):
        start = _opening(text, before.start_pos) if before.type == "RPAR" else before.start_pos
        operand = text[start : before.end_pos]
        inside = operand[1:-1] if operand.startswith("(") else operand
        rewrite = f"gamma({inside} + 1)"
        return _refuse(
            "E002",
            say("! has no meaning here"),
            (start, span[1]),
            rewrite,
            hint=say("write {rewrite} for a factorial", rewrite=rewrite),
        )
    if sign.isnumeric():
        from unicodedata import normalize

        plain_form = normalize("NFKC", sign).replace("\u2044", "/")
        return _refuse(
            "E002",
            say("{sign} has no meaning here", sign=repr(sign)),
            span,
            hint=say("write {form} in plain digits and signs", form=plain_form),
        )
    what = say("{sign} has no meaning here", sign=repr(sign))
    if not sign.isprintable() or sign.isspace():
        what = say("the invisible character U+{code} has no meaning here", code=f"{ord(sign):04X}")
    return _refuse("E002", what, span, hint=say(_ADVICE.get(sign, N_("delete it"))))


def _refuse_neighbours(text: str, left: Lexeme, right: Lexeme) -> None:
    """Raise where two operands stand side by side and people disagree about what that means."""
    if right.type == "NUMBER":
        raise _before_number(text, left, right)
    if left.type == "NAME":
        raise _after_name(text, left, right)
    if left.type == "NUMBER" and (right.type == "NAME" or "e" in left.value or "E" in left.value):
        _refuse_after_number(text, left, right)


def _after_name(text: str, left: Lexeme, right: Lexeme) -> FormulaError:
    name, operand = left.value, operand_text(text, right)
    span = (left.start_pos, right.start_pos + len(operand))
    if name == "if":
        return _refuse("E009", say("'if' needs brackets"), span, hint=say("write if(condition, then, else)"))
    if name == "mod":
        return _refuse(
            "E009", say("'mod' needs brackets"), span, hint=say("write mod(a, {operand}), or a % {operand}", operand=operand)
        )
    if name in FUNCTIONS:
        return _refuse("E009", say("'{name}' needs brackets", name=name), span, f"{name}({operand})")
    return _refuse(
        "E008", say("'{name}' and '{other}' stand side by side", name=name, other=right.value), span, f"{name}*{operand}"
    )


def _refuse_after_number(text: str, left: Lexeme, right: Lexeme) -> None:
    number, name, span = left.value, right.value, (left.start_pos, right.end_pos)
    touching = left.end_pos == right.start_pos
    if "e" in number or "E" in number:
        operand = operand_text(text, right)
        span = (left.start_pos, right.start_pos + len(operand))
        raise _refuse("E004", say("{number} and '{name}' run together", number=number, name=name), span, f"{number}*{operand}")
    if name in ("e", "E"):
        raise _refuse(
            "E004", say("{text} looks like a number that is not finished", text=number + name), span,
            f"{number}*{name}", f"{number}e0",
            hint=say("write {number}*{name} for the product, {number}e0 for the number", number=number, name=name),
        )  # fmt: skip
    if name.startswith("_") and touching:
        raise _refuse("E004", say("{text} is not a number", text=number + name), span, re.sub("[^0-9]", "", number + name) or "1")
    if number == "0" and touching and re.fullmatch("[xX][0-9a-fA-F]+|[bB][01]+|[oO][0-7]+", name):
        raise _refuse("E004", say("{text} is not a number", text="0" + name), span, str(int(number + name, 0)), f"0*{name}")


def _before_number(text: str, left: Lexeme, right: Lexeme) -> FormulaError:
    a, b, span = left.value, right.value, (left.start_pos, right.end_pos)
    if left.type == "NUMBER":
        if left.end_pos == right.start_pos:
            return _refuse("E004", say("{text} is not a number", text=a + b), span, hint=say("write one decimal point"))
        groups = re.compile(r"[0-9]{1,3}(?:[^\S\n][0-9]{3})+(?![0-9.])").match(text, left.start_pos)
        if groups:
            return _refuse("E004", say("{text} is not a number", text=groups[0]), groups.span(), re.sub(r"\s", "", groups[0]))
        joined = [a + b] if a.isdigit() and b.isdigit() else []
        return _refuse("E008", say("two numbers, {a} and {b}, stand side by side", a=a, b=b), span, *joined, f"{a}*{b}")
    if a == "mod":
        return _refuse("E009", say("'mod' needs brackets"), span, hint=say("write mod(a, {operand}), or a % {operand}", operand=b))
    if left.type == "NAME" and a in FUNCTIONS:
        more = re.compile(r"\s*([^\W\d]\w*)(?!\s*\()").match(text, right.end_pos)
        if more:
            return _refuse(
                "E009", say("'{name}' needs brackets", name=a), (span[0], more.end()), f"{a}({b}*{more[1]})", f"{a}({b})*{more[1]}"
            )
        return _refuse("E009", say("'{name}' needs brackets", name=a), span, f"{a}({b})")
    if left.type == "NAME":
        return _refuse("E008", say("'{name}' and {number} stand side by side", name=a, number=b), span, f"{a}*{b}")
    if left.type == "SUPERSCRIPT":
        return _refuse("E007", say("{number} stands right after an exponent", number=b), span, f"x{a}*{b}")
    start = _opening(text, left.start_pos)
    return _refuse(
        "E008", say("{number} stands right after a bracket", number=b), (start, span[1]), f"{text[start : left.end_pos]}*{b}"
    )


def operand_text(text: str, token: Lexeme) -> str:
    """The operand that begins with a token: a number, a name, or all up to the closing bracket. Only for errors."""
    if token.type == "ROOT":
        inner = re.compile(r"[\s√]*(?:[0-9.]+|[^\W\d]\w*)?\s*").match(text, token.end_pos)
        at = inner.end() if inner else token.end_pos
        if text[at : at + 1] != "(":
            return text[token.start_pos : at].rstrip()
    elif token.type in ("CALL", "IF", "LPAR"):
        at = text.index("(", token.start_pos)
    else:
        return token.value
    depth = 0
    for place in range(at, len(text)):
        depth += (text[place] == "(") - (text[place] == ")")
        if depth == 0:
            return text[token.start_pos : place + 1]
    return text[token.start_pos :] + ")" * depth


def _opening(text: str, closing: int) -> int:
    """Where the operand begins that ends with this closing bracket; the name of a call belongs to it."""
    depth = 0
    for at in range(closing, -1, -1):
        depth += (text[at] == ")") - (text[at] == "(")
        if depth == 0:
            before = re.search(r"\w*\s*\Z", text[max(0, at - 80) : at])
            return at - len(before[0]) if before and before[0].strip() else at
    return 0
