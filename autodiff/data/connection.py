"""A Dask cluster: reached, compared with this program, and given orders, whose results come in the order of the orders."""

from __future__ import annotations

import asyncio
import logging
import re
import secrets
import time
import warnings
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import autodiff
from autodiff.data.partition import Order, Piece, work
from autodiff.errors import MISSING, AutodiffError, needs
from autodiff.messages import say

SECONDS = 10.0  # for a scheduler to answer, and for a first worker to be there
TURN = 5.0  # seconds between two looks at whether there are workers
ABSENCE = 60.0  # seconds without any worker after which none is expected
OURS = "__import__('autodiff').__version__"  # asked where it may be missing


Told = Callable[[int, float], None]
"""Told how many records have come since the last piece, and the share of the files that are done."""


@contextmanager
def connected(address: str) -> Iterator[Any]:
    """A client of the cluster. Raises AutodiffError where there is none, or not with this program."""
    distributed = needs("distributed")
    _check(address)
    with _silent():
        _greet(address)
        with _client(distributed, address) as client:
            yield client


@contextmanager
def _client(distributed: Any, address: str) -> Iterator[Any]:
    with warnings.catch_warnings():
        # of other packages: what is ours is compared below
        warnings.simplefilter("ignore", distributed.versions.VersionMismatchWarning)
        client = distributed.Client(address, timeout=SECONDS, set_as_default=False, name="autodiff")
    try:
        _compare(client, address)
        with client.as_current():
            yield client
    finally:
        with suppress(Exception):
            client.close(SECONDS)  # its tasks are cancelled thereby


@contextmanager
def _silent() -> Iterator[None]:
    """Without what distributed logs: what matters of it is said by the errors raised here."""
    loggers = [logging.getLogger(name) for name in ("distributed", "distributed.client")]
    levels = [logger.level for logger in loggers]
    try:
        for logger in loggers:
            logger.setLevel(logging.CRITICAL + 1)
        yield
    finally:
        for logger, level in zip(loggers, levels):
            logger.setLevel(level)


def failed(message: str, hint: str) -> AutodiffError:
    """What is wrong with a cluster."""
    return AutodiffError("E057", message, hint, MISSING)


def _check(address: str) -> None:
    found = re.fullmatch(r"(?:(?:tcp|tls|ws|wss|ucx)://)?[^\s/]+:(\d{1,5})", address)
    if found is None or not 0 < int(found[1]) < 2**16:
        message = say("--dask: '{address}' is not the address of a scheduler", address=address)
        raise AutodiffError("E042", message, say("write {spelling}", spelling="--dask tcp://host:8786"))


def _greet(address: str) -> None:
    """Raises AutodiffError where no scheduler answers in time: a client would wait for ever for some that are none."""
    try:
        kind = asyncio.run(_kind(address))
    except Exception:  # whatever answers there
        kind = ""
    if kind != "Scheduler":
        message = say("no Dask scheduler answers at {address}", address=address)
        raise failed(message, say("check the address; {command} starts one", command="dask scheduler"))


async def _kind(address: str) -> str:
    distributed = needs("distributed")
    secret = distributed.Security().get_connection_args("client")
    async with distributed.rpc(address, timeout=SECONDS, connection_args=secret) as there:
        return str((await asyncio.wait_for(there.identity(), SECONDS))["type"])


def _compare(client: Any, address: str) -> None:
    """Raises AutodiffError where a worker or the scheduler has another version of this program, or there is no worker."""
    try:
        client.wait_for_workers(1, timeout=SECONDS)
    except TimeoutError:
        hint = say("start some with {command}", command=f"dask worker {address}")
        raise failed(say("the cluster at {address} has no worker", address=address), hint) from None
    found = client.run(eval, OURS, on_error="return")
    try:
        found[address] = client.run_on_scheduler(eval, OURS)
    except Exception as error:
        found[address] = error
    for place, version in found.items():
        if version != autodiff.__version__:
            message = say("{place} has no autodiff {version}", place=place, version=autodiff.__version__)
            there = "" if isinstance(version, Exception) else say("it has {version}", version=version)
            hint = say("install the same version of autodiff for the scheduler and all workers")
            raise failed(say("{message}: {more}", message=message, more=there) if there else message, hint)


def results(client: Any, orders: Sequence[Order], told: Told) -> Generator[Piece]:
    """What workers make of the orders. What is sent back as bytes stays with the worker until it is its turn."""
    token = secrets.token_hex(4)
    futures = client.map(work, orders, key=[f"autodiff-{token}-{k:06}" for k in range(len(orders))], pure=False)
    waiting, found = set(futures), dict[Any, Piece]()
    for future, order in zip(futures, orders):
        while future in waiting:
            ready = _some(client, waiting)
            waiting -= ready
            early = [] if order.folder is None and not order.task.reduce else ready
            found |= {one: _result(one, order) for one in early if one.status == "finished"}
            told(sum(piece.run.records for piece in found.values()), 1 - len(waiting) / len(futures))
        yield found.pop(future) if future in found else _result(future, order)


def _some(client: Any, waiting: set[Any]) -> set[Any]:
    """Those that are done, as soon as one is. Raises AutodiffError where there has been no worker for long."""
    distributed, seen = needs("distributed"), time.monotonic()
    while True:
        try:
            return set(distributed.wait(waiting, timeout=TURN, return_when="FIRST_COMPLETED").done)
        except TimeoutError:
            if client.nthreads():
                seen = time.monotonic()
        except distributed.CancelledError:
            raise _lost() from None
        if time.monotonic() - seen > ABSENCE:
            raise failed(say("the cluster has no worker any more"), say("start some, and run this again"))


def _result(future: Any, order: Order) -> Piece:
    distributed = needs("distributed")
    try:
        piece: Piece = future.result()
    except distributed.KilledWorker as error:
        deaths = error.allowed_failures + 1
        message = say("{number} workers died while they worked on '{path}'", number=deaths, path=order.file.name)
        raise failed(message, say("their logs tell why; often it is too little memory")) from None
    except distributed.CancelledError:
        raise _lost() from None
    finally:
        future.release()  # or it would be computed again if this worker ended
    return piece


def _lost() -> AutodiffError:
    return failed(say("the connection to the cluster is lost"), say("see whether its scheduler still runs, and run this again"))
