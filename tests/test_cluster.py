"""A cluster of two worker processes gives the bytes and bits of one process, whoever dies, and leaves nothing behind."""

import json
import os
import pickle
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import delayed
import pytest
from console import ROOT, Outcome, inside

from autodiff import AutodiffError, __version__
from autodiff.data import connection, job
from autodiff.data.cluster import run as cluster_run
from autodiff.data.job import Job
from autodiff.data.mapping import Run
from autodiff.data.partition import Order, work
from autodiff.data.reduction import Gathering
from autodiff.data.task import Task

SIZES = 8999, 1501, 137  # no multiples of a block
FORMULA = ["w*x + log(y)", "w=0.5"]


@contextmanager
def cluster(processes: bool):
    distributed = pytest.importorskip("distributed")
    options = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": ":0", "silence_logs": 60, "protocol": "tcp://"}
    with distributed.LocalCluster(processes=processes, host="127.0.0.1", **options) as found:
        yield found.scheduler_address


@pytest.fixture(scope="module")
def address():
    """The scheduler of two worker processes."""
    with cluster(processes=True) as found, pytest.MonkeyPatch.context() as patch:
        patch.setattr(connection, "SECONDS", 60.0)  # a machine may be busy
        yield found


@pytest.fixture
def folder(tmp_path):
    """Three files, of which the second has other line endings, its columns in another order, and records that are not ok."""
    made = random.Random(1)
    for k, size in enumerate(SIZES):
        names, end = (["id", "x", "y"], "\n") if k != 1 else (["y", "id", "x"], "\r\n")
        rows = [{"id": f"{i:05}", "x": repr(made.gauss(0, 1)), "y": repr(made.random())} for i in range(size)]
        if k == 1:
            rows[999]["y"], rows[17]["x"] = "-1", ""
        lines = [",".join(names), *(",".join(row[name] for name in names) for row in rows), ""]
        (tmp_path / f"p{k}.csv").write_text(end.join(lines), newline="")
    return tmp_path


def ran(folder: Path, *words: str, code: int = 0) -> Outcome:
    """What a run of map did."""
    found = inside(["map", *words], folder)
    assert found.code == code, found.stderr
    return found


def content(folder: Path) -> dict[str, bytes]:
    """All files of a folder, the hidden ones included."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def hidden(folder: Path) -> list[Path]:
    return list(folder.rglob(".*"))


INPUTS = ["p0.csv", "p1.csv", "p2.csv"]


def compare(folder, address):
    """What a cluster makes of the three files, and what this process makes of them."""
    here = ran(folder, *FORMULA, *INPUTS, "-o", "here.csv")
    there = ran(folder, *FORMULA, *INPUTS, "-o", "there.csv", "--dask", address)
    assert content(folder)["here.csv"] == content(folder)["there.csv"]
    assert here.stderr == there.stderr != ""
    ran(folder, *FORMULA, *INPUTS, "-o", "there/", "--dask", address)
    ran(folder, *FORMULA, *INPUTS, "-o", "here/")
    assert content(folder / "here") == content(folder / "there")
    assert ran(folder, *FORMULA, "p2.csv", "p0.csv", "--dask", address) == ran(folder, *FORMULA, "p2.csv", "p0.csv")
    sums = [
        ran(folder, *FORMULA, *INPUTS, "--reduce", "mean", "--json", *more).stdout
        for more in (["--jobs", "1"], ["--jobs", "2"], ["--dask", address])
    ]
    assert json.loads(sums[0])["rows"] == sum(SIZES) - 2
    assert len({*sums}) == 1
    assert not hidden(folder)


def test_the_same_bytes_and_bits_by_threads(folder, monkeypatch):
    monkeypatch.setattr(connection, "SECONDS", 60.0)
    with cluster(processes=False) as address:
        compare(folder, address)
        told = list[tuple[int, float | None]]()
        run = Run(Task("w*x", {"w": 1.0}), 1, lambda records, share: told.append((records, share)))
        made = job.made([str(folder / name) for name in INPUTS], None, f"{folder}/", "jsonl", ["id"], False)
        assert len([*cluster_run(made, run, address)]) == 3
    assert told == sorted(told)
    assert told[-1] == (sum(SIZES), 1.0)


@pytest.mark.long
def test_a_worker_is_killed_while_it_writes(folder, address, monkeypatch):
    """Before and after, the two processes make what one makes."""
    for output in ("here/", "here.csv"):
        ran(folder, *FORMULA, *INPUTS, "-o", output)
    sums = [ran(folder, *FORMULA, *INPUTS, "--reduce", "mean", "--json", *more) for more in ([], ["--dask", address])]
    assert sums[0] == sums[1]
    mark, seen = folder.parent / f"{folder.name}.mark", list[Path]()
    with monkeypatch.context() as patch:
        patch.setattr(Job, "files", delayed.files(str(mark), 600))
        killer = threading.Thread(target=killed, args=(mark, folder, seen))
        killer.start()
        ran(folder, *FORMULA, *INPUTS, "-o", "there.csv", "--dask", address)
        killer.join()
    assert seen  # what the killed worker had begun
    ran(folder, *FORMULA, *INPUTS, "-o", "there/", "--dask", address)
    assert not hidden(folder)
    assert content(folder / "there") == content(folder / "here")
    assert content(folder)["there.csv"] == content(folder)["here.csv"]


def killed(mark: Path, folder: Path, seen: list[Path]) -> None:
    """Kill the worker that has made the mark, and take note of the hidden files that there are."""
    while not mark.exists() or not mark.read_text():
        time.sleep(0.05)
    seen += [path for place in hidden(folder) if place.is_dir() for path in place.iterdir()]
    os.kill(int(mark.read_text()), signal.SIGKILL)


@pytest.mark.long
def test_an_error_in_one_file_leaves_nothing(folder, address):
    text = (folder / "p1.csv").read_text()
    (folder / "p1.csv").write_text(text.replace("01400,", "01400,much", 1))
    before = content(folder)
    there = ran(folder, *FORMULA, *INPUTS, "-o", "out.csv", "--dask", address, code=2)
    here = ran(folder, *FORMULA, *INPUTS, "-o", "out.csv", code=2)
    assert there.stderr.replace(f"{folder}{os.sep}", "") == here.stderr
    refused = ran(folder, "log(x)", "p2.csv", "p0.csv", "--errors", "fail", "--reduce", "sum", "--dask", address, code=1)
    assert refused.stderr == ran(folder, "log(x)", "p2.csv", "p0.csv", "--errors", "fail", "--reduce", "sum", code=1).stderr
    ran(folder, *FORMULA, "p0.csv", "nowhere.csv", "-o", "out.csv", "--dask", address, code=4)
    ran(folder, *FORMULA, "p0.csv", "-o", "nowhere/out.csv", "--dask", address, code=4)
    assert content(folder) == before


@pytest.mark.long
def test_ctrl_c_stops_the_workers_and_clears_up(folder, address):
    before, mark = content(folder), folder.parent / f"{folder.name}.mark"
    command = [sys.executable, str(ROOT / "tests/delayed.py"), str(mark), "2", "map", *FORMULA, *INPUTS, "--dask", address]
    with subprocess.Popen([*command, "-o", "out.csv"], cwd=folder, stderr=subprocess.PIPE, preexec_fn=interruptible) as running:
        until(mark.exists)
        assert hidden(folder)
        running.send_signal(signal.SIGINT)
        _, said = running.communicate(timeout=60)
    assert (running.returncode, said.decode()) == (130, "interrupted\n")
    assert content(folder) == before
    assert not hidden(folder)
    time.sleep(2.5)  # the worker goes on, and finds that nobody waits
    assert content(folder) == before


def interruptible() -> None:
    """A shell in the background would hand on that Ctrl-C is ignored."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def until(is_so, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.05)


REFUSED = {
    "exists": (["p0.csv", "-o", "p1.csv"], "E055"),
    "is read": (["p0.csv", "p1.csv", "-o", "p0.csv", "--force"], "E055"),
    "exists in the folder": (["p0.csv", "p1.csv", "-o", "full/"], "E055"),
    "standard input": (["-", "--from", "csv"], "E042"),
    "a pipe": (["pipe", "--from", "csv"], "E042"),
    "the first header": (["p2.csv", "p0.csv", "--keep", "z"], "E034"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_before_the_cluster_is_asked(folder, case, monkeypatch):
    monkeypatch.setattr(connection, "_greet", lambda address: pytest.fail("asked"))
    (folder / "full").mkdir()
    (folder / "full" / "p1.csv").write_text("old")
    os.mkfifo(folder / "pipe")
    words, code = REFUSED[case]
    assert f"[{code}]" in ran(folder, *FORMULA, *words, "--dask", "tcp://127.0.0.1:1", code=2).stderr
    assert (folder / "full" / "p1.csv").read_text() == "old"
    assert not hidden(folder)


@pytest.mark.parametrize("address", ["host", "tcp://host", "http://host:1", "tcp://host:99999", "tcp://host:0", "tcp://a b:1"])
def test_addresses_that_are_none(folder, address):
    assert "[E042]" in ran(folder, *FORMULA, "p2.csv", "--dask", address, code=2).stderr


def test_distributed_is_missing(folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    found = ran(folder, *FORMULA, "p2.csv", "-o", "out.csv", "--dask", "tcp://127.0.0.1:1", code=4)
    assert "[E053]" in found.stderr
    assert "pip install distributed" in found.stderr
    assert not hidden(folder)


def test_nothing_or_something_else_answers(folder, monkeypatch):
    """Nothing; what is silent; what speaks another protocol."""
    pytest.importorskip("distributed")
    monkeypatch.setattr(connection, "SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent, socket.create_server(("127.0.0.1", 0)) as other:
        threading.Thread(target=lambda: other.accept()[0].sendall(b"220 ready\r\n" * 20), daemon=True).start()
        ports = 1, silent.getsockname()[1], other.getsockname()[1]
        for port in ports:
            found = ran(folder, *FORMULA, "p2.csv", "-o", "out.csv", "--dask", f"tcp://127.0.0.1:{port}", code=4)
            assert found.stderr.startswith(f"error[E057]: no Dask scheduler answers at tcp://127.0.0.1:{port}\nhelp: ")
            assert not hidden(folder)


@pytest.mark.parametrize("version", ["0.0.1", ModuleNotFoundError("autodiff")])
def test_another_version(version):
    class Client:
        def wait_for_workers(self, *given, **named):
            pass

        def run(self, *given, **named):
            return {"tcp://worker:1": version}

        def run_on_scheduler(self, *given):
            return __version__

    with pytest.raises(AutodiffError) as caught:
        connection._compare(Client(), "tcp://scheduler:1")
    assert caught.value.code == "E057"
    assert f"tcp://worker:1 has no autodiff {__version__}" in caught.value.message
    assert ("0.0.1" in caught.value.message) == isinstance(version, str)


def test_a_worker_cannot_see_the_folder(folder):
    """As if the folder were on a disk that is not shared, or nobody waited any more."""
    made = job.made([str(folder / "p2.csv")], None, "out.csv", None, None, False)
    order = Order(
        Task("x^2", {}), 1, "en", made.files()[0], False, made.way, made.format, None, None, str(folder / "no" / ".parts")
    )
    with pytest.raises(AutodiffError) as caught:
        work(order)
    assert (caught.value.code, caught.value.exit_code) == ("E052", 4)
    assert str(folder / "no") in caught.value.message
    assert "share" in caught.value.hint
    assert work(order._replace(folder=None)).made == ran(folder, "x^2", "p2.csv").stdout.encode()


@pytest.mark.parametrize("cut", [1, 2])
def test_sums_taken_together_are_the_sums_of_all(folder, cut):
    """Cut anywhere between the files, and sent to another process."""
    task = Task("w*x + log(y)", {"w": 0.5}, reduce="sum")
    files = job.made([str(folder / name) for name in INPUTS], None, None, None, None, False).files()
    whole = Run(task)
    wanted = whole.reduced(files)
    run, sums = Run(task), Gathering()
    run.several = True
    for some in (files[:cut], files[cut:]):
        other = Run(task)
        other.several = True
        found = other.gathered(some)
        later, more = pickle.loads(pickle.dumps((other, found)))
        run.take(later)
        sums.take(more)
    assert repr(run.result(sums)._replace(plan=None)) == repr(wanted._replace(plan=None))
    assert (run.records, run.empty, run.notes()) == (whole.records, whole.empty, whole.notes())
