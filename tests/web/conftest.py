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
HERE = str(Path(__file__).parent)
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if str(item.path).startswith(HERE):
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


@pytest.fixture(scope="session")
def window(browser: Any) -> Iterator[Any]:
    """The page that all tests share: a new one costs a second, a new document in it does not."""
    page = browser.new_page()
    page.set_default_timeout(5000)
    page.asked, page.told, page.wrong = [], [], []
    page.on("request", lambda request: page.asked.append(request.url))
    page.on("console", lambda message: page.told.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: page.wrong.append(str(error)))
    page.on("dialog", lambda dialog: (page.wrong.append(dialog.message), dialog.dismiss()))
    yield page
    page.close()


@pytest.fixture
def page(window: Any) -> Any:
    """An empty page; what it asks for, what it tells, and what goes wrong on it, is remembered."""
    if window.url != "about:blank":
        window.goto("about:blank")
    return fresh(window)


def fresh(page: Any) -> Any:
    """Nothing is remembered, and the window is as at first."""
    page.asked, page.told, page.wrong = [], [], []
    looks(page)
    return page


def looks(page: Any, viewport: tuple[int, int] = (1280, 900), color_scheme: str = "light") -> None:
    """The size of the window, and its colours; everything else is as at first."""
    width, height = viewport
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(media="screen", color_scheme=color_scheme, reduced_motion="reduce")


@pytest.fixture
def visit(window: Any, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Opens the page of a formula. At the end: nothing but the file was asked for, and nothing went wrong on the page."""
    page, file = window, tmp_path / "page.html"
    page.asked, page.told, page.wrong = [], [], []

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
        file.write_text(html, "utf-8")
        looks(page, **look)
        page.goto(file.as_uri())
        return page

    visit.show = show  # type: ignore[attr-defined]
    yield visit
    assert {*page.asked} <= {file.as_uri()}
    assert page.told == []
    assert page.wrong == []
