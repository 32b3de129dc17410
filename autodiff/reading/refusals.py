"""Why the parser stopped, in words a person understands."""

from __future__ import annotations

import re
from collections.abc import Set
from typing import Any, NamedTuple

from lark.exceptions import UnexpectedToken

from autodiff.errors import FormulaError
from autodiff.messages import say
from autodiff.reading.lexer import plain
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
        return self.refuse("E010", say("this bracket is not closed"), say("add a )"), (bracket, bracket + 1))


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
        return stop.refuse("E001", say("the formula is empty"), say("try 3*(a + b*c)"))
    if stop.last in (";", "") and bracket is None:
        return stop.refuse("E015", say("an empty statement"), say("delete one of the ;"))
    if stop.wants_operand:
        sign = re.search(r"\*\*|[<>=!]=|\w+\Z|\S\Z", stop.before[-9:])
        missing = say("something is missing after {sign}", sign=sign[0] if sign else "")
        if stop.last == "(":
            missing = say("something is missing inside the brackets")
        return stop.refuse("E003", say("the formula ends too early"), missing)
    return stop.refuse("E003", say("the formula ends too early"), _wish(stop)) if bracket is None else stop.not_closed(bracket)


def _closed(stop: Stop) -> FormulaError:
    """A closing bracket."""
    if stop.last == "(" and stop.wants_operand:
        return stop.refuse("E003", say("nothing stands inside the brackets"), _wish(stop), (len(stop.before) - 1, stop.span[1]))
    if stop.bracket is None:
        return stop.refuse("E010", say("this bracket was never opened"), say("delete it, or add a ("))
    if stop.wants_operand:
        return stop.refuse("E005", say("something is missing between {sign} and )", sign=stop.last), _wish(stop))
    return _if_needs(stop)


def _comma(stop: Stop) -> FormulaError:
    """A comma: of a number, of a call with too many arguments, or out of place."""
    if "COMPARE" in stop.expected:
        return _condition_first(stop)
    if stop.bracket is not None and re.search(r"\bif\s*\Z", stop.before[: stop.bracket]):
        return _if_needs(stop)
    at = stop.span[0]
    number = re.search(r"(?<![\w.])[0-9.]+\Z", stop.before[-400:])
    follows = re.compile(r"((?:,[0-9]+)+)(?![\w.])").match(plain(stop.text), at)
    if number and follows:
        whole, parts = number[0], follows[1].split(",")[1:]
        rewrites = [whole + "".join(parts)] if all(len(part) == 3 for part in parts) else []
        rewrites += [f"{whole}.{parts[0]}"] if "." not in whole and len(parts) == 1 else []
        return stop.refuse(
            "E004", say("{text} is not a number", text=whole + follows[1]), "", (at - len(whole), follows.end()), *rewrites
        )
    if stop.wants_operand:
        return stop.refuse("E005", say("something is missing before the comma"), say("commas separate arguments"))
    return stop.refuse("E005", say("a comma belongs between the arguments of a function"), say("delete it"))


def _if_needs(stop: Stop) -> FormulaError:
    """An `if` with too little or too much in its brackets."""
    return stop.refuse("E013", say("'if' takes a condition and two formulas"), say("write if(condition, then, else)"))


def _condition_first(stop: Stop) -> FormulaError:
    """An `if` that does not begin with a condition."""
    return stop.refuse("E011", say("'if' needs a condition first"), say("write if(x > 0, then, else)"))


def _compare(stop: Stop) -> FormulaError:
    """A comparison."""
    if "AND" in stop.expected:
        return stop.refuse("E011", say("comparisons cannot be chained"), say("write a < b and b < c for a < b < c"))
    return stop.refuse("E011", say("a condition stands where a number belongs"), say("write if(condition, then, else)"))


def _connect(stop: Stop) -> FormulaError:
    """and, or, not."""
    message = say("'{word}' joins conditions, and belongs inside if(…)", word=stop.word)
    return stop.refuse("E011", message, say("write if(a > 0 and b > 0, 1, 0)"))


def _assign(stop: Stop) -> FormulaError:
    """A name with =, or = alone."""
    bracket = stop.bracket
    if bracket is not None and stop.kind != "EQUALS" and "\n" in stop.text[bracket : stop.span[0]]:
        return stop.not_closed(bracket)
    if bracket is not None:
        return stop.refuse("E011", say("= names a value and does not compare"), say("write == to compare"))
    if "=" in re.split("[;\n]", stop.before)[-1]:
        return stop.refuse("E005", say("a statement has only one ="), say("write b = 3; a = b for a = b = 3"))
    return stop.refuse("E005", say("only a plain name can stand to the left of ="), say("write name = formula, or == inside if(…)"))


def _sign(stop: Stop) -> FormulaError:
    """A sign of arithmetic."""
    sign, last = stop.word, stop.last
    follows = say("{sign} cannot follow {last}", sign=sign, last=last) if last else say("nothing stands before {sign}", sign=sign)
    return stop.refuse("E005", follows, _wish(stop) if stop.wants_operand else say("use brackets to show the order"))


def _juxtaposed(stop: Stop) -> FormulaError:
    """The invisible sign of an implicit product."""
    return stop.refuse("E008", say("two operands stand side by side"), say("write * between them"))


def _out_of_place(stop: Stop) -> FormulaError:
    """Anything else."""
    if "COMPARE" in stop.expected or "AND" in stop.expected:
        return _condition_first(stop)
    return stop.refuse("E005", say("'{word}' is out of place", word=stop.word), _wish(stop))


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
    message = say("% stands at the end, and is no per cent sign here")
    if amount is None:
        return stop.refuse("E002", message, say("write /100 for per cent; a % b is the remainder"), (sign, sign + 1))
    return stop.refuse("E002", message, "", (amount.start(), sign + 1), f"{amount[0].strip()}/100")


def _wish(stop: Stop) -> str:
    """What would have been right, without the parser's own names."""
    words = []
    if "NAME" in stop.expected and "NUMBER" not in stop.expected:
        words.append(say("a plain name"))
    elif stop.wants_operand:
        words.append(say("a number, a name or ("))
    elif "PLUS_MINUS" in stop.expected:
        words.append(say("a sign such as + or *"))
    others = (("COMMA", say("a comma")), ("RPAR", ")"), ("COMPARE", say("a comparison such as <")), ("EQUALS", "="))
    words += [word for name, word in others if name in stop.expected]
    return say("expected {things}", things=say(", ").join(words)) if words else say("check what stands before")
