"""Where the rows of naive spellings fit a tape."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from autodiff.reading.parser import read
from autodiff.reading.resolve import resolve
from autodiff.tape import Apply, Tape
from autodiff.trust.naive.forms import Form, Forms, bare
from autodiff.trust.naive.table import CANCELLING, ROWS, Row

TERMS = 100  # longer sums are not compared term by term

Bound = dict[str, int]
"""What the letters of a row stand for: signed classes."""


class Match(NamedTuple):
    """A row that fits a place; `inner` are the places of the operations below it that belong to the spelling."""

    row: Row
    place: int
    bound: Bound
    inner: frozenset[int]


class Pattern(NamedTuple):
    """A spelling with its classes; `root` is the signed class of the whole."""

    row: Row
    forms: Forms
    root: int


@cache
def parsed(text: str) -> Tape:
    """A formula of a row as a tape, read on its first use."""
    return resolve(read(text)[0], ("a", "x", "y", "z"))[0]


@cache
def patterns(op: str, cancelling: bool) -> tuple[Pattern, ...]:
    """The rows with this operation at their root."""
    found = []
    for row in (CANCELLING if cancelling else ROWS).get(op, ()):
        forms = Forms(parsed(row.spelling))
        found.append(Pattern(row, forms, forms.of(forms.tape.output)))
    return tuple(found)


def match(forms: Forms, place: int, cancelling: bool = False) -> Match | None:
    """The first row that fits a place with a variable in it, or None; of the `cancelling` ones, or of those that always matter."""
    given = forms.of(place)
    for pattern in patterns(forms.form(given).op, cancelling):
        bound = _terms(pattern, forms, given) if pattern.row.many else _unify(pattern, forms, [(pattern.root, given)], {})
        if bound is not None and any(forms.varies[bare(signed)] for signed in bound.values()):
            return Match(pattern.row, place, bound, _inner(forms, place, bound)) if pattern.row.offer else None
    return None


def _unify(pattern: Pattern, forms: Forms, todo: list[tuple[int, int]], bound: Bound) -> Bound | None:
    """What the letters must stand for, so that all these pairs are equal. It calls itself as deep as a row is long."""
    if not todo:
        return bound
    (wanted, given), *rest = todo
    if wanted < 0:
        wanted, given = ~wanted, ~given
    want, form = pattern.forms.forms[wanted], forms.form(given)
    if want.op == "var":
        same = bound.get(want.name, given) == given
        return _unify(pattern, forms, rest, {**bound, want.name: given}) if same else None
    if want.op != form.op or want.value != form.value:
        return None
    for args in _orders(form, given):
        found = _unify(pattern, forms, [*zip(want.args, args, strict=True), *rest], bound)
        if found is not None:
            return found
    return None


def _orders(form: Form, given: int) -> list[tuple[int, ...]]:
    """The arguments in every order, and with every choice of signs, that gives the same result."""
    if form.op == "add":
        return [form.args, form.args[::-1]]
    if form.op not in ("mul", "div"):
        return [form.args] if given >= 0 else []
    x, y = form.args
    pairs = [(x, y), (~x, ~y)] if given >= 0 else [(~x, y), (x, ~y)]
    return [*pairs, *((q, p) for p, q in pairs)] if form.op == "mul" else [*pairs]


def _terms(pattern: Pattern, forms: Forms, place: int) -> Bound | None:
    """The same for a function of a sum of terms that all look like the first one of the row, as many as the row has or more."""
    shape = _summands(pattern.forms, pattern.forms.forms[pattern.root].args[0])
    bound: Bound = {}
    given = _summands(forms, forms.form(place).args[0])
    if len(given) < len(shape):
        return None
    for k, term in enumerate(given):
        one = _unify(pattern, forms, [(shape[0], term)], {})
        if one is None:
            return None
        bound[f"x{k}"] = next(iter(one.values()))
    return bound


def _summands(forms: Forms, signed: int) -> list[int]:
    """The terms of a sum; none where there are too many."""
    terms: list[int] = []
    stack = [signed]
    while stack and len(terms) + len(stack) <= TERMS:
        form = forms.form(top := stack.pop())
        if form.op == "add":
            stack += reversed(form.args)
        else:
            terms.append(top)
    return [] if stack else terms


def _inner(forms: Forms, place: int, bound: Bound) -> frozenset[int]:
    """The operations between a place and what the letters stand for."""
    ends = {bare(signed) for signed in bound.values()}
    found: set[int] = set()
    stack = [place]
    while stack:
        node = forms.tape.nodes[stack.pop()]
        fresh = [j for j in node.args if j not in found and bare(forms.known[j]) not in ends] if type(node) is Apply else []
        stack += fresh
        found.update(j for j in fresh if type(forms.tape.nodes[j]) is Apply)
    return frozenset(found)
