"""Names that a language allows, as near to the user's own as can be."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from itertools import count
from typing import NamedTuple
from unicodedata import name as unicode_name
from unicodedata import normalize


class Naming(NamedTuple):
    """What names a language allows."""

    reserved: frozenset[str]
    """Words that are no names, and names that a file or its user needs for something else."""
    pattern: str = r"\w+"
    """What a name looks like."""
    longest: int = 10_000
    """How many letters it may have."""
    ascii: bool = False
    """Whether all of them are ASCII."""
    folded: bool = False
    """Whether capitals and small letters are the same."""
    quote: str = ""
    """What stands around a name that is not plain; with it, any name is allowed."""
    small: bool = False
    """Whether a name with capitals is not plain, for without quotes it would be one in small letters."""


def renamed(names: Iterable[str], naming: Naming, taken: Collection[str]) -> dict[str, str]:
    """For every name the one in the code. None is reserved or in `taken`, and no two are alike."""
    names = list(dict.fromkeys(names))
    fold = str.casefold if naming.folded else str
    used = {fold(word) for word in (*naming.reserved, *taken)}
    own = {fold(name) for name in names}
    found: dict[str, str] = {}
    for name in names:
        plain = name if _is_allowed(name, naming) else in_ascii(name)
        new = plain[: naming.longest]
        for k in count(1):
            if fold(new) not in used and (new == name or fold(new) not in own):
                break
            new = plain[: naming.longest - k] + "_" * k
        used.add(fold(new))
        found[name] = new
    return found


def quoted(name: str, naming: Naming) -> str:
    """A name as it stands in the code."""
    plain = "[a-z_][a-z0-9_]*" if naming.small else "[A-Za-z_][A-Za-z0-9_]*"
    return name if not naming.quote or re.fullmatch(plain, name) else f"{naming.quote}{name}{naming.quote}"


def _is_allowed(name: str, naming: Naming) -> bool:
    if naming.quote:
        return True
    return bool(re.fullmatch(naming.pattern, name)) and (name.isascii() or (not naming.ascii and is_plain(name)))


def folded(names: Iterable[str], naming: Naming) -> set[str]:
    """The names, and all that the language takes for the same, as far as these are in small letters."""
    names = list(names)
    return {*names, *(map(str.casefold, names) if naming.folded else ())}


def is_plain(name: str) -> bool:
    """Whether a name with other letters means itself wherever such names are allowed: Python reads some as others."""
    return name.isidentifier() and normalize("NFKC", name) == name


def in_ascii(name: str) -> str:
    """A name in ASCII: the names of Greek letters, the numbers of others."""
    text = "".join(letter if letter.isascii() else _letter(letter) for letter in name)
    return text if re.match(r"[A-Za-z]", text) else f"v{text}"


def _letter(letter: str) -> str:
    called = unicode_name(letter, "")
    greek = re.fullmatch(r"GREEK (SMALL|CAPITAL) LETTER (\w+)", called)
    if greek is None:
        return f"u{ord(letter):x}"
    spelt = greek[2].replace("LAMDA", "LAMBDA").lower()
    return spelt if greek[1] == "SMALL" else spelt.capitalize()
