"""The page's engine, run by Node beside the worksheets that it must agree with."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from typing import Any, NamedTuple

from autodiff.page import engine
from autodiff.point.worksheet import Worksheet

NODE = shutil.which("node")

DRIVER = """
const text = (x) => (typeof x === "number" ? (Object.is(x, -0) ? "-0" : String(x)) : x === undefined ? null : x);
const spell = ({ status, node, reason, left, right }) =>
  ({ status, node, reason: say(reason.text, reason.values), left: text(left), right: text(right) });
console.log(JSON.stringify(JOBS.map(({ tape, at }) => {
  const done = work(tape, new Map(Object.entries(at).map(([name, x]) => [name, Number(x)])));
  const { value, derivatives } = judge(done);
  return {
    values: done.values.map(text), adjoints: done.adjoints.map(text), partials: done.partials.map((all) => all && all.map(text)),
    value: value && spell(value), statuses: Object.fromEntries([...derivatives].map(([place, found]) => [place, spell(found)])),
  };
})));
"""


class Told(NamedTuple):
    """What the page says of a derivative that is not simply right."""

    status: str
    node: int
    reason: str
    left: float | None
    right: float | None


class Answer(NamedTuple):
    """What the page makes of a worksheet; a value that was not computed, and a structural zero, are None."""

    values: list[Any]
    adjoints: list[Any]
    partials: list[Any]
    value: Told | None
    statuses: dict[int, Told]


def answers(sheets: Sequence[Worksheet]) -> list[Answer]:
    """All worksheets in one process."""
    known = engine.keys(sheet.tape for sheet in sheets)
    jobs = [
        {"tape": engine.tape_data(sheet.tape, sheet.wrt, known), "at": {name: engine.number(x) for name, x in sheet.point.items()}}
        for sheet in sheets
    ]
    words = 'const DATA = {"language": "en", "words": {}, "nodes": []};'
    assets = [engine.asset(f"{name}.js") for name in ("numbers", "words")]
    script = "\n".join(['"use strict";', words, *assets, engine.script(known), f"const JOBS = {json.dumps(jobs)};", DRIVER])
    done = subprocess.run([NODE or "node", "-"], input=script, capture_output=True, text=True, encoding="utf-8", timeout=300)
    assert done.returncode == 0, done.stderr[-3000:]
    return [_answer(found) for found in json.loads(done.stdout)]


def _answer(found: dict[str, Any]) -> Answer:
    partials = [all if all is None else [*map(_number, all)] for all in found["partials"]]
    statuses = {int(place): _told(one) for place, one in found["statuses"].items()}
    value = found["value"] and _told(found["value"])
    return Answer([*map(_number, found["values"])], [*map(_number, found["adjoints"])], partials, value, statuses)


def _told(found: dict[str, Any]) -> Told:
    return Told(found["status"], found["node"], found["reason"].replace("−", "-"), _number(found["left"]), _number(found["right"]))


def _number(text: Any) -> Any:
    return float(text.replace("Infinity", "inf")) if isinstance(text, str) else text
