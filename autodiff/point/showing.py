"""How formulas and worksheets show themselves in a notebook: what draws them stands storeys above, and is handed in by the roof."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import islice
from typing import TYPE_CHECKING, Any

from autodiff.errors import AutodiffError

if TYPE_CHECKING:
    from typing import Protocol

    class Drawer(Protocol):
        """What draws a formula or a worksheet."""

        def html(self, about: Any, /) -> str | None: ...

        def latex(self, about: Any, /) -> str | None: ...

        def picture(self, about: Any, /) -> str: ...


LONG, FEW = 120, 8  # characters of a text, and variables, that a repr shows


class Picture(str):
    """The text of a picture in SVG, which a notebook shows."""

    def _repr_svg_(self) -> str:
        return str(self)


class Shown:
    """What a notebook can show. It finds methods by their names, so nothing of it is imported.

    Of what it is given, a notebook shows HTML if it can: so all is in there, the picture of a small graph too. LaTeX is for paper,
    SVG for front ends without HTML.
    """

    def _repr_html_(self) -> str | None:
        return _drawer().html(self)

    def _repr_latex_(self) -> str | None:
        return _drawer().latex(self)

    def _repr_svg_(self) -> str | None:
        try:
            return _drawer().picture(self)
        except AutodiffError:  # too large a graph, or letters that may be one name or a product
            return None

    def picture(self) -> Picture:
        """The graph alone, as SVG: with its numbers, where there are any.

        >>> parse("a*b").at(a=2, b=3).picture()[:4]
        '<svg'

        Raises AutodiffError for one that is too large (E056), and FormulaError where letters may be one name or a product.
        """
        return Picture(_drawer().picture(self))


_handed: list[Callable[[], Drawer]] = []


def hand_in(load: Callable[[], Drawer]) -> None:
    """Say how the drawer is loaded."""
    _handed[:] = [load]


def _drawer() -> Drawer:
    return _handed[0]()


def shortened(text: str) -> str:
    """A text as a repr shows it: the middle of a long one is left out."""
    return text if len(text) <= LONG else f"{text[: LONG // 2]} … {text[-LONG // 2 :]}"


def some(texts: Iterable[str], count: int) -> str:
    """The first of so many texts, shortened, as a repr shows them."""
    return ", ".join([*map(shortened, islice(texts, FEW)), *(["…"] if count > FEW else [])])
