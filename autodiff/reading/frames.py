"""What is open while a text from elsewhere is written anew: brackets, groups, and commands that wait for what they take."""

from __future__ import annotations

import re

from autodiff.errors import FormulaError
from autodiff.messages import say
from autodiff.primitives import FUNCTIONS
from autodiff.reading.draft import Draft
from autodiff.reading.source import Source
from autodiff.reading.spellings import Row
from autodiff.tape import Span

DEEPEST = 2_000  # groups within each other
WORDS = FUNCTIONS | {"and", "or", "not"}
VERBATIM = "…"
"""In place of a template: a bracket that stays as it is."""
_NEXT = re.compile(r"\s*(.?)", re.DOTALL)


class Frame:
    """What waits for its end: the sign that closes it, what it has so far, and the template that is filled then.

    `needs` is how many operands a command takes, `rows` what a function means, `base` where an exponent begins.
    """

    __slots__ = ("args", "base", "close", "needs", "rows", "start", "template", "typed")

    def __init__(self, close: str, start: int, template: str = VERBATIM, needs: int = 0) -> None:
        self.close, self.start, self.template, self.needs = close, start, template, needs
        self.args: list[Draft] = [] if needs else [Draft()]
        self.rows: tuple[Row, ...] = ()
        self.typed = ""
        self.base = -1


class Frames:
    """A text from elsewhere, how far it has been read, and what is open."""

    def __init__(self, text: str) -> None:
        self.source = Source(text)
        self.text, self.plain, self.at = text, self.source.plain, 0
        self.frames = [Frame("", 0)]
        self.renamed: dict[str, str] = {}
        """What was read as something else, by its spelling."""

    @property
    def draft(self) -> Draft:
        """What is being written."""
        return self.frames[-1].args[-1]

    @property
    def waits(self) -> bool:
        """Whether a command waits for an operand."""
        return bool(self.frames[-1].needs)

    def ahead(self) -> str:
        """The next sign that is no blank."""
        found = _NEXT.match(self.plain, self.at)
        return found[1] if found else ""

    def push(self, frame: Frame) -> None:
        """Open something."""
        self.frames.append(frame)
        if len(self.frames) > DEEPEST:
            message = say("more than {number} groups stand within each other", number=DEEPEST)
            raise self.source.refuse("E018", message, (frame.start, self.at), say("name the inner ones: u = …; v = …"))

    def give(self, one: Draft) -> None:
        """Put a piece where it belongs: into the text, or to the command that waits for it."""
        frame = self.frames[-1]
        if not frame.needs:
            self.draft.join(one)
            return
        frame.args.append(one)
        if len(frame.args) == frame.needs:
            self.frames.pop()
            self.operand(self.made(frame.template, frame.args, frame.start))

    def operand(self, made: Draft) -> None:
        """Put an operand: a name that stands before it gets brackets, or it would be read as the function of it."""
        before = None if self.waits else self.draft.last_name()
        if before is not None and before[1] not in WORDS:
            at = self.draft.starts[before[0]]
            self.draft.enclose(before[0], (at, at + len(before[1])))
        self.give(made)

    def made(self, template: str, args: list[Draft], start: int) -> Draft:
        """A template, filled; it stands for all from a place up to here."""
        one = Draft()
        one.filled(template, args, (start, self.at))
        return one

    def refused(self, typed: str, start: int) -> FormulaError:
        """The error for what has no meaning here."""
        message = say("{sign} has no meaning here", sign=repr(typed.strip() or typed))
        hint = say("write plain names and signs, as in sqrt(x) or 2*x")
        return self.source.refuse("E002", message, (start, max(self.at, start + len(typed))), hint)

    def span(self, start: int) -> Span:
        """From a place up to here."""
        return start, self.at
