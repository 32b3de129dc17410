"""Functions of libraries and spreadsheets, read as what they mean there."""

from __future__ import annotations

import re

from autodiff.errors import FormulaError
from autodiff.messages import say
from autodiff.primitives import FUNCTIONS
from autodiff.reading import spellings as table
from autodiff.reading.draft import Draft
from autodiff.reading.frames import Frame, Frames
from autodiff.reading.spellings import Row


class Libraries(Frames):
    """Names with the prefix of a module, and those of spreadsheets in capitals."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.remarks: dict[str, None] = {}
        self._own: dict[str, bool] = {}

    def dotted(self, name: str, start: int) -> None:
        """np.exp, Math.PI, jax.nn.softplus."""
        module, _, rest = name.partition(".")
        last, calls = rest.rpartition(".")[2], self.ahead() == "("
        rows = table.LIBRARY.get(f"{module}.{last}") or table.LIBRARY.get(last)
        if module == "cmath" or (last in table.ARRAYS and module not in ("Math", "torch")):
            raise self._unknown(name, start)
        if calls and rows:
            self._open(rows, name, start)
        elif calls and table.SAME.get(last, last) in FUNCTIONS:
            self._rename(name, table.SAME.get(last, last), start)
        elif not calls and last in table.CONSTANTS:
            self._rename(name, table.CONSTANTS[last], start)
        else:
            raise self._unknown(name, start)

    def capitals(self, name: str, start: int) -> None:
        """EXP and ATAN2 of a spreadsheet, unless the text has such a name of its own."""
        if name in table.SHEET_SAME and not self._is_own(name):
            self._rename(name, table.SHEET_SAME[name], start)
        elif name in table.SHEET and not self._is_own(name):
            self._open(table.SHEET[name], name, start)
        else:
            self.give(Draft(name, self.span(start)))

    def called(self, frame: Frame, rows: tuple[Row, ...]) -> None:
        """The call of a function that means something else here."""
        args = frame.args if len(frame.args) > 1 or frame.args[0].text.strip() else []
        row = next((row for row in rows if row.arguments == len(args)), None)
        if row is None:
            message = say("'{name}' takes another number of arguments", name=frame.typed)
            hint = say("it takes {number}", number=rows[0].arguments)
            raise self.source.refuse("E013", message, self.span(frame.start), hint)
        self.renamed[f"{frame.typed}({', '.join('xyz'[: len(args)])})"] = _shown(row)
        if row.remark:
            self.remarks[say("{name}: {remark}", name=frame.typed, remark=say(row.remark))] = None
        self.operand(self.made(row.meaning, args, frame.start))

    def _open(self, rows: tuple[Row, ...], name: str, start: int) -> None:
        self.at = self.plain.index("(", self.at) + 1
        frame = Frame(")", start)
        frame.rows, frame.typed = rows, name
        self.push(frame)

    def _rename(self, name: str, meaning: str, start: int) -> None:
        self.renamed[name] = meaning
        self.operand(Draft(meaning, self.span(start)))

    def _is_own(self, name: str) -> bool:
        """Whether the text has a variable or a function of that name; looked up once for each."""
        if name not in self._own:
            self._own[name] = bool(re.search(rf"(?<![\w.]){name}(?:(?!\w|\s*\()|\s*\([^()]*\)\s*=(?!=))", self.plain))
        return self._own[name]

    def _unknown(self, name: str, start: int) -> FormulaError:
        unknown, hint = say("unknown function '{name}'", name=name), say("`autodiff functions` lists the functions")
        return self.source.refuse("E012", unknown, self.span(start), hint)


def _shown(row: Row) -> str:
    """A meaning with letters for the arguments, without the brackets around all of it."""
    shown = re.sub(r"(?<!\w)\(\{(\d)\}\)|\{(\d)\}", lambda gap: "xyz"[int(gap[1] or gap[2])], row.meaning)
    return shown[1:-1] if shown.startswith("(") and shown.endswith(")") else shown
