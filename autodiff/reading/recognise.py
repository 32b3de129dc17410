"""A better answer to a text that was refused, where it holds something that people are known to type."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache

from autodiff.errors import FormulaError, either
from autodiff.messages import say
from autodiff.reading import construct
from autodiff.reading.construct import BELOW, NAMELESS, Gaps, Mistake
from autodiff.reading.elsewhere import meaning
from autodiff.reading.mistakes import ROWS
from autodiff.reading.signs import COMPARING, WRITTEN
from autodiff.reading.source import SUPERSCRIPTS, Source
from autodiff.tape import Tape
from autodiff.writing.formulas import reading

LONGEST = 300  # characters of a text in which constructs are looked for: some patterns take the cube of that
SHOWN = 80  # characters of a formula that is shown whole in a hint

Parses = Callable[[str], Tape | None]


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def recognised(text: str, error: FormulaError, parses: Parses) -> FormulaError:
    """The error that says what was meant at the place of this one; this one where nobody knows."""
    if len(text) > LONGEST:
        return error
    source = Source(text)
    sign = _sign(source, error, parses, COMPARING)
    if sign is not None and sign.rewrites:
        return sign
    rows = [row for row in ROWS if row.message != construct.ROUND] if "\\" in text or error.code == "E007" else ROWS
    for row in rows:
        if error.code not in row.codes and (row.codes or error.code in NAMELESS):
            continue
        for match in _compiled(row.pattern).finditer(source.plain):
            if match.start() <= error.span[1] and error.span[0] <= match.end():
                better = _refusal(source, row, match, error, parses)
                if better is not None:
                    return better
    return _call(source, error, parses) or _sign(source, error, parses, WRITTEN) or error


def _refusal(source: Source, row: Mistake, match: re.Match[str], error: FormulaError, parses: Parses) -> FormulaError | None:
    """The error of a row; None where what it would advise does not parse."""
    typed = "typed" if "typed" in match.re.groupindex else 0
    start, end = match.span(typed)
    start += len(match[typed]) - len(match[typed].lstrip())
    end -= len(match[typed]) - len(match[typed].rstrip())
    gaps = {name: inside.strip() for name, inside in match.groupdict().items() if inside is not None}
    gaps["typed"] = source.text[start:end]
    gaps |= {name: source.text[slice(*match.span(name))].strip() for name in ("sign", "word") if name in gaps}
    rewrites = [rewrite(gaps) if callable(rewrite) else rewrite.format(**gaps) for rewrite in row.rewrites]
    message, hint = say(row.message, **gaps), say(row.hint, **gaps) if row.hint else ""
    if row.command:
        hint = _command(row, gaps, parses)
    if row.within:
        return _within(source, error, (start, end), rewrites[0], message, parses)
    if source.plain[:start].rstrip()[-1:] in ("/", "%", "^"):
        rewrites = [rewrite if _is_atom(rewrite) else f"({rewrite})" for rewrite in rewrites]
    rewrites = [rewrite for rewrite in rewrites if parses(rewrite) is not None]
    if not rewrites and not hint:
        return None
    return source.refuse(error.code, message, (start, end), hint, rewrites)


def _command(row: Mistake, gaps: Gaps, parses: Parses) -> str:
    """The command line that does what was asked for; where the formula is not known, with one in its place."""
    body = gaps.get("body") or f"{gaps.get('f', '')}({gaps.get('x', '')})"  # tanh'(x) says of what
    body = body[1:-1] if re.fullmatch(r"\([^()]*\)", body) else body
    tape = parses(body) if body else None
    gaps["x"] = re.sub(r"\\(?:[a-z]+(?=\{))?|[{}]", "", gaps.get("x", ""))  # \\mathbf{w} is w, w_{1} is w_1
    body = reading(tape) if tape is not None and "\\" in body else body
    variables = tape.variables() if tape is not None else ()
    if row.command == construct.EVAL:
        return _evaluation(body if tape is not None else "", gaps)
    x = gaps.get("x") or next(iter(variables), "x")
    if x in variables:
        return say("write {spelling}", spelling=_derived(gaps, body, x))
    example, name = f"{x}^2", (gaps.get("f") or gaps.get("f2") or gaps["typed"].lstrip("\\"))
    name = name if "f" in gaps or "f2" in gaps else name[0]
    return say(BELOW, spelling=_derived(gaps, example, x), name=name, example=example)


def _derived(gaps: Gaps, body: str, x: str) -> str:
    """The command for a derivative: of all variables, at a point, or of the order that was asked for."""
    typed, third = gaps["typed"].lower(), gaps.get("third", "")
    if typed.startswith(("grad", "∇", "\\nabla")):
        return f'autodiff diff "{body}"'
    if typed.startswith("nd") and third:
        return f'autodiff diff "{body}" {x}={third} --wrt {x}'
    order = sum(map(typed.count, ("'", "′", "’", "\\prime"))) or (int(third) if third.isdecimal() else 1)
    return construct.DIFF.format(body=body, x=x) + (f" --order {order}" if order > 1 else "")


def _evaluation(body: str, gaps: Gaps) -> str:
    given = [re.sub(r"\s|->", "", pair.replace("->", "=")) for pair in re.split("[,，]", gaps["given"])]
    return say("write {spelling}", spelling=construct.EVAL.format(body=body or "x^2", given=" ".join(given)))


def _within(
    source: Source, error: FormulaError, span: tuple[int, int], rewrite: str, message: str, parses: Parses
) -> FormulaError | None:
    """The error for what is no formula by itself: it is shown in the whole formula, if that is right then, and short."""
    whole = source.text[: span[0]] + rewrite + source.text[span[1] :]
    if len(whole) <= SHOWN and parses(whole) is not None:
        return source.refuse(error.code, message, span, "", (whole,)).of((0, len(source.text)))
    if parses(f"if({rewrite}, 1, 0)") is not None:
        return source.refuse(error.code, message, span, "", (f"if({rewrite}, 1, 0)",))
    return None


def _sign(source: Source, error: FormulaError, parses: Parses, signs: Iterable[str]) -> FormulaError | None:
    """The error for a sign that is written otherwise here; None where none of these stands at the place of the error."""
    start, end = error.span
    for sign in sorted(signs, key=len, reverse=True):
        at = source.text.find(sign, max(0, start - len(sign)), end + len(sign) + 2)
        if at < 0 or error.code == "E004":
            continue
        better = WRITTEN[sign]
        whole = re.sub(" +", " ", source.text.replace(sign, better)).strip()
        message = say("'{sign}' has no meaning here", sign=sign)
        if len(whole) <= SHOWN and parses(whole) is not None:
            return source.refuse(error.code, message, (at, at + len(sign)), "", (whole,)).of((0, len(source.text)))
        return source.refuse(error.code, message, (at, at + len(sign)), say("here it is written {sign}", sign=better.strip()))
    return None


_CALL = re.compile(
    r"(?:\w+\.|\\(?:operatorname|mathrm|text)\s*\{\s*)*(?P<name>[^\W⁰¹²³⁴-⁹]+)\s*\}?\s*(?P<power>(?:\^\s*[0-9]+|[⁰¹²³⁴-⁹]+)?)\s*\("
)


def _call(source: Source, error: FormulaError, parses: Parses) -> FormulaError | None:
    """The error for a function that has another name here; None where nobody knows it."""
    found = _CALL.match(source.plain, error.span[0])
    if found is None:
        return None
    args, end = arguments(source.plain, found.end())
    if args is None:
        return None
    power = found["power"].translate(SUPERSCRIPTS).lstrip("^ ")
    alone = not power and _stands_alone(source.plain, found.start(), end)
    tapes = [parses(form) for form in meaning(found["name"], args).split("|")] if args else []
    forms = [reading(tape) for tape in tapes if tape is not None]
    forms = [form if alone or _is_atom(form) else f"({form})" for form in forms]
    if not forms:
        return None
    message = error.message
    if power:
        message = say("unknown function '{name}'", name=found["name"])
        forms = [f"{_bare_quotient(form)}^{power}" for form in forms]
        divides = source.plain[: found.start()].rstrip()[-1:] in ("/", "%", "^")
        forms = [f"({form})" if divides and form.startswith("1/") else form for form in forms]
    hint = say("for its first component write {spelling}", spelling=either(forms)) if found["name"].lower() == "softmax" else ""
    return source.refuse(error.code, message, (found.start(), end), hint, forms)


def arguments(text: str, at: int) -> tuple[list[str] | None, int]:
    """The arguments of a call whose bracket opens before a place, and where it ends; None where it is not closed."""
    depth, found, start = 0, [], at
    for end in range(at, len(text)):
        sign = text[end]
        if depth == 0 and sign in ",)":
            found.append(text[start:end].strip())
            start = end + 1
            if sign == ")":
                return ([] if found == [""] else found), end + 1
        depth += (sign == "(") - (sign == ")")
    return None, len(text)


def _is_atom(formula: str) -> bool:
    """Whether a formula is a name, a number or one call, which needs no brackets beside any sign."""
    found = re.fullmatch(r"\w*\((.*)\)|[\w.]+", formula)
    return found is not None and (found[1] is None or arguments(f"{found[1]})", 0)[1] == len(found[1]) + 1)


def _bare_quotient(form: str) -> str:
    """(1/cos(x)) without brackets: its power is 1/cos(x)^2."""
    return form[1:-1] if form.startswith("(1/") and _is_atom(form[3:-1]) else form


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether what stands here needs no brackets, though it be a sum."""
    before, after = text[:start].rstrip()[-1:], text[end:].lstrip()[:1]
    return before in ("", "(", ",", "=", ";", "+", "\n") and after in ("", ")", ",", ";", "+", "-", "\n")
