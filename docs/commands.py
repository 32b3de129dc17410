"""Writes docs/commands/, a page for each command from what it declares and from its help: python docs/commands.py"""

import inspect
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from autodiff_cli.commands import COMMANDS, Declared, command, declared

from autodiff.messages import speak

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "docs/commands"
sys.path.append(str(ROOT / "tests"))

from console import replayed  # noqa: E402

WATCHING = "repl.md#a-file-that-is-saved-again-and-again"
MORE = {
    "eval": ("tutorial.md", "guide.md", "explain.md", "digits.md", "lecture.md", WATCHING),
    "diff": ("diff.md", WATCHING),
    "check": ("check.md", "ci.md"),
    "graph": ("gallery.md", WATCHING),
    "compile": ("compile.md", "engines.md"),
    "map": ("map.md", "cluster.md"),
    "minimize": ("minimize.md", "tutorial.md"),
    "solve": ("minimize.md#roots-of-equations",),
    "fit": ("fit.md", "fit-files.md"),
    "completion": ("guide.md#completion", "install.md"),
    "man": ("guide.md#completion", "install.md"),
    "batch": ("batch.md", "recipes.md"),
    "functions": ("guide.md#all-of-one-function", "conventions.md", "accuracy.md"),
    "schema": ("json.md",),
}
"""The pages of docs/ that tell the rest, as far as they are there; of a command that is not here, the page that has its name."""


def pages() -> dict[str, str]:
    """Every page by the name of its file, without the output of its examples, which the tests of all pages fill in."""
    speak("en")
    exits = dict(_exits())
    return {"README.md": index(), **{f"{name}.md": "\n".join(page(name, exits)) + "\n" for name in COMMANDS}}


def index() -> str:
    """The list of all commands."""
    rows = [(f"[`autodiff {name}`]({name}.md)", _escaped(_told(name)[0])) for name in COMMANDS]
    head = "# Commands\n\nWhat each is for, and how it is called; `autodiff COMMAND --help` says the same in a terminal.\n"
    return "\n".join([head, *table(("command", "what it does"), rows), "", _written("all pages of this folder"), ""])


def page(name: str, exits: dict[str, list[tuple[str, str]]]) -> Iterator[str]:
    """The lines of a page."""
    summary, *others = _told(name)
    parameters = list(declared(command(name)))
    free = [about for _, _, about in parameters if not about.option]
    yield f"# `autodiff {name}`\n\n{_escaped(summary)}\n"
    yield f"```text\n{' '.join([f'autodiff {name} [OPTIONS]', *[_bracketed(about.metavar or '') for about in free]])}\n```\n"
    for about in free:
        yield f"`{about.metavar}`: {_escaped(about.help)}\n"
    found = list(_links(name))
    if found:
        yield f"More: {', '.join(found)}.\n"
    yield from _examples(others)
    yield "## Options\n"
    yield from table(("option", "what it does"), list(_options(name, parameters)))
    yield "\n## Exit codes\n"
    yield from table(("code", "when"), exits.get(name, []))
    yield "\n[Every code](../errors.md#exit-codes) means the same in every command; 70, 130 and 141 stand there too.\n"
    yield _written("this page")


def _told(name: str) -> list[str]:
    """The paragraphs of the help."""
    text = inspect.cleandoc(command(name).__doc__ or "")
    return [" ".join(paragraph.split()) for paragraph in text.split("\n\n")]


def _bracketed(metavar: str) -> str:
    return metavar if metavar.startswith("[") else f"[{metavar}]"


def _links(name: str) -> Iterator[str]:
    """Where there is more to read."""
    for target in MORE.get(name, (f"{name}.md",)):
        path = ROOT / "docs" / target.partition("#")[0]
        if path.exists() and (title := _title(path, target.partition("#")[2])):
            yield f"[{title}](../{target})"


def _title(path: Path, anchor: str) -> str:
    """The title of a page, or the heading that an anchor leads to; nothing, if there is none."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    named = {re.sub(r"[^\w -]", "", one.lower()).replace(" ", "-"): one for one in headings}
    return named.get(anchor, "") if anchor else str(headings[0])


def _examples(paragraphs: Sequence[str]) -> Iterator[str]:
    """What the help says besides its summary: examples, and what they show."""
    if any("autodiff " in one for one in paragraphs):
        yield "## Examples\n"
    for paragraph in paragraphs:
        caption, sign, line = paragraph.partition(": autodiff ")
        if sign:
            yield from [] if caption == "For example" else [f"{_escaped(caption)}:\n"]
            yield _run(f"autodiff {line}")
        elif "autodiff " in paragraph:
            yield _run(paragraph)
        elif paragraph != "For example:":
            yield f"{_escaped(paragraph)}\n"


def _run(line: str) -> str:
    """An example; what needs a file or writes one, prints pages or waits for somebody is only shown."""
    bare = re.sub(r"'[^']*'|\"[^\"]*\"", "", line)
    is_run = not re.search(r" -o | data[.]|[<>]|^autodiff (completion|man|mcp|repl|schema)\b", bare)
    return f"```console\n$ {line}\n```\n" if is_run else f"```sh\n{line}\n```\n"


def _options(name: str, parameters: Sequence[tuple[str, Any, Declared]]) -> Iterator[tuple[str, str]]:
    """The options, and what they are; of a value that is there by default, which."""
    usual = inspect.signature(command(name)).parameters
    for parameter, _, about in parameters:
        if about.option:
            default = usual[parameter].default if parameter in usual else None
            usually = f" If left out: `{default}`." if default and "if left out" not in about.help else ""
            yield f"`{about.option} {about.metavar or ''}".rstrip() + "`", _escaped(about.help) + usually
    yield "`-h`, `--help`", "Show the help and exit."


def _exits() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """What the exit codes of each command mean, from the table of docs/errors.md."""
    text = (ROOT / "docs/errors.md").read_text(encoding="utf-8").partition("\nBy command:\n")[2]
    heads, _, *rows = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in text.strip().splitlines()]
    for name, *cells in rows:
        yield name.strip("`"), [(code, cell) for code, cell in zip(heads[1:], cells) if cell != "–"]


def _escaped(text: str) -> str:
    """Words for Markdown: what would be read as its signs stays what it is."""
    return re.sub(r"([*_<>|\[\]])", r"\\\1", text)


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """A table; in a cell a bar is no border."""
    for row in (heads, ["---"] * len(heads), *rows):
        yield "| " + " | ".join(re.sub(r"(?<!\\)[|]", r"\\|", cell) for cell in row) + " |"


def _written(what: str) -> str:
    return f"*`python docs/commands.py` writes {what} from the help of the program, and a test compares them.*"


def write() -> None:
    """Write the pages, with the output of their examples."""
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.iterdir():
        old.unlink()
    for name, text in pages().items():
        (FOLDER / name).write_text(replayed(text, ROOT), encoding="utf-8")


if __name__ == "__main__":
    write()
