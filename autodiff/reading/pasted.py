"""What was pasted from elsewhere: LaTeX, functions of libraries and spreadsheets, further signs; read as what they mean there.

A pass over the text before the lexer, entered only where something stands that has no meaning here. Nothing recurses.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from autodiff.messages import say
from autodiff.reading import spellings as table
from autodiff.reading.draft import Draft
from autodiff.reading.frames import VERBATIM, Frame
from autodiff.reading.latex import Latex
from autodiff.reading.libraries import Libraries
from autodiff.reading.source import SUPERSCRIPTS
from autodiff.tape import Span

_MODULE = rf"(?<![\w.])(?:{'|'.join(table.MODULES)})(?=\.[A-Za-z_])"
_CAPITALS = r"(?<![\w.])[A-Z][A-Z0-9]*(?=\s*\()"
_FRACTIONS = "".join(table.FRACTIONS)
_OPENING = "".join([*table.CHARACTERS, *table.FRACTIONS, *table.PREFIXES, *table.PAIRS])
_CLOSING = "".join(close for close, _ in table.PAIRS.values())
TRIGGER = re.compile(rf"\\|\$|[{_OPENING}]|{_MODULE}|\.[*/^]|\A\s*=|{_CAPITALS}|[_^]\{{")
TOKEN = re.compile(
    rf"(?P<command>\\(?:[A-Za-z]+|.))|(?P<dotted>{_MODULE}(?:\.[A-Za-z_]\w*)+)|(?P<capitals>{_CAPITALS})|(?P<point>\.(?=[*/^]))"
    rf"|(?P<bracket>[(){{}},])|(?P<sign>[${_OPENING}{_CLOSING}])|(?P<word>[^\W\d](?:(?![{_FRACTIONS}])\w)*|[0-9]+)|(?P<other>.)",
    re.DOTALL,
)
_NEGATIVE_POWER = re.compile(r"(?<![\w).])\s*-\s*([\w.]+(?:\([^()]*\))?)\s*\^\s*([\w.]+)")
_EXPONENT = re.compile(r"\s*(?:\^|\*\*)?\s*([\w.]+|[⁺⁻⁰¹²³⁴-⁹]+)")
_IS_POWER = re.compile(r"\s*(?:\^|\*\*|[⁺⁻⁰¹²³⁴-⁹])")
_ATOM = re.compile(r"\s*(?:[0-9]+(?:\.[0-9]+)?|[^\W\d](?:(?![⁰¹²³⁴-⁹])\w)*)")
_WHOLE = re.compile(r"(?<![\w.])[0-9]+\Z")


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


def pasted(text: str) -> Pasted | None:
    """The text in our language; None where it is in it already. Raises FormulaError for what has no meaning here."""
    return None if TRIGGER.search(text) is None else _Pass(text).result()


class _Pass(Latex, Libraries):
    """One pass over a text; its methods are named after the groups of the token."""

    def result(self) -> Pasted:
        self._leading_equals()
        while self.at < len(self.plain):
            found = TOKEN.match(self.plain, self.at)
            assert found is not None
            assert found.lastgroup is not None
            start, self.at = self.at, found.end()
            getattr(self, found.lastgroup)(found[0], start)
        while len(self.frames) > 1:
            self._unfinished()
        whole = self.draft
        return Pasted(whole.text, whole.starts, whole.ends, self._notes())

    def _notes(self) -> list[str]:
        latex = [say("this is read as LaTeX")] if self.is_latex else []
        read = [say("{typed} is read as {meaning}", typed=typed, meaning=meant) for typed, meant in self.renamed.items()]
        return [*latex, *read, *self.remarks]

    def _leading_equals(self) -> None:
        found = re.compile(r"\s*=(?!=)").match(self.plain)
        if found is None:
            return
        self.at = found.end()
        self.remarks[say("a leading = is left out, as in a spreadsheet")] = None
        negative = _NEGATIVE_POWER.search(self.plain, self.at)
        if negative:
            base, power = negative[1], negative[2]
            message = say("{formula} is read in two ways", formula=f"-{base}^{power}")
            where = self.plain.rindex("-", 0, negative.start(1)), negative.end()
            raise self.source.refuse("E006", message, where, "", (f"-({base}^{power})", f"(-{base})^{power}"))

    def other(self, sign: str, start: int) -> None:
        """Anything that is read as it is."""
        if not self.waits:
            self.draft.copy(self.text[start : self.at], start)
        elif not sign.isspace():
            raise self.refused(sign, start)

    def word(self, word: str, start: int) -> None:
        """A name or a number; a command takes its first sign alone, as in \\frac12."""
        self.at = start + 1 if self.waits else self.at
        one = Draft()
        one.copy(self.text[start : self.at], start)
        self.give(one)

    def point(self, sign: str, start: int) -> None:
        """The point of MATLAB's and Julia's signs for each element; that of a number stays."""
        if _WHOLE.search(self.plain, max(0, start - 400), start):
            self.other(sign, start)
        else:
            self.renamed["." + self.plain[self.at]] = self.plain[self.at]

    def bracket(self, sign: str, start: int) -> None:
        """A bracket, or a comma between the arguments of a call."""
        frame = self.frames[-1]
        if sign == "{":
            self.open_group(start)
        elif sign == frame.close:
            self.close(start)
        elif sign == "(" and not self.waits:
            self.draft.copy(sign, start)
            self.push(Frame(")", start))
        elif sign == "," and frame.rows:
            frame.args.append(Draft())
        else:
            self.other(sign, start)

    def close(self, start: int) -> None:
        frame = self.frames.pop()
        if frame.rows:
            self.called(frame, frame.rows)
        elif frame.template == VERBATIM:
            self.draft.join(frame.args[0])
            self.draft.copy(self.text[start : self.at], start)
        else:
            self.close_group(frame)

    def sign(self, sign: str, start: int) -> None:
        """A sign that is no letter."""
        if sign == "$" and re.fullmatch(r"\s*\$.+\$\s*", self.plain, re.DOTALL):
            self.is_latex = True
        elif sign in table.CHARACTERS:
            self.renamed[sign] = table.CHARACTERS[sign]
            self.give(Draft(table.CHARACTERS[sign], self.span(start)))
        elif sign in table.FRACTIONS:
            self._fraction(sign, start)
        elif sign in table.PAIRS:
            close, template = table.PAIRS[sign]
            self.renamed[f"{sign}x{close}"] = template.format("x")
            self.push(Frame(close, start, template))
        elif sign in table.PREFIXES:
            self._prefixed(sign, start)
        elif sign == self.frames[-1].close:
            self.close(start)
        else:
            raise self.refused(sign, start)

    def _fraction(self, sign: str, start: int) -> None:
        """½x; but 2½ is two and a half to some, and twice a half by the order of the signs."""
        meaning = table.FRACTIONS[sign]
        before = "" if self.waits else self.draft.tail.rstrip()
        if found := re.search(r"[\w.]+\Z", before):
            whole, first = found[0], self.draft.starts[len(self.draft.signs) - len(self.draft.tail) + found.start()]
            top, bottom = map(int, meaning.split("/"))
            mixed = f"{int(whole) + top / bottom:g}" if bottom in (2, 4, 5, 8) and whole.isdigit() else f"({whole} + {meaning})"
            rewrites = [mixed, f"{whole}*({meaning})"] if whole.isdigit() else [f"{whole}*({meaning})"]
            message = say("{formula} is read in two ways", formula=f"{whole}{sign}")
            if not whole.isdigit():
                message = say("'{name}' and {number} stand side by side", name=whole, number=sign)
            raise self.source.refuse("E008", message, (first, self.at), "", rewrites)
        self.renamed[sign] = meaning
        self.give(Draft(f"({meaning})", self.span(start)))

    def _prefixed(self, sign: str, start: int) -> None:
        """∛8, ∛x and ∛(x + 1)."""
        template = table.PREFIXES[sign]
        self.renamed[f"{sign}x"] = template.format("x")
        if self.ahead() == "(":
            self.at = self.plain.index("(", self.at) + 1
            self.push(Frame(")", start, template))
            return
        atom = _ATOM.match(self.plain, self.at)
        if atom is None:
            raise self.refused(sign, start)
        one = Draft()
        one.copy(atom[0], self.at)
        self.at = atom.end()
        if _IS_POWER.match(self.plain, self.at):
            self._refuse_power(sign, atom[0].strip(), template, start)
        self.operand(self.made(template, [one], start))

    def _refuse_power(self, sign: str, inner: str, template: str, start: int) -> None:
        """∛x² is the square of the root to some, and the root of the square to others."""
        power = _EXPONENT.match(self.plain, self.at)
        exponent = power[1].translate(SUPERSCRIPTS) if power else "2"
        rewrites = (f"{template.format(inner)}^{exponent}", template.format(f"{inner}^{exponent}"))
        message = say("{formula} is read in two ways", formula=f"{sign}{inner}^{exponent}")
        raise self.source.refuse("E007", message, self.span(start), "", rewrites)

    def _unfinished(self) -> None:
        """The end of the text in the midst of something: it stays as it was typed, and the parser says what is missing."""
        frame = self.frames.pop()
        if frame.close == "}":
            self.unfinished_group(frame)
        if frame.needs or self.waits:
            raise self.refused(self.plain[frame.start : self.at], frame.start)
        if frame.template != VERBATIM or frame.rows:
            self.draft.put("(", (frame.start, frame.start + 1))
        for arg in frame.args:
            self.draft.join(arg)
