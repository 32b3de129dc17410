"""Draws docs/worked-example.svg, the picture in the README, from the real output: python docs/picture.py"""

import io
import re
from pathlib import Path

from autodiff_cli import tables
from rich.console import Console
from rich.terminal_theme import DIMMED_MONOKAI
from rich.text import Text

from autodiff.formula import parse

COMMAND = 'autodiff eval "3*(a+b*c)" a=5 b=3 c=2'


def picture() -> str:
    """The picture as SVG, without requests to other places."""
    inner = Console(file=io.StringIO(), width=60, force_terminal=True, color_system="standard", markup=False, highlight=False)
    drawn = tables.drawn(inner, parse("3*(a+b*c)").at(a=5, b=3, c=2), 6)
    console = Console(file=io.StringIO(), width=60, record=True, force_terminal=True, color_system="truecolor")
    console.print(Text(f"$ {COMMAND}", style="bold"), soft_wrap=True)
    console.print(Text.from_ansi(drawn), soft_wrap=True)
    svg = console.export_svg(title="autodiff", theme=DIMMED_MONOKAI, unique_id="autodiff")
    svg = re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL)
    return re.sub(r"\s+\n", "\n", svg.replace("Fira Code, monospace", "monospace").replace("Fira Code", "monospace"))


if __name__ == "__main__":
    (Path(__file__).parent / "worked-example.svg").write_text(picture() + "\n", encoding="utf-8")
