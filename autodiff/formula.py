"""A parsed formula: what it is made of, and what can be asked of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from autodiff.errors import AutodiffError
from autodiff.messages import say, spoken
from autodiff.point.evaluation import Prepared
from autodiff.point.showing import Shown, shortened, some
from autodiff.point.worksheet import Worksheet, steps_called
from autodiff.primitives import CONSTANTS
from autodiff.reading.parser import read
from autodiff.reading.resolve import resolve
from autodiff.reading.source import Source
from autodiff.tape import Tape
from autodiff.writing.formulas import reading

if TYPE_CHECKING:
    from autodiff.code.compiler import Compiled
    from autodiff.passes.columns import Columns
    from autodiff.passes.registers import Program


KEPT = 8
"""Choices of names with values, and of variables to differentiate by, for which a formula keeps what does not depend on a point."""


class Bound(NamedTuple):
    """The tape where some names have values, its variables and the notes; whether just the variables have values; and what is
    kept for the next point, by the variables to differentiate by.
    """

    tape: Tape
    used: tuple[str, ...]
    notes: tuple[str, ...]
    fits: bool
    prepared: dict[tuple[str, ...], Prepared]


class Formula(Shown):
    """A parsed formula, made by `parse`. `text` is what was written, `str` the reading: how it was understood.

    >>> formula = parse("3(a + b*c)")
    >>> formula.text, str(formula)
    ('3(a + b*c)', '3*(a + b*c)')
    """

    def __init__(self, text: str, tape: Tape, notes: Sequence[str] = ()) -> None:
        self.text, self.tape, self.notes = text, tape, list(notes)
        self._programs: dict[tuple[Any, ...], Program] = {}
        self._bound: dict[tuple[str, ...], Bound] = {}

    def __getstate__(self) -> dict[str, Any]:
        """Without what is kept for the next point."""
        return {**self.__dict__, "_bound": {}}

    @cached_property
    def variables(self) -> tuple[str, ...]:
        """The free names, in order of first appearance; constants are left out.

        >>> parse("a*sin(2*pi*t)").variables
        ('a', 't')
        """
        return tuple(name for name in self.tape.variables() if name not in CONSTANTS)

    @property
    def resolved(self) -> Tape:
        """The tape where all that is free has a value."""
        return resolve(self.tape, {*self.variables})[0]

    def __str__(self) -> str:
        return reading(self.resolved)

    def __repr__(self) -> str:
        count = len(self.variables)
        names = some(map(repr, self.variables), count) + "," * (count == 1)
        return f"Formula({shortened(self.text)!r}, variables=({names}))"

    @cached_property
    def names(self) -> set[str]:
        """The names whose value may matter: the free ones, and the letters of those that may be products."""
        free = self.tape.variables()
        return {*free, *(letter for name in free if name.isalpha() for letter in name)}

    def at(self, /, **values: float) -> Worksheet:
        """The worksheet at a point: value, gradient and every step, with statuses.

        Raises FormulaError where a value is missing, and AutodiffError where one is superfluous or no real number.

        >>> sheet = parse("3*(a + b*c)").at(a=5, b=3, c=2)
        >>> sheet.value, sheet.gradient
        (33.0, {'a': 3.0, 'b': 6.0, 'c': 9.0})
        """
        return self.worksheet(values)

    def worksheet(self, values: Mapping[str, float], wrt: Sequence[str] | None = None, surplus: Collection[str] = ()) -> Worksheet:
        """As `at`, for a mapping; `wrt` limits the derivatives to some variables, and to steps by the names that they are shown
        with, each of which is taken as free. The names in `surplus` need not occur.

        >>> parse("u = b*c; 3*(a + u)").worksheet({"a": 5, "b": 3, "c": 2}, wrt=["u", "b"]).gradient
        {'u': 3.0, 'b': 6.0}
        """
        bound = self._fitting(values, None, surplus)
        tape, used = bound.tape, bound.used
        point = {name: _real(name, values[name]) for name in used}
        if wrt is not None and (others := [name for name in wrt if name not in point]):
            from autodiff.reading.unfit import refuse_unknown

            known = steps_called(tape, point)
            refuse_unknown(others, used, sorted(known, key=known.__getitem__))
            prepared = Prepared(tape, wrt, {name: known[name] for name in others})
        else:
            names = used if wrt is None else tuple(wrt)
            prepared = _kept(bound.prepared, names, lambda: Prepared(tape, names))
        return Worksheet(prepared, point, self.text, [*self.notes, *bound.notes])

    def columns(self, /, **arrays: Any) -> Columns:
        """The value and the gradient at many points: for each variable an array, or a number that is the same for all.

        They are taken as float64 (booleans, integers and shorter floats are converted, complex numbers and masked arrays are
        refused) and broadcast to one shape as NumPy does; `value`, and each derivative in `gradient` by variable, are float64
        arrays of that shape, which is () where all are numbers.

        Where the value is not a number, or the variable that is differentiated by, the derivative is none either; a NaN in an
        argument that does not matter there (the branch not taken) changes nothing. Corners and jumps have the derivatives that the
        conventions give them, without statuses. All is plain IEEE: what leaves the range of doubles on the way does not come back,
        as it does in `at`; the member `strays` tells where, and `engine` what computed.

        Raises FormulaError as `at` does, and AutodiffError for arrays that do not go together, or where NumPy is missing.

        >>> found = parse("3*(a + b*c)").columns(a=[5, 1], b=[3, 2], c=2.0)
        >>> found.value, found.gradient["c"]
        (array([33., 15.]), array([9., 6.]))
        """
        return self.vectorized(arrays)

    def vectorized(
        self, arrays: Mapping[str, Any], engine: str = "auto", dtype: str = "float64", wrt: Sequence[str] | None = None,
        hessian: bool = False,
    ) -> Columns:  # fmt: skip
        """As `columns`, for a mapping. `engine` is numpy, or c for kernels that the machine's compiler makes once, where it can;
        "auto" takes these where there are many points. The member `engine` of the result says which it was. With
        `dtype="float32"` numbers have seven digits, and end at 3.4e38. `wrt` limits the derivatives to some variables; with
        `hessian` the result has a member of that name too, the second derivatives by two variables, each pair once.

        Raises AutodiffError, besides, for another engine and for another dtype (E042).

        >>> found = parse("x^2*y").vectorized({"x": [1, 2], "y": 3}, engine="numpy", wrt=["x"], hessian=True)
        >>> found.gradient, found.hessian, found.engine
        ({'x': array([ 6., 12.])}, {('x', 'x'): array([6., 6.])}, 'numpy')
        """
        from autodiff.code import rows
        from autodiff.passes.columns import columns

        wish = rows.known(engine)
        program = self.program(arrays, wrt, hessian)
        prepared: list[Prepared] = []

        def strays_at(point: Mapping[str, float]) -> bool:
            if not prepared:
                prepared.append(Prepared(*self.bind(arrays)[:2]))
            return prepared[0].at(point).strays

        return columns(program, arrays, strays_at, lambda work: rows.engine(wish, work), dtype)

    def program(self, arrays: Mapping[str, Any], wrt: Sequence[str] | None = None, hessian: bool = False) -> Program:
        """What `vectorized` runs, for values with these names."""
        key = frozenset(arrays), None if wrt is None else tuple(wrt), hessian
        found: Program = _kept(self._programs, key, lambda: self._program(arrays, wrt, hessian))
        return found

    def _program(self, arrays: Mapping[str, Any], wrt: Sequence[str] | None, hessian: bool) -> Program:
        """The value and the derivatives as steps for many points."""
        from autodiff.code.symbols import Code
        from autodiff.passes.registers import program
        from autodiff.symbolic.gradients import gradients
        from autodiff.symbolic.kin import opened

        tape, wrt, _ = self.bind(arrays, wrt)
        slopes: Mapping[Any, int]
        if hessian:
            from autodiff.code.sweeps import curved

            tape, slopes = curved(tape, wrt)
        else:
            tape, slopes = gradients(tape, wrt, Code())
        tape, places = opened(tape, list(slopes.values()))
        return program(tape, dict(zip(slopes, places, strict=True)))

    def bind(
        self, values: Mapping[str, Any], wrt: Sequence[str] | None = None, surplus: Collection[str] = ()
    ) -> tuple[Tape, Sequence[str], list[str]]:
        """The tape, where these names have values; the variables to differentiate with respect to; and the notes."""
        bound = self._fitting(values, wrt, surplus)
        return bound.tape, bound.used if wrt is None else wrt, [*self.notes, *bound.notes]

    def _fitting(self, values: Mapping[str, Any], wrt: Sequence[str] | None, surplus: Collection[str]) -> Bound:
        bound: Bound = _kept(self._bound, (spoken(), *values), lambda: self._resolved(values))
        if not bound.fits or (wrt and not set(wrt).issubset(bound.used)):
            from autodiff.reading.unfit import refuse_unfit, refuse_unknown

            refuse_unfit(self.text, self.tape, values, bound.used, surplus)
            refuse_unknown(wrt or (), bound.used)
        return bound

    def _resolved(self, values: Collection[str]) -> Bound:
        tape, notes = resolve(self.tape, values, self.text)
        used = tape.variables()
        return Bound(tape, used, tuple(notes), {*used} == {*values}, {})

    def unvalued(self, wrt: Sequence[str]) -> tuple[Tape, list[str]]:
        """The tape where nothing has a value, and the notes; `wrt` are variables to differentiate with respect to.

        Raises FormulaError where letters run together may be one name or a product, AutodiffError for an unknown variable.
        """
        from autodiff.reading import joined

        tape, notes = resolve(self.tape, (), self.text, wrt, valued=False)
        used = tape.variables()
        if not set(wrt).issubset(used):
            from autodiff.point.free import refuse_named
            from autodiff.reading.unfit import refuse_unknown

            joined.refuse_inside(self.text, tape, next(name for name in wrt if name not in used))
            refuse_named(tape, wrt)
            refuse_unknown(wrt, used)
        return tape, [*self.notes, *notes, *joined.notes(self.text, tape, wrt, notes)]

    def diff(self, wrt: str, order: int = 1) -> DerivedFormula:
        """The derivative with respect to one variable as a formula; with `order`, the derivative of that order.

        It is written to be read: `x^2*sin(x)` gives `2*x*sin(x) + x^2*cos(x)`. It holds wherever the derivative exists; where
        there is none, it may have a value, as 1/x, which is the derivative of log(x), has at -1.
        Raises AutodiffError for a name that is no variable of the formula (E034), an order below 1 (E042), and where a
        derivative of high order grows too large (E018).

        >>> str(parse("x^2*sin(x)").diff("x"))
        '2*x*sin(x) + x^2*cos(x)'
        """
        from autodiff.symbolic.derivatives import derivatives

        tape, _ = self.unvalued([wrt])
        if order < 1:
            raise AutodiffError("E042", say("the order must be at least 1"), say("leave it out for the first derivative"))
        path = (wrt,) * order
        found = derivatives(tape, [path])
        return DerivedFormula(found.program(path), found.tape(path))

    def compile(
        self, language: str, *, name: str | None = None, wrt: Sequence[str] | None = None, hessian: bool = False,
        value_only: bool = False, at: Mapping[str, float] | None = None, main: bool = True,
    ) -> str:  # fmt: skip
        """Source text of a function that gives the value and the gradient.

        `language` is one of python, numpy, jax, c, javascript, rust, fortran, julia, latex, or for a query in SQL duckdb, sqlite,
        postgres, spark; `name` is that of the function, or of the table that is queried. A query gives a column for every step.
        A function's arguments are the variables in order of first appearance. Python returns the value and a dictionary of
        derivatives by variable, with `hessian` also a dictionary of such dictionaries; NumPy and JAX the same with arrays,
        their arguments broadcast to one shape; JavaScript an object with `value`, `gradient` and `hessian`; Rust a tuple of the
        value, an array and an array of rows; Julia the value and named tuples; C and Fortran take and fill arrays, the Hessian
        row by row. `wrt` limits the derivatives, `value_only` leaves them out. Unless `main` is False, the file ends in a
        self-test at the point `at`, by default one inside the domain; `at` must give every variable, and decides about
        products such as `bc` as `at()` does.

        Raises AutodiffError for an unknown language, a name that cannot be used or an unknown variable, and FormulaError for a
        function that the language cannot express.

        >>> text = parse("3*(a + b*c)").compile("c", name="cost", wrt=["a", "b"])
        >>> "double cost(const double *x, double *grad)" in text
        True
        """
        return self.compiled(language, name, wrt, hessian, value_only, at, main).text

    def function(self, wrt: Sequence[str] | None = None) -> Callable[..., tuple[float, dict[str, float]]]:
        """A plain function of Python for many points: its arguments are the variables in order of first appearance, its result is
        the value and a dictionary of derivatives by variable. It is the code that `compile("python")` writes, made once.

        It leaves out what a worksheet has besides: statuses and their one-sided derivatives, notes, and steps; and what leaves the
        range of doubles on the way does not come back, as it does in `at`. It may differ from `at` in the last digits, as every
        generated program may. It cannot be sent to another process: send the formula.

        Raises AutodiffError for an unknown variable, and FormulaError for a function that such code cannot express.

        >>> parse("3*(a + b*c)").function()(5, 3, 2)
        (33.0, {'a': 3.0, 'b': 6.0, 'c': 9.0})
        """
        from autodiff.code.compiler import called

        return called(self.compile("python", wrt=wrt, main=False))

    def compiled(
        self, language: str, name: str | None = None, wrt: Sequence[str] | None = None, hessian: bool = False,
        value_only: bool = False, at: Mapping[str, float] | None = None, main: bool = True,
    ) -> Compiled:  # fmt: skip
        """As `compile`, with the notes for the user."""
        from autodiff.code.compiler import compiled

        if at is None:
            tape, notes = self.unvalued(wrt or ())
            wrt = tape.variables() if wrt is None else wrt
        else:
            tape, wrt, notes = self.bind(at, wrt)
        order = 0 if value_only else 2 if hessian else 1
        here = None if at is None else {name: _real(name, value) for name, value in at.items()}
        return compiled(self.text, tape, wrt if order else (), notes, language, name, order, here, main)


def _kept(kept: dict[Any, Any], key: Any, make: Callable[[], Any]) -> Any:
    """What was made before, or is made now and kept for the next point."""
    found = kept.get(key)
    if found is None:
        if len(kept) >= KEPT:
            kept.clear()
        found = kept[key] = make()
    return found


def _real(name: str, value: Any) -> float:
    """The value of a variable. What is complex is no number here, even where NumPy would drop half of it with a warning."""
    if type(value) is float:
        return value
    try:
        if getattr(getattr(value, "dtype", None), "kind", "") != "c":
            return float(value)
        message = say("the value of '{name}' is not a real number", name=name)
    except OverflowError:
        message = say("the value of '{name}' is too large for a double", name=name)
    except (TypeError, ValueError):
        message = say("the value of '{name}' is not a real number", name=name)
    raise AutodiffError("E032", message, say("give it as a float"))


class DerivedFormula(Formula):
    """A formula that was worked out: it is read as it was written."""

    def __str__(self) -> str:
        return self.text


def parse(text: str, names: Collection[str] | None = None) -> Formula:
    """Read a formula. With `names`, constants and products such as `bc` are resolved at once.

    Raises FormulaError, which says what is wrong, where, and what to write instead.

    >>> str(parse("2sin(x)cos(x)"))
    '2*sin(x)*cos(x)'
    >>> str(parse("3(a+bc)", names=["a", "b", "c"]))
    '3*(a + b*c)'
    """
    tape, notes = read(text)
    if names is None:
        return Formula(text, tape, notes)
    tape, more = resolve(tape, names, text)
    return Formula(text, tape, [*notes, *more])


def number(text: str) -> float:
    """The value of a formula without variables, such as pi/4, -1e-3 or inf."""
    special = {"inf": float("inf"), "-inf": float("-inf"), "+inf": float("inf"), "nan": float("nan")}
    if text.strip().lower() in special:
        return special[text.strip().lower()]
    formula = parse(text)
    if re.search(r"[;\n]|(?<![=<>!])=(?!=)", text):
        hint = say("write a number, or a formula such as pi/4")
        raise Source(text).refuse("E032", say("a value is not a program"), (0, len(text)), hint)
    if formula.variables:
        message = say("'{name}' has no value here", name=formula.variables[0])
        hint = say("a value is a number, or a formula such as pi/4")
        raise Source(text).refuse("E032", message, (0, len(text)), hint)
    return formula.at().value
