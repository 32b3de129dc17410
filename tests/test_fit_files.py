"""What a fit writes: its rows against formulas of textbooks and fits without a row, and its pictures, read back from their axes."""

import csv
import json
import math
import re
import shlex
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import polars as pl
import pytest
from console import Outcome, inside
from test_fit_distances import YORK, written

from autodiff.data.choices import KINDS
from autodiff.render.drawing.axis import Axis, spanning

X = [1.0, 2.0, 3.0, 4.5, 6.0, 7.0, 9.0, 20.0]
Y = [2.1, 3.9, 6.2, 9.4, 11.5, 14.8, 17.9, 38.0]
LINE = "a + b*x", "a=0", "b=1"
SVG = "{http://www.w3.org/2000/svg}"


def run(folder: Path, columns: dict[str, Sequence[float]], *words: str, target: str = "y") -> Outcome:
    done = inside(["fit", words[0], written(folder / "d.csv", columns), "--target", target, *words[1:]], folder)
    assert "Traceback" not in done.text()
    return done


def rows(folder: Path, columns: dict[str, Sequence[float]], *words: str, target: str = "y") -> dict[str, list[float]]:
    done = run(folder, columns, *words, "-o", "out.csv", "--force", target=target)
    assert done.code == 0, done.text()
    with (folder / "out.csv").open(newline="") as file:
        found = [*csv.DictReader(file)]
    return {name: [float(row[name] or "nan") for row in found] for name in found[0]}


def test_a_formula_that_contains_its_target_is_told(tmp_path: Path) -> None:
    for formula, target in (("a + b*x - y", "y"), ("a + b*x*y", "log(y)")):
        said = run(tmp_path, {"x": X, "y": Y}, formula, "a=0", "b=1", target=target).stderr
        assert "note: the formula contains what it is fitted to: y\n" in said
    assert "what it is fitted to" not in run(tmp_path, {"x": X, "y": Y}, *LINE).stderr


def test_the_rows_of_a_straight_line(tmp_path: Path) -> None:
    """By the formulas of simple regression (Draper and Smith, Applied Regression Analysis, chapters 1 and 8)."""
    found, x, y = rows(tmp_path, {"x": X, "y": Y}, *LINE), np.array(X), np.array(Y)
    n, square = len(x), ((x - x.mean()) ** 2).sum()
    slope = ((x - x.mean()) * (y - y.mean())).sum() / square
    fitted = y.mean() + slope * (x - x.mean())
    s = math.sqrt(((y - fitted) ** 2).sum() / (n - 2))
    leverage = 1 / n + (x - x.mean()) ** 2 / square
    standardized = (y - fitted) / (s * np.sqrt(1 - leverage))
    t = 2.446911851  # Student's t, 6 degrees of freedom, 0.975
    expected = {
        "row": range(1, n + 1), "x": x, "y": y, "fitted": fitted, "residual": y - fitted, "leverage": leverage,
        "standardized_residual": standardized, "cooks_distance": standardized**2 * leverage / (1 - leverage) / 2,
        "confidence_low": fitted - t * s * np.sqrt(leverage), "confidence_high": fitted + t * s * np.sqrt(leverage),
        "prediction_low": fitted - t * s * np.sqrt(1 + leverage), "prediction_high": fitted + t * s * np.sqrt(1 + leverage),
    }  # fmt: skip
    assert found.keys() == expected.keys()
    for name, values in expected.items():
        assert found[name] == pytest.approx([*map(float, values)], rel=1e-8, abs=1e-12), name


def test_cooks_distance_is_how_far_the_fit_moves_without_a_row(tmp_path: Path) -> None:
    """Cook (1977): the fitted values move by so many squares of s, over the number of parameters; with weights too."""
    s = [0.1 * x**0.5 for x in X]
    data: dict[str, Sequence[float]] = {"x": X, "y": Y, "s": s}
    found = rows(tmp_path, data, *LINE, "--sigma", "s")
    x, y, weight = np.array(X), np.array(Y), np.array(s) ** -2

    def line(keep: Any) -> Any:
        return np.polynomial.polynomial.polyfit(x[keep], y[keep], 1, w=np.sqrt(weight[keep]))

    whole = line(np.ones(8, bool))
    variance = (weight * (y - np.polynomial.polynomial.polyval(x, whole)) ** 2).sum() / 6
    for k in range(8):
        moved = np.polynomial.polynomial.polyval(x, whole - line(np.arange(8) != k))
        assert found["cooks_distance"][k] == pytest.approx((weight * moved**2).sum() / variance / 2, rel=1e-7)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_numbers_in_all_formats(tmp_path: Path, kind: str) -> None:
    expected = rows(tmp_path, {"x": X, "y": Y}, *LINE)
    assert run(tmp_path, {"x": X, "y": Y}, *LINE, "-o", f"out.{kind}", "--force").code == 0
    frame = {
        "csv": pl.read_csv, "tsv": lambda path: pl.read_csv(path, separator="\t"),
        "jsonl": pl.read_ndjson, "parquet": pl.read_parquet,
    }[kind](tmp_path / f"out.{kind}")  # fmt: skip
    assert {name: [*map(float, values)] for name, values in frame.to_dict(as_series=False).items()} == expected
    assert run(tmp_path, {"x": X, "y": Y}, *LINE, "-o", "plain", "--to", kind).code == 0
    assert (tmp_path / "plain").read_bytes() == (tmp_path / f"out.{kind}").read_bytes()


def test_what_is_in_the_file_and_what_is_not(tmp_path: Path) -> None:
    """Rows keep their numbers where one is left out; names of ours give way; what cannot be told is empty."""
    found = rows(tmp_path, {"row": X, "fitted": Y}, "a + b*row", "a=0", "b=1", target="fitted")
    assert [*found][:5] == ["fit_row", "row", "fitted", "fit_fitted", "residual"]
    (tmp_path / "d.csv").write_text("x,y\n1,2\n,3\n3,6\n4,8.5\n")
    done = inside(["fit", LINE[0], "d.csv", "--target", "log(y)", *LINE[1:], "-o", "gap.csv"], tmp_path)
    assert done.code == 0
    text = (tmp_path / "gap.csv").read_text().splitlines()
    assert text[0].startswith("row,x,log(y),fitted,")
    assert [line.split(",")[0] for line in text[1:]] == ["1", "3", "4"]
    robust = rows(tmp_path, {"x": X, "y": Y}, *LINE, "--loss", "huber")
    for name in ("standardized_residual", "leverage", "cooks_distance", "prediction_low", "prediction_high"):
        assert all(map(math.isnan, robust[name]))
    assert not any(map(math.isnan, robust["confidence_low"]))
    two = rows(tmp_path, {"x": X[:2], "y": Y[:2]}, *LINE)
    assert two["residual"] == pytest.approx([0, 0], abs=1e-12)
    assert all(map(math.isnan, two["confidence_low"]))


def test_the_rows_of_orthogonal_distances(tmp_path: Path) -> None:
    """Each moved point lies on the line, and moved along the gradient of the sum."""
    words = "a + b*x", "a=1", "b=1", "--orthogonal"
    found, fit = rows(tmp_path, YORK, *words), json.loads(run(tmp_path, YORK, *words, "--json").stdout)
    a, b = fit["parameters"].values()
    for k, x in enumerate(YORK["x"]):
        assert found["fitted"][k] == pytest.approx(a + b * (x - found["residual_x"][k]), rel=1e-12)
        assert found["residual"][k] == pytest.approx(YORK["y"][k] - found["fitted"][k], abs=1e-12)
        ratio = YORK["u_x"][k] ** 2 / YORK["u_y"][k] ** 2
        assert found["residual_x"][k] == pytest.approx(-b * ratio * found["residual"][k], rel=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_map_without_the_columns_of_the_input(tmp_path: Path, kind: str) -> None:
    written(tmp_path / "d.csv", {"x": X})
    assert inside(["map", "2*x", "d.csv", "--keep", "none", "--value-only", "-o", f"o.{kind}"], tmp_path).code == 0
    assert (tmp_path / f"o.{kind}").stat().st_size > 20


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--force",), "E042", "--force"), (("--to", "csv"), "E042", "--to"),
        (("-o", "-"), "E042", "standard output already"), (("--plot", "-"), "E042", "standard output already"),
        (("-o", "out.xls"), "E042", "not known"), (("-o", "d.csv", "--force"), "E055", "is read"),
        (("-o", "there.csv"), "E055", "exists already"), (("--plot", "there.svg"), "E055", "exists already"),
        (("--residuals", "there.svg"), "E055", "exists already"), (("--plot", "p.png"), "E042", ".svg"),
        (("--residuals", "p.png"), "E042", ".svg"), (("--plot", "p.svg", "--residuals", "p.svg"), "E042", "twice"),
        (("-o", "no/where.csv"), "E052", "cannot be written"),
    ],
)  # fmt: skip
def test_files_that_cannot_be_written(tmp_path: Path, words: tuple[str, ...], code: str, said: str) -> None:
    """Nothing is printed as if it were a result, and nothing that stood there is touched."""
    for name in ("there.csv", "there.svg"):
        (tmp_path / name).write_text("mine")
    done = run(tmp_path, {"x": X, "y": Y}, *LINE, *words, "--json")
    error = json.loads(done.stderr.splitlines()[-1])["error"]
    assert (done.stdout, error["code"]) == ("", code)
    assert said in error["message"] or said in error["hint"]
    assert (tmp_path / "there.csv").read_text() == (tmp_path / "there.svg").read_text() == "mine"


def test_a_failed_fit_writes_no_files(tmp_path: Path) -> None:
    words = "-o", "o.csv", "--plot", "p.svg", "--residuals", "r.svg"
    done = run(tmp_path, {"x": X, "y": Y}, "a + c + b*x", "a=0", "b=1", "c=0", *words)
    assert done.code == 1
    assert done.stderr.count("is not written, since the fit failed") == 3
    assert [path.name for path in tmp_path.iterdir()] == ["d.csv"]


# Pictures ----------------------------------------------------------------------------------------------------------------------


class Picture:
    """An SVG picture of a fit, whose pixels are read as numbers with the help of the numbers at its axes alone."""

    def __init__(self, path: Path) -> None:
        self.text = path.read_text(encoding="utf-8")
        self.root = ElementTree.fromstring(self.text)
        texts = [(float(text.attrib["x"]), float(text.attrib["y"]), text) for text in self.root.findall(f"{SVG}text")]
        marks = [(x, y, text) for x, y, text in texts if re.fullmatch(r"-?[\d.]+(e[+-]\d+)?", text.text or "")]
        self.upwards = self._scale([(y - 4, text.text) for _, y, text in marks if text.get("text-anchor") == "end"])
        self.across = self._scale([(x, text.text) for x, _, text in marks if text.get("text-anchor") == "middle"])

    @staticmethod
    def _scale(marks: list[tuple[float, str | None]]) -> Any:
        places, numbers = [place for place, _ in marks], [float(text or "nan") for _, text in marks]
        assert 2 <= len(marks) <= 9
        is_log = len(numbers) > 2 and abs(numbers[2] - 2 * numbers[1] + numbers[0]) > 1e-6 * abs(numbers[2])
        scale = np.log10 if is_log else float
        high, low = scale(numbers[-1]), scale(numbers[0])
        step = (high - low) / (places[-1] - places[0])
        return lambda pixel: (
            (10.0 if is_log else 1.0) ** (low + step * (pixel - places[0])) if is_log else low + step * (pixel - places[0])
        )

    @property
    def dots(self) -> list[tuple[float, float]]:
        group = self.root.find(f"{SVG}g")
        assert group is not None
        return [(self.across(float(dot.attrib["cx"])), self.upwards(float(dot.attrib["cy"]))) for dot in group.iter(f"{SVG}circle")]

    def line(self, kind: str) -> list[tuple[float, float]]:
        group = self.root.find(f"{SVG}g")
        assert group is not None
        path = next(path.attrib["d"] for path in group.iter(f"{SVG}path") if path.get("class") == kind)
        pairs = re.findall(r"([\d.-]+) ([\d.-]+)", path)
        return [(self.across(float(x)), self.upwards(float(y))) for x, y in pairs]


def drawn(folder: Path, columns: dict[str, Sequence[float]], *words: str, which: str = "--plot") -> Picture:
    done = run(folder, columns, *words, which, "p.svg", "--force")
    assert done.code == 0, done.text()
    return Picture(folder / "p.svg")


def near(found: Sequence[tuple[float, float]], expected: Sequence[tuple[float, float]], rel: float = 0.004) -> None:
    for which in (0, 1):
        size = max(abs(point[which]) for point in expected)
        numbers = [point[which] for point in found]
        assert numbers == pytest.approx([point[which] for point in expected], abs=rel * size)


def test_the_curve_and_its_bands(tmp_path: Path) -> None:
    """Dots where the data are; the ends of the curve and of both bands where the file of rows has them."""
    file, picture = rows(tmp_path, {"x": X, "y": Y}, *LINE), drawn(tmp_path, {"x": X, "y": Y}, *LINE)
    near(picture.dots, [*zip(X, Y)])
    curve = picture.line("fitted")
    near([curve[0], curve[-1]], [(X[0], file["fitted"][0]), (X[-1], file["fitted"][-1])])
    for kind in ("confidence", "prediction"):
        ribbon = picture.line(kind)
        middle = len(ribbon) // 2
        ends = [ribbon[0], ribbon[middle - 1], ribbon[middle], ribbon[-1]]
        high, low = file[f"{kind}_high"], file[f"{kind}_low"]
        near(ends, [(X[0], high[0]), (X[-1], high[-1]), (X[-1], low[-1]), (X[0], low[0])])
    assert "95 % confidence" in picture.text
    assert 'class="bar"' not in picture.text


def test_bars_of_uncertainty(tmp_path: Path) -> None:
    picture = drawn(tmp_path, YORK, "a + b*x", "a=1", "b=1", "--orthogonal")
    ends = picture.line("bar")
    path = re.search(r'class="bar" d="([^"]*)"', picture.text)
    assert path is not None
    assert (path[1].count("V"), path[1].count("H")) == (10, 10)
    near(ends[::2], [(x, y - u) for x, y, u in zip(YORK["x"], YORK["y"], YORK["u_y"])], 0.01)
    near(ends[1::2], [(x - u, y) for x, y, u in zip(YORK["x"], YORK["y"], YORK["u_x"])], 0.01)


def test_logarithmic_axes(tmp_path: Path) -> None:
    """Where data are spread over decades; not where they are even but for the ones near nothing."""
    x = np.geomspace(1e-3, 1e3, 13)
    y = 2 * x**1.5 * np.exp(0.05 * np.cos(7 * np.arange(13)))
    picture = drawn(tmp_path, {"x": x, "y": y, "s": 0.1 * y}, "a*x^p", "a=1", "p=1", "--sigma", "s")
    assert [a for a, _ in picture.dots] == pytest.approx(x.tolist(), rel=0.02)
    assert [b for _, b in picture.dots] == pytest.approx(y.tolist(), rel=0.02)
    assert not spanning([0.001 + 0.1 * k for k in range(101)]).is_log


def test_several_predictors_and_none(tmp_path: Path) -> None:
    data: dict[str, Sequence[float]] = {"x": X, "z": [1, 0, 2, 1, 3, 0, 1, 2], "y": Y}
    fitted = rows(tmp_path, data, "a*x + b*z", "a=1", "b=1")["fitted"]
    near(drawn(tmp_path, data, "a*x + b*z", "a=1", "b=1").dots, [*zip(Y, fitted)])
    near(drawn(tmp_path, {"y": Y}, "a + 0", "a=1").dots, [*zip(range(1, 9), Y)])


def test_residuals_with_the_rows_that_matter(tmp_path: Path) -> None:
    file = rows(tmp_path, {"x": X, "y": Y}, *LINE)
    picture = drawn(tmp_path, {"x": X, "y": Y}, *LINE, which="--residuals")
    near(picture.dots, [*zip(X, file["residual"])], 0.02)
    named = {int(text.text or 0) for text in picture.root.iter(f"{SVG}text") if text.get("class") == "row"}
    assert named == {k + 1 for k, cook in enumerate(file["cooks_distance"]) if cook >= 0.5} != set()
    weighed = rows(tmp_path, {"x": X, "y": Y, "s": X}, *LINE, "--sigma", "s")
    other = drawn(tmp_path, {"x": X, "y": Y, "s": X}, *LINE, "--sigma", "s", which="--residuals")
    near(other.dots, [*zip(X, weighed["standardized_residual"])], 0.02)
    assert "standardized residual" in other.text


def test_many_rows_are_thinned_and_outliers_stay(tmp_path: Path) -> None:
    random = np.random.default_rng(3)
    x = random.uniform(0, 10, 8000)
    y = 1 + 2 * x + random.normal(size=8000)
    y[[5, 77]] = 60, -40
    picture = drawn(tmp_path, {"x": x, "y": y}, *LINE)
    assert 500 < len(picture.dots) <= 3000
    assert f"{len(picture.dots)} of 8000 rows" in picture.text
    for k in (5, 77):
        assert any(abs(a - x[k]) < 0.05 and abs(b - y[k]) < 0.5 for a, b in picture.dots)


@pytest.mark.parametrize("which", ["--plot", "--residuals"])
@pytest.mark.parametrize("many", [2, 3, 8])
@pytest.mark.parametrize("y", [Y, X, [5.0] * 8, [1e-300 * y for y in Y], [1e150 * y for y in Y]])
def test_odd_data_are_drawn(tmp_path: Path, which: str, many: int, y: list[float]) -> None:
    """No degree of freedom, a perfect fit, a constant target, numbers at both ends."""
    found = drawn(tmp_path, {"x": X[:many], "y": y[:many]}, *LINE, which=which)
    assert len(found.dots) == many
    assert "nan" not in found.text


@pytest.mark.parametrize(
    "ends",
    [(0, 1), (-3, 7e5), (1e-12, 2e-12), (1e6, 1e6 + 1), (-1.7e308, 1.7e308), (0, 1e-310), (5, 5), (0, 0), (-2, -1), (99.5, 100.2)],
)
def test_round_numbers(ends: tuple[float, float]) -> None:
    """1, 2 or 5 times a power of ten apart, between the ends, and no two the same."""
    axis = spanning([*map(float, ends)])
    found = [float(text) for text in axis.ticks()]
    assert 2 <= len(found) <= 11
    assert len(set(axis.ticks())) == len(found)
    assert axis.low <= found[0] < found[-1] <= axis.high
    step = (found[-1] / 2 - found[0] / 2) / (len(found) - 1) * 2
    assert f"{step:.3e}"[0] in "125" or f"{step:.3e}"[:5] in ("9.999", "1.999", "4.999")


def test_powers_of_ten() -> None:
    assert Axis(0.5, 2000, True).ticks() == ["1", "10", "100", "1000"]
    assert Axis(3, 40, True).ticks() == ["5", "10", "20"]
    assert len(Axis(1e-300, 1e300, True).ticks()) <= 7


def test_the_page_shows_what_its_commands_write(tmp_path: Path) -> None:
    root = Path(__file__).parent.parent
    page = (root / "docs/fit-files.md").read_text(encoding="utf-8")
    shutil.copytree(root / "examples", tmp_path / "examples")
    for line in re.findall(r"^```sh\nautodiff (.*)\n```$", page, re.MULTILINE):
        assert inside(shlex.split(line), tmp_path).code == 0
    for name in re.findall(r"\(fit-files/(.*)\)", page):
        assert (tmp_path / name).read_text(encoding="utf-8") == (root / "docs/fit-files" / name).read_text(encoding="utf-8")
    first = re.search(r"^```json\n(.*)\n```$", page, re.MULTILINE)
    assert first is not None
    assert json.loads((tmp_path / "fitted.jsonl").read_text().splitlines()[0]) == pytest.approx(json.loads(first[1]), rel=1e-9)
