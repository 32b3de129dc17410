"""The command line: a thin skin over the library `autodiff`."""

from __future__ import annotations

TYPE_CHECKING = False  # importing typing for it would leave a moment in which Ctrl-C shows a traceback
if TYPE_CHECKING:
    from typing import NoReturn


def main() -> NoReturn:
    """The console script. Even while the program is still loading, Ctrl-C ends it quietly."""
    try:
        from autodiff_cli import app
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    app.main()
