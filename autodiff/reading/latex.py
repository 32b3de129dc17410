"""LaTeX as slides, papers and chat programs write it, written anew in our language."""

from __future__ import annotations

import re

from autodiff.messages import say
from autodiff.primitives import FUNCTIONS
from autodiff.reading import spellings as table
from autodiff.reading.draft import Draft
from autodiff.reading.frames import Frame, Frames

_DEGREE = re.compile(r"\s*\[\s*([\w.+*/-]+)\s*\]")
_LENGTH = re.compile(r"\s*\{[^{}]*\}")
_FENCE = re.compile(r"\s*(\\?[A-Za-z]+|\\.|.)")
_NAME = re.compile(r"\s*(?:\{\s*\\?([^\W\d]\w*)\s*\}|([^\W\d]))")
_BELOW = re.compile(r"\s*_\s*(?:\{\s*(\w+)\s*\}|(\w))")
_ARGUMENT = re.compile(r"\s*(?:[(^_]|\\left)")
_OPERAND = re.compile(r"\s*[\w(\\{]")


class Latex(Frames):
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
            self._subscript(start)
            return
        frame = Frame("}", start, "({0})")
        frame.base = len(self.draft.signs) if before == "^" else -1
        self.push(frame)

    def close_group(self, frame: Frame) -> None:
        """A group, which is the operand of a command or gets brackets."""
        if self.waits:
            self.give(frame.args[0])
            return
        self.give(self.made(frame.template, frame.args, frame.start))
        if frame.base >= 0 and _OPERAND.match(self.plain, self.at):  # x^{2}y is x^2 times y to everybody
            sign = next(at for at in range(frame.base - 1, -1, -1) if self.draft.signs[at] == "^")
            operand = self.draft.operand_before(sign)
            if "".join(self.draft.signs[operand:sign]).strip() not in FUNCTIONS:  # sin^{2}(x) is refused, as sin^2(x) is
                self.draft.enclose(operand, self.span(frame.start))

    def _subscript(self, start: int) -> None:
        end = self.plain.find("}", start)
        inside = re.sub(r"[\s,]+", "_", self.plain[start + 1 : end].strip()) if end > 0 else ""
        if not re.fullmatch(r"\w+", inside):
            raise self.refused(self.plain[start : end + 1] or "{", start)
        self.at = end + 1
        self.draft.put(inside, (start + 1, end))
        name = self.draft.last_name()
        is_logarithm = name is not None and name[1].startswith("log_")  # log_{10} x is refused, as sin x is
        if name is not None and not is_logarithm and re.match(r"[\w\\]", self.ahead()):  # w_{1}x is w_1 times x
            self.draft.enclose(name[0], (self.draft.starts[name[0]], self.at))

    def _space(self, name: str, start: int) -> None:
        length = _LENGTH.match(self.plain, self.at) if name == "hspace" else None
        self.at = length.end() if length else self.at
        if not self.waits:
            self.draft.put(" ", self.span(start))

    def _taking(self, name: str, start: int) -> None:
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
        self._symbol(f"{inner}_{table.ACCENTS[name]}" if name in table.ACCENTS else inner, start)

    def _symbol(self, name: str, start: int) -> None:
        """A name with what stands below it; beside another operand it is a factor."""
        below = _BELOW.match(self.plain, self.at)
        if below:
            self.at = below.end()
            name = f"{name}_{below[1] or below[2]}"
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
