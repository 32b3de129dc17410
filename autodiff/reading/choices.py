"""Choices and conditions as they are written elsewhere."""

from __future__ import annotations

import re

from autodiff.messages import N_
from autodiff.reading.construct import ALL, CHAINED, CHOICE, CONDITION, END, NAME, PART, SEPARATED, SIDE, SIGN, TEST, Gaps, Mistake


def _chain(gaps: Gaps) -> str:
    a, first, b, second, c = (gaps[key].strip() for key in ("a", "first", "b", "second", "c"))
    return f"{a}{first}{b} and {b}{second}{c}"


def _piecewise(gaps: Gaps) -> str:
    return f"if({gaps['test']}, {gaps['then']}, {gaps.get('other') or gaps.get('rest')})"


def _commas(gaps: Gaps) -> str:
    return gaps["typed"].replace(";", ",").replace("、", ", ")


def _cases(gaps: Gaps) -> str:
    test, then, other = (
        re.sub(r"\\(?:text|mathrm)\s*\{[^{}]*\}|\bif\b|,\s*$", "", gaps[key]).strip() for key in ("test", "then", "other")
    )
    return f"if({test}, {then.rstrip(',')}, {other.rstrip(',')})"


_CHOSEN = ("if({test}, {then}, {other})",)

CHOICES = (
    Mistake(
        r"\\begin\s*\{cases\}(?P<then>[^&]+?)&(?P<test>[^&]+?)\\\\(?P<other>[^&]+?)(?:&[^&]*?)?(?:\\\\\s*)?\\end\s*\{cases\}",
        CHOICE,
        rewrites=(_cases,),
    ),
    Mistake(rf"(?P<then>{SIDE})\s+if\s+{TEST}\s+else\s+(?P<other>{PART}){END}", CHOICE, rewrites=_CHOSEN),
    Mistake(rf"{TEST}\s*\?(?P<then>{PART}):(?P<other>{PART}){END}", CHOICE, rewrites=_CHOSEN),
    Mistake(
        rf"(?P<test>{SIDE})\s*\?(?P<then>{PART}):(?P<other>{PART}){END}", CHOICE, rewrites=("if({test} != 0, {then}, {other})",)
    ),
    Mistake(
        rf"(?<!\w)if\s+{TEST}\s*(?:\sthen\s|:)(?P<then>{PART})[;,]?\s*else\s*:?(?P<other>{PART}){END}", CHOICE, rewrites=_CHOSEN
    ),
    Mistake(rf"(?<!\w)if\s*\({TEST}\)(?P<then>{PART})[;,]?\s*else\s(?P<other>{PART}){END}", CHOICE, rewrites=_CHOSEN),
    Mistake(rf"(?<!\w){NAME}\((?:{ALL})(?:[;、]{ALL})+\)", SEPARATED, rewrites=(_commas,)),
    Mistake(
        r"(?P<a>{0})(?P<first><=?|≤)(?P<b>{0})(?P<second><=?|≤)(?P<c>{0})(?=\s*\Z|[,);\n])".replace("{0}", SIDE),
        CHAINED,
        rewrites=(_chain,),
        within=True,
    ),
    Mistake(
        r"(?P<a>{0})(?P<first>>=?|≥)(?P<b>{0})(?P<second>>=?|≥)(?P<c>{0})(?=\s*\Z|[,);\n])".replace("{0}", SIDE),
        CHAINED,
        rewrites=(_chain,),
        within=True,
    ),
    Mistake(r"\w[\w ]*(?P<typed>=)(?!=)", N_("= names a value and does not compare"), rewrites=("==",), within=True),
    Mistake(r"(?<=[(,\s])(?P<sign>!)(?=\s*[\w(])", SIGN, rewrites=("not ",), within=True),
    Mistake(rf"(?<!\w)(?:piecewise|cases)\s*\((?P<then>{PART}),{TEST},(?P<other>{PART})\)", CHOICE, rewrites=_CHOSEN),
    Mistake(
        rf"(?<!\w)(?i:piecewise)\s*[\[({{]\s*[({{]+(?P<then>{PART}),{TEST}[)}}]+\s*,\s*(?:\((?P<other>{PART}"
        rf"),\s*True\)|(?P<rest>{PART}))\s*[\])}}]",
        CHOICE,
        rewrites=(_piecewise,),
    ),
    Mistake(rf"(?<!\w)\(\s*{TEST}\s*\)", CONDITION, rewrites=("if({test}, 1, 0)",)),
    Mistake(
        rf"\A\s*(?P<test>(?P<name>{NAME})\s*==\s*(?P<rest>{SIDE}))\s*\Z",
        CONDITION,
        rewrites=("{name} = {rest}", "if({test}, 1, 0)"),
    ),
    Mistake(rf"\A\s*{TEST}\s*\Z", CONDITION, rewrites=("if({test}, 1, 0)",)),
)
"""Choices and conditions."""
