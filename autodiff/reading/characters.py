"""Why a character is refused that begins no token."""

from __future__ import annotations

from unicodedata import normalize

from autodiff.errors import FormulaError
from autodiff.messages import N_, say
from autodiff.reading.brackets import opening
from autodiff.reading.source import Lexeme, Source

_ADVICE = {
    "|": N_("write abs(x) for the absolute value"),
    "!": N_("write gamma(n + 1) for a factorial"),
    "?": N_("its form is if(condition, then, else)"),
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

MADE_OF = N_("a formula is made of names, numbers, + - * / ^ % and round brackets")


def unreadable(source: Source, before: Lexeme, token: Lexeme) -> FormulaError:
    """The error for a character that begins no token, after another token."""
    span = token.span
    sign = source.plain[slice(*span)]
    typed = source.text[slice(*span)]
    if sign == "." and before.type == "NUMBER" and before.end_pos == token.start_pos:
        number = before.value
        return source.refuse("E004", say("{text} is not a number", text=number + "."), (before.start_pos, span[1]), "", (number,))
    if sign.isdigit():
        return source.refuse("E004", say("{sign} is not one of the digits 0-9", sign=repr(typed)), span, say("write plain digits"))
    if sign == "|" and (partner := source.plain.find("|", span[1])) > 0:
        inside = source.plain[span[1] : partner].strip()
        return source.refuse("E002", say("bars have no meaning here"), (span[0], partner + 1), "", (f"abs({inside or 'x'})",))
    if sign == "!" and before.type in ("NUMBER", "NAME", "RPAR"):
        return _factorial(source, before, span[1])
    what = say("{sign} has no meaning here", sign=repr(typed))
    if sign.isnumeric():
        form = normalize("NFKC", sign).replace("\u2044", "/")
        return source.refuse("E002", what, span, say("write {form} in plain digits and signs", form=form))
    if not sign.isprintable() or sign.isspace():
        what = say("the invisible character U+{code} has no meaning here", code=f"{ord(sign):04X}")
        return source.refuse("E002", what, span, say("delete it"))
    return source.refuse("E002", what, span, say(_ADVICE.get(sign, MADE_OF)))


def _factorial(source: Source, before: Lexeme, end: int) -> FormulaError:
    start = opening(source.plain, before.start_pos) if before.type == "RPAR" else before.start_pos
    operand = source.plain[start : before.end_pos]
    rewrite = f"gamma({operand[1:-1] if operand.startswith('(') else operand} + 1)"
    hint = say("write {rewrite} for a factorial", rewrite=rewrite)
    return source.refuse("E002", say("! has no meaning here"), (start, end), hint, (rewrite,))
