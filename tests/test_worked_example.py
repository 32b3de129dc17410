"""The worked example of a classic lecture, in three spellings."""

import pytest

import autodiff

SPELLINGS = ["3*(a+b*c)", "3(a+bc)", "u=b*c; v=a+u; J=3*v"]


@pytest.mark.parametrize("text", SPELLINGS)
def test_every_number(text: str) -> None:
    sheet = autodiff.parse(text).at(a=5, b=3, c=2)
    assert {step.name: step.value for step in sheet.steps() if step.kind == "operation"} == {"u": 6, "v": 11, "J": 33}
    assert {step.name: step.formula for step in sheet.steps() if step.kind == "operation"} == {"u": "b*c", "v": "a + u", "J": "3*v"}
    assert [(step.name, step.gradient) for step in sheet.backward()] == [
        ("J", 1), ("v", 3), ("u", 3), ("a", 3), ("b", 6), ("c", 9),
    ]  # fmt: skip
    assert sheet.status == {}
    assert sheet.value_status == "ok"
