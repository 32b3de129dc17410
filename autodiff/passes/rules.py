"""The formulas of the table as tapes, each parsed on its first use and never at import."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, reduce
from typing import Any

from autodiff.numbers.algebra import FLOATS, Algebra
from autodiff.passes.closures import PATIENCE, Warm, Written, bound, spelled_out, write
from autodiff.passes.evaluate import evaluate
from autodiff.primitives import TABLE, Point, Primitive
from autodiff.reading.parser import read
from autodiff.reading.resolve import resolve
from autodiff.tape import Apply, Const, Tape, Var

WORDS = ("out", "ties")  # what a formula of a row may use besides its parameters


def formula(op: str, text: str) -> Tape:
    """A formula of a row as a tape."""
    return resolve(read(text)[0], (*TABLE[op].names, *WORDS, *("y" for _ in TABLE[op].pair)))[0]


def condition(op: str, text: str) -> Tape:
    """A condition of a row as a tape that gives it."""
    tape = formula(op, f"if({text}, 1, 0)")
    chosen = tape.nodes[tape.output]
    assert isinstance(chosen, Apply)
    return Tape(tape.nodes[: chosen.args[0] + 1], chosen.args[0])


@cache
def partials(op: str, literal: bool, made_for: str = "doubles") -> tuple[Tape, ...]:
    """The partial derivatives of a row; `literal` where its last argument is a constant."""
    return tuple([formula(op, text) for text in texts(TABLE[op], literal, made_for)])


def texts(row: Primitive, literal: bool, made_for: str) -> tuple[str, ...]:
    """The partial derivatives as the table writes them for doubles and code, for paper, or for exact arithmetic."""
    if made_for in ("book", "pair") and (row.book or row.pair):
        return row.pair if made_for == "pair" else row.book or row.plain or row.partials
    plain = made_for in ("paper", "exact", "book")
    if literal and row.literal:
        return row.plain_literal if plain and row.plain_literal else row.literal
    return row.plain if plain and row.plain else row.partials


@cache
def domain(op: str) -> Tape | None:
    """The condition under which a row has a value; None where it always has one."""
    return condition(op, TABLE[op].domain) if TABLE[op].domain else None


@cache
def names(op: str) -> tuple[str, ...]:
    """The parameters of a row."""
    return tuple(TABLE[op].names)


@cache
def is_variadic(op: str) -> bool:
    """Whether a row takes two or more arguments."""
    return TABLE[op].variadic


@cache
def watch(op: str, wrt: str) -> tuple[Tape, tuple[Point, ...]] | None:
    """The special points of a row in all directions, or those of one parameter, and a tape that numbers the one met."""
    kept = [point for point in TABLE[op].points if point.wrt == wrt]
    text = "0"
    for number in range(len(kept), 0, -1):
        text = f"if({kept[number - 1].when}, {number}, {text})"
    return (formula(op, text), tuple(kept)) if kept else None


@cache
def uses_value(op: str) -> bool:
    """Whether the derivatives of a row need its own value."""
    return any("out" in tape.variables() for tape in partials(op, False, "exact"))


@cache
def shortcuts(op: str, literal: bool, made_for: str = "doubles") -> tuple[tuple[int, Any], ...]:
    """How to get each partial: (0, a constant), (1, the number of an argument), (2, the value itself), (3, a formula)."""
    return tuple([_shortcut(TABLE[op].names, tape) for tape in partials(op, literal, made_for)])


def _shortcut(names: Sequence[str], tape: Tape) -> tuple[int, Any]:
    node = tape.nodes[tape.output]
    if isinstance(node, Apply) and node.op == "copy":
        node = tape.nodes[node.args[0]]
    if isinstance(node, Const):
        return 0, node.value
    if isinstance(node, Var):
        return (2, None) if node.name == "out" else (1, names.index(node.name))
    return 3, tape


def local(op: str, args: Sequence[Any], out: Any, algebra: Algebra, literal: bool, wanted: Sequence[Any]) -> Sequence[Any]:
    """The derivatives of a primitive at these values, towards the arguments that are wanted; None is a structural zero.

    `literal` says that the last argument depends on no variable.
    """
    if hasattr(algebra, "rows"):
        found: Sequence[Any] = row(op, literal, tuple(map(bool, wanted)), algebra).of(*args, out)
        return found
    return derived(op, args, out, algebra, literal, wanted)


def row(op: str, literal: bool, wanted: tuple[bool, ...], algebra: Any) -> Warm:
    """The same as a function of the arguments and the value, which a number system keeps that decides every condition."""
    key = (op, literal, wanted)
    found: Warm | None = algebra.rows.get(key)
    if found is None:
        found = algebra.rows[key] = _choice(wanted, algebra) if op == "if" else _warm(op, literal, wanted, algebra)
    return found


def _choice(wanted: Sequence[bool], algebra: Algebra) -> Warm:
    one = algebra.lift(1.0)
    taken, other = (None, one if wanted[1] else None, None), (None, None, one if wanted[2] else None)
    return Warm(lambda condition, *_: taken if condition else other)


def _warm(op: str, literal: bool, wanted: tuple[bool, ...], algebra: Algebra) -> Warm:
    made_for, operators = algebra.formulas, spelled_out(algebra)
    if is_variadic(op):
        one = Warm(
            lambda x, out, ties: (_value(shortcuts(op, False, made_for)[0], (), {"x": x, "out": out, "ties": ties}, algebra),),
            lambda: bound(_written_for_one(op, made_for, operators), algebra),
        )
        return Warm(lambda *args: tuple(_variadic(op, lambda *known: one.of(*known)[0], args[:-1], args[-1], algebra, wanted)))
    is_simple = all(kind != 3 or not want for (kind, _), want in zip(shortcuts(op, literal, made_for), wanted))
    return Warm(
        lambda *args: tuple(derived(op, args[:-1], args[-1], algebra, literal, wanted)),
        lambda: bound(_written(op, literal, wanted, made_for, operators), algebra),
        PATIENCE * (8 if is_simple else 1),
    )


@cache
def _written(op: str, literal: bool, wanted: tuple[bool, ...], made_for: str, operators: frozenset[str]) -> Written:
    tapes = [tape if want else None for tape, want in zip(partials(op, literal, made_for), wanted)]
    return write(tapes, [*names(op), "out"], operators)


@cache
def _written_for_one(op: str, made_for: str, operators: frozenset[str]) -> Written:
    """The derivative of a variadic row towards one argument, and how many are equal to the value."""
    return write(partials(op, False, made_for), ["x", "out", "ties"], operators)


def derived(op: str, args: Sequence[Any], out: Any, algebra: Algebra, literal: bool, wanted: Sequence[Any]) -> list[Any]:
    """The derivatives of a primitive, read from the tapes of its row."""
    if op == "if":
        return [_branch(k, args[0], algebra) if want else None for k, want in enumerate(wanted)]
    pair = is_variadic(op) and len(args) == 2 and algebra.formulas == "book" and TABLE[op].pair
    ways = shortcuts(op, literal, "pair" if pair else algebra.formulas)
    if is_variadic(op) and not pair:
        return _variadic(
            op, lambda x, out, ties: _value(ways[0], args, {"x": x, "out": out, "ties": ties}, algebra), args, out, algebra, wanted
        )
    known = environment(op, args, out) if not pair else {"x": args[0], "y": args[1]}
    return [_value(way, args, known, algebra) if want else None for way, want in zip(ways, wanted)]


def _variadic(
    op: str, slope: Callable[[Any, Any, Any], Any], args: Sequence[Any], out: Any, algebra: Algebra, wanted: Sequence[Any]
) -> list[Any]:
    """One formula for every argument in turn."""
    equal = ties(args, out, algebra) if _counts_ties(op) else None
    unit = TABLE[op].unit if algebra.formulas == "doubles" or (algebra.formulas == "code" and TABLE[op].unit == "add") else ""
    slopes = [slope(x, out, equal) if want or unit else None for x, want in zip(args, wanted)]
    return [slope if want else None for slope, want in zip(_normalized(unit, slopes, algebra), wanted)] if unit else slopes


@cache
def _counts_ties(op: str) -> bool:
    """Whether the derivatives of a row need to know how many of its arguments are equal to its value."""
    return any("ties" in tape.variables() for tape in partials(op, False))


def _normalized(unit: str, slopes: list[Any], algebra: Algebra) -> list[Any]:
    """The slopes divided by what the primitive `unit` makes of them, which is 1 but for rounding."""
    moving = [slope for slope in slopes if slope is not None]
    if not moving:
        return slopes
    total = reduce(algebra.functions[unit], moving)
    if total != total:
        return slopes
    return [None if slope is None else algebra.functions["div"](slope, total) for slope in slopes]


def _value(way: tuple[int, Any], args: Sequence[Any], known: dict[str, Any], algebra: Algebra) -> Any:
    kind, what = way
    if kind == 1:
        return args[what]
    if kind == 0:
        return algebra.lift(what) if what else None
    if kind == 2:
        return known["out"]

    values = evaluate(what, known, algebra)
    return None if _is_zero(what, values, algebra) else values[what.output]


def _branch(k: int, condition: Any, algebra: Algebra) -> Any:
    """One for the branch of an `if` that is taken, a structural zero for the other."""
    if k == 0:
        return None
    one, holds = algebra.lift(1.0), algebra.truth(condition)
    if holds is None:
        zero = algebra.lift(0.0)
        return algebra.functions["if"](condition, *((one, zero) if k == 1 else (zero, one)))
    return one if holds is (k == 1) else None


def environment(op: str, args: Sequence[Any], out: Any) -> dict[str, Any]:
    """The values of the names that a formula of a row may use."""
    known = dict(zip(names(op), args))
    known["out"] = out
    return known


def ties(args: Sequence[Any], out: Any, algebra: Algebra) -> Any:
    """How many arguments are equal to the value."""
    functions, one, zero = algebra.functions, algebra.lift(1.0), algebra.lift(0.0)
    count = zero
    for arg in args:
        count = functions["add"](count, functions["if"](functions["eq"](arg, out), one, zero))
    return count


def _is_zero(tape: Tape, values: Sequence[Any], algebra: Algebra) -> bool:
    """Whether the formula came down to a literal 0."""
    node = tape.nodes[tape.output]
    while isinstance(node, Apply) and node.op in ("if", "copy"):
        if node.op == "copy":
            node = tape.nodes[node.args[0]]
            continue
        holds = algebra.truth(values[node.args[0]])
        if holds is None:
            return False
        node = tape.nodes[node.args[1 if holds else 2]]
    return isinstance(node, Const) and node.value == 0


def point(op: str, args: list[float], out: float, wrt: str = "") -> Point | None:
    """The special point of a primitive that these values meet: one for all directions, or for one parameter."""
    found = watch(op, wrt)
    if found is None:
        return None

    tape, kept = found
    known = {"out": out, "ties": args.count(out)} if is_variadic(op) else environment(op, args, out)
    number = int(evaluate(tape, known, FLOATS)[tape.output])
    return kept[number - 1] if number else None


def met(op: str, args: list[float], out: float, varies: Sequence[Any]) -> list[tuple[Point, int | None]]:
    """All special points that these values meet, each with the number of the argument it is about (None: all)."""
    found = [(point(op, args, out), None), *((point(op, args, out, names(op)[k]), k) for k in _directions(op) if varies[k])]
    return [(where, k) for where, k in found if where is not None]


@cache
def meets(op: str, varying: tuple[int, ...]) -> Warm | None:
    """Whether values meet a special point of a row, in all directions or in one that varies; None where it has no such point.

    It is a function of the arguments and the value, or of the value and its ties.
    """
    wrt = {"", *(names(op)[k] for k in varying)}
    conditions = [f"({point.when})" for point in TABLE[op].points if point.wrt in wrt]
    if not conditions:
        return None
    tape, params = condition(op, " or ".join(conditions)), ["out", "ties"] if is_variadic(op) else [*names(op), "out"]
    return Warm(
        lambda *args: (evaluate(tape, dict(zip(params, args)), FLOATS)[tape.output],),
        lambda: bound(write([tape], params, spelled_out(FLOATS)), FLOATS),
    )


def directions(op: str, varies: Sequence[Any]) -> tuple[int, ...]:
    """The varying parameters that have special points of their own."""
    return tuple([k for k in _directions(op) if varies[k]])


@cache
def _directions(op: str) -> tuple[int, ...]:
    """The parameters that have special points of their own."""
    return tuple([k for k, name in enumerate(TABLE[op].names) if watch(op, name) is not None])
