"""JSON read by the letter, and held against the schemas that are shipped."""

from __future__ import annotations

import json
from functools import cache
from typing import Any
from xml.etree import ElementTree

from console import Outcome
from jsonschema import Draft202012Validator

from autodiff.render import schema


@cache
def validator(name: str) -> Draft202012Validator:
    """The validator of a kind of document."""
    return Draft202012Validator(json.loads(schema.text(name)))


def strict(text: str) -> Any:
    """JSON without NaN, without a name that stands twice. Raises ValueError."""

    def refuse(word: str) -> Any:
        raise ValueError(f"{word} is not JSON")

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len({name for name, _ in pairs}) != len(pairs):
            raise ValueError(f"a name stands twice in {pairs}")
        return dict(pairs)

    return json.loads(text, parse_constant=refuse, object_pairs_hook=once)


def fits(name: str, document: Any) -> None:
    """A document fits its schema. Raises ValueError, which says where it does not."""
    for error in validator(name).iter_errors(document):
        raise ValueError(f"not as {name}.json says at {list(error.absolute_path)}: {error.message[:500]}")


def judge(words: list[str], done: Outcome, codes: tuple[int, ...] = (0, 1, 2, 3, 4)) -> None:
    """What must hold of every command line: its exit code, no traceback, strict JSON that fits its schema. Raises ValueError."""
    if done.code not in codes or "Traceback" in done.stderr + done.stdout or '"E090"' in done.stdout:
        raise ValueError(f"exit code {done.code}: {done.stderr[:2000]}")
    if words[:1] == ["batch"]:
        for line in done.stdout.splitlines():
            fits("batch", strict(line))
    if done.stdout.startswith("<svg"):
        ElementTree.fromstring(done.stdout)
    if {"--answers", "--in"} & {*words} and done.stdout and done.stdout.startswith("{"):
        for line in done.stdout.splitlines():
            fits("answers", strict(line))
        return
    if "--json" not in words or words[0] in ("batch", "schema") or {"-h", "--help", "--version"} & {*words}:
        return
    if done.stdout:
        document = strict(done.stdout)
        fits("jacobian" if "jacobian" in document else words[0], document)
    elif done.stderr.count("\n") != 1:
        raise ValueError(f"standard error is not one line: {done.stderr[:2000]}")
    else:
        fits("error", strict(done.stderr))
