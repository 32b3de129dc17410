"""Fortran 2008: how it spells formulas, and a file of it."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from textwrap import wrap

from autodiff import ieee
from autodiff.code.definitions import Definition, define
from autodiff.code.layout import CLOSE, body, curvature, noise, special, wanted
from autodiff.code.lines import Line
from autodiff.code.lower import Dialect, Lowered, lower
from autodiff.code.program import Program, Sample, Step
from autodiff.code.target import Lines, Look, Target
from autodiff.names import unused
from autodiff.styles import ATOM, CONSTANT, Shape, Sign, Style
from autodiff.tape import Apply, Const, Node, Tape

_RESERVED = """abs acos acosh asin asinh assign associate atan atan2 atanh backspace block c_double call case character class
close common complex contains continue cos cosh critical cycle data deallocate default dimension do double dp elemental else
elseif end enddo endif entry enum equivalence erf erfc error exit exp exponent external final floor forall format function gamma
go goto hypot ieee_positive_inf ieee_quiet_nan ieee_rint ieee_value if implicit import infinity inquire int int64 integer intent
interface intrinsic kind log log10 log_gamma logical max merge min mod module modulo namelist nan none nullify only open operator
optional parameter pause pointer precision print private procedure program protected public pure read real real64 recursive result
return rewind save select sequence sign sin sinh sqrt stop subroutine tan tanh target then tiny transfer type use volatile wait
where while write"""
WORDS = frozenset(_RESERVED.split())

_MATH = "sqrt exp log log10 sin cos tan asin acos atan atan2 sinh cosh tanh asinh acosh atanh abs erf erfc gamma hypot mod"
_WHOLE = {f"pow {n}": str(n) if n > 0 else f"({n})" for n in (-4, -3, -2, -1, 3, 4)}
"""Exponents that are written as integers; greater ones are more exact as real numbers."""


def literal(number: Const) -> str:
    """A number in double precision."""
    text = {"inf": "infinity", "-inf": "-infinity", "nan": "nan"}.get(number.text)
    return text or f"{number.value!r}_dp"


STYLE = Style(
    signs={
        "or": Sign(" .or. ", 1, 1, 2),
        "and": Sign(" .and. ", 2, 2, 3),
        "not": Sign(".not. ", 3, 0, ATOM),
        "eq": Sign(" == ", 4, 5, 5),
        "ne": Sign(" /= ", 4, 5, 5),
        "lt": Sign(" < ", 4, 5, 5),
        "le": Sign(" <= ", 4, 5, 5),
        "gt": Sign(" > ", 4, 5, 5),
        "ge": Sign(" >= ", 4, 5, 5),
        "add": Sign(" + ", 8, 8, 10),
        "sub": Sign(" - ", 8, 8, 10),
        "neg": Sign("-", 9, 0, 10),
        "mul": Sign(" * ", 10, 10, 11),
        "div": Sign(" / ", 10, 10, 11),
        "pow": Sign("**", 12, CONSTANT, CONSTANT),
    },
    calls={**{op: op for op in _MATH.split()}, "lgamma": "log_gamma", "round": "ieee_rint"},
    shapes={
        "if": Shape(ATOM, ("merge(", (1, 0), ", ", (2, 0), ", ", (0, 0), ")")),
        **{op: Shape(12, ((0, CONSTANT), f"**{text}")) for op, text in _WHOLE.items()},
    },
    literal=literal,
)

_C = """
  interface
    pure real(c_double) function NAME(x) bind(c, name="{op}")
      import :: c_double
      real(c_double), value :: x
    end function
  end interface
"""
_CUBE_ROOT = """
z = abs(x)
r = z^0.3333333333333333
s = if(z == 0 or z == 1/0, z, r - (r - z/(r*r))/3)
if(x < 0, -s, if(z == 0, x, s))
"""
_OWN = (
    *(Definition(op, op, (), "", f"{op} of C's library", raw=_C.format(op=op).strip("\n")) for op in ("expm1", "log1p")),
    define("cbrt", "cube_root", "x", _CUBE_ROOT, "one step of Newton's method"),
)

DIALECT = Dialect(
    STYLE,
    native=frozenset([*STYLE.signs, *STYLE.calls, *STYLE.shapes, "copy"]),
    guarded=frozenset({"pow", "mod", "hypot"}),
    easy=frozenset({"pow"}),
    definitions={row.op: row for row in _OWN},
)


def _declared(params: Sequence[str], steps: Sequence[Step | Line]) -> Lines:
    """What a function declares."""
    kinds = [
        ("real(dp), intent(in)", params),
        ("real(dp)", [step.name for step in steps if not step.truth]),
        ("logical", [step.name for step in steps if step.truth]),
    ]
    lines = [(kind, line) for kind, names in kinds for line in wrap(", ".join(names), 76, break_long_words=False)]
    return [f"    {kind} :: {line.removesuffix(',')}" for kind, line in lines]


LOOK = Look(
    remark="!",
    heading=lambda lines: [f"! {line}".rstrip() for line in lines],
    preamble=(),
    let="{name} = {text}",
    test="{name} = {text}",
    opening="  pure real(dp) function {name}({params})",
    parameter="{name}",
    result="    {name} = {text}",
    closing=("  end function",),
    indent="    ",
    width=100,
    aligned=True,
    declared=_declared,
)


def _lowered(tape: Tape, dialect: Dialect, needs: Sequence[int] = ()) -> Lowered:
    """As `lower`; whole exponents are integers, and numbers that compilers refuse to compute are written as they are."""
    nodes, values = list(tape.nodes), dict[int, float]()
    for i, node in enumerate(tape.nodes):
        if isinstance(node, Const):
            values[i] = node.value
        elif isinstance(node, Apply) and all(j in values for j in node.args):
            known = [values[j] for j in node.args]
            values[i] = ieee.FUNCTIONS[node.op](*known)
            nodes[i] = _computed(node, values[i], known)
        elif isinstance(node, Apply):
            nodes[i] = _power(node, tape)
    return lower(Tape(nodes, tape.output), dialect, needs)


def _power(node: Apply, tape: Tape) -> Apply:
    """A power whose exponent is a small integer."""
    last = tape.nodes[node.args[-1]]
    op = f"pow {last.value:.17g}" if isinstance(last, Const) else ""
    return Apply(op, node.args[:1], node.span) if node.op == "pow" and op in _WHOLE else node


def _computed(node: Apply, value: float, known: Sequence[float]) -> Node:
    """A number, as it is where to compute it is an error: it, or what it is made of, is too great, too small or none."""
    harmless = all(1e-300 < abs(x) < 1e300 for x in (value, *known)) and not (node.op == "pow" and known[0] < 0)
    return node if isinstance(value, bool) or harmless else Const(value, "nan" if value != value else str(value), node.span)


def _free(program: Program, *names: str) -> str:
    """The first of some names that the program does not use."""
    owned = [program.name, *program.params, *(step.name for step in [*program.forward, *program.backward])]
    return next(unused(names, {name.casefold() for name in owned}, names[0]))


def _dummies(program: Program) -> list[str]:
    """What the arguments of the function are called."""
    x = _free(program, "x", "point")
    return [x, *[_free(program, *names) for names in (("value", "found"), ("grad", "gradient"), ("hess", "hessian"))]]


def _module(program: Program) -> str:
    return _free(program, f"{program.name[:56]}_module")


def _exported(program: Program) -> Lines:
    """The value alone, or a subroutine for the value, the gradient and the Hessian."""
    x, value, grad, hess = _dummies(program)
    outputs, n = [value, grad, hess][: program.order + 1], len(program.wrt)
    sizes = [value, f"{grad}({n})", f"{hess}({n}, {n})"][: program.order + 1]
    opening = f"subroutine {program.name}({', '.join([x, *outputs])})"
    about = [f"{x}: {', '.join(program.variables) or 'nothing'}"]
    about += [f"{grad}: the derivatives towards {', '.join(program.wrt)}"] if program.order > 0 else []
    about += [f"{hess}: the second derivatives"] if program.order == 2 else []
    return [
        *[f"  ! {line}" for text in about for line in wrap(text, 94, break_long_words=False)],
        f"  pure {opening if program.order else f'function {program.name}({x}) result({value})'}",
        f"    real(dp), intent(in) :: {x}({len(program.params)})",
        f"    real(dp){', intent(out)' if program.order else ''} :: {', '.join(sizes)}",
        *_declared([], [Line(0, name, "", False) for name in program.params]),
        *_declared([], [*program.forward, *program.backward]),
        *([] if program.params else [f"    associate (unused => {x})", "    end associate"]),
        *[f"    {name} = {x}({k})" for k, name in enumerate(program.params, 1)],
        *body(program, LOOK),
        f"    {value} = {program.value}",
        *[f"    {grad}({k}) = {slope}" for k, slope in enumerate(program.slopes, 1)],
        *_second(program, hess),
        *[f"    {name} = 0" for name in outputs[1:] if not n],
        f"  end {'subroutine' if program.order else 'function'}",
    ]


def _second(program: Program, hess: str) -> Lines:
    """Columns stand one after the other, and the matrix is symmetric."""
    n = len(program.curvatures)
    places = [(i, j) for j in range(n) for i in range(n)]
    return [
        f"    {hess}({i + 1}, {j + 1}) = " + (curvature(program, i, j) if i >= j else f"{hess}({j + 1}, {i + 1})")
        for i, j in places
    ]


def _enclosed(program: Program, functions: Sequence[Lines]) -> list[Lines]:
    """The functions in a module of their own."""
    text, module = "\n".join(line for function in functions for line in function), _module(program)
    bits = {"nan": "9221120237041090560", "infinity": "9218868437227405312"}
    constants = [
        f"  real(dp), parameter :: {name} = transfer({number}_int64, 1.0_dp)"
        for name, number in bits.items()
        if re.search(rf"\b{name}\b", text)
    ]
    head = [
        f"module {module}",
        f"  use, intrinsic :: iso_fortran_env, only: dp => real64{', int64' if constants else ''}",
        *(["  use, intrinsic :: ieee_arithmetic, only: ieee_rint"] if "ieee_rint(" in text else []),
        *(["  use, intrinsic :: iso_c_binding, only: c_double"] if "c_double" in text else []),
        "  implicit none",
        "  private",
        f"  public :: {program.name}",
        *constants,
    ]
    outer = [function for function in functions if "  interface" in function]
    inner = [continued(function) for function in functions if function not in outer]
    return [[*head, *[line for function in outer for line in function], "contains"], *inner, [f"end module {module}"]]


def continued(lines: Sequence[str]) -> Lines:
    """Long lines go on in the next ones."""
    found = list[str]()
    for line in lines:
        if len(line) <= LOOK.width or line.lstrip().startswith("!"):
            found.append(line)
            continue
        indent = " " * (len(line) - len(line.lstrip()) + 4)
        parts = wrap(line.lstrip(), LOOK.width - len(indent) - 2, break_long_words=False, break_on_hyphens=False)
        found += [f"{indent if k else indent[4:]}{part}{' &' if k < len(parts) - 1 else ''}" for k, part in enumerate(parts)]
    return found


def _self_test(program: Program, sample: Sample) -> list[Lines]:
    """The numbers of the sample point; the program ends with 1 where they differ from those of the interpreter."""
    x, value, grad, hess = _dummies(program)
    n, order = len(program.wrt), program.order
    check, wrong = _free(program, "check"), _free(program, "wrong")
    sizes = [f"{x}({len(program.params)})", value, f"{grad}({n})", f"{hess}({n}, {n})"][: order + 2]
    places = [value, *[f"{grad}({k + 1})" for k in range(n) if order]]
    places += [f"{hess}({i + 1}, {j + 1})" for i in range(n) for j in range(n) if order == 2]
    found = wanted(program, sample)
    numbers = [_number(y) for y in [*(sample.point[name] for name in program.variables), *(y for _, y in found)]]
    call = f"call {program.name}({', '.join([x, value, grad, hess][: order + 2])})"
    lines = [
        "! Whether the numbers of a sample point are those of the interpreter; the exit code is 0 or 1.",
        f"program {_free(program, f'test_{program.name[:56]}')}",
        "  use, intrinsic :: iso_fortran_env, only: dp => real64, error_unit",
        *(
            ["  use, intrinsic :: ieee_arithmetic, only: ieee_value, ieee_quiet_nan, ieee_positive_inf"]
            if any("ieee" in text for text in numbers)
            else []
        ),
        f"  use {_module(program)}, only: {program.name}",
        "  implicit none",
        f"  real(dp) :: {', '.join(sizes)}",
        f"  logical :: {wrong} = .false.",
        *[f"  {x}({k}) = {number}" for k, number in enumerate(numbers[: len(program.params)], 1)],
        f"  {call if order else f'{value} = {program.name}({x})'}",
        *[
            f'  call {check}("{name[:60]}", {at}, {number})'
            for (name, _), at, number in zip(found, places, numbers[len(program.params) :])
        ],
        f"  if ({wrong}) stop 1",
        '  print "(a)", "self-test: ok"',
        "contains",
        f"  subroutine {check}(name, a, b)",
        "    character(*), intent(in) :: name",
        "    real(dp), intent(in) :: a, b",
        "    if (a == b .or. (a /= a .and. b /= b)) return",
        f"    if (abs(a - b) <= {CLOSE}_dp * max(abs(a), abs(b)) + {noise(program, sample)}_dp) return",
        '    write (error_unit, "(2a, g0.16, a, g0.16)") name, " is ", a, ", not ", b',
        f"    {wrong} = .true.",
        "  end subroutine",
        "end program",
    ]
    return [continued(lines)]


def _number(value: float) -> str:
    text = special(value, "ieee_value(1.0_dp, ieee_quiet_nan)", "ieee_value(1.0_dp, ieee_positive_inf)")
    return f"{text}_dp" if math.isfinite(value) else text


TARGET = Target(
    "Fortran", DIALECT, WORDS, LOOK, _exported, _self_test, room=84, ascii=True, folded=True, names=r"[A-Za-z]\w*",
    longest=63, lower=_lowered, enclosed=_enclosed,
)  # fmt: skip
