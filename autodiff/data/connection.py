"""A Dask cluster: reached, and compared with this program."""

from __future__ import annotations

import asyncio
import logging
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from autodiff.errors import MISSING, AutodiffError, needs
from autodiff.messages import say
from autodiff.version import __version__

SECONDS = 10.0  # for a scheduler to answer, and for a first worker to be there
OURS = "__import__('autodiff').__version__"  # asked where it may be missing


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
        try:
            client = distributed.Client(address, timeout=SECONDS, set_as_default=False, name="autodiff")
        except OSError:
            raise _unanswered(address) from None
    try:
        _compare(client, address)
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
        raise _unanswered(address)


def _unanswered(address: str) -> AutodiffError:
    message = say("no Dask scheduler answers at {address}", address=address)
    return failed(message, say("check the address; {command} starts one", command="dask scheduler"))


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
        if version != __version__ and not isinstance(version, OSError):  # a worker that is just leaving
            message = say("{place} has no autodiff {version}", place=place, version=__version__)
            there = "" if isinstance(version, Exception) else say("it has {version}", version=version)
            hint = say("install the same version of autodiff for the scheduler and all workers")
            raise failed(say("{message}: {more}", message=message, more=there) if there else message, hint)
