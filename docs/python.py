"""Writes docs/python.md from the docstrings of the public names: python docs/python.py"""

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import autodiff
from autodiff.passes.columns import Columns
from autodiff.point.higher import Second
from autodiff.point.worksheet import Step
from autodiff.trust.status import Status

ROOT = Path(__file__).parent.parent

INTRO = """# From Python

The command is a thin skin over a small library. `import autodiff` loads neither a terminal nor NumPy.

```python
>>> import autodiff
>>> f = autodiff.parse("3*(a+b*c)")
>>> f.variables
('a', 'b', 'c')
>>> sheet = f.at(a=5, b=3, c=2)
>>> sheet.value, sheet.gradient
(33.0, {'a': 3.0, 'b': 6.0, 'c': 9.0})
>>> sheet.hessian["b"]["c"]
3.0
>>> str(f.diff("b"))
'3*c'
>>> autodiff.parse("abs(x)").at(x=0).status["x"].status
'kink'
>>> columns = f.columns(a=[5, 1], b=[3, 2], c=2.0)  # many points at once, as NumPy arrays: pip install numpy
>>> columns.value, columns.gradient["c"]
(array([33., 15.]), array([9., 6.]))
>>> function = f.function()  # one point after the other, without statuses, notes and steps
>>> function(5, 3, 2)
(33.0, {'a': 3.0, 'b': 6.0, 'c': 9.0})
```

## Which of them to take

| you have | take | what a point costs |
| --- | --- | --- |
| one point, or some, and want to know whether the numbers can be believed | `at` | 24 to 44 times SymPy's `lambdify` |
| one point after the other, as an optimiser asks for them | `function` | 1.2 times `lambdify` |
| many points at once | `columns` or `vectorized` | see [Speed](speed.md#many-points) |
| a program in another language, or without autodiff | `compile` | nothing of ours |
| to read the derivative | `diff` | |

`function`, `columns` and `compile` leave out the statuses and their one-sided derivatives, notes and steps; what leaves the
range of doubles on the way does not come back, as it does in `at`; and their last digits may differ, as those of every generated
program may.

What depends on the formula alone is kept for the next point, so that `at` is cheaper from the second on.

## What holds of all

- **Numbers** are doubles; NaN and infinities are numbers too. What is given as an integer, a boolean or a number of NumPy is
  converted; a complex number is refused. A formula has no units: angles are in radians, `log` is natural.
- **Shapes.** `at` and `function` take a number for each variable. `columns` and `vectorized` take numbers and arrays, broadcast
  to one shape as NumPy does, and all results have that shape.
- **Order.** Gradients are dictionaries by variable, in order of first appearance or in that of `wrt`.
- **Errors** are `AutodiffError`, or `FormulaError` where the text of a formula is to blame, with the [codes](errors.md) of the
  command line. Where something else is raised, it is said below; all others are bugs of ours.
- **Language.** Messages are English until `autodiff.language.speak("zh")`.
- **A formula is data.** Nothing in it is ever run as Python.
- **Sources.** Values and derivatives of every primitive come from [one table](../autodiff/primitives.py); where an approximation
  serves, a remark in its row names the paper. How exact they are is [measured](accuracy.md).

*What follows is written by `python docs/python.py` from the docstrings; their examples are run by the tests, after this line:*

```python
>>> from autodiff import *
```
"""

PUBLIC: dict[Any, tuple[str, ...]] = {
    autodiff.parse: (),
    autodiff.Formula: ("variables", "at", "worksheet", "columns", "vectorized", "function", "diff", "compile", "picture"),
    autodiff.Worksheet: (
        "value", "gradient", "status", "value_status", "value_reason", "hessian", "second", "derivative", "steps", "backward",
        "reading", "notes", "point", "names", "picture",
    ),
    Step: (),
    Status: (),
    Second: (),
    Columns: ("strays",),
    autodiff.AutodiffError: (),
    autodiff.FormulaError: (),
}  # fmt: skip
"""What programs may rely on."""


def page() -> str:
    """The whole page."""
    return "\n".join([INTRO, *lines()]).rstrip() + "\n"


def lines() -> Iterator[str]:
    """The part that is written from the docstrings."""
    for thing, members in PUBLIC.items():
        yield f"## {thing.__name__}\n"
        fields = getattr(thing, "_fields", ())
        if fields and thing is not Columns:
            yield f"A tuple with the names {', '.join(f'`{name}`' for name in fields)}.\n"
        yield from described(thing.__name__, thing)
        for member in members:
            found = inspect.getattr_static(thing, member)
            yield f"### {member}\n"
            yield from described(f"{thing.__name__.lower()}.{member}", found)


def described(name: str, thing: Any) -> Iterator[str]:
    """How a function is called, its words, and its example."""
    made = getattr(thing, "func", None) or getattr(thing, "fget", None)
    if inspect.isfunction(thing):
        yield f"```text\n{name}{_signature(thing)}\n```\n"
    elif made is not None:
        yield f"```text\n{name}: {_signature(made).removeprefix('() -> ')}\n```\n"
    words, sign, example = (inspect.getdoc(thing) or "").partition(">>> ")
    yield words.strip() + "\n"
    if sign:
        yield f"```python\n{sign}{example.rstrip()}\n```\n"


def _signature(function: Any) -> str:
    """The parameters of a function as they are written, without self."""
    text = str(inspect.signature(function)).replace("(self, /, ", "(").replace("(self, ", "(").replace("(self)", "()")
    return re.sub(r"(: |-> )'([^']*)'", r"\1\2", text)


if __name__ == "__main__":
    (ROOT / "docs/python.md").write_text(page(), encoding="utf-8")
