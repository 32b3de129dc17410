"""Quantiles of the normal distribution and of Student's t, for whole degrees of freedom, in doubles."""

from __future__ import annotations

import math

LARGE = 2000  # degrees of freedom from which the normal distribution with four corrections has every digit that counts


def normal(probability: float) -> float:
    """How many standard deviations on both sides hold this probability, less than 1."""
    z, target = 1.0, 1 - probability
    for _ in range(60):
        density = math.exp(-z * z / 2) * math.sqrt(2 / math.pi)
        step = (math.erfc(z / math.sqrt(2)) - target) / density
        z += max(-0.5, min(0.5, step))
        if abs(step) < 1e-15 * z:
            break
    return z


def student(probability: float, degrees: float) -> float:
    """The same for Student's t; degrees of freedom that are no whole number are cut."""
    if degrees == math.inf:
        return normal(probability)
    n = int(degrees)
    return _corrected(normal(probability), n) if n > LARGE else _inverse(probability, n)


def _inverse(probability: float, n: int) -> float:
    """By bisection in the angle θ with tan θ = t/√n, where every probability has a place."""
    low, high = 0.0, math.pi / 2
    for _ in range(70):
        middle = (low + high) / 2
        low, high = (middle, high) if within(middle, n) < probability else (low, middle)
    return math.tan((low + high) / 2) * math.sqrt(n)


def within(angle: float, n: int) -> float:
    """The probability that |t| is below √n·tan θ: a finite sum (Abramowitz and Stegun 26.7.3 and 26.7.4)."""
    sine, cosine = math.sin(angle), math.cos(angle)
    term, terms = (cosine if n % 2 else 1.0), list[float]()
    for k in range(3 if n % 2 else 2, n + 1, 2):
        terms.append(term)
        term *= cosine * cosine * (k - 1) / k
    if n % 2:
        return (angle + sine * math.fsum(terms)) * 2 / math.pi
    return sine * math.fsum(terms)


def _corrected(z: float, n: int) -> float:
    """From the normal quantile, by powers of 1/n (26.7.5)."""
    return z + (
        (z**3 + z) / (4 * n)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * n**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * n**3)
        + (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / (92160 * n**4)
    )
