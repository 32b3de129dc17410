"""Why a product is refused that is read in two ways, with the explicit spellings that are read in one way only."""

from __future__ import annotations

import re

from autodiff.errors import FormulaError
from autodiff.messages import say
from autodiff.primitives import FUNCTIONS
from autodiff.reading.source import ROOTED, SUPERSCRIPTS, Lexeme, Operand, Source
from autodiff.tape import Span


def divided_by_product(source: Source, left: Operand, sign: Lexeme, right: Operand, joint: int) -> FormulaError:
    """6/2(1+2) is 9 or 1: both are shown, neither is chosen."""
    a, b = source.shown(left), source.shown(right)
    first, rest = source.plain[right[1] : joint].strip(), source.plain[joint : right[2]].strip()
    first = f"({first})" if first[0] in "+-" else first
    rewrites = (f"({a}{sign.value}{first})*{rest}", f"{a}{sign.value}({first}*{rest})")
    return source.refuse("E006", _two_ways(a + sign.value + b), (left[1], right[2]), "", rewrites)


def per_cent(source: Source, left: Operand, right: Operand) -> FormulaError:
    """5%-1 is 0.05 - 1 to people, and here the remainder of 5 by -1."""
    a, b = source.shown(left), source.shown(right)
    message = say("{formula} looks like per cent", formula=f"{a}%{b}")
    rewrites = (f"{a}/100 {b[0]} {b[1:].strip()}", f"{a} % ({b})")
    return source.refuse("E002", message, (left[1], right[2]), "", rewrites)


def after_exponent(source: Source, left: Operand, right: Operand) -> FormulaError:
    """x^2y, √2x: the second operand belongs to the exponent or to the root, or it does not."""
    a, b, span = source.shown(left), source.shown(right), (left[1], right[2])
    if left[3] & ROOTED:
        rewrites: tuple[str, ...] = (f"{a}*{b}", f"√({a.rpartition('√')[2]}*{b})")
        return source.refuse("E007", _two_ways(a + b), span, "", rewrites)
    base, sign, exponent = a.rpartition("^")
    if not sign:
        base, sign, exponent = a.rpartition("**") if "**" in a else ("", "", "")
    function = base.strip() or a.rstrip("⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
    if function in FUNCTIONS:
        power = exponent or a[len(function) :].translate(SUPERSCRIPTS)
        return _power_of_function(source, function, power, a, b, span)
    inner = (f"{base}{sign}({exponent}*{b})",) if sign else ()
    return source.refuse("E007", _two_ways(a + b), span, "", (f"{a}*{b}", *inner))


def power_of_root(source: Source, base: Operand, end: int, exponent: str) -> FormulaError:
    """√x² is the square of the root to some, and the root of the square to others."""
    a = source.shown(base)
    inner = a.rpartition("√")[2].strip()
    rewrites = (f"sqrt({inner})^{exponent}", f"sqrt({inner}^{exponent})")
    return source.refuse("E007", _two_ways(f"{a}^{exponent}"), (base[1], end), "", rewrites)


def _power_of_function(source: Source, function: str, power: str, a: str, b: str, span: Span) -> FormulaError:
    """sin^2(x) is the power of the sine, sin^-1(x) the inverse function or the reciprocal."""
    inside = b if b.startswith("(") else f"({b})"
    power = power[1:-1] if re.fullmatch(r"\([^()]*\)", power) else power
    rewrites: tuple[str, ...] = (f"{function}{inside}^{power if power.isalnum() else f'({power})'}",)
    if power == "-1":
        inverse = f"a{function}"
        rewrites = (*((inverse + inside,) if inverse in FUNCTIONS else ()), f"1/{function}{inside}")
    return source.refuse("E009", say("{formula} is read in several ways", formula=a + b), span, "", rewrites)


def _two_ways(formula: str) -> str:
    return say("{formula} is read in two ways", formula=formula)


def concise(text: str) -> str:
    """The note on digits in brackets right after a number, which are an uncertainty where people write results."""
    product = text.replace("(", "*").replace(")", "")
    return say("{text} is the product {product} here; autodiff uncertainty alone reads it as a value with its uncertainty",
               text=text, product=product)  # fmt: skip
