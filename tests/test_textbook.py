"""Published worked examples: our numbers round to the printed ones, and agree with exact ones to the last digits."""

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import autodiff

EXAMPLES = tomllib.loads((Path(__file__).parent / "textbook.toml").read_text(encoding="utf-8"))["example"]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: str(example["name"]))
def test_example(example: dict[str, Any]) -> None:
    sheet = autodiff.parse(example["formula"]).at(**{name: float(text) for name, text in example["at"].items()})
    steps = {step.name: step for step in sheet.steps()}
    slack = example["slack"]
    assert prints(sheet.value, example["value"], slack)
    for name, text in example["gradient"].items():
        assert prints(sheet.gradient[name], text, slack), name
    for name, text in example.get("steps", {}).items():
        assert prints(steps[name].value, text, slack), name
    for name, text in example.get("adjoints", {}).items():
        gradient = steps[name].gradient
        assert gradient is not None
        assert prints(gradient, text, slack), name
    exact = {name: float(text) for name, text in example["exact"].items()}
    assert sheet.value == pytest.approx(exact.pop("value"), rel=1e-14)
    assert {f"d{name}": slope for name, slope in sheet.gradient.items()} == pytest.approx(exact, rel=1e-12, abs=1e-15)
    assert sheet.status == {} or example["name"] == "micrograd README example"


def prints(value: float, text: str, slack: float) -> bool:
    """Whether a value lies within so many units of the last printed digit."""
    unit = 10.0 ** int(Decimal(text).as_tuple().exponent)
    return abs(value - float(text)) <= slack * unit


def test_logistic_regression() -> None:
    """The example in examples/: dz is a - y, and every weight gets that times its input."""
    text = (Path(__file__).parent.parent / "examples/logistic.txt").read_text(encoding="utf-8")
    sheet = autodiff.parse(text).at(w1=0.5, w2=-0.25, b=0.1, x1=2, x2=3, y=1)
    steps = {step.name: step for step in sheet.steps()}
    a = steps["a"].value
    assert a == pytest.approx(0.5866175789173301, rel=1e-15)
    assert sheet.value == pytest.approx(0.533382, abs=1e-6)
    assert steps["z"].gradient == pytest.approx(a - 1, rel=1e-15)
    assert [sheet.gradient[name] for name in ("w1", "w2", "b")] == pytest.approx([2 * (a - 1), 3 * (a - 1), a - 1], rel=1e-15)
