"""Throws random inputs at the library and at the whole command line, and stops at the first bug or hang.

    python benchmarks/fuzz.py 1000000             about a quarter of an hour on two cores
    python benchmarks/fuzz.py 1 --from 4711       one input again, as it is printed when something is found

Each input depends on the seed and its own number alone. Most are texts of the sessions, of the mistakes and of the reference
of the language, cut up and put together again; some are bytes without any sense. What must hold of each: an exit code that is
documented and not 70, no traceback, no more than ten seconds of the processor, and JSON that is strict and fits its schema.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import re
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from console import inside  # noqa: E402
from corpus import TOKEN, choices, formulas, lines, options, program  # noqa: E402
from schemas import fits, judge, strict  # noqa: E402

import autodiff  # noqa: E402
from autodiff.render import json as render  # noqa: E402
from autodiff.render import plain  # noqa: E402
from autodiff_cli import further as beyond  # noqa: E402
from autodiff_cli.batch import answer  # noqa: E402
from autodiff_cli.further import Mode, Wanted  # noqa: E402

PATIENCE, CLOCK = 10, 60  # seconds for one input: of the processor, and on the clock
LONG = 200  # characters of a formula that is met now and then
CHUNK = 2000  # inputs that a worker is given at a time
VALUES = (
    *("0 -0.0 1 -1 2 0.5 -0.5 3 1e308 -1e308 5e-324 1e-300 inf -inf nan pi/4 1/3 0.1 1e5 -2.5 1e16 170.5 2^0.5 sqrt(2)".split()),
    *("1/0 0/0 x 1e999 1,5 ".split(" ")),
)
SIGNS = "+-*/^%()=,;<>#.√²³⁻×·÷−π（）＋；！eE019xyzab \n\t\x00\x1b\ud800\u200b\u0301½①٣中é😀\u2028'\"\\|[]{}!?&$@~`:_∞"
WORDS = "if( and or not pi e tau inf nan ** == <= >= != 1e308 1e-308 5e-324 0.1 1e400 -- ++ 2^3^2 x(3) sin^2(x) (x) 00 1. .5".split()
MEANT = "1 2 3 5 17 40 x y a x,y a,b x=1 a=1,b=0.5 table plain json markdown always auto both forward reverse J u given -".split()
SENSE = {
    "--wrt": ("x", "y", "x,y", "a", "a,b"), "--order": ("1", "2", "5", "40"), "--precision": ("1", "20", "60", "999"), "--of": ("y", "a"),
    "--format": ("table", "plain", "json", "markdown"), "--mode": ("both", "forward", "reverse"), "--direction": ("x=1", "a=1,b=0.5"),
    "--outputs": ("J", "u", "u,J", "out"), "--digits": ("1", "6", "17"), "--nudge": ("0.1", "-1e-3"), "--color": ("always", "never"),
    "--values": ("given",), "--file": ("given", "-"),
}  # fmt: skip
NUMBERS = (0.0, -0.0, 1.0, -1.0, 2.0, 0.5, -0.5, 3.0, 1e308, -1e308, 5e-324, 1e-300, math.inf, -math.inf, math.nan, 1e5, -2.5, 170.5, 1e16)
WANTED = (
    *(Wanted(hessian=True), Wanted(order=2), Wanted(order=5), Wanted(order=40), Wanted(direction={}), Wanted(mode=Mode.both)),
    *(Wanted(precision=5), Wanted(precision=40), Wanted()),
)
IDS = (1, 2, 3, 4, 5, "a", None, "é", [1, {}], 1e300, "\ud800", {"x": [None, True]})


class Hang(BaseException):
    """An input took too long."""


class Found(Exception):
    """Something that must not happen, and the input that makes it happen."""


# Inputs -------------------------------------------------------------------------------------------------------------


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
        found = found[:at] + rng.choice((noise(rng), b"", b'"', b"NaN", b"1e999", b"[" * 3000, b"9" * 5000)) + found[at + rng.randint(0, 9) :]
    return found.replace(b"\n", b" ")


def command(rng: random.Random) -> list[str]:
    """A command line: one of the documentation, or a formula with its values, and then options of any kind."""
    words = list(rng.choice(lines()))
    if rng.random() < 0.7:
        text = formula(rng)
        given = values(rng, text)
        try:
            given = {name: given.get(name, "1") for name in autodiff.parse(text).variables}
        except autodiff.FormulaError:
            pass
        words = [rng.choice(("eval", "eval", "eval", words[0] if words else "eval")), text, *[f"{k}={v}" for k, v in given.items()]]
    for _ in range(rng.choice((0, 0, 1, 1, 2, 3))):
        at = len(words) - rng.randint(0, min(len(words), 2))
        words[at:at] = option(rng, words[0] if words else "")
    if rng.random() < 0.15 and words:
        at = rng.randrange(len(words))
        words[at] = mutated(rng, words[at])
    if rng.random() < 0.5 and words[:1] != ["batch"]:
        words.append("--json")
    return [word for word in words if word not in ("-o", "--output")]


def option(rng: random.Random, name: str) -> list[str]:
    """An option of a command with a value that makes sense, or none."""
    known = options().get(name, {})
    word = rng.choice([*known] or ["--json", "--version", "--help", "--no"])
    if known.get(word, True) == (rng.random() < 0.95):
        return [word]
    return [word, rng.choice(SENSE.get(word, ())) if word in SENSE and rng.random() < 0.9 else rng.choice((*MEANT, *VALUES))]


# What must hold -----------------------------------------------------------------------------------------------------


def library(rng: random.Random) -> tuple[str, Any]:
    """Read, write, read again: the reading must be a fixed point."""
    text = formula(rng)

    def attempt() -> str:
        try:
            written = str(autodiff.parse(text))
        except autodiff.FormulaError as error:
            return error.code
        again = str(autodiff.parse(written))
        if again != written:
            raise ValueError(f"the reading {written!r} is read as {again!r}")
        return "fine"

    return repr(text), attempt


def in_batch(rng: random.Random) -> tuple[str, Any]:
    """A line of batch."""
    asked, nodes, thorough = line(rng), rng.random() < 0.3, rng.random() < 0.02

    def attempt() -> str:
        if not asked.strip():
            return "blank"
        text, fine, ok = answer(asked, 1, nodes)
        found = strict(text)
        if "\n" in text:
            raise ValueError("more than one line")
        if found.get("error", {}).get("exit_code") == 70:
            raise ValueError(found["error"]["message"])
        if thorough:
            fits("batch", found)
        return ("fine" if ok else "status") if fine else str(found["error"]["code"])

    return f"batch {asked!r}", attempt


def further(rng: random.Random) -> tuple[str, Any]:
    """A correct formula at any point, with all that may be asked for beyond its gradient."""
    text = program(rng, depth=rng.choice((1, 2, 2, 3)))
    point = {name: rng.choice(NUMBERS) for name in "xyz"}
    wish = rng.choice(WANTED)
    if wish.direction is not None:
        wish = Wanted(direction={name: rng.choice(NUMBERS[:8]) for name in point})

    def attempt() -> str:
        sheet = autodiff.parse(text).worksheet(point, surplus=point)
        try:
            results = beyond.results(sheet, wish, {})
        except autodiff.AutodiffError as error:
            return error.code
        fits("eval", strict("".join(render.document(sheet, True, beyond.members(sheet, results)))))
        list(plain.document(sheet, 6, beyond.sections(sheet, results, 6)))
        return "status" if sheet.status else "fine"

    return f"{text!r} at {point} {wish}", attempt


def whole(rng: random.Random) -> tuple[str, Any]:
    """The whole command line, with files and standard input of any kind."""
    words = command(rng)
    sent = b"\n".join(line(rng) for _ in range(3)) if words[:1] == ["batch"] else formula(rng).encode(errors="surrogatepass")
    data = json.dumps(dict.fromkeys("abcxyz", 1.5)).encode() if rng.random() < 0.5 else rng.choice((noise(rng), line(rng)))

    def attempt() -> str:
        Path("given").write_bytes(data)
        done = inside(words, Path.cwd(), sent)
        judge(words, done)
        return f"exit {done.code}"

    return f"{words!r} with {sent!r} and a file {data!r}", attempt


KINDS = {library: 30, in_batch: 55, further: 10, whole: 5}


def alarm(*_: Any) -> None:
    """Too long."""
    raise Hang


def watch(processor: float, clock: float) -> None:
    """Call `alarm` after so many seconds; 0 is never."""
    signal.setitimer(signal.ITIMER_PROF, processor)
    signal.setitimer(signal.ITIMER_REAL, clock)


def chunk(seed: int, first: int, count: int) -> Counter[tuple[str, str]]:
    """So many inputs, in a folder of their own. Raises Found."""
    outcomes: Counter[tuple[str, str]] = Counter()
    for sign in (signal.SIGPROF, signal.SIGALRM):
        signal.signal(sign, alarm)
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for number in range(first, first + count):
            rng = random.Random(f"{seed} {number}")
            [kind] = rng.choices([*KINDS], [*KINDS.values()])
            shown = "before it was made"
            watch(PATIENCE, CLOCK)
            try:
                shown, attempt = kind(rng)
                outcomes[kind.__name__, attempt()] += 1
            except Hang:
                raise Found(f"input {number} took more than {PATIENCE} s:\n{shown}") from None
            except Exception as error:
                raise Found(f"input {number}: {type(error).__name__}: {error}\n{shown}") from None
            finally:
                watch(0, 0)
        os.chdir(ROOT)
    return outcomes


def parts(first: int, count: int) -> Iterator[tuple[int, int]]:
    """Where chunks begin, and how long they are."""
    for start in range(first, first + count, CHUNK):
        yield start, min(CHUNK, first + count - start)


def run(count: int, seed: int, first: int, seconds: float) -> Counter[tuple[str, str]]:
    """All inputs, on all cores, or as many as there is time for."""
    outcomes: Counter[tuple[str, str]] = Counter()
    end = time.monotonic() + seconds
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        waiting = {pool.submit(chunk, seed, *part): part for part in parts(first, count)}
        try:
            for done in as_completed(waiting, seconds):
                outcomes += done.result()
                if time.monotonic() > end:
                    break
        except TimeoutError:
            print("the time is over")
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
    return outcomes


def main() -> int:
    """Read the command line, run, print a table."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("count", type=int)
    reader.add_argument("--seed", type=int, default=2026)
    reader.add_argument("--from", type=int, default=0, dest="first")
    reader.add_argument("--seconds", type=float, default=86_400.0)
    given = reader.parse_args()
    began = time.monotonic()
    try:
        outcomes = run(given.count, given.seed, given.first, given.seconds)
    except Found as found:
        print(f"seed {given.seed}, {found}")
        return 1
    print("| by | outcome | inputs |\n| --- | --- | ---: |")
    for (kind, outcome), amount in sorted(outcomes.items()):
        print(f"| {kind} | {outcome} | {amount:,} |")
    print(f"\n{outcomes.total():,} inputs, seed {given.seed}, {time.monotonic() - began:.0f} s: no bug, no traceback, no hang")
    return 0


if __name__ == "__main__":
    sys.exit(main())
