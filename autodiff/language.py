"""In which language people are addressed. A message is its English text; gettext's catalogue in `locale` has the others."""

from __future__ import annotations

from gettext import NullTranslations, translation
from pathlib import Path
from typing import Any

LANGUAGES = ("en", "zh")
DOMAIN = "messages"
LOCALES = Path(__file__).with_name("locale")

_spoken = NullTranslations()


def speak(language: str) -> None:
    """Use one of the languages from now on. Raises OSError where the package is incomplete."""
    global _spoken
    _spoken = NullTranslations() if language == "en" else translation(DOMAIN, LOCALES, [language])


def spoken() -> str:
    """The language in use."""
    return "en" if type(_spoken) is NullTranslations else "zh"


def say(text: str, /, **values: Any) -> str:
    """A message in the language in use, its {placeholders} filled in. It is looked up at each call, so never at import."""
    found = _spoken.gettext(text) if text else ""
    return found.format(**values) if values else found


def count(number: int, one: str, many: str, /, **values: Any) -> str:
    """A message about so many things; {number} stands for how many there are."""
    return _spoken.ngettext(one, many, number).format(number=number, **values)
