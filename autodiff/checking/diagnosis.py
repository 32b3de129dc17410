"""Why a claim is wrong: the derivative is computed again with one known mistake put in, until it is the one that is claimed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from autodiff.checking.cases import Case, eligible
from autodiff.checking.misread import ways
from autodiff.checking.mistakes import MISTAKES, Mistake
from autodiff.messages import N_, say
from autodiff.symbolic.derivatives import derivative
from autodiff.tape import Apply, Tape, Var
from autodiff.writing.formulas import expression
from autodiff.writing.names import output_name

MOST = 200  # nodes at which mistakes are looked for
LONGEST = 48  # characters of a formula in a diagnosis
FORGOTTEN = N_("shared value: {name} is used {number} times, and its branch through {branch} is forgotten")
ALONE = N_("shared value: {name} is used {number} times, and only its branch through {branch} is counted")
STOPPED = N_("chain rule: this is the derivative of {name} alone; the outer factor d{output}/d({name}) is missing")


class Diagnosis:
    """Explains the claims at several points by one mistake."""

    def __init__(self, cases: Sequence[Case], tolerance: float) -> None:
        self.cases, self.tolerance = cases, tolerance
        self.tape, self.place = cases[0].here.tape, cases[0].place
        flags = [i for i, tangent in enumerate(cases[0].tangents) if cases[0].here.active[i] and i != self.place]
        self.nodes = [i for i in flags if isinstance(self.tape.nodes[i], Apply)][-MOST:]

    def found(self) -> str | None:
        """The most plausible explanation, or None."""
        for way in (self._other, self._single, self._dropped, self._stopped, self._throughout, self._misread, self._value):
            said = next(iter(way()), None)
            if said is not None:
                return said
        return None

    def _fits(self, wrong: float | None, claimed: float) -> bool:
        if wrong is None or wrong - wrong != 0:
            return False
        return abs(wrong - claimed) <= self.tolerance * max(abs(wrong), abs(claimed))

    def _all(self, wrong: Iterator[float | None]) -> bool:
        """Whether a wrong derivative is the one that is claimed, at every point, and not as well the right one."""
        is_right = True
        for value, case in zip(wrong, self.cases, strict=True):
            if not self._fits(value, case.claimed):
                return False
            is_right = is_right and self._fits(value, case.right)
        return not is_right

    def _other(self) -> Iterator[str]:
        """The derivative with respect to another variable."""
        others = [(i, node) for i, node in enumerate(self.tape.nodes) if isinstance(node, Var) and i != self.place]
        for i, node in others if any(case.claimed for case in self.cases) else ():
            if self._all(case.here.adjoint(i) for case in self.cases):
                yield say("this is d{name}, the derivative with respect to another variable", name=node.name)

    def _single(self) -> Iterator[str]:
        """One mistake at one node."""
        rows: dict[Mistake, list[int]] = {}
        for i in self.nodes:
            for row in eligible(self.tape, i):
                rows.setdefault(row, []).append(i)
        for row in sorted(rows, key=_rank):
            for i in reversed(rows[row]):
                if self._all(_plus(case.right, case.off(i, row)) for case in self.cases):
                    yield say("{rule}: {mistake}", rule=say(row.kind), mistake=self._said(row, i))

    def _throughout(self) -> Iterator[str]:
        """One mistake at every node where it can be made."""
        rows = {row for i in self.nodes for row in eligible(self.tape, i)}
        for row in sorted(rows, key=_rank):
            if len(self.nodes) < MOST and self._all(case.throughout(row) for case in self.cases):
                first = next(i for i in self.nodes if row in eligible(self.tape, i))
                yield say("{rule}: {mistake}, and wherever else this applies", rule=say(row.kind), mistake=self._said(row, first))

    def _dropped(self) -> Iterator[str]:
        """One branch of a value that is used more than once is forgotten, or only one is counted."""
        uses: dict[int, list[tuple[int, int]]] = {}
        for i in self.nodes:
            for k, j in enumerate(self._args(i)):
                if self.cases[0].tangents[j] is not None:
                    uses.setdefault(j, []).append((i, k))
        for j, edges in uses.items():
            for i, k in edges if len(edges) > 1 else ():
                name = self._name(j)
                if self._all(case.right - _through(case, i, k, j) for case in self.cases):
                    yield say(FORGOTTEN, name=name, number=len(edges), branch=self._name(i))
                if len(edges) > 2 and j == self.place and self._all(_through(case, i, k, j) for case in self.cases):
                    yield say(ALONE, name=name, number=len(edges), branch=self._name(i))

    def _stopped(self) -> Iterator[str]:
        """The chain is not followed to the output."""
        for i in reversed(self.nodes):
            if i != self.tape.output and self._all(case.tangents[i] for case in self.cases):
                yield say(STOPPED, name=self._name(i), output=output_name(self.tape))

    def _misread(self) -> Iterator[str]:
        """The right derivative of another formula."""
        live = [i for i in self.nodes if any(case.here.adjoints[i] for case in self.cases)]
        for way in ways({node.op for i in live if isinstance(node := self.tape.nodes[i], Apply)}):
            if self._all(way.derivative(case.here, self.place) for case in self.cases):
                yield way.said

    def _value(self) -> Iterator[str]:
        """The value in place of the derivative."""
        if self._all(case.here.value for case in self.cases) and any(case.claimed for case in self.cases):
            yield say("this is the value of {output}, not its derivative", output=output_name(self.tape))

    # Words ------------------------------------------------------------------------------------------------------------

    def _args(self, i: int) -> tuple[int, ...]:
        node = self.tape.nodes[i]
        return node.args if isinstance(node, Apply) else ()

    def _name(self, i: int) -> str:
        text = expression(self.tape, i, self.tape.names.get, most=LONGEST)
        if i in self.tape.names:
            return self.tape.names[i]
        return text if len(text) <= LONGEST else text[:LONGEST] + "…"

    def _said(self, row: Mistake, i: int) -> str:
        node = expression(self.tape, i, self.tape.names.get, most=LONGEST)
        inner = self._inner(self._args(i)["xy".index(row.varies[:1])]) if "{inner}" in row.said else ""
        return say(row.said, node=node if len(node) <= LONGEST else node[:LONGEST] + "…", inner=inner)

    def _inner(self, j: int) -> str:
        """The derivative of an inner formula, written out where that is short."""
        about = self.tape.nodes[self.place]
        head = f"d({self._name(j)})/d{about.name if isinstance(about, Var) else self._name(self.place)}"
        if not isinstance(about, Var) or self.tape.runs or j > MOST:
            return head
        text = derivative(Tape(self.tape.nodes[: j + 1], j), about.name).program((about.name,))
        if text == "-1":
            return say("{derivative} = -1, a sign,", derivative=head)
        return f"{head} = {text}" if len(text) <= LONGEST and ";" not in text else head


def _rank(row: Mistake) -> int:
    return MISTAKES.index(row)


def _plus(right: float, off: float | None) -> float | None:
    return None if off is None else right + off


def _through(case: Case, i: int, k: int, j: int) -> float:
    """What reaches the claim's variable by one use of a node."""
    slopes = case.here.partials[i]
    slope = slopes[k] if slopes is not None else None
    return 0.0 if slope is None else case.here.adjoint(i) * slope * (case.tangents[j] or 0.0)
