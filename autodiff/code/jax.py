"""Python with JAX: NumPy's spelling under another name, compiled by jit."""

from __future__ import annotations

from autodiff.code import numpy
from autodiff.code.identifiers import Naming
from autodiff.code.program import Program
from autodiff.code.target import Lines, Target

DIALECT = numpy.DIALECT._replace(style=numpy.style("jnp"))
LOOK = numpy.LOOK._replace(preamble=("import jax", "import jax.numpy as jnp", "", 'jax.config.update("jax_enable_x64", True)'))


def _exported(program: Program) -> Lines:
    return numpy.exported(program, "jnp", "@jax.jit")


TARGET = Target("JAX", DIALECT, Naming(numpy.WORDS | {"jax", "jnp"}), LOOK, _exported, numpy.self_test("jnp"))
