"""Values that are written as elsewhere: a=5,b=3 or x:3 or --x 3 or w=[1,2], and how they are written here."""

from __future__ import annotations

import re
from collections.abc import Sequence

from autodiff.errors import AutodiffError
from autodiff.messages import say

_NAME = r"[^\W\d]\w*"
_VALUE = r"[-+]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?|pi|inf|nan)(?:[*/^][0-9.]+)*"
_PAIR = re.compile(rf"""["']?-{{0,2}}(?P<name>{_NAME})["']?\s*(?:==?|:=|:|->|→|⇒|∶|\s)\s*(?P<value>{_VALUE})""")
_BETWEEN = re.compile(r"[\s,;、{}]*")
_LIST = re.compile(rf"(?P<name>{_NAME})\s*=\s*[\[({{](?P<elements>[^\[\](){{}}]*)[\])}}]?,?")


def better(words: Sequence[str], plain: str) -> AutodiffError | None:
    """The error that says how these words would be values; None where nobody knows. `plain` are the words with plain signs."""
    for word in plain.split():
        if (found := _LIST.fullmatch(word)) and "," in found["elements"]:
            elements = found["elements"].split(",")
            spelling = " ".join(f"{found['name']}{k}={element.strip()}" for k, element in enumerate(elements, 1))
            message = say("'{word}' is a list, and a value is one number", word=word)
            return AutodiffError("E032", message, say("give each element a name of its own: {spelling}", spelling=spelling))
    pairs = _pairs(plain)
    if not pairs or pairs == [word.strip() for word in words] or any(word.strip().startswith("=") for word in words):
        return None
    first = next((word.strip() for word in words if not re.fullmatch(rf"\s*{_NAME}={_VALUE}\s*", word)), words[0].strip())
    message = say("'{word}' is not name=value", word=first)
    if re.search(rf"[,;、，]|\s{_NAME}\s*=", first):
        message = say("values are separated by spaces")
    return AutodiffError("E032", message, say("write {spelling}", spelling=" ".join(pairs)))


def _pairs(text: str) -> list[str]:
    """All of a text as name=value; nothing if it holds anything else."""
    found: dict[str, str] = {}
    start = _BETWEEN.match(text)
    at = start.end() if start else 0
    while at < len(text):
        pair = _PAIR.match(text, at)
        between = _BETWEEN.match(text, pair.end()) if pair else None
        if not pair or not between or pair["name"] in {*found, "and", "or", "not"} or between.end() == pair.end() < len(text):
            return []
        found[pair["name"]] = pair["value"]
        at = between.end()
    return [f"{name}={value}" for name, value in found.items()]
