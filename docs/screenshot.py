"""Takes docs/page.png, a picture of the page of the worked example in Chromium: python docs/screenshot.py"""

from pathlib import Path
from shutil import which

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parent.parent
STEPS = 6  # the step that is shown


def screenshot() -> bytes:
    """The page in the middle of its walk."""
    with sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=which("chromium"), args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1200, "height": 860}, color_scheme="light", reduced_motion="reduce")
        page.goto((ROOT / "examples/worked-example.html").as_uri())
        page.keyboard.press("Home")
        for _ in range(STEPS):
            page.keyboard.press("ArrowRight")
        picture = page.screenshot()
        browser.close()
    return picture


if __name__ == "__main__":
    (ROOT / "docs/page.png").write_bytes(screenshot())
