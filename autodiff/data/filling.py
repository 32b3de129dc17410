"""Parquet files filled with records and their new columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from queue import Full, Queue
from threading import Thread
from typing import Any, BinaryIO

from autodiff.data.batch import Numbers, Part
from autodiff.data.lots import Lot
from autodiff.data.parquet import Frame
from autodiff.data.rust import python_alone, system
from autodiff.errors import AutodiffError
from autodiff.messages import say

AHEAD = 2  # frames that wait to be written


def column(found: Numbers | Sequence[str]) -> Any:
    """A new column of a frame, with null where it is empty."""
    import polars as pl

    if not isinstance(found, Numbers):
        return pl.Series([word or None for word in found], dtype=pl.String)
    values = pl.Series(found.values, dtype=pl.Float64)
    return values.scatter([*found.missing], None) if len(found.missing) else values


def filled(parts: Iterable[Part], stream: BinaryIO, kept: Sequence[str], new: Sequence[str]) -> int:
    """Write a Parquet file, and say how many records it has: columns of another one are kept as they are, those of text as text."""
    import polars as pl

    sink, written, schema = _Sink(stream), 0, None
    try:
        for part in parts:
            old = _kept(part.batch, kept).get_columns() if kept else []  # a frame of no columns would have no rows
            frame = pl.DataFrame([*old, *(column(part.new[name]).alias(name) for name in new)])
            schema = schema or frame.schema
            sink.put(frame if frame.schema == schema else _like(frame, schema, part.batch), schema)
            written += part.batch.height
        sink.end()
    except BaseException:
        sink.stop()
        raise
    return written


def _kept(batch: Any, kept: Sequence[str]) -> Any:
    """The columns that are kept."""
    import polars as pl

    if isinstance(batch, Frame):
        return batch.frame.select(kept)
    if isinstance(batch, Lot):
        return batch.texts(kept).rename(dict(zip(map(str, range(len(kept))), kept)))
    frame = pl.DataFrame([*batch.cells(kept)], schema=dict.fromkeys(kept, pl.String), orient="row")
    return frame.select(pl.when(pl.all() != "").then(pl.all()))


def _like(frame: Any, schema: Any, batch: Any) -> Any:
    """A frame of a later file with the types of the first one. Raises AutodiffError where that would change a value."""
    import polars as pl

    for name, kind in schema.items():
        try:
            cast = frame[name].cast(kind)
            if kind == frame[name].dtype or cast.cast(frame[name].dtype).equals(frame[name]):
                frame = frame.with_columns(cast)
                continue
        except pl.exceptions.PolarsError:
            pass
        message = say(
            "'{path}', column '{name}': it is {kind}, and {other} in the file before",
            path=batch.origin.name, name=name, kind=frame[name].dtype, other=kind,
        )  # fmt: skip
        raise AutodiffError("E051", message, say("map these files apart, or leave that column out with --keep"))
    return frame


class _Sink:
    """Polars, which writes in another thread what is put here: so an interrupt, and what is raised while records are made, come as
    they are.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream, self._frames = stream, Queue[Any](AHEAD)
        self._thread: Thread | None = None
        self._raised: BaseException | None = None
        self._stopped = False

    def put(self, frame: Any, schema: Any) -> None:
        """Write a frame. Raises what went wrong with an earlier one."""
        if self._thread is None:
            self._thread = Thread(target=self._write, args=(schema,), name="parquet", daemon=True)
            self._thread.start()
        self._offer(frame)
        python_alone()

    def end(self) -> None:
        """Write all that was put."""
        self._offer(None)
        if self._thread is not None:
            self._thread.join()
        if self._raised is not None:
            raise self._raised

    def stop(self) -> None:
        """Write no more."""
        self._stopped = True
        if self._thread is not None and self._thread.is_alive():
            while self._thread.is_alive():
                with suppress(Full):
                    self._frames.put(None, timeout=0.05)
            self._thread.join()

    def _offer(self, frame: Any) -> None:
        while self._raised is None:
            try:
                return self._frames.put(frame, timeout=0.1)
            except Full:
                pass
        raise self._raised

    def _write(self, schema: Any) -> None:
        from polars.io.plugins import register_io_source

        try:
            with system():
                register_io_source(lambda *asked: self._taken(), schema=schema).sink_parquet(self._stream)
        except BaseException as error:
            self._raised = error

    def _taken(self) -> Iterator[Any]:
        while (frame := self._frames.get()) is not None:
            yield frame
        if self._stopped:
            raise _Stopped


class _Stopped(Exception):
    """No file is wanted any more."""
