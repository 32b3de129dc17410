"""The text of one input as it was typed: numbers in it, and what is said where it cannot be read."""

from __future__ import annotations

from autodiff.errors import AutodiffError, FormulaError
from autodiff.formula import number
from autodiff.messages import say
from autodiff.reading.source import Source, plain


class Typed:
    """An input and the word that it stands in."""

    def __init__(self, name: str, word: str) -> None:
        self.name, self.word = name, word

    def number(self, text: str) -> float:
        """The value of a part. Raises FormulaError, which shows it within the word."""
        try:
            return number(text)
        except FormulaError as error:
            start, end = error.span
            known = plain(self.word)
            shift = max(known.find(text, known.find("=") + 1), 0)
            message = say("the value of '{name}': {message}", name=self.name, message=error.message)
            raise Source(self.word).refuse("E032", message, (start + shift, end + shift), error.hint) from None

    def wrong(self, problem: str, spelling: str) -> AutodiffError:
        """The error for what cannot be, with something that can."""
        message = say("the value of '{name}': {message}", name=self.name, message=problem)
        return AutodiffError("E032", message, say("write {spelling}", spelling=spelling))

    def refused(self, span: tuple[int, int], message: str, hint: str) -> AutodiffError:
        """The error for a place of the value."""
        text = plain(self.word)
        shift = max(text.find("=") + 1, 0)
        shift += len(text[shift:]) - len(text[shift:].lstrip())
        return Source(self.word).refuse("E032", message, (span[0] + shift, span[1] + shift), hint)
