"""Throws random inputs at the library and at the whole command line, and stops at the first bug or hang.

    python benchmarks/fuzz.py 1000000             about a quarter of an hour on two cores
    python benchmarks/fuzz.py 1 --from 4711       one input again, as it is printed when something is found
    python benchmarks/fuzz.py 100000 --only small command lines that are short and may cost much, within their budget

Each input depends on the seed and its own number alone. Most are texts of the sessions, of the mistakes and of the reference
of the language, cut up and put together again; some are bytes without any sense. What must hold of each: an exit code that is
documented and not 70, no traceback, no more than ten seconds of the processor, and JSON that is strict and fits its schema.
Of the short ones: five seconds and 500 MB, or a refusal within a second.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
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

import costly  # noqa: E402
from accidents import NUMBERS, command, formula, line, noise, seen  # noqa: E402
from autodiff_cli import supplements as beyond  # noqa: E402
from autodiff_cli.batch import answer  # noqa: E402
from autodiff_cli.supplements import Wanted  # noqa: E402
from console import inside  # noqa: E402
from corpus import alike, program  # noqa: E402
from schemas import fits, judge, strict  # noqa: E402

import autodiff  # noqa: E402
from autodiff.render import json as render  # noqa: E402
from autodiff.render import plain  # noqa: E402

PATIENCE, CLOCK = 10, 60  # seconds for one input: of the processor, and on the clock
BUDGET, ROOM = 5, 500  # seconds of the processor and MB that a short input may take
JUDGED = 1_000_000  # bytes of a document that is held against its schema: that takes longer than to make it
CHUNK = 2000  # inputs that a worker is given at a time
WANTED = (
    *(Wanted(hessian=True), Wanted(order=2), Wanted(order=5), Wanted(order=40), Wanted(direction={}), Wanted(mode="both")),
    *(Wanted(precision=5), Wanted(precision=40), Wanted()),
)


class Hang(BaseException):
    """An input took too long."""


class Found(Exception):
    """Something that must not happen, and the input that makes it happen."""


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
        if not alike(again, written):
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
        fits("eval", strict("".join(render.worksheet(sheet, True, beyond.members(sheet, results)))))
        list(plain.worksheet(sheet, 6, beyond.sections(sheet, results, 6)))
        return "status" if sheet.status else "fine"

    return f"{text!r} at {point} {wish}", attempt


def whole(rng: random.Random) -> tuple[str, Any]:
    """The whole command line, with files and standard input of any kind."""
    return _whole(rng, command(rng))


def shown(rng: random.Random) -> tuple[str, Any]:
    """The commands that explain, draw and rewrite."""
    return _whole(rng, seen(rng))


def _whole(rng: random.Random, words: list[str]) -> tuple[str, Any]:
    sent = b"\n".join(line(rng) for _ in range(3)) if words[:1] == ["batch"] else formula(rng).encode(errors="surrogatepass")
    data = json.dumps(dict.fromkeys("abcxyz", 1.5)).encode() if rng.random() < 0.5 else rng.choice((noise(rng), line(rng)))

    def attempt() -> str:
        Path("given").write_bytes(data)
        done = inside(words, Path.cwd(), sent)
        judge(words, done)
        return f"exit {done.code}"

    return f"{words!r} with {sent!r} and a file {data!r}", attempt


def small(rng: random.Random) -> tuple[str, Any]:
    """A short command line that may cost much: done within the budget, or refused at once."""
    words = costly.command(rng)

    def attempt() -> str:
        began = time.process_time()
        done = inside(words, Path.cwd())
        spent = time.process_time() - began
        size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
        if len(done.stdout) < JUDGED or done.code == 70:
            judge(words, done)
        if spent > (1 if "E018" in done.stderr else BUDGET) or size > ROOM:
            raise ValueError(f"{spent:.1f} s of the processor, {size} MB, exit {done.code} {done.stderr[:80]}")
        return "refused" if "E018" in done.stderr else f"exit {done.code}"

    return f"{words!r}", attempt


KINDS = {library: 25, in_batch: 50, further: 10, whole: 5, shown: 10, small: 1}


def alarm(*_: Any) -> None:
    """Too long."""
    raise Hang


def watch(processor: float, clock: float) -> None:
    """Call `alarm` after so many seconds; 0 is never."""
    signal.setitimer(signal.ITIMER_PROF, processor)
    signal.setitimer(signal.ITIMER_REAL, clock)


def chunk(seed: int, only: str | None, first: int, count: int) -> Counter[tuple[str, str]]:
    """So many inputs, or those of one kind among them, in a folder of their own. Raises Found."""
    outcomes: Counter[tuple[str, str]] = Counter()
    for sign in (signal.SIGPROF, signal.SIGALRM):
        signal.signal(sign, alarm)
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for number in range(first, first + count):
            rng = random.Random(f"{seed} {number}")
            [kind] = rng.choices([*KINDS], [*KINDS.values()])
            kind = small if only == small.__name__ else kind  # one in a hundred: each of them may take seconds
            if only not in (None, kind.__name__):
                continue
            text = "before it was made"
            watch(PATIENCE, CLOCK)
            try:
                text, attempt = kind(rng)
                outcomes[kind.__name__, attempt()] += 1
            except Hang:
                raise Found(f"input {number} took more than {PATIENCE} s:\n{text}") from None
            except Exception as error:
                raise Found(f"input {number}: {type(error).__name__}: {error}\n{text}") from None
            finally:
                watch(0, 0)
        os.chdir(ROOT)
    return outcomes


def parts(first: int, count: int) -> Iterator[tuple[int, int]]:
    """Where chunks begin, and how long they are."""
    for start in range(first, first + count, CHUNK):
        yield start, min(CHUNK, first + count - start)


def run(count: int, seed: int, first: int, seconds: float, only: str | None) -> Counter[tuple[str, str]]:
    """All inputs, on all cores, or as many as there is time for."""
    outcomes: Counter[tuple[str, str]] = Counter()
    end = time.monotonic() + seconds
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        waiting = {pool.submit(chunk, seed, only, *part): part for part in parts(first, count)}
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
    reader.add_argument("--only", choices=[kind.__name__ for kind in KINDS])
    reader.add_argument("--seconds", type=float, default=86_400.0)
    given = reader.parse_args()
    began = time.monotonic()
    try:
        outcomes = run(given.count, given.seed, given.first, given.seconds, given.only)
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
