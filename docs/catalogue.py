"""Collects all messages, keeps their translations, and compiles the catalogue: python docs/catalogue.py"""

from collections.abc import Iterator
from inspect import cleandoc
from io import BytesIO
from pathlib import Path

from autodiff_cli.app import application
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from autodiff.checking.mistakes import MISTAKES
from autodiff.page.html import phrases
from autodiff.primitives import ROWS

ROOT = Path(__file__).parent.parent
PO = ROOT / "autodiff/locale/zh/LC_MESSAGES/messages.po"
MO = PO.with_suffix(".mo")
KEYWORDS = {"say": None, "N_": None, "translated": None, "count": (2, 3)}
HEADERS = [
    ("Project-Id-Version", "autodiff"),
    ("Language", "zh"),
    ("Plural-Forms", "nplurals=1; plural=0;"),
    ("MIME-Version", "1.0"),
    ("Content-Type", "text/plain; charset=utf-8"),
    ("Content-Transfer-Encoding", "8bit"),
]

FOREIGN = (  # what Typer, the operating system and Python's reader of JSON say, as far as people meet it
    "No such file or directory", "Is a directory", "Not a directory", "Permission denied", "No space left on device",
    "File name too long", "Read-only file system", "Input/output error", "Bad file descriptor", "embedded null byte",
    "Expecting value", "Expecting property name enclosed in double quotes", "Expecting ':' delimiter",
    "Expecting ',' delimiter", "Extra data", "Unterminated string starting at", "Invalid control character at",
    "Invalid \\escape", "Invalid \\uXXXX escape", "Illegal trailing comma before end of object",
    "Illegal trailing comma before end of array",
)  # fmt: skip

Text = str | tuple[str, str]


class Messages(Catalog):
    """A catalogue whose header says nothing of dates and versions: the same messages make the same files."""

    mime_headers = property(lambda _: HEADERS, lambda *_: None)  # type: ignore[assignment]


def messages() -> Iterator[tuple[Text, str]]:
    """Every message with the file that it stands in."""
    yield from called()
    yield from table()
    yield from helped()
    yield from ((text, "autodiff/page/assets") for text in phrases())
    yield from ((text, "elsewhere") for text in FOREIGN)


def called() -> Iterator[tuple[Text, str]]:
    """What the source passes to say, count, translated and N_."""
    for folder in ("autodiff", "cli"):
        found = extract_from_dir(ROOT / folder, [("**.py", "python")], keywords=KEYWORDS)
        for file, _, text, _, _ in sorted(found, key=lambda one: one[:2]):
            yield text, f"{folder}/{Path(file).as_posix()}"


def table() -> Iterator[tuple[Text, str]]:
    """What the rows of the tables say: of the primitives, and of the known mistakes."""
    for row in ROWS:
        for text in (*(point.reason for point in row.points), row.meaning, *row.reason, row.convention, *row.rule, *row.alone):
            if text:
                yield text, "autodiff/primitives.py"
    for mistake in MISTAKES:
        for text in (mistake.kind, mistake.said):
            yield text, "autodiff/checking/mistakes.py"


def helped() -> Iterator[tuple[Text, str]]:
    """The help of every command and of its options."""
    program = application()
    for name, command in [("", program), *program.commands.items()]:
        parameters = [getattr(parameter, "help", None) for parameter in command.params]
        for text in (command.help, command.epilog, *parameters):
            if text:
                yield cleandoc(text), name or "autodiff"


def catalogue(old: Catalog) -> Messages:
    """All messages that there are, with the translations that are known."""
    new = Messages(locale="zh", header_comment=old.header_comment, fuzzy=False)
    for text, file in messages():
        known = old.get(text if isinstance(text, str) else text[0])
        new.add(text, known.string if known else "", locations=[(file, 1)])
    for message in new:
        message.flags.clear()
        message.locations = list(dict.fromkeys(message.locations))
    return new


def read() -> Catalog:
    """The catalogue as it is."""
    with PO.open("rb") as file:
        return read_po(file, locale="zh")


def written(found: Catalog) -> bytes:
    """The text of a catalogue."""
    file = BytesIO()
    write_po(file, found, width=None, include_lineno=False)
    return file.getvalue()


def compiled(found: Catalog) -> bytes:
    """The catalogue as gettext reads it."""
    file = BytesIO()
    write_mo(file, found)
    return file.getvalue()


if __name__ == "__main__":
    before = read()
    now = catalogue(before)
    PO.write_bytes(written(now))
    MO.write_bytes(compiled(now))
    for message in before:
        if message.id and now.get(message.id if isinstance(message.id, str) else message.id[0]) is None:
            print(f"gone: {message.id!r} {message.string!r}")
    for message in now:
        if message.id and not message.string:
            print(f"without translation: {message.id!r}")
