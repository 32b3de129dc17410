"""A real browser for the pages: Chromium from the system's packages, driven by Playwright; one for all tests."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import autodiff
from autodiff.page.html import page as interactive

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-default-apps", "--disable-sync",
]  # fmt: skip
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("web")


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    with playwright.sync_playwright() as engine:
        chromium = engine.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser: Any, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Opens the page of a formula. At the end: nothing but the file was asked for, and nothing went wrong on the page."""
    contexts, requests, errors = [], [], []

    def visit(
        text: str,
        wrt: list[str] | None = None,
        title: str = "",
        language: str = "en",
        look: dict[str, Any] | None = None,
        **at: float,
    ) -> Any:
        sheet = autodiff.parse(text).worksheet(at, wrt)
        return show(interactive(sheet, title, language), look or {})

    def show(html: str, look: dict[str, Any] = {}) -> Any:  # noqa: B006
        file = tmp_path / f"page{len(contexts)}.html"
        file.write_text(html, "utf-8")
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce", **look})
        context.set_default_timeout(5000)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: requests.append(request.url) if request.url != file.as_uri() else None)
        page.on("console", lambda message: errors.append(message.text) if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(file.as_uri())
        return page

    visit.show = show  # type: ignore[attr-defined]
    yield visit
    for context in contexts:
        context.close()
    assert requests == []
    assert errors == []
