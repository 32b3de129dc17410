"""Fortran 2008: how it spells formulas, and a file of it."""

from __future__ import annotations

from collections.abc import Sequence

from autodiff.code.definitions import Definition, define
from autodiff.code.fortran_file import LOOK, SELF_TEST, enclosed, exported
from autodiff.code.identifiers import Naming
from autodiff.code.lower import Dialect, Lowered, lower
from autodiff.code.spelling import numeral
from autodiff.code.target import Target
from autodiff.passes.evaluate import function
from autodiff.tape import Apply, Const, Node, Tape
from autodiff.writing.styles import ATOM, CONSTANT, Shape, Sign, Style

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
    return numeral(number.value, "nan", "infinity", lambda value: f"{value!r}_dp")


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
    native=STYLE.rows,
    guarded=frozenset({"pow", "mod", "hypot"}),
    easy=frozenset({"pow"}),
    definitions={row.op: row for row in _OWN},
)


def _lowered(tape: Tape, dialect: Dialect, needs: Sequence[int] = ()) -> Lowered:
    """As `lower`; whole exponents are integers, and numbers that compilers refuse to compute are written as they are."""
    nodes, values = list(tape.nodes), dict[int, float]()
    for i, node in enumerate(tape.nodes):
        if isinstance(node, Const):
            values[i] = node.value
        elif isinstance(node, Apply) and all(j in values for j in node.args):
            known = [values[j] for j in node.args]
            values[i] = function(node.op)(*known)
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


TARGET = Target(
    "Fortran",
    DIALECT,
    Naming(WORDS, r"[A-Za-z]\w*", longest=63, ascii=True, folded=True),
    LOOK,
    exported,
    SELF_TEST,
    enclosed,
    lower=_lowered,
    room=84,
)
