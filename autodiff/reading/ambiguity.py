"""Why an operand, a product or a call is refused, with the explicit spellings that would be read in one way only."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from autodiff.errors import FormulaError, suggestion
from autodiff.messages import count, say
from autodiff.primitives import CONSTANTS, FUNCTIONS
from autodiff.reading.lexer import Lexeme
from autodiff.tape import Span, canonical

if TYPE_CHECKING:
    from autodiff.reading.reader import Reader

# What an operand looks like from outside, as far as people disagree about its neighbours.
LITERAL, WORD, ROOTED, POWER, IMPLICIT = 1, 2, 4, 8, 16

RECIPROCALS = {"sec": "cos", "csc": "sin", "cosec": "sin", "cot": "tan"}

Operand = tuple[int, int, int, int]
"""A place on the tape, the extent of its text, brackets included, and its looks."""

SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")


def divided_by_product(reader: Reader, left: Operand, sign: Lexeme, right: Operand) -> FormulaError:
    """6/2(1+2) is 9 or 1: both are shown, neither is chosen."""
    a, b = reader.shown(left), reader.shown(right)
    joint = reader.joints[min(at for at in reader.joints if at >= right[1])]
    first, rest = reader.plain[right[1] : joint].strip(), reader.plain[joint : right[2]].strip()
    first = f"({first})" if first[0] in "+-" else first
    return reader.refuse(
        "E006", say("{formula} is read in two ways", formula=a + sign.value + b), (left[1], right[2]),
        rewrites=(f"({a}{sign.value}{first})*{rest}", f"{a}{sign.value}({first}*{rest})"),
    )  # fmt: skip


def per_cent(reader: Reader, left: Operand, sign: Lexeme, right: Operand) -> FormulaError:
    a, b = reader.shown(left), reader.shown(right)
    return reader.refuse(
        "E002",
        say("{formula} looks like per cent", formula=f"{a}%{b}"),
        (left[1], right[2]),
        rewrites=(f"{a}/100 {b[0]} {b[1:].strip()}", f"{a} % ({b})"),
    )


def after_exponent(reader: Reader, left: Operand, joint: int, right: Operand) -> FormulaError:
    a, b = reader.shown(left), reader.shown(right)
    span = (left[1], right[2])
    if left[3] & ROOTED:
        inside = a.rpartition("√")[2]
        return reader.refuse(
            "E007", say("{formula} is read in two ways", formula=a + b), span, rewrites=(f"{a}*{b}", f"√({inside}*{b})")
        )
    base, sign, exponent = a.rpartition("^")
    if not sign:
        base, sign, exponent = a.rpartition("**") if "**" in a else ("", "", "")
    function = base.strip() or a.rstrip("⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
    if function in FUNCTIONS:
        power = exponent or a[len(function) :].translate(SUPERSCRIPTS)
        inside = b if b.startswith("(") else f"({b})"
        rewrites = (f"{function}{inside}^{power if power.isalnum() else f'({power})'}",)
        if power == "-1":
            inverse = f"a{function}"
            rewrites = (*((inverse + inside,) if inverse in FUNCTIONS else ()), f"1/{function}{inside}")
        return reader.refuse("E009", say("{formula} is read in several ways", formula=a + b), span, rewrites=rewrites)
    inner = (f"{base}{sign}({exponent}*{b})",) if sign else ()
    return reader.refuse("E007", say("{formula} is read in two ways", formula=a + b), span, rewrites=(f"{a}*{b}", *inner))


def wrong_count(reader: Reader, name: str, variadic: bool, wanted: int, given: Any, span: Span) -> FormulaError:
    hint = say("this call has {number}", number=len(given))
    if len(given) > wanted and all(isinstance(a, tuple) and reader.shown(a).isdigit() for a in given):
        hint = say("this call has {number}; numbers are written without separators", number=len(given))
    return reader.refuse("E013", _needs(name, variadic, wanted), span, hint)


def _needs(name: str, variadic: bool, wanted: int) -> str:
    """How many arguments a function takes."""
    if name == "log":
        return say("'log' takes 1 or 2 arguments")
    if name == "if":
        return say("'if' takes a condition and two formulas")
    if variadic:
        return say("'{name}' takes 2 or more arguments", name=name)
    return count(wanted, "'{name}' takes {number} argument", "'{name}' takes {number} arguments", name=name)


def unknown_function(reader: Reader, token: Lexeme, arguments: list[Operand], call: Span) -> FormulaError:
    name, span = token.value, (token.start_pos, token.end_pos)
    inside = ", ".join(reader.shown(operand) for operand in arguments)
    product: tuple[str, ...] = (f"{name}*({inside})",) if len(arguments) == 1 else ()
    if reader.plain[: span[0]].rstrip()[-1:] in ("/", "%") and product:
        product = (f"({product[0]})", product[0])
    if reader.signature_ is not None and reader.signature_[0] == name:
        return reader.refuse(
            "E017", say("the function '{name}' calls itself", name=name), span, say("write the formula without recursion")
        )
    if re.search(rf"(?<!\w){re.escape(name)}\s*\([^()]*\)\s*=(?!=)", reader.text[span[1] :]):
        return reader.refuse(
            "E017", say("the function '{name}' is used before it is defined", name=name), span, say("move its definition up")
        )
    if canonical(name) in CONSTANTS:
        return reader.refuse("E014", say("'{name}' is a constant, not a function", name=name), call, rewrites=product)
    if name in RECIPROCALS and product:
        rewrite = f"1/{RECIPROCALS[name]}({inside})"
        divided = reader.plain[: span[0]].rstrip()[-1:] in ("/", "%", "^")
        return reader.refuse(
            "E012", say("unknown function '{name}'", name=name), span, rewrites=(f"({rewrite})" if divided else rewrite,)
        )
    near = "" if len(name) == 1 else suggestion(name, [*FUNCTIONS, *reader.functions])
    if not near and (len(name) == 1 or name in reader.seen or name in reader.named or name in reader.parameters):
        return reader.refuse("E014", say("'{name}' is not a function", name=name), call, rewrites=product)
    hint = say("did you mean '{near}'?", near=near) if near else say("`autodiff functions` lists the functions")
    return reader.refuse("E012", say("unknown function '{name}'", name=name), span, hint)
