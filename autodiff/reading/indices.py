"""What LaTeX sets above and below a name: indices, and powers that may be indices, as in w^{(2)}, a^{[2]} and w^{T}x."""

from __future__ import annotations

import re

from autodiff.messages import say
from autodiff.primitives import FUNCTIONS
from autodiff.reading.draft import LAST_WORD
from autodiff.reading.frames import Frame, Frames

_BELOW = re.compile(r"\s*_\s*(?:\{\s*(\w+)\s*\}|(\w))")
_MARK = r"\s*(?:\\left\s*)?[(\[]\s*(\\?\w+(?:\s*[-+]\s*\w+)?)\s*(?:\\right\s*)?[)\]]"
_RAISED = re.compile(rf"\{{(?P<marks>(?:{_MARK})+)\s*\}}(?:\s*_\s*(?:\{{\s*(?P<group>\w+)\s*\}}|(?P<below>\w)))?")
_FACTOR = re.compile(r"\s*([A-Za-z]\w*)(?!\w|\s*[_^({\[])")
_ENCLOSED = re.compile(r"\((\w+)\)\s*\Z")


class Indices(Frames):
    """Names with what stands above and below them."""

    def refuse_index(self, start: int) -> None:
        """Raise an error for a name with brackets above it: a power to some, to others the number of a layer or of an example."""
        found = _RAISED.match(self.plain, start)
        sign = self.draft.tail.rstrip()
        base = found and (LAST_WORD.search(sign[:-1]) or _ENCLOSED.search(sign[:-1]))
        if not found or not base:
            return
        name, marks = base[0].strip().strip("()"), re.findall(_MARK, found["marks"])
        below = found["group"] or found["below"] or ""
        if name in FUNCTIONS or (name == "e" and "[" not in found["marks"]):
            return
        plain = f"{name}_{below}" if below else name
        named = "_".join([name, *(re.sub(r"\W+", "_", mark.strip("\\")) for mark in marks), *([below] if below else [])])
        power = marks[0] if marks[0].isalnum() else f"({marks[0]})"
        first, end = len(self.draft.signs) - len(self.draft.tail) + base.start(), found.end()
        rewrites = [named] if "[" in found["marks"] or len(marks) > 1 else [f"{plain}^{power}", named]
        if factor := _FACTOR.match(self.plain, end):
            rewrites, end = [f"{rewrite}*{factor[1]}" for rewrite in rewrites], factor.end()
        elif re.compile(r"\s*[\w\\(]").match(self.plain, end):
            rewrites = [f"({rewrite})" for rewrite in rewrites]
        typed = self.text[self.draft.starts[first] : found.end()]
        if len(rewrites) > 1:
            message = say("{formula} may be a power, or the index of a layer or an example", formula=typed)
        else:
            message = say("{formula} is not a power: an index belongs to the name", formula=typed)
        raise self.source.refuse("E007", message, (self.draft.starts[first], end), "", rewrites)

    def refuse_transpose(self, frame: Frame) -> None:
        """Raise an error for w^{T}x, which is a product of vectors to whoever writes it."""
        if frame.args[0].text.strip() == "T" and re.compile(r"\s*[\w\\(]").match(self.plain, self.at):
            message = say("there are no lists here: each element is a variable of its own")
            hint = say("write the products out, as in w1*x1 + w2*x2; with * between them it is a power")
            raise self.source.refuse("E007", message, self.span(frame.start), hint)

    def lower(self, frame: Frame) -> None:
        """x^{2}_{1} is x_{1}^{2}: what stands below a power belongs to its base."""
        below = _BELOW.match(self.plain, self.at)
        sign = next((at for at in range(frame.base - 1, -1, -1) if self.draft.signs[at] == "^"), 0)
        if below and LAST_WORD.search("".join(self.draft.signs[:sign])):
            span = below.start(), below.end()
            self.at = below.end()
            self.draft.insert(f"_{below[1] or below[2]}", sign, span)
            frame.base += len(below[1] or below[2]) + 1

    def subscript(self, start: int) -> None:
        """x_{1}, or log_{10}."""
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

    def below(self, name: str) -> str:
        """A name with what stands below it."""
        found = _BELOW.match(self.plain, self.at)
        if found:
            self.at = found.end()
        return f"{name}_{found[1] or found[2]}" if found else name
