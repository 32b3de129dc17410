"""Runs command lines, each in a process forked from a bare interpreter, and prints which modules it has loaded.

python -S tests/loaded.py PATH... with the lines on standard input, their words apart by tabs.
"""

import os
import sys


def ran(words: list[str]) -> list[str]:
    """The modules that a command line loads."""
    ends = os.pipe()
    if os.fork() == 0:
        before, nothing = {*sys.modules}, os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nothing, stream)
        from autodiff_cli.app import run

        run(words)
        os.write(ends[1], "\n".join(sorted({*sys.modules} - before)).encode())
        sys.exit(0)  # what the parent has not yet printed goes to nowhere here
    os.close(ends[1])
    with os.fdopen(ends[0]) as answer:
        found = answer.read().split("\n")
    os.wait()
    return found


if __name__ == "__main__":
    sys.path[:0] = sys.argv[1:]
    for line in sys.stdin.read().splitlines():
        print(*ran(line.split("\t")))
