"""Julia without packages: how it spells formulas, and a file of it."""

from __future__ import annotations

from autodiff.code.definitions import define, definition
from autodiff.code.identifiers import Naming
from autodiff.code.lower import Dialect
from autodiff.code.program import Program, curvature, free
from autodiff.code.python import TOTAL
from autodiff.code.self_test import SelfTest, TestData, Words, own
from autodiff.code.source_file import body
from autodiff.code.spelling import CHOICE, SIGNS, numeral
from autodiff.code.target import Lines, Look, Target
from autodiff.tape import Const
from autodiff.writing.styles import ATOM, Sign, Style

_RESERVED = """abs abspath abstract acos acosh asin asinh atan atanh baremodule begin break catch cbrt ccall ceil cglobal const
continue cos cosh do else elseif end exit exp expm1 export false filter finally Float64 floor for function global hypot if import
in Inf isa isapprox isempty isequal let local log log10 log1p log2 macro max maximum min minimum missing mod module mutable
NamedTuple NaN new nothing outer primitive println PROGRAM_FILE public quote rem return round self_test sign sin sinc sinh sqrt
step struct tan tanh true try tuple type typeof undef union using values var where while ɛ"""
WORDS = frozenset(_RESERVED.split())
"""What the language reserves, what the file calls, names of Base that ours would hide, and a letter that it takes for another."""

_MATH = """sqrt cbrt exp expm1 log log2 log10 log1p sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh abs floor ceil
round hypot"""
_DOMAIN = "sqrt log log2 log10 log1p sin cos tan asin acos acosh atanh"
"""What raises an error outside its domain."""

_POWER = """
p = abs(x)^y
odd = abs(y) % 2
value = if(x > 0 or 1/x > 0, p, if(odd == 1, -p, if(odd == 0 or abs(y) == 1/0 or x == 0 or abs(x) == 1/0, p, 0/0)))
if(x != x or y != y, 0/0, if(abs(x) == 1 and abs(y) == 1/0, 1, value))
"""
_NAMES = {"max": "greatest", "min": "least", "sign": "signum", "step": "unit_step", "sinc": "cardinal_sine"}


def literal(number: Const) -> str:
    """A number in Julia: never an integer."""
    return numeral(number.value, "NaN", "Inf", repr)


STYLE = Style(
    signs={
        **SIGNS,
        "pow": Sign("^", 16, ATOM, ATOM),
    },
    calls={**{op: op for op in _MATH.split()}, "atan2": "atan"},
    shapes={"if": CHOICE},
    literal=literal,
    chained=frozenset({"or"}),
    whole=frozenset(_DOMAIN.split()),
)

DIALECT = Dialect(
    STYLE,
    native=STYLE.rows,
    guarded=frozenset({*_DOMAIN.split(), "pow", "mod", "hypot"}),
    definitions={
        **{row.op: row._replace(name=f"real_{row.op}") for row in TOTAL if row.op in _DOMAIN.split()},
        **{op: found._replace(name=name) for op, name in _NAMES.items() if (found := definition(op, 2, None))},
        "pow": define("pow", "real_pow", "x, y", _POWER, "x^y in the reals: NaN where Julia raises an error"),
    },
)

LOOK = Look(
    remark="#",
    opening="function {name}({params})",
    result="    return {text}",
    closing=("end",),
    indent="    ",
    gap="  ",
    width=92,
)


def _exported(program: Program) -> Lines:
    """The value alone, or a tuple of it and the derivatives by name."""
    names = ", ".join(program.params)
    about = ["Return the value.", "Return the value, and the derivatives by name."]
    about += ["Return the value, the derivatives by name, and the second derivatives, row by row."]
    return [
        '"""',
        f"    {program.name}({names})",
        "",
        about[program.order],
        '"""',
        f"function {program.name}({names})",
        *[f"    {name} = Float64({name})" for name in program.params],
        *body(program, LOOK),
        *_returned(program),
        "end",
    ]


def _keys(program: Program) -> list[str]:
    """What the derivatives are called."""
    names = dict(zip(program.variables, program.params))
    return [names[name] for name in program.wrt]


def _returned(program: Program) -> Lines:
    keys, order = _keys(program), program.order
    if not keys:
        return [f"    return {', '.join([program.value, *['NamedTuple()'] * order])}"]
    gradient, hessian = free(program, "gradient"), free(program, "hessian")
    lines = [f"    {gradient} = (", *[f"        {key} = {slope}," for key, slope in zip(keys, program.slopes)], "    )"]
    if order == 2:
        lines += [f"    {hessian} = ("]
        for i, key in enumerate(keys):
            row = [f"            {other} = {curvature(program, i, j)}," for j, other in enumerate(keys)]
            lines += [f"        {key} = (", *row, "        ),"]
        lines += ["    )"]
    return [*lines, f"    return {program.value}, {gradient}{f', {hessian}' if order == 2 else ''}"]


CHECK = """
# The numbers of a sample point that differ from the interpreter's.
function self_test()
    ‹results› = ‹f›(‹point›)
    ‹numbers› = [
        ‹checks›
    ]
    function ‹differ›((name, x, y))
        near = isapprox(x, y; rtol = ‹relative›, atol = ‹absolute›)
        return !(near || isequal(x + 0.0, y + 0.0))
    end
    return filter(‹differ›, ‹numbers›)
end
"""

MAIN = """
if abspath(PROGRAM_FILE) == @__FILE__
    ‹wrong› = self_test()
    for (name, x, y) in ‹wrong›
        println("$name is $x, not $y")
    end
    isempty(‹wrong›) && println("self-test: ok")
    exit(isempty(‹wrong›) ? 0 : 1)
end
"""


def _words(program: Program, data: TestData) -> Words:
    results = [data.names[name] for name in ("value", "gradient", "hessian")]
    return {
        "results": ", ".join(results[: program.order + 1]),
        "point": ", ".join(data.point),
        "checks": [f"({', '.join(check.texts)})," for check in data.checks],
    }


SELF_TEST = SelfTest(
    (CHECK, MAIN),
    number=lambda value: numeral(value, "NaN", "Inf"),
    names=own("numbers", "differ", "wrong", "value", "gradient", "hessian"),
    words=_words,
    value="‹value›",
    slope="‹gradient›.‹p›",
    curvature="‹hessian›.‹p›.‹q›",
)

TARGET = Target("Julia", DIALECT, Naming(WORDS, r"(?!_+$)\w+"), LOOK, _exported, SELF_TEST)
