"""A terminal that is the same everywhere. Typer and Rich read the environment when they are imported."""

import gc
import os
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import mpmath
import pytest
from hypothesis import settings

from autodiff.messages import speak, spoken

for name in list(os.environ):
    if name.startswith("AUTODIFF_") or name in {
        "FORCE_COLOR", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "PY_COLORS", "GITHUB_ACTIONS", "COLUMNS", "LINES",
        "LANG", "LANGUAGE", "LC_ALL", "LC_MESSAGES",
    }:  # fmt: skip
        del os.environ[name]
os.environ["_TYPER_FORCE_DISABLE_TERMINAL"] = "1"
os.environ["TERMINAL_WIDTH"] = "100"
os.environ["PYTHONUTF8"] = "1"
if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):  # else hundreds of commands would compile us again and again
    os.environ["PYTHONPYCACHEPREFIX"] = str(Path(__file__).parents[1] / ".pytest_cache/bytecode")
settings.register_profile("same", derandomize=True, deadline=None, database=None, print_blob=False)
settings.load_profile("same")

from autodiff_cli import app  # noqa: E402

_built = cache(lambda _language, *wanted, build=app.application: build(*wanted))
app.application = lambda *wanted: _built(spoken(), *wanted)  # for thousands of commands in one process


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """What is collected stays to the end: garbage is not looked for among it, neither meanwhile nor afterwards."""
    gc.disable()
    found = yield
    gc.freeze()
    gc.enable()
    return found


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Of a test that is marked `sampled(n)` one in n cases is run by default, the others at length."""
    seen = Counter[str]()
    for item in items:
        mark = item.get_closest_marker("sampled")
        if mark is not None:
            test = item.nodeid.partition("[")[0]
            if seen[test] % mark.args[0]:
                item.add_marker(pytest.mark.long)
            seen[test] += 1


@pytest.fixture(autouse=True)
def eighty_digits_and_english() -> Iterator[None]:
    """The oracle is always more exact than what it judges; a command in another language leaves no trace."""
    with mpmath.workdps(80):
        yield
    speak("en")


@pytest.fixture(autouse=True)
def without_balls(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answers of mpmath alone, wherever python-flint is installed; the tests of balls ask for them."""
    if "balls" not in request.keywords:
        monkeypatch.setattr("autodiff.numbers.balls.available", lambda: False)
