"""Many formulas through one process: each answered at once, in order, in flat memory."""

import gc
import json
import multiprocessing
import subprocess
import sys
import tracemalloc
from pathlib import Path

import pytest
from autodiff_cli.batch import answer
from console import inside

KEPT = 100  # bytes for each line, a tenth of the shortest answer
LINE = '{"expression": "sin(x)*abs(y) + log(1 + exp(x))", "values": {"x": "pi/4", "y": 0}, "id": %s}'


def test_each_line_is_answered_at_once() -> None:
    """A program that waits for each answer before it asks again."""
    command = [sys.executable, "-m", "autodiff_cli", "batch"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for k in range(3):
            process.stdin.write((LINE % k + "\n").encode())
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == k
        process.stdin.close()
        assert process.wait(60) == 0


def test_order_and_identity(tmp_path: Path) -> None:
    identities = ["1", '"é"', "[null, {}]", "12345678901234567890123", "1e-3", "true"]
    lines = "\r\n".join([*(LINE % identity for identity in identities), "", "nonsense", LINE % "7"])
    done = inside(["batch"], tmp_path, b"\xef\xbb\xbf" + lines.encode())
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["id"] for line in answers] == [*map(json.loads, identities), None, 7]
    assert answers[-2]["line"] == 8
    assert done.code == 1


def test_an_answer_is_that_of_eval(tmp_path: Path) -> None:
    """The same object, but for `id` and `line`, and the nodes only if they are wanted."""
    alone = json.loads(inside(["eval", "sin(x)*abs(y) + log(1 + exp(x))", "x=pi/4", "y=0", "--json"], tmp_path).stdout)
    for nodes in (True, False):
        found = json.loads(answer((LINE % '"k"').encode(), 1, nodes)[0])
        assert (found.pop("id"), found.pop("line")) == ("k", 1)
        assert found == {key: value for key, value in alone.items() if nodes or key != "nodes"}


def test_bad_bytes_are_one_error_line() -> None:
    for line in (b"\xff\xfe", b"{}", b"null", b"[" * 100_000, b'{"expression": "x' + b"9" * 5000 + b'"}', b'{"id": 1e999}'):
        text, fine, _ = answer(line, 1)
        assert not fine
        assert "\n" not in text
        assert json.loads(text)["error"]["exit_code"] == 2


def grown(before: int, count: int) -> int:
    """How many bytes so many answers leave behind, after others before them."""

    def work(count: int) -> None:
        for k in range(count):
            answer((LINE % k).encode(), k)

    tracemalloc.start()
    work(before)
    gc.collect()
    held, _ = tracemalloc.get_traced_memory()
    work(count)
    gc.collect()
    return tracemalloc.get_traced_memory()[0] - held


@pytest.mark.long
@pytest.mark.parametrize(("before", "count"), [(400, 100), pytest.param(1500, 1000, marks=pytest.mark.long)])
def test_memory_is_flat(before: int, count: int) -> None:
    """Answers of a thousand bytes each leave next to nothing: what grows is Python's own table of strings.

    It is looked at in a process of its own: caches that other tests have filled before anything was counted seem to grow, while
    what they let go is counted nowhere.
    """
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.apply(grown, (before, count)) < count * KEPT
