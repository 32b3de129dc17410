"""Commands of the program that are called for what a session knows: with a formula of it, and with its values."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, NamedTuple

from autodiff.errors import AutodiffError
from autodiff.messages import say
from autodiff.reading.source import plain
from autodiff.reading.typed import Statement, typed
from autodiff.session import programs
from autodiff.session.needs import alone
from autodiff.session.questions import freed, question
from autodiff.session.workbook import Workbook
from autodiff.tape import canonical
from autodiff_cli.commands import command, declared

if TYPE_CHECKING:
    from autodiff_cli.repl.conversation import Conversation


class Call(NamedTuple):
    """The command that a word stands for, with its options; whether it needs values, and how it is told a variable."""

    words: tuple[str, ...]
    is_numeric: bool = True
    wrt: str = "--wrt"


CALLS = {
    "table": Call(("eval",)), "eval": Call(("eval",)), "explain": Call(("eval", "--explain")),
    "grad": Call(("diff",), False), "diff": Call(("diff",), False), "hessian": Call(("diff", "--hessian"), False),
    "graph": Call(("graph",), False), "check": Call(("check",), False, ""), "page": Call(("page",), False),
    "compile": Call(("compile",), False), "uncertainty": Call(("uncertainty",), True, ""),
    "minimize": Call(("minimize",), True, ""),
}  # fmt: skip
ASSIGNED = re.compile(r"\s*([^\W\d]\w*)\s*:?=(?!=)")


class Subject(NamedTuple):
    """What a command is called for, and the variables by which it shall differentiate; all, if none are said."""

    book: Workbook
    statement: Statement
    wrt: tuple[str, ...] = ()


def called(talk: Conversation, word: str, rest: str) -> int:
    """Call a command. Raises AutodiffError, and Stop where the answer is no."""
    from autodiff_cli import app

    call = CALLS[word]
    text, given, options = _parts(rest)
    subject = _subject(talk.book, text)
    argv = [*call.words, *_point(subject, call, given), *given, *options]
    talk.book = talk.book.asking(subject.statement)
    if subject.wrt:
        argv += [call.wrt, ",".join(subject.wrt)] if call.wrt else []
    argv += _usual(talk, argv)
    try:
        return app.called(argv)
    except AutodiffError as error:
        raise app.mistyped(argv, error) from None


def function(talk: Conversation, name: str) -> int:
    """All of one function, or the help of a command."""
    from autodiff_cli import app

    call = CALLS.get(name)
    return app.called([call.words[0], "--help"] if call else ["functions", name])


def functions(talk: Conversation, word: str, rest: str) -> int:
    """The list of functions, or all of one."""
    from autodiff_cli import app

    return app.called(["functions", *rest.split()])


def _parts(rest: str) -> tuple[str, list[str], list[str]]:
    """The formula, the words with a value, and the options."""
    found = re.search(r"(?:^|\s)(?:--[A-Za-z]|-[ho](?!\S))", rest)
    head, tail = (rest[: found.start()], rest[found.start() :]) if found else (rest, "")
    try:
        options = shlex.split(tail)
    except ValueError:
        raise AutodiffError("E042", say("a quotation mark is not closed"), say("write it twice, or leave it out")) from None
    words = re.split(r"\s+(?=[^\W\d]\w*(?:/[^\W\d]\w*)?:?=(?!=))", f" {head}")
    return words[0].strip(), words[1:], options


def _subject(book: Workbook, text: str) -> Subject:
    """What a text stands for: nothing is the last formula, a variable is the last formula by it, `J b` is J by b."""
    if text and (asked := question(book, text)):
        return _by(book, asked.statement, asked.path)
    names = [canonical(name) for name in re.split(r"[\s,]+", plain(text))] if text else []
    if len(names) > 1 and names[0] in book.definitions and all(name in book.names for name in names[1:]):
        return _by(book, book.definitions[names[0]], tuple(names[1:]))
    if not text or all(name in book.values for name in names):
        if book.current is None:
            hint = say("write one, such as {spelling}", spelling="J = 3*(a + b*c)")
            raise AutodiffError("E043", say("there is no formula yet"), hint)
        return _by(book, book.current, tuple(names))
    text = book.signature(text) or text
    found = typed(text).statements
    if len(found) != 1 or found[0].kind == "definition":
        raise AutodiffError("E043", say("a command is for one formula"), say("write {spelling}", spelling="graph J"))
    alone(book, found[0], typed(text))
    return Subject(book, book.definitions.get(found[0].text, found[0]))


def _by(book: Workbook, statement: Statement, names: tuple[str, ...]) -> Subject:
    return Subject(freed(book, statement, names), statement, names)


def _point(subject: Subject, call: Call, given: list[str]) -> list[str]:
    """The formula, and the values that it needs and that are not given otherwise; without any where one is missing."""
    said = {canonical(found[1]) for word in given if (found := ASSIGNED.match(plain(word)))}
    book = freed(subject.book, subject.statement, said)
    formula = programs.program(book, subject.statement)
    lacking = [name for name in programs.lacking(book, formula) if name not in said]
    text = f" {formula.text}" if formula.text.startswith("-") else formula.text
    if lacking:
        if call.is_numeric:
            programs.sheet(book, subject.statement)
        return [text]
    names = [name for name in programs.used(book, formula) if name not in said]
    return [text, *(f"{name}={book.entries[name].statement.right}" for name in names)]


def _usual(talk: Conversation, argv: list[str]) -> list[str]:
    """The digits and the colours of the conversation, where a command has such options."""
    names = {about.option for _, _, about in declared(command(argv[0]))}
    wanted = {"--color": talk.color, **({"--digits": str(talk.digits)} if argv[0] != "graph" else {})}
    return [word for name, value in wanted.items() if name in names and name not in argv for word in (name, value)]
