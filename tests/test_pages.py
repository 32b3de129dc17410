"""The pages hang together: links lead somewhere, the table of contents has every page, and what contributors are told is so."""

import re
from itertools import product
from pathlib import Path

import test_storeys
from console import ROOT

PAGES = [*ROOT.glob("*.md"), ROOT / "grammar/README.md", ROOT / "examples/README.md", *sorted(ROOT.glob("docs/**/*.md"))]
BLOCK = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")


def prose(page: Path) -> str:
    """A page without its code."""
    text = BLOCK.sub("", page.read_text(encoding="utf-8"))
    return re.sub(r"`[^`\n]+`", lambda found: found[0].replace("]", ""), text)


def anchors(page: Path) -> set[str]:
    """What links to a place in a page may say, by the rules of GitHub."""
    headings = re.findall(r"^#+ (.+)$", BLOCK.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_links_lead_somewhere() -> None:
    dead = []
    for page in PAGES:
        for link in LINK.findall(prose(page)):
            path, _, anchor = link.partition("#")
            target = page if not path else page.parent / path
            if not link.startswith(("http://", "https://")) and (
                not target.exists() or (anchor and target.suffix == ".md" and anchor not in anchors(target))
            ):
                dead.append(f"{page.relative_to(ROOT)}: {link}")
    assert dead == []


def test_the_table_of_contents_has_every_page() -> None:
    index = ROOT / "docs/README.md"
    linked = {(index.parent / link.partition("#")[0]).resolve() for link in LINK.findall(prose(index))}
    assert [page.name for page in ROOT.glob("docs/*.md") if page != index and page.resolve() not in linked] == []


def test_contributors_find_what_they_are_told_of() -> None:
    """Every room of the house, every file, and every table by its name in capitals."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    rooms = {room for storey in test_storeys.STOREYS for room in storey.split()} - {"__init__"}
    assert {room for room in rooms if f"`{room}/`" not in text and f"`{room}.py`" not in text} == set()
    sources = [*ROOT.glob("autodiff/**/*.py"), *ROOT.glob("cli/**/*.py"), *ROOT.glob("tests/*.py")]
    homes = [ROOT, ROOT / "autodiff", ROOT / "cli/autodiff_cli", ROOT / "autodiff/code", ROOT / "tests", ROOT / "docs"]
    files = set(re.findall(r"`(?:python )?([\w/]+\.(?:py|md|js|lark|po)\b)", text)) - {"autodiff/code/NAME.py", "docs/NAME.md"}
    found = {file for file, home in product(files, homes) if (home / file).exists()}
    assert files - found == set()
    code = "".join(path.read_text(encoding="utf-8") for path in sources)
    tables = set(re.findall(r"`(_?[A-Z]{4,})`", text)) - {"NAME"}
    assert {table for table in tables if not re.search(rf"^{table}\b.*=|^    {table}\b", code, re.MULTILINE)} == set()


NUMBER = re.compile(r"(?<![\w.,])\d[\d,]*(?:\.\d+)*")


def test_numbers_of_the_comparison_stand_where_they_were_measured() -> None:
    """In a row that links a page of ours every number is on that page; what the benchmark of its own prints is not checked."""
    page = (ROOT / "docs/comparison.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("|") and re.search(r"\]\(\w+\.md", line)]
    assert len(rows) > 10
    for row in rows:
        [link] = set(re.findall(r"\]\((\w+\.md)", row))
        known = set(NUMBER.findall((ROOT / "docs" / link).read_text(encoding="utf-8")))
        assert set(NUMBER.findall(re.sub(r"\]\([^)]*\)", "]", row))) - known - {"1"} == set(), row
