"""Choices in normal form: what is known under a condition decides the choices and the corners that stand inside its branches."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from autodiff.passes.evaluate import function
from autodiff.primitives import CONDITIONS
from autodiff.symbolic.normal import Call, Leaf, Normal, Number, Product, nested

Fact = tuple[int, bool]
"""A condition, and whether it holds."""
Facts = tuple[Fact, ...]

MIRRORED = {"lt": "gt", "le": "ge", "gt": "lt", "ge": "le", "eq": "eq", "ne": "ne"}
_CORNERS = frozenset(["if", "abs", "relu", "sign", "step", "max", "min"])
_ALWAYS = frozenset(["sin", "cos", "atan", "tanh", "exp", "abs", "relu", "max", "min", "sigmoid", "cbrt", "hypot", "erf", "sign"])
VISITED = 60  # forms inside a branch that are looked through
DEEPEST = 8  # choices within a choice that a factor is carried into, conditions within a condition


class Choices(Normal):
    """Conditions, and the choice between two formulas."""

    def __init__(self) -> None:
        super().__init__()
        self.true, self.false = self.call("true"), self.call("false")
        self.familiar = 0  # forms of the formula that was read, which stay as they were written
        self._cornered: list[bool] = []
        self._numbers: dict[int, bool] = {}
        self._visits = 0

    def truth(self, value: int) -> bool | None:
        """Whether a condition holds, where that is known."""
        return True if value == self.true else False if value == self.false else None

    def if_(self, p: int, x: int, y: int) -> int:
        """The choice; what p decides is decided inside its branches."""
        holds = self.truth(p)
        if holds is not None:
            return x if holds else y
        x, y = self.given(x, (p, True)), self.given(y, (p, False))
        return x if x == y else self.call("if", p, x, y)

    def condition(self, op: str, args: Sequence[int]) -> int:
        """A condition; a number stands on its right."""
        if op in ("and", "or", "not"):
            return self._connected(op, args)
        known = [self.rational(arg) for arg in args]
        if None not in known:
            return self.true if function(op)(*known) else self.false
        if known[0] is not None:
            op, args = MIRRORED[op], args[::-1]
        return self._beside_extreme(op, *args)

    def _beside_extreme(self, op: str, x: int, y: int) -> int:
        """x > max(x, z) never holds, and x == max(x, z) means x >= z; so for min, the other way round."""
        for one, other, way in ((x, y, op), (y, x, MIRRORED[op])):
            form = self.forms[other]
            if isinstance(form, Call) and form.op in ("max", "min") and len(form.args) == 2 and one in form.args:
                (rest,) = [arg for arg in form.args if arg != one] or [one]
                never, same, differs = ("gt", "ge", "lt") if form.op == "max" else ("lt", "le", "gt")
                if way == never:
                    return self.false
                if way in ("eq", same, differs):
                    return self.condition(same if way == "eq" else way, (one, rest))
        return self.call(op, x, y)

    def _connected(self, op: str, args: Sequence[int]) -> int:
        known = [self.truth(arg) for arg in args]
        if op == "not":
            return self.call(op, *args) if known[0] is None else self.false if known[0] else self.true
        decided = op == "or"
        if decided in known:
            return self.true if decided else self.false
        rest = [arg for arg, value in zip(args, known) if value is None]
        return self.call(op, *rest) if len(rest) > 1 else rest[0] if rest else args[0]

    # What is known

    def given(self, place: int, *facts: Fact) -> int:
        """A form where some conditions are known; no more than so many forms are looked through."""
        self._visits = 0
        return self._under(place, tuple([part for fact in facts for part in self._parts(*fact)]))

    def _parts(self, place: int, holds: bool, depth: int = 0) -> list[Fact]:
        """A fact taken apart: both p and q hold if "p and q" does, neither holds if "p or q" does not."""
        form = self.forms[place]
        if isinstance(form, Call) and depth < DEEPEST and (form.op == "not" or form.op == ("and" if holds else "or")):
            return [part for arg in form.args for part in self._parts(arg, holds ^ (form.op == "not"), depth + 1)]
        return [(place, holds)]

    def _under(self, place: int, facts: Facts) -> int:
        self._visits += 1
        if self._visits > VISITED or not self._has_corner(place):
            return place
        form = self.forms[place]
        if isinstance(form, Call) and form.op == "if":
            return self._choice_under(place, form, facts)
        if isinstance(form, Call) and form.op in CONDITIONS:
            holds = self.follows(place, facts)
            if holds is not None:
                return self.true if holds else self.false
        if isinstance(form, Call) and form.op in _CORNERS:
            found = self._smooth(form.op, form.args, facts)
            if found is not None:
                return self._under(found, facts)
        new = {i: self._under(i, facts) for i in nested(self.forms, place)}
        return place if all(i == j for i, j in new.items()) else self.rebuilt(place, new)

    def _choice_under(self, place: int, form: Call, facts: Facts) -> int:
        p, x, y = form.args
        holds = self.follows(p, facts)
        if holds is not None:
            return self._under(x if holds else y, facts)
        p = self._under(p, facts)
        x, y = (self._under(branch, (*facts, *self._parts(p, side))) for branch, side in ((x, True), (y, False)))
        if p in (self.true, self.false) or x == y:
            return y if p == self.false else x
        return place if (p, x, y) == form.args else self.call("if", p, x, y)

    def _has_corner(self, place: int) -> bool:
        """Whether a choice, or a function with a corner, stands anywhere in a form."""
        while len(self._cornered) <= place:
            at = len(self._cornered)
            form = self.forms[at]
            inner = any(self._cornered[i] for i in nested(self.forms, at))
            self._cornered.append(inner or (isinstance(form, Call) and form.op in _CORNERS))
        return self._cornered[place]

    def _smooth(self, op: str, args: Sequence[int], facts: Facts) -> int | None:
        """A function with a corner on the side of it that is known; on the corner too, unless that is still differentiated."""
        if len(args) > 2 or (len(args) == 1) == (op in ("max", "min")):
            return None
        x, y = args if len(args) == 2 else (args[0], self.zero)
        above, below, equal = (self._compared(way, (x, y), facts) for way in ("gt", "lt", "eq"))
        if self.familiar and not (above or below or op in ("sign", "step")):
            above, below = (self._compared(way, (x, y), facts) for way in ("ge", "le"))
        if op == "sign":
            return self.one if above else self.minus_one if below else self.zero if equal else None
        if op == "step":
            return self.one if above or equal else self.zero if below else None
        if not (above or below):
            return None
        if op in ("max", "min"):
            return x if bool(above and not (below and self.rational(y) is not None)) == (op == "max") else y
        if op == "relu":
            return self.zero if below else x
        return x if above else self.functions["neg"](x)

    def follows(self, place: int, facts: Facts, depth: int = 0) -> bool | None:
        """Whether a condition holds where these are known; None where that is open."""
        known = next((holds for fact, holds in facts if fact == place), None)
        form = self.forms[place]
        if known is not None or not isinstance(form, Call) or depth > DEEPEST:
            return known if known is not None else self.truth(place)
        if form.op in MIRRORED:
            return self._compared(form.op, form.args, facts)
        parts = [self.follows(arg, facts, depth + 1) for arg in form.args]
        if form.op == "not":
            return None if parts[0] is None else not parts[0]
        if form.op in ("and", "or"):
            decided = form.op == "or"
            return decided if decided in parts else None if None in parts else not decided
        return self.truth(place)

    def _compared(self, op: str, args: Sequence[int], facts: Facts) -> bool | None:
        """Whether a comparison holds: tried on all sides of the numbers that x is compared with, and where it is no number."""
        x, y = args
        asked, known = self.rational(y), list[tuple[str, Fraction, bool]]()
        for fact, holds in facts:
            form = self.forms[fact]
            if not isinstance(form, Call) or form.op not in MIRRORED:
                continue
            (u, v), way = form.args, form.op
            if (u, v) == (y, x) and y != x:
                u, v, way = v, u, MIRRORED[way]
            c = self.rational(v)
            if u == x and (v == y or None not in (c, asked)):
                known.append((way, Fraction(0 if asked is None or c is None else c), holds))
        if not known:
            return None
        edge = Fraction(0 if asked is None else asked)
        edges = sorted({edge, *(c for _, c, _ in known)})
        cells: list[Fraction | float] = [edges[0] - 1, *edges, edges[-1] + 1, *((a + b) / 2 for a, b in pairwise(edges))]
        if not (self._is_a_number(x) and self._is_a_number(y)):
            cells.append(math.nan)
        possible = [cell for cell in cells if all(function(way)(cell, c) == holds for way, c, holds in known)]
        answers = {bool(function(op)(cell, edge)) for cell in possible}
        return answers.pop() if len(answers) == 1 else None

    def _is_a_number(self, place: int, depth: int = 0) -> bool:
        """Whether a form is certain to have a value at every point."""
        found = self._numbers.get(place)
        if found is None:
            found = self._numbers[place] = depth <= DEEPEST and self._never_undefined(place, depth + 1)
        return found

    def _never_undefined(self, place: int, depth: int) -> bool:
        form = self.forms[place]
        if isinstance(form, Leaf | Number):
            return True
        parts = nested(self.forms, place)
        if isinstance(form, Call) and form.op not in _ALWAYS:
            return False
        if isinstance(form, Product) and not all(map(self._is_natural, form.factors.values())):
            parts = (form.factors[self.e],) if [*form.factors] == [self.e] else ()
        elif isinstance(form, Product):
            parts = tuple(form.factors)
        return 0 < len(parts) <= DEEPEST and all(self._is_a_number(i, depth) for i in parts)

    def _is_natural(self, place: int) -> bool:
        n = self.rational(place)
        return n is not None and n >= 0 and n.denominator == 1
