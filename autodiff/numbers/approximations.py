"""Values in doubles that are too long for a row, as programs of our own language: polynomials near by, asymptotic series far out.

The polynomials interpolate at Chebyshev's points, which is all but best, and were computed with 60 digits; a test holds
every function against its meaning.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction

from autodiff.numbers.decimal_series import bernoulli
from autodiff.numbers.special_functions import ORDERS

# fmt: off
ERF = (
    1.1283791670955126, -0.3761263890318375, 0.11283791670954879, -0.026866170645076792, 0.0052239776248180145,
    -0.000854832698083379, 0.0001205533111164271, -1.4925595266831182e-05, 1.6461000484121368e-06, -1.6350312701054695e-07,
    1.4659775274047436e-08, -1.1372848856791674e-09, 5.957176147748911e-11,
)
ERFC = (
    1.2329951186255526, -0.1396211168405625, 0.015379652102620099, 0.0680970542546916, -0.10103906603632938,
    0.09373283499839453, -0.06633036581152202, 0.03716751553664597, -0.0161977340678477, 0.005031969986243701,
    -0.0007577732027879614, -0.00019925674160383358, 0.00015062121361724583, -2.439905413150348e-05, -1.122040739309673e-05,
    5.709403310464347e-06, 2.900574423039445e-07, -8.250375746407821e-07, 8.02976377309258e-08, 1.098366753436968e-07,
    -2.3272622722000397e-08, -1.4072296769451392e-08, 4.6973587263019935e-09, 1.2328137263080415e-09, -6.499338481900016e-10,
    4.711458837670132e-11,
)
GAMMA = (
    0.42278433509846713, 0.4118403304264397, 0.08157691924708692, 0.07424901075347917, -0.00026698206776697473,
    0.011154045701246373, -0.0028526456263989566, 0.0021039317528018775, -0.0009195643253168399, 0.0004903453961913903,
    -0.00024079130743066043, 0.00012126471073509739, -5.9913011082403814e-05, 2.894969247563466e-05, -1.3182623207668937e-05,
    5.375916269010553e-06, -1.8284523642522715e-06, 4.727493133449988e-07, -8.076153157818695e-08, 6.7305936832842585e-09,
)
LGAMMA = (
    0.42278433509846713, -0.10031730167435392, 0.03296500062115574, -0.012384192193371238, 0.004998641164703528,
    -0.002108130833958805, 0.0009153769220696921, -0.00040570739742046497, 0.00018255264185594036, -8.30951276372239e-05,
    3.8168863787885225e-05, -1.766166422556033e-05, 8.222342452139818e-06, -3.847396648270243e-06, 1.8074775340912791e-06,
    -8.526588188526563e-07, 4.0551922127948146e-07, -1.9252286332850674e-07, 8.75360413423732e-08, -4.17254430301382e-08,
    2.615457216445561e-08, -1.2569945435720683e-08, -6.830399052794191e-10, 3.613371593815743e-10, 4.885761922683655e-09,
    -2.372580625023415e-09, -1.3764318718154119e-09, 6.705737026247826e-10, 4.226016675377439e-10, -2.0542420991550905e-10,
)
DIGAMMA = (
    0.9510558760318328, -0.42362742128146047, 0.24054248424078692, -0.1484049230539187, 0.09498872445291558,
    -0.061922133271544284, 0.04076083393821673, -0.026975796849706184, 0.01790724844392596, -0.011908215027359153,
    0.007927018411136843, -0.005280020192518892, 0.0035181618550874957, -0.0023446252179885993, 0.001562789950608375,
    -0.0010424323828753985, 0.000694908174082211, -0.0004591975036646912, 0.0003061242075543146, -0.00022001895005109955,
    0.0001466781049062341, -5.7709404612698156e-05, 3.847275205849602e-05, -8.394009422598467e-05, 5.596002350342592e-05,
)
ROOT = (
    1.4616321449683622, 9.549995429965697e-17,
)
# fmt: on

STEPS = 10  # where the asymptotic series of the derivatives of digamma hold, less their order


def horner(coefficients: Sequence[float], x: str) -> str:
    """A polynomial, nested."""
    text = repr(coefficients[-1])
    for c in reversed(coefficients[:-1]):
        text = f"{c!r} + {x}*({text})" if c else f"{x}*({text})"
    return text


ERF_TEXT = f"s = x*x; if(abs(x) < 1, x*({horner(ERF, 's')}), if(x != x, x, sign(x)*(1 - erfc(abs(x)))))"
"""x times a polynomial in x^2; further out from erfc."""

ERFC_TEXT = f"""
z = min(abs(x), 30)
t = (z - 4)/(z + 4)
n = round(16*z)/16
outer = exp(-n*n)*exp((n - z)*(n + z))*({horner(ERFC, "t")})/(1 + 2*z)
s = z*z
if(z < 0.5, 1 - x*({horner(ERF, "s")}), if(x > 0, outer, if(x < 0, 2 - outer, x)))
"""
"""(1 + 2x)exp(x^2)erfc(x), a polynomial in (x - 4)/(x + 4) (Shepherd and Laframboise 1981); the exponential as Cody did."""

SIN_PI = "sin_pi(x) = sin(pi*(x - round(x)))*(1 - 2*abs(mod(round(x), 2)))"
COT_PI = "cot_rest(r) = if(abs(r) < 0.25, 1/tan(pi*r), sign(r)*tan(pi*(0.5 - abs(r)))); cot_pi(x) = cot_rest(x - round(x))"


def stirling_series(x: str, terms: int) -> str:
    """The correction of Stirling's formula, B(2k)/(2k(2k - 1)x^(2k - 1)) (Abramowitz and Stegun 6.1.40)."""
    parts = [float(b / (2 * k * (2 * k - 1))) for k, b in enumerate(bernoulli()[:terms], 1)]
    return f"({horner(parts, f'({x}*{x})')})*{x}"


def _product(x: str, first: int, last: int) -> str:
    return "*".join(f"if({x} >= {k + 2}, {x} - {k}, 1)" for k in range(first, last + 1))


GAMMA_TEXT = f"""
{SIN_PI}
z = abs(x)
w = z - floor(z)
inner = 1 + w*({horner(GAMMA, "w")})
low = if(z < 1, inner/(z*(z + 1)), if(z < 2, inner/z, inner*{_product("z", 1, 5)}))
q = 1/z
p = z^if(z < 140, z - 0.5, z/2 - 0.25)
s = exp(-z)*2.5066282746310002*exp({stirling_series("q", 9)})
r = -pi/(x*sin_pi(x))
high = if(z < 140, p*s, p*s*p)
best = if(z < 8, low, high)
whole = if(z < 19 and w == 0, round(best), best)
left = if(x < -190, 0*r, if(z < 140, r/whole, r/p/s/p))
if(z < 1e-20, 1/x, if(x > 172, 1/0, if(x > 0, whole, if(w == 0, 0/0, left))))
"""
"""A polynomial between 2 and 3, the recurrence up to 8, then Stirling's formula; to the left the reflection formula."""

LGAMMA_TEXT = f"""
{SIN_PI}
z = abs(x)
k = max(floor(min(z, 10)) - 2, 0)
a = if(z < 1, z, z - k - 1)
t = if(z < 1, z - 1, z - k - 2)
base = a*t*({horner(LGAMMA, "t")})
q = 1/z
outer = (z - 0.5)*(log(z) - 1) + 0.41893853320467274 + {stirling_series("q", 8)}
up = 0 + if(z < 1, base - log(z), if(z < 3, base, if(z < 10, log({_product("z", 1, 7)}) + base, outer)))
if(z < 1e-20, -log(z), if(x >= 0 or x != x, up, if(x == floor(x), 1/0, log(pi/abs(x*sin_pi(x))) - up)))
"""
"""(x - 1)(x - 2) times a polynomial between 1 and 3, the recurrence up to 10, then Stirling's series; to the left reflection."""

DIGAMMA_TEXT = f"""
{COT_PI}
z = abs(x)
k = max(floor(min(z, 10)) - 1, 0)
root = if(z < 1, z - {ROOT[0] - 1!r} - {ROOT[1]!r}, z - k - {ROOT[0]!r} - {ROOT[1]!r})
t = if(z < 1, z - 0.5, z - k - 1.5)
base = root*({horner(DIGAMMA, "t")})
total = {" + ".join(f"if(z >= {k + 1}, 1/(z - {k}), 0)" for k in range(1, 9))}
s = 1/(z*z)
outer = log(z) - (0.5/z + s*({horner([float(b / (2 * k)) for k, b in enumerate(bernoulli()[:8], 1)], "s")}))
up = if(z < 1, base - 1/z, if(z < 10, base + total, outer))
if(z < 1e-20, -1/x, if(x > 0 or x != x, up, if(x == floor(x), 0/0, up - 1/x - pi*cot_pi(x))))
"""
"""Its zero times a polynomial between 1 and 2, the recurrence up to 10, then the asymptotic series; to the left reflection."""


def power(x: str, n: int) -> str:
    """x^n by squares, which are products; n > 0."""
    if n == 1:
        return x
    return f"({power(x, n // 2)})^2" if n % 2 == 0 else f"{power(x, n - 1)}*{x}"


def polygamma(n: int) -> str:
    """The n-th derivative of digamma, n > 0 (Abramowitz and Stegun 6.4.6, 6.4.7 and 6.4.11)."""
    outer = STEPS + n
    inner = " + ".join(f"if({y} < {outer}, {power(f'(1/({y}))', n + 1)}, 0)" for y in ["z", *(f"z + {k}" for k in range(1, outer))])
    parts = [float(b * Fraction(math.factorial(2 * k + n - 1), math.factorial(2 * k))) for k, b in enumerate(bernoulli()[:10], 1)]
    sign, mirror = ("" if n % 2 else "-"), ("-" if n % 2 else "")
    return f"""
{COT_PI}
z = if(x < 0, 1 - x, x)
inner = {inner}
y = if(z < {outer}, z + ceil({outer} - z), z)
q = 1/y
s = q*q
tail = {power("q", n)}*({math.factorial(n - 1)} + {math.factorial(n)}*(q/2) + s*({horner(parts, "s")}))
up = if(z == 1/0, 0, {sign}(tail + {math.factorial(n)}*inner))
c = cot_pi(x)
if(x >= 0 or x != x, up, if(x == floor(x), 0/0, {mirror}up - pi^{n + 1}*({horner(_cotangent(n), "c")})))
"""


def _cotangent(order: int) -> list[float]:
    """The n-th derivative of the cotangent, a polynomial in it, from cot' = -(1 + cot^2)."""
    poly = [0.0, 1.0]
    for _ in range(order):
        slope = [k * poly[k] for k in range(1, len(poly))]
        poly = [-((slope[k] if k < len(slope) else 0.0) + (slope[k - 2] if k >= 2 else 0.0)) for k in range(len(slope) + 2)]
    return poly


def dsinc(n: int) -> str:
    """The n-th derivative of sin(x)/x: its power series near 0, further out the recurrence of the derivatives of x·sinc(x)."""
    first = (n + 1) // 2
    parts = [(-1.0) ** k / ((2 * k + 1) * math.factorial(2 * k - n)) for k in range(first, first + 10 + n)]
    waves = ("sin(x)", "cos(x)", "-sin(x)", "-cos(x)")
    steps = "; ".join(f"d{k} = ({waves[k % 4]} - {k}*d{k - 1})/x" for k in range(1, n + 1))
    inner = horner(parts, "s")
    if n % 2:
        inner = f"x*({inner})" if n == 1 else f"if(x == 0, 0, x*({inner}))"
    return f"""
s = x*x
d0 = sin(x)/x
{steps}
if(abs(x) < {1.5 + n / 2}, {inner}, if(abs(x) == 1/0, 0, d{n}))
"""


_FAR = "if(m > 1e-3 and m < 1e6 and z > 0 and z < 1/0 and p > 0 and p < 1/0, better, p)"
ROOT_TEXT = f"""
m = abs(n)
z = abs(x)
q = 1/m
high = m*134217729 - (m*134217729 - m)
top = q*134217729 - (q*134217729 - q)
lost = 1 - high*top - high*(q - top) - (m - high)*top - (m - high)*(q - top)
p = z^q
newton = p - (p - z/p^(m - 1))/m
better = p + p*(log(z)*(lost/m))
plain = if(z > 1e-290 and z < 1e290 and m > 1 and m <= 64, newton, {_FAR})
value = if(m == 2, sqrt(z), if(m == 3, cbrt(z), plain))
signed = if(x == 0, if(m == 2 or m == 3, x, x^q), if(x > 0, value, if(m % 2 == 1, -value, 0/0)))
if(n == 0 or x != x or n != n, 0/0, if(n < 0, 1/signed, signed))
"""

_LOST = "if(abs(x) < abs(top), x - (x - top + top), x - (x - top) - top)"
_RATIO = f"ratio(x, top) = if(x - top < -50, exp(x - top), exp(x - top)*(1 + {_LOST}))"
_DEKKER = "what the rounding of a difference loses is made good (Dekker 1971)"
_INFINITE = "abs(top) == 1/0 or top != top"
LOGADDEXP_TEXT = f"{_RATIO}; top = max(x, y); if({_INFINITE}, top, top + log1p(ratio(min(x, y), top)))"


def logsumexp(count: int) -> str:
    """Scaled by the greatest of so many arguments x1, x2, ..., which stands for itself once."""
    names = [f"x{k + 1}" for k in range(count)]
    first = [f"{x} == top" + "".join(f" and {y} != top" for y in names[:k]) for k, x in enumerate(names)]
    rises = " + ".join(f"if({at}, 0, ratio({x}, top))" for x, at in zip(names, first))
    return (
        f"{_RATIO}; top = max({', '.join(names)}); if({_INFINITE}, top, top + log1p({rises}))  # scaled by the greatest; {_DEKKER}"
    )


def _ordered(zeroth: str, higher: Callable[[int], str], source: str) -> Callable[[float], str]:
    """The derivatives of a function by their order, of which there are ORDERS."""

    def text(order: float) -> str:
        if not 0 <= order <= ORDERS or order != int(order):
            return "if(x != x, x, 0/0)  # there is no such order"
        return f"{higher(int(order)) if order else zeroth}  # {source}"

    return text


APPROXIMATIONS = {
    "root": f"{ROOT_TEXT}# the rounding of 1/n made good (Dekker 1971)",
    "logaddexp": f"{LOGADDEXP_TEXT}  # {_DEKKER}",
    "erf": f"{ERF_TEXT}  # a polynomial near 0",
    "erfc": f"{ERFC_TEXT}# Shepherd and Laframboise 1981, Cody 1969",
    "gamma": f"{GAMMA_TEXT}# Abramowitz and Stegun 6.1.15, 6.1.17, 6.1.37",
    "lgamma": f"{LGAMMA_TEXT}# Abramowitz and Stegun 6.1.15, 6.1.17, 6.1.40",
    "digamma": f"{DIGAMMA_TEXT}# Abramowitz and Stegun 6.3.5, 6.3.7, 6.3.18",
}
"""By the name of the row; the remark at the end names the source."""
BY_ORDER = {
    "polygamma": _ordered("digamma(x)", polygamma, "Abramowitz and Stegun 6.4.6, 6.4.7, 6.4.11"),
    "dsinc": _ordered("sinc(x)", dsinc, "power series near 0, recurrence far out"),
}
"""Rows whose first argument is an order: the program of each order."""
BY_COUNT = {"logsumexp": logsumexp}
"""Rows with any number of arguments: the program for so many."""
