"""autodiff completion: the script that lets a shell complete command lines, and what it asks the program at every TAB."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from os.path import dirname, join
from typing import TYPE_CHECKING, Annotated

from autodiff.errors import AutodiffError
from autodiff.messages import say, series
from autodiff_cli import console
from autodiff_cli.commands import argument

if TYPE_CHECKING:
    from autodiff_cli.complete import Offer

SHELLS = ("bash", "zsh", "fish")
SCRIPTS = join(dirname(__file__), "shells")

Shell = Annotated[str, argument("[SHELL]", "bash, zsh or fish.")]


def completion(shell: Shell = "") -> None:
    """Write the script that completes command lines in a shell.

    For example: autodiff completion bash > ~/.local/share/bash-completion/completions/autodiff
    """
    if shell not in SHELLS:
        message = say("which shell? there are {names}", names=series(SHELLS))
        raise AutodiffError("E043" if not shell else "E042", message, say("write {spelling}", spelling="autodiff completion bash"))
    with open(join(SCRIPTS, f"autodiff.{shell}"), encoding="utf-8") as script:
        console.write([script.read()])


def answer(question: Sequence[str]) -> None:
    """Answer a shell: its name, then the line up to the cursor and the piece that it replaces (bash), or the words up to it."""
    from autodiff_cli.complete import offers

    shell, *words = question
    if shell == "bash":
        console.write(_for_bash(words[0], words[1]))
    elif shell == "fish":
        console.write(f"{text}\t{about}\n" for text, about in _open([*offers(words[:-1], words[-1])], words[-1]))
    else:
        console.write(f"{text}\t{about}\n" for text, about in offers(words[:-1], words[-1]))


def _for_bash(line: str, piece: str) -> Iterator[str]:
    """What may stand in place of the piece: bash breaks words at = and :, takes what is given, and no sign of its own after it."""
    from autodiff_cli.complete import FILES, offers

    _, *words = _words(line) or [""]
    current = words.pop() if words else ""
    done = len(current) - len(piece) if current.endswith(piece) else 0
    for text, _ in _open([*offers(words, current, told=False)], current):
        if text == FILES:
            yield f"{text}\n"
        elif text.startswith(current):
            yield f"{text[done:]}{'' if text.endswith(('=', '(', ',')) else ' '}\n"


def _open(found: list[Offer], current: str) -> list[Offer]:
    """What is found, and where that is one function alone, its call too: else the shell would close the quotes of the formula."""
    fitting = [text for text, _ in found if text.startswith(current)]
    return [*found, (f"{fitting[0]}x)", "")] if len(fitting) == 1 and fitting[0].endswith("(") else found


def _words(line: str) -> list[str]:
    """The words of a line of bash, the last of which is being typed: its quotes may be open, and it may be empty."""
    import shlex

    for end in ("", '"', "'"):
        try:
            words = shlex.split(line + end)
        except ValueError:
            continue
        return words if end or (words and line[-1:] not in (" ", "\t")) else [*words, ""]
    return line.split(" ")
