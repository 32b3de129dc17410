"""In which language people are addressed. A message is its English text; gettext's catalogue in `locale` has the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from os.path import dirname, join
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gettext import NullTranslations

LANGUAGES = ("en", "zh")
DOMAIN = "messages"
LOCALES = join(dirname(__file__), "locale")


class English:
    """What gettext knows of English, which needs no catalogue, and no gettext, which takes longer to load than a formula."""

    def gettext(self, text: str) -> str:
        """The text itself."""
        return text

    def ngettext(self, one: str, many: str, number: int) -> str:
        """The text for so many things."""
        return one if number == 1 else many


@cache
def _catalogue(language: str) -> English | NullTranslations:
    """The messages of a language. Raises OSError where the package is incomplete."""
    if language == "en":
        return English()
    from gettext import translation

    return translation(DOMAIN, LOCALES, [language])


_language = "en"
_spoken = _catalogue(_language)


def speak(language: str) -> None:
    """Use one of the languages from now on. Raises OSError where the package is incomplete."""
    global _language, _spoken
    _language, _spoken = language, _catalogue(language)


def spoken() -> str:
    """The language in use."""
    return _language


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Use a language for a while."""
    before = spoken()
    speak(language)
    try:
        yield
    finally:
        speak(before)


def say(text: str, /, **values: Any) -> str:
    """A message in the language in use, its {placeholders} filled in. It is looked up at each call, so never at import."""
    found = _spoken.gettext(text) if text else ""
    return _filled(found, values, _language) if values else found


def count(number: int, one: str, many: str, /, **values: Any) -> str:
    """A message about so many things; {number} stands for how many there are."""
    return _filled(_spoken.ngettext(one, many, number), {"number": number, **values}, _language)


def translated(text: str, language: str, /, **values: Any) -> str:
    """A message in a language that need not be the one in use: for what shows several at once."""
    found = _catalogue(language).gettext(text) if text else ""
    return _filled(found, values, language) if values else found


def series(words: Iterable[str]) -> str:
    """Words one after the other."""
    return say(", ").join(words)


def _filled(text: str, values: Mapping[str, Any], language: str) -> str:
    """The message with its values; in Chinese without the blanks around a value that is itself Chinese, and nothing else."""
    if language == "en":
        return text.format(**values)
    from string import Formatter

    filled, chinese = "", False
    for before, name, form, conversion in Formatter().parse(text):
        filled += before[1:] if chinese and before[:1] == " " and _is_chinese(before[1:2]) else before
        if name is not None:
            value = f"{{{name}{f'!{conversion}' if conversion else ''}{f':{form}' if form else ''}}}".format(**values)
            chinese = value != "" and all(map(_is_chinese, value))
            glued = chinese and filled[-1:] == " " and _is_chinese(filled[-2:-1])
            filled = (filled[:-1] if glued else filled) + value
    return filled


def _is_chinese(sign: str) -> bool:
    return "\u3000" <= sign <= "\u9fff" or "\uff01" <= sign <= "\uff5e"


def N_(text: str) -> str:
    """Mark the text of a constant table as a message: it stays as it is here, and is translated when it is used."""
    return text
