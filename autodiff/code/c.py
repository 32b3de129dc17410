"""C99: how it spells formulas, and a file of it."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import wrap

from autodiff.code.identifiers import Naming
from autodiff.code.program import Program, curvature, free
from autodiff.code.self_test import Check, SelfTest, TestData, Words, own
from autodiff.code.source_file import body
from autodiff.code.spelling import CHOICE, SIGNS, dialect, numeral
from autodiff.code.target import Look, Target
from autodiff.tape import Const
from autodiff.writing.styles import Style

_RESERVED = """auto break case char const continue default do double else enum extern float for goto if inline int long register
restrict return short signed sizeof static struct switch typedef union unsigned void volatile while main errno math_errhandling
acos acosh asin asinh atan atan2 atanh cbrt ceil copysign cos cosh erf erfc exp exp2 expm1 fabs fdim floor fma fmax fmin fmod
frexp hypot ilogb ldexp lgamma llrint llround log log10 log1p log2 logb lrint lround modf nan nearbyint nextafter nexttoward pow
remainder remquo rint round scalbln scalbn sin sinh sqrt tan tanh tgamma trunc j0 j1 jn y0 y1 yn gamma drem significand exp10
pow10 scalb signgam isnan isinf isfinite printf fprintf puts stdin stdout stderr abs div labs ldiv index rindex
and bitand bitor catch class compl concept delete explicit export friend mutable namespace new noexcept not operator or private
protected public template this throw try typeid typename using virtual xor decltype
asm typeof unix linux near far bool true false alignas alignof nullptr constexpr thread_local static_assert
NAN INFINITY NULL HUGE_VAL HUGE_VALF HUGE_VALL FP_INFINITE FP_NAN FP_NORMAL FP_SUBNORMAL FP_ZERO FP_ILOGB0 FP_ILOGBNAN FP_FAST_FMA
MATH_ERRNO MATH_ERREXCEPT M_E M_LOG2E M_LOG10E M_LN2 M_LN10 M_PI M_PI_2 M_PI_4 M_1_PI M_2_PI M_2_SQRTPI M_SQRT2 M_SQRT1_2
fpclassify isfinite isnormal signbit isgreater isgreaterequal isless islessequal islessgreater isunordered
EOF BUFSIZ FILENAME_MAX FOPEN_MAX L_tmpnam SEEK_CUR SEEK_END SEEK_SET TMP_MAX"""
WORDS = frozenset(_RESERVED.split())

_MATH = """sqrt cbrt exp expm1 log log2 log10 log1p sin cos tan asin acos atan atan2 sinh cosh tanh asinh acosh atanh floor ceil
hypot pow erf erfc lgamma"""


def literal(number: Const) -> str:
    """A number in C: never an integer."""
    return numeral(number.value, "NAN", "INFINITY", repr)


STYLE = Style(
    signs={op: sign for op, sign in SIGNS.items() if op != "mod"},
    calls={**{op: op for op in _MATH.split()}, "abs": "fabs", "round": "rint", "gamma": "tgamma", "mod": "fmod"},
    shapes={"if": CHOICE},
    literal=literal,
    chained=frozenset({"or"}),
)

DIALECT = dialect(STYLE)


MOST = 40  # letters of a name in the self-test

LOOK = Look(
    remark="//",
    heading=lambda lines: ["/*", *[f" * {line}".rstrip() for line in lines], " */"],
    preamble=("#include <math.h>",),
    let="const double {name} = {text};",
    test="const int {name} = {text};",
    opening="static double {name}({params}) {{",
    parameter="double {name}",
    result="  return {text};",
    closing=("}",),
    hang="      ",
    aligned=True,
)


def _arguments(program: Program) -> dict[str, str]:
    """The names of the three arrays, none of which the formula uses."""
    return {names[0]: free(program, *names) for names in (("x", "args"), ("grad", "gradient"), ("hess", "hessian"))}


def _exported(program: Program) -> list[str]:
    x, grad, hess = _arguments(program).values()
    outputs = [grad] if program.order > 0 else []
    outputs += [hess] if program.order == 2 else []
    params = [f"const double *{x}", *[f"double *{name}" for name in outputs]]
    about = [f"{x}: {', '.join(program.variables) or 'nothing'}"]
    about += [f"{grad}: the derivatives towards {', '.join(program.wrt) or 'nothing'}"] if program.order > 0 else []
    about += [f"{hess}: the second derivatives, row by row"] if program.order == 2 else []
    return [
        *[f"// {line}" for text in about for line in wrap(text, LOOK.width - 3, break_long_words=False)],
        f"double {program.name}({', '.join(params)}) {{",
        *([] if program.params else [f"  (void){x};"]),
        *([] if program.wrt else [f"  (void){name};" for name in outputs]),
        *[f"  const double {name} = {x}[{k}];" for k, name in enumerate(program.params)],
        *body(program, LOOK),
        *[f"  {grad}[{k}] = {slope};" for k, slope in enumerate(program.slopes)],
        *_second(program, hess),
        f"  return {program.value};",
        "}",
    ]


def _second(program: Program, hess: str) -> list[str]:
    n = len(program.curvatures)
    lines = []
    for i in range(n):
        for j in range(n):
            text = curvature(program, i, j) if i <= j else f"{hess}[{j * n + i}]"
            lines.append(f"  {hess}[{i * n + j}] = {text};")
    return lines


TEST = r"""
#ifndef AUTODIFF_NO_MAIN
#include <stdio.h>

// 1 where a number is not that of the interpreter
static int ‹differs›(const char *name, double a, double b) {
  const double noise = ‹relative› * fmax(fabs(a), fabs(b)) + ‹absolute›;
  if (a == b || (a != a && b != b) || fabs(a - b) <= noise)
    return 0;
  fprintf(stderr, "%s is %.17g, not %.17g\n", name, a, b);
  return 1;
}

// The exit code is 1 where the numbers of a sample point differ.
int main(void) {
  double ‹sizes›;
  int ‹wrong› = 0;
  ‹point›
  const double ‹value› = ‹f›(‹arrays›);
  ‹checks›
  if (!‹wrong›)
    puts("self-test: ok");
  return ‹wrong›;
}
#endif
"""


def _words(program: Program, data: TestData) -> Words:
    arrays = [data.names[name] for name in ("x", "grad", "hess")][: program.order + 1]
    m = len(program.wrt)
    return {
        "sizes": ", ".join(f"{name}[{max(1, size)}]" for name, size in zip(arrays, (len(program.params), m, m * m))),
        "arrays": ", ".join(arrays),
        "point": [f"{data.names['x']}[{k}] = {number};" for k, number in enumerate(data.point or ["0.0"])],
        "checks": [line for check in data.checks for line in _checked(check, data.names)],
    }


def _checked(check: Check, names: Mapping[str, str]) -> list[str]:
    """A comparison, in as few lines as it needs."""
    start, first, last = f"{names['wrong']} |=", f'{names["differs"]}("{check.name[:MOST]}", {check.place},', f"{check.wanted});"
    below = " " * (len(start) + first.index("(") + 2)
    forms = [f"{start} {first} {last}"], [start, f"    {first} {last}"], [f"{start} {first}", below + last]
    return next(lines for lines in forms if max(map(len, lines)) <= LOOK.width - 2)


SELF_TEST = SelfTest(
    (TEST,),
    number=lambda value: numeral(value, "NAN", "INFINITY"),
    names=lambda program: {**_arguments(program), **own("value", "wrong", "differs")(program)},
    words=_words,
    value="‹value›",
    slope="‹grad›[‹i›]",
    curvature="‹hess›[‹k›]",
)

TARGET = Target("C", DIALECT, Naming(WORDS, r"(?!_[_A-Z])\w+", ascii=True), LOOK, _exported, SELF_TEST, room=56)
