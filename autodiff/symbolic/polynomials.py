"""Polynomials in several variables with whole coefficients: exact division, and common divisors that are proved by it."""

from __future__ import annotations

from collections.abc import Mapping
from math import gcd, prod
from operator import add, ge, sub

Exponents = tuple[int, ...]
"""A monomial: the exponent of every variable."""
Polynomial = dict[Exponents, int]
"""The coefficient of every monomial; none of them is 0."""

LARGEST = 150  # monomials that a polynomial could have, by its degrees
TRIES = 3  # numbers that are put in the place of a variable


def divided(f: Polynomial, g: Polynomial) -> Polynomial | None:
    """f/g, if there is no rest."""
    rest, quotient, top = dict(f), Polynomial(), max(g)
    while rest:
        lead = max(rest)
        factor, remainder = divmod(rest[lead], g[top])
        if remainder or not all(map(ge, lead, top)):
            return None
        shift = tuple(map(sub, lead, top))
        quotient[shift] = factor
        for exponents, c in g.items():
            _add(rest, tuple(map(add, exponents, shift)), -factor * c)
    return quotient


def multiplied(f: Polynomial, g: Polynomial) -> Polynomial:
    """f·g."""
    result = Polynomial()
    for a, c in f.items():
        for b, d in g.items():
            _add(result, tuple(map(add, a, b)), c * d)
    return result


def _add(f: Polynomial, exponents: Exponents, c: int) -> None:
    total = f.get(exponents, 0) + c
    if total:
        f[exponents] = total
    else:
        del f[exponents]


def content(f: Polynomial) -> int:
    """The greatest number that divides all coefficients, with the sign of the leading one."""
    return gcd(*f.values()) * (1 if f[max(f)] > 0 else -1)


def primitive(f: Polynomial) -> Polynomial:
    """f divided by its content."""
    c = content(f)
    return {exponents: d // c for exponents, d in f.items()}


def size(f: Polynomial) -> int:
    """How many monomials there are up to the degrees of f."""
    return prod(max(degrees) + 1 for degrees in zip(*f))


def common_divisor(f: Polynomial, g: Polynomial) -> Polynomial | None:
    """A primitive polynomial that divides both, the greatest one as a rule; None where it is 1, or not found with little work.

    The heuristic of Char, Geddes and Gonnet: the greatest common divisor of the values at a great number has, as its digits
    in that base, the coefficients of the divisor. Whatever is found is tried by division.
    """
    if not f or not g or max(size(f), size(g)) > LARGEST:
        return None
    found = _divisor(primitive(f), primitive(g), len(max(f)))
    return None if found is None or not any(map(any, found)) else found


def _divisor(f: Polynomial, g: Polynomial, variables: int) -> Polynomial | None:
    if not variables:
        return {(): gcd(*f.values(), *g.values())}
    common = gcd(*f.values(), *g.values())  # which holds the digits of the variables that have been replaced before
    f, g = primitive(f), primitive(g)
    base = 2 * min(max(map(abs, f.values())), max(map(abs, g.values()))) + 29
    for _ in range(TRIES):
        a, b = _at(f, base), _at(g, base)
        inner = _divisor(a, b, variables - 1) if a and b else None
        if inner is not None:
            found = primitive(_digits(inner, base))
            if divided(f, found) is not None and divided(g, found) is not None:
                return {exponents: common * c for exponents, c in found.items()}
        base = base * 73794 // 27011
    return None


def _at(f: Mapping[Exponents, int], value: int) -> Polynomial:
    """f with a number in the place of its last variable."""
    result = Polynomial()
    for (*rest, n), c in f.items():
        _add(result, tuple(rest), c * value**n)
    return result


def _digits(f: Polynomial, base: int) -> Polynomial:
    """The polynomial in one more variable that has these values: its coefficients are the digits, between -base/2 and base/2."""
    result, n = Polynomial(), 0
    while f:
        following = Polynomial()
        for exponents, c in f.items():
            digit = (c + base // 2) % base - base // 2
            if digit:
                result[*exponents, n] = digit
            if c != digit:
                following[exponents] = (c - digit) // base
        f, n = following, n + 1
    return result
