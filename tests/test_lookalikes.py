"""Letters of two scripts that look alike are two names: that is said, and nothing else is."""

import unicodedata

import pytest

import autodiff
from autodiff.reading.lookalikes import CYRILLIC, GREEK

COMMON = "аеорсухіѕј" + "АВЕКМНОРСТХ" + "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧοιν"
"""The letters of Cyrillic and Greek that are drawn as Latin ones in most typefaces."""


def test_the_common_ones_are_known() -> None:
    assert {*COMMON} <= {*CYRILLIC, *GREEK}


@pytest.mark.parametrize("letter", [*CYRILLIC, *GREEK])
def test_two_names_that_look_alike(letter: str) -> None:
    """Both scripts are named, as Unicode names them, wherever the letter stands in a name."""
    latin = {**CYRILLIC, **GREEK}[letter]
    script = "Cyrillic" if letter in CYRILLIC else "Greek"
    assert unicodedata.name(letter).split()[0].title() == script
    assert unicodedata.name(latin).startswith("LATIN")
    for first, second in ((letter, latin), (latin, letter), (f"{letter}1", f"{latin}1")):
        notes = autodiff.parse(f"{first} + 2*{second}").notes
        assert len([note for note in notes if "look alike" in note and script in note and "Latin" in note]) == 1, (first, second)
    assert "look alike" in autodiff.parse(f"{letter} = x^2; {letter}*{latin}").notes[0]
    assert "look alike" in autodiff.parse(f"{letter}*{latin}").at(**{letter: 1, latin: 2}).notes[0]


def test_cyrillic_beside_greek() -> None:
    [note] = autodiff.parse("А + Α").notes
    assert "Cyrillic" in note
    assert "Greek" in note


def test_one_name_of_two_scripts() -> None:
    [note] = autodiff.parse("mаss*2").notes
    assert note == "mаss has letters of two scripts: а is Cyrillic, others are Latin"


@pytest.mark.parametrize(
    "text", ["α*a + ρ*p + χ*x", "масса*a + скорость", "а*х + у", "Δx/Δt + ν", "σ(x) = x; σ(2) + s", "半径*r", "μ*m + γ*y"]
)
def test_nothing_else(text: str) -> None:
    assert not autodiff.parse(text).notes
