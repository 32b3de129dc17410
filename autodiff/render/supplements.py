"""What may follow the tables: second and higher derivatives, directions, modes, more digits; as JSON and as a section."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from autodiff.messages import N_, count, say
from autodiff.point.digits import Exact, Proved
from autodiff.point.higher import Orders, Second
from autodiff.point.surviving import Surviving
from autodiff.point.worksheet import Worksheet
from autodiff.render import rows
from autodiff.render.json import braced, numbers, status
from autodiff.render.section import Section
from autodiff.study.modes import Directional, Modes, Work
from autodiff.trust.status import Status
from autodiff.writing.numbers import human, quoted, strict

UNSURE = N_("not certain: digits that changed as their number was doubled are left out; what is decided at 0 may be chance")
LESS = N_("reverse mode does less here: each derivative of a step is computed once, and used by all that lies before it")
SWEEPS = 6  # forward sweeps that are shown side by side, the rest is counted


class Jacobian(NamedTuple):
    """A worksheet for each of several outputs."""

    sheets: Mapping[str, Worksheet]

    @property
    def status(self) -> dict[str, Worksheet]:
        """Those in which anything is not ok."""
        return {name: one for name, one in self.sheets.items() if one.status or one.value_status != "ok"}


def section(sheet: Worksheet, result: Any, digits: int) -> Section:
    """A result for people."""
    return _SECTIONS[type(result)](sheet, result, digits)


def json(sheet: Worksheet, result: Any) -> Iterator[str]:
    """The members that a result adds to the JSON of a worksheet."""
    return _JSON[type(result)](sheet, result)


def square(values: Mapping[str, Mapping[str, float]]) -> str:
    """Numbers by two names."""
    return braced({name: numbers(row) for name, row in values.items()})


def statuses(sheet: Worksheet, found: Mapping[Any, Status]) -> str:
    """Statuses by name."""
    return braced({str(name): status(sheet, x) for name, x in found.items()})


# Second derivatives -------------------------------------------------------------------------------------------------


def _hessian(sheet: Worksheet, result: Second, digits: int) -> Section:
    names = list(result.values)
    body = [[name, *(human(result.values[name][other], digits) for other in names)] for name in names]
    warnings = [
        rows.remark(sheet, _twice(sheet, a, b), result.values[a][b], found, digits)
        for a, row in result.status.items() for b, found in row.items() if a <= b
    ]  # fmt: skip
    few = {_twice(sheet, a, b): digits for a, row in result.digits.items() for b, digits in row.items() if a <= b}
    return Section(
        say("Second derivatives of {output}", output=sheet.output),
        ["", *names],
        body,
        [] if names else [say("the formula has no variables")],
        warnings=warnings + _few(few),
    )


def _few(digits: Mapping[str, float]) -> list[str]:
    """What is said of derivatives of which few digits are right."""
    told = ", ".join(
        f"{label} {int(number)}" if number >= 1 else say("{name} none", name=label) for label, number in digits.items()
    )
    return [say("right digits: {digits}; rounding has taken the others", digits=told)] if told else []


def _twice(sheet: Worksheet, a: str, b: str) -> str:
    return rows.leibniz(sheet.output, (a, b))


def _hessian_json(sheet: Worksheet, result: Second) -> Iterator[str]:
    yield f'"hessian": {square(result.values)}'
    yield f'"hessian_status": {braced({a: statuses(sheet, row) for a, row in result.status.items()})}'
    if result.digits:
        yield f'"hessian_digits": {square({a: _rounded(row) for a, row in result.digits.items()})}'


def _rounded(digits: Mapping[str, float]) -> dict[str, float]:
    return {name: round(number, 1) for name, number in digits.items()}


# Derivatives of any order -------------------------------------------------------------------------------------------


def _orders(sheet: Worksheet, result: Orders, digits: int) -> Section:
    body = [[str(k), _label(sheet, result.name, k), human(x, digits)] for k, x in enumerate(result.values, 1)]
    warnings = [
        rows.remark(sheet, _label(sheet, result.name, k), result.values[k - 1], found, digits) for k, found in result.status.items()
    ]
    warnings += _few({_label(sheet, result.name, k): number for k, number in result.digits.items()})
    title = say("Derivatives of {output} in {name}", output=sheet.output, name=result.name)
    return Section(title, [say("order"), say("derivative"), say("value")], body, labels=2, warnings=warnings)


def _label(sheet: Worksheet, name: str, order: int) -> str:
    return rows.leibniz(sheet.output, (name,) * order)


def _orders_json(sheet: Worksheet, result: Orders) -> Iterator[str]:
    yield f'"derivatives": {{{quoted(result.name)}: [{", ".join(map(strict, result.values))}]}}'
    yield f'"derivatives_status": {{{quoted(result.name)}: {statuses(sheet, result.status)}}}'
    if result.digits:
        few = numbers(_rounded({str(k): number for k, number in result.digits.items()}))
        yield f'"derivatives_digits": {{{quoted(result.name)}: {few}}}'


# Along a direction --------------------------------------------------------------------------------------------------


def _directional(sheet: Worksheet, result: Directional, digits: int) -> Section:
    names = sheet.names
    body = [[names[i], human(sheet.values[i], digits), human(result.tangents[i] or 0.0, digits)] for i in _moving(sheet)]
    where = ", ".join(f"{name} = {human(x, digits)}" for name, x in result.direction.items() if x)
    label = f"d{sheet.output}/d{next(name for name in ('t', 's', 'r', 'along') if name not in sheet.owned)}"
    remarks, warnings = [f"{label} = {human(result.value, digits)}"], list[str]()
    if result.status is not None:
        remarks, warnings = [], [rows.remark(sheet, label, result.value, result.status, digits)]
    title = say("Along the direction {direction}", direction=where or "0")
    return Section(title, [say("step"), say("value"), say("tangent")], body, remarks, warnings=warnings, forward=True)


def _moving(sheet: Worksheet) -> list[int]:
    return [i for i in sheet.shown if sheet.names[i] in sheet.point or sheet.step(i).kind == "operation"]


def _directional_json(sheet: Worksheet, result: Directional) -> Iterator[str]:
    yield f'"direction": {numbers(result.direction)}'
    yield f'"directional_derivative": {strict(result.value)}'
    yield f'"directional_status": {"null" if result.status is None else status(sheet, result.status)}'


# Both modes ---------------------------------------------------------------------------------------------------------


def _modes(sheet: Worksheet, result: Modes, digits: int) -> Section:
    names = list(result.tangents)[:SWEEPS]
    work = works(result)
    if "forward" not in result.shown:
        return Section(say("The work of reverse mode"), [], [], work)
    slopes = {i: [human(result.tangents[name][i] or 0.0, digits) for name in names] for i in _moving(sheet)}
    body = [[sheet.names[i], human(sheet.values[i], digits), *row] for i, row in slopes.items()]
    rest = [say("… {number} more sweeps", number=len(result.tangents) - SWEEPS)] if len(result.tangents) > SWEEPS else []
    heads = [say("step"), say("value"), *(f"d/d{name}" for name in names)]
    return Section(say("Forward mode: a sweep for each variable"), heads, body, rest + work, forward=True)


def works(result: Modes) -> list[str]:
    """The work of the modes that are shown, and which of both does less."""
    every = {
        "forward": say("forward mode: {sweeps}, one for each variable: {products} and {sums}", **_work(result.forward)),
        "reverse": say("reverse mode: {sweeps}, one for all of them: {products} and {sums}", **_work(result.reverse)),
    }
    work = [every[mode] for mode in result.shown]
    if len(work) > 1 and result.forward.multiplications > result.reverse.multiplications:
        work.append(say(LESS))
    return work


def _work(work: Work) -> dict[str, str]:
    """The numbers of operations in words."""
    return {
        "sweeps": count(work.sweeps, "{number} sweep", "{number} sweeps"),
        "products": count(work.multiplications, "{number} product", "{number} products"),
        "sums": count(work.additions, "{number} sum", "{number} sums"),
    }


def _modes_json(sheet: Worksheet, result: Modes) -> Iterator[str]:
    tangents = {name: {sheet.names[i]: found[i] or 0.0 for i in _moving(sheet)} for name, found in result.tangents.items()}
    every = {
        "forward": f'{{{counts(result.forward)}, "gradient": {numbers(result.gradient)}, "tangents": {square(tangents)}}}',
        "reverse": f'{{{counts(result.reverse)}, "gradient": {numbers(sheet.gradient)}}}',
    }
    yield '"modes": {' + ", ".join(f'"{mode}": {every[mode]}' for mode in result.shown) + "}"


def counts(work: Work) -> str:
    return f'"sweeps": {work.sweeps}, "multiplications": {work.multiplications}, "additions": {work.additions}'


# More digits --------------------------------------------------------------------------------------------------------


def _precise(sheet: Worksheet, result: Exact, _: int) -> Section:
    body = [[sheet.output, result.value], *([rows.derivative(sheet, name), x] for name, x in result.gradient.items())]
    title = N_("With {number} digits, proved by ball arithmetic") if isinstance(result, Proved) else N_("With {number} digits")
    return Section(
        say(title, number=result.digits),
        ["", say("value")],
        body,
        warnings=[] if result.certain else [say(UNSURE)],
    )


def _precise_json(sheet: Worksheet, result: Exact) -> Iterator[str]:
    slopes = ", ".join(f"{quoted(name)}: {quoted(x)}" for name, x in result.gradient.items())
    unsure = "" if result.certain else ', "certain": false'
    unsure += ', "proved": true' if isinstance(result, Proved) else ""
    yield f'"precise": {{"digits": {result.digits}, "value": {quoted(result.value)}, "gradient": {{{slopes}}}{unsure}}}'


# Digits lost ---------------------------------------------------------------------------------------------------------


def _surviving(sheet: Worksheet, result: Surviving, _: int) -> Section:
    counted = [(sheet.output, result.value), *((rows.derivative(sheet, name), x) for name, x in result.gradient.items())]
    body = [[name, "" if x is None else f"{x:.1f}"] for name, x in counted]
    remarks = [] if result.proved else [say("at least so many: these are bounds, for the formula is too long for a proof")]
    return Section(say("Right digits"), ["", say("digits")], body, remarks)


def _surviving_json(sheet: Worksheet, result: Surviving) -> Iterator[str]:
    gradient = ", ".join(f"{quoted(name)}: {_one_digit(x)}" for name, x in result.gradient.items())
    bounds = "" if result.proved else ', "proved": false'
    yield f'"digits": {{"value": {_one_digit(result.value)}, "gradient": {{{gradient}}}{bounds}}}'


def _one_digit(number: float | None) -> str:
    return strict(None if number is None else round(number, 1))


# Several outputs ----------------------------------------------------------------------------------------------------


def _jacobian(sheet: Worksheet, result: Jacobian, digits: int) -> Section:
    outputs = result.sheets.items()
    body = [[name, human(one.value, digits), *(human(one.gradient[x], digits) for x in sheet.wrt)] for name, one in outputs]
    warnings = [text for _, one in outputs for text in rows.remarks_on(one, digits)]
    return Section(say("Jacobian"), [say("output"), say("value"), *(f"d/d{name}" for name in sheet.wrt)], body, warnings=warnings)


_SECTIONS: dict[type, Callable[[Worksheet, Any, int], Section]] = {
    Second: _hessian, Orders: _orders, Directional: _directional, Modes: _modes, Exact: _precise, Proved: _precise,
    Surviving: _surviving,
    Jacobian: _jacobian,
}  # fmt: skip
_JSON: dict[type, Callable[[Worksheet, Any], Iterator[str]]] = {
    Second: _hessian_json, Orders: _orders_json, Directional: _directional_json, Modes: _modes_json, Exact: _precise_json,
    Surviving: _surviving_json,
    Proved: _precise_json,
}  # fmt: skip
