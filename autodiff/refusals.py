"""Why the parser stopped, in words a person understands."""

from __future__ import annotations

import re
from collections.abc import Set
from typing import Any, NamedTuple

from lark.exceptions import UnexpectedToken

from autodiff.errors import FormulaError
from autodiff.lexer import plain
from autodiff.tape import Span

_OPERAND = {"NUMBER", "NAME", "LPAR", "CALL", "ROOT", "IF"}


class Stop(NamedTuple):
    """Where the parser stopped: at a token of this kind, after this text, where it would have taken these kinds."""

    text: str
    before: str
    kind: str
    word: str
    span: Span
    expected: Set[str]

    @property
    def last(self) -> str:
        """The last sign before."""
        return self.before[-1:]

    @property
    def wants_operand(self) -> bool:
        """Whether an operand is missing."""
        return bool(_OPERAND & self.expected)

    @property
    def bracket(self) -> int | None:
        """The place of the last bracket that is open."""
        return _unclosed(self.before)

    def refuse(self, code: str, message: str, hint: str = "", span: Span | None = None, *rewrites: str) -> FormulaError:
        """The error for this place."""
        return FormulaError(message, span or self.span, hint, code=code, text=self.text, rewrites=rewrites)

    def not_closed(self, bracket: int) -> FormulaError:
        """The error for a bracket that is still open."""
        return self.refuse("E010", "this bracket is not closed", "add a )", (bracket, bracket + 1))


def explain(text: str, error: UnexpectedToken) -> FormulaError:
    """The error to show for a token that the grammar does not allow."""
    token: Any = error.token
    at, end = (len(text), len(text)) if token.type == "$END" else (token.start_pos, max(token.end_pos, token.start_pos + 1))
    before = re.sub(r"#[^\n]*", lambda match: " " * len(match[0]), plain(text)[:at]).rstrip()
    stop = Stop(text, before, token.type, token.value, (at, end), set(error.expected))
    if stop.last == "%" and stop.wants_operand and stop.kind not in _OPERAND:
        return _trailing_percent(stop)
    return _WORDS.get(stop.kind, _out_of_place)(stop)


def _ended(stop: Stop) -> FormulaError:
    """The end of the text, or of a statement."""
    bracket = stop.bracket
    if stop.kind == "$END" and not stop.before.strip():
        return stop.refuse("E001", "the formula is empty", "try 3*(a + b*c)")
    if stop.last in (";", "") and bracket is None:
        return stop.refuse("E015", "an empty statement", "delete one of the ;")
    if stop.wants_operand:
        sign = re.search(r"\*\*|[<>=!]=|\w+\Z|\S\Z", stop.before[-9:])
        where = "inside the brackets" if stop.last == "(" else f"after {sign[0] if sign else ''}"
        return stop.refuse("E003", "the formula ends too early", f"something is missing {where}")
    return stop.refuse("E003", "the formula ends too early", _wish(stop)) if bracket is None else stop.not_closed(bracket)


def _closed(stop: Stop) -> FormulaError:
    """A closing bracket."""
    if stop.last == "(" and stop.wants_operand:
        return stop.refuse("E003", "nothing stands inside the brackets", _wish(stop), (len(stop.before) - 1, stop.span[1]))
    if stop.bracket is None:
        return stop.refuse("E010", "this bracket was never opened", "delete it, or add a (")
    if stop.wants_operand:
        return stop.refuse("E005", f"something is missing between {stop.last} and )", _wish(stop))
    return stop.refuse("E013", *IF_NEEDS)


def _comma(stop: Stop) -> FormulaError:
    """A comma: of a number, of a call with too many arguments, or out of place."""
    if "COMPARE" in stop.expected:
        return stop.refuse("E011", *CONDITION_FIRST)
    if stop.bracket is not None and re.search(r"\bif\s*\Z", stop.before[: stop.bracket]):
        return stop.refuse("E013", *IF_NEEDS)
    at = stop.span[0]
    number = re.search(r"(?<![\w.])[0-9.]+\Z", stop.before[-400:])
    follows = re.compile(r"((?:,[0-9]+)+)(?![\w.])").match(plain(stop.text), at)
    if number and follows:
        whole, parts = number[0], follows[1].split(",")[1:]
        rewrites = [whole + "".join(parts)] if all(len(part) == 3 for part in parts) else []
        rewrites += [f"{whole}.{parts[0]}"] if "." not in whole and len(parts) == 1 else []
        return stop.refuse("E004", f"{whole}{follows[1]} is not a number", "", (at - len(whole), follows.end()), *rewrites)
    if stop.wants_operand:
        return stop.refuse("E005", "something is missing before the comma", "commas separate arguments")
    return stop.refuse("E005", "a comma belongs between the arguments of a function", "delete it")


def _compare(stop: Stop) -> FormulaError:
    """A comparison."""
    if "AND" in stop.expected:
        return stop.refuse("E011", "comparisons cannot be chained", "write a < b and b < c for a < b < c")
    return stop.refuse("E011", "a condition stands where a number belongs", "write if(condition, then, else)")


def _connect(stop: Stop) -> FormulaError:
    """and, or, not."""
    message = f"'{stop.word}' joins conditions, and belongs inside if(…)"
    return stop.refuse("E011", message, "write if(a > 0 and b > 0, 1, 0)")


def _assign(stop: Stop) -> FormulaError:
    """A name with =, or = alone."""
    bracket = stop.bracket
    if bracket is not None and stop.kind != "EQUALS" and "\n" in stop.text[bracket : stop.span[0]]:
        return stop.not_closed(bracket)
    if bracket is not None:
        return stop.refuse("E011", "= names a value and does not compare", "write == to compare")
    if "=" in re.split("[;\n]", stop.before)[-1]:
        return stop.refuse("E005", "a statement has only one =", "write b = 3; a = b for a = b = 3")
    return stop.refuse("E005", "only a plain name can stand to the left of =", "write name = formula, or == inside if(…)")


def _sign(stop: Stop) -> FormulaError:
    """A sign of arithmetic."""
    message = f"{stop.word} cannot follow {stop.last}" if stop.last else f"nothing stands before {stop.word}"
    return stop.refuse("E005", message, _wish(stop) if stop.wants_operand else "use brackets to show the order")


def _juxtaposed(stop: Stop) -> FormulaError:
    """The invisible sign of an implicit product."""
    return stop.refuse("E008", "two operands stand side by side", "write * between them")


def _out_of_place(stop: Stop) -> FormulaError:
    """Anything else."""
    if "COMPARE" in stop.expected or "AND" in stop.expected:
        return stop.refuse("E011", *CONDITION_FIRST)
    return stop.refuse("E005", f"'{stop.word}' is out of place", _wish(stop))


IF_NEEDS = ("'if' takes a condition and two formulas", "write if(condition, then, else)")
CONDITION_FIRST = ("'if' needs a condition first", "write if(x > 0, then, else)")

_WORDS = {
    "$END": _ended, "SEP": _ended, "RPAR": _closed, "COMMA": _comma, "COMPARE": _compare, "JUXT": _juxtaposed,
    "AND": _connect, "OR": _connect, "NOT": _connect, "ASSIGN": _assign, "DEFINE": _assign, "EQUALS": _assign,
    "PLUS_MINUS": _sign, "TIMES_OVER": _sign, "POWER": _sign, "SUPERSCRIPT": _sign,
}  # fmt: skip


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


def _trailing_percent(stop: Stop) -> FormulaError:
    """5% alone: people mean a hundredth."""
    sign = len(stop.before) - 1
    amount = re.search(r"[\w.]+\s*\Z", stop.before[:sign])
    message = "% stands at the end, and is no per cent sign here"
    if amount is None:
        return stop.refuse("E002", message, "write /100 for per cent; a % b is the remainder", (sign, sign + 1))
    return stop.refuse("E002", message, "", (amount.start(), sign + 1), f"{amount[0].strip()}/100")


def _wish(stop: Stop) -> str:
    """What would have been right, without the parser's own names."""
    words = []
    if "NAME" in stop.expected and "NUMBER" not in stop.expected:
        words.append("a plain name")
    elif stop.wants_operand:
        words.append("a number, a name or (")
    elif "PLUS_MINUS" in stop.expected:
        words.append("a sign such as + or *")
    others = (("COMMA", "a comma"), ("RPAR", ")"), ("COMPARE", "a comparison such as <"), ("EQUALS", "="))
    words += [word for name, word in others if name in stop.expected]
    return "expected " + ", ".join(words) if words else "check what stands before"
