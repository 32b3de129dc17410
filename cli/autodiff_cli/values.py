"""Values from the command line and from files, read by our own grammar."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, BinaryIO

from autodiff.errors import AutodiffError, FormulaError, unreadable
from autodiff.formula import number
from autodiff.messages import N_, say
from autodiff.reading.parser import read
from autodiff.reading.source import Source, plain
from autodiff.tape import Var, canonical
from autodiff_cli import console

EXAMPLE = '{"a": 5, "b": 3}'
HINTS = {
    "": N_("write values after the formula, as in a=5"),
    "--direction": N_("write --direction a=1,b=0.5"),
    "--claim": N_("write --claim x=2*x"),
}
USUAL = {
    "--order": "2", "--digits": "6", "--precision": "30", "--steps": "100", "--max-nodes": "400",
    "--jobs": "4", "--judge": "1000", "--nudge": "0.001", "--scale": "2", "--tolerance": "1e-6", "--coverage": "0.95",
    "--goal": "0.05", "--monte-carlo": "1000000", "--seed": "1",
    "--rate": "0.1", "--iterations": "100", "--level": "0.95", "--loss-scale": "0.1", "--starts": "20",
}  # fmt: skip
AMOUNTS: dict[str, tuple[Callable[[float], bool], str]] = {
    "--nudge": (lambda size: 0 < abs(size) < float("inf"), N_("--nudge must be a number other than 0")),
    "--scale": (lambda size: 0 < size <= 20, N_("--scale must be above 0, and 20 at most")),
    "--tolerance": (lambda size: 0 <= size < 1, N_("--tolerance must be at least 0 and less than 1")),
    "--coverage": (lambda size: 0 < size < 1, N_("--coverage is a probability: more than 0 and less than 1")),
    "--level": (lambda size: 0 < size < 1, N_("--level is a probability: more than 0 and less than 1")),
    "--loss-scale": (lambda size: 0 < size < float("inf"), N_("--loss-scale must be a number above 0")),
    "--rate": (lambda size: 0 < size < float("inf"), N_("--rate must be a number above 0")),
    "--goal": (lambda size: 0 < size < float("inf"), N_("--goal must be a number above 0")),
}
"""Whether an option allows a number, and what is said if it does not."""
EXPLAINED = "30"  # steps of a long formula, if left out
LARGEST = 64 * 2**20  # bytes of a formula that are read


def assignments(words: Iterable[str], option: str = "") -> dict[str, float]:
    """name=value, where the value may be any formula without variables."""
    words = list(words)
    try:
        return {name: _number(name, text, word) for name, (text, word) in _pairs(words, option).items()}
    except AutodiffError as error:
        from autodiff_cli.misvalued import better

        raise (better(words, plain(" ".join(words))) if not option else None) or error from None


def looks(words: Iterable[str]) -> list[str]:
    """Notes on values that look like others, as 3(2), which is a product."""
    texts = pairs(word for word in words if "(" in plain(word) and re.search(r"[\d.]\(\d+\)", plain(word))) if words else {}
    return [say("{option}: {problem}", option=name, problem=note) for name, text in texts.items() for note in read(text)[1]]


def pairs(words: Iterable[str], option: str = "") -> dict[str, str]:
    """name=text."""
    return {name: text for name, (text, _) in _pairs(words, option).items()}


def _pairs(words: Iterable[str], option: str) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    words = list(words)
    for k, word in enumerate(words):
        left, sign, right = plain(word).partition("=")
        if re.search(r",\s*[^\W\d]\w*\s*=(?!=)", re.sub(r"\([^()]*\)", "", right)):
            several = re.sub(r",\s*(?=[^\W\d]\w*\s*=)", " ", plain(word)).strip()
            raise AutodiffError("E032", say("values are separated by spaces"), say("write {spelling}", spelling=several))
        if not sign or not left.strip():
            raise AutodiffError(
                "E032", say("'{word}' is not name=value", word=word.strip()), _joined(words[k : k + 3]) or say(HINTS[option])
            )
        name = variable(left.strip())
        if name in found:
            raise AutodiffError("E032", say("'{name}' is given twice", name=name), say("keep one {name}=…", name=name))
        found[name] = right, word
    return found


def _joined(words: Sequence[str]) -> str:
    """The hint for x = 3, which the shell has taken apart; or nothing."""
    text = "".join(word.strip() for word in words)
    is_apart = len(words) > 1 and words[0].strip().isidentifier() and words[1].startswith("=")
    text = text if words[1:2] == ["="] else "".join(words[:2])
    return say("write {spelling}, without spaces around =", spelling=text) if is_apart else ""


def texts(words: Iterable[str], data: Mapping[str, Any]) -> dict[str, str]:
    """The values as they were written, so that no digit is lost; the command line wins."""
    found = {canonical(plain(key.strip())): value if isinstance(value, str) else repr(value) for key, value in data.items()}
    return found | pairs(words)


def direction(text: str) -> dict[str, float]:
    """A direction, as in a=1,b=0.5."""
    return assignments(_split(text), "--direction")


def _split(text: str) -> list[str]:
    """The parts between commas that stand in no bracket."""
    depth, ends = 0, []
    for k, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if sign == "," and not depth:
            ends.append(k)
    return [text[a + 1 : b] for a, b in zip([-1, *ends], [*ends, len(text)])]


def names(option: str, text: str) -> list[str]:
    """Names between commas."""
    if not text.strip():
        raise AutodiffError("E042", say("{option} needs names", option=option), say("write {spelling}", spelling=f"{option} a,b"))
    found = [variable(name.strip()) for name in text.split(",")]
    once = list(dict.fromkeys(found))
    if len(once) < len(found):
        again = next(name for k, name in enumerate(found) if name in found[:k])
        raise AutodiffError(
            "E042",
            say("{option} names '{name}' twice", option=option, name=again),
            say("write {spelling}", spelling=f"{option} {','.join(once)}"),
        )
    return found


def variable(text: str) -> str:
    """The name of a variable, checked by the grammar."""
    if text.isascii() and text.isidentifier() and text not in ("and", "or", "not"):
        return text  # no need to ask the parser
    try:
        tape, _ = read(text)
        nodes = tape.nodes
        if len(nodes) == 2 and isinstance(nodes[0], Var) and nodes[0].name == canonical(text):
            return nodes[0].name
    except FormulaError:
        pass
    raise AutodiffError(
        "E033", say("'{text}' cannot be the name of a variable", text=text), say("a name is letters, then letters, digits or _")
    )


def _number(name: str, text: str, word: str) -> float:
    if not text.strip():
        raise AutodiffError(
            "E032", say("'{name}' has no value", name=name), say("write {spelling}, without spaces around =", spelling=f"{name}=1")
        )
    try:
        return number(text)
    except FormulaError as error:
        shift = len(word) - len(text)
        start, end = error.span
        message, hint = say("the value of '{name}': {message}", name=name, message=error.message), error.hint
        if "±" in text or "+/-" in text:
            hint = say(
                "write {spelling} for a value with its uncertainty", spelling=f"autodiff uncertainty … {name}={text.strip()}"
            )
        raise Source(word).refuse("E032", message, (start + shift, end + shift), hint) from None


def text_of(path: str, what: str = N_("the formula")) -> str:
    """The text of a file, or of standard input for `-`, which is asked for what it shall hold."""
    where = say("standard input") if path == "-" else f"'{path}'"
    try:
        data = _standard_input(what) if path == "-" else _bytes(path)
    except (OSError, ValueError) as error:
        raise unreadable(where, error) from None
    if len(data) > LARGEST:
        raise AutodiffError(
            "E051", say("{source} is larger than {size} MiB", source=where, size=LARGEST // 2**20), say("this is not a formula")
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise AutodiffError(
            "E051", say("{source} is not UTF-8 text (byte {place})", source=where, place=error.start), say("save it as UTF-8")
        ) from None


def _standard_input(what: str) -> bytes:
    return typed(what).read(LARGEST + 1)


def typed(what: str) -> BinaryIO:
    """Standard input, which is asked for what it shall hold."""
    if sys.stdin is None:
        raise OSError(N_("it is closed"))
    console.waits(what)
    return sys.stdin.buffer


def _bytes(path: str) -> bytes:
    with opened(path) as file:
        return file.read(LARGEST + 1)


def opened(path: str) -> BinaryIO:
    """A file, whose name is in UTF-8 where the locale cannot write it."""
    try:
        os.fsencode(path)
    except UnicodeError:
        return open(path.encode(errors="surrogateescape"), "rb")
    return open(path, "rb")


def from_json(path: str) -> dict[str, Any]:
    """A JSON object of values as it stands in a file."""
    return object_of(text_of(path, N_("a JSON object of values")), f"'{path}'", EXAMPLE)


def object_of(text: str, where: str, example: str) -> dict[str, Any]:
    """A JSON object, read strictly: no NaN, no infinite number, no name twice."""
    import json

    try:
        data = json.loads(text, object_pairs_hook=_once, parse_constant=_refuse, parse_float=_finite, parse_int=_integer)
    except json.JSONDecodeError as error:
        message = say("{source} is not JSON: {problem}", source=where, problem=say(error.msg))
        if "\n" in text.strip():
            message = say("{message} (line {number})", message=message, number=error.lineno)
        raise _unfit(message, example) from None
    except RecursionError:
        raise _unfit(say("{source} is nested too deeply", source=where), example) from None
    except ValueError as error:
        raise _unfit(say("{source}: {problem}", source=where, problem=error), example) from None
    if not isinstance(data, dict):
        raise _unfit(say("{source} holds no object", source=where), example)
    return data


def _unfit(message: str, example: str) -> AutodiffError:
    """The error for a text that is no JSON object, with one that is."""
    return AutodiffError("E051", message, say("write {spelling}", spelling=example))


def numbers_for(where: str, data: Mapping[str, Any], wanted: Collection[str] | None = None) -> dict[str, float]:
    """The numbers of the names that are wanted, if only some are; the others are ignored, whatever they hold."""
    values: dict[str, float] = {}
    for key, value in data.items():
        name = canonical(plain(key.strip()))
        if name in values:
            raise AutodiffError(
                "E051", say("{source}: '{name}' is given twice", source=where, name=name), say("keep one {name}", name=name)
            )
        if wanted is None or name in wanted:
            values[name] = _value(where, name, value)
    return values


@contextmanager
def in_an_object() -> Iterator[None]:
    """Within, values come from an object: the hint of an error for those that are missing says so."""
    try:
        yield
    except FormulaError as error:
        if error.missing:
            error.hint = say("add {members} to the values", members=", ".join(f'"{name}": …' for name in error.missing))
        raise


def _value(where: str, name: str, value: Any) -> float:
    if isinstance(value, str):
        word = {"NaN": "nan", "Infinity": "inf", "-Infinity": "-inf"}.get(value, value)
        return _number(name, word, word)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise AutodiffError(
            "E032",
            say("the value of '{name}' in {source} is not a number", name=name, source=where),
            say("write a number, or a formula as a string"),
        )
    try:
        return float(value)
    except OverflowError:
        raise AutodiffError(
            "E032",
            say("the value of '{name}' in {source} is too large for a double", name=name, source=where),
            say("the largest is 1.797e308"),
        ) from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for name, value in pairs:
        if name in data:
            raise ValueError(say("'{name}' is given twice", name=name))
        data[name] = value
    return data


def _refuse(word: str) -> float:
    raise ValueError(say('{word} is not JSON; write "{word}" in quotes', word=word))


def _integer(text: str) -> int:
    if len(text) > 400:
        raise ValueError(say("{text} is too large for a double", text=f"{text[:40]}…"))
    return int(text)


def _finite(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise ValueError(say("{text} is too large for a double", text=text[:40]))
    return value


def amount(option: str, text: str | None) -> float:
    """A number that an option allows; the usual one if left out."""
    is_allowed, wrong = AMOUNTS[option]
    hint = say("write {spelling}", spelling=f"{option} {USUAL[option]}")
    try:
        size = number(USUAL[option] if text is None else text)
    except FormulaError as error:
        raise AutodiffError("E042", say("{option}: {problem}", option=option, problem=error.message), hint) from None
    if not is_allowed(size):
        raise AutodiffError("E042", say(wrong), hint)
    return size


def steps(text: str | None) -> int | None:
    """How many steps are explained, not all of very many if left out; None means all."""
    return None if text == "all" else whole("--steps", EXPLAINED if text is None else text, 999_999)


def whole(option: str, text: str, most: int) -> int:
    """A whole number from 1 to `most`."""
    if text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= most and len(text) < 10:
        return int(text)
    raise AutodiffError(
        "E042",
        say("{option}: '{text}' is not a whole number from 1 to {most}", option=option, text=text, most=most),
        say("write {spelling}", spelling=f"{option} {USUAL[option]}"),
    )
