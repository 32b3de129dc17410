"""Why the parser stopped, in words a person understands."""

from __future__ import annotations

import re
from typing import Any

from lark.exceptions import UnexpectedToken

from autodiff.errors import FormulaError
from autodiff.lexer import plain

_OPERAND = {"NUMBER", "NAME", "LPAR", "CALL", "ROOT", "IF"}


def explain(text: str, error: UnexpectedToken) -> FormulaError:
    """The error to show for a token that the grammar does not allow."""
    token: Any = error.token
    kind = token.type
    at = len(text) if kind == "$END" else token.start_pos
    end = len(text) if kind == "$END" else max(token.end_pos, at + 1)
    shown = plain(text)
    before = re.sub(r"#[^\n]*", lambda match: " " * len(match[0]), shown[:at]).rstrip()
    open_bracket = _unclosed(before)
    wants_operand = bool(_OPERAND & set(error.expected))
    last = before[-1:]

    def refuse(code: str, message: str, hint: str = "", span: tuple[int, int] = (at, end)) -> FormulaError:
        return FormulaError(message, span, hint, code=code, text=text)

    if kind == "JUXT":
        return FormulaError("two operands stand side by side", (at, end), "write * between them", code="E008", text=text)
    if kind == "$END" and not before.strip():
        return refuse("E001", "the formula is empty", "try 3*(a + b*c)")
    if kind in ("SEP", "$END") and last in (";", "") and open_bracket is None:
        return refuse("E015", "an empty statement", "delete one of the ;", (at, end))
    if last == "%" and wants_operand and kind in ("$END", "RPAR", "SEP", "COMMA", "PLUS_MINUS", "TIMES_OVER"):
        return _trailing_percent(text, before, at)
    if kind in ("$END", "SEP"):
        if wants_operand:
            hint = f"something is missing after {re.findall('[*][*]|[<>=!]=|[a-z]+|[^a-z]', before[-9:])[-1]}" if last else ""
            if last == "(" and "RPAR" not in error.expected:
                hint = "something is missing inside the brackets"
            return refuse("E003", "the formula ends too early", hint)
        if open_bracket is not None:
            return refuse("E010", "this bracket is not closed", "add a )", (open_bracket, open_bracket + 1))
        return refuse("E003", "the formula ends too early", _wish(error.expected))
    if kind == "RPAR":
        if last == "(" and wants_operand:
            return refuse("E003", "nothing stands inside the brackets", _wish(error.expected), (before.rindex("("), end))
        if open_bracket is None:
            return refuse("E010", "this bracket was never opened", "delete it, or add a (")
        if wants_operand:
            return refuse("E005", f"something is missing between {last} and )", _wish(error.expected))
        return refuse("E013", "'if' takes a condition and two formulas", "write if(condition, then, else)")
    if kind == "COMMA" and "COMPARE" in error.expected:
        return refuse("E011", "'if' needs a condition first", "write if(x > 0, then, else)")
    if kind == "COMMA" and open_bracket is not None and re.search(r"\bif\s*\Z", before[:open_bracket]):
        return refuse("E013", "'if' takes a condition and two formulas", "write if(condition, then, else)")
    if kind == "COMMA":
        return _misplaced_comma(text, before, at, bool(wants_operand))
    if kind == "COMPARE":
        if "AND" in error.expected:
            return refuse("E011", "comparisons cannot be chained", "write a < b and b < c for a < b < c")
        return refuse("E011", "a condition stands where a number belongs", "write if(condition, then, else)")
    if kind in ("AND", "OR", "NOT"):
        return refuse("E011", f"'{token.value}' joins conditions, and belongs inside if(…)", "write if(a > 0 and b > 0, 1, 0)")
    if kind in ("ASSIGN", "DEFINE") and open_bracket is not None and "\n" in text[open_bracket:at]:
        return refuse("E010", "this bracket is not closed", "add a )", (open_bracket, open_bracket + 1))
    if kind in ("ASSIGN", "EQUALS", "DEFINE"):
        if open_bracket is not None:
            return refuse("E011", "= names a value and does not compare", "write == to compare")
        if "=" in re.split("[;\n]", before)[-1]:
            return refuse("E005", "a statement has only one =", "write b = 3; a = b for a = b = 3")
        return refuse("E005", "only a plain name can stand to the left of =", "write name = formula, or == inside if(…)")
    if kind in ("PLUS_MINUS", "TIMES_OVER", "POWER", "SUPERSCRIPT"):
        return refuse("E005", f"nothing stands before {token.value}" if not last else f"{token.value} cannot follow {last}",
                      _wish(error.expected) if wants_operand else "use brackets to show the order")  # fmt: skip
    if "COMPARE" in error.expected or "AND" in error.expected:
        return refuse("E011", "'if' needs a condition first", "write if(x > 0, then, else)")
    return refuse("E005", f"'{token.value}' is out of place", _wish(error.expected))


def _unclosed(text: str) -> int | None:
    """The place of the last bracket that is open at the end of the text."""
    closed = 0
    for at in range(len(text) - 1, -1, -1):
        if text[at] == ")":
            closed += 1
        elif text[at] == "(":
            if closed == 0:
                return at
            closed -= 1
    return None


def _trailing_percent(text: str, before: str, at: int) -> FormulaError:
    sign = len(before) - 1
    amount = re.search(r"[\w.]*\s*\Z", before[:sign])
    number = amount[0].strip() if amount else ""
    rewrites = [f"{number}/100"] if number else []
    hint = "write /100 for per cent; a % b is the remainder" if not rewrites else ""
    start = sign - len(amount[0]) if amount and number else sign
    return FormulaError(
        "% stands at the end, and is no per cent sign here", (start, sign + 1), hint, code="E002", text=text, rewrites=rewrites
    )


def _misplaced_comma(text: str, before: str, at: int, wants_operand: bool) -> FormulaError:
    number = re.search(r"(?<![\w.])[0-9.]+\Z", before[-400:])
    follows = re.compile(r"((?:,[0-9]+)+)(?![\w.])").match(plain(text), at)
    if number and follows:
        whole, parts = number[0], follows[1].split(",")[1:]
        rewrites = [whole + "".join(parts)] if all(len(part) == 3 for part in parts) else []
        rewrites += [f"{whole}.{parts[0]}"] if "." not in whole and len(parts) == 1 else []
        span = (at - len(number[0]), follows.end())
        return FormulaError(f"{whole}{follows[1]} is not a number", span, code="E004", text=text, rewrites=rewrites)
    if wants_operand:
        return FormulaError("something is missing before the comma", (at, at + 1), "commas separate arguments", text=text)
    return FormulaError("a comma belongs between the arguments of a function", (at, at + 1), "delete it", text=text)


def _wish(expected: Any) -> str:
    """What would have been right, without the parser's own names."""
    names = set(expected)
    words = []
    if "NAME" in names and "NUMBER" not in names:
        words.append("a plain name")
    elif _OPERAND & names:
        words.append("a number, a name or (")
    for name, word in (
        ("PLUS_MINUS", "a sign such as + or *"),
        ("COMMA", "a comma"),
        ("RPAR", ")"),
        ("COMPARE", "a comparison such as <"),
        ("EQUALS", "="),
    ):
        if name in names and not (name == "PLUS_MINUS" and words):
            words.append(word)
    return "expected " + ", ".join(words) if words else ""
