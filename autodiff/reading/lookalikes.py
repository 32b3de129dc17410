"""Names that look alike and are not the same, for a letter of one stems from another script."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from autodiff.messages import N_, say

CYRILLIC = dict(zip("АВЕЅІЈКМНОРСТУХаеорсухѕіјһԁԛԝѵ", "ABESIJKMHOPCTYXaeopcyxsijhdqwv", strict=True))
GREEK = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧνοικυ", "ABEZHIKMNOPTYXvoiku", strict=True))
"""The Latin letters that letters of other scripts cannot be told from; α, ρ or χ, which formulas have beside a, p and x, can."""
_LATIN = {**CYRILLIC, **GREEK}
_SCRIPTS = (N_("Cyrillic"), N_("Greek"), N_("Latin"))


def notes(names: Iterable[str]) -> Iterator[str]:
    """A note for every two names that look alike, and for a name of Cyrillic and Latin letters."""
    seen: dict[str, str] = {}
    for name in dict.fromkeys(names):
        plain = "".join([_LATIN.get(letter, letter) for letter in name])
        if (other := seen.setdefault(plain, name)) != name:
            a, b = next((a, b) for a, b in zip(other, name) if a != b)
            yield say(
                "{first} and {second} look alike, but are two names: one has a {script} letter {letter}, the other a {script2} one",
                first=other, second=name, script=say(_script(a)), letter=a, script2=say(_script(b)),
            )  # fmt: skip
        strange = next((letter for letter in name if letter in CYRILLIC), "")
        if strange and any(letter.isascii() and letter.isalpha() for letter in name):
            yield say(
                "{name} has letters of two scripts: {letter} is {script}, others are {script2}",
                name=name, letter=strange, script=say("Cyrillic"), script2=say("Latin"),
            )  # fmt: skip


def _script(letter: str) -> str:
    return _SCRIPTS[0 if letter in CYRILLIC else 1 if letter in GREEK else 2]
