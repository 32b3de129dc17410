"""What was pasted from elsewhere: LaTeX, the functions of libraries and spreadsheets, further signs; read as what they mean there.

A pass over the text before the lexer, entered only where something stands that has no meaning here. Nothing recurses.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from autodiff.errors import FormulaError
from autodiff.messages import say
from autodiff.primitives import FUNCTIONS
from autodiff.reading import spellings as table
from autodiff.reading.draft import Draft
from autodiff.reading.source import Source
from autodiff.tape import Span

_MODULE = rf"(?<![\w.])(?:{'|'.join(table.MODULES)}|cmath)(?=\.[A-Za-z_])"
_CAPITALS = r"(?<![\w.])[A-Z][A-Z0-9]*(?=\s*\()"
TRIGGER = re.compile(
    rf"\\|\$|[{''.join([*table.CHARACTERS, *table.PREFIXES, *table.PAIRS])}]|{_MODULE}|\.[*/^]|\A\s*=|{_CAPITALS}|[_^]\{{"
)
TOKEN = re.compile(
    rf"(?P<command>\\(?:[A-Za-z]+|.))|(?P<dotted>{_MODULE}(?:\.[A-Za-z_]\w*)+)|(?P<capitals>{_CAPITALS})|(?P<dots>\.(?=[*/^]))"
    rf"|(?P<bracket>[()\[\]{{}},|])|(?P<sign>[$§])|(?P<letter>[^\W\d])|(?P<digit>[0-9])|(?P<other>.)".replace(
        "§", "".join([*table.CHARACTERS, *table.PREFIXES, *table.PAIRS, *(close for close, _ in table.PAIRS.values())])
    ),
    re.DOTALL,
)


DEEPEST = 2_000  # groups within each other
WORDS = FUNCTIONS | {"and", "or", "not"}


class Pasted(NamedTuple):
    """A text in our language, where its characters stand in the text as typed, and notes that say what was read."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]
    notes: list[str]

    def span(self, span: Span) -> Span:
        """The extent in the text as typed of an extent of the text that was read."""
        start, end = span
        if start >= len(self.starts):
            last = self.ends[-1] if self.ends else 0
            return last, last
        first, last = self.starts[start], self.ends[min(end, len(self.ends)) - 1] if end > start else self.starts[start]
        return min(first, last), max(first, last)  # arguments may have changed places


class Frame:
    """A bracket, a group or a command that waits for its end: what it has so far, and what is made of it."""

    __slots__ = ("args", "base", "close", "needs", "row", "start", "template", "typed")

    def __init__(self, close: str, start: int, template: str = "", needs: int = 0) -> None:
        self.close, self.start, self.template, self.needs = close, start, template, needs
        self.args: list[Draft] = [] if needs else [Draft()]
        self.row: table.Row | None = None
        self.typed = ""
        self.base = -1


def pasted(text: str) -> Pasted | None:
    """The text in our language; None where it is in it already. Raises FormulaError for what has no meaning here."""
    if TRIGGER.search(text) is None:
        return None
    return _Pass(text).result()


class _Pass:
    """One pass over a text, with a stack of what is open."""

    def __init__(self, text: str) -> None:
        self.source = Source(text)
        self.text, self.plain = text, self.source.plain
        self.frames = [Frame("", 0)]
        self.renamed: dict[str, str] = {}
        self.remarks: list[str] = []
        self.own: dict[str, bool] = {}
        self.is_latex = False
        self.at = 0

    def result(self) -> Pasted:
        self._leading_equals()
        while self.at < len(self.plain):
            found = TOKEN.match(self.plain, self.at)
            assert found is not None
            assert found.lastgroup is not None
            start, self.at = self.at, found.end()
            getattr(self, "_" + found.lastgroup)(found[0], start)
        while len(self.frames) > 1:
            self._unfinished()
        whole = self.frames[0].args[0]
        return Pasted(whole.text, whole.starts, whole.ends, self._notes())

    def _notes(self) -> list[str]:
        notes = []
        if self.is_latex:
            notes.append(say("this is read as LaTeX"))
        notes += [say("{typed} is read as {meaning}", typed=typed, meaning=meant) for typed, meant in self.renamed.items()]
        return [*notes, *dict.fromkeys(self.remarks)]

    # What is being written -----------------------------------------------------------------------------------------------

    @property
    def _draft(self) -> Draft:
        return self.frames[-1].args[-1]

    def _write(self, piece: str, span: Span) -> None:
        """Put a piece where it belongs: into the text, or as the argument that a command waits for."""
        one = Draft()
        one.put(piece, span)
        self._hand_over(one)

    def _hand_over(self, one: Draft) -> None:
        frame = self.frames[-1]
        if not frame.needs:
            self._draft.join(one)
            return
        frame.args.append(one)
        if len(frame.args) == frame.needs:
            self.frames.pop()
            made = Draft()
            made.filled(frame.template, frame.args, (frame.start, self.at))
            self._operand(made)

    def _operand(self, made: Draft) -> None:
        """An operand of its own: what stands before it with a name is kept from becoming a function of it."""
        if not self.frames[-1].needs:
            before = self._draft.last_name()
            if before is not None and before[1] not in WORDS:
                at = self._draft.starts[before[0]]
                self._draft.enclose(before[0], (at, at + len(before[1])))
        self._hand_over(made)

    def _next(self) -> str:
        """The next sign that is no blank."""
        rest = self.plain[self.at :].lstrip()
        return rest[:1]

    # Plain signs ---------------------------------------------------------------------------------------------------------

    def _other(self, sign: str, start: int) -> None:
        if self.frames[-1].needs:
            if not sign.isspace():
                raise self._refused(sign, start)
            return
        self._draft.copy(self.text[start : self.at], start)

    def _letter(self, sign: str, start: int) -> None:
        if self.frames[-1].needs:
            one = Draft()
            one.copy(sign, start)
            self._hand_over(one)
            return
        word = re.compile(r"\w*").match(self.plain, self.at)
        assert word is not None
        self.at = word.end()
        self._draft.copy(self.text[start : self.at], start)

    _digit = _letter

    def _dots(self, sign: str, start: int) -> None:
        """MATLAB's and Julia's signs for each element; a number may end in its point."""
        number = re.search(r"(?<![\w.])[0-9]+\Z", self.plain[:start])
        if number:
            self._draft.copy(sign, start)
            return
        self.renamed["." + self.plain[self.at]] = self.plain[self.at]

    def _leading_equals(self) -> None:
        found = re.compile(r"\s*=(?!=)").match(self.plain)
        if found is None:
            return
        self.at = found.end()
        self.remarks.append(say("a leading = is left out, as in a spreadsheet"))
        negative = re.search(r"(?<![\w).])\s*-\s*([\w.]+(?:\([^()]*\))?)\s*\^\s*([\w.]+)", self.plain[self.at :])
        if negative:
            base, power = negative[1], negative[2]
            span = (self.at + negative.start(1) - 1, self.at + negative.end())
            rewrites = (f"-({base}^{power})", f"(-{base})^{power}")
            message = say("{formula} is read in two ways", formula=f"-{base}^{power}")
            raise self.source.refuse("E006", message, span, "", rewrites)

    # Brackets and groups ---------------------------------------------------------------------------------------------------

    def _bracket(self, sign: str, start: int) -> None:
        frame = self.frames[-1]
        if sign == "{":
            self._open_group(start)
        elif sign == frame.close:
            self._close(start)
        elif sign == "(" and not frame.needs:
            self._draft.copy(sign, start)
            self._push(Frame(")", start, "…"))
        elif sign == "," and frame.row is not None:
            frame.args.append(Draft())
        else:
            self._other(sign, start)

    def _push(self, frame: Frame) -> None:
        self.frames.append(frame)
        if len(self.frames) > DEEPEST:
            message = say("more than {number} groups stand within each other", number=DEEPEST)
            hint = say("name the inner ones: u = …; v = …")
            raise self.source.refuse("E018", message, (frame.start, self.at), hint)

    def _open_group(self, start: int) -> None:
        self.is_latex = True
        written = "" if self.frames[-1].needs else self._draft.tail.rstrip()
        before = written[-1:]
        frame = Frame("}", start, "({0})")
        if before == "^":
            frame.base = len(self._draft.signs)
        elif before == "_":
            self._subscript(start)
            return
        self._push(frame)

    def _subscript(self, start: int) -> None:
        end = self.plain.find("}", start)
        inside = re.sub(r"[\s,]+", "_", self.plain[start + 1 : end].strip()) if end > 0 else ""
        if not re.fullmatch(r"\w+", inside):
            raise self._refused(self.plain[start : end + 1] if end > 0 else "{", start)
        self.at = end + 1
        if self.frames[-1].needs:
            raise self._refused("_", start)
        self._draft.put(inside, (start + 1, end))
        name = self._draft.last_name()
        if name is not None and re.match(r"[\w\\]", self._next()):  # w_{1}x is w_1 times x
            self._draft.enclose(name[0], (self._draft.starts[name[0]], self.at))

    def _close(self, start: int) -> None:
        frame = self.frames.pop()
        span = (frame.start, self.at)
        if frame.template == "…":  # an ordinary bracket: it stays
            self._draft.join(frame.args[0])
            self._draft.copy(self.text[start : self.at], start)
            return
        if frame.row is not None:
            self._called(frame, span)
            return
        made = Draft()
        if self.frames[-1].needs:
            made = frame.args[0]
        else:
            made.filled(frame.template, frame.args, span)
        if frame.base >= 0:
            self._draft.join(made)
            if re.match(r"[\w(\\{]", self._next() or "+"):
                self._enclose_power(frame, span)
            return
        self._hand_over(made)

    def _enclose_power(self, frame: Frame, span: Span) -> None:
        """x^{2}y is x^2 times y to everybody: the power gets brackets."""
        draft = self._draft
        sign = next(at for at in range(frame.base - 1, -1, -1) if draft.signs[at] == "^")
        draft.enclose(draft.operand_before(sign), span)

    def _unfinished(self) -> None:
        """The end of the text in the midst of something: it stays as it was typed, and the parser says what is missing."""
        frame = self.frames.pop()
        if frame.close == "}":
            brace = frame.start + self.plain[frame.start :].index("{")
            raise self.source.refuse("E010", say("this bracket is not closed"), (brace, brace + 1), say("add a {sign}", sign="}"))
        if frame.needs or self.frames[-1].needs:
            raise self._refused(self.plain[frame.start : self.at], frame.start)
        if frame.template != "…":
            end = len(self.text)
            self._draft.put("(", (frame.start, min(frame.start + 1, end)))
        for arg in frame.args:
            self._draft.join(arg)

    # Functions of libraries and spreadsheets --------------------------------------------------------------------------------

    def _dotted(self, name: str, start: int) -> None:
        module, _, rest = name.partition(".")
        last = rest.rpartition(".")[2]
        is_call = self._next() == "("
        if not is_call and last in table.CONSTANTS:
            self.renamed[name] = table.CONSTANTS[last]
            self._write(f"({table.CONSTANTS[last]})" if "(" in table.CONSTANTS[last] else table.CONSTANTS[last], (start, self.at))
            return
        row = table.BY_MODULE.get((module, last)) or table.LIBRARY.get(last)
        if module == "cmath" or (last in table.ARRAYS and module not in ("Math", "torch")):
            raise self._unknown(name, start)
        if row is not None and is_call:
            self._open_call(row, name, start)
            return
        meant = table.SAME.get(last, last)
        if meant not in FUNCTIONS or not is_call:
            raise self._unknown(name, start)
        self.renamed[name] = meant
        self._operand_name(meant, start)

    def _operand_name(self, name: str, start: int) -> None:
        made = Draft(name, (start, self.at))
        self._operand(made)

    def _unknown(self, name: str, start: int) -> FormulaError:
        hint = say("`autodiff functions` lists the functions")
        return self.source.refuse("E012", say("unknown function '{name}'", name=name), (start, self.at), hint)

    def _capitals(self, name: str, start: int) -> None:
        if name not in table.SHEET or self._is_own(name):
            self._draft.copy(self.text[start : self.at], start) if not self.frames[-1].needs else self._other(name, start)
            return
        self._open_call(table.SHEET[name], name, start)

    def _is_own(self, name: str) -> bool:
        """Whether a name in capitals is a variable or a function of the text's own; looked up once for each."""
        if name not in self.own:
            self.own[name] = bool(re.search(rf"(?<![\w.]){name}(?:(?!\w|\s*\()|\s*\([^()]*\)\s*=(?!=))", self.plain))
        return self.own[name]

    def _open_call(self, row: table.Row, name: str, start: int) -> None:
        self.at = self.plain.index("(", self.at) + 1
        frame = Frame(")", start, row.meaning)
        frame.row, frame.typed = row, name
        self._push(frame)

    def _called(self, frame: Frame, span: Span) -> None:
        row, args = frame.row, frame.args
        assert row is not None
        count = len(args) if len(args) > 1 or args[0].text.strip() else 0
        if frame.typed == "LOG" and count == 2:
            row = table.SHEET_LOG
        if frame.typed == "ROUND" and count == 2 and args[1].text.strip() == "0":
            count, args = 1, args[:1]
        made = Draft()
        if not row.arguments:
            made.put(row.meaning.partition("(")[0] + "(", span)
            for k, arg in enumerate(args):
                made.put(", " if k else "", span)
                made.join(arg)
            made.put(")", span)
        elif count not in row.arguments:
            number = row.arguments[0]
            message = say("'{name}' takes another number of arguments", name=frame.typed)
            raise self.source.refuse("E013", message, span, say("it takes {number}", number=number))
        else:
            made.filled(row.meaning, args, span)
        letters = ", ".join("xyz"[:count])
        self.renamed[f"{frame.typed}({letters})" if row.arguments else frame.typed] = _shown(row)
        if row.remark:
            self.remarks.append(say("{name}: {remark}", name=frame.typed, remark=say(row.remark)))
        self._operand(made)

    # Signs that are no letters ----------------------------------------------------------------------------------------------

    def _sign(self, sign: str, start: int) -> None:
        if sign == "$":
            outer = self.plain.strip()
            if not (outer.startswith("$") and outer.endswith("$") and len(outer) > 1):
                raise self._refused(sign, start)
            self.is_latex = True
        elif sign in table.CHARACTERS:
            self.renamed[sign] = table.CHARACTERS[sign]
            self._write(table.CHARACTERS[sign], (start, self.at))
        elif sign in table.PAIRS:
            close, template = table.PAIRS[sign]
            self.renamed[f"{sign}x{close}"] = template.replace("{0}", "x")
            self._push(Frame(close, start, template))
        elif sign in table.PREFIXES:
            self._prefixed(sign, start)
        elif sign == self.frames[-1].close:
            self._close(start)
        else:
            raise self._refused(sign, start)

    def _prefixed(self, sign: str, start: int) -> None:
        """∛8, ∛x and ∛(x + 1)."""
        template = table.PREFIXES[sign]
        self.renamed[f"{sign}x"] = template.replace("{0}", "x")
        operand = re.compile(r"\s*(?:[0-9]+(?:\.[0-9]+)?|[^\W\d](?:(?![⁰¹²³⁴-⁹])\w)*)").match(self.plain, self.at)
        frame = Frame("", start, template, needs=1)
        if self._next() == "(":
            self.at = self.plain.index("(", self.at) + 1
            self._push(Frame(")", start, template))
            return
        if operand is None:
            raise self._refused(sign, start)
        self._push(frame)
        one = Draft()
        one.copy(operand[0], self.at)
        self.at = operand.end()
        if re.match(r"\s*(?:\^|\*\*|[⁺⁻⁰¹²³⁴-⁹])", self.plain[self.at :]):
            inner = operand[0].strip()
            power = re.match(r"\s*(?:\^|\*\*)?\s*([\w.⁺⁻⁰¹²³⁴-⁹]+)?", self.plain[self.at :])
            exponent = (power[1] or "2").translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")) if power else "2"
            both = tuple(
                template.format(inner) + f"^{exponent}" if k == 0 else template.format(f"{inner}^{exponent}") for k in (0, 1)
            )
            message = say("{formula} is read in two ways", formula=f"{sign}{inner}^{exponent}")
            raise self.source.refuse("E007", message, (start, self.at), "", both)
        self._hand_over(one)

    # LaTeX ---------------------------------------------------------------------------------------------------------------

    def _command(self, typed: str, start: int) -> None:
        self.is_latex = True
        name = typed[1:]
        if name in ("left", "right", "mathopen", "mathclose"):
            self._fence(name, start)
        elif name in table.SPACES:
            self._skip_group(name)
            if not self.frames[-1].needs:
                self._draft.put(" ", (start, self.at))
        elif name in ("(", ")", "[", "]"):
            pass  # the delimiters of a formula
        elif name in table.SIGNS:
            self._write(table.SIGNS[name], (start, self.at))
        elif name in table.TAKING:
            template, count = table.TAKING[name]
            degree = re.compile(r"\s*\[\s*([\w.+*/-]+)\s*\]").match(self.plain, self.at) if name == "sqrt" else None
            if degree:
                self.at, template = degree.end(), f"root({{0}}, {degree[1]})"
            self._push(Frame("", start, template, needs=count))
        elif name in table.NAMED:
            self._function(table.NAMED[name], start)
        elif name in table.FONTS or name in table.ACCENTS:
            self._set_name(name, start)
        elif name in table.GREEK or name in table.VARIANTS:
            self._greek(table.VARIANTS.get(name, name), start)
        elif name in table.FENCED:
            self._push(Frame("\\" + table.FENCES[name], start, table.FENCED[name]))
        elif "\\" + name == self.frames[-1].close:
            self._close(start)
        else:
            raise self._refused(typed, start)

    def _skip_group(self, name: str) -> None:
        """hspace has a length behind it."""
        group = re.compile(r"\s*\{[^{}]*\}").match(self.plain, self.at) if name == "hspace" else None
        self.at = group.end() if group else self.at

    def _fence(self, name: str, start: int) -> None:
        found = re.compile(r"\s*(\\?[A-Za-z]+|\\.|.)").match(self.plain, self.at)
        if found is None:
            raise self._refused("\\" + name, start)
        fence, self.at = found[1].lstrip("\\") or found[1], found.end()
        fence = {"{": "(", "}": ")", "lbrace": "(", "rbrace": ")"}.get(fence, fence)
        frame = self.frames[-1]
        if name == "right":
            if frame.close != "right" + fence:
                raise self._refused(self.plain[start : self.at], start)
            self._close(start)
        elif fence in table.FENCES:
            made = Frame("right" + table.FENCES[fence], start, table.FENCED.get(fence, "({0})"))
            if fence in ("(", "["):
                made = Frame("right" + table.FENCES[fence], start, "({0})")
            self._push(made)
        elif fence != ".":
            raise self._refused(self.plain[start : self.at], start)

    def _function(self, name: str, start: int) -> None:
        if self._next() == "{":  # \exp{x} has brackets, if of another kind
            self.at = self.plain.index("{", self.at) + 1
            self._push(Frame("}", start, name + "({0})"))
            return
        made = Draft()
        made.put(
            name if self._next() in ("(", "^", "_") or self.plain[self.at :].lstrip().startswith("\\left") else name + " ",
            (start, self.at),
        )
        self._operand(made)

    def _set_name(self, name: str, start: int) -> None:
        r"""\mathrm{loss} is a name, \hat{y} is y_hat."""
        group = re.compile(r"\s*(?:\{\s*\\?([^\W\d]\w*)\s*\}|([^\W\d]))").match(self.plain, self.at)
        if group is None:
            raise self._refused("\\" + name, start)
        self.at = group.end()
        inner = group[1] or group[2]
        accent = name.removeprefix("wide").replace("overline", "bar")
        self._symbol(f"{inner}_{accent}" if name in table.ACCENTS else inner, start)

    def _greek(self, name: str, start: int) -> None:
        self._symbol(name, start)

    def _symbol(self, name: str, start: int) -> None:
        """A name with what stands below it; beside another operand it is a factor."""
        below = re.compile(r"\s*_\s*(?:\{\s*(\w+)\s*\}|(\w))").match(self.plain, self.at)
        if below:
            self.at = below.end()
            name = f"{name}_{below[1] or below[2]}"
        span, before = (start, self.at), None if self.frames[-1].needs else self._draft.last_name()
        if before is not None and before[1] in FUNCTIONS:  # \\sin\\theta is refused as sin x is
            self._draft.put(f" {name}", span)
            return
        follows = self._next()
        is_call = follows == "(" and (name == "sigma" or name in FUNCTIONS)
        stands = "" if self.frames[-1].needs else self._draft.tail.rstrip()[-1:]
        is_beside = follows == "\\" or follows.isalnum() or stands.isalnum() or stands == ")"
        self._operand(Draft(f"({name})" if is_beside and not is_call else name, span))

    def _refused(self, typed: str, start: int) -> FormulaError:
        end = max(self.at, start + len(typed))
        message = say("{sign} has no meaning here", sign=repr(typed.strip() or typed))
        return self.source.refuse("E002", message, (start, end), say("write plain names and signs, as in sqrt(x) or 2*x"))


def _shown(row: table.Row) -> str:
    """A meaning with letters for the arguments, without the brackets around all of it."""
    if not row.arguments:
        return row.meaning.partition("(")[0]
    shown = re.sub(r"(?<!\w)\(\{(\d)\}\)|\{(\d)\}", lambda gap: "xyz"[int(gap[1] or gap[2])], row.meaning)
    return shown[1:-1] if shown.startswith("(") and shown.endswith(")") else shown
