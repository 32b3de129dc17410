"""Long formulas of three kinds: sums of products, the same with functions, and programs whose steps use earlier ones."""

from __future__ import annotations

import random

PARTS = ("sin(x{})*x{}", "exp(-x{}^2)", "x{}/(1+x{}^2)", "sqrt(x{})*log(x{})", "tanh(x{})-x{}", "sigmoid(x{}*x{})")
VARIABLES = tuple(f"x{k}" for k in range(1, 10))
VALUES = tuple(f"{name}={k / 10}" for k, name in enumerate(VARIABLES, 1))


def flat(nodes: int, seed: int = 1) -> str:
    """So many operations: products of nine variables and constants, added up."""
    rng = random.Random(seed)
    return "+".join(f"x{rng.randint(1, 9)}*{rng.randint(1, 9)}.5" for _ in range(nodes // 2))


def mixed(nodes: int, seed: int = 1) -> str:
    """The same with functions, powers and quotients."""
    rng = random.Random(seed)
    return "+".join(rng.choice(PARTS).format(rng.randint(1, 9), rng.randint(1, 9)) for _ in range(nodes // 4))


def program(nodes: int, seed: int = 1) -> str:
    """One step a line, each made of the one before it and of another that is not far."""
    rng = random.Random(seed)
    lines = [f"s0 = {'*'.join(VARIABLES)}"]
    for k in range(1, nodes // 4):
        lines.append(f"s{k} = sin(s{k - 1})*x{rng.randint(1, 9)} + s{rng.randint(max(0, k - 5), k - 1)}/2")
    return "\n".join(lines)


SHAPES = {"sums of products": flat, "mixed functions": mixed, "programs": program}
