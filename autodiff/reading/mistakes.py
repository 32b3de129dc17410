"""What people type that is no formula here, one row for each construct: how it looks, what is wrong with it, what to write instead.

A row is asked only after a text has been refused, and only where it touches the place of the error. In its message and its hints
`{typed}` is what was matched, other gaps are the named groups; `{x}` is the first variable of `{body}` where no group says it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, NamedTuple

from autodiff.messages import N_
from autodiff.reading.elsewhere import CALLS as ELSEWHERE
from autodiff.reading.spellings import LEIBNIZ

Gaps = dict[str, str]
NAMELESS = frozenset({"E030", "E034"})
"""Errors about names of a text that was read."""
ANY = NAMELESS | {"E002", "E005", "E008", "E009", "E012", "E032"}


class Mistake(NamedTuple):
    """A construct. Of its rewrites those are offered that parse; `command` is a command line, offered where `{body}` parses.

    A rewrite stands for what was matched, or, with `within`, for its place in the whole formula, where it needs others to parse.
    With `codes` a row is for these errors alone; without, for none where the text was read and a name means nothing (NAMELESS).
    """

    pattern: str
    message: str
    hint: str = ""
    rewrites: tuple[str | Callable[[Gaps], str], ...] = ()
    command: str = ""
    within: bool = False
    codes: frozenset[str] = frozenset()


DERIVATIVE = N_("{typed} asks for a derivative; a formula cannot contain one")
INTEGRAL = N_("integrals are not computed here")
LIMIT = N_("limits are not computed here")
LISTED = N_("`autodiff --help` lists what is computed")
BEHIND = N_("values go after the formula")
COMMA = N_("a comma does not separate statements")
NEEDLESS = N_("'{word}' is not needed")
DEFINED = N_("a function is defined as in f(x) = x^2")
HEAD = N_("a formula needs no '{word}'")
NAMING = N_("a value is named with =")
CHOICE = N_("a choice is written with if(…)")
SEPARATED = N_("arguments are separated by commas")
CHAINED = N_("comparisons cannot be chained")
CONDITION = N_("a condition stands where a number belongs")
LISTS = N_("there are no lists here: each element is a variable of its own")
ROUND = N_("only round brackets group")
DOTTED = N_("a function stands before its argument")
RADIANS = N_("angles are in radians")
QUOTES = N_("no quotes are needed")
SIGN = N_("'{sign}' has no meaning here")
ELEMENTS = N_("write its elements one by one")
BELOW = N_("write {spelling}, with your formula for {name} in place of {example}")
DIFF = 'autodiff diff "{body}" --wrt {x}'
EVAL = 'autodiff eval "{body}" {given}'

_NAME = r"[^\W\d]\w*"
_DEEP = r"\((?:[^()]|\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))*\)"
_PART = rf"(?:[^()\[\]{{}},;:?\n=]|{_DEEP})+?"  # no sign that would end it, except in round brackets
_SIDE = rf"(?:[^()\[\]{{}},;:?\n=<>≤≥≠]|{_DEEP})+?"
_ALL = rf"(?:[^()\[\]{{}},;:?\n=]|[<>!=]=|{_DEEP})+?"
_END = r"\s*(?=\Z|[;\n,)])"
_TEST = rf"(?P<test>{_SIDE}(?:<=|>=|==|!=|[<>≤≥≠]){_SIDE}(?:\s(?:and|or)\s{_ALL})?)"
_VALUE = r"[-+]?(?:[0-9.][\w.]*|pi)(?:/[0-9]+)?"
_GIVEN = rf"(?P<given>{_NAME}\s*=(?!=)\s*{_VALUE}(?:\s*,?\s*{_NAME}\s*=(?!=)\s*{_VALUE})*)\s*\Z"
_STATEMENT = rf"\s*{_NAME}\s*=(?!=){_ALL}"
_LETTER = r"[^\W\d_]"


def _statements(gaps: Gaps) -> str:
    return gaps["typed"].replace("，", "; ").replace(",", ";")


def _chain(gaps: Gaps) -> str:
    a, first, b, second, c = (gaps[key].strip() for key in ("a", "first", "b", "second", "c"))
    return f"{a}{first}{b} and {b}{second}{c}"


def _numbered(gaps: Gaps) -> str:
    elements = gaps["elements"].split(",")
    return "; ".join(f"{gaps['name']}{k} = {element.strip()}" for k, element in enumerate(elements, 1))


def _of_bars(gaps: Gaps) -> str:
    inside, function = f"abs({gaps['inside']})", gaps["function"]
    return f"{function}({inside})" if function in CALLED or function == "ln" else f"{function}*{inside}"


def _short(gaps: Gaps) -> str:
    return re.sub(r"(?<!\w)\((\w+)\)", r"\1", ELSEWHERE[gaps["word"]].split("|")[0].replace("{0}", gaps["argument"]))


def _increased(gaps: Gaps) -> str:
    rest = gaps["rest"] if gaps["rest"].isalnum() else f"({gaps['rest']})"
    return f"{gaps['name']}2 = {gaps['name']} {gaps['sign']} {rest}"


def _method(gaps: Gaps) -> str:
    return f"{gaps['function']}({', '.join(filter(None, (gaps['argument'].strip('()'), gaps['more'])))})"


def _indexed(gaps: Gaps) -> str:
    return gaps["typed"] if gaps["name"].lower() in CALLED else f"{gaps['name']}_{gaps['index']}"


def _bracketed(gaps: Gaps) -> str:
    return f"{CALLED.get(gaps['name'].lower(), gaps['name'] + '*')}({gaps['inside']})"


def _piecewise(gaps: Gaps) -> str:
    return f"if({gaps['test']}, {gaps['then']}, {gaps.get('other') or gaps.get('rest')})"


def _commas(gaps: Gaps) -> str:
    return gaps["typed"].replace(";", ",").replace("、", ", ")


def _cases(gaps: Gaps) -> str:
    test, then, other = (
        re.sub(r"\\(?:text|mathrm)\s*\{[^{}]*\}|\bif\b|,\s*$", "", gaps[key]).strip() for key in ("test", "then", "other")
    )
    return f"if({test}, {then.rstrip(',')}, {other.rstrip(',')})"


def _unset(gaps: Gaps) -> str:
    inside = re.sub(r"\\(?:label|tag)\s*\{[^{}]*\}|\\nonumber|&", "", gaps["inside"])
    return re.sub(r"\s*\\\\\s*", "; ", inside.strip().removesuffix("\\\\").strip())


def _argument(gaps: Gaps) -> str:
    return f"{gaps['function']}({gaps['argument'].strip('()')})"


_CHOSEN = ("if({test}, {then}, {other})",)

DERIVATIVES = (
    Mistake(rf"\\[dtc]?frac{LEIBNIZ}(?P<body>[^;\n=]+?)\s*(?=\Z|[;\n])", DERIVATIVE, command=DIFF),
    Mistake(rf"\\[dtc]?frac{LEIBNIZ}", DERIVATIVE, command=DIFF),
    Mistake(r"(?P<f>[^\W\d_])\s*\^\s*\{?\s*(?:\\prime\s*)+\}?|\\nabla\s*_?\s*(?P<f2>[^\W\d_])?", DERIVATIVE, command=DIFF),
    Mistake(
        r"(?P<f>[fghFGy])\^\{\s*\(\s*(?P<third>[0-9]+)\s*\)\s*\}(?=\s*\()", DERIVATIVE, command=DIFF, codes=frozenset({"E007"})
    ),
    Mistake(r"\\(?:int|oint|iint)(?![A-Za-z]).*", INTEGRAL, LISTED),
    Mistake(r"\\lim(?![A-Za-z]).*", LIMIT, LISTED),
    Mistake(r"\\sum(?![A-Za-z]).*", LISTS, N_("write the sum out, as in x1 + x2")),
    Mistake(r"\\prod(?![A-Za-z]).*", LISTS, N_("write the product out, as in x1*x2")),
    Mistake(
        rf"(?<={_LETTER}\()(?P<x>{_LETTER})\)\s*=\s*(?P<body>{_ALL});\s*(?P<typed>{_LETTER}['′’]+\(\w\))", DERIVATIVE, command=DIFF
    ),
    Mistake(rf"(?<!\w)(?P<f>{_NAME})['′’]+\(\s*(?P<x>{_NAME})\s*\)", DERIVATIVE, command=DIFF),
    Mistake(rf"(?<!\w)(?P<f>{_LETTER})['′’]+(?!\w)", DERIVATIVE, command=DIFF),
    Mistake(rf"[d∂]\s*/\s*[d∂](?P<x>{_NAME})\s*\((?P<body>{_ALL})\)", DERIVATIVE, command=DIFF),
    Mistake(rf"[d∂]\s*/\s*[d∂](?P<x>{_NAME})\s+(?P<body>{_ALL}){_END}", DERIVATIVE, command=DIFF),
    Mistake(rf"[d∂]\s*\((?P<body>{_ALL})\)\s*/\s*[d∂](?P<x>{_NAME})", DERIVATIVE, command=DIFF),
    Mistake(rf"(?<!\w)[d∂](?P<f>{_NAME})\s*/\s*[d∂](?P<x>{_NAME})", DERIVATIVE, command=DIFF, codes=ANY),
    Mistake(
        rf"(?i:derivative of|derivative|differentiate|diff|gradient of|gradient|grad)\s+(?P<body>{_ALL})"
        rf"(?:\s+(?:wrt|with respect to)\s+(?P<x>{_NAME}))?{_END}",
        DERIVATIVE,
        command=DIFF,
    ),
    Mistake(
        rf"(?<!\w)(?i:diff|derivative|derive|deriv|nderiv|grad|gradient|d)\s*[(\[](?P<body>{_ALL})"
        rf"(?:,\s*(?P<x>{_NAME})\s*(?:,(?P<third>[^()\[\]]*))?)?[)\]]",
        DERIVATIVE,
        command=DIFF,
    ),
    Mistake(rf"∇\s*(?P<f>{_NAME})?|∂(?P<f2>{_NAME})?", DERIVATIVE, command=DIFF),
    Mistake(r"∫.*|(?<!\w)(?:integrate|integral|int|quad)\s*\(.*", INTEGRAL, LISTED),
    Mistake(r"(?<!\w)(?:lim|limit)\b.*", LIMIT, LISTED),
)
"""Derivatives, and what else analysis asks for."""

STATEMENTS = (
    Mistake(rf"(?P<body>\A(?:{_ALL})?)\s*(?:,|，|\||/\.|(?<!\w)(?:at|where|for|with|when)(?!\w))\s*{_GIVEN}", BEHIND, command=EVAL),
    Mistake(rf"(?P<body>\A{_STATEMENT})\s*,\s*{_GIVEN}", BEHIND, command=EVAL),
    Mistake(rf"(?P<body>\A{_ALL})\s*/\.\s*(?P<given>{_NAME}\s*->\s*[-+\w.]+)\s*\Z", BEHIND, command=EVAL),
    Mistake(rf"\A{_STATEMENT}(?:\s*,{_STATEMENT})+\s*\Z", COMMA, rewrites=(_statements,)),
    Mistake(rf"(?P<body>\A{_ALL})\s*;\s*{_GIVEN}", BEHIND, command=EVAL),
    Mistake(
        rf"(?P<word>(?<!\w)(?:let|var|const|double|float|int|auto|set|def))\s+(?P<rest>{_NAME}\s*=(?!=)\s*{_ALL}" rf"){_END}",
        NEEDLESS,
        rewrites=("{rest}",),
    ),
    Mistake(rf"(?P<name>(?<!\w){_NAME})\s*(?::=|<-|≔|←)\s*(?P<rest>{_ALL}){_END}", NAMING, rewrites=("{name} = {rest}",)),
    Mistake(
        rf"(?P<name>(?<!\w){_NAME})\s*(?P<sign>[-+*/])=\s*(?P<rest>{_ALL}){_END}",
        N_("a name is assigned once"),
        rewrites=(_increased,),
    ),
    Mistake(rf"(?P<name>(?<!\w){_NAME})(?P<sign>(?P<one>[-+])(?P=one)){_END}", SIGN, rewrites=("{name} {one} 1",)),
    Mistake(
        rf"(?P<name>(?<!\w){_NAME})\s*(?P<word>=\s*lambda)\s+(?P<parameters>[\w, ]+):\s*(?P<rest>{_ALL}){_END}",
        DEFINED,
        rewrites=("{name}({parameters}) = {rest}",),
        within=True,
    ),
    Mistake(
        rf"(?P<name>(?<!\w){_NAME})\s*(?P<word>=)\s*\(?(?P<parameters>[\w, ]+)\)?\s*(?:=>|->|↦|→|⇒)\s*(?P<rest>{_ALL}){_END}",
        DEFINED,
        rewrites=("{name}({parameters}) = {rest}",),
        within=True,
    ),
    Mistake(
        rf"(?P<word>(?<!\w)def\s+)(?P<name>{_NAME})\s*\((?P<parameters>[^()]*)\)\s*:\s*return\s+(?P<rest>{_ALL}){_END}",
        DEFINED,
        rewrites=("{name}({parameters}) = {rest}",),
        within=True,
    ),
    Mistake(rf"(?P<word>(?<!\w)def\s+{_NAME}\s*\([^()]*\)\s*:\s*return)\s+(?P<rest>{_ALL}){_END}", HEAD, rewrites=("{rest}",)),
    Mistake(
        rf"(?:\A|[;\n])(?P<typed>\s*(?P<word>(?:{_NAME}\s*=\s*)?(?:lambda\s+[\w, ]+:|\\\s*[\w ]+->|["
        rf"({{]?[\w, ]+\)?\s*(?:->|=>|↦|→|⇒)|@\s*\([\w, ]+\)))\s*(?P<rest>{_ALL})){_END}",
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
        rf"(?P<word>(?<!\w)(?:return|print|compute|calculate|evaluate|eval))\s+(?P<rest>{_ALL}){_END}",
        NEEDLESS,
        rewrites=("{rest}",),
    ),
    Mistake(rf"(?P<word>(?<!\w)(?:print|eval))\s*\((?P<rest>{_ALL})\)", NEEDLESS, rewrites=("{rest}",)),
    Mistake(
        rf"\A\s*{_NAME}\s*=(?!=)(?=[^=]*[^\s\w=]){_ALL}(?P<typed>(?<![<>!=])=(?!=)\s*{_VALUE})\s*\Z",
        N_("a statement has only one ="),
        N_("leave {typed} out: eval says what the value is; autodiff implicit differentiates an equation"),
        codes=frozenset({"E005"}),
    ),
    Mistake(
        rf"\A(?P<body>{_ALL}(?<![<>!])=(?!=){_ALL})\s*\Z",
        N_("an equation is not a formula"),
        N_("autodiff implicit differentiates an equation; a formula has a plain name to the left of ="),
        codes=frozenset({"E005"}),
    ),
    Mistake(rf"(?P<quote>[\"'`“”‘’])(?P<rest>{_ALL})[\"'`“”‘’]", QUOTES, rewrites=("{rest}",)),
    Mistake(r"\A(?P<rest>.+[^\s.。])\s*[.。]\s*\Z", N_("a formula ends without a full stop"), rewrites=("{rest}",)),
)
"""What surrounds a formula elsewhere: values, names, words of a language."""

CHOICES = (
    Mistake(
        r"\\begin\s*\{cases\}(?P<then>[^&]+?)&(?P<test>[^&]+?)\\\\(?P<other>[^&]+?)(?:&[^&]*?)?(?:\\\\\s*)?\\end\s*\{cases\}",
        CHOICE,
        rewrites=(_cases,),
    ),
    Mistake(rf"(?P<then>{_SIDE})\s+if\s+{_TEST}\s+else\s+(?P<other>{_PART}){_END}", CHOICE, rewrites=_CHOSEN),
    Mistake(rf"{_TEST}\s*\?(?P<then>{_PART}):(?P<other>{_PART}){_END}", CHOICE, rewrites=_CHOSEN),
    Mistake(
        rf"(?P<test>{_SIDE})\s*\?(?P<then>{_PART}):(?P<other>{_PART}){_END}", CHOICE, rewrites=("if({test} != 0, {then}, {other})",)
    ),
    Mistake(
        rf"(?<!\w)if\s+{_TEST}\s*(?:\sthen\s|:)(?P<then>{_PART})[;,]?\s*else\s*:?(?P<other>{_PART}){_END}", CHOICE, rewrites=_CHOSEN
    ),
    Mistake(rf"(?<!\w)if\s*\({_TEST}\)(?P<then>{_PART})[;,]?\s*else\s(?P<other>{_PART}){_END}", CHOICE, rewrites=_CHOSEN),
    Mistake(rf"(?<!\w){_NAME}\((?:{_ALL})(?:[;、]{_ALL})+\)", SEPARATED, rewrites=(_commas,)),
    Mistake(
        r"(?P<a>{0})(?P<first><=?|≤)(?P<b>{0})(?P<second><=?|≤)(?P<c>{0})(?=\s*\Z|[,);\n])".replace("{0}", _SIDE),
        CHAINED,
        rewrites=(_chain,),
        within=True,
    ),
    Mistake(
        r"(?P<a>{0})(?P<first>>=?|≥)(?P<b>{0})(?P<second>>=?|≥)(?P<c>{0})(?=\s*\Z|[,);\n])".replace("{0}", _SIDE),
        CHAINED,
        rewrites=(_chain,),
        within=True,
    ),
    Mistake(r"\w[\w ]*(?P<typed>=)(?!=)", N_("= names a value and does not compare"), rewrites=("==",), within=True),
    Mistake(r"(?<=[(,\s])(?P<sign>!)(?=\s*[\w(])", SIGN, rewrites=("not ",), within=True),
    Mistake(rf"(?<!\w)(?:piecewise|cases)\s*\((?P<then>{_PART}),{_TEST},(?P<other>{_PART})\)", CHOICE, rewrites=_CHOSEN),
    Mistake(
        rf"(?<!\w)(?i:piecewise)\s*[\[({{]\s*[({{]+(?P<then>{_PART}),{_TEST}[)}}]+\s*,\s*(?:\((?P<other>{_PART}"
        rf"),\s*True\)|(?P<rest>{_PART}))\s*[\])}}]",
        CHOICE,
        rewrites=(_piecewise,),
    ),
    Mistake(rf"(?<!\w)\(\s*{_TEST}\s*\)", CONDITION, rewrites=("if({test}, 1, 0)",)),
    Mistake(
        rf"\A\s*(?P<test>(?P<name>{_NAME})\s*==\s*(?P<rest>{_SIDE}))\s*\Z",
        CONDITION,
        rewrites=("{name} = {rest}", "if({test}, 1, 0)"),
    ),
    Mistake(rf"\A\s*{_TEST}\s*\Z", CONDITION, rewrites=("if({test}, 1, 0)",)),
)
"""Choices and conditions."""

LISTINGS = (
    Mistake(rf"(?<!\w)sqrt\s*\[(?P<degree>\w+)\]\s*\((?P<inside>{_ALL})\)", ROUND, rewrites=("root({inside}, {degree})",)),
    Mistake(
        rf"(?<!\w)log_?[\[{{(](?P<base>\w+)[\])}}]\s*\((?P<inside>{_ALL})\)",
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
    Mistake(rf"(?<!\w)for\s+{_NAME}\s+in\b.*", N_("there are no loops here"), N_("write the sum out, as in x1 + x2")),
    Mistake(
        r"(?<![\w.,])(?P<whole>[0-9]+),(?P<rest>[0-9]+)(?=\s*[^\W\d])",
        N_("{typed} is not a number"),
        rewrites=("{whole}.{rest}",),
        codes=frozenset({"E005"}),
    ),
    Mistake(rf"(?P<name>{_NAME})\s*=\s*[\[(](?P<elements>[^\[\](),]+(?:,[^\[\](),]+)+)[\])]", LISTS, rewrites=(_numbered,)),
    Mistake(
        rf"(?P<name>(?<!\w)(?:{'|'.join(['max', 'min', 'hypot', 'logsumexp'])}))\s*\(\s*\[(?P<elements>[^\[\]" rf"]+)\]\s*\)",
        N_("the brackets of the function suffice"),
        rewrites=("{name}({elements})",),
    ),
    Mistake(
        rf"(?<!\w)(?P<name>(?!(?:Sin|Cos|Tan|Exp|Log|Sqrt|Abs)\b){_NAME})\s*\[\s*(?P<index>\w+)\s*\]", LISTS, rewrites=(_indexed,)
    ),
    Mistake(rf"(?P<name>(?<!\w)[A-Za-z]\w*)\s*\[(?P<inside>{_PART})\]", ROUND, rewrites=(_bracketed,)),
    Mistake(rf"(?<![_^])[\[【〔〖「『《{{](?P<inside>{_PART})[\]】〕〗」』》}}]", ROUND, rewrites=("({inside})",)),
    Mistake(r"(?:\w+\.)?(?:array|tensor)\s*\(.*|\[[^\[\]]*,[^\[\]]*\]", LISTS, ELEMENTS),
    Mistake(
        rf"(?<!\w)(?P<name>{_NAME})\s*(?:\.T|ᵀ|\^\s*\\?top)(?!\w|\s*[\w(\[@*\\])",
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
        rf"{_NAME}\s*@\s*{_NAME}|(?<!\w)(?:\w+\.)?(?:dot|matmul|inner)\s*\(.*?\)|{_NAME}(?:\^T\s+|ᵀ\s*|\.T\s*"
        rf"|'\s*)(?:{_NAME})?|(?<!\w)\w*ᵀ\w*",
        LISTS,
        N_("write the products out, as in w1*x1 + w2*x2"),
        codes=ANY,
    ),
    Mistake(rf"(?<!\w)(?:\w+\.)?(?:sum|cumsum)\s*\(\s*{_NAME}\s*\)|[∑Σ]\s*\w*", LISTS, N_("write the sum out, as in x1 + x2")),
    Mistake(rf"(?<!\w)(?:\w+\.)?(?:prod|product)\s*\(\s*{_NAME}\s*\)|∏\s*\w*", LISTS, N_("write the product out, as in x1*x2")),
    Mistake(rf"(?<!\w)(?:\w+\.)?(?:mean|average|avg)\s*\(\s*{_NAME}\s*\)", LISTS, N_("write the mean out, as in (x1 + x2)/2")),
    Mistake(
        rf"(?<!\w)(?:\w+\.)?(?:linalg\.)?norm\s*\(\s*{_NAME}\s*\)|\|\|\s*{_NAME}\s*\|\||‖.*‖",
        LISTS,
        N_("write the norm out, as in hypot(x1, x2)"),
    ),
    Mistake(rf"(?<!\w)(?:\w+\.)?softmax\s*\(\s*{_NAME}\s*\)", LISTS, N_("write it out, as in exp(a)/(exp(a) + exp(b))")),
    Mistake(r"(?<!\w)(?:\w+\.)?(?:std|var|variance|median|len|argmax|transpose|inv|det)\s*\(.*?\)", LISTS, ELEMENTS),
    Mistake(
        r"(?<!\w)(?:\w+\.)?(?:rand|randn|random|randint|rnorm|runif|RAND)\s*\([^()]*\)",
        N_("there are no random numbers here"),
        N_("put a variable there, and give it a value"),
    ),
)
"""Brackets of other kinds, lists, and what is done with them."""

_SAME = "sin cos tan exp log sqrt abs sinh cosh tanh max min erf gamma floor".split()  # noqa: SIM905 - a list of words
CALLED: Final[dict[str, str]] = {**{name: name for name in _SAME}, "arcsin": "asin", "arccos": "acos", "arctan": "atan"}
"""Functions that are written with capitals and square brackets elsewhere."""

_DEGREES = r"(?:degrees|degree|deg)(?!\w)"
_QUANTITY = (
    rf"(?:(?P<amount>(?<![\w.])[0-9.]+(?=\s*(?:[°º˚度]|{_DEGREES}))|(?<!\w){_NAME}(?=\s*[°˚]|\s+{_DEGREES})|\([^()]*\)(?=\s*(?:[°º˚]|{_DEGREES})))"
    rf"\s*(?:[°º˚度]|{_DEGREES}))"
)
_AROUND = rf"(?<![\w.)*/%^])(?<![*/%^]\s)(?P<left>[\w.]+|{_DEEP})\s*{{0}}\s*(?P<right>[\w.]+|{_DEEP})(?!\s*[\^(*/%])"

SIGNS = (
    Mistake(rf"(?P<function>(?<!\w)(?:sin|cos|tan))\s+{_QUANTITY}", RADIANS, rewrites=("{function}({amount}*pi/180)",), codes=ANY),
    Mistake(_QUANTITY, RADIANS, rewrites=("{amount}*pi/180",), codes=ANY),
    Mistake(
        rf"(?P<argument>[0-9.]+|(?<!\w){_NAME}|{_DEEP})\.(?P<function>[A-Za-z]\w*)\(\s*(?P<more>[^()]*)\)",
        DOTTED,
        rewrites=(_method,),
    ),
    Mistake(
        rf"(?<!\w)(?P<left>{_NAME})\.(?P<right>{_NAME})(?!\w|\s*\()",
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
        rf"(?:\A|(?<=[;\n,]))\s*(?P<typed>(?P<name>(?!(?:π|pi|e|tau)\b){_NAME})\s*[≈≃≅≌≒]\s*(?P<rest>{_VALUE})){_END}",
        NAMING,
        rewrites=("{name} = {rest}",),
    ),
    Mistake(rf"(?P<sign>[≈≃≅≌≒])\s*{_PART}{_END}", SIGN, N_("leave {typed} out: eval says what the value is")),
    Mistake(
        r"(?P<function>(?<!\w)(?:exp|ln|log|sin|cos|tan|sqrt))\s*\^\s*(?P<argument>\w+|\([^()]*\))(?!\w|\s*[(\w])",
        N_("'{function}' needs brackets"),
        rewrites=(_argument,),
        codes=ANY,
    ),
    Mistake(
        rf"(?P<function>(?<!\w){_NAME})\s*[|｜](?P<inside>[^|｜]+)[|｜]", N_("bars have no meaning here"), rewrites=(_of_bars,)
    ),
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

ROWS = (*STATEMENTS[:5], *DERIVATIVES, *STATEMENTS[5:], *CHOICES, *LISTINGS, *SIGNS)
