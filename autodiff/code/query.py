"""A program as one query: a layer for all steps whose arguments are known, each step a column of its own."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from textwrap import wrap

from autodiff.code.identifiers import quoted
from autodiff.code.program import Program, Sample, Statement
from autodiff.code.self_test import CLOSE
from autodiff.code.sql_dialect import SqlDialect, number
from autodiff.code.target import Lines
from autodiff.errors import AutodiffError
from autodiff.messages import say
from autodiff.passes.push_pull import active
from autodiff.primitives import CONDITIONS
from autodiff.tape import Apply, Tape, ancestors
from autodiff.writing.names import unused

WIDTH = 100
END = 10**9  # a level above all others
LARGEST = 16_000_000  # signs of a query: each layer carries what later ones need
SHORTEST = 3  # signs of a column that is carried: a letter, a comma and a blank
PLAIN = (
    frozenset({"add", "sub", "neg", "copy", "if", "floor", "ceil", "round", "sign", "step"}) | CONDITIONS
)  # their slopes are constants
STARS = 100  # columns that are carried from layer to layer; where there are more, only those that are still needed


def query(program: Program, dialect: SqlDialect) -> Lines:
    """The query, and in front of it what its user should know."""
    depth = 1 + max([step.level for step in _steps(program)], default=0)
    sources = unused(("given",), {program.name.casefold()}, "s")
    names = [next(sources) for _ in range(depth)]
    layers = [_given(program, names[0], dialect), *_layers(program, names, dialect)]
    results = ["SELECT", *_listed(_results(program)), f"FROM {names[-1]}"]
    about = [*_about(program, dialect), "WITH"]
    if program.sample is None:
        return [*about, *_joined(layers), *results[:-1], f"{results[-1]};"]
    last = next(unused(("result",), {program.name.casefold(), *names}, "result"))
    layers = [_point(program, program.sample, dialect), *layers, [f"{last} AS (", *_inset(results), ")"]]
    return [*about, *_joined(layers), *_checked(program, program.sample, last, dialect)]


def _steps(program: Program) -> list[Statement]:
    return [*program.forward, *program.backward]


def _about(program: Program, dialect: SqlDialect) -> Lines:
    columns = f" ({', '.join(_sources(program, dialect))})" if program.params else ""
    notes = [f"Reads the table {program.name}{columns}. The results have a row for each of its rows, and a column for each step."]
    shown = {name for name, _ in program.columns}
    hidden = sum(1 for step in program.forward if step.remark and step.name not in shown)
    notes += [f"{hidden} more steps have no names of your own, and are not among the results."] if hidden else []
    notes += dialect.notes
    if program.sample is not None:
        notes += [
            f"Run as it stands, this file computes a sample point and checks it. To read your own {program.name}, leave out the "
            "sample and the self-test, which --no-main does."
        ]
    return [f"-- {line}" for note in notes for line in wrap(note, WIDTH - 3)]


def _sources(program: Program, dialect: SqlDialect) -> list[str]:
    """The columns of the user's table: a reserved word is a name in quotes, and only what differs in case alone is renamed."""
    found, met, naming = list[str](), {*dialect.misread}, dialect.naming(frozenset())
    for name, new in zip(program.variables, program.params):
        key = name if dialect.small else name.casefold()
        own = f"{dialect.quote}{name}{dialect.quote}"
        found.append(new if key in met else own if new not in (name, own) else quoted(name, naming))
        met.add(key)
    return found


def _point(program: Program, sample: Sample, dialect: SqlDialect) -> Lines:
    names = _sources(program, dialect)
    columns = [f"{number(sample.point[old], dialect)} AS {name}" for old, name in zip(program.variables, names)]
    about = "-- The sample: leave these lines out to read a table of your own."
    rows = _filled(columns or [f"{number(0.0, dialect)} AS no_columns"], "SELECT ")
    return [about, f"{program.name} AS (", *_inset(rows), ")"]


def _given(program: Program, name: str, dialect: SqlDialect) -> Lines:
    pairs = zip(_sources(program, dialect), program.params)
    columns = [f"CAST({source} AS {dialect.double}) AS {new}" for source, new in pairs] or ["*"]
    about = "-- Your columns as doubles. To keep others, such as an id, add them here and to the results."
    return [about, f"{name} AS (", "  SELECT", *_inset(_listed(columns)), f"  FROM {program.name}", *_fenced(dialect), ")"]


def _fenced(dialect: SqlDialect) -> Lines:
    return [f"  {dialect.fence}"] if dialect.fence else []


def _layers(program: Program, names: Sequence[str], dialect: SqlDialect) -> list[Lines]:
    """All steps of one level stand side by side."""
    steps = _steps(program)
    last = _last_uses(program) if len(program.params) + len(steps) > STARS else None
    levels: list[list[Statement]] = [[] for _ in names]
    for step in steps:
        levels[step.level].append(step)
    _refuse_long(program, levels, last)
    parts, alive, size = [], list[str](), 0
    for level in range(1, len(names)):
        head = ["  SELECT *,"] if last is None else ["  SELECT", *_inset(_inset(_filled([*program.params, *alive, ""])))]
        columns = [line for step in levels[level] for line in _column(step, step is levels[level][-1])]
        parts.append([f"{names[level]} AS (", *head, *columns, f"  FROM {names[level - 1]}", *_fenced(dialect), ")"])
        size += sum(map(len, [*head, *columns]))
        if size > LARGEST:
            raise _too_long()
        if last is not None:
            alive = [name for name in [*alive, *(step.name for step in levels[level])] if last.get(name, 0) > level]
    return parts


def _refuse_long(program: Program, levels: Sequence[Sequence[Statement]], last: Mapping[str, int] | None) -> None:
    """Raises AutodiffError where names and steps alone are too many signs, before they are laid out."""
    ends, size = Counter[int](), 0
    alive = sum([len(name) + 2 for name in program.params]) if last is not None else 0
    for level, steps in enumerate(levels):
        size += alive + sum([len(step.text) for step in steps])
        if size > LARGEST:
            raise _too_long()
        for step in steps:
            if last is not None and (end := last.get(step.name, 0)) > level:
                alive += len(step.name) + 2
                ends[end] += len(step.name) + 2
        alive -= ends[level]


def refuse_deep(tape: Tape, wrt: Sequence[str]) -> None:
    """Raises AutodiffError where a formula is so deep that its query would be too long for certain, before anything is made of it.

    A step whose local derivative is a number of its own is carried from its layer to the one of the sweep back: twice as far as
    the output is above it. Half of what that comes to is given away, for steps may turn out to be the same.
    """
    flags, level = active(tape, wrt), [0] * len(tape.nodes)
    for i, node in enumerate(tape.nodes):
        if isinstance(node, Apply):
            level[i] = 1 + max([level[j] for j in node.args])
    top, kept = level[tape.output], ancestors(tape, [tape.output])
    far = sum(
        [
            top - level[i]
            for i, node in enumerate(tape.nodes)
            if kept[i] and flags[i] and isinstance(node, Apply) and node.op not in PLAIN
        ]
    )
    if far * SHORTEST > LARGEST:
        raise _too_long()


def _too_long() -> AutodiffError:
    message = say("the query would have more than {number} signs", number=LARGEST)
    return AutodiffError("E018", message, say("write a smaller formula, or choose a language with functions"))


def _column(step: Statement, final: bool) -> Lines:
    """A step, its remark behind it or above it."""
    code, remark = f"    {step.text} AS {step.name}{'' if final else ','}", f"-- {step.remark}"
    if not step.remark or len(code) + 2 + len(remark) > WIDTH:
        above = wrap(step.remark, WIDTH - 7, break_long_words=False)
        return [*[f"    -- {line}" for line in above], *_inset(_inset(_folded(code.strip(), WIDTH - 4)))]
    return [f"{code}  {remark}"]


def _last_uses(program: Program) -> dict[str, int]:
    """The level of the last layer that needs a column; what the results need is needed to the end."""
    texts = [(step.level, step.text) for step in _steps(program)] + [(END, text) for _, text in program.columns]
    found: dict[str, int] = {}
    for level, text in texts:
        for word in re.findall(r"[\"`][^\"`]*[\"`]|\w+", text):
            found[word] = max(level, found.get(word, 0))
    return found


def _results(program: Program) -> list[str]:
    return [*program.params, *[text if text == name else f"{text} AS {name}" for name, text in program.columns]]


def _checked(program: Program, sample: Sample, last: str, dialect: SqlDialect) -> Lines:
    """The numbers of the sample point."""
    second = [sample.hessian[a][b] for k, a in enumerate(program.wrt) for b in program.wrt[k:]] if program.order == 2 else []
    wanted = [sample.value, *([sample.gradient[name] for name in program.wrt] if program.order else []), *second]
    cases = []
    for (name, _), true in zip(program.columns[-len(wanted) :], wanted):
        shown = f"coalesce(CAST({name} AS {dialect.text}), 'NULL')"
        message = f"'{name} is ' || {shown} || ', not {true!r}'"
        cases.append(f"    WHEN ({_equal(name, true, dialect)}) IS NOT TRUE")
        cases.append(f"      THEN {dialect.error.format(message)}")
    about = "  -- The self-test: 'ok', or an error; leave it out for a table of your own."
    return ["SELECT", "  *,", about, "  CASE", *cases, "    ELSE 'ok'", "  END AS self_test", f"FROM {last};"]


def _equal(name: str, wanted: float, dialect: SqlDialect) -> str:
    if wanted != wanted:
        return dialect.isnan.format(name)
    if math.isinf(wanted):
        return f"{name} = {number(wanted, dialect)}"
    bound = float(f"{abs(wanted) * float(CLOSE):.1e}")
    return f"abs({name} - ({number(wanted, dialect)})) <= {number(bound, dialect)}"


def _joined(parts: Sequence[Lines]) -> Lines:
    """Parts with commas between them."""
    return [*[line for part in parts[:-1] for line in [*part[:-1], f"{part[-1]},"]], *parts[-1]]


def _filled(columns: Sequence[str], before: str = "") -> Lines:
    """Columns, as many on a line as fit."""
    return _folded(before + ", ".join(columns), WIDTH - 4)


def _folded(text: str, width: int) -> Lines:
    """A long text in several lines."""
    text = re.sub(r"(?<=WHEN) (TRUE|FALSE) (?=THEN)", "\0\\1\0", text)
    text = re.sub(r" AS (?=\S+$)", "\0AS\0", text)
    lines = wrap(text, width, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)
    return [line.replace("\0", " ") for line in lines]


def _listed(columns: Sequence[str]) -> Lines:
    """Columns one below the other; those that are a mere name, side by side."""
    lines: Lines = []
    mere = [column for column in columns if " AS " not in column and "CAST" not in column]
    first = next((k for k, column in enumerate(columns) if column not in mere), len(columns))
    lines += [f"  {line}" for line in _filled([*columns[:first], *([""] if first < len(columns) else [])])]
    for k, column in enumerate(columns[first:], first):
        lines += [f"  {line}" for line in _folded(column + ("," if k < len(columns) - 1 else ""), WIDTH - 4)]
    return lines


def _inset(lines: Sequence[str]) -> Lines:
    return [f"  {line}" for line in lines]
