"""Why two operands that stand side by side are refused, where people disagree about what that means."""

from __future__ import annotations

import re

from autodiff.errors import FormulaError
from autodiff.messages import say
from autodiff.primitives import FUNCTIONS
from autodiff.reading.brackets import opening, operand_text
from autodiff.reading.source import Lexeme, Source
from autodiff.reading.together import spellings
from autodiff.tape import Span

_FACTOR = re.compile(r"[^\S\n]+([^\W\d]\w*\([^()]*\)|[^\W\d]\w*|[0-9.]+)(?!\w|\s*[(=])")


def refusal(source: Source, left: Lexeme, right: Lexeme) -> FormulaError:
    """The error for two neighbours that are no product to everybody."""
    if left.type == "NAME":
        return _after_name(source, left, right)
    if right.type == "NUMBER":
        return _before_number(source, left, right)
    if "e" in left.value or "E" in left.value:
        return _after_exponent(source, left, right)
    return _number_and_name(source, left, right)


def _after_name(source: Source, left: Lexeme, right: Lexeme) -> FormulaError:
    name, operand = left.value, operand_text(source.plain, right)
    span = (left.start_pos, right.start_pos + len(operand))
    if name == "if":
        return source.refuse("E009", say("'if' needs brackets"), span, say("its form is if(condition, then, else)"))
    if name == "mod":
        hint = say("write mod(a, {operand}), or a % {operand}", operand=operand)
        return source.refuse("E009", say("'mod' needs brackets"), span, hint)
    if name in FUNCTIONS:
        return _bare_function(source, name, operand, span, right)
    if right.value == "mod" and (rest := re.compile(r"\s*([\w.]+)").match(source.plain, right.end_pos)):
        what = say("'mod' needs brackets")
        return source.refuse("E009", what, (left.start_pos, rest.end()), "", (f"{name} % {rest[1]}", f"mod({name}, {rest[1]})"))
    what = say("'{name}' and '{other}' stand side by side", name=name, other=right.value)
    if right.type == "NUMBER":
        what = say("'{name}' and {number} stand side by side", name=name, number=operand)
        if name in ("x", "X") and (times := _times(source, left)):
            factors = re.split(r"\s+[xX]\s+", times[0])
            return source.refuse("E008", what, times.span(), "", ("*".join(factors), f"*{name}*".join(factors)))
    factors, end = _row(source.plain, [name, operand], span[1])
    product = "*".join(factors)
    divides = source.plain[: span[0]].rstrip()[-1:] in ("/", "%", "^")
    return source.refuse("E008", what, (span[0], end), "", (product, f"({product})") if divides else (product,))


def _times(source: Source, sign: Lexeme) -> re.Match[str] | None:
    """3 x 4: numbers with the letter x between them, which is meant as the sign."""
    found = re.finditer(r"(?<![\w.])[0-9.]+(?:\s+[xX]\s+[0-9.]+)+(?![\w.])", source.plain)
    return next((match for match in found if match.start() < sign.start_pos < match.end()), None)


def _row(text: str, factors: list[str], end: int) -> tuple[list[str], int]:
    """All that stands side by side from here on, functions and what they are taken of put apart; and where it ends."""
    while (more := _FACTOR.match(text, end)) and more[1] not in ("and", "or", "not", "mod", "if", "else"):
        factors, end = [*factors, more[1]], more.end()
    apart = [spellings(factor, ())[0] for factor in factors]
    return [forms[0] if forms else factor for forms, factor in zip(apart, factors, strict=True)], end


def _bare_function(source: Source, name: str, operand: str, span: Span, right: Lexeme) -> FormulaError:
    """sin 2x is sin(2*x) to most, and sin(2)*x by the order of the signs."""
    more = re.compile(r"\s*([^\W\d]\w*)(?!\s*\()").match(source.plain, span[1]) if right.type == "NUMBER" else None
    rewrites: tuple[str, ...] = (f"{name}({operand})",)
    if more:
        span, rewrites = (span[0], more.end()), (f"{name}({operand}*{more[1]})", f"{name}({operand})*{more[1]}")
    return source.refuse("E009", say("'{name}' needs brackets", name=name), span, "", rewrites)


def _after_exponent(source: Source, left: Lexeme, right: Lexeme) -> FormulaError:
    """2e5x: the letter e is read as part of the number."""
    number, operand = left.value, operand_text(source.plain, right)
    message = say("{number} and '{name}' run together", number=number, name=right.value)
    return source.refuse("E004", message, (left.start_pos, right.start_pos + len(operand)), "", (f"{number}*{operand}",))


def _number_and_name(source: Source, left: Lexeme, right: Lexeme) -> FormulaError:
    """2e, 1_000, 0x10: numbers elsewhere, and not here."""
    number, name, span = left.value, right.value, (left.start_pos, right.end_pos)
    if name in ("e", "E"):
        message = say("{text} looks like a number that is not finished", text=number + name)
        hint = say("write {number}*{name} for the product, {number}e0 for the number", number=number, name=name)
        return source.refuse("E004", message, span, hint, (f"{number}*{name}", f"{number}e0"))
    is_grouped = name.startswith("_")
    rewrites = (re.sub("[^0-9]", "", number + name) or "1",) if is_grouped else (str(int(number + name, 0)), f"0*{name}")
    return source.refuse("E004", say("{text} is not a number", text=number + name), span, "", rewrites)


def _before_number(source: Source, left: Lexeme, right: Lexeme) -> FormulaError:
    number, span = right.value, (left.start_pos, right.end_pos)
    if left.type == "NUMBER":
        return _two_numbers(source, left, right)
    if left.type == "SUPERSCRIPT":
        message = say("{number} stands right after an exponent", number=number)
        return source.refuse("E007", message, span, "", (f"x{left.value}*{number}",))
    start = opening(source.plain, left.start_pos)
    message = say("{number} stands right after a bracket", number=number)
    return source.refuse("E008", message, (start, span[1]), "", (f"{source.plain[start : left.end_pos]}*{number}",))


def _two_numbers(source: Source, left: Lexeme, right: Lexeme) -> FormulaError:
    a, b, span = left.value, right.value, (left.start_pos, right.end_pos)
    if left.end_pos == right.start_pos:
        return source.refuse("E004", say("{text} is not a number", text=a + b), span, say("write one decimal point"))
    groups = re.compile(r"[0-9]{1,3}(?:[^\S\n][0-9]{3})+(?![0-9.])").match(source.plain, left.start_pos)
    if groups:
        whole = re.sub(r"\s", "", groups[0])
        return source.refuse("E004", say("{text} is not a number", text=groups[0]), groups.span(), "", (whole,))
    joined = [a + b] if a.isdigit() and b.isdigit() else []
    message = say("two numbers, {a} and {b}, stand side by side", a=a, b=b)
    return source.refuse("E008", message, span, "", (*joined, f"{a}*{b}"))
