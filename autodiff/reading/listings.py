"""Brackets of other kinds, lists, and what is done with them elsewhere."""

from __future__ import annotations

from typing import Final

from autodiff.messages import N_
from autodiff.reading.construct import ALL, ANY, ELEMENTS, LISTS, NAME, PART, ROUND, SIGN, Gaps, Mistake

_SAME = "sin cos tan exp log sqrt abs sinh cosh tanh max min erf gamma floor".split()  # noqa: SIM905 - a list of words
CALLED: Final[dict[str, str]] = {**{name: name for name in _SAME}, "arcsin": "asin", "arccos": "acos", "arctan": "atan"}
"""Functions that are written with capitals and square brackets elsewhere."""


def _numbered(gaps: Gaps) -> str:
    elements = gaps["elements"].split(",")
    return "; ".join(f"{gaps['name']}{k} = {element.strip()}" for k, element in enumerate(elements, 1))


def _indexed(gaps: Gaps) -> str:
    return gaps["typed"] if gaps["name"].lower() in CALLED else f"{gaps['name']}_{gaps['index']}"


def _bracketed(gaps: Gaps) -> str:
    return f"{CALLED.get(gaps['name'].lower(), gaps['name'] + '*')}({gaps['inside']})"


LISTINGS = (
    Mistake(rf"(?<!\w)sqrt\s*\[(?P<degree>\w+)\]\s*\((?P<inside>{ALL})\)", ROUND, rewrites=("root({inside}, {degree})",)),
    Mistake(
        rf"(?<!\w)log_?[\[{{(](?P<base>\w+)[\])}}]\s*\((?P<inside>{ALL})\)",
        N_("the base is the second argument of log"),
        rewrites=("log({inside}, {base})",),
    ),
    Mistake(
        r"(?<!\w)log_\{?(?P<base>[0-9]+|[A-Za-z])\}?\s+(?P<inside>[\w.]+)",
        N_("the base is the second argument of log"),
        rewrites=("log({inside}, {base})",),
        codes=ANY,
    ),
    Mistake(r"(?P<sign>根号)\s*(?P<inside>[A-Za-z0-9.]+)", SIGN, rewrites=("sqrt({inside})",), codes=ANY),
    Mistake(r"(?P<inside>[A-Za-z0-9.]+)(?P<sign>的平方)", SIGN, rewrites=("{inside}^2",), codes=ANY),
    Mistake(rf"(?<!\w)for\s+{NAME}\s+in\b.*", N_("there are no loops here"), N_("write the sum out, as in x1 + x2")),
    Mistake(
        r"(?<![\w.,])(?P<whole>[0-9]+),(?P<rest>[0-9]+)(?=\s*[^\W\d])",
        N_("{typed} is not a number"),
        rewrites=("{whole}.{rest}",),
        codes=frozenset({"E005"}),
    ),
    Mistake(rf"(?P<name>{NAME})\s*=\s*[\[(](?P<elements>[^\[\](),]+(?:,[^\[\](),]+)+)[\])]", LISTS, rewrites=(_numbered,)),
    Mistake(
        rf"(?P<name>(?<!\w)(?:{'|'.join(['max', 'min', 'hypot', 'logsumexp'])}))\s*\(\s*\[(?P<elements>[^\[\]" rf"]+)\]\s*\)",
        N_("the brackets of the function suffice"),
        rewrites=("{name}({elements})",),
    ),
    Mistake(
        rf"(?<!\w)(?P<name>(?!(?:Sin|Cos|Tan|Exp|Log|Sqrt|Abs)\b){NAME})\s*\[\s*(?P<index>\w+)\s*\]", LISTS, rewrites=(_indexed,)
    ),
    Mistake(rf"(?P<name>(?<!\w)[A-Za-z]\w*)\s*\[(?P<inside>{PART})\]", ROUND, rewrites=(_bracketed,)),
    Mistake(rf"(?<![_^])[\[【〔〖「『《{{](?P<inside>{PART})[\]】〕〗」』》}}]", ROUND, rewrites=("({inside})",)),
    Mistake(r"(?:\w+\.)?(?:array|tensor)\s*\(.*|\[[^\[\]]*,[^\[\]]*\]", LISTS, ELEMENTS),
    Mistake(
        rf"(?<!\w)(?P<name>{NAME})\s*(?:\.T|ᵀ|\^\s*\\?top)(?!\w|\s*[\w(\[@*\\])",
        N_("a number is its own transpose"),
        rewrites=("{name}",),
        codes=ANY,
    ),
    Mistake(
        r"(?:\w|\})\s*\^\s*\{?\s*\\(?:top|intercal|mathsf\s*\{\s*T\s*\}|mathrm\s*\{\s*T\s*\})\s*\}?(?=\s*[\w\\(])",
        LISTS,
        N_("write the products out, as in w1*x1 + w2*x2"),
    ),
    Mistake(
        rf"{NAME}\s*@\s*{NAME}|(?<!\w)(?:\w+\.)?(?:dot|matmul|inner)\s*\(.*?\)|{NAME}(?:\^T\s+|ᵀ\s*|\.T\s*"
        rf"|'\s*)(?:{NAME})?|(?<!\w)\w*ᵀ\w*",
        LISTS,
        N_("write the products out, as in w1*x1 + w2*x2"),
        codes=ANY,
    ),
    Mistake(rf"(?<!\w)(?:\w+\.)?(?:sum|cumsum)\s*\(\s*{NAME}\s*\)|[∑Σ]\s*\w*", LISTS, N_("write the sum out, as in x1 + x2")),
    Mistake(rf"(?<!\w)(?:\w+\.)?(?:prod|product)\s*\(\s*{NAME}\s*\)|∏\s*\w*", LISTS, N_("write the product out, as in x1*x2")),
    Mistake(rf"(?<!\w)(?:\w+\.)?(?:mean|average|avg)\s*\(\s*{NAME}\s*\)", LISTS, N_("write the mean out, as in (x1 + x2)/2")),
    Mistake(
        rf"(?<!\w)(?:\w+\.)?(?:linalg\.)?norm\s*\(\s*{NAME}\s*\)|\|\|\s*{NAME}\s*\|\||‖.*‖",
        LISTS,
        N_("write the norm out, as in hypot(x1, x2)"),
    ),
    Mistake(rf"(?<!\w)(?:\w+\.)?softmax\s*\(\s*{NAME}\s*\)", LISTS, N_("write it out, as in exp(a)/(exp(a) + exp(b))")),
    Mistake(r"(?<!\w)(?:\w+\.)?(?:std|var|variance|median|len|argmax|transpose|inv|det)\s*\(.*?\)", LISTS, ELEMENTS),
    Mistake(
        r"(?<!\w)(?:\w+\.)?(?:rand|randn|random|randint|rnorm|runif|RAND)\s*\([^()]*\)",
        N_("there are no random numbers here"),
        N_("put a variable there, and give it a value"),
    ),
)
"""Brackets of other kinds, lists, and what is done with them."""
