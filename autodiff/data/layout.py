"""Where the records of a table end in its bytes, found for all of them at once."""

from __future__ import annotations

from typing import Any, NamedTuple

QUOTE, LINE, RETURN = b'"\n\r'


class Layout(NamedTuple):
    """`end` is where the last whole record ends. In odd text quotes stand where no cell begins or ends; in plain text each of its
    lines, so many as `height`, is a record with as many cells as the header has.
    """

    height: int
    end: int
    is_odd: bool
    is_plain: bool


ODD = Layout(0, 0, True, False)


def layout(data: bytes, is_all: bool, separator: str, width: int) -> Layout | None:
    """How records stand in bytes, the last of which may be cut off; None where none is whole."""
    end = data.rfind(b"\n") + 1
    if not (is_all and end < len(data)) and (height := _regular(data, separator, width)) and _is_utf8(data[:end]):
        return Layout(height, end, False, True)
    import numpy as np

    signs = np.frombuffer(data, np.uint8)
    ends, quotes = np.flatnonzero(signs == LINE), np.flatnonzero(signs == QUOTE) if b'"' in data else None
    if is_all and not data.endswith(b"\n"):
        ends = np.append(ends, len(data))
    outside = ends if quotes is None else ends[np.searchsorted(quotes, ends) % 2 == 0]
    if not outside.size:
        return ODD if is_all else None
    end = min(int(outside[-1]) + 1, len(data))
    if (is_all and end < len(data)) or not _is_utf8(data[:end]):
        return ODD
    ends, signs = ends[ends < end] if end < len(data) else ends, signs[:end]
    places = np.flatnonzero(signs == ord(separator))
    if quotes is not None:
        quotes = quotes[quotes < end]
        if quotes.size % 2 or not _are_outer(signs, quotes, ord(separator)):
            return ODD
        places = places[np.searchsorted(quotes, places) % 2 == 0]
    is_plain = len(outside) == len(ends) and _are_of_lines(signs, ends) and _are_even(places, ends, width)
    return Layout(len(ends), end, False, is_plain)


def _regular(data: bytes, separator: str, width: int) -> int:
    """How many records there are, if what is left without the text of the cells repeats one line; else 0."""
    if b'"' in data:
        return 0
    left = data.translate(None, bytes({*range(256)} - {LINE, RETURN, ord(separator)}))
    left = left[: left.rfind(b"\n") + 1]
    line = separator.encode() * (width - 1) + (b"\r\n" if b"\r" in left else b"\n")
    height = len(left) // len(line)
    return height if left == line * height and (b"\r" not in left or data.count(b"\r\n") == height) else 0


def _is_utf8(data: bytes) -> bool:
    try:
        return data.isascii() or bool(data.decode()) or True
    except UnicodeDecodeError:
        return False


def _are_outer(signs: Any, quotes: Any, separator: int) -> bool:
    """Whether each quote opens a cell, closes one, or stands beside another one within."""
    import numpy as np

    opening, closing = quotes[0::2], quotes[1::2]
    padded = np.concatenate(([LINE], signs, [LINE]))
    before, after = padded[opening], padded[closing + 2]
    joined = opening[1:] == closing[:-1] + 1
    begins = (before == separator) | (before == LINE) | np.append(False, joined)
    finishes = (after == separator) | (after == LINE) | (after == RETURN) | np.append(joined, False)
    return bool(begins.all() and finishes.all())


def _are_of_lines(signs: Any, ends: Any) -> bool:
    """Whether each carriage return belongs to the end of a line."""
    import numpy as np

    returns = np.flatnonzero(signs == RETURN)
    return not returns.size or bool(np.isin(returns + 1, ends, assume_unique=True).all() and (returns + 1 < signs.size).all())


def _are_even(places: Any, ends: Any, width: int) -> bool:
    """Whether there are as many separators on each line as between the cells of the header."""
    if places.size != ends.size * (width - 1) or width == 1:
        return bool(width == 1 and not places.size)
    rows = places.reshape(ends.size, width - 1)
    return bool((rows[1:, 0] > ends[:-1]).all() and (rows[:, -1] < ends).all())
