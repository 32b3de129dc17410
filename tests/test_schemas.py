"""Everything that is written as JSON is strict, and fits the schema that is shipped for it."""

from __future__ import annotations

import copy
import itertools
import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from autodiff_cli.app import COMMANDS
from console import ROOT, inside
from corpus import lines
from jsonschema import Draft202012Validator
from length import first
from schemas import fits, judge, strict, validator

from autodiff.render import schema

CALLS = [
    words
    for words in lines()
    if words[:1] and words[0] in ("eval", "implicit", "functions", "check", "batch", "diff") and not {"-h", "--help"} & {*words}
]
BODIES = [
    ["x", "x=1"], ["3(a+bc)", "a=5", "b=3", "c=2"], ["3"], ["u = x*y; J = u^2", "x=2", "y=3"], ["abs(x) + sqrt(y)", "x=0", "y=0"],
    ["1/x", "x=0"], ["log(x)", "x=-1"], ["exp(x)*y", "x=1000", "y=0"], ["if(x > 0, x, -x)", "x=0"], ["数*é", "数=2", "é=nan"],
    ["x*y", "x=inf", "y=0"], ["sqrt(x)^2", "x=0"], ["x^2.5", "x=0"],
]  # fmt: skip
OPTIONS = [
    ["--hessian"], ["--order", "4"], ["--direction", "x=1"], ["--mode", "both"], ["--mode", "forward"], ["--mode", "reverse"],
    ["--precision", "30"], ["--no-nodes"], ["--wrt", "x"], ["--strict"], ["--outputs", "J"], ["--outputs", "u,J"],
    ["--explain"],
]  # fmt: skip


def as_json(words: list[str]) -> list[str]:
    """The same call, its result as JSON."""
    kept = [word for k, word in enumerate(words) if word not in ("--json", "--format") and words[k - 1] != "--format"]
    return kept if words[0] == "batch" else [*kept, "--json"]


CHECKS = [words for words in CALLS if words[0] == "check"]


@pytest.mark.sampled(4)
@pytest.mark.parametrize(
    "words", [*(words for words in CALLS if words[0] != "check"), *first(8, CHECKS)], ids=lambda words: " ".join(words)[:60]
)
def test_every_example(words: list[str]) -> None:
    judge(as_json(words), inside(as_json(words), ROOT))


@pytest.mark.sampled(3)
@pytest.mark.parametrize("body", BODIES, ids=lambda words: words[0])
def test_options_together(body: list[str]) -> None:
    pairs = itertools.combinations(OPTIONS, 2) if body in BODIES[3:5] else ()
    for options in itertools.chain([()], itertools.combinations(OPTIONS, 1), pairs):
        words = ["eval", *body, *itertools.chain(*options), "--json"]
        judge(words, inside(words, ROOT))


@pytest.mark.parametrize("name", schema.names())
def test_a_schema_is_one(name: str) -> None:
    document = strict(schema.text(name))
    Draft202012Validator.check_schema(document)
    assert document["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    for part in _parts(document):
        if part.get("type") == "object":
            assert "additionalProperties" in part, part
            assert {*part.get("required", ())} <= {*part.get("properties", ())}
        for reference in (part[key] for key in ("$ref",) if key in part):
            assert reference.removeprefix("#/$defs/") in document["$defs"]


def test_what_is_called_the_same_is_the_same() -> None:
    """Each schema stands by itself, so that definitions are repeated; only the nodes of a Jacobian differ."""
    found: dict[str, Any] = {}
    for name in schema.names():
        for called, meaning in strict(schema.text(name)).get("$defs", {}).items():
            if name != "jacobian" or called not in ("variable", "operation"):
                assert found.setdefault(called, meaning) == meaning, (name, called)


@pytest.mark.long
def test_every_member_is_met() -> None:
    """No property of a schema is there for nothing: some document of the examples has it, the quickest one tried first."""
    met: Counter[str] = Counter()
    further = [["functions"], *[["eval", *BODIES[4], *option] for option in OPTIONS], ["eval", *BODIES[3], "--outputs", "u"]]
    further += [["batch", "examples/batch.jsonl"], ["diff", "log(x^2 + 1)/x", "--steps"], ["diff", "x^3", "x=2", "--hessian"]]
    further += [["eval", "sqrt(x)^2", "x=0", "--explain"], ["eval", "abs(x)^3", "x=0", "--order", "3"], ["check", "x^2", "dx=6"]]
    further += [["check", "x^2", "x=1.5"], ["check", "x^2*sin(y)", "--answers", "examples/answers.txt"]]
    further += [["eval", "x + 2x + 3x + 4x + 5x + 6x + 7x", "x=1", "--explain", "--steps", "3"]]
    further += [["map", "w*x1 + b", "examples/train.csv", "w=1", "b=1", "--reduce", "mean", "--hessian"]]
    further += [["map", "if(x1 > w, x1, 0)", "examples/train.csv", "w=1.38", "--reduce", "mean"]]
    further += [
        words for words in lines() if words[:1] and words[0] in ("uncertainty", "minimize", "fit", "solve") and "-h" not in words
    ]
    there = [name for name in schema.names() if name != "check" or name in COMMANDS]
    asked = {key for name in there for part in _parts(strict(schema.text(name))) for key in part.get("properties", {})}
    asked -= {"certain", "proved", "span", "hint", "error", "code", "message", "exit_code"}
    for words in [*further, *sorted(CALLS, key=lambda words: (words[0] == "check", len("".join(words))))]:
        if asked <= {*met}:
            break
        text = inside(as_json(words), ROOT).stdout
        text = text if text.startswith("{") else ""  # a refusal, or help
        for document in text.splitlines() if words[0] == "batch" or {"--answers", "--in"} & {*words} else [text] if text else []:
            met.update(_members(json.loads(document)))
    assert sorted(asked - {*met}) == []


def _members(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _members(inner)


def _parts(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _parts(inner)


DOCTORED: list[tuple[list[str], list[Any], Any]] = [
    (["eval", "3*x", "x=1"], ["value"], "3"),
    (["eval", "3*x", "x=1"], ["value"], None),
    (["eval", "3*x", "x=1"], ["value_status"], "fine"),
    (["eval", "3*x", "x=1"], ["surplus"], 1),
    (["eval", "3*x", "x=1"], ["schema_version"], 2),
    (["eval", "3*x", "x=1"], ["gradient", "x"], "inf"),
    (["eval", "3*x", "x=1"], ["nodes", 0, "kind"], "number"),
    (["eval", "3*x", "x=1"], ["nodes", 0, "gradient"], 1),
    (["eval", "3*x", "x=1"], ["nodes", 2, "span"], [0]),
    (["eval", "3*x", "x=1"], ["nodes", 2, "partials", 0], "none"),
    (["eval", "3*x", "x=1"], ["hessian"], {"x": {"x": 0}}),
    (["eval", "abs(x)", "x=0"], ["derivative_status", "x", "status"], "ok"),
    (["eval", "x", "x=0", "--precision", "20"], ["precise", "value"], "0,5"),
    (["implicit", "x*y=1", "--of", "y", "x=1", "y=1"], ["steps"], []),
    (["eval", "3*x", "x=1", "--explain"], ["explanation", "paths", "first", 0, "count"], 1.5),
    (["eval", "3*x", "x=1", "--explain"], ["explanation", "nudges", 0, "verdict"], "fine"),
    (["eval", "3*x", "x=1", "--explain"], ["explanation", "backward", "first", 1, "terms", 0, "rule"], ""),
    (["functions"], ["functions", 0, "variadic"], "no"),
    (["diff", "3*x"], ["derivatives", "x"], 3),
    (["diff", "3*x", "x=1"], ["values", "x"], "3"),
    (["diff", "3*x", "--steps"], ["rules", "x", 0, "rule"], 1),
    (["eval", "u=x^2; u*2", "x=1", "--outputs", "u"], ["jacobian", "u"], 2),
]


@pytest.mark.parametrize(("words", "path", "value"), DOCTORED)
def test_a_doctored_document_fails(words: list[str], path: list[Any], value: Any) -> None:
    document = strict(inside([*words, "--json"], ROOT).stdout)
    name = "jacobian" if "jacobian" in document else words[0]
    fits(name, document)
    wrong = copy.deepcopy(document)
    inner = wrong
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    assert not validator(name).is_valid(wrong)


@pytest.mark.parametrize("name", ["eval", "jacobian", "implicit", "functions", "error"])
def test_nothing_that_is_required_may_be_missing(name: str) -> None:
    calls = {
        "eval": ["eval", "3*x", "x=1"], "jacobian": ["eval", "x", "x=1", "--outputs", "J"], "functions": ["functions"],
        "implicit": ["implicit", "x*y=1", "--of", "y", "x=1", "y=1"], "error": ["eval", "("],
    }  # fmt: skip
    done = inside([*calls[name], "--json"], ROOT)
    document = strict(done.stdout or done.stderr)
    optional = {"nodes"} if name in ("eval", "jacobian") else set()
    for member in document.keys() - optional:
        assert not validator(name).is_valid({key: value for key, value in document.items() if key != member}), member
