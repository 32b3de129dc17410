"""What is refused: every spelling that is offered instead parses, and stands for the whole span it is offered for."""

import re
import shlex
from pathlib import Path

import pytest
from length import each

import autodiff
from autodiff.errors import CODES

ERRORS = Path(__file__).parent / "errors"


def formulas() -> list[str]:
    """The formulas of all mistakes in tests/errors, and some more."""
    found = []
    for path in sorted(ERRORS.glob("*.txt")):
        first = path.read_text(encoding="utf-8").splitlines()[0]
        words = shlex.split(first[2:])
        if words[:2] == ["autodiff", "eval"] and len(words) > 2 and "\\" not in first:
            found.append(words[2])
    return found + MORE


MORE = [
    "sin√x", "1/2x(3+y)", "a/x(y)", "sin 2x", "sin^-1(x)", "sin⁻¹(x)", "1 000", "12 345 678", "1,000,000", "max(1,000, 2)",
    "(x+1)!", "x!", "2|x+1|", "5 % -2x", "x^2(3)", "√2√3", "a%2b", "1/(2x)(3)", "2^3x", "x^-2y", "2e5x", "1e3(x)", "(a+b)2",
    "tan2 x", "if x>0", "x**2y", "5%-1", "3x(2)", "1/2sin(x)", "1/2(3)(4)", "sin√x*2", "6/-2(1+2)", "a/bc", "2√3x",
]  # fmt: skip


@each([text for text in formulas() if text.strip()])
def test_rewrites_parse(text: str) -> None:
    error = refusal(text)
    if error is None:
        return  # only a value or a name is wrong
    assert error.code in CODES
    assert error.hint
    assert error.span is not None
    assert 0 <= error.span[0] <= error.span[1] <= len(text)
    start, end = error.extent
    for rewrite in error.rewrites:
        assert refusal(rewrite) is None
        other = refusal(text[:start] + rewrite + text[end:])
        assert other is None or other.code in REMAINS, rewrite


REMAINS = {"E005", "E006", "E007", "E008", "E010", "E017"}  # a second mistake in the same text, for which the first says nothing


def refusal(text: str) -> autodiff.FormulaError | None:
    """The error of a text, or None."""
    try:
        autodiff.parse(text)
    except autodiff.FormulaError as error:
        return error
    return None


REFUSED = [
    "1/2x", "6/2(1+2)", "x^2y", "b c", "x(3)", "sin x", "sin^2(x)", "2e", "1e-3x", "|x|", "5%", "5!", "(3)4", "pi(2)", "x>0",
    "1;;2", "f(x)=x", "sin(x)=2;1", "1,000", "1.5.2", "2 3", "1_000", "1.x", "1/2 x", "5%+1", "a=1;a=2", "2xy(3)", "2½",
    "0x10", "007", "f(x)=f(x);f(1)", "a+", "(a", "a)", "max(1)", "sin()", "sin(1,2)", "foo(x)", "[x]", "x?y:z", "a==b", "x=y=z",
    "x" + "⁹" * 400, "3*(5+", "x and y", "if(x, 1, 2)", "2 e", "√2x", "x²y", "x² y",
]  # fmt: skip


@each(REFUSED)
def test_is_refused(text: str) -> None:
    with pytest.raises(autodiff.FormulaError) as caught:
        autodiff.parse(text)
    assert caught.value.hint
    assert caught.value.message


def test_every_code_is_documented_and_used() -> None:
    root = Path(__file__).parent.parent
    sources = "".join(path.read_text(encoding="utf-8") for path in [*root.glob("autodiff/**/*.py"), *root.glob("cli/*/*.py")])
    page = (root / "docs/errors.md").read_text(encoding="utf-8")
    for code, meaning in CODES.items():
        assert sources.count(f'"{code}"') > 1, code
        assert f"| {code} | {meaning} |" in page
    assert set(re.findall(r'"(E\d{3})"', sources)) == set(CODES)


def test_there_is_one_way_to_refuse() -> None:
    """A text is refused by `Source.refuse`, which alone makes such errors, and so with one order of arguments."""
    root = Path(__file__).parent.parent
    sources = [*root.glob("autodiff/**/*.py"), *root.glob("cli/**/*.py")]
    makers = {path.name for path in sources if re.search(r"(?<!class )FormulaError\(", path.read_text(encoding="utf-8"))}
    assert makers == {"source.py"}


def test_an_error_can_be_made_of_a_message_a_place_and_a_hint() -> None:
    error = autodiff.FormulaError("no", (0, 1), "write 2")
    assert (error.message, error.span, error.hint, error.rewrites) == ("no", (0, 1), "write 2", ())


def test_if_without_brackets_is_explained_before_any_operand() -> None:
    for text in ("if x", "if 2", "if 2x"):
        error = refusal(text)
        assert error is not None
        assert error.hint == "its form is if(condition, then, else)", text


@pytest.mark.parametrize("end", ["\n", "\r\n", "\n\n"])
@pytest.mark.parametrize("text", ["3*(a+", "3*", "sin(", "2^"])
def test_the_end_of_a_line_is_no_place(text: str, end: str) -> None:
    """As a pipe and a file have it: the caret stands behind what was written."""
    with pytest.raises(autodiff.FormulaError) as caught:
        autodiff.parse(text + end)
    assert max(caught.value.span) <= len(text)
