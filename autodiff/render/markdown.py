"""The worksheet as Markdown tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from autodiff.messages import say
from autodiff.point.worksheet import Worksheet
from autodiff.render import rows
from autodiff.render.answer import answer
from autodiff.render.notation import Plain
from autodiff.render.section import Section


def worksheet(
    sheet: Worksheet, digits: int, sections: Iterable[Section] = (), backward: bool = True, judged: bool = True
) -> Iterator[str]:
    """Lines of Markdown."""
    yield title(rows.title(sheet), rows.where(sheet, digits))
    yield ""
    yield from table((say("forward"), say("formula"), say("with numbers"), say("value")), list(rows.forward(sheet, digits)))
    if sheet.wrt and backward:
        back = list(rows.backward(sheet, digits))
        full = any(row.status for row in back)
        yield ""
        heads = (say("backward"), say("chain rule"), say("with numbers"), say("value"), say("status"))
        yield from table(heads if full else heads[:-1], back if full else [row[:-1] for row in back])
    if judged:
        yield from ("", answer(sheet, digits, Code))
    for remark in rows.remarks(sheet, digits) if judged else ():
        yield ""
        yield escape(remark)
    yield from following(sections)


def following(sections: Iterable[Section]) -> Iterator[str]:
    """Each section with its title."""
    for section in sections:
        yield from ("", f"**{escape(section.title)}**")
        if section.body:
            yield ""
            yield from table(section.heads, section.body, section.labels)
        for remark in (*section.warnings, *section.remarks):
            yield from ("", escape(remark))


def title(formula: str, point: str) -> str:
    """What is computed, and where."""
    return say("{formula} at {point}", formula=code(formula), point=code(point)) if point else code(formula)


def table(heads: Sequence[str], body: Sequence[Sequence[str]], labels: int = 3, prose: int | None = None) -> Iterator[str]:
    """The lines of a table; the column `prose` holds words, the others formulas and numbers."""
    yield f"| {' | '.join(heads)} |"
    words = say("status")
    yield f"| {' | '.join('---:' if k >= labels and head != words else '---' for k, head in enumerate(heads))} |"
    for row in body:
        yield f"| {' | '.join(escape(text) if k == prose else code(text) if text else '' for k, text in enumerate(row))} |"


def code(text: str) -> str:
    """A text as code."""
    fence = "``" if "`" in text else "`"
    return f"{fence}{text}{fence}".replace("|", "\\|")


def escape(text: str) -> str:
    """A text in which no sign is read as Markdown."""
    return "".join(f"\\{sign}" if sign in "*_`|<>[]#" else sign for sign in text)


class Code(Plain):
    """Plain text that is shown as code."""

    def inline(self, text: str) -> str:
        return code(text)

    def prose(self, text: str) -> str:
        return escape(text)

    def words(self, text: str) -> str:
        return code(text)

    def size(self, text: str) -> str:
        return f"abs({text})"
