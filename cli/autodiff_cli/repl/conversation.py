"""What is answered to a line: the session is asked, or a command of the program is called for what the session knows."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from autodiff.errors import FormulaError
from autodiff.render import session as document
from autodiff.session import programs
from autodiff.session.questions import Question, answer, question
from autodiff.session.taking import Taken, changes, take
from autodiff.session.workbook import Workbook
from autodiff.writing.width import packed
from autodiff_cli import console
from autodiff_cli.exits import ExitCode
from autodiff_cli.repl import words


class Conversation:
    """A session, and how it is shown."""

    def __init__(self, digits: int, color: str) -> None:
        self.book, self.digits, self.color = Workbook(), digits, color
        self.said: set[str] = set()

    def hear(self, text: str) -> int:
        """Answer a text, and return the exit code of a command in it. Raises AutodiffError, and Leave at the end."""
        if not text.strip():
            return ExitCode.FINE
        word, rest = words.split(text)
        if words.is_command(word, rest, self.book.names):
            return words.WORDS[word].answer(self, word, rest)
        asked = question(self.book, text)
        if asked is not None:
            self._derivative(asked)
            return ExitCode.FINE
        try:
            self._take(text)
        except FormulaError as error:
            error.hint = words.meant(text, self.book.names) or error.hint
            raise
        return ExitCode.FINE

    # Lines of the language --------------------------------------------------------------------------------------------

    def _take(self, text: str) -> None:
        before = self.book
        self.book, taken, notes = take(before, text)
        self.note(notes)
        for one in taken:
            self._show(before, one)
        self.write([document.change(one, self.digits) for one in changes(before, self.book)], "forward")

    def _show(self, before: Workbook, one: Taken) -> None:
        if one.slopes and before.current is not None:
            sheet = programs.sheet(before, before.current)
            self.write(document.uses(one, sheet.output, self.digits), "backward")
        if one.kind in ("variable", "asked"):
            self.write(document.variable(self.book, one, self.digits))
        elif one.kind == "shown":
            self.write([one.statement.text])
        elif one.kind in ("result", "number", "definition"):
            self._result(one)
        self.note(one.notes)

    def _result(self, one: Taken) -> None:
        """The value and the gradient; of a definition the formula alone where a value is missing."""
        formula = programs.program(self.book, one.statement)
        lacking = [name for name in programs.lacking(self.book, formula) if name not in one.slopes]
        if lacking and one.kind == "definition":
            self.write(document.waiting(formula, one.statement.name, lacking))
            return
        sheet = programs.sheet(self.book, one.statement, one.slopes)
        is_named = self.book.is_named(one.statement)
        first, *remarks = document.result(sheet, is_named, self.book.names, self.digits)
        self.write([first], "forward")
        if not one.slopes:
            slopes = document.gradient(sheet, is_named, self.book.values, self.digits)
            self.write(packed(map(console.shown, slopes), console.width(), "  "), "backward")
        self.write([f"! {remark}" for remark in remarks], "warning")
        self.note(sheet.notes)

    def _derivative(self, asked: Question) -> None:
        found, lacking = answer(self.book, asked)
        self.book = self.book.asking(asked.statement)
        self.write(document.derivative(found, self.book.is_named(asked.statement), lacking, self.digits), "backward")
        self.note(found.notes)

    # What is written --------------------------------------------------------------------------------------------------

    def write(self, texts: Iterable[str], tone: str = "") -> None:
        """Lines, folded to the width of the terminal, in the colour of a direction or of a warning where there is any."""
        lines = [line for text in texts for line in console.folded(console.shown(text), console.width())]
        if tone and lines and console.coloured(sys.stdout, self.color):
            from autodiff_cli.repl.colours import painted

            lines = painted(lines, tone)
        console.write(f"{line}\n" for line in lines)

    def note(self, texts: Iterable[str]) -> None:
        """Notes, each once in a conversation."""
        new = [text for text in dict.fromkeys(texts) if text not in self.said]
        self.said.update(new)
        console.notes(new)
