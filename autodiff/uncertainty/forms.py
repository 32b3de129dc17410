"""The forms of an input: 5±0.1, 5±2%, (5.0±0.1)e3, 5.00(12); and behind an uncertainty its kind, as in (rect) or (k=2)."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

from autodiff.errors import AutodiffError
from autodiff.messages import say
from autodiff.reading.source import plain
from autodiff.uncertainty.inputs import SHAPES, Input
from autodiff.uncertainty.kinds import Kind, parted
from autodiff.uncertainty.typed import Typed

LITERAL = r"(?:\d+\.?\d*|\.\d+)"
_SIGN = re.compile(r"±|\+/-|\+-")
_CONCISE = re.compile(rf"([-+]?\s*{LITERAL})\((\d+)\)(?:[eE]([-+]?\d{{1,6}}))?")
_NEIGHBOURS = re.compile(rf"(?<![\w.])({LITERAL}(?:[eE][-+]?\d+)?)(\s*)\(")
_SCALED = re.compile(r"\((.*)\)\s*(?:[eE]([-+]?\d+)|\*(.+))?", re.DOTALL)


class Form:
    """The text of one input, being read; `reading` is a concise one as it stands, in full, and as a product."""

    def __init__(self, name: str, text: str, word: str = "") -> None:
        self.name, self.typed = name, Typed(name, word or text)
        self.reading: tuple[str, ...] = ()
        self.input = self._read(plain(text).strip())

    def _read(self, text: str) -> Input:
        if not text:
            raise AutodiffError(
                "E032", say("'{name}' has no value", name=self.name), say("write {spelling}", spelling=f"{self.name}=5±0.1")
            )
        text, kind = parted(self.typed, text)
        scaled = _SCALED.fullmatch(text) if _SIGN.search(text) else None
        if scaled and _is_whole(scaled[1]):
            value, given = self._halves(scaled[1], scaled[2] or "")
            times = self.typed.number(scaled[3]) if scaled[3] else 1.0
            return self._made(value * times, given * abs(times), kind)
        if _signs(text):
            return self._made(*self._halves(text, ""), kind)
        if found := _CONCISE.fullmatch(text):
            return self._concise(found[1], found[2], found[3] or "0", kind)
        self._refuse_neighbours(text)
        self._refuse_apart(text)
        if _SIGN.search(text):
            raise self.typed.wrong(say("± stands inside brackets"), f"{self.name}=5±0.1")
        if kind != Kind():
            raise self.typed.wrong(say("there is a kind of uncertainty, and no uncertainty"), f'{self.name}="{text}±0.1 (rect)"')
        return Input(self.name, self.typed.number(text))

    def _halves(self, text: str, exponent: str) -> tuple[float, float]:
        """The value and what stands behind ±."""
        self._refuse_neighbours(text)
        places = _signs(text)
        if len(places) > 1:
            parts = [part.strip() for part in _SIGN.split(text)]
            message = say("there are several uncertainties; to combine two that are independent, take the root of their squares")
            raise self.typed.wrong(message, f'{self.name}="{parts[0]}±hypot({", ".join(parts[1:])})"')
        start, end = places[0]
        left, right = text[:start].strip(), text[end:].strip()
        if not left or not right:
            raise self.typed.wrong(say("a value stands before ±, and an uncertainty behind it"), f"{self.name}=5±0.1")
        share = right.endswith("%")
        right = right.rstrip("%").strip()
        value = self.typed.number(_shifted(left, exponent))
        if not share:
            return value, self.typed.number(_shifted(right, exponent))
        if value == 0:
            raise self.typed.wrong(say("a share of 0 is 0"), f"{self.name}=0±0.1")
        return value, abs(value) * self.typed.number(right) / 100

    def _concise(self, literal: str, digits: str, exponent: str, kind: Kind) -> Input:
        """A literal whose last digits are uncertain."""
        decimals = len(literal.partition(".")[2])
        value, given = self.typed.number(f"{literal}e{exponent}"), self.typed.number(f"{digits}e{int(exponent) - decimals}")
        power = f"e{exponent}" if exponent != "0" else ""
        plus = f"{literal}±{_written(digits, decimals)}"
        plus = f"({plus}){power}" if power else plus
        self.reading = f"{literal}({digits}){power}", plus, f"{literal}*{digits}{power}"
        return self._made(value, given, kind)

    def _made(self, value: float, given: float, kind: Kind) -> Input:
        if not 0 <= given < math.inf:
            what = say("the uncertainty is negative") if given < 0 else say("the uncertainty is no finite number")
            raise self.typed.wrong(what, f"{self.name}=5±0.1")
        if given and not math.isfinite(value):
            raise self.typed.wrong(say("what has an uncertainty is a finite number"), f"{self.name}=5±0.1")
        shape = kind.shape or "normal"
        factor = kind.factor or SHAPES[shape].divisor
        degrees = math.inf if kind.degrees is None else kind.degrees
        return Input(self.name, value, given / factor, shape, degrees, given, factor)

    def _refuse_neighbours(self, text: str) -> None:
        """Raise an error for a number before a bracket, which may be meant as a product or as a concise uncertainty."""
        found = _NEIGHBOURS.search(text)
        if found is None:
            return
        end = _closing(text, found.end())
        inside, before = text[found.end() : end - 1].strip(), text[: found.start()]
        rest = text[end:]
        product = f"{before}{found[1]}*{inside if inside.isdigit() else f'({inside})'}{rest}"
        concise = f"{before}{found[1]}({inside}){rest}"
        if not _CONCISE.fullmatch(concise):
            concise = f"{before}{found[1]}±({inside}){rest}"
        raise self._refused((found.start(), end), (concise, product))

    def _refuse_apart(self, text: str) -> None:
        """Raise an error for a plus and a minus with a blank between them."""
        if apart := re.search(r"\+\s+-", text):
            left, right = text[: apart.start()].strip(), text[apart.end() :].strip()
            raise self._refused(apart.span(), (f"{left}±{right}", f"{left}-{right}"))

    def _refused(self, span: tuple[int, int], spellings: tuple[str, str]) -> AutodiffError:
        """The error for what may be an uncertainty or not, with both spellings."""
        one, other = (f'{self.name}="{text}"' for text in spellings)
        if not _is_accepted(spellings[0]):
            message = say("the value of '{name}' is no uncertainty", name=self.name)
            return self.typed.refused(span, message, say("write {spelling}", spelling=other))
        message = say("the value of '{name}' may be an uncertainty or not", name=self.name)
        return self.typed.refused(span, message, say("for an uncertainty write {one}, else {other}", one=one, other=other))


def _is_accepted(text: str) -> bool:
    try:
        return bool(Form("x", text).input.uncertainty)
    except AutodiffError:
        return False


def _signs(text: str) -> list[tuple[int, int]]:
    """The places of ± that stand in no bracket."""
    return [found.span() for found in _SIGN.finditer(text) if _depth(text[: found.start()]) == 0]


def _depth(text: str) -> int:
    return text.count("(") - text.count(")")


def _is_whole(text: str) -> bool:
    """Whether the brackets around a text belong together."""
    return all(_depth(text[:k]) >= 0 for k in range(len(text) + 1)) and _depth(text) == 0 and bool(_signs(text))


def _closing(text: str, start: int) -> int:
    """Where the bracket ends that was opened before `start`."""
    return next((k + 1 for k in range(start, len(text)) if _depth(text[start : k + 1]) < 0), len(text))


def _shifted(text: str, exponent: str) -> str:
    """A number times a power of ten: a literal is written with it, so that it is rounded once."""
    if not exponent:
        return text
    return f"{text}e{exponent}" if re.fullmatch(rf"[-+]?{LITERAL}", text) else f"({text})*1e{exponent}"


def _written(digits: str, decimals: int) -> str:
    """Digits with a decimal point before the last ones."""
    padded = digits.rjust(decimals + 1, "0")
    return f"{padded[:-decimals]}.{padded[-decimals:]}" if decimals else digits


def notes(forms: Iterable[Form]) -> list[str]:
    """What is read here in another way than elsewhere, told of the first."""
    found = [form for form in forms if form.reading]
    if not found:
        return []
    text, plus, product = found[0].reading
    told = say(
        "{name}: {text} is read as {reading}, for digits in brackets are the uncertainty of the last ones; for the product write "
        "{product}",
        name=found[0].name, text=text, reading=plus, product=product,
    )  # fmt: skip
    names = ", ".join(form.name for form in found[1:])
    return [say("{note}; so are those of {names}", note=told, names=names) if names else told]
