"""Orders handed to the workers of a cluster, and what they make of them, in the order of the orders."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Generator, Sequence
from queue import Empty, Queue
from typing import Any

from autodiff.data.connection import failed
from autodiff.data.partition import Order, Piece, work
from autodiff.errors import AutodiffError, needs
from autodiff.messages import say

TURN = 5.0  # seconds between two looks at whether there are workers
ABSENCE = 60.0  # seconds without any worker after which none is expected

Told = Callable[[int, float], None]
"""Told how many records have come since the last piece, and the share of the files that are done."""


def results(client: Any, orders: Sequence[Order], told: Told) -> Generator[Piece]:
    """What workers make of the orders. What is sent back as bytes stays with the worker until it is its turn."""
    token, done = secrets.token_hex(4), Queue[Any]()
    futures = client.map(work, orders, key=[f"autodiff-{token}-{k:06}" for k in range(len(orders))], pure=False)
    for future in futures:
        future.add_done_callback(done.put)
    waiting, found, early = {*futures}, dict[Any, Piece](), 0
    for future, order in zip(futures, orders):
        while future in waiting:
            ready = _next(client, done)
            waiting.remove(ready)
            if ready.status == "finished" and (order.folder is not None or order.task.reduce):
                found[ready] = _result(ready, order)
                early += found[ready].run.records
            told(early, 1 - len(waiting) / len(futures))
        piece = found.pop(future, None)
        early -= piece.run.records if piece else 0
        yield piece or _result(future, order)


def _next(client: Any, done: Queue[Any]) -> Any:
    """One that is done. Raises AutodiffError where there has been no worker for long."""
    seen = time.monotonic()
    while time.monotonic() - seen < ABSENCE:
        try:
            return done.get(timeout=TURN)
        except Empty:
            seen = time.monotonic() if client.nthreads() else seen
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
