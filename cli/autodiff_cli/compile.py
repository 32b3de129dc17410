"""autodiff compile: a function of another language that gives value and gradient."""

from __future__ import annotations

from os.path import splitext
from typing import Annotated

from autodiff.errors import AutodiffError
from autodiff.formula import parse
from autodiff.messages import say, series
from autodiff_cli import console, files, values
from autodiff_cli.commands import option
from autodiff_cli.evaluate import File, Force, Output, ValueOnly, Values, Variables, Words, contradictions, formula_text

EXAMPLE = 'autodiff compile "3*(a + b*c)" --to c -o f.c'

To = Annotated[
    str | None, option("--to", "The language, such as python, c or javascript; what the name of FILE says, if left out.", "LANG")
]
Dialect = Annotated[str | None, option("--dialect", "Which SQL: duckdb (if left out), sqlite, postgres or spark.", "NAME")]
Name = Annotated[str | None, option("--name", "What the function is called, or in SQL the table.", "NAME")]
Hessian = Annotated[bool, option("--hessian", "Give all second derivatives too.")]
NoMain = Annotated[bool, option("--no-main", "Leave the self-test out.")]


def compile(
    words: Words = None, to: To = None, dialect: Dialect = None, output: Output = None, force: Force = False, name: Name = None,
    wrt: Variables = None, hessian: Hessian = False, value_only: ValueOnly = False, no_main: NoMain = False, file: File = None,
    values_file: Values = None,
) -> None:  # fmt: skip
    """Write a function that gives value and gradient, in another language.

    For example: autodiff compile "3*(a + b*c)" --to c -o f.c
    """
    text, rest = formula_text(list(words or []), file, EXAMPLE)
    language = _dialect(dialect, "sql" if to is None and dialect is not None and output is None else _language(to, output))
    contradictions(hessian, value_only, wrt, force, output)
    _check_name(name, language)
    formula, given = parse(text), values.assignments(rest)
    formula.notes += values.looks(rest)
    stored = values.from_json(values_file) if values_file else {}
    point = {**values.numbers_for(f"'{values_file}'", stored, formula.names - given.keys()), **given}
    chosen = None if wrt is None else values.names("--wrt", wrt)
    found = formula.compiled(language, name, chosen, hessian, value_only, point or None, not no_main)
    if output is None:
        console.write([found.text])
    else:
        files.save(output, found.text, force)
    console.notes(found.notes)


def _language(to: str | None, output: str | None) -> str:
    """The language that is named, or that the name of the file says. Raises AutodiffError where neither says one."""
    from autodiff.code.targets import SUFFIXES, TARGETS

    suffix = splitext(output or "")[1].lower()
    found = to or ("sql" if suffix == ".sql" else SUFFIXES.get(suffix, ""))
    if not found:
        raise AutodiffError("E043", say("which language?"), say("write --to LANG, which is one of {names}", names=series(TARGETS)))
    return found


def _dialect(dialect: str | None, language: str) -> str:
    """The language, or the dialect of SQL that is wanted. Raises AutodiffError where the two do not agree."""
    from autodiff.code.targets import ALIASES, QUERIES, known

    if dialect is None:
        return language
    chosen, names = ALIASES.get(dialect.casefold(), dialect.casefold()), series(QUERIES)
    if chosen not in QUERIES:
        message = say("'{dialect}' is no dialect of SQL that is known", dialect=dialect)
        raise AutodiffError("E042", message, say("the dialects are {names}", names=names))
    if known(language) not in QUERIES:
        raise AutodiffError("E042", say("--dialect is for SQL"), say("write --to sql, or leave --dialect out"))
    if language.casefold() != "sql" and known(language) != chosen:
        message = say("--to {language} and --dialect {dialect} contradict each other", language=language, dialect=dialect)
        raise AutodiffError("E042", message, say("leave one of the two out"))
    return chosen


def _check_name(name: str | None, language: str) -> None:
    from autodiff.code.targets import known

    if name is not None and known(language) == "latex":
        raise AutodiffError("E042", say("--name is for functions and tables, and LaTeX has none"), say("leave --name out"))
