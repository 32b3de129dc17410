"""Names that a language allows, as near to the user's own as can be."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from itertools import count
from unicodedata import name as unicode_name
from unicodedata import normalize

from autodiff.code.target import Target


def renamed(names: Iterable[str], target: Target, taken: Collection[str]) -> dict[str, str]:
    """For every name the one in the code. None is reserved or in `taken`, and no two are alike."""
    names = list(dict.fromkeys(names))
    fold = str.casefold if target.folded else str
    used = {fold(word) for word in (*target.reserved, *taken)}
    own = {fold(name) for name in names}
    found: dict[str, str] = {}
    for name in names:
        plain = name if _is_allowed(name, target) else spelled(name)
        new = plain[: target.longest]
        for k in count(1):
            if fold(new) not in used and (new == name or fold(new) not in own):
                break
            new = plain[: target.longest - k] + "_" * k
        used.add(fold(new))
        found[name] = new
    return found


def quoted(name: str, quote: str) -> str:
    """A name as it stands in the code."""
    return name if not quote or re.fullmatch("[A-Za-z_][A-Za-z0-9_]*", name) else f"{quote}{name}{quote}"


def _is_allowed(name: str, target: Target) -> bool:
    if target.quote:
        return True
    return bool(re.fullmatch(target.names, name)) and (name.isascii() or (not target.ascii and _is_plain(name)))


def folded(names: Iterable[str], target: Target) -> set[str]:
    """The names, and all that the language takes for the same, as far as these are in small letters."""
    names = list(names)
    return {*names, *(map(str.casefold, names) if target.folded else ())}


def _is_plain(name: str) -> bool:
    """Whether a name with other letters means itself wherever such names are allowed: Python reads some as others."""
    return name.isidentifier() and normalize("NFKC", name) == name


def spelled(name: str) -> str:
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
