"""Letters run together: `bc` is one name, or the product of b and c where both are in play."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping

from autodiff.errors import FormulaError, either, enumerated
from autodiff.messages import count, say
from autodiff.reading.source import Source
from autodiff.tape import Tape, Var

ALWAYS = frozenset({"e", "π", "pi"})  # constants that stand in products
SHORT = 3  # letters of a name about which a note is worth while, though few of them are in play


WORDS = frozenset(
    "mu nu xi pi eta rho tau phi chi psi lr lo hi sd se std id no re im dt hz kg km cm mm nm ms".split()  # noqa: SIM905 - words
)
"""Names as short as products that are none."""
_NUMBERED = re.compile(r"(?:[^\W\d_][0-9]+){2,}")
_LAST = 0x530  # behind the Latin, Greek and Cyrillic letters: a name of two Chinese signs is no product


def product_of(name: str) -> str:
    """The product that a name looks like whose letters stand nowhere else, as xy, mgh and x1x2 do; or nothing."""
    if _NUMBERED.fullmatch(name):
        return "*".join(re.findall(r"[^\W\d_][0-9]+", name))
    is_short = 2 <= len(name) <= SHORT and name.isalpha() and all(ord(letter) < _LAST for letter in name)
    if not is_short or name.lower() in WORDS or name[0] == "d":  # dx, as claims and programs call a derivative
        return ""
    is_word = len(name) > 2 and any(letter in "aeiou" for letter in name.lower()) and name not in ("abc", "xyz", "uvw")
    return "" if is_word else "*".join(name)


def factors(name: str, known: Collection[str]) -> tuple[str, ...]:
    """A name as a row of names that are known, the longest first; nothing where it is none, or one alone."""
    ends: dict[int, tuple[str, ...]] = {0: ()}
    for start in range(len(name)):
        if start in ends:
            for end in range(start + 1, len(name) + 1):
                if name[start:end] in known:
                    ends.setdefault(end, (*ends[start], name[start:end]))
    found = ends.get(len(name), ())
    return found if len(found) > 1 else ()


class Letters:
    """The letters in play: with values, assigned before, or parameters of the function in whose body they stand; constants too.

    Where nothing has a value, also those that stand alone, or are named in --wrt or in a claim.
    """

    def __init__(self, tape: Tape, text: str, bound: Collection[str], near: Collection[str], valued: bool) -> None:
        self.tape, self.source, self.valued = tape, Source(text), valued
        self.bound = {name for name in bound if len(name) == 1 or name == "pi"}
        self.near = {name for name in near if len(name) == 1 or name == "pi"}
        if not valued:
            self.near |= {node.name for node in tape.nodes if isinstance(node, Var) and len(node.name) == 1} - ALWAYS
        self.assigned = {name: place for place, name in tape.names.items()}
        self.notes: list[str] = []

    def products(self, words: Mapping[int, str]) -> dict[int, tuple[str, ...]]:
        """The factors of each of these names that is a product, by its place. Raises FormulaError where it may be one."""
        found: dict[int, tuple[str, ...]] = {}
        for i, name in words.items():
            splittings = self._splittings(name, lambda x, i=i: self._is_known(x, i))  # type: ignore[misc]
            if not splittings or not self.valued:
                self._refuse_possible(i, name)
            elif len(splittings) > 1 or name in self.tape.whole:
                raise self._refusal(i, name, splittings)
            else:
                found[i] = splittings[0]
                self._note(_read_as(name, splittings[0]))
        return found

    def _is_known(self, letter: str, i: int) -> bool:
        return letter in self.bound or letter in ALWAYS or self.assigned.get(letter, i) < i or letter in self.tape.scopes.get(i, ())

    def _splittings(self, name: str, plays: Callable[[str], bool]) -> list[tuple[str, ...]]:
        """The ways to read a name as a product of what is in play: letter by letter, and with `pi` as one of them."""
        letters = tuple(name)
        ways = [letters, _with_pi(letters)] if "pi" in name and name != "pi" else [letters]
        return [way for way in ways if all(map(plays, way))]

    def _refuse_possible(self, i: int, name: str) -> None:
        """What has no value of its own may be a product of letters that have none either."""

        def plays(letter: str) -> bool:
            return letter in self.near or self._is_known(letter, i)

        splittings = self._splittings(name, plays) if self.near or not self.valued else []
        if splittings:
            raise self._refusal(i, name, splittings)
        playing = [letter for letter in dict.fromkeys(name) if letter not in ALWAYS and plays(letter)]
        is_derivative = name[0] == "d" and name[1:] in {*self.near, *self.assigned}  # dx, as claims and programs call it
        if playing and not self.valued and not is_derivative and (len(name) <= SHORT or 2 * len(playing) >= len(set(name))):
            others = [letter for letter in dict.fromkeys(name) if not plays(letter)]
            said = count(
                len(others),
                "{name} is one name, not a product: {letters} stands nowhere else",
                "{name} is one name, not a product: {letters} stand nowhere else",
                name=name, letters=enumerated(others),
            )  # fmt: skip
            self._note(said)

    def _note(self, note: str) -> None:
        if note not in self.notes:
            self.notes.append(note)

    def _refusal(self, i: int, name: str, splittings: list[tuple[str, ...]]) -> FormulaError:
        """Both spellings are shown, neither is chosen."""
        products = ["*".join(way) for way in splittings]
        span, rewrites = self.tape.nodes[i].span, tuple(products)
        if name in self.tape.whole:
            span, (start, end) = self.tape.whole[name]
            before, after = self.source.text[start : span[0]], self.source.text[span[1] : end]
            rewrites = tuple([before + form + after for product in products for form in (product, f"({product})")])
        spellings = either(rewrites)
        if self.valued and not self.near:
            hint = say("write {spelling}, or give {name} a value", spelling=spellings, name=name)
        else:
            hint = say(
                "write {spelling}; to keep {name} as one name, give it a value or name it in --wrt", spelling=spellings, name=name
            )
        if len(products) > 1:
            message = say("{formula} is read in two ways", formula=name)
        elif self.valued and not self.near:
            message = say("'{name}' has no value, and is not read as {product} here", name=name, product=products[0])
        else:
            message = say("'{name}' may be one name, or the product {product}", name=name, product=products[0])
        return self.source.refuse("E019", message, span, hint, rewrites)


def _with_pi(letters: tuple[str, ...]) -> tuple[str, ...]:
    found: list[str] = []
    for letter in letters:
        if letter == "i" and found[-1:] == ["p"]:
            found[-1] = "pi"
        else:
            found.append(letter)
    return tuple(found)


def _read_as(name: str, factors: tuple[str, ...]) -> str:
    shown = ["pi" if factor == "π" else factor for factor in factors]
    return say(
        "{name} is read as {product}: {name} has no value, {letters} have",
        name=name,
        product="*".join(shown),
        letters=enumerated(list(dict.fromkeys(shown))),
    )
