"""Why a call is refused: of a function that is not known, or with a wrong number of arguments."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from autodiff.errors import FormulaError, suggestion
from autodiff.messages import count, say
from autodiff.primitives import CONSTANTS, FUNCTIONS
from autodiff.reading.source import Lexeme, Operand, Source
from autodiff.tape import Span, canonical


def wrong_count(
    source: Source, name: str, variadic: bool, wanted: int, given: Sequence[Operand] | Sequence[int], span: Span
) -> FormulaError:
    hint = say("this call has {number}", number=len(given))
    if len(given) > wanted and all(isinstance(a, tuple) and source.shown(a).isdigit() for a in given):
        hint = say("this call has {number}; numbers are written without separators", number=len(given))
    return source.refuse("E013", _needs(name, variadic, wanted), span, hint)


def _needs(name: str, variadic: bool, wanted: int) -> str:
    """How many arguments a function takes."""
    if name == "log":
        return say("'log' takes 1 or 2 arguments")
    if name == "if":
        return say("'if' takes a condition and two formulas")
    if variadic:
        return say("'{name}' takes 2 or more arguments", name=name)
    return count(wanted, "'{name}' takes {number} argument", "'{name}' takes {number} arguments", name=name)


def unknown_function(
    source: Source, token: Lexeme, arguments: Sequence[Operand], end: int, functions: Collection[str], names: Collection[str]
) -> FormulaError:
    """The call of a name that is no function, where these functions and names are the text's own."""
    name, span, call = token.value, token.span, (token.start_pos, end)
    inside = ", ".join(source.shown(operand) for operand in arguments)
    before = source.plain[: span[0]].rstrip()[-1:]
    product: tuple[str, ...] = (f"{name}*({inside})",) if len(arguments) == 1 else ()
    if before in ("/", "%") and product:
        product = (f"({product[0]})", product[0])
    if re.search(rf"(?<!\w){re.escape(name)}\s*\([^()]*\)\s*=(?!=)", source.text[span[1] :]):
        message = say("the function '{name}' is used before it is defined", name=name)
        return source.refuse("E017", message, span, say("move its definition up"))
    if canonical(name) in CONSTANTS:
        return source.refuse("E014", say("'{name}' is a constant, not a function", name=name), call, "", product)
    unknown = say("unknown function '{name}'", name=name)
    if (run := _product_with_function(source, name, names)) and arguments:
        rewrite = f"{run}({inside})"
        return source.refuse("E012", unknown, call, "", (f"({rewrite})", rewrite) if before in ("/", "%", "^") else (rewrite,))
    near = "" if len(name) == 1 else suggestion(name, [*FUNCTIONS, *functions])
    if not near and (len(name) == 1 or name in names):
        return source.refuse("E014", say("'{name}' is not a function", name=name), call, "", product)
    if not near and product:
        hint = say("for the product write {spelling}; `autodiff functions` lists the functions", spelling=product[0])
        return source.refuse("E012", unknown, call, hint, product[:1])
    hint = say("did you mean '{near}'?", near=near) if near else say("`autodiff functions` lists the functions")
    return source.refuse("E012", unknown, span, hint)


def _product_with_function(source: Source, name: str, names: Collection[str]) -> str:
    """x*sin, where xsin is called and x stands in the formula; or nothing."""
    for start in range(1, len(name) - 1):
        letters, function = name[:start], name[start:]
        if function in FUNCTIONS and (letters in names or all(_stands_alone(source.text, letter) for letter in letters)):
            return f"{'*'.join(letters if letters not in names else [letters])}*{function}"
    return ""


def _stands_alone(text: str, letter: str) -> bool:
    return (
        letter in CONSTANTS or letter == "π" or re.search(rf"(?<![^\W\d_]){re.escape(letter)}(?![^\W\d_]|\s*\()", text) is not None
    )
