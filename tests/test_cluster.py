"""A cluster of two worker processes gives the bytes and bits of one process, whoever dies, and leaves nothing behind."""

import gzip
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import delayed
import pytest
from console import ROOT, Outcome, inside

from autodiff.data import connection
from autodiff.data.job import Job

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
    with cluster(processes=True) as found:
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
    return [path for path in folder.rglob(".*")]


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


def test_the_same_bytes_and_bits_by_threads(folder):
    with cluster(processes=False) as address:
        compare(folder, address)


@pytest.mark.long
def test_the_same_bytes_and_bits_by_processes(folder, address):
    compare(folder, address)


@pytest.mark.long
@pytest.mark.parametrize("output", ["out.csv", "out/"])
def test_a_worker_is_killed_while_it_writes(folder, address, monkeypatch, output):
    (folder / "here").mkdir()
    ran(folder, *FORMULA, *INPUTS, "-o", "here/" if output == "out/" else f"here/{output}")
    mark, seen = folder.parent / f"{folder.name}.mark", list[Path]()
    monkeypatch.setattr(Job, "files", delayed.files(str(mark), 600))
    killer = threading.Thread(target=killed, args=(mark, folder, seen))
    killer.start()
    ran(folder, *FORMULA, *INPUTS, "-o", output, "--dask", address)
    killer.join()
    assert seen  # what the killed worker had begun
    assert not hidden(folder)
    here = content(folder / "here")
    assert content(folder / "out") == here if output == "out/" else content(folder)["out.csv"] == here["out.csv"]


def killed(mark: Path, folder: Path, seen: list[Path]) -> None:
    """Kill the worker that has made the mark, and take note of the hidden files that there are."""
    while not mark.exists() or not mark.read_text():
        time.sleep(0.05)
    seen += [path for place in hidden(folder) if place.is_dir() for path in place.iterdir()]
    os.kill(int(mark.read_text()), signal.SIGKILL)
