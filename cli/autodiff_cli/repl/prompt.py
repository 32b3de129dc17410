"""The prompt of prompt_toolkit: completion, a history that is kept, mistakes underlined while they are typed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.lexers import Lexer
from prompt_toolkit.output import ColorDepth
from prompt_toolkit.styles import Style

from autodiff.session.completion import completions
from autodiff.session.marks import wrong
from autodiff_cli import console
from autodiff_cli.repl import history
from autodiff_cli.repl.keyboard import MORE, PROMPT
from autodiff_cli.repl.words import WORDS, is_command, split

if TYPE_CHECKING:
    from autodiff_cli.repl.conversation import Conversation

LOOKS = {"prompt": "bold ansibrightblue", "wrong": "underline ansired"}


def prompting(talk: Conversation, more: Callable[[str], bool]) -> Callable[[], str]:
    """How a text is asked for; `more` says whether one goes on in the next line."""
    depth = None if console.coloured(sys.stdout, talk.color) else ColorDepth.DEPTH_1_BIT
    first, later = ([("class:prompt", console.plain_for(sys.stdout, text))] for text in (PROMPT, MORE))
    session: PromptSession[str] = PromptSession(
        first, multiline=True, prompt_continuation=later, key_bindings=_keys(more), lexer=Underlining(talk), color_depth=depth,
        completer=Completing(talk), complete_while_typing=False, history=_history(), style=Style.from_dict(LOOKS),
    )  # fmt: skip
    return session.prompt


def _keys(more: Callable[[str], bool]) -> KeyBindings:
    """Enter ends a text that is complete, and else begins the next line."""
    keys = KeyBindings()

    @keys.add("enter")
    def enter(event: KeyPressEvent) -> None:
        buffer = event.current_buffer
        if more(buffer.text):
            buffer.newline(copy_margin=False)
        else:
            buffer.validate_and_handle()

    return keys


class Completing(Completer):
    """Functions and names in play."""

    def __init__(self, talk: Conversation) -> None:
        self.talk = talk

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        begun, found = completions(self.talk.book, document.current_line_before_cursor, WORDS)
        return (Completion(text, -begun) for text in found)


class Underlining(Lexer):
    """What is typed, with a mistake underlined."""

    def __init__(self, talk: Conversation) -> None:
        self.talk = talk

    def lex_document(self, document: Document) -> Callable[[int], StyleAndTextTuples]:
        text, lines = document.text, document.lines
        is_word = is_command(*split(text), self.talk.book.names)
        start, end = (None if is_word else wrong(self.talk.book, text)) or (-1, -1)
        begins = [0]
        for line in lines:
            begins.append(begins[-1] + len(line) + 1)

        def shown(number: int) -> StyleAndTextTuples:
            line, at = lines[number], begins[number]
            first, last = (min(max(place - at, 0), len(line)) for place in (start, end))
            return [("", line[:first]), ("class:wrong", line[first:last]), ("", line[last:])]

        return shown


class Kept(FileHistory):
    """A history in a file; one that cannot be read or written is none."""

    def load_history_strings(self) -> Iterable[str]:
        try:
            return super().load_history_strings()
        except OSError:
            return []

    def store_string(self, string: str) -> None:
        try:
            super().store_string(string)
        except OSError:
            return


def _history() -> History:
    path = history.place("repl_history")
    return Kept(path) if path else InMemoryHistory()
