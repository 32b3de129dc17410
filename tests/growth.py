"""Random formulas of any size whose values stay tame, with every kind of operation that all peers have."""

from __future__ import annotations

import random

VARIABLES = tuple(f"x{k}" for k in range(10))
SHAPES = (
    ("({} + {})", 1), ("({} - {})", 1), ("({}*{})", 1), ("sin({})", 1), ("cos({})", 1), ("tanh({})", 1), ("sigmoid({})", 1),
    ("({}/(1 + {}^2))", 3), ("sqrt(1 + {}^2)", 3), ("log(1 + {}^2)", 3), ("exp(-{}^2)", 3), ("atan({})", 1),
)  # fmt: skip
"""What a formula is grown from, and how many operations each of them has."""


def grown(nodes: int, seed: int) -> str:
    """A tree of so many operations: pieces are put together until one is left, new variables where none is left to join."""
    rng = random.Random(seed)
    pieces: list[str] = []
    left = nodes - 1
    while left > 0:
        shape, size = rng.choice([(shape, size) for shape, size in SHAPES if size <= left])
        inner = [_taken(pieces, rng) for _ in range(shape.count("{}"))]
        pieces.append(shape.format(*inner))
        left -= size
        if left <= len(pieces):
            break
    while len(pieces) > 1:
        pieces = [*(f"({a} + {b})" for a, b in zip(pieces[::2], pieces[1::2])), *pieces[len(pieces) & ~1 :]]
    return pieces[0]


def _taken(pieces: list[str], rng: random.Random) -> str:
    """A piece that is not used yet, or a variable."""
    if not pieces or rng.random() < 0.35:
        return rng.choice(VARIABLES)
    k = rng.randrange(len(pieces))
    pieces[k], pieces[-1] = pieces[-1], pieces[k]
    return pieces.pop()
