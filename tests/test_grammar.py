"""The reference of the language is true, row by row, and the grammar itself is in order."""

import re
from pathlib import Path

import pytest

import autodiff

PAGE = (Path(__file__).parent.parent / "grammar/README.md").read_text(encoding="utf-8")


def rows(head: str) -> list[tuple[str, str]]:
    """The rows of all tables with this head."""
    found = []
    for table in PAGE.split(f"| text | {head} |\n| --- | --- |\n")[1:]:
        for line in table.split("\n\n")[0].splitlines():
            match = re.fullmatch(r"\| `(.*?)` \| (.*) \|", line)
            assert match, line
            found.append((match[1].replace("\\|", "|"), match[2].replace("\\|", "|")))
    return found


@pytest.mark.parametrize(("text", "reading"), rows("reading"))
def test_accepted(text: str, reading: str) -> None:
    formula = autodiff.parse(text)
    assert f"`{formula}`" == reading
    assert str(autodiff.parse(str(formula))) == str(formula)


@pytest.mark.parametrize(("text", "offered"), rows("spellings that are offered instead"))
def test_refused(text: str, offered: str) -> None:
    with pytest.raises(autodiff.FormulaError) as caught:
        autodiff.parse(text)
    assert (", ".join(f"`{rewrite}`" for rewrite in caught.value.rewrites) or caught.value.hint) == offered


def test_there_are_rows() -> None:
    assert len(rows("reading")) >= 40
    assert len(rows("spellings that are offered instead")) >= 35


@pytest.mark.parametrize(
    ("text", "names", "values", "reading"),
    [
        ("3(a+bc)", ["a", "b", "c"], {}, "3*(a + b*c)"),
        ("bc", ["bc"], {}, "bc"),
        ("b = 2; c = 3; bc", [], {}, "b = 2; c = 3; b*c"),
        ("bc*cb", ["b", "c"], {}, "b*c*(c*b)"),
        ("J = bc", ["b", "c"], {}, "J = b*c"),
        ("f(x) = x + k; g(k) = f(k)*2; g(3)", ["k"], {}, "(3 + k)*2"),
        ("e*x", ["x"], {}, "e*x"),
        ("lambda*E*I", ["lambda", "E", "I"], {}, "lambda*E*I"),
        ("gamma*gamma(gamma)", ["gamma"], {}, "gamma*gamma(gamma)"),
    ],
)
def test_names(text: str, names: list[str], values: dict[str, float], reading: str) -> None:
    sheet = autodiff.parse(text).at(**dict.fromkeys(names, 1.5), **values)
    assert sheet.reading == reading


@pytest.mark.parametrize("text", ["1.000 + x^-1", "1.000*x^(-1)", "x²+2.0", "0.5*x + .5 + 5e-1"])
def test_a_number_is_shown_as_it_is_written(text: str) -> None:
    reading = str(autodiff.parse(text))
    assert re.findall("[0-9.e-]+", reading.replace("(-1)", "-1")) == re.findall(
        "[0-9.e-]+", text.replace("²", "^2").replace("(-1)", "-1")
    )
    assert str(autodiff.parse(reading)) == reading


def test_a_binding_beats_a_constant() -> None:
    assert autodiff.parse("e").at().value == pytest.approx(2.718281828459045)
    assert autodiff.parse("e").at(e=3).value == 3
    assert autodiff.parse("e").at(e=3).notes == ["e is your variable here, not the constant"]
    assert autodiff.parse("e = 3; e").at().value == 3


def test_names_of_python_and_of_the_library() -> None:
    assert autodiff.parse("self*values").at(self=2, values=3).value == 6


@pytest.mark.parametrize("text", ["bd*a; d = 2; d", "bd; d = 2; d + b"])
def test_letters_that_are_assigned_later_have_no_value_yet(text: str) -> None:
    with pytest.raises(autodiff.FormulaError) as caught:
        autodiff.parse(text).at(a=1, b=2)
    assert caught.value.code in ("E016", "E030")


def test_spans_point_into_the_text() -> None:
    sheet = autodiff.parse("3(a+bc)").at(a=5, b=3, c=2)
    spans = {step.name: step.span for step in sheet.steps() if step.kind == "operation"}
    assert spans == {"u": (4, 6), "v": (2, 6), "J": (0, 7)}


def test_a_name_is_the_same_however_it_is_written() -> None:
    assert autodiff.parse("π = 3; π*2").at().value == 6
    assert autodiff.parse("f(π) = 2*π; f(1)").at().value == 2
    assert autodiff.parse("e\u0301 = 2; \u00e9*3").at().value == 6
    notes = autodiff.parse("bc*cd*de").at(b=1, c=2, d=3, e=4).notes
    assert [note[:2] for note in notes] == ["bc", "cd", "de"]


def test_a_name_that_has_no_composed_form_reads_back() -> None:
    """U+0B5D is excluded from composition: its NFC form holds a mark that no name may hold."""
    formula = autodiff.parse("2*\u0b5dy")
    assert formula.variables == ("\u0b5dy",)
    assert autodiff.parse(str(formula)).variables == formula.variables
