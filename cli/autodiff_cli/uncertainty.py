"""autodiff uncertainty: how far the result of a formula is known, and which input is to blame."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated

from autodiff.errors import AutodiffError
from autodiff.formula import parse
from autodiff.messages import say
from autodiff_cli import console, formats, values
from autodiff_cli.commands import argument, choice, option
from autodiff_cli.evaluate import Digits, File, Json, Steps, Values, check_explained, formula_text
from autodiff_cli.exits import ExitCode, Stop
from autodiff_cli.formats import after, lines, strict_json, terminal

if TYPE_CHECKING:
    from autodiff.study.explanation import Explanation
    from autodiff.uncertainty.budget import Report
    from autodiff.uncertainty.goal import Goal

EXAMPLE = 'autodiff uncertainty "3*(a + b*c)" a=5±0.1 b="3.0(2)" c=2'


def _plain(report: Report, _: str, digits: int, explained: Explanation | None) -> Iterable[str]:
    from autodiff.render import budget_text

    columns = console.width()
    for line in budget_text.plain(report, digits, columns, explained):
        yield from console.folded(line, columns)


def _json(report: Report, text: str, _: int, explained: Explanation | None) -> Iterable[str]:
    from autodiff.render import uncertainty

    return uncertainty.json(report, text, explained)


def _markdown(report: Report, _: str, digits: int, explained: Explanation | None) -> Iterable[str]:
    from autodiff.render import budget_documents

    return budget_documents.in_markdown(report, digits, explained)


def _latex(report: Report, _: str, digits: int, explained: Explanation | None) -> Iterable[str]:
    from autodiff.render import budget_documents

    return budget_documents.in_latex(report, digits, explained)


def _tsv(report: Report, _: str, digits: int, explained: Explanation | None) -> Iterable[str]:
    from autodiff.render import tsv

    return tsv.budgets(report)


FURTHER = {"plain": lines(_plain), "json": strict_json(_json), "markdown": lines(_markdown), "latex": lines(_latex)}
FORMATS = after(FURTHER, "plain", tsv=terminal(_tsv))

# fmt: off
Words    = Annotated[list[str] | None, argument("EXPR [name=value±uncertainty]...",
                     "The formula in quotes, or - for standard input; then its inputs: a=5±0.1, b=5±2%, \"c=5±0.1 (rect)\".")]
Corr     = Annotated[list[str] | None, option("--corr",
                     "A correlation of two inputs, or a file: a JSON object, or a square table. May be repeated.", "a,b=0.3")]
Paired   = Annotated[bool, option("--paired", "Columns of one file are simultaneous readings: take their correlations from it.")]
Coverage = Annotated[str | None, option("--coverage", "Add the interval that holds the result with this probability.", "0.95")]
Draws    = Annotated[str | None, option("--monte-carlo", "Draw the inputs N times, and compute the output for each.", "N")]
Seed     = Annotated[str | None, option("--seed", "Where the draws of --monte-carlo begin; 1 if left out.", "N")]
Aim      = Annotated[str | None, option("--goal", "Say which input must become how much better for this uncertainty.", "0.05|2%")]
Outputs  = Annotated[str | None, option("--outputs", "The budgets of these steps of a program, and their correlations.", "p,q")]
Shown    = Annotated[bool, option("--explain", "Show each sensitivity with its chain rule, and how they are combined.")]
Exact    = Annotated[bool, option("--strict", "Exit with 3 if any status is not ok, or if linear is not good enough.")]
Format   = Annotated[str | None, choice("--format", "How to write the budget; plain if left out.", FORMATS)]
# fmt: on


def uncertainty(
    words: Words = None, file: File = None, values_file: Values = None, corr: Corr = None, paired: Paired = False,
    coverage: Coverage = None, draws: Draws = None, seed: Seed = None, outputs: Outputs = None, goal: Aim = None,
    explain: Shown = False, steps: Steps = None, as_json: Json = False, format: Format = None, digits: Digits = "6",
    strict: Exact = False,
) -> None:  # fmt: skip
    """How uncertain the result of a formula is, and which input contributes how much.

    For example: autodiff uncertainty "3*(a + b*c)" a=5±0.1 b="3.0(2)" c=2
    """
    from autodiff.uncertainty.budget import Asked, budget
    from autodiff.uncertainty.given import given

    text, rest = formula_text(list(words or []), file, EXAMPLE)
    size, shown = values.whole("--digits", digits, 17), "--explain" if explain else "--goal" if goal is not None else ""
    table = FURTHER if shown else FORMATS
    write = table[formats.chosen(table, as_json, format, shown)]
    chosen = tuple(values.names("--outputs", outputs)) if outputs is not None else ()
    asked = Asked(_coverage(coverage), *_draws(draws, seed), _goal(goal), chosen, size)
    check_explained(explain, steps is not None, bool(chosen))
    formula = parse(text)
    typed = texts(rest)
    kept = stored(values_file, formula.names - typed.keys()) if values_file else {}
    found = given({**kept, **typed}, paired)
    pairs = {**found.pairs, **correlations(corr or (), [*found.inputs])}
    report = budget(formula, found.inputs, pairs, asked, found.notes, kept.keys())
    write(report, text, size, _explained(report, steps) if explain else None)
    if strict and not all(one.linear.sheet.value_status == "ok" and one.is_adequate for one in report.budgets):
        raise Stop(ExitCode.NOT_OK)


def _explained(report: Report, steps: str | None) -> Explanation:
    from autodiff.study.explanation import explain

    return explain(report.sheet, values.amount("--nudge", None), values.steps(steps))


def texts(words: Sequence[str]) -> dict[str, tuple[str, str]]:
    """The text of every input, and the word that it stands in; the name of a file stays as it is."""
    found: dict[str, tuple[str, str]] = {}
    for (name, text), word in zip(values.pairs(words).items(), words):
        _, sign, exact = word.partition("=")
        found[name] = (exact if sign and exact.strip().startswith("@") else text), word
    return found


def stored(path: str, wanted: Iterable[str]) -> dict[str, tuple[str, str]]:
    """The same of a JSON file: numbers, and texts such as "5±0.1"."""
    data = values.from_json(path)
    texts = {key.strip(): value for key, value in data.items() if isinstance(value, str) and key.strip() in wanted}
    numbers = values.numbers_for(f"'{path}'", {key: value for key, value in data.items() if key.strip() not in texts}, [*wanted])
    return {name: (text, text) for name, text in {**{name: repr(x) for name, x in numbers.items()}, **texts}.items()}


def correlations(words: Sequence[str], inputs: Sequence[str]) -> dict[tuple[str, str], float]:
    """Correlations that are written, and those of files; what is written wins."""
    from autodiff.uncertainty import given

    found: dict[tuple[str, str], float] = {}
    for word in words:
        if "=" in word or not word.strip():
            continue
        if word.lower().endswith(".json"):
            found |= given.of_object(values.object_of(values.text_of(word), f"'{word}'", '{"a": {"b": 0.3}}'), f"'{word}'")
        else:
            found |= given.of_table(word, inputs)
    written = given.correlations(word for word in words if "=" in word or not word.strip())
    return {pair: r for pair, r in found.items() if pair not in written and pair[::-1] not in written} | written


def _coverage(text: str | None) -> float:
    return 0.0 if text is None else values.amount("--coverage", text)


def _draws(text: str | None, seed: str | None) -> tuple[int, int]:
    if text is None:
        if seed is not None:
            raise AutodiffError("E042", say("--seed is for --monte-carlo"), say("add --monte-carlo 1000000, or leave --seed out"))
        return 0, 1
    from autodiff.uncertainty import monte_carlo

    text = str(int(float(text))) if re.fullmatch(r"\d{1,9}[eE]\d", text) else text  # 1e6, as people write it
    return monte_carlo.checked(values.whole("--monte-carlo", text, 10**9 - 1)), values.whole("--seed", seed or "1", 10**9 - 1)


def _goal(text: str | None) -> Goal | None:
    if text is None:
        return None
    from autodiff.uncertainty.goal import Goal

    share = text.strip().endswith("%")
    amount = values.amount("--goal", text.strip().removesuffix("%"))
    return Goal(amount / 100 if share else amount, share)
