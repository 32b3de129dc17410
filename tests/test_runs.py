"""Letters run together: one name, a product, or refused, the same for every command and for the library."""

import random
from itertools import product

import pytest
from console import inside

import autodiff
from autodiff.errors import AutodiffError, FormulaError

LETTERS = {"x": 3.0, "y": 5.0, "r": 7.0, "p": 11.0, "i": 13.0}
CONSTANTS = {"e": "e", "π": "pi"}


def reading(text: str, **values: float) -> str:
    formula = autodiff.parse(text)
    tape, _, _ = formula.bind(values)
    return autodiff.writing.formulas.reading(tape)


def refused(call: object, *args: object, **named: object) -> FormulaError:
    with pytest.raises(FormulaError) as caught:
        call(*args, **named)  # type: ignore[operator]
    return caught.value


def runs(count: int) -> list[str]:
    rng = random.Random(12)
    signs = ["x", "y", "r", "e", "π"]
    return ["".join(rng.choices(signs, k=rng.randint(2, 4))) for _ in range(count)]


@pytest.mark.parametrize("text", ["{}", "2{}", "sin({})", "{}*2", "({} + 1)/2", "a = {}; a + 1", "if(2 > 1, {}, 1)"])
def test_with_values_it_is_the_product_that_is_spelled_out(text: str) -> None:
    for run in dict.fromkeys(runs(60)):
        spelled = "*".join(CONSTANTS.get(letter, letter) for letter in run)
        values = {name: x for name, x in LETTERS.items() if name in run}
        found = autodiff.parse(text.format(run)).at(**values)
        assert found.value == autodiff.parse(text.format(f"({spelled})")).at(**values).value, run
        assert any(note.startswith(f"{run} is read as {spelled}:") for note in found.notes), run


def test_pi_stands_for_itself_in_a_run() -> None:
    assert reading("2pir", r=1.0) == "2*(pi*r)"
    assert reading("rpi", r=1.0) == "r*pi"
    assert reading("2pix + p", x=1.0, p=2.0) == "2*(pi*x) + p"  # there is no i
    found = refused(autodiff.parse("pir").at, p=1, i=2, r=3)
    assert (found.code, found.rewrites) == ("E019", ("p*i*r", "pi*r"))
    assert autodiff.parse("pir").at(pir=4).value == 4
    assert reading("pi*r", r=1.0) == "pi*r"


@pytest.mark.parametrize("run", ["xy", "xe", "πx", "xyr"])
def test_parts_of_powers_and_divisors_are_refused_with_both_spellings(run: str) -> None:
    """Each spelling parses, and is the text with a product in place of the name, in brackets or without."""
    spelled = "*".join(run)
    values = {name: x for name, x in LETTERS.items() if name in run}
    for text in ("{}^2", "{}²", "2^{}", "1/{}", "7 % {}", "√{}"):
        error = refused(autodiff.parse(text.format(run)).at, **values)
        assert error.rewrites == (text.format(spelled), text.format(f"({spelled})"))
        assert error.text[slice(*error.span)] == run
        for spelling in error.rewrites:
            autodiff.parse(spelling).at(**values)


def test_parameters_are_in_play_in_the_body_of_their_function() -> None:
    for text, spelled in (
        ("f(x, y) = xy; f(2, 3)", "2*3"),
        ("f(x, y) = 2xy + x; f(a, 3)", "2*(a*3) + a"),
        ("f(x) = ax; g(y) = f(y) + ya; g(3)", "a*3 + 3*a"),
        ("f(x) = xx; g(x) = f(f(x)); g(a)", "u = a*a; u*u"),
        ("k = 2; f(x) = kx; f(a)", "k = 2; k*a"),
        ("f(r) = 2πr; f(a)", "2*(pi*a)"),
    ):
        assert reading(text, **({"a": 4.0} if "a" in text else {})) == spelled
    error = refused(autodiff.parse("f(x, y) = xy^2; f(2, 3)").at)
    assert error.rewrites == ("x*y^2", "(x*y)^2")


def test_an_assigned_letter_is_in_play_after_its_assignment() -> None:
    assert reading("u = 2x; uv", x=1.0, v=2.0) == "u = 2*x; u*v"
    with pytest.raises(FormulaError, match="no value for 'uv'"):
        autodiff.parse("w = uv; u = 2*x; w + u").at(x=1, v=2)


WITHOUT = {
    "diff": lambda text: ["diff", text],
    "check": lambda text: ["check", text, "dx=1"],
    "compile": lambda text: ["compile", text, "--to", "python"],
    "graph": lambda text: ["graph", text],
    "page": lambda text: ["page", text, "-o", "-"],
    "implicit": lambda text: ["implicit", f"{text} = 1 + y", "--of", "y", "--wrt", "x"],
}
POSSIBLE = {
    "x*e^x + xe": ("x*e",),
    "xe^x": ("x*e^x", "(x*e)^x"),
    "x + y + xy": ("x*y",),
    "x + 2πx": ("π*x",),
    "f(a) = ax; f(x)": ("a*x",),
}


@pytest.mark.parametrize("command", WITHOUT)
@pytest.mark.parametrize("text", POSSIBLE)
def test_without_values_what_may_be_a_product_is_refused(command: str, text: str, tmp_path: object) -> None:
    done = inside(WITHOUT[command](text), tmp_path)
    assert (done.code, done.stdout) == (2, "")
    assert done.stderr.startswith("error[E019]")
    assert all(spelling in done.stderr for spelling in POSSIBLE[text])
    assert "--wrt" in done.stderr


def test_the_library_says_the_same() -> None:
    for text in POSSIBLE:
        formula = autodiff.parse(text)
        for call in (lambda formula=formula: formula.diff("x"), lambda formula=formula: formula.compile("python")):
            assert refused(call).code == "E019"
    assert str(autodiff.parse("3(a+bc)").diff("bc")) == "3"
    assert "bc" in autodiff.parse("b*bc + c").compile("python", wrt=["bc", "b"])


def test_without_values_some_letters_make_no_product(tmp_path: object) -> None:
    for text, said in (
        ("x*sin(xy)", "xy is one name, not a product: y stands nowhere else"),
        ("x*sin(xyz)", "xyz is one name, not a product: y and z stand nowhere else"),
        ("rate*t", ""),
        ("bc + dx", "bc is one name; for the product write b*c"),
        ("PV + n", "PV is one name; for the product write P*V"),
        ("mgh", "mgh is one name; for the product write m*g*h"),
        ("x1x2", "x1x2 is one name; for the product write x1*x2"),
        ("mu + tax + loss + 成本 + dx + w12 + lr + theta", ""),
        ("dx*x^2", ""),
    ):
        done = inside(["diff", text, "--format", "plain"], tmp_path)
        assert (done.code, done.stderr) == (0, f"note: {said}\n" if said else "")


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("2xsin(x)", "write x*sin(x)"),
        ("2xexp(x)", "write x*exp(x)"),
        ("1 + xysin(x)*y", "write x*y*sin(x)"),
        ("y/xlog(x)", "write (x*log(x)) or x*log(x)"),
        ("snh(x)", "did you mean 'sinh'?"),
    ],
)
def test_a_function_is_no_part_of_a_name(text: str, hint: str) -> None:
    assert refused(autodiff.parse, text).hint == hint


def test_a_missing_letter_is_asked_for_before_a_similar_name() -> None:
    error = refused(autodiff.parse("x*sin(xy)").at, x=1)
    assert error.hint == "for the product x*y add y=…, or add xy=… after the formula"


@pytest.mark.parametrize(
    ("text", "values", "hint"),
    [
        ("x1x2", {"x1": 1, "x2": 2}, "write x1*x2"),
        ("xyz", {"x": 1, "yz": 3}, "write x*yz"),
        ("1/ratex", {"x": 1, "rate": 3}, "write rate*x or (rate*x)"),
        ("rate2", {"rate": 1, "x": 3}, "for a power, quote the formula and write rate^2; or add rate2=… after the formula"),
    ],
)
def test_a_product_of_what_has_values_comes_before_a_similar_name(text: str, values: dict[str, float], hint: str) -> None:
    assert refused(autodiff.parse(text).at, **values).hint == hint


@pytest.mark.parametrize(
    ("text", "wrt", "rewrites"),
    [("ax^2", "a", ("a*x", "(a*x)")), ("ab", "a", ("a*b",)), ("x1x2", "x2", ("x1*x2",)), ("2nR/T", "R", ("n*R",))],
)
def test_a_variable_within_a_name_is_a_factor(text: str, wrt: str, rewrites: tuple[str, ...]) -> None:
    error = refused(autodiff.parse(text).diff, wrt)
    assert (error.code, error.rewrites) == ("E034", rewrites)
    for rewrite in error.rewrites:
        assert wrt in autodiff.parse(text[: error.span[0]] + rewrite + text[error.span[1] :]).variables


def test_a_name_with_a_value_is_never_split() -> None:
    for run, other in product(("xy", "xe", "pir"), ("x", "y")):
        values = {run: 2.0, other: 5.0}
        assert autodiff.parse(f"{run} + 0*{other}").at(**values).value == 2.0


def test_values_are_read_alike() -> None:
    with pytest.raises(AutodiffError, match="has no value here"):
        autodiff.formula.number("2x")
