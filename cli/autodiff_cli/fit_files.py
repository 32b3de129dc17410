"""The files that a fit can write beside its result: its rows, and two pictures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, NamedTuple

from autodiff.data.choices import KINDS
from autodiff.errors import AutodiffError
from autodiff.messages import say
from autodiff_cli import console
from autodiff_cli.commands import choice, option

if TYPE_CHECKING:
    from autodiff.solving.fitting.fit import Fit

# fmt: off
Output = Annotated[str | None, option("-o", "Write the rows with fitted values, residuals, influence and bands.", "FILE")]
To     = Annotated[str | None, choice("--to", "What -o writes; the name of FILE says it, if left out.", KINDS)]
Plot   = Annotated[str | None, option("--plot", "Draw the data and the fitted curve with its bands into a file.", "FILE.svg")]
Rest   = Annotated[str | None, option("--residuals", "Draw the residuals into a file.", "FILE.svg")]
# fmt: on


class Files(NamedTuple):
    """Where to write, None for not at all; `to` is the format of the rows."""

    rows: str | None
    to: str | None
    plot: str | None
    residuals: str | None
    force: bool

    @property
    def named(self) -> Iterator[tuple[str, str]]:
        """Option and path of those that are wished."""
        given = ("-o", self.rows), ("--plot", self.plot), ("--residuals", self.residuals)
        return ((option, path) for option, path in given if path is not None)

    def save(self, fit: Fit) -> None:
        """Write them; of a failed fit none."""
        if fit.has_failed:
            console.notes(say("'{path}' is not written, since the fit failed", path=path) for _, path in self.named)
            return
        if self.rows is not None:
            from autodiff.solving.fitting import records

            records.save(fit, self.rows, self.to, self.force)
        if self.plot is not None or self.residuals is not None:
            self._draw(fit)

    def _draw(self, fit: Fit) -> None:
        from autodiff.render import fit_pictures, fit_residuals
        from autodiff_cli import files

        if self.plot is not None:
            files.save(self.plot, fit_pictures.curve(fit), self.force)
        if self.residuals is not None:
            files.save(self.residuals, fit_residuals.picture(fit), self.force)


def checked(files: Files, inputs: Sequence[str]) -> Files:
    """The same. Raises AutodiffError for what is known to go wrong, before any work."""
    from autodiff.data import places
    from autodiff.solving.fitting import records

    named = [*files.named]
    for name, given in (("--force", files.force and not named), ("--to", files.to is not None and files.rows is None)):
        if given:
            message = say("{option} is for -o", option=name)
            raise AutodiffError("E042", message, say("add -o FILE.csv, or leave {option} out", option=name))
    for k, (name, path) in enumerate(named):
        if path in places.STDOUT:
            message = say("{option}: the result goes to standard output already", option=name)
            raise AutodiffError("E042", message, say("name a file"))
        if name != "-o" and not path.lower().endswith(".svg"):
            message = say("{option}: the name of the file must end in .svg", option=name)
            raise AutodiffError("E042", message, say("write {spelling}", spelling=f"{name} fit.svg"))
        if path in (other for _, other in named[:k]):
            message = say("'{path}' would be written twice", path=path)
            raise AutodiffError("E042", message, say("choose another name"))
        places.check(path, files.force, [one for one in inputs if one != "-"])
    if files.rows is not None:
        records.format_of(files.rows, files.to)
    return files
