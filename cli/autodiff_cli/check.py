"""autodiff check: claimed derivatives are judged, or our own are verified."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, Protocol

from autodiff.errors import AutodiffError, FormulaError
from autodiff.formula import Formula, parse
from autodiff.messages import N_, say
from autodiff.point.worksheet import Worksheet
from autodiff.writing.width import visible
from autodiff_cli import console, formats, values
from autodiff_cli.commands import argument, choice, option
from autodiff_cli.evaluate import Coloured, File, Json, Values, formula_text
from autodiff_cli.exits import ExitCode, Stop
from autodiff_cli.formats import Writer, lines, strict_json, terminal

if TYPE_CHECKING:
    from autodiff.checking.check import Examination
    from autodiff.checking.verdicts import Verdict

DIGITS = 6
COLOURS = {"agrees": "\x1b[32m", "differs": "\x1b[31;1m", "undecided": "\x1b[33m"}
OFF = "\x1b[0m"


class Renderer(Protocol):
    """What shows verdicts, or evidence."""

    def plain(self, about: Any, found: Sequence[Any], digits: int, /) -> Iterable[tuple[str, str]]: ...

    def markdown(self, about: Any, found: Sequence[Any], digits: int, /) -> Iterable[str]: ...

    def tsv(self, about: Any, found: Sequence[Any], /) -> Iterable[str]: ...

    def json(self, about: Any, found: Sequence[Any], /) -> Iterable[str]: ...


def _table(about: Any, found: Sequence[Any], render: Renderer, color: str) -> Iterable[str]:
    """Lines, each in the colour of its verdict."""
    colours = COLOURS if console.coloured(sys.stdout, color) else {}
    columns = console.width()
    for kind, text in render.plain(about, found, DIGITS):
        for line in console.folded(visible(text), columns) if kind else [visible(text)]:
            yield f"{colours[kind]}{line}{OFF}\n" if kind in colours else f"{line}\n"


def _plain(about: Any, found: Sequence[Any], render: Renderer, _: str) -> Iterable[str]:
    return (text for _, text in render.plain(about, found, DIGITS))


def _json(about: Any, found: Sequence[Any], render: Renderer, _: str) -> Iterable[str]:
    return render.json(about, found)


def _markdown(about: Any, found: Sequence[Any], render: Renderer, _: str) -> Iterable[str]:
    return render.markdown(about, found, DIGITS)


def _tsv(about: Any, found: Sequence[Any], render: Renderer, _: str) -> Iterable[str]:
    return render.tsv(about, found)


FORMATS = {
    "table": terminal(_table), "plain": lines(_plain), "tsv": terminal(_tsv), "json": strict_json(_json),
    "markdown": lines(_markdown),
}  # fmt: skip

# fmt: off
Format    = Annotated[str | None, choice("--format", "How to write the result; a table if left out.", FORMATS)]
Words     = Annotated[list[str] | None, argument("EXPR [name=value | dname=claim]...",
                      "The formula in quotes, or - to read it from standard input; then values, and claimed derivatives.")]
Claims    = Annotated[list[str] | None, option("--claim",
                      "A claim about x, for formulas in which dx is itself a name. May be repeated.", "x=2*x")]
Tolerance = Annotated[str | None, option("--tolerance",
                      "The relative error that is allowed; if left out, 1e-6 for numbers and 1e-25 for formulas.", "T")]
NoAnswer  = Annotated[bool, option("--no-answer", "Leave the right derivative out, as a formula.")]
Answers   = Annotated[str | None, option("--answers",
                      "Mark a class: a file with name: dx=… or an object in each line; one line of JSON for each.", "FILE")]
Written   = Annotated[str | None, option("--in",
                      "Judge the claims in files, lines such as autodiff-claim: x^2 => dx=2*x; more files may follow.", "FILE")]
# fmt: on


class Given(NamedTuple):
    """What the command line gives, as text: values and claims by name."""

    values: dict[str, str]
    claims: dict[str, str]
    notes: list[str]


def check(
    words: Words = None, claims: Claims = None, file: File = None, values_file: Values = None, tolerance: Tolerance = None,
    no_answer: NoAnswer = False, answers: Answers = None, written: Written = None, as_json: Json = False, format: Format = None,
    color: Coloured = "auto",
) -> None:  # fmt: skip
    """Judge claimed derivatives, or verify our own.

    For example: autodiff check "x^2*sin(x)" dx="2*x*sin(x) + x^2*cos(x)"
    """
    limit = None if tolerance is None else values.amount("--tolerance", tolerance)
    if written is not None:
        others = {"--claim": claims, "--file": file, "--values": values_file, "--answers": answers, "--format": format}
        from autodiff_cli.written import judge as judge_files

        raise Stop(judge_files([written, *(words or [])], others, limit, not no_answer, as_json, color))
    text, rest = formula_text(list(words or []), file, 'autodiff check "x^2" dx="2*x"')
    formula = parse(text)
    write = FORMATS[formats.chosen(FORMATS, as_json, format)]
    given = split(formula, rest, claims or [])
    assigned = [f"{name}={value}" for name, value in given.values.items()]
    numbers = values.assignments(assigned)
    formula.notes += values.looks(assigned)
    stored = values.from_json(values_file) if values_file else {}
    from_file = values.numbers_for(f"'{values_file}'", stored, formula.names - given.values.keys())
    _refuse(given, no_answer, answers, format)
    if not given.claims and answers is None:
        sheet = _sheet(formula, {**from_file, **numbers}, from_file)
        code = _verify(sheet, write, color)
    else:
        from autodiff.checking import check as judge
        from autodiff.checking import truth

        texts = values.texts([f"{name}={text}" for name, text in given.values.items()], stored)
        known = truth.values(texts, {**from_file, **numbers})
        if answers is None:
            code = _judge(judge.Examination(formula, given.claims, known, limit, from_file.keys(), not no_answer), write, color)
        else:
            code = _mark(
                formula,
                answers,
                lambda claims: judge.Examination(formula, claims, known, limit, from_file.keys(), False).verdicts(),
            )
    console.notes(given.notes)
    raise Stop(code)


def _refuse(given: Given, no_answer: bool, answers: str | None, format: str | None) -> None:
    """Raise AutodiffError for options that contradict each other, or do nothing."""
    if answers is not None and (given.claims or no_answer or format not in (None, "json")):
        other = "--no-answer" if no_answer else f"--format {format}" if not given.claims else f"d{next(iter(given.claims))}=…"
        message = say("--answers and {other} do not go together", other=other)
        raise AutodiffError("E042", message, say("leave one of the two out"))
    if no_answer and not given.claims:
        raise AutodiffError("E042", say("--no-answer is for claims"), say("leave --no-answer out"))


def _mark(formula: Formula, path: str, judge: Callable[[Mapping[str, str]], Sequence[Verdict]]) -> int:
    """Mark the answers of a file."""
    from autodiff_cli.marking import marked

    def claims(words: Sequence[str]) -> Mapping[str, str]:
        given = split(formula, words, ())
        if given.values:
            name = next(iter(given.values))
            raise AutodiffError("E034", say("'{name}' is no claim", name=f"{name}=…"), say("claims begin with d, as in dx=2*x"))
        return given.claims

    fine = True
    for text, is_right in marked(formula, values.text_of(path, N_("one answer in each line")), claims, judge):
        console.write([text])
        fine = fine and is_right
    return ExitCode.FINE if fine else ExitCode.NO


def split(formula: Formula, words: Iterable[str], claims: Iterable[str]) -> Given:
    """Values and claims, told apart by the names of the formula."""
    from autodiff.checking.claims import about, hidden

    given: dict[str, str] = {}
    claimed: dict[str, str] = {}
    notes: list[str] = []
    for name, text in values.pairs(map(_plain_claim, words)).items():
        target = about(formula, name)
        if target is None and (other := hidden(formula, name)):
            notes.append(
                say(
                    "{name} is a name of the formula, so {name}=… is its value; a claim is --claim {other}=…",
                    name=name,
                    other=other,
                )
            )
        (given if target is None else claimed)[target or name] = text
    for name, text in values.pairs(claims, "--claim").items():
        if name in claimed:
            raise AutodiffError(
                "E032", say("the derivative with respect to '{name}' is claimed twice", name=name), say("keep one of them")
            )
        claimed[name] = text
    return Given(given, claimed, notes)


def _sheet(formula: Formula, given: Mapping[str, float], surplus: Collection[str]) -> Worksheet:
    """The worksheet whose gradient is verified. Raises FormulaError, which names both ways of going on if there are no values."""
    try:
        return formula.worksheet(given, surplus=surplus)
    except FormulaError as error:
        if error.code == "E030" and not given:
            point, claim = " ".join(f"{name}=…" for name in formula.variables), f"d{formula.variables[0]}=…"
            error.hint = say("add {values} to verify our gradient, or {claim} to check yours", values=point, claim=claim)
        raise


def _plain_claim(word: str) -> str:
    """A word. Raises AutodiffError for a claim in another notation, such as dJ/dx=6 or f'(x)=6."""
    found = re.match(r"\s*(?:[d∂]\w*/[d∂](\w+)|\w+['’]\((\w+)\))\s*=(.*)", word)
    if found:
        hint = say("write {spelling}", spelling=f"d{found[1] or found[2]}={found[3].strip()}")
        raise AutodiffError("E033", say("'{text}' is not how a claim is written", text=word.partition("=")[0].strip()), hint)
    return word


def _judge(examined: Examination, write: Writer, color: str) -> int:
    from autodiff.render import check as render

    verdicts = examined.verdicts()
    write(examined, verdicts, render, color)
    return ExitCode.NO if any(verdict.code for verdict in verdicts) else ExitCode.FINE


def _verify(sheet: Worksheet, write: Writer, color: str) -> int:
    from autodiff.checking import evidence
    from autodiff.render import evidence as render

    if not sheet.wrt:
        hint = say("write {spelling}", spelling='autodiff check "x^2" x=3')
        raise AutodiffError("E043", say("there is nothing to check: the formula has no variables"), hint)
    found = list(evidence.gathered(sheet))
    write(sheet, found, render, color)
    return ExitCode.FINE if evidence.is_verified(found) else ExitCode.NO
