"""Choices in normal form: what is known under a condition decides the choices and the corners that stand inside its branches."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import pairwise

from autodiff.passes.evaluate import function
from autodiff.primitives import CONDITIONS
from autodiff.symbolic.normal import Call, Leaf, Normal, Number, Product, nested, whole

Fact = tuple[int, bool]
"""A condition, and whether it holds."""
Facts = tuple[Fact, ...]
Comparison = tuple[str, int, Fraction]
"""How a form compares with a number."""

MIRRORED = {"lt": "gt", "le": "ge", "gt": "lt", "ge": "le", "eq": "eq", "ne": "ne"}
_CORNERS = frozenset(["if", "abs", "relu", "sign", "step", "max", "min"])
_ALWAYS = frozenset(["sin", "cos", "atan", "tanh", "exp", "abs", "relu", "max", "min", "sigmoid", "cbrt", "hypot", "erf", "sign"])
VISITED = 40  # forms inside a branch that are looked through
FEW = 8  # facts that are known at once
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
        holds = self.follows(p, ())
        if holds is not None:
            return x if holds else y
        x, y = self.given(x, (p, True)), self.given(y, (p, False))
        return x if x == y else self._joined(p, x, y)

    def _joined(self, p: int, x: int, y: int) -> int:
        """if(p, x, if(q, x, y)) is if(p or q, x, y)."""
        form = self.forms[y]
        if isinstance(form, Call) and form.op == "if" and form.args[1] == x and self.rational(x) is not None:
            return self.call("if", self.condition("or", (p, form.args[0])), x, form.args[2])
        return self.call("if", p, x, y)

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
        """x > max(x, z) never holds, and max(x, 1) > 2 means x > 2; so for min, the other way round. -x > 0 is x < 0."""
        for one, other, way in ((x, y, op), (y, x, MIRRORED[op])):
            form = self.forms[other]
            if isinstance(form, Call) and form.op in ("max", "min", "relu") and len(form.args) <= 2:
                found = self._of_extreme(way, one, form.op, form.args if form.op != "relu" else (*form.args, self.zero))
                if found is not None:
                    return found
        form = self.forms[x]
        if y == self.zero and isinstance(form, Product) and [*form.factors] == [self.e] and self._is_a_number(x):
            return self.true if function(op)(form.coefficient, 0) else self.false
        if y == self.zero and isinstance(form, Product) and form.coefficient != 1:
            return self.condition(op if form.coefficient > 0 else MIRRORED[op], (self.product(1, form.factors), y))
        return self.call(op, x, y)

    def _of_extreme(self, way: str, x: int, op: str, args: Sequence[int]) -> int | None:
        """A comparison of x with the greater or the lesser of two; None where it stays as it is."""
        never, same, differs = ("lt", "le", "gt") if op == "min" else ("gt", "ge", "lt")
        if x in args and way in (never, "eq", same, differs):
            (rest,) = [arg for arg in args if arg != x] or [x]
            return self.false if way == never else self.condition(same if way == "eq" else way, (x, rest))
        c, numbers = self.rational(x), [arg for arg in args if self.rational(arg) is not None]
        if c is None or len(numbers) != 1:
            return None
        (inner,) = [arg for arg in args if arg not in numbers]
        decided, k = function(way), self.rational(numbers[0])
        if k == c and way in ("eq", "ne", same, never, differs, MIRRORED[same]):
            return self._at_its_edge(way, x, inner, op)
        if way in ("eq", "ne"):
            return self.condition(way, (x, inner)) if function(never)(c, k) else None
        return self.condition(way, (x, inner)) if decided(c, k) == (way in (same, never)) else None

    def _at_its_edge(self, way: str, x: int, inner: int, op: str) -> int | None:
        """max(u, 0) > 0 is u > 0, and max(u, 0) == 0 is u <= 0."""
        beyond, within = ("lt", "ge") if op != "min" else ("gt", "le")
        if way in (beyond, "ne"):
            return self.condition(beyond, (x, inner))
        return self.condition(within, (x, inner)) if way in (within, "eq") else None

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
        x, y = (self._under(branch, (*facts, *self._parts(p, side))[-FEW:]) for branch, side in ((x, True), (y, False)))
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
            return self.zero if below else args[0]
        return args[0] if above else self.functions["neg"](args[0])

    def follows(self, place: int, facts: Facts, depth: int = 0) -> bool | None:
        """Whether a condition holds where these are known; None where that is open."""
        known = next((holds for fact, holds in facts if fact == place), None)
        form = self.forms[place]
        if known is not None or not isinstance(form, Call) or depth > DEEPEST:
            return known if known is not None else self.truth(place)
        atoms = self._atoms(place)
        if atoms is None or len({key for _, key, _ in atoms.values()}) == 1:
            return self.truth(place) if atoms is None else self._in_cells(place, atoms, facts)
        parts = [self.follows(arg, facts, depth + 1) for arg in form.args]
        if form.op == "not":
            return None if parts[0] is None else not parts[0]
        if form.op not in ("and", "or"):
            return None
        decided = form.op == "or"
        if decided not in parts and None in parts and len(facts) < FEW:  # one of them may decide the other
            p, q = form.args
            return decided if self.follows(q, (*facts, *self._parts(p, not decided)), depth + 1) is decided else None
        return decided if decided in parts else None if None in parts else not decided

    def _compared(self, op: str, args: Sequence[int], facts: Facts) -> bool | None:
        """The same for a comparison that need not be a form."""
        here = self.compared(op, *args)
        return None if here is None else self._in_cells(-1, {-1: here}, facts)

    def _atoms(self, place: int) -> dict[int, Comparison] | None:
        """The comparisons that a condition is made of; None where it is made of something else too."""
        found, stack = dict[int, Comparison](), [place]
        while stack:
            at = stack.pop()
            form = self.forms[at]
            if isinstance(form, Call) and form.op in ("and", "or", "not"):
                stack.extend(form.args)
                continue
            here = self.compared(form.op, *form.args) if isinstance(form, Call) and form.op in MIRRORED else None
            if here is None or len(found) > FEW:
                return None
            found[at] = here
        return found

    def _in_cells(self, place: int, atoms: Mapping[int, Comparison], facts: Facts) -> bool | None:
        """Tried on all sides of the numbers that a form is compared with, and where it is no number."""
        (key,) = {key for _, key, _ in atoms.values()}
        every, known = dict(atoms), list[Fact]()
        for fact, holds in facts:
            parts = self._atoms(fact)
            if parts and {there for _, there, _ in parts.values()} == {key}:
                every |= parts
                known.append((fact, holds))
        edges = sorted({edge for _, _, edge in every.values()})
        cells: list[Fraction | float] = [edges[0] - 1, *edges, edges[-1] + 1, *((a + b) / 2 for a, b in pairwise(edges))]
        if not self._is_a_number(key):
            cells.append(math.nan)
        answers = set()
        for cell in cells:
            values = {i: bool(function(op)(cell, edge)) for i, (op, _, edge) in every.items()}
            if all(self._value(fact, values) == holds for fact, holds in known):
                answers.add(self._value(place, values))
        return answers.pop() if len(answers) == 1 else None

    def _value(self, place: int, values: dict[int, bool]) -> bool:
        """Whether a condition holds, from its comparisons."""
        stack = [place]
        while stack:
            at = stack[-1]
            form = self.forms[at] if at not in values else None
            todo = [arg for arg in form.args if arg not in values] if isinstance(form, Call) else []
            if todo:
                stack.extend(todo)
                continue
            if isinstance(form, Call):
                parts = [values[arg] for arg in form.args]
                values[at] = not parts[0] if form.op == "not" else all(parts) if form.op == "and" else any(parts)
            stack.pop()
        return values[place]

    def compared(self, op: str, x: int, y: int) -> Comparison | None:
        """A comparison as one of a form with a number: 2*x > 4*y + 6 is x - 2*y > 3."""
        parts = dict(self.terms(x))
        for place, c in self.terms(y).items():
            parts[place] = parts.get(place, 0) - c
        threshold = -Fraction(parts.pop(self.one, 0))
        parts = {place: c for place, c in parts.items() if c}
        if not parts or len(parts) > DEEPEST:
            return None
        lead = Fraction(parts[min(parts)])
        key = self.sum({place: whole(c / lead) for place, c in parts.items()})
        return (op if lead > 0 else MIRRORED[op]), key, threshold / lead

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
