"""Random inputs: texts that went through accidents, bytes without any sense, lines for batch, command lines."""

from __future__ import annotations

import json
import random
import re
from contextlib import suppress
from typing import Any

from corpus import TOKEN, choices, formulas, lines, options, program, split

import autodiff

LONG = 200  # characters of a formula that is met now and then


VALUES = (
    *split("0 -0.0 1 -1 2 0.5 -0.5 3 1e308 -1e308 5e-324 1e-300 inf -inf nan pi/4 1/3 0.1 1e5 -2.5 1e16 170.5 2^0.5 sqrt(2)"),
    *("1/0", "0/0", "x", "1e999", "1,5", ""),
)
NUMBERS = [float(word) for word in split("0 -0.0 1 -1 2 0.5 -0.5 3 1e308 -1e308 5e-324 1e-300 inf -inf nan 1e5 -2.5 170.5 1e16")]
SIGNS = "+-*/^%()=,;<>#.√²³⁻×·÷−π（）＋；！eE019xyzab \n\t\x00\x1b\ud800\u200b\u0301½①٣中é😀\u2028'\"\\|[]{}!?&$@~`:_∞"
WORDS = split("if( and or not pi e tau inf nan ** == <= >= != 1e308 1e-308 5e-324 0.1 1e400 -- ++ 2^3^2 x(3) sin^2(x) (x) 00 1. .5")
MEANT = split("1 2 3 5 17 40 x y a x,y a,b x=1 a=1,b=0.5 table plain json markdown always auto both forward reverse J u given -")
SENSE = {
    "--wrt": split("x y x,y a a,b"), "--order": split("1 2 5 40"), "--precision": split("1 20 60 999"), "--of": split("y a"),
    "--format": split("table plain json markdown latex text svg png dot mermaid"), "--mode": split("both forward reverse"),
    "--direction": split("x=1 a=1,b=0.5"), "--outputs": split("J u u,J out"), "--digits": split("1 6 17"),
    "--nudge": split("0.1 -1e-3"), "--color": split("always never"),
    "--values": ["given"], "--file": ["given", "-"], "--steps": split("1 3 all"), "--max-nodes": split("1 20 9999"),
    "--scale": split("1 3"), "--lang": split("en zh"), "--title": ["</title><script>"],
    "--to": split("c javascript python numpy rust"),
}  # fmt: skip
IDS = (1, 2, 3, 4, 5, "a", None, "é", [1, {}], 1e300, "\ud800", {"x": [None, True]})
SCRAPS = (b"", b'"', b"NaN", b"1e999", b"[" * 3000, b"9" * 5000)


def mutated(rng: random.Random, text: str) -> str:
    """A text after a few accidents."""
    tokens = TOKEN.findall(text)
    for _ in range(rng.choice((0, 1, 1, 1, 2, 2, 3, 5, 8))):
        i, j = sorted((rng.randint(0, len(tokens)), rng.randint(0, len(tokens))))
        match rng.randrange(8):
            case 0:
                del tokens[i : min(j, i + 4)]
            case 1:
                tokens[i:i] = tokens[i:j] * rng.choice((1, 1, 2, 30))
            case 2:
                tokens[i:j] = TOKEN.findall(rng.choice(formulas()))
            case 3 if j < len(tokens):
                tokens[i], tokens[j] = tokens[j], tokens[i]
            case 4:
                tokens.insert(i, rng.choice(SIGNS) if rng.random() < 0.8 else chr(rng.randrange(0x110000)))
            case 5:
                tokens.insert(i, rng.choice(WORDS))
            case 6 if i < len(tokens):
                tokens[i] = rng.choice((*choices(), *VALUES))
            case _:
                name = rng.choice(choices())
                tokens[i:j] = [f"{name}("] * (n := rng.choice((1, 1, 1, 2, 40))) + tokens[i:j] + [")"] * n
        del tokens[4000:]
    return "".join(tokens)


def formula(rng: random.Random) -> str:
    """A formula, or what was one."""
    if rng.random() < 0.03:
        return noise(rng).decode(errors="surrogateescape")
    text = program(rng, depth=rng.choice((1, 2, 2, 3, 4))) if rng.random() < 0.6 else rng.choice(formulas())
    if len(text) > LONG and rng.random() < 0.98:
        return formula(rng)  # the bombs among the mistakes take a second each
    return text if rng.random() < 0.5 else mutated(rng, text)


def noise(rng: random.Random) -> bytes:
    """Bytes without any sense."""
    return rng.randbytes(rng.choice((0, 1, 3, 10, 100)))


def names(text: str) -> list[str]:
    """All that may be variables in a text: every word, and every letter of the words."""
    words = set(re.findall(r"[^\W\d]\w{0,20}", text))
    return sorted(words | {letter for word in words if len(word) < 6 for letter in word if letter.isalpha()})


def values(rng: random.Random, text: str) -> dict[str, str]:
    """Values for all names of a text."""
    return {name: rng.choice(VALUES[:16]) if rng.random() < 0.98 else mutated(rng, rng.choice(VALUES)) for name in names(text)}


def line(rng: random.Random) -> bytes:
    """A line for batch."""
    text = formula(rng)
    data: dict[str, Any] = {"expression": text, "values": values(rng, text), "id": rng.choice(IDS)}
    if rng.random() < 0.1:
        data["wrt"] = rng.choice((["x"], ["a", "b"], [], "x", None, 3, [1]))
    found = json.dumps(data, ensure_ascii=rng.random() < 0.5).encode(errors="surrogatepass")
    if rng.random() < 0.1:
        at = rng.randint(0, len(found))
        found = (
            found[:at]
            + rng.choice((noise(rng), b"", b'"', b"NaN", b"1e999", b"[" * 3000, b"9" * 5000))
            + found[at + rng.randint(0, 9) :]
        )
    return found.replace(b"\n", b" ")


def command(rng: random.Random) -> list[str]:
    """A command line: one of the documentation, or a formula with its values, and then options of any kind."""
    words = list(rng.choice(lines()))
    if rng.random() < 0.7:
        words = [rng.choice(("eval", "eval", "eval", words[0] if words else "eval")), *at_a_point(rng, formula(rng))]
    for _ in range(rng.choice((0, 0, 1, 1, 2, 3))):
        at = len(words) - rng.randint(0, min(len(words), 2))
        words[at:at] = option(rng, words[0] if words else "")
    if rng.random() < 0.15 and words:
        at = rng.randrange(len(words))
        words[at] = mutated(rng, words[at])
    if rng.random() < 0.5 and words[:1] != ["batch"]:
        words.append("--json")
    return [word for word in words if word not in ("-o", "--output")]


def at_a_point(rng: random.Random, text: str) -> list[str]:
    """A formula, and a value for each of its variables."""
    given = values(rng, text)
    with suppress(autodiff.FormulaError):
        given = {name: given.get(name, "1") for name in autodiff.parse(text).variables}
    return [text, *[f"{k}={v}" for k, v in given.items()]]


def seen(rng: random.Random) -> list[str]:
    """A command line that explains a formula, draws it, or writes it anew, to standard output."""
    name, text = rng.choice(("eval", "eval", "graph", "graph", "page", "diff", "compile")), formula(rng)
    point = at_a_point(rng, program(rng, depth=rng.choice((1, 2, 2, 3))) if rng.random() < 0.7 else text)
    words = [name, *(point if rng.random() < 0.8 else point[:1]), *{"eval": ["--explain"], "page": ["-o", "-"]}.get(name, [])]
    for _ in range(rng.choice((0, 1, 1, 2, 3))):
        words += option(rng, name)
    return words


def option(rng: random.Random, name: str) -> list[str]:
    """An option of a command with a value that makes sense, or none."""
    known = options().get(name, {})
    word = rng.choice([*known] or ["--json", "--version", "--help", "--no"])
    if known.get(word, True) == (rng.random() < 0.95):
        return [word]
    return [word, rng.choice(SENSE.get(word, ())) if word in SENSE and rng.random() < 0.9 else rng.choice((*MEANT, *VALUES))]
