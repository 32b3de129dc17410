"""Measures docs/comparison.md: one gradient from a shell, as a whole process, beside libraries. Nothing here is a test.

    pip install casadi sympy jax torch autograd    what is not installed is left out
    python benchmarks/peers.py                     seconds of the processor; the machine's Python must have both

Each program differentiates the logistic loss by three variables and prints value and gradient; the least of some runs counts,
by turns. What it takes to write the formula is counted in characters.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

from speed import seconds, source

ROOT = Path(__file__).parent.parent
ROUNDS = 7
AT = {"w1": 0.5, "x1": 2.0, "w2": -0.25, "x2": 3.0, "b": 0.1, "y": 1.0}
LOSS = "z = w1*x1 + w2*x2 + b; a = sigmoid(z); -(y*log(a) + (1 - y)*log(1 - a))"
PROGRAMS = {
    "SymPy": """import sympy as s
w1, x1, w2, x2, b, y = s.symbols("w1 x1 w2 x2 b y")
a = 1/(1 + s.exp(-(w1*x1 + w2*x2 + b)))
L = -(y*s.log(a) + (1 - y)*s.log(1 - a))
f = s.lambdify((w1, x1, w2, x2, b, y), [L, *[s.diff(L, v) for v in (w1, w2, b)]], "math", cse=True)
print(f(0.5, 2.0, -0.25, 3.0, 0.1, 1.0))
""",
    "CasADi": """import casadi as c
w1, x1, w2, x2, b, y = v = [c.SX.sym(n) for n in ("w1", "x1", "w2", "x2", "b", "y")]
a = 1/(1 + c.exp(-(w1*x1 + w2*x2 + b)))
L = -(y*c.log(a) + (1 - y)*c.log(1 - a))
f = c.Function("f", v, [L, c.gradient(L, c.vertcat(w1, w2, b))])
print(f(0.5, 2.0, -0.25, 3.0, 0.1, 1.0))
""",
    "Autograd": """import autograd.numpy as n
from autograd import value_and_grad
def L(p):
    w1, w2, b = p
    a = 1/(1 + n.exp(-(w1*2.0 + w2*3.0 + b)))
    return -(1.0*n.log(a) + (1 - 1.0)*n.log(1 - a))
print(value_and_grad(L)(n.array([0.5, -0.25, 0.1])))
""",
    "JAX": """import jax
from jax import numpy as n
jax.config.update("jax_enable_x64", True)
def L(w1, x1, w2, x2, b, y):
    a = jax.nn.sigmoid(w1*x1 + w2*x2 + b)
    return -(y*n.log(a) + (1 - y)*n.log(1 - a))
print(jax.value_and_grad(L, (0, 2, 4))(0.5, 2.0, -0.25, 3.0, 0.1, 1.0))
""",
    "PyTorch": """import torch
w1, x1, w2, x2, b, y = t = [torch.tensor(v, dtype=torch.float64) for v in (0.5, 2.0, -0.25, 3.0, 0.1, 1.0)]
for v in (w1, w2, b):
    v.requires_grad_()
a = torch.sigmoid(w1*x1 + w2*x2 + b)
L = -(y*torch.log(a) + (1 - y)*torch.log(1 - a))
L.backward()
print(L.item(), w1.grad.item(), w2.grad.item(), b.grad.item())
""",
}


def measure() -> None:
    """Print a table."""
    values = [f"{name}={value}" for name, value in AT.items()]
    ours = [sys.executable, "-P", "-m", "autodiff_cli", "eval", LOSS, *values, "--wrt", "w1,w2,b"]
    commands = {"autodiff, JSON": [*ours, "--json", "--no-nodes"], "autodiff, tables": [*ours, "--format", "plain"]}
    for name, program in PROGRAMS.items():
        if importlib.util.find_spec({"PyTorch": "torch"}.get(name, name.lower())):
            commands[name] = [sys.executable, "-c", program]
    least = {name: min(seconds(command, source(ROOT)) for _ in range(2)) for name, command in commands.items()}
    for _ in range(ROUNDS):
        for name, command in commands.items():
            least[name] = min(least[name], seconds(command, source(ROOT)))
    for name, found in least.items():
        lines = PROGRAMS.get(name, "").count("\n") or 1
        print(f"| {name} | {found / least['autodiff, JSON']:.1f} | {found:.2f} s | {lines} |")


if __name__ == "__main__":
    measure()
