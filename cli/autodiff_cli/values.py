"""Values from the command line and from files, read by our own grammar."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Iterable, Sequence
from typing import Any, BinaryIO

from autodiff.errors import MISSING, AutodiffError, FormulaError
from autodiff.formula import number
from autodiff.lexer import plain
from autodiff.parse import read
from autodiff.tape import Var, canonical

EXAMPLE = 'write {"a": 5, "b": 3}'
HINTS = {
    "": "write values after the formula, as in a=5", "--direction": "write --direction a=1,b=0.5", "--claim": "write --claim x=2*x"
}  # fmt: skip
USUAL = {"--order": 2, "--digits": 6, "--steps": 100, "--precision": 30}
LARGEST = 64 * 2**20  # bytes of a formula that are read


def assignments(words: Iterable[str], option: str = "") -> dict[str, float]:
    """name=value, where the value may be any formula without variables."""
    return {name: _number(name, text, word) for name, (text, word) in _pairs(words, option).items()}


def pairs(words: Iterable[str], option: str = "") -> dict[str, str]:
    """name=text."""
    return {name: text for name, (text, _) in _pairs(words, option).items()}


def _pairs(words: Iterable[str], option: str) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    words = list(words)
    for k, word in enumerate(words):
        left, sign, right = plain(word).partition("=")
        if not sign or not left.strip():
            raise AutodiffError("E032", f"'{word.strip()}' is not name=value", _joined(words[k : k + 3]) or HINTS[option])
        name = variable(left.strip())
        if name in found:
            raise AutodiffError("E032", f"'{name}' is given twice", f"keep one {name}=…")
        found[name] = right, word
    return found


def _joined(words: Sequence[str]) -> str:
    """The hint for x = 3, which the shell has taken apart; or nothing."""
    text = "".join(word.strip() for word in words)
    is_apart = len(words) > 1 and words[0].strip().isidentifier() and words[1].startswith("=")
    text = text if words[1:2] == ["="] else "".join(words[:2])
    return f"write {text}, without blanks around =" if is_apart else ""


def texts(words: Iterable[str], data: dict[str, Any]) -> dict[str, str]:
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
        raise AutodiffError("E042", f"{option} needs names", f"write {option} a,b")
    found = [variable(name.strip()) for name in text.split(",")]
    once = list(dict.fromkeys(found))
    if len(once) < len(found):
        again = next(name for k, name in enumerate(found) if name in found[:k])
        raise AutodiffError("E042", f"{option} names '{again}' twice", f"write {option} {','.join(once)}")
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
    raise AutodiffError("E033", f"'{text}' cannot be the name of a variable", "a name is letters, then letters, digits or _")


def _number(name: str, text: str, word: str) -> float:
    if not text.strip():
        raise AutodiffError("E032", f"'{name}' has no value", f"write {name}=1, without blanks around =")
    try:
        return number(text)
    except FormulaError as error:
        shift = len(word) - len(text)
        span = error.span or (0, len(text))
        raise FormulaError(
            f"the value of '{name}': {error.message}", (span[0] + shift, span[1] + shift), error.hint, code="E032", text=word
        ) from None


def text_of(path: str) -> str:
    """The text of a file, or of standard input for `-`."""
    where = "standard input" if path == "-" else f"'{path}'"
    try:
        data = _standard_input() if path == "-" else _bytes(path)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise AutodiffError("E050", f"{where} cannot be read: {reason}", "check the path", MISSING) from None
    if len(data) > LARGEST:
        raise AutodiffError("E051", f"{where} is larger than {LARGEST // 2**20} MiB", "this is no formula")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise AutodiffError("E051", f"{where} is not UTF-8 text (byte {error.start})", "save it as UTF-8") from None


def _standard_input() -> bytes:
    if sys.stdin is None:
        raise OSError("it is closed")
    return sys.stdin.buffer.read(LARGEST + 1)


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
    return object_of(text_of(path), f"'{path}'", EXAMPLE)


def object_of(text: str, where: str, example: str) -> dict[str, Any]:
    """A JSON object, read strictly: no NaN, no infinite number, no name twice."""
    import json

    try:
        data = json.loads(text, object_pairs_hook=_once, parse_constant=_refuse, parse_float=_finite, parse_int=_integer)
    except json.JSONDecodeError as error:
        line = f" (line {error.lineno})" if "\n" in text.strip() else ""
        raise AutodiffError("E051", f"{where} is not JSON: {error.msg}{line}", example) from None
    except RecursionError:
        raise AutodiffError("E051", f"{where} is nested too deeply", example) from None
    except ValueError as error:
        raise AutodiffError("E051", f"{where}: {error}", example) from None
    if not isinstance(data, dict):
        raise AutodiffError("E051", f"{where} holds no object", example)
    return data


def chosen(where: str, data: dict[str, Any], wanted: Collection[str]) -> dict[str, float]:
    """The numbers of the names that are wanted; the others are ignored, whatever they hold."""
    values: dict[str, float] = {}
    for key, value in data.items():
        name = canonical(plain(key.strip()))
        if name in values:
            raise AutodiffError("E051", f"{where}: '{name}' is given twice", f"keep one {name}")
        if name in wanted:
            values[name] = _value(where, name, value)
    return values


def _value(where: str, name: str, value: Any) -> float:
    if isinstance(value, str):
        word = {"NaN": "nan", "Infinity": "inf", "-Infinity": "-inf"}.get(value, value)
        return _number(name, word, word)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise AutodiffError("E032", f"the value of '{name}' in {where} is not a number", "write a number, or a formula as a string")
    try:
        return float(value)
    except OverflowError:
        raise AutodiffError(
            "E032", f"the value of '{name}' in {where} is too large for a double", "the largest is 1.797e308"
        ) from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for name, value in pairs:
        if name in data:
            raise ValueError(f"'{name}' is given twice")
        data[name] = value
    return data


def _refuse(word: str) -> float:
    raise ValueError(f'{word} is not JSON; write "{word}" in quotes')


def _integer(text: str) -> int:
    if len(text) > 400:
        raise ValueError(f"{text[:40]}… is too large for a double")
    return int(text)


def _finite(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise ValueError(f"{text[:40]} is too large for a double")
    return value


def step(text: str) -> float:
    """The size of a nudge: any number but 0."""
    try:
        size = number(text)
    except FormulaError as error:
        raise AutodiffError("E042", f"--nudge: {error.message}", "write --nudge 0.001") from None
    if not 0 < abs(size) < float("inf"):
        raise AutodiffError("E042", "--nudge must be a number other than 0", "write --nudge 0.001")
    return size


def steps(text: str) -> int | None:
    """How many steps are explained; None means all."""
    return None if text == "all" else whole("--steps", text, 999_999)


def whole(option: str, text: str, most: int) -> int:
    """A whole number from 1 to `most`."""
    if text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= most and len(text) < 10:
        return int(text)
    raise AutodiffError("E042", f"{option}: '{text}' is not a whole number from 1 to {most}", f"write {option} {USUAL[option]}")


def tolerance(text: str | None) -> float | None:
    """A relative error that is allowed: a number from 0 to 1."""
    if text is None:
        return None
    try:
        size = number(text)
    except FormulaError as error:
        raise AutodiffError("E042", f"--tolerance: {error.message}", "write --tolerance 1e-6") from None
    if not 0 <= size < 1:
        raise AutodiffError("E042", "--tolerance must be at least 0 and less than 1", "write --tolerance 1e-6")
    return size
