"""Julia as its manual describes it, as far as we write it: read by a grammar, put into Python, strict about domains.

It stands in where Julia is not installed.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from autodiff.numbers import floats
from autodiff.passes.evaluate import function


class DomainError(Exception):
    """What Julia throws outside a domain."""


def _strict(op: str, is_inside: Callable[[float], bool]) -> Callable[[float], float]:
    def strict(x: float) -> float:
        if not (is_inside(x) or x != x):
            raise DomainError(op, x)
        return float(function(op)(x))

    return strict


def _atan(*args: float) -> float:
    return math.atan2(*args) if len(args) == 2 else math.atan(*args)


def _power(x: float, y: float) -> float:
    if x < 0 and y != math.floor(y):
        raise DomainError("^", x, y)
    return 1.0 if x == 1 or y == 0 else floats.pow(x, y)


BASE: dict[str, Any] = {
    **{op: function(op) for op in ["cbrt", "exp", "expm1", "sinh", "cosh", "tanh", "asinh", "abs", "floor", "ceil", "round"]},
    **{op: _strict(op, lambda x: x >= 0) for op in ("sqrt", "log", "log2", "log10")},
    **{op: _strict(op, math.isfinite) for op in ("sin", "cos", "tan")},
    **{op: _strict(op, lambda x: abs(x) <= 1) for op in ("asin", "acos", "atanh")},
    "log1p": _strict("log1p", lambda x: x >= -1),
    "acosh": _strict("acosh", lambda x: x >= 1),
    "atan": _atan,
    "hypot": math.hypot,
    "Float64": float,
    "NamedTuple": dict,
    "Inf": math.inf,
    "NaN": math.nan,
}
SIGNS = {"&&": "and", "||": "or"}
UNARY = {"-": "-", "!": "not "}
CALLS = {"/": "quotient", "%": "remainder", "^": "power"}
OWN = {"quotient": floats.div, "power": _power, "remainder": lambda x, y: math.nan if y == 0 or math.isinf(x) else math.fmod(x, y)}


def tree(text: str) -> Any:
    """The grammar's reading of a file. Raises SyntaxError."""
    import tree_sitter_julia
    from tree_sitter import Language, Parser

    root = Parser(Language(tree_sitter_julia.language())).parse(text.encode()).root_node
    if root.has_error:
        raise SyntaxError(text)
    return root


def python_of(text: str) -> dict[str, Any]:
    """The functions of a file that holds nothing else."""
    space = {**OWN, "BASE": BASE}
    lines = [_function(node) for node in tree(text).named_children if node.type == "function_definition"]
    exec("\n".join(lines), space)
    return space


def _function(node: Any) -> str:
    signature, *steps = [child for child in node.named_children if child.type != "line_comment"]
    name, params = signature.named_children[0].named_children
    known = {child.text.decode() for child in params.named_children}
    lines = [_statement(step, known) for step in steps]
    return "\n".join([f"def {_mine(name)}({', '.join(map(_mine, params.named_children))}):", *[f"  {line}" for line in lines]])


def _mine(node: Any) -> str:
    return f"{node.text.decode()}_v" if not node.text.decode().startswith("fun") else str(node.text.decode())


def _statement(node: Any, known: set[str]) -> str:
    if node.type == "return_statement":
        return f"return {_text(node.named_children[0], known)}"
    assert node.type == "assignment"
    target, _, value = node.named_children
    line = f"{_mine(target)} = {_text(value, known)}"
    known.add(target.text.decode())
    return line


def _text(node: Any, known: set[str]) -> str:
    """An expression in Python, bracketed as the grammar says."""
    kids, text = node.named_children, node.text.decode()
    match node.type:
        case "float_literal":
            return str(text)
        case "identifier":
            return _mine(node) if text in known else f"BASE[{text!r}]"
        case "parenthesized_expression":
            return f"({_text(kids[0], known)})"
        case "unary_expression":
            return f"({UNARY[kids[0].text.decode()]}{_text(kids[1], known)})"
        case "binary_expression":
            a, sign, b = _text(kids[0], known), kids[1].text.decode(), _text(kids[2], known)
            return f"{CALLS[sign]}({a}, {b})" if sign in CALLS else f"({a} {SIGNS.get(sign, sign)} {b})"
        case "ternary_expression":
            p, a, b = [_text(kid, known) for kid in kids]
            return f"({a} if {p} else {b})"
        case "tuple_expression" | "open_tuple" if kids[0].type != "named_field":
            return "(" + ", ".join(_text(kid, known) for kid in kids) + ")"
        case "tuple_expression":
            fields = [kid.named_children for kid in kids]
            return "{" + ", ".join(f"{key.text.decode()!r}: {_text(value, known)}" for key, value in fields) + "}"
        case "call_expression":
            name, args = kids[0].text.decode(), ", ".join(_text(kid, known) for kid in kids[1].named_children)
            if name in UNARY:
                return f"({UNARY[name]}({args}))"
            return f"{f'BASE[{name!r}]' if name in BASE else _mine(kids[0])}({args})"
    raise SyntaxError(node.type)
