"""Texts that the project itself is tested with: the raw material of random inputs."""

from __future__ import annotations

import random
import re
import shlex
from functools import cache

from autodiff_cli.app import application
from console import ROOT

from autodiff.primitives import ALIASES, FUNCTIONS
from autodiff.render.functions import callable_rows

TOKEN = re.compile(r"[^\W\d]\w*|[0-9.]+|\s+|.", re.DOTALL)
CALL = re.compile(r"^\$ autodiff (.*)$", re.MULTILINE)
CELL = re.compile(r"^\| `(.*?)` \|", re.MULTILINE)


def split(text: str) -> list[str]:
    """The words of a text."""
    return text.split()


@cache
def lines() -> list[list[str]]:
    """The words of every call of autodiff in the sessions, the mistakes and the documentation, without those of the shell."""
    pages = [*ROOT.glob("tests/sessions/*.txt"), *ROOT.glob("tests/errors/*.txt"), ROOT / "README.md", *ROOT.glob("*/*.md")]
    calls = [call for page in sorted(pages) for call in CALL.findall(page.read_text(encoding="utf-8"))]
    return [shlex.split(call) for call in calls if not re.search(r"[|<>&`$]", re.sub(r"'[^']*'|\"[^\"]*\"", "", call))]


@cache
def formulas() -> list[str]:
    """The formulas among them, those of the reference, and one for each function."""
    first = [words[1] for words in lines() if words[:1] in (["eval"], ["implicit"], ["check"]) and len(words) > 1]
    cells = CELL.findall((ROOT / "grammar/README.md").read_text(encoding="utf-8"))
    own = [
        "f(x, y) = x^2 + y; f(a, f(b, 1))",
        "g(x) = f(x)*2; f(x) = x",
        "a = x*y; b = a^2 + a; b/a",
        "if(x > 0 and y < 1, x, -y)*z",
    ]
    calls = [f"{name}({', '.join('xyz'[:k])})" for name in choices() for k in (1, 2, 3)]
    return sorted({*first, *[cell.replace("\\|", "|") for cell in cells], *own, *calls} - {""})


@cache
def options() -> dict[str, dict[str, bool]]:
    """For every command its options, and whether each is a flag; not -o, which writes a file."""
    commands = application().commands
    return {name: {word: p.is_flag for p in commands[name].params for word in p.opts if word.startswith("--")} for name in commands}


@cache
def choices() -> list[str]:
    """The names of all functions."""
    return sorted(FUNCTIONS)


def alike(reading: str, before: str) -> bool:
    """Whether two readings say the same: a name alone at the end is left out where it is that of the last step."""
    return re.fullmatch(re.escape(reading) + r"(; \w+)?", before) is not None


# Random formulas over the whole language ------------------------------------------------------------------------------

NUMBERS = split("0 1 2 3 7 10 0.5 .5 1.5 1e-3 2.5E2 1e+2 0.1 1e300 1e-300 4.9e-324 0.30000000000000004 12345678901234567890 1.000")
SUMS = ("+", "-", " + ", " - ", "＋", "−", "+ -", "- +", "--")
PRODUCTS = ("*", "/", " * ", "×", "·", "÷", "％", " % ", "*-", "⋅")
COMPARE = ("<", "<=", ">", ">=", "==", "!=", "≤", "≥", "≠")


def program(rng: random.Random, names: str = "xyz", depth: int = 3) -> str:
    """A random formula that is correct: statements, functions of its own, choices, implicit products, signs of all kinds."""
    own: dict[str, int] = {}
    known = list(names)
    statements = []
    for _ in range(rng.choice((0, 0, 0, 1, 2))):
        if rng.random() < 0.4:
            name, parameters = rng.choice([n for n in ("F", "G", "h_2") if n not in own] or ["K"]), "pqr"[: rng.randint(1, 3)]
            if name not in own:
                statements.append(f"{name}({', '.join(parameters)}) = {term(rng, [*parameters, *known], own, depth - 1)}")
                own[name] = len(parameters)
        else:
            name = rng.choice(("u", "v1", "w_", "数", "long_name", "θ"))
            if name not in known:
                statements.append(f"{name} = {term(rng, known, own, depth - 1)}")
                known.append(name)
    last = rng.choice(("", "", "", "J = ", "out = ")) + term(rng, known, own, depth)
    return rng.choice(("; ", ";", "\n", " # why\n", "；")).join([*statements, last]) + rng.choice(("", "", ";", " # done"))


def term(rng: random.Random, names: list[str], own: dict[str, int], depth: int) -> str:
    """A random expression."""
    if depth <= 0:
        return leaf(rng, names)
    a, b = (lambda: f"({term(rng, names, own, depth - 1)})"), (lambda: term(rng, names, own, depth - 1))
    match rng.randrange(16):
        case 0:
            return leaf(rng, names)
        case 1 | 2 | 3:
            return b() + rng.choice(SUMS) + a()
        case 4 | 5:
            return a() + rng.choice(PRODUCTS) + a()
        case 6:
            return rng.choice(("-", "+", "--")) + a()
        case 7:
            return a() + rng.choice(("^2", "²", "^-1", "⁻¹", "**3", "^0.5", "^0", "^(1/3)", "³", "^1.5"))
        case 8:
            return f"{a()}^{a()}"
        case 9:
            return rng.choice(
                (f"2{leaf_name(rng, names)}", f"2{a()}", f"{a()}{a()}", f"3sin{a()}cos{a()}", f".5{a()}{leaf_name(rng, names)}")
            )
        case 10:
            return rng.choice((f"√{a()}", f"√{rng.choice(('2', leaf_name(rng, names)))}"))
        case 11:
            return f"if({condition(rng, names, own, depth - 1)}, {b()}, {b()})"
        case 12 if own:
            name = rng.choice(sorted(own))
            return f"{name}({', '.join(b() for _ in range(own[name]))})"
        case _:
            name, count = rng.choice(calls())
            return f"{name}({', '.join(b() for _ in range(count or rng.randint(2, 4)))})"


def leaf(rng: random.Random, names: list[str]) -> str:
    """A number, a constant or a variable."""
    if rng.random() < 0.6:
        return leaf_name(rng, names)
    return (
        rng.choice((*NUMBERS, "pi", "e", "tau", "π"))
        if rng.random() < 0.7
        else repr(rng.choice((rng.random(), rng.expovariate(0.1))))
    )


def leaf_name(rng: random.Random, names: list[str]) -> str:
    """A variable."""
    return rng.choice(names)


def condition(rng: random.Random, names: list[str], own: dict[str, int], depth: int) -> str:
    """A random condition."""
    if depth > 0 and rng.random() < 0.4:
        left, right = (condition(rng, names, own, depth - 1) for _ in range(2))
        return rng.choice((f"{left} and {right}", f"{left} or {right}", f"not ({left})", f"({left} or {right})", f"not {left}"))
    return f"{term(rng, names, own, depth - 1)} {rng.choice(COMPARE)} {term(rng, names, own, depth - 1)}"


@cache
def calls() -> list[tuple[str, int]]:
    """Every function and every other name, with the number of its arguments; 0 means two or more."""
    counts = {row.spelled or row.name: 0 if row.variadic else len(row.names) for row in callable_rows()}
    return [*counts.items(), *[(alias, counts.get(name, 1)) for alias, name in ALIASES.items()], ("log", 1), ("log", 2)]
