"""What surrounds a formula elsewhere: values, names, words of a language."""

from __future__ import annotations

import re

from autodiff.messages import N_
from autodiff.reading.construct import (
    ALL,
    BEHIND,
    COMMA,
    DEFINED,
    END,
    EVAL,
    GIVEN,
    HEAD,
    NAME,
    NAMING,
    NEEDLESS,
    QUOTES,
    SIGN,
    STATEMENT,
    VALUE,
    Gaps,
    Mistake,
)


def _statements(gaps: Gaps) -> str:
    return gaps["typed"].replace("，", "; ").replace(",", ";")


def _increased(gaps: Gaps) -> str:
    rest = gaps["rest"] if gaps["rest"].isalnum() else f"({gaps['rest']})"
    return f"{gaps['name']}2 = {gaps['name']} {gaps['sign']} {rest}"


def _unset(gaps: Gaps) -> str:
    inside = re.sub(r"\\(?:label|tag)\s*\{[^{}]*\}|\\nonumber|&", "", gaps["inside"])
    return re.sub(r"\s*\\\\\s*", "; ", inside.strip().removesuffix("\\\\").strip())


STATEMENTS = (
    Mistake(rf"(?P<body>\A(?:{ALL})?)\s*(?:,|，|\||/\.|(?<!\w)(?:at|where|for|with|when)(?!\w))\s*{GIVEN}", BEHIND, command=EVAL),
    Mistake(rf"(?P<body>\A{STATEMENT})\s*,\s*{GIVEN}", BEHIND, command=EVAL),
    Mistake(rf"(?P<body>\A{ALL})\s*/\.\s*(?P<given>{NAME}\s*->\s*[-+\w.]+)\s*\Z", BEHIND, command=EVAL),
    Mistake(rf"\A{STATEMENT}(?:\s*,{STATEMENT})+\s*\Z", COMMA, rewrites=(_statements,)),
    Mistake(rf"(?P<body>\A{ALL})\s*;\s*{GIVEN}", BEHIND, command=EVAL),
    Mistake(
        rf"(?P<word>(?<!\w)(?:let|var|const|double|float|int|auto|set|def))\s+(?P<rest>{NAME}\s*=(?!=)\s*{ALL}" rf"){END}",
        NEEDLESS,
        rewrites=("{rest}",),
    ),
    Mistake(rf"(?P<name>(?<!\w){NAME})\s*(?::=|<-|≔|←)\s*(?P<rest>{ALL}){END}", NAMING, rewrites=("{name} = {rest}",)),
    Mistake(
        rf"(?P<name>(?<!\w){NAME})\s*(?P<sign>[-+*/])=\s*(?P<rest>{ALL}){END}",
        N_("a name is assigned once"),
        rewrites=(_increased,),
    ),
    Mistake(rf"(?P<name>(?<!\w){NAME})(?P<sign>(?P<one>[-+])(?P=one)){END}", SIGN, rewrites=("{name} {one} 1",)),
    Mistake(
        rf"(?P<name>(?<!\w){NAME})\s*(?P<word>=\s*lambda)\s+(?P<parameters>[\w, ]+):\s*(?P<rest>{ALL}){END}",
        DEFINED,
        rewrites=("{name}({parameters}) = {rest}",),
        within=True,
    ),
    Mistake(
        rf"(?P<name>(?<!\w){NAME})\s*(?P<word>=)\s*\(?(?P<parameters>[\w, ]+)\)?\s*(?:=>|->|↦|→|⇒)\s*(?P<rest>{ALL}){END}",
        DEFINED,
        rewrites=("{name}({parameters}) = {rest}",),
        within=True,
    ),
    Mistake(
        rf"(?P<word>(?<!\w)def\s+)(?P<name>{NAME})\s*\((?P<parameters>[^()]*)\)\s*:\s*return\s+(?P<rest>{ALL}){END}",
        DEFINED,
        rewrites=("{name}({parameters}) = {rest}",),
        within=True,
    ),
    Mistake(rf"(?P<word>(?<!\w)def\s+{NAME}\s*\([^()]*\)\s*:\s*return)\s+(?P<rest>{ALL}){END}", HEAD, rewrites=("{rest}",)),
    Mistake(
        rf"(?:\A|[;\n])(?P<typed>\s*(?P<word>(?:{NAME}\s*=\s*)?(?:lambda\s+[\w, ]+:|\\\s*[\w ]+->|["
        rf"({{]?[\w, ]+\)?\s*(?:->|=>|↦|→|⇒)|@\s*\([\w, ]+\)))\s*(?P<rest>{ALL})){END}",
        HEAD,
        rewrites=("{rest}",),
    ),
    Mistake(
        r"(?P<word>\\begin\s*\{(?:equation|align|aligned|gather|gathered|split|math|displaymath|eqnarray|multline)\*?\})(?P<inside>.+)"
        r"\\end\s*\{\w+\*?\}",
        NEEDLESS,
        rewrites=(_unset,),
    ),
    Mistake(
        r"\A\s*(?P<word>(?:import\s+[\w.]+(?:\s+as\s+\w+)?|from\s+[\w.]+\s+import\s+[\w*, ]+))\s*[;\n]\s*(?P<rest>(?s:.+))",
        NEEDLESS,
        rewrites=("{rest}",),
    ),
    Mistake(
        rf"(?P<word>(?<!\w)(?:return|print|compute|calculate|evaluate|eval))\s+(?P<rest>{ALL}){END}",
        NEEDLESS,
        rewrites=("{rest}",),
    ),
    Mistake(rf"(?P<word>(?<!\w)(?:print|eval))\s*\((?P<rest>{ALL})\)", NEEDLESS, rewrites=("{rest}",)),
    Mistake(
        rf"\A\s*{NAME}\s*=(?!=)(?=[^=]*[^\s\w=]){ALL}(?P<typed>(?<![<>!=])=(?!=)\s*{VALUE})\s*\Z",
        N_("a statement has only one ="),
        N_("leave {typed} out: eval says what the value is; autodiff implicit differentiates an equation"),
        codes=frozenset({"E005"}),
    ),
    Mistake(
        rf"\A(?P<body>{ALL}(?<![<>!])=(?!=){ALL})\s*\Z",
        N_("an equation is not a formula"),
        N_("autodiff implicit differentiates an equation; a formula has a plain name to the left of ="),
        codes=frozenset({"E005"}),
    ),
    Mistake(rf"(?P<quote>[\"'`“”‘’])(?P<rest>{ALL})[\"'`“”‘’]", QUOTES, rewrites=("{rest}",)),
    Mistake(r"\A(?P<rest>.+[^\s.。])\s*[.。]\s*\Z", N_("a formula ends without a full stop"), rewrites=("{rest}",)),
)
"""What surrounds a formula elsewhere: values, names, words of a language."""
