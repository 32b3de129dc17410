"""Everything that can be wrong with what a user wrote, as values: a code, a message, a place, a hint."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from importlib import import_module
from sys import modules
from typing import Any

from autodiff.messages import count, say, series
from autodiff.tape import Span

STEPS = 12  # of a formula that a hint lists
USAGE, MISSING = 2, 4  # exit codes: wrong use or text; a file or an extra is missing

CODES = {
    "E001": "the formula is empty",
    "E002": "a character that has no meaning here",
    "E003": "the formula ends too early",
    "E004": "not a number",
    "E005": "something is out of place",
    "E006": "an implicit product after a division sign",
    "E007": "an implicit product after an exponent",
    "E008": "two neighbours without a sign between them",
    "E009": "a function without brackets",
    "E010": "a bracket is missing",
    "E011": "a condition where a number belongs, or the other way round",
    "E012": "unknown function",
    "E013": "wrong number of arguments",
    "E014": "a name that is not a function, called like one",
    "E015": "an empty statement",
    "E016": "a name is assigned twice, or used before it is assigned",
    "E017": "a function is defined badly",
    "E018": "the functions expand to too much",
    "E019": "letters run together that may be one name or a product",
    "E020": "no equation, or more than one",
    "E021": "a point that is not on the curve",
    "E022": "a start from which there is no way on",
    "E030": "a variable has no value",
    "E031": "a value that nothing uses",
    "E032": "a value that cannot be read",
    "E033": "a name cannot be used for a variable",
    "E034": "an unknown variable",
    "E035": "claims that use each other in a circle",
    "E036": "an unknown step",
    "E037": "an unknown schema",
    "E040": "unknown option",
    "E041": "unknown command",
    "E042": "an option has a bad value",
    "E043": "an argument is missing or superfluous",
    "E050": "a file cannot be read",
    "E051": "a file cannot be understood",
    "E052": "the output cannot be written",
    "E053": "a package is missing",
    "E054": "columns of different lengths",
    "E055": "a file exists already",
    "E056": "a picture would be too large",
    "E057": "a cluster cannot be used",
    "E060": "a claimed derivative differs",
    "E061": "a claimed derivative cannot be judged",
    "E062": "a row that is not ok",
    "E070": "a function that a language cannot express",
    "E090": "a bug of autodiff",
}


class AutodiffError(Exception):
    """What is wrong, where, and what to do: `code`, `message` and `hint`; `exit_code` is what the command line ends with.

    >>> try:
    ...     parse("x^2").at(x=1, y=2)
    ... except AutodiffError as error:
    ...     print(error.code, error.message)
    E031 nothing in the formula uses 'y'
    """

    def __init__(self, code: str, message: str, hint: str = "", exit_code: int = USAGE) -> None:
        super().__init__(message)
        self.code, self.message, self.hint, self.exit_code = code, message, hint, exit_code
        self.text = ""
        self.span: Span | None = None

    @property
    def place(self) -> tuple[int, int] | None:
        """The line and the column in which the span begins, both counted from 1, as editors do."""
        if self.span is None:
            return None
        start = self.span[0]
        return self.text.count("\n", 0, start) + 1, start - self.text.rfind("\n", 0, start)

    def __reduce__(self) -> tuple[Any, ...]:
        """As it stands: a copy, or another process, asks no constructor, whose arguments an exception does not keep."""
        return _blank, (type(self), self.args), self.__dict__


def _blank(kind: type[AutodiffError], args: tuple[Any, ...]) -> AutodiffError:
    return kind.__new__(kind, *args)


class FormulaError(AutodiffError):
    """Bad text. `span` is its place in `text`, `rewrites` are spellings that would be accepted.

    >>> try:
    ...     parse("1/2x")
    ... except FormulaError as error:
    ...     print(error.span, error.rewrites)
    (0, 4) ('(1/2)*x', '1/(2*x)')
    """

    span: Span

    def __init__(
        self, message: str, span: Span, hint: str = "", rewrites: Iterable[str] = (), *, code: str = "E005", text: str = ""
    ) -> None:
        super().__init__(code, message, hint)
        self.span, self.text, self.rewrites = span, text, tuple(rewrites)
        self.extent = span
        """What the rewrites stand for: the place, or the whole formula."""
        self.missing: tuple[str, ...] = ()
        """The names for which the hint asks for values."""
        self._given = hint
        self._advise()

    def _advise(self) -> None:
        self.hint = self._given or (
            say("write {spelling}", spelling=either(self.rewrites)) if self.rewrites else say("write it in another way")
        )

    def of(self, extent: Span) -> FormulaError:
        """This error, whose rewrites stand for more than its place."""
        self.extent = extent
        return self

    def move(self, span: Span, text: str) -> None:
        """Say the same of another text: the one that was typed, where this one was made from it."""
        self.span, self.extent, self.text = span, span, text

    def settle(self, parses: Callable[[str], bool]) -> None:
        """Keep the place inside the text, and only those spellings that would really be accepted."""
        self.span = min(self.span[0], len(self.text)), min(self.span[1], len(self.text))
        self.extent = min(self.extent[0], len(self.text)), min(self.extent[1], len(self.text))
        self.rewrites = tuple([rewrite for rewrite in self.rewrites if parses(rewrite)])
        self._advise()


def suggestion(word: str, known: Iterable[str]) -> str:
    """The known word nearest to a mistyped one, or nothing."""
    from difflib import get_close_matches  # 1.5 ms, and only on error

    known = list(known)
    folded = {name.casefold(): name for name in known}
    if word.casefold() in folded:
        return folded[word.casefold()]
    return next(iter(get_close_matches(word, known, 1, 0.6)), "")


def enumerated(words: Sequence[str]) -> str:
    """Words in one sentence: a, b and c."""
    if len(words) < 2:
        return "".join(words)
    return say("{words} and {last}", words=series(words[:-1]), last=words[-1])


def either(words: Sequence[str]) -> str:
    """Words of which one is chosen: a or b or c."""
    return reduce(lambda some, word: say("{some} or {word}", some=some, word=word), words)


def listed(names: Sequence[str]) -> str:
    """The variables of a formula in a sentence."""
    if not names:
        return say("it has no variables")
    return count(len(names), "its variable is {names}", "its variables are {names}", names=series(names))


def unreadable(source: str, error: Exception) -> AutodiffError:
    """The error for a file, or another source, that the system does not let us read."""
    message = say("{source} cannot be read: {reason}", source=source, reason=reason(error))
    return AutodiffError("E050", message, say("check the path"), MISSING)


def listed_steps(names: Sequence[str]) -> str:
    """The steps of a formula in a sentence, the first ones of many."""
    shown = series([*names[:STEPS], *(["…"] if len(names) > STEPS else [])])
    return count(len(names), "its step is {steps}", "its steps are {steps}", steps=shown)


def reason(error: Exception) -> str:
    """What the system says of a failure; the catalogue has the usual sentences."""
    return say(getattr(error, "strerror", None) or str(error))


EXTRAS = {
    "numpy": "data", "polars": "data", "backports.zstd": "data", "distributed": "dask", "scipy": "fit", "odrpack": "fit",
    "mcp": "mcp", "resvg_py": "png", "prompt_toolkit": "repl",
}  # fmt: skip
"""The extra that brings a package, and what else goes with it."""


def needs(package: str) -> Any:
    """An optional package, imported now. Raises AutodiffError, which says how to install it."""
    try:
        return modules.get(package) or import_module(package)
    except ImportError:
        message = say("the package {package} cannot be imported", package=package)
        raise AutodiffError("E053", message, installing(package), MISSING) from None


def installing(package: str) -> str:
    """How to install a package."""
    command, extra = f"pip install {package.replace('_', '-')}", EXTRAS.get(package)
    return say("{command}, or the extra [{extra}]", command=command, extra=extra) if extra else command
