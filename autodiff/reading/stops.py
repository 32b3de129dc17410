"""Why the parser stopped, in words a person understands."""

from __future__ import annotations

import re
from collections.abc import Set
from typing import NamedTuple

from autodiff.errors import FormulaError
from autodiff.messages import say
from autodiff.reading.brackets import unclosed
from autodiff.reading.source import Lexeme, Source
from autodiff.tape import Span

_OPERAND = {"NUMBER", "NAME", "LPAR", "CALL", "ROOT", "IF"}


class Stop(NamedTuple):
    """Where the parser stopped: at a token of this kind, as typed, after this text, where it would have taken these kinds."""

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
        return unclosed(self.before)


def refusal(source: Source, token: Lexeme, expected: Set[str]) -> FormulaError:
    """The error to show for a token that the grammar does not allow, where it allows tokens of these kinds."""
    end = len(source.text.rstrip("\r\n"))  # that of a file, or of what comes through a pipe, is no line to point at
    is_over = token.type == "$END" or token.start_pos >= end
    span = (end, end) if is_over else (token.start_pos, max(token.end_pos, token.start_pos + 1))
    before = re.sub(r"#[^\n]*", lambda match: " " * len(match[0]), source.plain[: span[0]]).rstrip()
    stop = Stop(before, token.type, source.text[slice(*span)], span, expected)
    if stop.last == "%" and stop.wants_operand and stop.kind not in _OPERAND:
        return _trailing_percent(source, stop)
    return _WORDS.get(stop.kind, _out_of_place)(source, stop)


def _typed(source: Source, stop: Stop) -> str:
    """The last sign before, as it was typed."""
    return source.text[len(stop.before) - 1 : len(stop.before)]


def _not_closed(source: Source, bracket: int) -> FormulaError:
    """A bracket that is still open."""
    return source.refuse("E010", say("this bracket is not closed"), (bracket, bracket + 1), say("add a )"))


def _ended(source: Source, stop: Stop) -> FormulaError:
    """The end of the text, or of a statement."""
    bracket = stop.bracket
    if stop.kind == "$END" and not stop.before.strip():
        span = stop.span if source.text.strip() else (0, len(source.text))
        return source.refuse("E001", say("the formula is empty"), span, say("try 3*(a + b*c)"))
    if stop.last in (";", "") and bracket is None:
        return source.refuse("E015", say("an empty statement"), stop.span, say("delete one of the ;"))
    if stop.wants_operand:
        sign = re.search(r"\*\*|[<>=!]=|\w+\Z|\S\Z", source.text[max(0, len(stop.before) - 9) : len(stop.before)])
        missing = say("something is missing after {sign}", sign=sign[0] if sign else "")
        if stop.last == "(":
            missing = say("something is missing inside the brackets")
        return source.refuse("E003", say("the formula ends too early"), stop.span, missing)
    if bracket is not None:
        return _not_closed(source, bracket)
    return source.refuse("E003", say("the formula ends too early"), stop.span, _wish(stop))


def _closed(source: Source, stop: Stop) -> FormulaError:
    """A closing bracket."""
    if stop.last == "(" and stop.wants_operand:
        return source.refuse("E003", say("nothing stands inside the brackets"), (len(stop.before) - 1, stop.span[1]), _wish(stop))
    if stop.bracket is None:
        return source.refuse("E010", say("this bracket was never opened"), stop.span, say("delete it, or add a ("))
    if stop.wants_operand:
        return source.refuse(
            "E005", say("something is missing between {sign} and )", sign=_typed(source, stop)), stop.span, _wish(stop)
        )
    return _if_needs(source, stop)


def _comma(source: Source, stop: Stop) -> FormulaError:
    """A comma: of a number, of a call with too many arguments, or out of place."""
    if "COMPARE" in stop.expected:
        return _condition_first(source, stop)
    if stop.bracket is not None and re.search(r"\bif\s*\Z", stop.before[: stop.bracket]):
        return _if_needs(source, stop)
    at = stop.span[0]
    number = re.search(r"(?<![\w.])[0-9.]+\Z", stop.before[-400:])
    follows = re.compile(r"((?:,[0-9]+)+)(?![\w.])").match(source.plain, at)
    if number and follows:
        whole, parts = number[0], follows[1].split(",")[1:]
        rewrites = [whole + "".join(parts)] if all(len(part) == 3 for part in parts) else []
        rewrites += [f"{whole}.{parts[0]}"] if "." not in whole and len(parts) == 1 else []
        return source.refuse(
            "E004", say("{text} is not a number", text=source.text[at - len(whole) : follows.end()]),
            (at - len(whole), follows.end()), "", rewrites,
        )  # fmt: skip
    if stop.wants_operand:
        hint = say("commas separate arguments, as in max(a, b)")
        return source.refuse("E005", say("something is missing before the comma"), stop.span, hint)
    hint = say("commas separate arguments, as in max(a, b)")
    return source.refuse("E005", say("a comma belongs between the arguments of a function"), stop.span, hint)


def _if_needs(source: Source, stop: Stop) -> FormulaError:
    """An `if` with too little or too much in its brackets."""
    return source.refuse(
        "E013", say("'if' takes a condition and two formulas"), stop.span, say("its form is if(condition, then, else)")
    )


def _condition_first(source: Source, stop: Stop) -> FormulaError:
    """An `if` that does not begin with a condition."""
    return source.refuse("E011", say("'if' needs a condition first"), stop.span, say("for example if(x > 0, then, else)"))


def _compare(source: Source, stop: Stop) -> FormulaError:
    """A comparison."""
    if "AND" in stop.expected:
        return source.refuse("E011", say("comparisons cannot be chained"), stop.span, say("a < b < c is written a < b and b < c"))
    return source.refuse(
        "E011", say("a condition stands where a number belongs"), stop.span, say("its form is if(condition, then, else)")
    )


def _connect(source: Source, stop: Stop) -> FormulaError:
    """and, or, not."""
    message = say("'{word}' joins conditions, and belongs inside if(…)", word=stop.word)
    return source.refuse("E011", message, stop.span, say("for example if(a > 0 and b > 0, 1, 0)"))


def _assign(source: Source, stop: Stop) -> FormulaError:
    """A name with =, or = alone."""
    bracket = stop.bracket
    if bracket is not None and stop.kind != "EQUALS" and "\n" in source.text[bracket : stop.span[0]]:
        return _not_closed(source, bracket)
    if bracket is not None:
        return source.refuse("E011", say("= names a value and does not compare"), stop.span, say("write == to compare"))
    if "=" in re.split("[;\n]", stop.before)[-1]:
        return source.refuse("E005", say("a statement has only one ="), stop.span, say("write b = 3; a = b for a = b = 3"))
    return source.refuse(
        "E005", say("only a plain name can stand to the left of ="), stop.span, say("write name = formula, or == inside if(…)")
    )


def _sign(source: Source, stop: Stop) -> FormulaError:
    """A sign of arithmetic."""
    sign, last = stop.word, _typed(source, stop)
    follows = say("{sign} cannot follow {last}", sign=sign, last=last) if last else say("nothing stands before {sign}", sign=sign)
    return source.refuse("E005", follows, stop.span, _wish(stop) if stop.wants_operand else say("use brackets to show the order"))


def _juxtaposed(source: Source, stop: Stop) -> FormulaError:
    """The invisible sign of an implicit product."""
    return source.refuse("E008", say("two operands stand side by side"), stop.span, say("write * between them"))


def _out_of_place(source: Source, stop: Stop) -> FormulaError:
    """Anything else."""
    if "COMPARE" in stop.expected or "AND" in stop.expected:
        return _condition_first(source, stop)
    return source.refuse("E005", say("'{word}' is out of place", word=stop.word), stop.span, _wish(stop))


_WORDS = {
    "$END": _ended, "SEP": _ended, "RPAR": _closed, "COMMA": _comma, "COMPARE": _compare, "JUXT": _juxtaposed,
    "AND": _connect, "OR": _connect, "NOT": _connect, "ASSIGN": _assign, "DEFINE": _assign, "EQUALS": _assign,
    "PLUS_MINUS": _sign, "TIMES_OVER": _sign, "POWER": _sign, "SUPERSCRIPT": _sign,
}  # fmt: skip


def _trailing_percent(source: Source, stop: Stop) -> FormulaError:
    """5% alone: people mean a hundredth."""
    sign = len(stop.before) - 1
    amount = re.search(r"[\w.]+\s*\Z", stop.before[:sign])
    message = say("% stands at the end, and is not a per cent sign here")
    if amount is None:
        return source.refuse("E002", message, (sign, sign + 1), say("write /100 for per cent; a % b is the remainder"))
    return source.refuse("E002", message, (amount.start(), sign + 1), "", (f"{amount[0].strip()}/100",))


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
