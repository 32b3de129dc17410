"""The table: one row for each primitive, its derivatives written as formulas of our own language.

In the formulas of a row, `out` is the primitive's own value. A row whose parameter ends in `...` takes two or more
arguments and gives one partial derivative, for "this" argument `x`; there `ties` counts the arguments equal to `out`.
`x + 0` is x, but never -0, so that an infinite slope has the right sign.
A partial that comes down to a literal `0` is a structural zero: nothing flows back through it, not even infinity.
Every formula must be accurate, not merely true: `1 - tanh(x)^2` loses all digits far out, `1/cosh(x)^2` none.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple


class Point(NamedTuple):
    """A place where the derivative needs a word: `when` it is met, which `status` it gives, and why.

    `wrt` limits it to the derivative with respect to one parameter.
    """

    when: str
    status: str
    reason: str
    wrt: str = ""


LONG = "stands in numbers/approximations.py"
"""In place of `doubles`, where the text is too long for a row or depends on the number of arguments or on a literal order."""


class Primitive(NamedTuple):
    """One row. Only `name`, `params` and `partials` are needed, and a value: `value`, or what every number system has of its own.

    All texts are formulas of our own language in the parameters; those of the slopes may use `out` and `ties` too.
    """

    name: str
    params: str
    """Separated by commas; `x...` stands for two or more arguments."""

    # its value
    value: str = ""
    """An identity, true in every number system; that of a variadic row joins two arguments, x and y."""
    doubles: str = ""
    """An approximation good to a few ulp, for doubles, arrays and generated code alone; a remark behind it names its source."""
    domain: str = ""
    """The condition under which the value is real."""
    finite: str = ""
    """The same where the value is finite too, if that says less: what a textbook calls the domain."""
    degree: int | None = None
    """Arguments s times as great give a value s^degree times as great, for every s > 0."""

    # its slopes
    partials: tuple[str, ...] = ()
    """One for each parameter, accurate in doubles; that of a variadic row is for "this" argument x."""
    literal: tuple[str, ...] = ()
    """Replaces `partials` where the last argument depends on no variable."""
    plain: tuple[str, ...] = ()
    """Replaces `partials` where digits do not matter: exact at any precision, and what people are shown."""
    plain_literal: tuple[str, ...] = ()
    """The same for `literal`."""
    book: tuple[str, ...] = ()
    """As a textbook writes them: true wherever the row has a derivative, but maybe less accurate, or more generous at an end."""
    pair: tuple[str, ...] = ()
    """The same for a variadic row with two arguments, x and y."""
    unit: str = ""
    """The primitive that makes 1 of all partials of a variadic row; divided by what it makes, they lose the rounding of `out`."""
    points: tuple[Point, ...] = ()
    """Where the derivative needs a word."""

    # its looks
    spelled: str = ""
    """The function that people call it by, where that is not the name."""
    latex: str = ""
    """The name of the function, or how the whole is written, #1 being the first argument; else the name stands upright."""

    # its words
    meaning: str = ""
    """What a function is, in a line."""
    rule: tuple[str, ...] = ()
    """What the derivative is called at school, for all parameters or one after the other; else the chain rule through it."""
    alone: tuple[str, ...] = ()
    """The same where no other argument varies."""
    reason: tuple[str, ...] = ()
    """Why the derivative is what it is, likewise; between backquotes stands a formula in the parameters and `out`."""
    convention: str = ""
    """What is agreed on where people differ, or what the function is."""

    @property
    def names(self) -> list[str]:
        """The names of the parameters."""
        return [name.strip(" .") for name in self.params.split(",")]

    @property
    def variadic(self) -> bool:
        """Whether it takes two or more arguments."""
        return self.params.endswith("...")


def row(name: str, params: str, *partials: str, points: tuple[Point, ...] = (), **rest: object) -> Primitive:
    """A row of the table."""
    return Primitive(name, params, partials=partials, points=points, **rest)  # type: ignore[arg-type]


AT_ZERO = "x == 0"
MULTIPLE = "constant multiple rule"
corner = Point(AT_ZERO, "kink", "{name} has a corner where its argument is 0")
tie = Point("ties > 1", "kink", "{name} has a corner where its greatest arguments are equal")
edge = Point("x == y", "edge", "the condition sits exactly on its edge")
steps = "{name} steps at this argument"
unshared = "equal infinite arguments have no share of the slope"
steep = "the slope of {name} is infinite at the end of its domain"


def _lost(x: str, y: str) -> str:
    """What the rounding of x - y loses, exactly (Dekker 1971)."""
    return f"if(abs({x}) < abs({y}), {x} - ({x} - {y} + {y}), {x} - ({x} - {y}) - {y})"


def _share(x: str, y: str) -> str:
    """exp(x)/(exp(x) + exp(y)); where the difference matters its rounding is made good."""
    share = f"sigmoid({x} - {y})"
    return f"if(abs({x} - {y}) < 50, {share}*(1 + sigmoid({y} - {x})*({_lost(x, y)})), {share})"


def _inverted(x: str) -> str:
    """x/(x^2 + y^2), also where squares, or the length of (x, y) itself, are beyond all doubles."""
    near, far = "hypot(x, y)", "hypot(x/4, y/4)"
    return f"if({near} < 1e150, if({near} > 1e-150, {x}/{near}^2, {x}/{near}/{near}), {x}/4/{far}/{far}/4)"


_ALONE = "if(ties > 1 and abs(x) == 1/0, 0/0, 1)"
"""The share of what is as great as the whole: all of it, even at infinity, unless another is as great there."""
_NEAR = "round(16*clip(x, -30, 30))/16"
BELL = f"exp(-({_NEAR})^2)*exp(({_NEAR} - x)*({_NEAR} + x))"
"""exp(-x^2) without the rounding of x^2: the square of a near number of few digits, and the small rest (as Cody did, 1969)."""

# fmt: off
ROWS = (
    # arithmetic
    row("add",   "x, y", "1", "1",                   latex="#1 + #2",        rule=("sum rule",),
        reason=("a sum passes the derivative on to every term unchanged",)),
    row("sub",   "x, y", "1", "-1",                  latex="#1 - #2",        rule=("difference rule",),
        reason=("the first term of a difference moves it one to one", "the second term of a difference moves it the other way")),
    row("mul",   "x, y", "y", "x",                   latex=r"#1 \cdot #2",   rule=("product rule",), alone=(MULTIPLE,),
        reason=("a product hands each factor the other factor",)),
    row("div",   "x, y", "1/y", "-out/y",            latex=r"\frac{#1}{#2}", rule=("quotient rule",), alone=(MULTIPLE, "reciprocal rule"), domain="x != 0 or y != 0", points=(
        Point("y == 0", "pole", "the divisor is 0"),),
        finite="y != 0", reason=("the numerator gets 1 over the denominator", "the denominator gets minus the quotient over the denominator")),
    row("neg",   "x", "-1",                          latex="-#1",            rule=(MULTIPLE,),
        reason=("a minus sign turns the derivative round",)),
    row("copy",  "x", "1",                           latex="#1",             rule=("another name for the same value",),
        reason=("it is the same value, so it has the same derivative",)),
    row("mod",   "x, y", "1", "-round(x/y - out/y)", book=("1", "-floor(x/y)"), latex=r"#1 \bmod #2",   domain="y != 0", value="x - y*floor(x/y)", spelled="mod", points=(
        Point("out == 0", "jump", "mod steps where the first argument is a multiple of the second"),),
        convention="floor-mod: the result has the sign of the divisor; 1 and -floor(x/y)",
        meaning="the rest of a division, with the sign of the divisor; also written x % y",
        reason=("between its jumps mod moves one to one with its first argument", "the second argument counts as often as it fits into the first, with a minus")),

    # powers and roots
    row("pow",   "x, y", "if(y < 0.5, if(x == 0 or abs(x) == 1/0, y*x^(y - 1), y*out/x), y*x^(y - 1))", "if(x == 0, if(y > 0, 0, 0/0), out*log(x))", latex="#1^{#2}",
        rule=("power rule", "exponential rule"),
        book=("y*x^(y - 1)", "out*log(x)"),
        plain=("y*x^(y - 1)", "if(x == 0, if(y > 0, 0, 0/0), out*log(x))"), plain_literal=("if(y == 0, 0, y*x^(y - 1))", "0"),
        literal=("if(y < 0.5, if(y == 0, 0, if(x == 0 or abs(x) == 1/0, y*x^(y - 1), y*out/x)), y*x^(y - 1))", "0"),
        domain="x >= 0 or y == floor(y)", spelled="pow", points=(
        Point("x == 0 and y < 0", "pole", "a negative power of 0"),
        Point("x == 0 and y == 0", "undefined", "0^0 has no derivative when base and exponent both vary", "x"),
        Point("x == 0 and y == 0", "undefined", "0^y steps at 0, from 0 to 1", "y"),
        Point("x == 0 and y > 0 and y < 1", "infinite", "the slope of this power is infinite at 0", "x"),
        Point("x == 0 and y > 1 and y != floor(y)", "one_sided", "a power that is no integer ends at 0", "x"),
        Point("x == 0 and y > 0", "one_sided", "a power whose exponent varies ends at 0", "y"),
        Point("x < 0 and y == floor(y)", "domain", "a negative base allows no change of the exponent", "y")),
        convention="an exponent that is a literal follows the exact power rule; x^0 is 1 with derivative 0",
        finite="x > 0 or x == 0 and y >= 0 or x < 0 and y == floor(y)", meaning="x to the power of y; also written x^y",
        reason=("the exponent comes down as a factor, and is one less", "a power whose exponent moves grows in proportion to itself, by the logarithm of its base")),
    row("sqrt",  "x", "1/(2*(out + 0))", latex=r"\sqrt{#1}",    domain="x >= 0", points=(Point(AT_ZERO, "infinite", steep),),
        meaning="the square root",
        reason=("1 over twice the root: the larger it is, the flatter is the curve",)),
    row("cbrt",  "x", "1/(3*out^2)",     latex=r"\sqrt[3]{#1}", points=(Point(AT_ZERO, "infinite", "the slope of cbrt is infinite at 0"),),
        meaning="the cube root, of negative numbers too",
        reason=("1 over three times the square of the root: the larger it is, the flatter is the curve",)),
    row("root",  "x, n", "if(x == 0 or abs(x) == 1/0, 1/(n*(out + 0)^(n - 1)), if(abs(x) < 1e-300, out/n/x, out/x/n))", "if(x == 0 and n > 0, 0, -out*log(x)/n/n)", latex=r"\sqrt[{#2}]{#1}",
        book=("1/(n*out^(n - 1))", "-out*log(x)/n^2"),
        plain=("1/(n*(out + 0)^(n - 1))", "if(x == 0 and n > 0, 0, -out*log(x)/n^2)"),
        domain="n != 0 and (x >= 0 or n == floor(n) and mod(n, 2) == 1)", points=(
        Point("x == 0 and n > 1", "infinite", "the slope of a root is infinite at 0", "x"),
        Point("x == 0 and n < 0", "pole", "a negative root of 0"),
        Point("x < 0", "domain", "a negative radicand allows no change of the degree", "n")),
        convention="the real root: root(-8, 3) is -2", doubles=LONG,
        finite="n != 0 and (x > 0 or x == 0 and n > 0 or x < 0 and n == floor(n) and mod(n, 2) == 1)", meaning="the real n-th root",
        reason=("a root is the power `x^(1/n)`, so the power rule holds",)),
    row("hypot", "x...", "if(out == 0, 0, x/out)", book=("x/out",), unit="hypot", degree=1, points=(
        Point("out == 0", "kink", "hypot has a cone where all its arguments are 0"),), convention="0 at the origin",
        meaning="the length of a vector: the root of the sum of the squares",
        reason=("each side gets its share of the length: side over length",)),

    # exponentials and logarithms
    row("exp",   "x", "out",               latex=r"\mathrm{e}^{#1}", rule=("exponential rule",),
        meaning="e to the power of x",
        reason=("exp grows as fast as it is large: it is its own derivative",)),
    row("expm1", "x", "exp(x)", doubles="u = exp(x); if(u == 1, x, if(u == 1/0, u, if(u - 1 == -1, -1, (u - 1)*(x/log(u)))))  # Kahan's correction",
        meaning="exp(x) - 1, exact near 0 too",
        reason=("the constant 1 does not move, so it is the derivative of exp",)),
    row("log",   "x", "1/(x + 0)",         latex=r"\ln",             domain="x >= 0", points=(Point(AT_ZERO, "infinite", steep),), convention="the natural logarithm",
        finite="x > 0", meaning="the natural logarithm, to the base e",
        reason=("1 over the argument: what is large already gains little by a little more",)),
    row("log2",  "x", "1/log(2)/(x + 0)",  latex=r"\log_{2}",        domain="x >= 0", points=(Point(AT_ZERO, "infinite", steep),), value="log(x)/log(2)", doubles="log(x)/0.6931471805599453",
        finite="x > 0", meaning="the logarithm to the base 2",
        reason=("log2 is log over `log(2)`, so it is 1 over the argument, over `log(2)`",)),
    row("log10", "x", "1/log(10)/(x + 0)", latex=r"\log_{10}",       domain="x >= 0", points=(Point(AT_ZERO, "infinite", steep),), value="log(x)/log(10)", doubles="log(x)/2.302585092994046",
        finite="x > 0", meaning="the logarithm to the base 10",
        reason=("log10 is log over `log(10)`, so it is 1 over the argument, over `log(10)`",)),
    row("log1p", "x", "1/(1 + x)",     book=("1/(1 + x)",), domain="x >= -1", points=(Point("x == -1", "infinite", steep),), doubles="u = 1 + x; if(u == 1 or x == 1/0, x, log(u)*(x/(u - 1)))  # Kahan's correction",
        finite="x > -1", meaning="log(1 + x), exact near 0 too",
        reason=("1 over the argument of the logarithm, which is `1 + x`",)),
    row("log_base", "x, b", "1/log(b)/(x + 0)", "-out/log(b)/b", latex=r"\log_{#2}\left(#1\right)", domain="x >= 0 and b > 0 and b != 1", spelled="log", points=(
        Point(AT_ZERO, "infinite", "the slope of log is infinite at the end of its domain"),), convention="log(8, 2) is 3", value="if(b == 2, log2(x), if(b == 10, log10(x), if(b > 0 and b != 1, log(x)/log(b), 0/0)))",
        finite="x > 0 and b > 0 and b != 1", meaning="the logarithm to the base b",
        reason=("it is `log(x)/log(b)`, so the slope is 1 over the argument, over `log(b)`", "it is `log(x)/log(b)`, so the quotient rule holds for the base")),
    row("logaddexp", "x, y", _share("x", "y"), _share("y", "x"), plain=("sigmoid(x - y)", "sigmoid(y - x)"), doubles=LONG, points=(
        Point("x == y and abs(x) == 1/0", "undefined", unshared),),
        meaning="log(exp(x) + exp(y)), without overflow",
        reason=("each argument gets its share of the sum of the exponentials",)),
    row("logsumexp", "x...", f"if(x == out, {_ALONE}, if(abs(x - out) < 50, exp(x - out)*(1 + {_lost('x', 'out')}), exp(x - out)))", unit="add", doubles=LONG,
        plain=(f"if(x == out, {_ALONE}, exp(x - out))",), book=("exp(x - out)",), points=(
        Point("ties > 1 and abs(out) == 1/0", "undefined", unshared),),
        meaning="the logarithm of the sum of the exponentials, without overflow",
        reason=("each argument gets its share of the sum of the exponentials, which is its softmax",)),
    row("sigmoid",   "x", "out*sigmoid(-x)", convention="1/(1 + exp(-x)), exact in both tails", value="1/(1 + exp(-x))", doubles="t = exp(-abs(x)); if(x >= 0, 1, t)/(1 + t)",
        meaning="the logistic function 1/(1 + exp(-x)), from 0 to 1",
        reason=("`out*(1 - out)`, as every course writes it; `out*sigmoid(-x)` is the same, and keeps its digits where the value is near 1",)),
    row("softplus",  "x", "sigmoid(x)",      convention="log(1 + exp(x)), exact in both tails", value="if(x > 0, x, 0) + log1p(exp(-abs(x)))",
        meaning="log(1 + exp(x)), a smooth relu",
        reason=("softplus bends from slope 0 to slope 1, and sigmoid says how far it has come",)),

    # circular functions
    row("sin",   "x", "cos(x)",
        meaning="the sine of an angle in radians",
        reason=("a quarter turn ahead: sin is steepest where cos is 1, and flat where cos is 0",)),
    row("cos",   "x", "-sin(x)",
        meaning="the cosine of an angle in radians",
        reason=("a quarter turn ahead: cos falls where sin is positive",)),
    row("tan",   "x", "1/cos(x)^2",
        meaning="the tangent of an angle in radians",
        reason=("the quotient rule for sin over cos, with `sin(x)^2 + cos(x)^2` being 1",)),
    row("asin",  "x", "1/sqrt((1 - x)*(1 + x))",  book=("1/sqrt(1 - x^2)",), latex=r"\arcsin", domain="abs(x) <= 1", points=(Point("abs(x) == 1", "infinite", steep),),
        meaning="the angle whose sine is x, from -pi/2 to pi/2",
        reason=("asin undoes sin, so it is 1 over the slope of sin there, `sqrt(1 - x^2)`",)),
    row("acos",  "x", "-1/sqrt((1 - x)*(1 + x))", book=("-1/sqrt(1 - x^2)",), latex=r"\arccos", domain="abs(x) <= 1", points=(Point("abs(x) == 1", "infinite", steep),),
        meaning="the angle whose cosine is x, from 0 to pi",
        reason=("acos undoes cos, so it is 1 over the slope of cos there, `-sqrt(1 - x^2)`",)),
    row("atan",  "x", "if(abs(x) < 1e150, 1/(1 + x^2), (1/x)^2)", book=("1/(1 + x^2)",), latex=r"\arctan", plain=("1/(1 + x^2)",),
        meaning="the angle whose tangent is x, from -pi/2 to pi/2",
        reason=("atan undoes tan, so it is 1 over the slope of tan there, `1 + x^2`",)),
    row("atan2", "y, x", _inverted("x"), _inverted("-y"), book=("x/(x^2 + y^2)", "-y/(x^2 + y^2)"), degree=0, plain=("x/hypot(x, y)/hypot(x, y)", "-y/hypot(x, y)/hypot(x, y)"), points=(
        Point("x == 0 and y == 0", "undefined", "no angle belongs to the origin"),
        Point("y == 0 and x < 0", "jump", "the angle steps from -pi to pi across the negative axis", "y")),
        meaning="the angle of the point (x, y), from -pi to pi; y comes first",
        reason=("only what moves across the radius turns the angle, and the longer the radius, the less",)),
    row("sinc",  "x", "dsinc(1, x)", convention="sin(x)/x, and 1 at 0", value="if(x == 0, 1, if(abs(x) == 1/0, 0, sin(x)/x))",
        meaning="sin(x)/x, and 1 at 0",
        reason=("the quotient rule for `sin(x)/x`; at 0 the curve is flat",)),
    row("dsinc", "n, x", "0/0", "dsinc(n + 1, x)", latex=r"\operatorname{sinc}^{(#1)}\left(#2\right)", domain="n >= 0 and n == floor(n)", points=(
        Point("n >= 0", "domain", "the order of dsinc cannot vary", "n"),), convention="the n-th derivative of sinc", doubles=LONG,
        meaning="the n-th derivative of sinc",
        reason=("each derivative of sinc leads to the next",)),

    # hyperbolic functions
    row("sinh",  "x", "cosh(x)", doubles="z = abs(x); t = expm1(z); h = exp(z/2); sign(x)*if(z < 22, (t + t/(t + 1))/2, 0.5*h*h)",
        meaning="the hyperbolic sine",
        reason=("half of `exp(x) - exp(-x)`; the minus before x makes a plus: cosh",)),
    row("cosh",  "x", "sinh(x)", doubles="z = abs(x); h = exp(z/2); if(z < 22, (exp(z) + exp(-z))/2, 0.5*h*h)",
        meaning="the hyperbolic cosine",
        reason=("half of `exp(x) + exp(-x)`; the minus before x makes a minus: sinh",)),
    row("tanh",  "x", "4*sigmoid(2*x)*sigmoid(-2*x)", plain=("1/cosh(x)^2",), doubles="z = abs(x); t = expm1(2*z); sign(x)*if(z < 22, t/(t + 2), 1)",
        meaning="the hyperbolic tangent, from -1 to 1",
        reason=("`1 - out^2`, as every course writes it; `1/cosh(x)^2` is the same, and keeps its digits where the value is near 1 or -1",)),
    row("asinh", "x", "1/hypot(1, x)",               book=("1/sqrt(x^2 + 1)",), latex=r"\operatorname{arsinh}", doubles="z = abs(x); sign(x)*if(z > 1e8, log(z) + 0.6931471805599453, log1p(z + z*z/(1 + sqrt(z*z + 1))))",
        meaning="the inverse of sinh",
        reason=("asinh undoes sinh, so it is 1 over the slope of sinh there, `sqrt(x^2 + 1)`",)),
    row("acosh", "x", "1/(sqrt(x - 1)*sqrt(x + 1))", book=("1/sqrt(x^2 - 1)",), latex=r"\operatorname{arcosh}", domain="x >= 1", points=(Point("x == 1", "infinite", steep),), doubles="t = x - 1; if(x > 1e8, log(x) + 0.6931471805599453, if(x < 1, 0/0, log1p(t + sqrt(2*t + t*t))))",
        meaning="the inverse of cosh, from 0 on",
        reason=("acosh undoes cosh, so it is 1 over the slope of cosh there, `sqrt(x^2 - 1)`",)),
    row("atanh", "x", "1/((1 - x)*(1 + x))",         book=("1/(1 - x^2)",), latex=r"\operatorname{artanh}", domain="abs(x) <= 1", points=(Point("abs(x) == 1", "infinite", steep),), doubles="z = abs(x); sign(x)*(0.5*log1p(2*z/(1 - z)))",
        finite="abs(x) < 1", meaning="the inverse of tanh",
        reason=("atanh undoes tanh, so it is 1 over the slope of tanh there, `1 - x^2`",)),

    # corners and steps
    row("abs",   "x", "sign(x)", latex=r"\left|#1\right|",              points=(corner,), convention="0 at 0",
        meaning="the absolute value",
        reason=("abs passes the derivative on where its argument is positive, and turns it round where it is negative",)),
    row("relu",  "x", "if(x > 0, 1, 0)",    points=(corner,), convention="0 at 0", value="if(x > 0 or x != x, x, 0)",
        meaning="x where it is positive, else 0",
        reason=("relu lets the derivative through where its argument is positive, and stops it where it is negative",)),
    row("max",   "x...", "if(x == out, 1/ties, 0)", pair=("if(x > y, 1, if(x == y, 1/2, 0))", "if(x > y, 0, if(x == y, 1/2, 1))"), points=(tie,), convention="k equal arguments get 1/k each", value="if(y > x or y != y, y, x)",
        meaning="the greatest argument",
        reason=("only the largest argument moves the result: it gets everything, and equal ones share it",)),
    row("min",   "x...", "if(x == out, 1/ties, 0)", pair=("if(x < y, 1, if(x == y, 1/2, 0))", "if(x < y, 0, if(x == y, 1/2, 1))"), convention="k equal arguments get 1/k each", points=(
        Point("ties > 1", "kink", "min has a corner where its least arguments are equal"),), value="if(y < x or y != y, y, x)",
        meaning="the least argument",
        reason=("only the smallest argument moves the result: it gets everything, and equal ones share it",)),
    row("clip",  "x, lo, hi",
        "if(x < lo or max(x, lo) > hi, 0, if(x == lo, 1/2, 1)*if(max(x, lo) == hi, 1/2, 1))",
        "if(x > lo or max(x, lo) > hi, 0, if(x == lo, 1/2, 1)*if(max(x, lo) == hi, 1/2, 1))",
        "if(max(x, lo) < hi, 0, if(max(x, lo) == hi, 1/2, 1))",
        book=(
        "if(x < lo or x > hi, 0, if(lo == hi, 1/4, if(x == lo or x == hi, 1/2, 1)))",
        "if(x > lo or lo > hi, 0, if(x == lo, if(lo == hi, 1/4, 1/2), if(lo == hi, 1/2, 1)))",
        "if(max(x, lo) < hi, 0, if(max(x, lo) == hi, 1/2, 1))"),
        points=(
        Point("x == lo or x == hi or lo == hi", "kink", "clip has a corner at its edges"),), convention="1/2 at an edge, as min and max give", value="min(max(x, lo), hi)",
        meaning="x, kept between lo and hi",
        reason=("between the edges the derivative goes through; beyond them the edge that holds the value gets it",)),
    row("sign",  "x", "0",       latex=r"\operatorname{sgn}",           points=(Point(AT_ZERO, "jump", steps),), convention="0 at 0", value="if(x > 0, 1, if(x < 0, -1, x))",
        meaning="-1, 0 or 1",
        reason=("sign is flat but for its jump, so nothing goes through",)),
    row("step",  "x", "0", points=(Point(AT_ZERO, "jump", steps),), convention="0 below 0, 1 from 0 on", value="if(x != x, x, if(x >= 0, 1, 0))",
        meaning="0 below 0, 1 from 0 on",
        reason=("step is flat but for its jump, so nothing goes through",)),
    row("floor", "x", "0",       latex=r"\left\lfloor #1\right\rfloor", points=(Point("x == out", "jump", steps),), value="r = round(x); if(r > x, r - 1, r)",
        meaning="the next whole number below",
        reason=("floor is flat between its jumps, so nothing goes through",)),
    row("ceil",  "x", "0",       latex=r"\left\lceil #1\right\rceil",   points=(Point("x == out", "jump", steps),), value="r = round(-x); -if(r > -x, r - 1, r)",
        meaning="the next whole number above",
        reason=("ceil is flat between its jumps, so nothing goes through",)),
    row("round", "x", "0", points=(Point("x - floor(x) == 0.5", "jump", steps),), convention="halves go to the even neighbour", doubles="if(abs(x) < 4503599627370496, sign(x)*(abs(x) + 4503599627370496 - 4503599627370496), x)  # halves go to the even neighbour",
        meaning="the nearest whole number, halves to the even one",
        reason=("round is flat between its jumps, so nothing goes through",)),

    # special functions
    row("erf",   "x", f"2/sqrt(pi)*{BELL}", plain=("2/sqrt(pi)*exp(-x^2)",), doubles=LONG,
        meaning="the error function",
        reason=("erf adds up the bell curve, so the bell curve is its slope",)),
    row("erfc",  "x", f"-2/sqrt(pi)*{BELL}", plain=("-2/sqrt(pi)*exp(-x^2)",), doubles=LONG,
        meaning="1 - erf(x), exact far out too",
        reason=("erfc is 1 minus erf, so its slope is minus the bell curve",)),
    row("gamma", "x", "out*digamma(x)", latex=r"\Gamma", domain="x >= 0 or x != floor(x)", points=(Point(AT_ZERO, "pole", "gamma has a pole at 0"),), doubles=LONG,
        finite="x > 0 or x != floor(x)", meaning="the gamma function: gamma(n + 1) is n!",
        reason=("the value times digamma, which is the slope of its logarithm",)),
    row("lgamma", "x", "digamma(x)", points=(
        Point("x <= 0 and x == floor(x)", "pole", "lgamma has a pole at 0 and at every negative integer"),),
        convention="log(abs(gamma(x)))", doubles=LONG,
        finite="x > 0 or x != floor(x)", meaning="the logarithm of the absolute value of gamma",
        reason=("digamma is by definition the slope of the logarithm of gamma",)),
    row("digamma", "x", "polygamma(1, x)", latex=r"\psi", domain="x >= 0 or x != floor(x)", points=(
        Point(AT_ZERO, "pole", "digamma has a pole at 0"),), doubles=LONG,
        finite="x > 0 or x != floor(x)", meaning="the derivative of lgamma",
        reason=("polygamma of order 1 is by definition the slope of digamma",)),
    row("polygamma", "n, x", "0/0", "polygamma(n + 1, x)", latex=r"\psi^{(#1)}\left(#2\right)", domain="n >= 0 and n == floor(n) and (x >= 0 or x != floor(x))", points=(
        Point(AT_ZERO, "pole", "polygamma has a pole at 0", "x"),
        Point("n >= 0", "domain", "the order of polygamma cannot vary", "n")),
        convention="the n-th derivative of digamma", doubles=LONG,
        finite="n >= 0 and n == floor(n) and (x > 0 or x != floor(x))", meaning="the n-th derivative of digamma",
        reason=("polygamma of the next order is by definition its slope",)),

    # conditions and the choice between two formulas
    row("lt", "x, y", "0", "0",  latex="#1 < #2",      points=(edge,),
        reason=("a condition only decides, so nothing goes through",)),
    row("le", "x, y", "0", "0",  latex=r"#1 \le #2",   points=(edge,),
        reason=("a condition only decides, so nothing goes through",)),
    row("gt", "x, y", "0", "0",  latex="#1 > #2",      points=(edge,),
        reason=("a condition only decides, so nothing goes through",)),
    row("ge", "x, y", "0", "0",  latex=r"#1 \ge #2",   points=(edge,),
        reason=("a condition only decides, so nothing goes through",)),
    row("eq", "x, y", "0", "0",  latex="#1 = #2",      points=(edge,),
        reason=("a condition only decides, so nothing goes through",)),
    row("ne", "x, y", "0", "0",  latex=r"#1 \ne #2",   points=(edge,),
        reason=("a condition only decides, so nothing goes through",)),
    row("and", "p, q", "0", "0", latex=r"#1 \land #2",
        reason=("a condition only decides, so nothing goes through",)),
    row("or",  "p, q", "0", "0", latex=r"#1 \lor #2",
        reason=("a condition only decides, so nothing goes through",)),
    row("not", "p", "0",         latex=r"\lnot #1",
        reason=("a condition only decides, so nothing goes through",)),
    row("if",  "p, x, y", latex=r"\begin{cases} #2 & #1 \\ #3 & \text{otherwise} \end{cases}", rule=("the branch that is taken",), convention="only the branch that is taken counts",
        meaning="x where the condition p holds, else y",
        reason=("the branch that is taken passes the derivative on, the other gets nothing",)),
)
# fmt: on

TABLE = {primitive.name: primitive for primitive in ROWS}

_GROUND = """
add sub mul div neg copy pow sqrt cbrt root hypot exp expm1 log log1p logaddexp logsumexp sin cos tan asin acos atan atan2 dsinc
sinh cosh tanh asinh acosh atanh abs round erf erfc gamma lgamma digamma polygamma lt le gt ge eq ne and or not if
"""
GROUND = frozenset(_GROUND.split())
"""The primitives in which values bottom out: they have no `value`, so every number system has them itself, or as `doubles`."""

CONDITIONS = frozenset(["lt", "le", "gt", "ge", "eq", "ne", "and", "or", "not"])
"""The rows whose value is true or false."""

_OPERATORS = CONDITIONS | {"add", "sub", "mul", "div", "neg", "copy", "if", "log_base"}
ALIASES = {
    "arcsin": "asin", "arccos": "acos", "arctan": "atan", "arctg": "atan", "arctan2": "atan2", "tg": "tan",
    "arcsinh": "asinh", "arccosh": "acosh", "arctanh": "atanh", "arsinh": "asinh", "arcosh": "acosh", "artanh": "atanh",
    "ln": "log", "ceiling": "ceil", "fabs": "abs", "sgn": "sign", "power": "pow",
    "logistic": "sigmoid", "expit": "sigmoid", "lse": "logsumexp", "psi": "digamma", "gammaln": "lgamma",
    "maximum": "max", "minimum": "min", "clamp": "clip",
}  # fmt: skip
FUNCTIONS = frozenset(TABLE) - _OPERATORS | frozenset(ALIASES) | {"if"}
"""The names that a formula may call."""

CONSTANTS = {"pi": 3.141592653589793, "e": 2.718281828459045, "tau": 6.283185307179586}


def accepts(primitive: Primitive, count: int) -> bool:
    """Whether a primitive takes that many arguments."""
    arity = _arity(primitive.name)
    return count == arity if arity else count >= 2


@cache
def _arity(name: str) -> int:
    """How many arguments a primitive takes; 0 means two or more."""
    row = TABLE[name]
    return 0 if row.variadic else len(row.names)


def called(name: str, count: int) -> Primitive | None:
    """The row of a function called by its name or an alias; `log` with a base has a row of its own."""
    name = ALIASES.get(name, name)
    if name == "log" and count == 2:
        name = "log_base"
    return TABLE.get(name) if name not in _OPERATORS or name == "log_base" else None
