"""The page of conventions is current, and other libraries answer as it says, each where it is installed."""

import json
import math
import runpy
from typing import Any

import pytest
from cases import CASES
from console import ROOT
from length import LONG
from peers import PEERS, RECORD, strict

from autodiff.trust.status import ORDER

RECORDED: dict[str, Any] = json.loads(RECORD.read_text(encoding="utf-8"))


def same(found: Any, recorded: Any) -> bool:
    """Whether two answers agree but for the last digits, in which versions and machines differ."""
    if isinstance(found, dict) and isinstance(recorded, dict):
        return found.keys() == recorded.keys() and all(same(found[key], recorded[key]) for key in found)
    if isinstance(found, float) and isinstance(recorded, float):
        return math.isclose(found, recorded, rel_tol=1e-12)
    return bool(found == recorded)


@pytest.mark.parametrize("name", [pytest.param(name, marks=LONG) if name == "JAX" else name for name in PEERS])
def test_they_answer_as_recorded(name: str) -> None:
    peer, recorded = PEERS[name], RECORDED[name]
    pytest.importorskip(peer.package, reason=f"{name} is not installed, so its column of docs/conventions.md is not proved here")
    found = strict(peer.answers())
    differing = {
        title: (found[title], recorded["answers"][title]) for title in found if not same(found[title], recorded["answers"][title])
    }
    assert differing == {}, f"(found, recorded), with {name} {peer.version}; recorded with {name} {recorded['version']}"


def test_every_case_is_recorded() -> None:
    """For its formula and point as they are now."""
    assert list(RECORDED) == list(PEERS)
    for name in PEERS:
        answers = RECORDED[name]["answers"]
        assert list(answers) == [case.title for case in CASES], name
        assert all(answer is None or set(answer["gradient"]) == set(case.slopes) for case, answer in zip(CASES, answers.values()))


def test_the_page_is_current() -> None:
    module = runpy.run_path(str(ROOT / "docs/conventions.py"))
    assert module["page"]() == (ROOT / "docs/conventions.md").read_text(encoding="utf-8"), "run python docs/conventions.py"
    assert list(module["MEANINGS"]) == list(ORDER)
    reasons = [row[-1] for case in CASES for row in module["rows"](case, RECORDED)]
    assert all(reasons)
