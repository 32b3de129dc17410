"""Lets Lark make the LALR tables of grammar/formula.lark, and writes them as a module: python docs/tables.py"""

import io
import pickle
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from lark import Lark
from lark.lexer import Lexer

ROOT = Path(__file__).parent.parent
GRAMMAR = ROOT / "grammar/formula.lark"
MODULE = ROOT / "autodiff/reading/tables.py"
TYPES = {
    "TERMINALS": "tuple[tuple[str, str, str, str], ...]", "COLUMNS": "tuple[str, ...]", "RULES": "tuple[tuple[str, int, int], ...]",
    "STATES": "tuple[tuple[int, ...], ...]",
}  # fmt: skip
HEAD = '''"""The LALR tables of grammar/formula.lark, written by docs/tables.py: change the grammar, and run that program."""

# ruff: noqa
# fmt: off

'''
END, PART = "$END", "_"
SET = r"\[\^?(?:\\.|[^\]\\])+\]"
SETS = re.compile(rf"\(\?:{SET}(?:\|{SET})+\)|{SET}")
"""A set of characters in a regular expression, or several of them as alternatives."""
NEVER = "(?!)"
ASCII = "".join(map(chr, range(128)))
OF_VALUES = "".join(sorted(f"{ASCII}πσ√⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻"))
"""The signs of a value that has no variable, in the number fields of a page."""

Reduction = tuple[str, int, int]
States = dict[int, dict[int, "int | Reduction"]]


class Unused(Lexer):
    """The tables are made, and nothing is read with them; Lark's own lexers refuse a sign that has no spelling."""

    def __init__(self, conf: Any) -> None: ...

    def lex(self, *_: Any) -> Iterator[Any]:
        """Never called."""
        raise NotImplementedError


def tables(grammar: str) -> dict[str, Any]:
    """The tables of a grammar, by their names in the module."""
    made = _made(grammar)
    memo, parser = made["memo"], made["data"]["parser"]["parser"]
    terminals = [memo[one["@"]] for one in made["data"]["parser"]["lexer_conf"]["terminals"]]
    spelled = {one["name"]: _spelling(one["pattern"]) for one in _by_priority(terminals, grammar) if one["name"][0] != PART}
    rules = [memo[one["@"]] for one in made["data"]["rules"]]
    signs = parser["tokens"].values()
    unspelled = sorted({name for name in signs if name.isupper()} - {END, *spelled})
    columns = [END, *spelled, *unspelled, *sorted(name for name in signs if not name.isupper())]
    reductions = [("", 0, 0), *sorted({_reduction(rule, columns) for rule in rules})]

    def action(is_reduction: int, found: Any) -> int | Reduction:
        return _reduction(memo[found["@"]], columns) if is_reduction else found

    steps: States = {
        state: {columns.index(parser["tokens"][sign]): action(*found) for sign, found in row.items()}
        for state, row in parser["states"].items()
    }
    end = parser["end_states"]["start"]
    steps[end] = {columns.index(END): end}  # the end of the text is taken as any other token is, where all has been read
    reductions = sorted({_reduction(rule, columns) for rule in rules})
    rows = _rows(steps, parser["start_states"]["start"], reductions, len(columns))
    each = [(name, spelling, _among(ASCII, spelling), _among(OF_VALUES, spelling)) for name, spelling in spelled.items()]
    return {"TERMINALS": each, "COLUMNS": columns, "RULES": reductions, "STATES": rows}


def _made(grammar: str) -> Any:
    """What Lark keeps of a parser: plain dictionaries and lists."""
    file = io.BytesIO()
    Lark(grammar, parser="lalr", lexer=Unused, keep_all_tokens=True).save(file)
    return pickle.loads(file.getvalue())


def _by_priority(terminals: Iterable[dict[str, Any]], grammar: str) -> list[dict[str, Any]]:
    """The terminals in the order in which a lexer tries them: by priority, then as they stand in the grammar."""
    return sorted(terminals, key=lambda one: (-one["priority"], grammar.find(f"\n{one['name']}.")))


def _spelling(pattern: dict[str, Any]) -> str:
    """The regular expression of a terminal."""
    value = str(pattern["value"])
    return re.escape(value) if pattern["__type__"] == "PatternStr" else value


def _among(signs: str, spelling: str) -> str:
    """What of a regular expression matters in a text of these signs alone: smaller sets are searched and compiled faster."""
    found = SETS.sub(lambda match: _set(signs, match[0]), spelling)
    return found if {*found} <= {*signs} and NEVER not in found else NEVER


def _set(signs: str, spelling: str) -> str:
    """The set of those among the signs that an expression for one character allows."""
    runs: list[str] = []
    for sign in signs:
        if not re.fullmatch(spelling, sign):
            continue
        if runs and ord(runs[-1][-1]) + 1 == ord(sign):
            runs[-1] = runs[-1][0] + sign
        else:
            runs.append(sign)
    ranges = ["-".join(map(re.escape, dict.fromkeys(run))) for run in runs]
    return f"[{''.join(ranges)}]" if runs else NEVER


def _reduction(rule: dict[str, Any], columns: list[str]) -> Reduction:
    """What reducing by a rule does: the callback that it calls, how many values that gets, and the column it goes on with."""
    size, origin = len(rule["expansion"]), rule["origin"]["name"]
    return str(rule["alias"] or origin), size, columns.index(origin)


def _rows(steps: States, start: int, reductions: list[Reduction], width: int) -> Iterator[tuple[int, ...]]:
    """A row for every state, in the order in which they are reached from the first one.

    Its numbers are actions: 0 refuses, a positive one goes to a state, a negative one reduces by a rule, the last being -1.
    """
    alike = _alike(steps)
    place = {alike[start]: 0}
    for state in (order := [alike[start]]):
        for _, step in sorted(steps[state].items(), key=lambda pair: pair[0]):
            if isinstance(step, int) and (to := alike[step]) not in place:
                place[to] = len(place)
                order.append(to)
    for state in order:
        row = [0] * width
        for column, step in steps[state].items():
            row[column] = place[alike[step]] if isinstance(step, int) else reductions.index(step) - len(reductions)
        yield tuple(row)


def _alike(steps: States) -> dict[int, int]:
    """For every state the first one that does the same: states that differ only in what has been read share a row."""
    first = {state: state for state in steps}
    while True:
        kinds: dict[Any, int] = {}
        found = {
            state: kinds.setdefault(frozenset((k, first[to] if isinstance(to, int) else to) for k, to in row.items()), state)
            for state, row in steps.items()
        }
        if found == first:
            return first
        first = found


def module() -> str:
    """The text of the module."""
    made = tables(GRAMMAR.read_text(encoding="utf-8"))
    return HEAD + "\n".join(f"{name}: {TYPES[name]} = (\n{''.join(map(_line, value))})\n" for name, value in made.items())


def _line(value: Any) -> str:
    """An entry of a table: states without blanks, since they are many, and mostly 0."""
    return f"({','.join(map(str, value))}),\n" if isinstance(value[0], int) else f"    {value!a},\n"


if __name__ == "__main__":
    MODULE.write_text(module(), encoding="utf-8")
