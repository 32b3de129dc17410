"""A page for each command says what its help says, runs its examples, and leads to the pages that are written by hand."""

import re
import runpy

from autodiff_cli.commands import COMMANDS, command, declared
from console import BLOCK, ROOT

MODULE = runpy.run_path(str(ROOT / "docs/commands.py"))
FOLDER = ROOT / "docs/commands"


def typed(block: re.Match[str]) -> str:
    """The commands of a block alone."""
    return "".join(line for line in block[0].splitlines(keepends=True) if line.startswith("$ "))


def test_the_pages_are_current() -> None:
    """But for the output of the examples, which is that of all pages' examples."""
    written = {path.name: BLOCK.sub(typed, path.read_text(encoding="utf-8")) for path in FOLDER.iterdir()}
    pages = MODULE["pages"]()
    assert written.keys() == pages.keys(), "run python docs/commands.py"
    assert [name for name in pages if pages[name] != written[name]] == [], "run python docs/commands.py"


def test_the_exit_codes_of_every_command_are_told() -> None:
    """In the table of docs/errors.md, from which the pages have them; no cell needs another one to be understood."""
    exits = dict(MODULE["_exits"]())
    assert list(exits) == list(COMMANDS)
    assert [name for name, cells in exits.items() if cells[0][0] != "0" or "as above" in str(cells)] == []


def test_every_command_has_more_to_read() -> None:
    for name in COMMANDS:
        page = (FOLDER / f"{name}.md").read_text(encoding="utf-8")
        assert re.search(r"^More: .*\.$", page, re.MULTILINE), name


def test_every_option_is_told_by_hand_too() -> None:
    """Each in a page about its command, and what all commands take in the guide."""
    shared = set.intersection(*({about.option for _, _, about in declared(command(name))} for name in COMMANDS))
    untold = []
    for name in COMMANDS:
        targets = [target.partition("#")[0] for target in MODULE["MORE"].get(name, [f"{name}.md"])]
        pages = "".join((ROOT / "docs" / target).read_text("utf-8") for target in targets if (ROOT / "docs" / target).exists())
        own = {about.option for _, _, about in declared(command(name))} - shared
        untold += [f"{name} {option}" for option in own if not re.search(rf"{option}(?![\w-])", pages)]
    guide = (ROOT / "docs/guide.md").read_text("utf-8")
    assert sorted([*untold, *(option for option in shared - {""} if f"`{option}" not in guide)]) == []
