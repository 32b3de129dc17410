"""Derivatives, and what else analysis asks for, as they are written elsewhere."""

from __future__ import annotations

from autodiff.messages import N_
from autodiff.reading.construct import ALL, ANY, DERIVATIVE, DIFF, END, INTEGRAL, LETTER, LIMIT, LISTED, LISTS, NAME, Mistake
from autodiff.reading.spellings import LEIBNIZ

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
        rf"(?<={LETTER}\()(?P<x>{LETTER})\)\s*=\s*(?P<body>{ALL});\s*(?P<typed>{LETTER}['′’]+\(\w\))", DERIVATIVE, command=DIFF
    ),
    Mistake(rf"(?<!\w)(?P<f>{NAME})['′’]+\(\s*(?P<x>{NAME})\s*\)", DERIVATIVE, command=DIFF),
    Mistake(rf"(?<!\w)(?P<f>{LETTER})['′’]+(?!\w)", DERIVATIVE, command=DIFF),
    Mistake(rf"[d∂]\s*/\s*[d∂](?P<x>{NAME})\s*\((?P<body>{ALL})\)", DERIVATIVE, command=DIFF),
    Mistake(rf"[d∂]\s*/\s*[d∂](?P<x>{NAME})\s+(?P<body>{ALL}){END}", DERIVATIVE, command=DIFF),
    Mistake(rf"[d∂]\s*\((?P<body>{ALL})\)\s*/\s*[d∂](?P<x>{NAME})", DERIVATIVE, command=DIFF),
    Mistake(rf"(?<!\w)[d∂](?P<f>{NAME})\s*/\s*[d∂](?P<x>{NAME})", DERIVATIVE, command=DIFF, codes=ANY),
    Mistake(
        rf"(?i:derivative of|derivative|differentiate|diff|gradient of|gradient|grad)\s+(?P<body>{ALL})"
        rf"(?:\s+(?:wrt|with respect to)\s+(?P<x>{NAME}))?{END}",
        DERIVATIVE,
        command=DIFF,
    ),
    Mistake(
        rf"(?<!\w)(?i:diff|derivative|derive|deriv|nderiv|grad|gradient|d)\s*[(\[](?P<body>{ALL})"
        rf"(?:,\s*(?P<x>{NAME})\s*(?:,(?P<third>[^()\[\]]*))?)?[)\]]",
        DERIVATIVE,
        command=DIFF,
    ),
    Mistake(rf"∇\s*(?P<f>{NAME})?|∂(?P<f2>{NAME})?", DERIVATIVE, command=DIFF),
    Mistake(r"∫.*|(?<!\w)(?:integrate|integral|int|quad)\s*\(.*", INTEGRAL, LISTED),
    Mistake(r"(?<!\w)(?:lim|limit)\b.*", LIMIT, LISTED),
)
"""Derivatives, and what else analysis asks for."""
