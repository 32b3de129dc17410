"""Orders handed to the workers of a cluster, and what they make of them, in the order of the orders."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Generator, Sequence
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
