"""autodiff uncertainty: how far the result of a formula is known, and which input is to blame."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated

from autodiff.formula import parse
from autodiff_cli import console, formats, values
from autodiff_cli.commands import argument, choice
from autodiff_cli.evaluate import Digits, File, Json, Strict, Values, formula_text
from autodiff_cli.exits import ExitCode, Stop
from autodiff_cli.formats import lines, strict_json

if TYPE_CHECKING:
    from autodiff.uncertainty.budget import Report
    from autodiff.uncertainty.forms import Form

EXAMPLE = 'autodiff uncertainty "3*(a + b*c)" a=5±0.1 b="3.0(2)" c=2'


def _plain(report: Report, _: str, digits: int) -> Iterable[str]:
    from autodiff.render import uncertainty

    columns = console.width()
    for line in uncertainty.plain(report, digits, columns):
        yield from console.folded(line, columns)


def _json(report: Report, text: str, _: int) -> Iterable[str]:
    from autodiff.render import uncertainty

    return uncertainty.json(report, text)


def _markdown(report: Report, _: str, digits: int) -> Iterable[str]:
    from autodiff.render import uncertainty

    return uncertainty.in_markdown(report, digits)


def _latex(report: Report, _: str, digits: int) -> Iterable[str]:
    from autodiff.render import uncertainty

    return uncertainty.in_latex(report, digits)


FORMATS = {"plain": lines(_plain), "json": strict_json(_json), "markdown": lines(_markdown), "latex": lines(_latex)}

# fmt: off
Words     = Annotated[list[str] | None, argument("EXPR [name=value±uncertainty]...",
                      "The formula in quotes, or - for standard input; then its inputs: a=5±0.1, b=5±2%, \"c=5±0.1 (rect)\".")]
Format    = Annotated[str | None, choice("--format", "How to write the budget; plain if left out.", FORMATS)]
# fmt: on


def uncertainty(
    words: Words = None, file: File = None, values_file: Values = None, as_json: Json = False, format: Format = None,
    digits: Digits = "6", strict: Strict = False,
) -> None:  # fmt: skip
    """How uncertain the result of a formula is, and which input contributes how much.

    For example: autodiff uncertainty "3*(a + b*c)" a=5±0.1 b="3.0(2)" c=2
    """
    from autodiff.uncertainty.budget import Asked, budget
    from autodiff.uncertainty.forms import notes

    text, rest = formula_text(list(words or []), file, EXAMPLE)
    size, write = values.whole("--digits", digits, 17), FORMATS[formats.chosen(FORMATS, as_json, format)]
    formula = parse(text)
    given = _inputs(rest)
    stored = _stored(values_file, formula.names - {form.name for form in given}) if values_file else []
    inputs = {form.name: form.input for form in [*stored, *given]}
    report = budget(formula, inputs, None, Asked(digits=size), notes([*stored, *given]), [form.name for form in stored])
    write(report, text, size)
    if strict and any(one.linear.sheet.value_status != "ok" or one.linear.doubtful for one in report.budgets):
        raise Stop(ExitCode.NOT_OK)


def _inputs(words: Sequence[str]) -> list[Form]:
    """The inputs of the command line."""
    from autodiff.uncertainty.forms import Form

    def typed(name: str, text: str) -> str:
        return next((word for word in words if word.strip().startswith(f"{name}=")), text)

    return [Form(name, text, typed(name, text)) for name, text in values.pairs(words).items()]


def _stored(path: str, wanted: Iterable[str]) -> list[Form]:
    """Those of a JSON file: numbers, and texts such as "5±0.1"."""
    from autodiff.uncertainty.forms import Form

    data = values.from_json(path)
    texts = {key.strip(): value for key, value in data.items() if isinstance(value, str) and key.strip() in wanted}
    numbers = values.numbers_for(f"'{path}'", {key: value for key, value in data.items() if key.strip() not in texts}, [*wanted])
    return [Form(name, text) for name, text in {**{name: repr(x) for name, x in numbers.items()}, **texts}.items()]
