"""C that computes rows of numbers: a kernel for every row of the table over a block of points, and a loop that calls them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from autodiff.code.c import DIALECT, LOOK, TARGET
from autodiff.code.definitions import Definition
from autodiff.code.identifiers import renamed
from autodiff.code.lines import lines
from autodiff.code.lower import Lowered, calling, closure, lower
from autodiff.code.routines import routine
from autodiff.code.source_file import written
from autodiff.numbers.approximations import BY_ORDER
from autodiff.numbers.arrays import NEAR_ZERO
from autodiff.primitives import ROWS
from autodiff.tape import Recorder, Tape

MOST = 4  # arguments of a kernel
VECTOR = ("exp", "log", "sin", "cos")
"""What glibc's libmvec has for four doubles at once, within 4 ulp."""


class Kernel(NamedTuple):
    """A row for so many arguments."""

    name: str
    lowered: Lowered


def kernels() -> Iterator[Kernel]:
    """All that C computes within a few units in the last place, with plain numbers as arguments."""
    for row in ROWS:
        if row.name in BY_ORDER or row.name in NEAR_ZERO:
            continue
        for count in range(2, MOST + 1) if row.variadic else [len(row.names)]:
            recorder = Recorder()
            args = [recorder.var(f"{letter}[i]") for letter in "abcd"[:count]]
            place = recorder.apply(row.name, tuple(args))
            yield Kernel(f"{row.name}/{count}", lower(Tape(recorder.nodes, place), DIALECT))


def source(block: int) -> str:
    """The text of the library, which computes so many points together."""
    found = list(kernels())
    used: dict[str, Definition] = {}
    for kernel in found:
        used |= kernel.lowered.used
    definitions = closure(used, DIALECT)
    functions = renamed(definitions, TARGET.naming, {"a", "b", "c", "d", "o", "i", "n", "run", "names"})
    style = calling(DIALECT.style, functions)
    parts = [written(routine(definition, functions, TARGET, style), LOOK) for definition in definitions.values()]
    for number, kernel in enumerate(found):
        (text,) = lines(kernel.lowered.tape, [kernel.lowered.tape.output], {}, iter(()), style, 10**6).roots
        parts.append([KERNEL.format(number=number, text=text)])
    names = [kernel.name for kernel in found]
    filled = {
        "block": str(block),
        "functions": "".join(f"FOUR({name})\n" for name in VECTOR),
        "table": ", ".join(
            f"FAST({op}, k{number})" if (op := name.removesuffix("/1")) in VECTOR else f"k{number}"
            for number, name in enumerate(names)
        ),
        "names": " ".join(names),
    }
    body = "\n\n".join("\n".join(part) for part in parts)
    return re.sub("‹(.*?)›", lambda hole: filled[hole[1]], f"{HEAD}\n{body}\n{FAST}{LOOP}")


HEAD = """#include <math.h>
#include <string.h>
#define BLOCK ‹block›
#define GIVEN double *o, const double *a, const double *b, const double *c, const double *d, long n
"""

KERNEL = """static void k{number}(GIVEN) {{
  (void)a; (void)b; (void)c; (void)d;
#pragma GCC ivdep
  for (long i = 0; i < n; i++) o[i] = {text};
}}"""

FAST = """
#ifdef VECTOR
typedef double four __attribute__((vector_size(32)));
#define FOUR(name) \\
  four _ZGVdN4v_##name(four); \\
  static void name##4(GIVEN) { \\
    (void)b; (void)c; (void)d; \\
    long i = 0; \\
    four x; \\
    for (; i + 4 <= n; i += 4) { \\
      memcpy(&x, a + i, 32); \\
      x = _ZGVdN4v_##name(x); \\
      memcpy(o + i, &x, 32); \\
    } \\
    if (i < n) { \\
      x = (four){1.0, 1.0, 1.0, 1.0}; \\
      memcpy(&x, a + i, 8 * (n - i)); \\
      x = _ZGVdN4v_##name(x); \\
      memcpy(o + i, &x, 8 * (n - i)); \\
    } \\
  }
‹functions›#define FAST(name, plain) name##4
#else
#define FAST(name, plain) plain
#endif
"""

LOOP = """
typedef void kernel(GIVEN);
static kernel *table[] = {‹table›};
const char *const names = "‹names›";

// Six numbers a step: the kernel, the register of its result, those of its arguments. `at` are the registers, of a block each.
// Where a slope is loose, its variable may be no number while the value is one.
void run(long rows, long steps, const int *code, double **at, long inputs, const int *in, const double **columns, long outputs,
         const int *out, const int *towards, const int *loose, double **results) {
  double missing[BLOCK];
  for (long first = 0; first < rows; first += BLOCK) {
    const long n = rows - first < BLOCK ? rows - first : BLOCK;
    for (long k = 0; k < inputs; k++) at[in[k]] = (double *)columns[k] + first;
    for (const int *s = code; s < code + 6 * steps; s += 6) table[s[0]](at[s[1]], at[s[2]], at[s[3]], at[s[4]], at[s[5]], n);
    const double *value = at[out[0]];
    memcpy(results[0] + first, value, 8 * n);
    for (long i = 0; i < n; i++) missing[i] = value[i] != value[i] ? NAN : 0.0;
    for (long k = 1; k < outputs; k++) {
      const double *slope = at[out[k]], *x = at[towards[k]];
      double *result = results[k] + first;
#pragma GCC ivdep
      for (long i = 0; i < n; i++) result[i] = slope[i] + missing[i];
      for (long i = 0; loose[k] && i < n; i++)
        if (x[i] != x[i]) result[i] = NAN;
    }
  }
}
"""
