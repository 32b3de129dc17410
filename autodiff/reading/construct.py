"""One construct that people type and that is no formula here: how it looks, what is wrong with it, what to write instead.

In a message and a hint `{typed}` is what was matched, other gaps are the named groups; `{x}` is the first variable of `{body}`
where no group says it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from autodiff.messages import N_

Gaps = dict[str, str]
NAMELESS = frozenset({"E030", "E034"})
"""Errors about names of a text that was read."""
ANY = NAMELESS | {"E002", "E005", "E008", "E009", "E012", "E032"}


class Mistake(NamedTuple):
    """A construct. Of its rewrites those are offered that parse; `command` is a command line, offered where `{body}` parses.

    A rewrite stands for what was matched, or, with `within`, for its place in the whole formula, where it needs others to parse.
    With `codes` a row is for these errors alone; without, for none where the text was read and a name means nothing (NAMELESS).
    """

    pattern: str
    message: str
    hint: str = ""
    rewrites: tuple[str | Callable[[Gaps], str], ...] = ()
    command: str = ""
    within: bool = False
    codes: frozenset[str] = frozenset()


DERIVATIVE = N_("{typed} asks for a derivative; a formula cannot contain one")
INTEGRAL = N_("integrals are not computed here")
LIMIT = N_("limits are not computed here")
LISTED = N_("`autodiff --help` lists what is computed")
BEHIND = N_("values go after the formula")
COMMA = N_("a comma does not separate statements")
NEEDLESS = N_("'{word}' is not needed")
DEFINED = N_("a function is defined as in f(x) = x^2")
HEAD = N_("a formula needs no '{word}'")
NAMING = N_("a value is named with =")
CHOICE = N_("a choice is written with if(…)")
SEPARATED = N_("arguments are separated by commas")
CHAINED = N_("comparisons cannot be chained")
CONDITION = N_("a condition stands where a number belongs")
LISTS = N_("there are no lists here: each element is a variable of its own")
ROUND = N_("only round brackets group")
DOTTED = N_("a function stands before its argument")
RADIANS = N_("angles are in radians")
QUOTES = N_("no quotes are needed")
SIGN = N_("'{sign}' has no meaning here")
ELEMENTS = N_("write its elements one by one")
BELOW = N_("write {spelling}, with your formula for {name} in place of {example}")
DIFF = 'autodiff diff "{body}" --wrt {x}'
EVAL = 'autodiff eval "{body}" {given}'

NAME = r"[^\W\d]\w*"
DEEP = r"\((?:[^()]|\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))*\)"
PART = rf"(?:[^()\[\]{{}},;:?\n=]|{DEEP})+?"  # no sign that would end it, except in round brackets
SIDE = rf"(?:[^()\[\]{{}},;:?\n=<>≤≥≠]|{DEEP})+?"
ALL = rf"(?:[^()\[\]{{}},;:?\n=]|[<>!=]=|{DEEP})+?"
END = r"\s*(?=\Z|[;\n,)])"
TEST = rf"(?P<test>{SIDE}(?:<=|>=|==|!=|[<>≤≥≠]){SIDE}(?:\s(?:and|or)\s{ALL})?)"
VALUE = r"[-+]?(?:[0-9.][\w.]*|pi)(?:/[0-9]+)?"
GIVEN = rf"(?P<given>{NAME}\s*=(?!=)\s*{VALUE}(?:\s*,?\s*{NAME}\s*=(?!=)\s*{VALUE})*)\s*\Z"
STATEMENT = rf"\s*{NAME}\s*=(?!=){ALL}"
LETTER = r"[^\W\d_]"
