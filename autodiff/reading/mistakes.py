"""What people type that is no formula here, one row for each construct, in the order in which they are looked for.

A row is asked only after a text has been refused, and only where it touches the place of the error.
"""

from __future__ import annotations

from autodiff.reading.analysis import DERIVATIVES
from autodiff.reading.choices import CHOICES
from autodiff.reading.listings import LISTINGS
from autodiff.reading.signs import SIGNS
from autodiff.reading.statements import STATEMENTS

ROWS = (*STATEMENTS[:5], *DERIVATIVES, *STATEMENTS[5:], *CHOICES, *LISTINGS, *SIGNS)
