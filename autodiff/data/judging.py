"""The status of records, exactly, as a worksheet has it: of so many in a run at most, counted and told in sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations_with_replacement
from typing import Any, NamedTuple

from autodiff.data.spread import KEY
from autodiff.data.telling import First, told
from autodiff.errors import AutodiffError
from autodiff.formula import Formula
from autodiff.messages import count, say
from autodiff.point.worksheet import Worksheet
from autodiff.trust.status import ORDER

LIMIT = 1000
"""Records that are judged in a run: each takes as long as thousands of others."""
UNKNOWN = "unknown"
"""In place of a status: the screen suspects the record, and nobody has judged it. A look at its numbers would be a guess: a value
that is not a number may be `domain` or `undefined`, and a finite one a `kink` or `ok`."""
Key = str | tuple[str, str]


class Verdict(NamedTuple):
    """A record that is not ok, or not known to be: its status, the first where several apply, and which of its numbers are
    concerned, with the status and the reason of each: the variables of derivatives, a pair of them for a second one, "" for the
    value, and ± for uncertainties."""

    record: int
    status: str
    numbers: Mapping[Key, tuple[str, str]]


class Verdicts:
    """Statuses of the records of a run, handed over in their order. What runs apart from each other can be joined afterwards.

    No more than `limit` candidates are judged, all of them where it is None; with `stop` none after the first that is not ok. The
    others are told as unknown, if that is wished.
    """

    def __init__(
        self, formula: Formula, fixed: Mapping[str, float], wrt: Sequence[str], limit: int | None = LIMIT, stop: bool = False,
        second: bool = False, unknown: bool = True,
    ) -> None:  # fmt: skip
        self.formula, self.fixed, self.wrt, self.limit, self.stop = formula, dict(fixed), list(wrt), limit, stop
        self.unknown = unknown
        self.keys: list[Key] = ["", *wrt, *(combinations_with_replacement(wrt, 2) if second else ())]
        """All numbers of a record; with `second`, second derivatives too."""
        self.seen = 0
        """Candidates so far, judged or not."""
        self._found: list[tuple[int, str]] = []
        self._firsts: dict[str, First] = {}
        self._first: tuple[str, First] | None = None

    def judge(
        self, start: int, columns: Mapping[str, Any], candidates: Sequence[int], source: str = "", wrong: Mapping[int, str] = {}
    ) -> list[Verdict]:
        """Judge the next records, at these places after `start`, as long as the limit allows; `wrong` says why an uncertainty is
        none. Those that are ok are left out.
        """
        verdicts: list[Verdict] = []
        names = [name for name in columns if name not in self.fixed]
        room = len(candidates) if self.limit is None else max(self.limit - self.seen, 0)
        for place in candidates[:room]:
            sheet = self.formula.worksheet({**self.fixed, **{name: float(columns[name][place]) for name in names}}, self.wrt)
            verdict = self._counted(start + int(place) + 1, sheet, source, self.seen, wrong.get(place, ""))
            self.seen += 1
            if verdict is not None:
                verdicts.append(verdict)
                if self.stop:
                    return verdicts
        others = candidates[room:]
        self.seen += len(others)
        if self.unknown:
            numbers = dict.fromkeys(self.keys, (UNKNOWN, ""))
            verdicts += [Verdict(start + int(place) + 1, UNKNOWN, numbers) for place in others]
        return verdicts

    def count(self, record: int, sheet: Worksheet, source: str = "", wrong: str = "") -> Verdict | None:
        """Count a record whose worksheet is known; None where it is ok."""
        return self._counted(record, sheet, source, -1, wrong)

    def join(self, later: Verdicts) -> None:
        """Take over what was found of later records, as if they had been handed over here."""
        room = None if self.limit is None else self.limit - self.seen
        for number, status in later._found:
            if room is None or number < room:
                self._note(number + self.seen if number >= 0 else number, status, later._firsts[status])
        self.seen += later.seen

    @property
    def counts(self) -> dict[str, int]:
        """How many of the judged records have a status that is not ok, by the status."""
        found = Counter(status for _, status in self._found)
        return {status: found[status] for status in ORDER if status in found}

    @property
    def partial(self) -> bool:
        """Whether there were more candidates than the limit."""
        return self.limit is not None and self.seen > self.limit

    def sentences(self) -> list[str]:
        """What was found, in words: one sentence a status, and one more where not all was judged."""
        found = [self._sentence(status, number) for status, number in self.counts.items()]
        if self.partial:
            known = {"number": self.seen, "limit": self.limit}
            found.append(
                say("of {number} rows that may not be ok the first {limit} were judged; --judge {number} judges all", **known)
            )
        return found

    def refusal(self) -> AutodiffError | None:
        """The error for the first record that is not ok, if there is one."""
        if self._first is None:
            return None
        status, first = self._first
        message = say("{place} is not ok: {status}: {reason}", place=first.place, status=say(status), reason=first.reason)
        return AutodiffError("E062", message, say("--errors keep writes what doubles give, --errors null leaves it empty"), 1)

    def _sentence(self, status: str, number: int) -> str:
        first = self._firsts[status]
        known = {"status": say(status), "reason": first.reason, "place": first.place}
        if self.partial:
            return count(
                number,
                "at least {number} row: {status}: {reason}, first at {place}",
                "at least {number} rows: {status}: {reason}, first at {place}",
                **known,
            )
        return count(
            number,
            "{number} row: {status}: {reason}, at {place}",
            "{number} rows: {status}: {reason}, first at {place}",
            **known,
        )

    def _counted(self, record: int, sheet: Worksheet, source: str, number: int, wrong: str) -> Verdict | None:
        found = dict(self._statuses(sheet))
        if wrong:
            found[KEY] = "domain", None, wrong
        if not found:
            return None
        status, place, reason = min(found.values(), key=lambda one: ORDER.index(one[0]))
        first = self._firsts.get(status) or First(record, source, told(sheet, place, reason))
        self._note(number, status, first)
        return Verdict(record, status, {name: (about, reason) for name, (about, _, reason) in found.items()})

    def _statuses(self, sheet: Worksheet) -> Iterator[tuple[Key, tuple[str, int | None, str]]]:
        """What is not ok: the status, the step that caused it, and why."""
        if sheet.value_status != "ok":
            yield "", (sheet.value_status, sheet.value_node, sheet.value_reason)
        for name, status in sheet.status.items():
            yield name, (status.status, status.node, status.reason)
        for a, b in (key for key in self.keys if not isinstance(key, str)):
            if (status_of := sheet.second.status.get(a, {}).get(b)) is not None:
                yield (a, b), (status_of.status, None, status_of.reason)

    def _note(self, number: int, status: str, first: First) -> None:
        self._found.append((number, status))
        self._firsts.setdefault(status, first)
        self._first = self._first or (status, first)


def words(verdicts: Iterable[Verdict], start: int, height: int) -> list[str]:
    """The status of every record of a batch."""
    found = ["ok"] * height
    for verdict in verdicts:
        found[verdict.record - start - 1] = verdict.status
    return found
