"""Worksheets in doubles alone: what generated code, columns and the page are held against, for they stay plain IEEE."""

from collections.abc import Iterator
from unittest.mock import patch

import pytest


@pytest.fixture(scope="module", autouse=True)
def doubles_alone() -> Iterator[None]:
    """Nothing is noticed that leaves the range of doubles; import it where all of a module needs it."""
    with patch.multiple("autodiff.point.evaluation", strays=lambda *_: False, unusual=lambda _: []):
        yield
