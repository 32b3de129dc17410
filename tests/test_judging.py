"""What the judge says of records: exact statuses of so many, counts that do not depend on batches, sentences with the first row."""

import pickle
from typing import Any

import numpy as np
import pytest

import autodiff
from autodiff.data.judging import UNKNOWN, Verdict, Verdicts, words
from autodiff.data.screen import Screen

TEXT = "u = x - 1; y*log(u) + abs(z)"
COLUMNS = {"x": np.array([2.0, 1, 0, -1, 3, np.nan, 2]), "z": np.array([1.0, 0, 2, 3, 4, 5, 0])}
FIXED, WRT = {"y": 2.0}, ["x", "z"]
FORMULA = autodiff.parse(TEXT)
SCREEN = Screen(FORMULA, FIXED, ["x", "z"], WRT)
STEEP = "infinite: log(u) at u = 0 (the slope of log is infinite at the end of its domain)"
STATUSES = ["ok", "infinite", "domain", "domain", "ok", "domain", "kink"]


def judged(limit: int | None = 1000, size: int = 100, first: int = 0, last: int = 7) -> tuple[Verdicts, list[Verdict]]:
    """The verdicts of some records, handed over in batches."""
    verdicts, found = Verdicts(FORMULA, FIXED, WRT, limit), []
    for start in range(first, last, size):
        part = {name: x[start : min(start + size, last)] for name, x in COLUMNS.items()}
        found += verdicts.judge(start, part, SCREEN.candidates(part))
    return verdicts, found


@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_counts_and_words_do_not_depend_on_batches(size: int) -> None:
    verdicts, found = judged(size=size)
    assert words(found, 0, 7) == STATUSES
    assert verdicts.counts == {"domain": 3, "infinite": 1, "kink": 1}
    assert [*verdicts.counts] == ["domain", "infinite", "kink"]
    assert not verdicts.partial
    assert verdicts.sentences() == [
        "3 rows: domain: log(u) at u = -1 (log has no real value here), first at row 3",
        f"1 row: {STEEP}, at row 2",
        "1 row: kink: abs(z) at z = 0 (abs has a corner where its argument is 0), at row 7",
    ]


def test_which_numbers_are_concerned() -> None:
    """A value that is none takes all derivatives with it; a corner is alone."""
    _, found = judged()
    assert {verdict.record: verdict.numbers for verdict in found}[3].keys() == {"", "x", "z"}
    assert found[-1].numbers == {"z": ("kink", "abs has a corner where its argument is 0")}


@pytest.mark.parametrize("limit", [0, 1, 2, 3, 4, 5, None])
def test_at_most_so_many_are_judged(limit: int | None) -> None:
    """The first ones in order of records, whatever the batches; of the others nothing is known."""
    expected = [(2, "infinite"), (3, "domain"), (4, "domain"), (6, "domain"), (7, "kink")]
    expected = [(record, status if limit is None or k < limit else UNKNOWN) for k, (record, status) in enumerate(expected)]
    for size in (1, 3, 100):
        verdicts, found = judged(limit, size)
        assert [(verdict.record, verdict.status) for verdict in found] == expected
        assert sum(verdicts.counts.values()) == (5 if limit is None else limit)
        assert verdicts.partial == (limit not in (5, None))
        assert all(sentence.startswith("at least ") for sentence in verdicts.sentences()[:-1]) or not verdicts.partial
    if limit == 2:
        assert verdicts.sentences() == [
            "at least 1 row: domain: log(u) at u = -1 (log has no real value here), first at row 3",
            f"at least 1 row: {STEEP}, first at row 2",
            "of 5 rows that may not be ok the first 2 were judged; --judge 5 judges all",
        ]


@pytest.mark.parametrize("limit", [0, 1, 3, 4, 5, None])
@pytest.mark.parametrize("cut", [0, 3, 5])
def test_parts_that_were_judged_apart_are_joined(limit: int | None, cut: int) -> None:
    """As workers do it: each judges as many as all together may, and only the first ones count."""
    whole = judged(limit)[0]
    parts = [judged(limit, 2, 0, cut)[0], judged(limit, 3, cut, 7)[0]]
    joined = Verdicts(FORMULA, FIXED, WRT, limit)
    for part in parts:
        joined.join(pickle.loads(pickle.dumps(part)))
    assert (joined.counts, joined.partial, joined.seen) == (whole.counts, whole.partial, whole.seen)
    assert joined.sentences() == whole.sentences()
    assert str(joined.refusal()) == str(whole.refusal())


def test_the_first_row_that_is_not_ok_is_an_error() -> None:
    verdicts, _ = judged()
    error = verdicts.refusal()
    assert error is not None
    assert (error.code, error.exit_code) == ("E062", 1)
    assert error.message.startswith(f"row 2 is not ok: {STEEP}")
    assert Verdicts(autodiff.parse("x"), {}, ["x"]).refusal() is None


def test_second_derivatives_have_statuses_of_their_own() -> None:
    """x*abs(x) has a derivative with a corner at 0; y^2 is of no concern."""
    parsed = autodiff.parse("x*abs(x) + y^2")
    columns = {"x": np.array([1.0, 0.0]), "y": np.array([0.0, 0.0])}
    found = Screen(parsed, {}, ["x", "y"], ["x", "y"], second=True).candidates(columns)
    assert found.tolist() == [1]
    assert Verdicts(parsed, {}, ["x", "y"]).judge(0, columns, found) == []
    (verdict,) = Verdicts(parsed, {}, ["x", "y"], second=True).judge(0, columns, found)
    assert [*verdict.numbers] == [("x", "x")]
    assert verdict.status == verdict.numbers["x", "x"][0] == "kink"


def test_no_more_are_judged_after_the_first_that_is_not_ok() -> None:
    """A run that stops there does not wait for the rest of its batch."""
    verdicts = Verdicts(FORMULA, FIXED, WRT, None, stop=True)
    assert [verdict.record for verdict in verdicts.judge(0, COLUMNS, range(7))] == [2]
    assert verdicts.seen == 2


def test_what_nobody_asks_for_is_not_told() -> None:
    """Without a column of statuses, and without blanks, records beyond the limit are counted alone."""
    verdicts = Verdicts(FORMULA, FIXED, WRT, 2, unknown=False)
    assert [verdict.record for verdict in verdicts.judge(0, COLUMNS, SCREEN.candidates(COLUMNS))] == [2, 3]
    assert verdicts.seen == 5
    assert verdicts.partial


def test_records_whose_worksheets_are_known_are_counted_without_a_limit() -> None:
    whole, verdicts = judged()[0], Verdicts(FORMULA, FIXED, WRT, 1)
    for i in range(7):
        point: dict[str, Any] = {**FIXED, **{name: float(x[i]) for name, x in COLUMNS.items()}}
        verdict = verdicts.count(i + 1, FORMULA.worksheet(point, WRT))
        assert (verdict.status if verdict else "ok") == STATUSES[i]
    assert (verdicts.sentences(), verdicts.counts, verdicts.partial) == (whole.sentences(), whole.counts, False)


def test_a_row_of_one_of_several_files_is_told_with_its_name() -> None:
    verdicts = Verdicts(autodiff.parse("1/x"), {}, ["x"])
    verdicts.judge(40, {"x": np.array([1.0, 0.0])}, [1], "b.csv")
    assert verdicts.sentences() == ["1 row: pole: 1/x at x = 0 (the divisor is 0), at row 42 of b.csv"]


@pytest.mark.parametrize(("shape", "told"), [("log({})", ""), ("u = {}; log(u)", "log(u) at u = -9 (")])
def test_a_long_step_is_called_by_its_name_or_left_out(shape: str, told: str) -> None:
    parsed = autodiff.parse(shape.format(" + ".join(f"sin(a{k})*cos(b{k})" for k in range(9))))
    verdicts = Verdicts(parsed, {}, [])
    point = {name: np.array([-np.pi / 2 if name.startswith("a") else 0.0]) for name in parsed.variables}
    verdicts.judge(0, point, [0])
    assert verdicts.sentences() == [f"1 row: domain: {told}log has no real value here{')' if told else ''}, at row 1"]
