"""The members of JSON objects and their numbers; strict, as JSON is elsewhere in this tool."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, cast

from autodiff.data.batch import Numbers
from autodiff.data.cells import SHOWN
from autodiff.errors import AutodiffError
from autodiff.messages import say

Object = dict[str, Any]
Refuse = Callable[[int, str, str], AutodiffError]
WORDS = {"NaN": float("nan"), "Infinity": float("inf"), "-Infinity": float("-inf")}
EXAMPLE = '{"x": 1.5, "y": 2}'
DIGITS = 4000  # of an integer, which Python refuses beyond 4300


class Repeated(dict[str, Any]):
    """An object in which names stand twice."""

    names: frozenset[str] = frozenset()


def _object(pairs: list[tuple[str, Any]]) -> Object:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    again = Repeated(found)
    again.names = frozenset(name for name, number in Counter(name for name, _ in pairs).items() if number > 1)
    return again


def _constant(word: str) -> float:
    raise ValueError(say('{word} is not JSON; write "{word}" in quotes', word=word))


def _integer(text: str) -> int | float:
    return float(text) if text == "-0" or len(text) > DIGITS else int(text)


class Literal(str):
    """A number as it is written."""


VALUES = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant, parse_int=_integer)
TEXT = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant, parse_int=str, parse_float=str)
LITERAL = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant, parse_int=Literal, parse_float=Literal)


def decoded(texts: Sequence[str], refuse: Refuse, decoder: json.JSONDecoder = VALUES) -> list[Object]:
    """The objects of some lines; all at once, which is twice as fast, or one by one to find the one that is wrong."""
    mark = os.urandom(8).hex()  # no line holds it: the marks stand where lines end
    try:
        found = decoder.decode("[" + f',"{mark}",'.join(texts) + "]")
        if len(found) == 2 * len(texts) - 1 and set(found[1::2]) <= {mark} and all(isinstance(one, dict) for one in found[::2]):
            return cast(list[Object], found[::2])
    except (ValueError, TypeError, RecursionError):
        pass
    return [_one(text, k, refuse, decoder) for k, text in enumerate(texts)]


def _one(text: str, k: int, refuse: Refuse, decoder: json.JSONDecoder) -> Object:
    try:
        found = decoder.decode(text)
    except json.JSONDecodeError as error:
        problem = say("this is not JSON: {problem}", problem=say(error.msg))
        raise refuse(k, problem, say("write one object on each line, as in {example}", example=EXAMPLE)) from None
    except RecursionError:
        raise refuse(k, say("this is nested too deeply"), say("write numbers side by side in one object")) from None
    except ValueError as error:
        raise refuse(k, str(error), say("write one object on each line, as in {example}", example=EXAMPLE)) from None
    if not isinstance(found, dict):
        raise refuse(k, say("this is no object"), say("write one object on each line, as in {example}", example=EXAMPLE))
    return found


def once(objects: Sequence[Object], names: Sequence[str], refuse: Refuse) -> None:
    """Raises AutodiffError where one of the names stands twice in an object."""
    for k, found in enumerate(objects):
        if type(found) is Repeated:
            for name in names:
                if name in found.names:
                    raise refuse(k, say("'{name}' is given twice", name=name), say("keep one {name}", name=name))


def numbers(name: str, objects: Sequence[Object], refuse: Refuse) -> Numbers:
    """The numbers of a member: null and what is absent is missing; of strings, those that stand for what JSON cannot write."""
    once(objects, [name], refuse)
    given: list[Any] = [found.get(name) for found in objects]
    if set(map(type, given)) == {float} and not any(value - value for value in given):
        return Numbers(given)
    values = [_number(value, k, refuse) for k, value in enumerate(given)]
    rounded = sum(type(value) is int and value != values[k] for k, value in enumerate(given))
    return Numbers(values, [k for k, value in enumerate(given) if value is None], rounded)


def _number(value: Any, k: int, refuse: Refuse) -> float:
    try:
        if (type(value) is float and value - value == 0) or type(value) is int:
            return float(value)
    except OverflowError:
        value = float("inf")
    if value is None:
        return float("nan")
    if isinstance(value, str) and value in WORDS:
        return WORDS[value]
    if isinstance(value, float):
        raise refuse(k, say("the number is too large for a double"), say("the largest is 1.797e308"))
    shown = json.dumps(value, ensure_ascii=False)
    raise refuse(k, say("{text} is not a number", text=shown[:SHOWN]), say('write a number, null, "NaN" or "Infinity"'))
