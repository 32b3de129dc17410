"""The worksheet as Markdown tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from autodiff.render import rows
from autodiff.render.section import Section
from autodiff.worksheet import Worksheet


def document(sheet: Worksheet, digits: int, sections: Iterable[Section] = (), backward: bool = True) -> Iterator[str]:
    """Lines of Markdown."""
    yield f"{_code(rows.title(sheet))}" + (f" at {_code(rows.where(sheet, digits))}" if sheet.point else "")
    yield ""
    yield from _table(("forward", "formula", "with numbers", "value"), list(rows.forward(sheet, digits)))
    if sheet.wrt and backward:
        back = list(rows.backward(sheet, digits))
        full = any(row.status for row in back)
        yield ""
        heads = ("backward", "chain rule", "with numbers", "value", "status")
        yield from _table(heads if full else heads[:-1], back if full else [row[:-1] for row in back])
    for remark in rows.remarks(sheet, digits):
        yield ""
        yield _escape(remark)
    for section in sections:
        yield from ("", _escape(section.title))
        if section.body:
            yield ""
            yield from _table(section.heads, section.body, section.labels)
        for remark in section.remarks:
            yield from ("", _escape(remark))


def _table(heads: Sequence[str], body: Sequence[Sequence[str]], labels: int = 3) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield f"| {' | '.join('---:' if k >= labels and head != 'status' else '---' for k, head in enumerate(heads))} |"
    for row in body:
        yield f"| {' | '.join(_code(text) if text else '' for text in row)} |"


def _code(text: str) -> str:
    fence = "``" if "`" in text else "`"
    return f"{fence}{text}{fence}".replace("|", "\\|")


def _escape(text: str) -> str:
    return "".join(f"\\{sign}" if sign in "*_`|<>[]#" else sign for sign in text)
