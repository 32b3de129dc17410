"""The known mistakes: one row for each, the wrong tangent of a node written as a formula of our own language.

In a formula `x` and `y` are the arguments of the node, `dx` and `dy` their tangents, `out` its value, `p` and `q` its local
derivatives; right is `p*dx + q*dy`. A row belongs to the operations `ops` ("" is any with one argument) where the arguments in
`varies`, and no others, depend on the variable. Rows that come first are preferred where several explain a claim.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from autodiff.reading.parser import read
from autodiff.reading.resolve import resolve
from autodiff.tape import Tape

NAMES = ("x", "y", "dx", "dy", "out", "p", "q")
DEGREES = "degrees are taken for radians"


class Mistake(NamedTuple):
    """A wrong tangent; in what is said `{node}` is the formula of the node, and `{inner}` the derivative of its argument."""

    kind: str
    ops: str
    varies: str
    wrong: str
    said: str


# fmt: off
MISTAKES = (
    # a product or a quotient of two things that vary
    Mistake("product rule", "mul", "xy", "dx*dy", "it is taken as f'*g' at {node}; right is f'*g + f*g'"),
    Mistake("quotient rule", "div", "xy", "(x*dy - dx*y)/y^2", "its two terms are swapped at {node}; right is (f'*g - f*g')/g^2"),
    Mistake("quotient rule", "div", "xy", "dx/dy", "it is taken as f'/g' at {node}; right is (f'*g - f*g')/g^2"),
    Mistake("quotient rule", "div", "xy", "(dx*y + x*dy)/y^2", "it has a plus for a minus at {node}, so a sign is lost"),
    Mistake("quotient rule", "div", "xy", "(dx*y - x*dy)/y", "the divisor is not squared at {node}; right is (f'*g - f*g')/g^2"),
    Mistake("quotient rule", "div", "xy", "dx*y - x*dy", "the divisor g^2 is missing at {node}; right is (f'*g - f*g')/g^2"),
    Mistake("quotient rule", "div", "xy", "(x*dy - dx*y)/x^2", "dividend and divisor are swapped at {node}"),
    # the inner factor, 1 in place of it
    Mistake("chain rule", "", "x", "p", "the inner factor {inner} is missing at {node}"),
    Mistake("chain rule", "pow root log_base", "x", "p", "the inner factor {inner} is missing at {node}"),
    Mistake("chain rule", "pow div", "y", "q", "the inner factor {inner} is missing at {node}"),
    # a sign, first where a rule has one
    Mistake("sign", "cos acos neg", "x", "-(p*dx)", "it is lost at {node}"),
    Mistake("sign", "sub", "y", "-(q*dy)", "it is lost at {node}"),
    Mistake("sign", "div", "y", "-(q*dy)", "it is lost at {node}: the derivative of 1/u is -1/u^2"),
    Mistake("sign", "sub", "xy", "p*dx - q*dy", "it is lost at {node}"),
    # powers
    Mistake("exponent", "pow", "x", "y*x^y*dx", "off by one at {node}: it is not lowered; right is n*u^(n - 1)"),
    Mistake("exponent", "pow", "x", "y*x^(y - 2)*dx", "off by one at {node}: it is lowered by 2; right is n*u^(n - 1)"),
    Mistake("exponent", "pow", "x", "(y - 1)*x^(y - 1)*dx", "off by one at {node}: the factor is n - 1; right is n*u^(n - 1)"),
    Mistake("exponent", "pow", "x", "(y - 1)*x^(y - 2)*dx", "off by one at {node}: n is taken as n - 1; right is n*u^(n - 1)"),
    Mistake("exponent", "pow", "x", "y*x^(y + 1)*dx", "off by two at {node}: it is raised, not lowered; right is n*u^(n - 1)"),
    Mistake("exponent", "pow", "x", "x^(y - 1)*dx", "the factor n is missing at {node}; right is n*u^(n - 1)"),
    Mistake("exponent", "pow", "x", "x^(y + 1)/(y + 1)*dx", "{node} is integrated; its derivative is n*u^(n - 1)"),
    Mistake("exponent", "pow", "y", "y*x^(y - 1)*dy", "the power rule is used where the exponent varies, at {node}"),
    Mistake("exponent", "pow", "xy", "y*x^(y - 1)*dx", "only the power rule is used at {node}, where the exponent varies too"),
    Mistake("exponent", "exp", "x", "x*exp(x - 1)*dx", "the power rule is used where the exponent varies, at {node}"),
    Mistake("exponent", "sqrt", "x", "sqrt(x)/2*dx", "off by one at {node}: it stays 1/2, right is -1/2"),
    Mistake("exponent", "sqrt", "x", "dx/(2*x*sqrt(x))", "off by one at {node}: it is -3/2, right is -1/2"),
    Mistake("exponent", "sqrt", "x", "dx/sqrt(x)", "the factor 1/2 is missing at {node}"),
    Mistake("exponent", "cbrt", "x", "cbrt(x)/3*dx", "off by one at {node}: it stays 1/3, right is -2/3"),
    Mistake("exponent", "cbrt", "x", "dx/cbrt(x)^2", "the factor 1/3 is missing at {node}"),
    Mistake("exponent", "div", "y", "-x/y*dy", "off by one at {node}: it stays -1, right is -2"),
    Mistake("exponent", "div", "y", "-x/y^3*dy", "off by one at {node}: it is -3, right is -2"),
    Mistake("exponent", "div", "y", "x*log(abs(y))*dy", "{node} is integrated; its derivative is -1/u^2"),
    # logarithms
    Mistake("log base", "log", "x", "p*dx/log(10)", "{node} is taken for the decimal logarithm; log is the natural one"),
    Mistake("log base", "log", "x", "p*dx/log(2)", "{node} is taken for the binary logarithm; log is the natural one"),
    Mistake("log base", "log", "x", "p*dx*log(10)", "the factor log(10) does not belong to {node}; log is the natural one"),
    Mistake("log base", "log10", "x", "p*dx*log(10)", "{node} is taken for the natural logarithm: the factor 1/log(10) is missing"),
    Mistake("log base", "log2", "x", "p*dx*log(2)", "{node} is taken for the natural logarithm: the factor 1/log(2) is missing"),
    Mistake("log base", "log10", "x", "p*dx*log(10)^2", "the factor log(10) of {node} belongs below the line"),
    Mistake("log base", "log2", "x", "p*dx*log(2)^2", "the factor log(2) of {node} belongs below the line"),
    Mistake("log base", "log_base", "x", "p*dx*log(y)", "{node} is taken for the natural logarithm: the base is left out"),
    Mistake("log base", "log_base", "x", "p*dx*log(y)^2", "the logarithm of the base belongs below the line, at {node}"),
    Mistake("log base", "log_base", "x", "p*dx*log(y)/log(10)", "{node} is taken for the decimal logarithm"),
    Mistake("log base", "pow", "y", "out*dy", "the factor log(base) is missing at {node}"),
    Mistake("log base", "pow", "y", "out*dy/log(x)", "the factor log(base) of {node} is below the line"),
    Mistake("log base", "pow", "y", "q*dy/log(10)", "the factor of {node} is log(base), not log10(base)"),
    # angles
    Mistake("degrees", "sin cos tan", "x", "p*dx*pi/180", DEGREES + " at {node}: there is no factor pi/180"),
    Mistake("degrees", "sin cos tan", "x", "p*dx*180/pi", DEGREES + " at {node}: there is no factor 180/pi"),
    Mistake("degrees", "sin", "x", "cos(x*pi/180)*dx", DEGREES + " at {node}"),
    Mistake("degrees", "cos", "x", "-sin(x*pi/180)*dx", DEGREES + " at {node}"),
    Mistake("degrees", "tan", "x", "dx/cos(x*pi/180)^2", DEGREES + " at {node}"),
    Mistake("degrees", "sin", "x", "cos(x*pi/180)*dx*pi/180", DEGREES + " at {node}"),
    Mistake("degrees", "cos", "x", "-sin(x*pi/180)*dx*pi/180", DEGREES + " at {node}"),
    Mistake("degrees", "tan", "x", "dx/cos(x*pi/180)^2*pi/180", DEGREES + " at {node}"),
    Mistake("degrees", "asin acos atan", "x", "p*dx*180/pi", "the angle {node} is taken in degrees, not in radians"),
    Mistake("degrees", "asin acos atan", "x", "p*dx*pi/180", "the angle {node} is taken in degrees, not in radians"),
    # what is left
    Mistake("chain rule", "mul", "x", "p", "the inner factor {inner} is missing at {node}"),
    Mistake("chain rule", "mul", "y", "q", "the inner factor {inner} is missing at {node}"),
    Mistake("sign", "", "x", "-(p*dx)", "it is wrong at {node}"),
    Mistake("sign", "pow mul add sub div", "x", "-(p*dx)", "it is wrong at {node}"),
    Mistake("sign", "pow mul add", "y", "-(q*dy)", "it is wrong at {node}"),
    Mistake("sign", "mul add", "xy", "p*dx - q*dy", "it is wrong at the second part of {node}"),
    Mistake("sign", "mul add sub", "xy", "q*dy - p*dx", "it is wrong at the first part of {node}"),
    Mistake("sign", "pow mul add sub", "xy", "-(p*dx + q*dy)", "it is wrong at {node}"),
)
# fmt: on


@cache
def formula(text: str) -> Tape:
    """The wrong tangent as a tape."""
    return resolve(read(text)[0], NAMES)[0]


@cache
def known(op: str, count: int) -> tuple[Mistake, ...]:
    """The mistakes that people make at an operation with so many arguments."""
    return tuple([row for row in MISTAKES if op in row.ops.split() or (not row.ops and count == 1 and op not in ("copy", "neg"))])
