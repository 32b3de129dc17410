"""A program at a terminal that is none: keys go in, and what it shows comes out."""

from __future__ import annotations

import codecs
import os
import re
import select
import signal
import subprocess
import time
from collections.abc import Sequence
from types import TracebackType

ESCAPE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_=>])")
BEGUN = re.compile(r"\x1b[^a-zA-Z]*$")
"""An escape sequence of which the rest has not been read yet."""
CTRL_C, CTRL_D, UP, TAB, ENTER = "\x03", "\x04", "\x1b[A", "\t", "\r"
PATIENCE = 30.0


class Terminal:
    """A process that is led by a terminal of 24 lines; it is ended with the block."""

    def __init__(self, argv: Sequence[str], env: dict[str, str] | None = None, columns: int = 80) -> None:
        import fcntl
        import pty
        import struct
        import termios

        self.end, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))

        def lead() -> None:
            os.setsid()
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)
            signal.signal(signal.SIGINT, signal.SIG_DFL)

        usual = {"TERM": "xterm-256color", "PROMPT_TOOLKIT_NO_CPR": "1", "LC_ALL": "C.UTF-8"}
        self.process = subprocess.Popen(
            argv, stdin=theirs, stdout=theirs, stderr=theirs, env={**os.environ, **usual, **(env or {})}, preexec_fn=lead
        )
        os.close(theirs)
        self.raw, self.seen = "", 0
        self.decoded = codecs.getincrementaldecoder("utf-8")("replace")  # a sign may arrive in two pieces

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self.end)

    @property
    def shown(self) -> str:
        """All that was written, without the signs that move the cursor or change colours."""
        whole = BEGUN.sub("", self.raw)  # else what was seen would be counted by signs that vanish when the rest arrives
        return ESCAPE.sub("", whole).replace("\r", "")

    def press(self, *keys: str) -> None:
        """Keys, one after the other."""
        os.write(self.end, "".join(keys).encode())

    def expect(self, text: str) -> None:
        """Wait until a text is shown behind what was waited for before."""
        until = time.monotonic() + PATIENCE
        while text not in self.shown[self.seen :]:
            if time.monotonic() > until or not self._read(0.2):
                raise AssertionError(f"{text!r} is not in {self.shown[self.seen :]!r}")
        self.seen = self.shown.index(text, self.seen) + len(text)

    def left(self) -> int:
        """The exit code of the process, which is about to end."""
        until = time.monotonic() + PATIENCE
        while self._read(0.2) and time.monotonic() < until:
            continue
        return self.process.wait(PATIENCE)

    def _read(self, seconds: float) -> bool:
        """Take what is written; False where nothing will come any more."""
        if not select.select([self.end], [], [], seconds)[0]:
            return self.process.poll() is None
        try:
            data = os.read(self.end, 65536)
        except OSError:
            return False
        self.raw += self.decoded.decode(data)
        return bool(data)
