"""LaTeX as slides, papers and chat programs write it, written anew in our language."""

from __future__ import annotations

import re

from autodiff.messages import say
from autodiff.primitives import FUNCTIONS
from autodiff.reading import spellings as table
from autodiff.reading.draft import Draft
from autodiff.reading.frames import Frame
from autodiff.reading.indices import Indices

_DEGREE = re.compile(r"\s*\[\s*([\w.+*/-]+)\s*\]")
_LENGTH = re.compile(r"\s*\{[^{}]*\}")
_FENCE = re.compile(r"\s*(\\?[A-Za-z]+|\\.|.)")
_NAME = re.compile(r"\s*(?:\{\s*\\?([^\W\d]\w*)\s*\}|([^\W\d]))")
_ARGUMENT = re.compile(r"\s*(?:[(^_]|\\left)")
_OPERAND = re.compile(r"\s*[\w(\\{]")


class Latex(Indices):
    """Commands, groups and fences."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.is_latex = False

    def command(self, typed: str, start: int) -> None:
        """A command with its backslash."""
        self.is_latex = True
        name = typed[1:]
        if name in ("left", "right"):
            self._fence(name, start)
        elif name in table.SPACES:
            self._space(name, start)
        elif name in table.SIGNS:
            self.give(Draft(table.SIGNS[name], self.span(start)))
        elif name in table.TAKING:
            self._taking(name, start)
        elif name in table.NAMED:
            self._function(table.NAMED[name], start)
        elif name in table.FONTS or name in table.ACCENTS:
            self._set_name(name, start)
        elif name in table.GREEK:
            self._symbol(table.GREEK[name], start)
        elif name in table.FENCED:
            self.push(Frame(table.FENCES[name], start, table.FENCED[name]))
        elif name == self.frames[-1].close:
            self.close(start)
        elif name not in ("(", ")", "[", "]"):  # which set a formula apart
            raise self.refused(typed, start)

    def close(self, start: int) -> None:
        """The end of what was opened last."""
        raise NotImplementedError

    def open_group(self, start: int) -> None:
        """{…}: an exponent, what stands below a name, or brackets that are not seen."""
        self.is_latex = True
        before = "" if self.waits else self.draft.tail.rstrip()[-1:]
        if before == "_":
            self.subscript(start)
            return
        if before == "^":
            self.refuse_index(start)
        frame = Frame("}", start, "({0})")
        frame.base = len(self.draft.signs) if before == "^" else -1
        self.push(frame)

    def close_group(self, frame: Frame) -> None:
        """A group, which is the operand of a command or gets brackets."""
        if self.waits:
            self.give(frame.args[0])
            return
        if frame.base >= 0:
            self.refuse_transpose(frame)
        self.give(self.made(frame.template, frame.args, frame.start))
        if frame.base >= 0:
            self.lower(frame)
        if frame.base >= 0 and _OPERAND.match(self.plain, self.at):  # x^{2}y is x^2 times y to everybody
            sign = next(at for at in range(frame.base - 1, -1, -1) if self.draft.signs[at] == "^")
            operand = self.draft.operand_before(sign)
            if "".join(self.draft.signs[operand:sign]).strip() not in FUNCTIONS:  # sin^{2}(x) is refused, as sin^2(x) is
                self.draft.enclose(operand, self.span(frame.start))

    def _space(self, name: str, start: int) -> None:
        length = _LENGTH.match(self.plain, self.at) if name == "hspace" else None
        self.at = length.end() if length else self.at
        if not self.waits:
            self.draft.put(" ", self.span(start))

    def _taking(self, name: str, start: int) -> None:
        if name.endswith("frac") and re.compile(table.LEIBNIZ).match(self.plain, self.at):
            raise self.refused("\\" + name, start)
        template, count = table.TAKING[name]
        if name == "sqrt" and (degree := _DEGREE.match(self.plain, self.at)):
            self.at, template = degree.end(), f"root({{0}}, {degree[1]})"
        self.push(Frame("", start, template, needs=count))

    def _fence(self, name: str, start: int) -> None:
        found = _FENCE.match(self.plain, self.at)
        fence = found[1].lstrip("\\") if found else ""
        self.at = found.end() if found else self.at
        if name == "right" and self.frames[-1].close == f"right{fence}":
            self.close(start)
        elif name == "left" and fence in table.FENCES:
            self.push(Frame(f"right{table.FENCES[fence]}", start, table.FENCED.get(fence, "({0})")))
        else:
            raise self.refused(self.plain[start : self.at], start)

    def _function(self, name: str, start: int) -> None:
        if self.ahead() == "{":  # \exp{x} has brackets, if of another kind
            self.at = self.plain.index("{", self.at) + 1
            self.push(Frame("}", start, f"{name}({{0}})"))
            return
        blank = "" if _ARGUMENT.match(self.plain, self.at) else " "
        self.operand(Draft(name + blank, self.span(start)))

    def _set_name(self, name: str, start: int) -> None:
        r"""\mathrm{loss} is a name, \hat{y} is y_hat."""
        group = _NAME.match(self.plain, self.at)
        if group is None:
            raise self.refused("\\" + name, start)
        self.at = group.end()
        inner = group[1] or group[2]
        if self.ahead() == "(" and inner not in FUNCTIONS and inner.lower() in FUNCTIONS:  # \\operatorname{ReLU}(x)
            self.renamed[inner], inner = inner.lower(), inner.lower()
        self._symbol(f"{inner}_{table.ACCENTS[name]}" if name in table.ACCENTS else inner, start)

    def _symbol(self, name: str, start: int) -> None:
        """A name with what stands below it; beside another operand it is a factor."""
        name = self.below(name)
        before = None if self.waits else self.draft.last_name()
        if before is not None and before[1] in FUNCTIONS:  # refused, as sin x is
            self.draft.put(f" {name}", self.span(start))
            return
        ahead, behind = self.ahead(), "" if self.waits else self.draft.tail.rstrip()[-1:]
        is_call = ahead == "(" and (name == "sigma" or name in FUNCTIONS)
        is_beside = ahead == "\\" or ahead.isalnum() or behind.isalnum() or behind == ")"
        self.operand(Draft(f"({name})" if is_beside and not is_call else name, self.span(start)))

    def unfinished_group(self, frame: Frame) -> None:
        """A group that is not closed."""
        brace = self.plain.index("{", frame.start)
        raise self.source.refuse("E010", say("this bracket is not closed"), (brace, brace + 1), say("add a {sign}", sign="}"))
