"""The conversation at a terminal: the prompt, keys, completion, history; with prompt_toolkit and without it."""

import os
import sys
import time
from pathlib import Path

import pytest
from length import LONG
from terminal import CTRL_C, CTRL_D, ENTER, TAB, UP, Terminal

RUN = [sys.executable, "-m", "autodiff_cli", "repl"]
pytestmark = pytest.mark.skipif(os.name == "nt", reason="a terminal that is none needs a system with pseudo-terminals")


def toolkit() -> None:
    pytest.importorskip("prompt_toolkit", reason="prompt_toolkit is not installed: the prompt has no completion to test")


@pytest.fixture
def plain(tmp_path: Path) -> dict[str, str]:
    """An environment in which prompt_toolkit cannot be imported."""
    (tmp_path / "prompt_toolkit.py").write_text("raise ImportError('hidden by a test')\n")
    return {"PYTHONPATH": os.pathsep.join([str(tmp_path), *filter(None, [os.environ.get("PYTHONPATH")])])}


def test_keys(tmp_path: Path) -> None:
    toolkit()
    with Terminal(RUN, {"XDG_STATE_HOME": str(tmp_path)}) as screen:
        screen.expect("help")
        screen.expect("> ")
        screen.press("a = 5", ENTER, "b = 2", ENTER, "J = 3*(a +", ENTER)
        screen.expect("… ")
        screen.press("b)", ENTER)
        screen.expect("J = 3*(a + b) = 21")
        screen.expect("da = dJ/da = 3, db = 3")
        screen.expect("> ")
        screen.press("sin(3))")
        screen.expect("sin(3))")
        screen.press(CTRL_C)
        screen.expect("> ")
        screen.press("b = 4", ENTER)
        screen.expect("J: 21 → 27")
        assert "\x1b[0;31;4m)" in screen.raw  # the bracket too much is red and underlined
        screen.expect("> ")
        screen.press("explai", TAB)
        screen.expect("explain")
        screen.press(" b", ENTER)
        screen.expect("dJ/db = ∂J/∂u·∂u/∂b = 3·1 = 3")
        screen.expect("> ")
        screen.press(CTRL_D)
        assert screen.left() == 0
        assert "Traceback" not in screen.shown
    with Terminal(RUN, {"XDG_STATE_HOME": str(tmp_path), "NO_COLOR": "1"}) as screen:
        screen.expect("> ")
        screen.press(UP, UP)
        screen.expect("b = 4")
        screen.press(ENTER)
        screen.expect("> ")
        screen.press("b + 1", ENTER)
        screen.expect("b + 1 = 5")
        assert "\x1b[94m" not in screen.raw
        screen.press("quit", ENTER)
        assert screen.left() == 0
    assert (tmp_path / "autodiff/repl_history").stat().st_mode & 0o77 in (0, 0o44)


@LONG
def test_a_history_that_cannot_be_written(tmp_path: Path) -> None:
    toolkit()
    (tmp_path / "autodiff").write_text("a file where the folder should be")
    with Terminal(RUN, {"XDG_STATE_HOME": str(tmp_path)}) as screen:
        screen.expect("> ")
        screen.press("2*3", ENTER)
        screen.expect("2*3 = 6")
        screen.expect("> ")
        screen.press(CTRL_D)
        assert screen.left() == 0


def test_without_prompt_toolkit(plain: dict[str, str], tmp_path: Path) -> None:
    plain["XDG_STATE_HOME"] = str(tmp_path)
    with Terminal(RUN, plain) as screen:
        screen.expect("pip install prompt-toolkit")
        screen.expect("> ")
        screen.press("a = 5", ENTER)
        screen.expect("> ")
        screen.press("a + 1")
        screen.expect("a + 1")
        time.sleep(0.3)  # a Ctrl-C between two keys waits for the next one: so Python reads lines
        screen.press(CTRL_C)
        screen.expect("> ")
        screen.press("J = (a +", ENTER)
        screen.expect("… ")
        screen.press("1)^2", ENTER)
        screen.expect("J = (a + 1)^2 = 36")
        screen.press("1/2a", ENTER)
        screen.expect("error[E006]")
        screen.expect("> ")
        screen.press(CTRL_D)
        assert screen.left() == 0
        assert "Traceback" not in screen.shown
    with Terminal(RUN, plain) as screen:
        screen.expect("> ")
        screen.press(UP, UP, UP)
        screen.expect("J = (a +")  # of the conversation before
        screen.press(CTRL_C)


@LONG
@pytest.mark.parametrize("language", ["en", "zh"])
def test_ctrl_c_gives_up_a_computation(plain: dict[str, str], language: str) -> None:
    with Terminal([*RUN, "--lang", language], plain) as screen:
        screen.expect("> ")
        screen.press("x = 1", ENTER, "f0(x) = sin(x)*x", ENTER)
        for k in range(14):
            screen.press(f"f{k + 1}(x) = f{k}(f{k}(x))", ENTER)
        screen.press("x; f14(x)*f14(2*x)*f14(3*x)*f14(4*x)", ENTER)
        screen.expect("f14(4*x)")
        screen.expect("x = 1\n")  # what it says before it computes
        screen.press(CTRL_C)
        screen.expect("interrupted" if language == "en" else "中断")
        screen.press("x", ENTER)
        screen.expect("x = 1")
        screen.expect("> ")
        screen.press(CTRL_D)
        assert screen.left() == 0
