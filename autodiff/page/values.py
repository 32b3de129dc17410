"""How a number field reads a value: by the tables of the grammar, without what only formulas with variables and choices need."""

from __future__ import annotations

import json
import re
from functools import cache

from autodiff.code.definitions import Definition
from autodiff.code.javascript import JAVASCRIPT
from autodiff.code.lower import lower
from autodiff.code.symbols import Code
from autodiff.page.engine import ORDERS, packed
from autodiff.page.parts import arrow, support
from autodiff.primitives import ALIASES, CONSTANTS, Primitive
from autodiff.reading.callbacks import SIGMAS
from autodiff.reading.lexer import CLOSES, OPENS
from autodiff.reading.source import plain
from autodiff.reading.tables import COLUMNS, RULES, STATES, TERMINALS
from autodiff.render.functions import callable_rows
from autodiff.tape import Tape

LEFT_OUT = frozenset(["DEFINE", "ASSIGN", "EQUALS", "SEP", "IF", "AND", "OR", "NOT", "COMPARE"])
"""Terminals of programs and of choices."""
LONGEST = 300
"""Characters of the definitions that a function may need, beyond what JavaScript has: the page stays small."""
FIRST = 35
"""The character of action 1; those from there on are printable. 0 is a blank."""
SPECIAL = {"inf": "1/0", "+inf": "1/0", "-inf": "-1/0", "nan": "NaN", "∞": "1/0", "-∞": "-1/0", "−∞": "-1/0"}
"""Words that are values and no formulas; the page itself shows infinity by its sign."""


def typed() -> str:
    """What `values.js` needs of the grammar and of the table."""
    kept, order = _reached()
    rules = sorted({STATES[state][k] for state in order for k in kept if STATES[state][k] < 0})
    names, known = [COLUMNS[k] for k in kept], functions()

    def written(state: int) -> str:
        codes = [
            a if a == 0 else order.index(a) if a > 0 else len(order) + rules.index(a) for a in map(STATES[state].__getitem__, kept)
        ]
        return "".join([chr(FIRST - 1 + code) if code else " " for code in codes]).rstrip()

    groups = [_in_javascript(spelling) for name, *_, spelling in TERMINALS if name not in LEFT_OUT]
    facts = {
        "END": len(groups) + 1,
        "STATES": [written(state) for state in order],
        "RULES": [[RULES[rule][0], RULES[rule][1], kept.index(RULES[rule][2])] for rule in rules],
        "OPENS": [k for k, name in enumerate(names) if name in OPENS],
        "CLOSES": [k for k, name in enumerate(names) if name in CLOSES],
        "PLAIN": {sign: plain(sign) for sign in "×·⋅∙∗÷−"},
        "ALIASES": {one: op for one, op in [*ALIASES.items(), *((one, "sigmoid") for one in sorted(SIGMAS))] if op in known},
    }
    parts = [f"{name}={json.dumps(fact, ensure_ascii=False, separators=(',', ':'))}" for name, fact in facts.items()]
    named = {**{name: repr(value) for name, value in CONSTANTS.items()}, "π": "Math.PI"}
    direct = [op for op, (text, _, count) in known.items() if text == f"Math.{op}" and count == 1]
    calls = [f"{op}:[{text},{count}]" for op, (text, _, count) in known.items() if op not in direct]
    used = {name: one for _, used, _ in known.values() for name, one in used.items()}
    own = packed("\n".join(support(used)))
    return "\n".join([
        rf"const TOKEN=/[^\S\n]*(?:#.*)?(?:{'|'.join(f'({one})' for one in groups)}|($)|([^]))/g,",
        ",".join([*parts, _constant("NAMED", named), _constant("SPECIAL", SPECIAL), "CALLS=(()=>{"]),
        own, f"return {{{','.join(calls)}}}}})();",
        f'for(const op of "{" ".join(direct)}".split(" "))CALLS[op]=[Math[op],1];',
    ])  # fmt: skip


def _constant(title: str, members: dict[str, str]) -> str:
    return f"{title}={{{','.join(f'{name if name.isidentifier() else repr(name)}:{text}' for name, text in members.items())}}}"


def _reached() -> tuple[list[int], list[int]]:
    """The columns and the states of the tables that are reached without some terminals."""
    kept, order = {k for k, name in enumerate(COLUMNS) if name.isupper() and name not in LEFT_OUT}, [0]
    while True:
        for state in order:
            order += sorted({to for k in kept if (to := STATES[state][k]) > 0} - {*order})
        made = {RULES[a][2] for state in order for k in kept if (a := STATES[state][k]) < 0}
        if made <= kept:
            return sorted(kept), order
        kept |= made


def _in_javascript(spelling: str) -> str:
    """A regular expression there, where no loop holds on to what it has; blanks are written shorter."""
    short = re.sub(r"\[[^\]]*\x1c[^\]]*\]", lambda _: r"[^\S\n]", spelling).replace("0-9A-Z_a-z", r"\w")
    return re.sub(r"(\[[^\]]*\])\*\+", r"\1*(?!\1)", short)


@cache
def functions() -> dict[str, tuple[str, dict[str, Definition], int]]:
    """The functions that a value may call: in JavaScript, what they need there, and how many arguments they take; 0 means more
    than one, which are joined two by two.
    """
    found = {row.name: _function(row) for row in callable_rows() if row.name not in ORDERS}
    return {op: one for op, one in found.items() if sum(map(len, support(one[1]))) <= LONGEST}


def _function(row: Primitive) -> tuple[str, dict[str, Definition], int]:
    count = 0 if row.variadic else len(row.names)
    symbols, params = Code("doubles"), ["x", "y"] if row.variadic else list(row.names)
    place = symbols.write(row.name, tuple([symbols.recorder.var(name) for name in params]))
    lowered = lower(Tape(symbols.recorder.nodes, place), JAVASCRIPT)
    text = arrow(lowered.tape, lowered.used, params)
    alone = re.fullmatch(r"\((.*)\) => ([\w.]+)\(\1\)", text)  # a function that is called with the same
    return alone[2] if alone else text, lowered.used, count
