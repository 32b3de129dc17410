"""Structural equality up to signs and spelling: every node gets the number of its class, and -x that of x, complemented.

Differences are sums, squares are products, powers of e are exponentials, square roots are `sqrt`. So patterns are compared
number by number, and `exp(-2*x)` is seen to be the exponential of minus `2*x`. Numbers are given on demand, each node once.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from autodiff.tape import Apply, Node, Tape, Var
from autodiff.trust.naive.suspects import is_e


class Form(NamedTuple):
    """What the members of a class have in common. `args` are signed classes: ~c is minus the class c."""

    op: str
    args: tuple[int, ...] = ()
    name: str = ""
    value: float = 0.0


Key = tuple[object, ...]


def bare(signed: int) -> int:
    """A class without its sign."""
    return signed if signed >= 0 else ~signed


class Forms:
    """The classes of a tape."""

    def __init__(self, tape: Tape) -> None:
        self.tape = tape
        self.forms: list[Form] = []
        self.varies: list[bool] = []
        self.known: dict[int, int] = {}
        self._classes: dict[Key, int] = {}

    def of(self, place: int) -> int:
        """The signed class of a node."""
        nodes, known, stack = self.tape.nodes, self.known, [place]
        while stack:
            node = nodes[stack[-1]]
            missing = [j for j in node.args if j not in known] if type(node) is Apply else []
            if missing:
                stack += reversed(missing)
            else:
                known[stack.pop()] = self._number(node)
        return known[place]

    def form(self, signed: int) -> Form:
        """What a class is; the minus of a sum is a sum."""
        form = self.forms[bare(signed)]
        if signed < 0 and form.op == "add":
            return form._replace(args=tuple([~arg for arg in form.args]))
        return form

    def _number(self, node: Node) -> int:
        if isinstance(node, Var):
            return self._class(("", node.name), Form("var", name=node.name))
        if not isinstance(node, Apply):
            size = abs(node.value)
            found = self._class(("", size), Form("const", name=node.text.lstrip("-"), value=size))
            return ~found if math.copysign(1.0, node.value) < 0 else found
        args = tuple([self.known[j] for j in node.args])
        if node.op in ("copy", "neg"):
            return args[0] if node.op == "copy" else ~args[0]
        return self._signed(*self._respelt(node, args))

    def _respelt(self, node: Apply, args: tuple[int, ...]) -> tuple[str, tuple[int, ...]]:
        """The one spelling of what has several."""
        if node.op == "sub":
            return "add", (args[0], ~args[1])
        if node.op == "pow" and is_e(self.tape.nodes[node.args[0]]):
            return "exp", args[1:]
        if node.op == "pow" and args[1] >= 0 and (exponent := self.forms[args[1]]).op == "const":
            if exponent.value == 2:
                return "mul", (args[0], args[0])
            if exponent.value == 0.5:
                return "sqrt", args[:1]
        return node.op, args

    def _signed(self, op: str, args: tuple[int, ...]) -> int:
        """The class of an operation, its sign taken out as far as it can be seen."""
        minus = False
        if op in ("mul", "div"):
            minus = (args[0] < 0) != (args[1] < 0)
            args = (bare(args[0]), bare(args[1]))
        elif op == "add" and min(args, key=bare) < 0:
            minus, args = True, (~args[0], ~args[1])
        key = sorted(args, key=bare) if op in ("add", "mul") else args
        found = self._class((op, *key), Form(op, args))
        return ~found if minus else found

    def _class(self, key: Key, form: Form) -> int:
        number = self._classes.get(key)
        if number is None:
            number = self._classes[key] = len(self.forms)
            self.forms.append(form)
            self.varies.append(form.op == "var" or any(self.varies[bare(arg)] for arg in form.args))
        return number
