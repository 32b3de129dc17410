"""Units, points, and signs that are written otherwise here."""

from __future__ import annotations

import re

from autodiff.messages import N_
from autodiff.reading.construct import ANY, DEEP, DOTTED, END, NAME, NAMING, PART, RADIANS, SIGN, VALUE, Gaps, Mistake
from autodiff.reading.elsewhere import CALLS as ELSEWHERE
from autodiff.reading.listings import CALLED


def _of_bars(gaps: Gaps) -> str:
    inside, function = f"abs({gaps['inside']})", gaps["function"]
    return f"{function}({inside})" if function in CALLED or function == "ln" else f"{function}*{inside}"


def _short(gaps: Gaps) -> str:
    return re.sub(r"(?<!\w)\((\w+)\)", r"\1", ELSEWHERE[gaps["word"]].split("|")[0].replace("{0}", gaps["argument"]))


def _method(gaps: Gaps) -> str:
    return f"{gaps['function']}({', '.join(filter(None, (gaps['argument'].strip('()'), gaps['more'])))})"


def _argument(gaps: Gaps) -> str:
    return f"{gaps['function']}({gaps['argument'].strip('()')})"


_DEGREES = r"(?:degrees|degree|deg)(?!\w)"
_QUANTITY = (
    rf"(?:(?P<amount>(?<![\w.])[0-9.]+(?=\s*(?:[°º˚度]|{_DEGREES}))|(?<!\w){NAME}(?=\s*[°˚]|\s+{_DEGREES})|\([^()]*\)(?=\s*(?:[°º˚]|{_DEGREES})))"
    rf"\s*(?:[°º˚度]|{_DEGREES}))"
)
_AROUND = rf"(?<![\w.)*/%^])(?<![*/%^]\s)(?P<left>[\w.]+|{DEEP})\s*{{0}}\s*(?P<right>[\w.]+|{DEEP})(?!\s*[\^(*/%])"

SIGNS = (
    Mistake(rf"(?P<function>(?<!\w)(?:sin|cos|tan))\s+{_QUANTITY}", RADIANS, rewrites=("{function}({amount}*pi/180)",), codes=ANY),
    Mistake(_QUANTITY, RADIANS, rewrites=("{amount}*pi/180",), codes=ANY),
    Mistake(
        rf"(?P<argument>[0-9.]+|(?<!\w){NAME}|{DEEP})\.(?P<function>[A-Za-z]\w*)\(\s*(?P<more>[^()]*)\)",
        DOTTED,
        rewrites=(_method,),
    ),
    Mistake(
        rf"(?<!\w)(?P<left>{NAME})\.(?P<right>{NAME})(?!\w|\s*\()",
        N_("a dot has no meaning between names"),
        rewrites=("{left}*{right}", "{left}_{right}"),
    ),
    Mistake(r"(?P<whole>[0-9０-９]+)。(?P<rest>[0-9０-９]+)", N_("{typed} is not a number"), rewrites=("{whole}.{rest}",)),
    Mistake(
        r"(?<![\w.])(?P<number>[0-9]*\.[0-9]+|[0-9]+\.)(?P<letter>[fF])(?!\w)",
        N_("{typed} is not a number"),
        N_("write {number}; the letter {letter} is a variable here"),
        ("{number}",),
        codes=ANY,
    ),
    Mistake(
        r"(?<![\w.])(?P<number>[0-9]+(?:\.[0-9]+)?)(?P<unit>[ij])(?!\w)",
        N_("there are no complex numbers here"),
        N_("in {typed} the letter {unit} is a variable: give it a value"),
        codes=ANY,
    ),
    Mistake(_AROUND.replace("{0}", "(?P<sign>//|div)"), SIGN, rewrites=("floor({left}/{right})",)),
    Mistake(_AROUND.replace("{0}", "mod"), N_("'mod' needs brackets"), rewrites=("{left} % {right}", "mod({left}, {right})")),
    Mistake(_AROUND.replace("{0}", "(?P<sign>∶)"), SIGN, rewrites=("{left}/{right}",)),
    Mistake(_AROUND.replace("{0}", "(?P<sign>[:：])"), SIGN, rewrites=("{left}/{right}", "{left} = {right}")),
    Mistake("(?P<sign>[±∓])", N_("{sign} stands for two formulas"), N_("take one with + and one with -")),
    Mistake(
        rf"(?:\A|(?<=[;\n,]))\s*(?P<typed>(?P<name>(?!(?:π|pi|e|tau)\b){NAME})\s*[≈≃≅≌≒]\s*(?P<rest>{VALUE})){END}",
        NAMING,
        rewrites=("{name} = {rest}",),
    ),
    Mistake(rf"(?P<sign>[≈≃≅≌≒])\s*{PART}{END}", SIGN, N_("leave {typed} out: eval says what the value is")),
    Mistake(
        r"(?P<function>(?<!\w)(?:exp|ln|log|sin|cos|tan|sqrt))\s*\^\s*(?P<argument>\w+|\([^()]*\))(?!\w|\s*[(\w])",
        N_("'{function}' needs brackets"),
        rewrites=(_argument,),
        codes=ANY,
    ),
    Mistake(rf"(?P<function>(?<!\w){NAME})\s*[|｜](?P<inside>[^|｜]+)[|｜]", N_("bars have no meaning here"), rewrites=(_of_bars,)),
    Mistake(
        rf"(?<!\w)(?P<word>{'|'.join(ELSEWHERE)})\s+(?P<argument>\w+)(?!\w|\s*[=(])",
        N_("'{word}' needs brackets"),
        rewrites=(_short,),
    ),
)
"""Units, points, and signs between operands."""

WRITTEN = {
    "&&": " and ", "&": " and ", "∧": " and ", "||": " or ", "∨": " or ", "=>": ">=", "=<": "<=", "⩾": ">=", "⩽": "<=", "<>": "!=",
    "===": "==", "!==": "!=", "¬": " not ", "–": "-", "—": "-", "‐": "-", "‒": "-", "•": "*", "⊙": "*", "✕": "*",
    "✖": "*", "╳": "*", "➗": "/", "∶": "/", "ˆ": "^", "‸": "^", "^^": "^", "ⁿ": "^n",
    "、": ", ",
}  # fmt: skip
"""Signs that are written otherwise here, and mean the same wherever they stand."""

COMPARING = ("!==", "===", "&&", "||", "=>", "=<", "<>", "∧", "∨", "⩾", "⩽")
"""Those that stand in conditions, and are looked for first."""
