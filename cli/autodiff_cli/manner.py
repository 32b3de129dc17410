"""How a command behaves, whichever it is: its language, what it says beside its result, its colours, a pager."""

from __future__ import annotations

import re
import time
from typing import Any

from autodiff.errors import AutodiffError
from autodiff.messages import LANGUAGES, say, series
from autodiff_cli import console
from autodiff_cli.commands import COMMON, Command, perform
from autodiff_cli.exits import Stop


def call(function: Command, given: dict[str, Any]) -> None:
    """Call a command with what it was given, in the manner that is asked for; `--pager` has been heeded before."""
    asked = {name: given.pop(name) for name in COMMON if name in given}
    check_language(asked.get("lang"))
    quiet, verbose, colourless = (asked.get(name, False) for name in ("quiet", "verbose", "no_color"))
    if quiet and verbose:
        raise _contradiction("--quiet", "--verbose")
    if colourless and given.get("color") == "always":
        raise _contradiction("--color always", "--no-color")
    console.be(quiet, verbose, colourless)
    if verbose:
        _aloud(function, given)
    else:
        perform(function, given)


def _contradiction(one: str, other: str) -> AutodiffError:
    message = say("{option} and {other} contradict each other", option=one, other=other)
    return AutodiffError("E042", message, say("leave one of the two out"))


def check_language(chosen: str | None) -> None:
    """Raise AutodiffError for a language that is not spoken."""
    if chosen is not None and re.split("[-_.]", chosen.lower())[0] not in LANGUAGES:  # zh_CN and zh-Hans are zh
        raise AutodiffError(
            "E042",
            say("--lang: '{value}' is not one of {choices}", value=chosen, choices=series(LANGUAGES)),
            say("write --lang zh"),
        )


def _aloud(function: Command, given: dict[str, Any]) -> None:
    """Call a command that has come to a result, be it no, and say below that what ran; an error stands alone."""
    began = time.perf_counter()
    try:
        perform(function, given)
    except Stop:
        _tell(began)
        raise
    _tell(began)


def _tell(began: float) -> None:
    """What ran, and what it took."""
    from autodiff_cli import versions

    clock, work, peak = time.perf_counter() - began, time.process_time(), versions.peak()
    for line in versions.running():
        console.detail(line)
    took = say("time: {clock} s on the clock, {work} s of processor with the start", clock=f"{clock:.3f}", work=f"{work:.3f}")
    console.detail(took)
    if peak:
        console.detail(say("memory: {size} MB at most", size=f"{peak / 1e6:.0f}"))
