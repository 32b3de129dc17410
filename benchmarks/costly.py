"""Command lines that are short and may cost much: functions within functions, choices, towers of powers, many names."""

from __future__ import annotations

import random

LARGEST = 9_000  # bytes of a formula
BODIES = (
    *("x*x + 1", "x^x", "max(x, x*x)", "if(x > 0, x, -x)", "if(x > y and x < 1 or x > 3, x + 1, x*x)", "sqrt(x*x) + log(x)/x"),
    *("x - floor(x)", "hypot(x, y)/x", "sigmoid(x)*x", "logsumexp(x, y, x)", "x/(1 + x^2)", "gamma(x)", "mod(x, y)", "(x - y)^3"),
)
TERMS = ("sin({a}*{b})", "{a}*{b}", "sqrt({a})*abs({b} - 1)", "exp({a})/{b}", "max({a}, {b})", "{a}^{b}", "if({a} > {b}, {a}, 1)")


def command(rng: random.Random) -> list[str]:
    """One of them."""
    shape = rng.choice((called, nested, towers, wide, outputs))
    text, names, results = shape(rng)
    values = [f"{name}={rng.choice(('1', '0.5', '2', '0', '1e10'))}" for name in names]
    one = names[0]
    return rng.choice(
        (
            ["eval", text, *values, "--json"],
            ["eval", text, *values, "--outputs", ",".join(results), "--json"] if results else ["eval", text, *values],
            ["eval", text, *values, "--hessian", "--json"],
            ["eval", text, *values, "--wrt", one, "--order", str(rng.choice((2, 5, 40)))],
            ["diff", text, "--wrt", one],
            ["diff", text, "--format", "latex"],
            ["diff", text, "--steps"],
            ["diff", text, "--wrt", one, "--order", str(rng.choice((2, 3, 20)))],
            ["check", text, f"d{one}=1"],
            ["check", text, *[f"d{name}=1" for name in names[:40]]],
            ["compile", text, "--to", rng.choice(("duckdb", "sqlite", "postgresql", "spark", "c", "latex", "python"))],
            ["graph", text, *values, "--format", "svg"],
        )
    )


def called(rng: random.Random) -> tuple[str, list[str], list[str]]:
    """A function of a function."""
    depth = rng.choice((3, 8, 14, 30))
    return f"f(x) = {rng.choice(BODIES)}; {'f(' * depth}x + y{')' * depth}", ["x", "y"], []


def nested(rng: random.Random) -> tuple[str, list[str], list[str]]:
    """A formula that stands in itself."""
    body, text = rng.choice(BODIES), "(x*y)"
    for _ in range(rng.choice((3, 8, 14, 30))):
        longer = "".join(f"({text})" if sign == "x" else sign for sign in body.replace("max", "M").replace("exp", "E"))
        longer = longer.replace("M", "max").replace("E", "exp")
        if len(longer) > LARGEST:
            break
        text = longer
    return text, ["x", "y"], []


def towers(rng: random.Random) -> tuple[str, list[str], list[str]]:
    """Powers of powers, and squares of squares."""
    depth, number = rng.choice((4, 14, 25, 60)), rng.choice(("1", "x", "1e29", "1/3", "y"))
    if rng.random() < 0.5:
        return "^".join(["x"] * depth) + "+y", ["x", "y"], []
    text = "x"
    for _ in range(depth):
        text = f"({text}^2 + {number})"
    return f"{text} + y", ["x", "y"], []


def wide(rng: random.Random) -> tuple[str, list[str], list[str]]:
    """Many variables."""
    count, term = rng.choice((10, 100, 300)), rng.choice(TERMS)
    names = [f"x{k}" for k in range(count)]
    terms = [term.format(a=a, b=b) for a, b in zip(names, [*names[1:], names[0]])]
    return rng.choice("+*").join(terms), names, []


def outputs(rng: random.Random) -> tuple[str, list[str], list[str]]:
    """Many outputs."""
    count = rng.choice((10, 100, 300, 700))
    results = [f"o{k}" for k in range(count)]
    steps = [f"{name} = x*{k + 1}" if k % 7 or not k else f"{name} = {results[k - 1]}^2" for k, name in enumerate(results)]
    return "; ".join(steps), ["x"], results
