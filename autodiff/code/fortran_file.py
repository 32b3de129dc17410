"""A file of Fortran: a module with the function, and a program that checks it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from textwrap import wrap

from autodiff.code.program import Assignment, Program, Statement, curvature, free
from autodiff.code.self_test import SelfTest, TestData, Words
from autodiff.code.source_file import body
from autodiff.code.spelling import numeral, short
from autodiff.code.target import Lines, Look


def _declared(params: Sequence[str], steps: Sequence[Statement | Assignment]) -> Lines:
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
    opening="  pure real(dp) function {name}({params})",
    result="    {name} = {text}",
    closing=("  end function",),
    indent="    ",
    width=100,
    aligned=True,
    declared=_declared,
)


def _free(program: Program, *names: str) -> str:
    """The first of some names that the program does not use, in capitals or not."""
    return free(program, *names, fold=str.casefold)


def _arguments(program: Program) -> dict[str, str]:
    """What the arguments of the function are called."""
    wishes = ("x", "point"), ("value", "found"), ("grad", "gradient"), ("hess", "hessian")
    return {names[0]: _free(program, *names) for names in wishes}


def _module(program: Program) -> str:
    return _free(program, f"{program.name[:56]}_module")


def exported(program: Program) -> Lines:
    """The value alone, or a subroutine for the value, the gradient and the Hessian."""
    x, value, grad, hess = _arguments(program).values()
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
        *_declared([], [Assignment(0, name, "", False) for name in program.params]),
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


def enclosed(program: Program, functions: Sequence[Lines]) -> list[Lines]:
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
    inner = [_continued(function) for function in functions if function not in outer]
    return [[*head, *[line for function in outer for line in function], "contains"], *inner, [f"end module {module}"]]


def _continued(lines: Sequence[str]) -> Lines:
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


TEST = """
! Whether the numbers of a sample point are those of the interpreter; the exit code is 0 or 1.
program ‹test›
  use, intrinsic :: iso_fortran_env, only: dp => real64, error_unit
  ‹ieee›
  use ‹module›, only: ‹f›
  implicit none
  real(dp) :: ‹sizes›
  logical :: ‹wrong› = .false.
  ‹point›
  ‹call›
  ‹checks›
  if (‹wrong›) stop 1
  print "(a)", "self-test: ok"
contains
  subroutine ‹check›(name, a, b)
    character(*), intent(in) :: name
    real(dp), intent(in) :: a, b
    if (a == b .or. (a /= a .and. b /= b)) return
    if (abs(a - b) <= ‹relative›_dp * max(abs(a), abs(b)) + ‹absolute›_dp) return
    write (error_unit, "(2a, g0.16, a, g0.16)") name, " is ", a, ", not ", b
    ‹wrong› = .true.
  end subroutine
end program
"""


def _names(program: Program) -> dict[str, str]:
    others = {"module": _module(program), "test": _free(program, f"test_{program.name[:56]}")}
    return {**_arguments(program), **others, **{name: _free(program, name) for name in ("check", "wrong")}}


def _words(program: Program, data: TestData) -> Words:
    arguments = [data.names[name] for name in ("x", "value", "grad", "hess")][: program.order + 2]
    x, value, n = *arguments[:2], len(program.wrt)
    sizes = f"({len(program.params)})", "", f"({n})", f"({n}, {n})"
    numbers = " ".join([*data.point, *(check.wanted for check in data.checks)])
    needed = sorted(set(re.findall(r"ieee_\w+", numbers)))
    return {
        "ieee": [f"use, intrinsic :: ieee_arithmetic, only: {', '.join(needed)}"] if needed else [],
        "sizes": ", ".join(f"{name}{size}" for name, size in zip(arguments, sizes)),
        "point": [f"{x}({k}) = {number}" for k, number in enumerate(data.point, 1)],
        "call": f"call {program.name}({', '.join(arguments)})" if program.order else f"{value} = {program.name}({x})",
        "checks": [f'call {data.names["check"]}("{name[:60]}", {place}, {wanted})' for name, place, wanted in data.checks],
    }


SELF_TEST = SelfTest(
    (TEST,),
    number=lambda value: numeral(
        value, "ieee_value(1.0_dp, ieee_quiet_nan)", "ieee_value(1.0_dp, ieee_positive_inf)", lambda x: f"{short(x)}_dp"
    ),
    names=_names,
    words=_words,
    value="‹value›",
    slope="‹grad›(‹i›)",
    curvature="‹hess›(‹i›, ‹j›)",
    first=1,
    fitted=_continued,
)
