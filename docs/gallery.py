"""Draws docs/gallery.md and its pictures with the real program: python docs/gallery.py"""

import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
sys.path.append(str(ROOT / "tests"))

from console import inside, replayed  # noqa: E402


class Picture(NamedTuple):
    """A formula at a point, and what is to be seen there; without a point it is drawn in symbols."""

    name: str
    title: str
    words: str
    text: str
    values: str = ""
    options: str = ""


PICTURES = (
    Picture("worked-example", "The worked example",
            "The example of the classic lecture: dv is computed once, and used for both da and du.",
            "3*(a+b*c)", "a=5 b=3 c=2"),
    Picture("symbols", "The same in symbols",
            "Without values the arrows carry the chain rule itself.",
            "3*(a+b*c)"),
    Picture("shared-value", "A value that is used several times",
            "Four arrows leave x, and four derivatives come back: dx is their sum.",
            "x^2*sin(x) + x*exp(x)", "x=1.3"),
    Picture("five-steps", "A program with five named steps",
            "The steps keep the names that the program gives them.",
            "area = width*height; paint = 2*area; labour = hours*wage; total = paint + labour; price = total*(1 + tax)",
            "width=4 height=2.5 hours=3 wage=20 tax=0.19"),
    Picture("sigmoid-circuit", "A sigmoid circuit",
            "Two inputs, two weights and a bias go through 1/(1 + exp(-z)), written out step by step.",
            "1/(1 + exp(-(w0*x0 + w1*x1 + w2)))", "w0=2 x0=-1 w1=-3 x1=-2 w2=-3"),
    Picture("logistic-loss", "The logistic loss",
            "Logistic regression with its cross-entropy, for one example: da/dz and dL/da together make dz = a - y.",
            "z = w1*x1 + w2*x2 + b; a = sigmoid(z); L = -(y*log(a) + (1 - y)*log(1 - a))",
            "w1=0.5 w2=-0.25 b=0.1 x1=2 x2=3 y=1"),
    Picture("circuit", "The same as a circuit",
            "The operation in the node; above the wire that leaves it the value, below it the derivative.",
            "z = w1*x1 + w2*x2 + b; a = sigmoid(z); L = -(y*log(a) + (1 - y)*log(1 - a))",
            "w1=0.5 w2=-0.25 b=0.1 x1=2 x2=3 y=1", "--style compact --flow right"),
    Picture("network", "A two-layer network",
            "Two inputs, three hidden units, one output, and its squared error; training follows the derivatives of w, b, v and c.",
            "h1 = tanh(w11*x1 + w12*x2 + b1); h2 = tanh(w21*x1 + w22*x2 + b2); h3 = tanh(w31*x1 + w32*x2 + b3); "
            "p = v1*h1 + v2*h2 + v3*h3 + c; E = (p - y)^2",
            "x1=0.5 x2=-1 w11=0.4 w12=0.3 b1=0.6 w21=-0.6 w22=0.8 b2=-0.2 w31=0.1 w32=-0.3 b3=0.2 "
            "v1=1.2 v2=-0.7 v3=0.4 c=0.1 y=1"),
    Picture("motion", "In motion",
            "For slides: the forward pass plays, then the backward pass, one step at a time; under the pointer it rests.",
            "3*(a+b*c)", "a=5 b=3 c=2", "--animate"),
    Picture("softplus", "Softplus, step by step",
            "Its derivative is the sigmoid: 1/(1 + exp(x)) from one arrow, times exp(x) from another.",
            "log(1 + exp(x))", "x=2"),
    Picture("rosenbrock", "Rosenbrock's valley",
            "At the usual starting point the two terms pull x in the same direction, one 48 times as hard as the other.",
            "(1 - x)^2 + 100*(y - x^2)^2", "x=-1.2 y=1"),
    Picture("kink", "A kink",
            "The status stands where it counts and where it began: dx is 0 by the conventions of corners, the true slope is 1.",
            "relu(x) - relu(-x)", "x=0"),
    Picture("choice", "A choice",
            "Without values both branches are drawn; what the condition asks for is dotted.",
            "if(x*y > 0, sqrt(x*y), -x)"),
    Picture("chinese", "Names of any script",
            "The profit, the return on an investment, and a score.",
            "净利 = 收入 - 成本; 收益率 = 净利/投入; 得分 = sigmoid(收益率*权重)", "收入=120 成本=80 投入=200 权重=5"),
)  # fmt: skip

INTRO = """# Gallery

`autodiff graph` draws the computation graph of a formula. Blue arrows run forward and carry values; red, dashed ones run backward
and carry derivatives. On every arrow stands the local derivative, and below it what is sent back: the derivative of the step it
comes from times the local one. What arrives at a box adds up to its own derivative.

```console
$ autodiff graph "3*(a+b*c)" a=5 b=3 c=2
```

In the text a line is a variable (`○`) or a step (`●`). A rail runs down from each of them to the steps that use it: it comes from
above, or from the side, ending there (`╰` `╯` `┴`) or going on (`├` `┤` `┼`).

| option | meaning |
| --- | --- |
| `--format text\\|svg\\|png\\|tikz\\|dot\\|mermaid` | how to draw it; if left out, the name of the file says it |
| `--style detailed\\|compact`, `--flow right\\|down` | how it is laid out; chosen if left out, see below |
| `--animate` | an SVG that plays both passes step by step, for slides |
| `-o FILE`, `--force` | write to a file, and over one that exists |
| `--scale S` | how large a PNG is; PNG needs `pip install resvg-py` |
| `--digits N` | significant digits; 4 if left out |
| `--max-nodes N` | graphs with more nodes are refused; 400 if left out |
| `--wrt a,b`, `--values FILE`, `--file PATH`, `--color` | as for `eval` |

There are two styles. `detailed` has it all: formula, value and derivative in a box, and the local derivative on every arrow.
`compact` draws a circuit, as courses do: the operation in the node, the value above the wire that leaves it, the derivative below.
`--flow` says whether values run to the right or down. What is not said is chosen: the first picture, beginning with a detailed one
to the right, whose letters can be read when it is 1400 pixels wide (9 pixels) and when it is set on a page of A4 (6 points).
In pictures, sums of sums and products of products are one step with several inputs, where the formula does not name the ones
between; the numbers are the same.

`tikz` is for a paper: `\\input{graph.tikz}` sets it, with `\\usepackage{amsmath,tikz}` in the preamble, no wider than the text of a
page of A4; its first line says if more is needed, as for Chinese. `dot` is for [Graphviz](https://graphviz.org), `mermaid` for
[Mermaid](https://mermaid.js.org). The pictures are readable in light and in dark surroundings.

*This page and its pictures are drawn by `python docs/gallery.py`; a test compares them.*
"""


def command(picture: Picture) -> list[str]:
    """What is typed to draw it."""
    return ["autodiff", "graph", picture.text, *picture.values.split(), *picture.options.split(), "-o", f"{picture.name}.svg"]


def drawn(picture: Picture) -> str:
    """The SVG, from standard output."""
    outcome = inside([*command(picture)[1:-2], "--format", "svg"], ROOT)
    assert outcome.code == 0, outcome.stderr
    return outcome.stdout


def page() -> str:
    """The page without the output of its examples, which the tests of all pages fill in."""
    parts = [INTRO]
    for picture in PICTURES:
        line = " ".join([f'"{word}"' if word == picture.text else word for word in command(picture)])
        parts.append(f"## {picture.title}\n\n{picture.words}\n\n```sh\n{line}\n```\n")
        parts.append(f"![{picture.title}: the graph](gallery/{picture.name}.svg)\n")
    return "\n".join(parts)


def write() -> None:
    """Write the page and the pictures."""
    folder = ROOT / "docs/gallery"
    folder.mkdir(exist_ok=True)
    for picture in PICTURES:
        (folder / f"{picture.name}.svg").write_text(drawn(picture), encoding="utf-8")
    (ROOT / "docs/gallery.md").write_text(replayed(page(), ROOT), encoding="utf-8")


if __name__ == "__main__":
    write()
