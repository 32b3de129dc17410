"""A parsed formula: what it is made of, and what can be asked of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from autodiff.errors import AutodiffError, FormulaError, either, listed, listed_steps, suggestion
from autodiff.messages import say, spoken
from autodiff.point.evaluation import Prepared
from autodiff.point.worksheet import Worksheet, steps_called
from autodiff.primitives import CONSTANTS, FUNCTIONS
from autodiff.reading.parser import better_said, read
from autodiff.reading.resolve import resolve
from autodiff.reading.source import Source
from autodiff.tape import Span, Tape, Var
from autodiff.writing.formulas import reading

if TYPE_CHECKING:
    from autodiff.code.compiler import Compiled
    from autodiff.passes.columns import Columns
    from autodiff.passes.registers import Program


KEPT = 8
"""Choices of names with values, and of variables to differentiate by, for which a formula keeps what does not depend on a point."""


class Formula:
    """A parsed formula."""

    def __init__(self, text: str, tape: Tape, notes: Sequence[str] = ()) -> None:
        self.text, self.tape, self.notes = text, tape, list(notes)
        self._programs: dict[tuple[Any, ...], Program] = {}
        self._bound: dict[tuple[str, ...], tuple[Tape, tuple[str, ...], tuple[str, ...]]] = {}
        self._prepared: dict[tuple[Any, ...], Prepared] = {}

    def __getstate__(self) -> dict[str, Any]:
        """Without what is kept for the next point."""
        return {**self.__dict__, "_bound": {}, "_prepared": {}}

    @cached_property
    def variables(self) -> tuple[str, ...]:
        """The free names, in order of first appearance; constants are left out."""
        return tuple(name for name in self.tape.variables() if name not in CONSTANTS)

    def __str__(self) -> str:
        return reading(resolve(self.tape, self.variables)[0])

    def __repr__(self) -> str:
        return f"Formula({self.text!r})"

    @cached_property
    def names(self) -> set[str]:
        """The names whose value may matter: the free ones, and the letters of those that may be products."""
        free = self.tape.variables()
        return {*free, *(letter for name in free if name.isalpha() for letter in name)}

    def at(self, /, **values: float) -> Worksheet:
        """The worksheet at a point.

        Raises FormulaError where a value is missing, and AutodiffError where one is superfluous or no real number.
        """
        return self.worksheet(values)

    def worksheet(self, values: Mapping[str, float], wrt: Sequence[str] | None = None, surplus: Collection[str] = ()) -> Worksheet:
        """As `at`, for a mapping; `wrt` limits the derivatives to some variables, and to steps by the names that they are shown
        with, each of which is taken as free. The names in `surplus` need not occur.
        """
        tape, used, notes = self.bind(values, None, surplus)
        point = {name: _real(name, values[name]) for name in used}
        wrt = used if wrt is None else wrt
        if others := [name for name in wrt if name not in point]:
            known = steps_called(tape, point)
            self.refuse_unknown(others, used, sorted(known, key=known.__getitem__))
            prepared = Prepared(tape, wrt, {name: known[name] for name in others})
        else:
            prepared = _kept(self._prepared, (spoken(), frozenset(values), *wrt), lambda: Prepared(tape, wrt))
        return Worksheet(prepared, point, self.text, notes)

    def columns(self, /, **arrays: Any) -> Columns:
        """The value and the gradient at many points: NumPy arrays and numbers, broadcast to one shape. They are plain IEEE:
        what leaves the range of doubles on the way does not come back, as it does in `at`; the member `strays` tells where.

        Raises FormulaError as `at` does, and AutodiffError for arrays that do not go together, or where NumPy is missing.
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
        """
        from autodiff.code.rows import engine as chosen
        from autodiff.passes.columns import columns

        key = frozenset(arrays), None if wrt is None else tuple(wrt), hessian
        program = _kept(self._programs, key, lambda: self._program(arrays, wrt, hessian))
        prepared: list[Prepared] = []

        def strays_at(point: Mapping[str, float]) -> bool:
            if not prepared:
                prepared.append(Prepared(*self.bind(arrays)[:2]))
            return prepared[0].at(point).strays

        return columns(program, arrays, strays_at, lambda work: chosen(engine, work), dtype)

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
        tape, used, notes = _kept(self._bound, (spoken(), *values), lambda: self._resolved(values))
        self._check(values, used, surplus)
        self.refuse_unknown(wrt or (), used)
        return tape, used if wrt is None else wrt, [*self.notes, *notes]

    def _resolved(self, values: Collection[str]) -> tuple[Tape, tuple[str, ...], tuple[str, ...]]:
        tape, notes = resolve(self.tape, values, self.text)
        return tape, tape.variables(), tuple(notes)

    def unvalued(self, wrt: Sequence[str]) -> tuple[Tape, list[str]]:
        """The tape where nothing has a value, and the notes; `wrt` are variables to differentiate with respect to.

        Raises FormulaError where letters run together may be one name or a product, AutodiffError for an unknown variable.
        """
        tape, notes = resolve(self.tape, (), self.text, wrt, valued=False)
        used = tape.variables()
        if not set(wrt).issubset(used):
            from autodiff.point.free import refuse_named

            self._refuse_together(tape, next(name for name in wrt if name not in used))
            refuse_named(tape, wrt)
            self.refuse_unknown(wrt, used)
        return tape, [*self.notes, *notes, *self._together(tape, wrt, notes)]

    def _together(self, tape: Tape, wrt: Collection[str], told: Collection[str]) -> list[str]:
        """A note for every name that looks like a product, or like a function and what it is taken of."""
        found: list[str] = []
        for node in tape.nodes:
            if not isinstance(node, Var) or len(node.name) < 2 or node.name in wrt:
                continue
            name = node.name
            if rewrites := self._apart(name, node.span, ())[0]:
                found.append(say("{name} is one name; for the function write {spelling}", name=name, spelling=either(rewrites)))
            elif (product := _product_of(name)) and not any(note.startswith(f"{name} ") for note in told):
                found.append(say("{name} is one name; for the product write {spelling}", name=name, spelling=product))
        return found

    def _refuse_together(self, tape: Tape, wanted: str) -> None:
        """Raise an error where a variable stands in another name, as x in sinx, or in a spelling of elsewhere, as in dy/dx."""
        message = say("'{name}' is no variable of the formula", name=wanted)
        for node in tape.nodes:
            rewrites, end = self._apart(node.name, node.span, [wanted]) if isinstance(node, Var) else ((), 0)
            if isinstance(node, Var) and not rewrites and wanted in (product := _product_of(node.name)).split("*"):
                rewrites, end = self._in_place(node.name, node.span, product), node.span[1]
            if rewrites:
                raise better_said(self.text, Source(self.text).refuse("E034", message, (node.span[0], end), "", rewrites))
        nothing = Source(self.text).refuse("E034", message, (0, len(self.text)), " ")
        better = better_said(self.text, nothing)
        if better is not nothing:
            raise better

    def _check(self, values: Mapping[str, float], used: Sequence[str], surplus: Collection[str]) -> None:
        known = frozenset(used)
        extra = [name for name in values if name not in known and name not in surplus]
        missing = [name for name in used if name not in values]
        if missing:
            raise self._missing(missing, extra, values)
        self.refuse_surplus(extra, used)

    def refuse_unknown(self, names: Iterable[str], used: Sequence[str], steps: Sequence[str] = ()) -> None:
        """Raise an error for the first of these names that is no variable, and none of these steps."""
        for name in names:
            if name in used or name in steps:
                continue
            near, hint = suggestion(name, [*used, *steps]), listed(used)
            if steps:
                hint = say("{one}; {other}", one=hint, other=listed_steps(steps))
            message = say("'{name}' is no variable of the formula", name=name)
            if steps:
                message = say("'{name}' is no variable of the formula, and no step", name=name)
            raise AutodiffError("E034", message, say("did you mean '{near}'?", near=near) if near else hint)

    def refuse_surplus(self, names: Iterable[str], used: Sequence[str]) -> None:
        """Raise an error for the first of these names that is not among those used."""
        known = frozenset(used)
        for name in names:
            if name in known:
                continue
            if name in ("σ", "sigma") and re.search(rf"{name}\s*\(", self.text):
                message = say("'{name}' is a variable here, and the sigmoid", name=name)
                hint = say("write {spelling}", spelling=f"sigmoid(x), {name}*(x)")
                raise AutodiffError("E014", message, hint)
            if name in self.tape.names.values():
                raise AutodiffError(
                    "E031",
                    say("'{name}' is assigned in the formula", name=name),
                    say("leave {name}=… out, or choose another name", name=name),
                )
            raise AutodiffError("E031", say("nothing in the formula uses '{name}'", name=name), listed(used))

    def _missing(self, missing: Sequence[str], extra: Sequence[str], values: Mapping[str, float]) -> FormulaError:
        from autodiff.reading import runs

        name = missing[0]
        span = next(node.span for node in self.tape.nodes if isinstance(node, Var) and node.name == name)
        given, asks = " ".join(f"{name}=…" for name in missing), True
        split: tuple[str, ...] = ()
        hint = say("add {given} after the formula", given=given)
        if name in FUNCTIONS:
            hint, asks = say("'{name}' is a function: write {name}(…)", name=name), False
        elif apart := runs.factors(name, values):
            hint, split = "", self._in_place(name, span, "*".join(apart))
        elif others := self._lacking(name, values):
            product, letters = "*".join(name), " ".join(f"{letter}=…" for letter in others)
            hint = say(
                "for the product {product} add {letters}, or add {given} after the formula",
                product=product, letters=letters, given=given,
            )  # fmt: skip
        elif name[:-1] in values and name[-1:].isdigit():
            hint = say(
                "for a power, quote the formula and write {power}; or add {given} after the formula",
                power=f"{name[:-1]}^{name[-1]}", given=given,
            )  # fmt: skip
        elif near := suggestion(name, extra):
            is_case = near.casefold() == name.casefold()
            hint, asks = say("did you mean '{near}'?", near=near), False
            if is_case:
                hint = say("{near} is given, the formula has {name}", near=near, name=name)
        rewrites, end = self._apart(name, span, values)
        rewrites = rewrites or split
        error = Source(self.text).refuse(
            "E030", say("no value for '{name}'", name=name), (span[0], end), "" if rewrites else hint, rewrites
        )
        error.missing = tuple(missing) if asks and not rewrites else ()
        return better_said(self.text, error)

    def _apart(self, name: str, span: Span, known: Collection[str]) -> tuple[tuple[str, ...], int]:
        """What a name may stand for that begins with a function, as sinx does, and where that ends."""
        if self.text[slice(*span)] != name or not any(function in name for function in FUNCTIONS):
            return (), span[1]
        from autodiff.reading.together import spellings

        return spellings(name, known, self.text, span[1])

    def _in_place(self, name: str, span: Span, product: str) -> tuple[str, ...]:
        """The spellings of a product in place of a name: in brackets too, where these change the meaning."""
        before, after = self.text[: span[0]].rstrip()[-1:], self.text[span[1] :].lstrip()[:1]
        is_part = before in tuple("/%^*") or after in tuple("^*²³")
        return (product, f"({product})") if is_part and name in self.tape.whole else (product,)

    def _lacking(self, name: str, values: Mapping[str, float]) -> list[str]:
        """The letters of a name that have no value, where at least half of them have one: it may be meant as a product."""
        letters = list(dict.fromkeys(name)) if len(name) > 1 and name.isalpha() else []
        lacking = [x for x in letters if x not in values and x not in CONSTANTS and x != "π"]
        known = [x for x in letters if x in values]
        return lacking if known and 2 * len(known) >= len(letters) else []

    def diff(self, wrt: str, order: int = 1) -> DerivedFormula:
        """The derivative with respect to one variable as a formula; with `order`, the derivative of that order.

        It is written to be read: `x^2*sin(x)` gives `2*x*sin(x) + x^2*cos(x)`. It holds wherever the derivative exists; where
        there is none, it may have a value, as 1/x, which is the derivative of log(x), has at -1.
        Raises AutodiffError for a name that is no variable of the formula (E034), an order below 1 (E042), and where a
        derivative of high order grows too large (E018).
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
        """
        return self.compiled(language, name, wrt, hessian, value_only, at, main).text

    def function(self, wrt: Sequence[str] | None = None) -> Callable[..., tuple[float, dict[str, float]]]:
        """A plain function of Python for many points: its arguments are the variables in order of first appearance, its result is
        the value and a dictionary of derivatives by variable. It is the code that `compile("python")` writes, made once.

        It leaves out what a worksheet has besides: statuses and their one-sided derivatives, notes, and steps; and what leaves the
        range of doubles on the way does not come back, as it does in `at`. It may differ from `at` in the last digits, as every
        generated program may. It cannot be sent to another process: send the formula.

        Raises AutodiffError for an unknown variable, and FormulaError for a function that such code cannot express.
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


def _product_of(name: str) -> str:
    """The product that a name looks like; or nothing."""
    from autodiff.reading.runs import product_of

    return product_of(name)


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
