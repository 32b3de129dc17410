"""The interactive page in a real browser: every control, both languages, the keyboard alone, print, and hostile texts."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from unicodedata import normalize

import pytest
from length import first, sized
from test_pictures import contrast

import autodiff
from autodiff.page.html import ROOM
from autodiff.page.html import page as interactive
from autodiff.render.drawing import svg
from autodiff.study.graph import symbolic

EXAMPLE = "3*(a + b*c)"
LOGISTIC = "z = w1*x1 + w2*x2 + b; a = sigmoid(z); L = -(y*log(a) + (1-y)*log(1-a))"
POINT = {"a": 5.0, "b": 3.0, "c": 2.0}
Visit = Callable[..., Any]


SHOWN = "elements => elements.map(element => element.innerText ?? element.textContent)"


def texts(page: Any, selector: str) -> list[str]:
    """The visible texts, without blanks."""
    return [plain(text) for text in page.locator(f"{selector} >> visible=true").evaluate_all(SHOWN)]


def plain(text: str) -> str:
    """A formula in ordinary letters, without blanks."""
    return re.sub(r"[\s\u2062]+", "", normalize("NFKC", text))


def answers(page: Any, table: str) -> list[str]:
    return texts(page, f"#{table} .answer")


def step(page: Any) -> None:
    """The next step; that a pointer reaches its button is seen where every button is clicked, at ten times the price."""
    page.evaluate("document.getElementById('next').click()")


def choose(page: Any, mode: str) -> None:
    page.click(f"#modes button[value={mode}]")


def place(page: Any, name: str) -> str:
    """The place of a variable on the tape."""
    return str(page.locator("#variables li").nth(list(POINT).index(name)).get_attribute("data-input"))


@pytest.fixture
def example(visit: Visit) -> Any:
    return visit(EXAMPLE, **POINT)


# The numbers -------------------------------------------------------------------------------------------------------------


def test_the_worked_example(example: Any) -> None:
    assert texts(example, "#result") == ["J=33"]
    assert answers(example, "forward") == ["6", "11", "33"]
    assert answers(example, "backward") == ["1", "3", "3", "3", "6", "9"]
    assert texts(example, "#variables output") == ["da=3", "db=6", "dc=9"]
    assert texts(example, "#graph .value") == ["5", "3", "2", "6", "11", "33"]


@pytest.mark.long
def test_brackets_stand_close(visit: Visit) -> None:
    """No bracket is wider than half its height: where it stretches, browsers leave the room of the widest that there is."""
    page = visit("3*(a + b*c)*floor(a)*abs(-b)", **POINT)
    boxes = page.locator("h1 mo").evaluate_all(
        "all => all.filter(e => '()|⌊⌋'.includes(e.textContent)).map(e => e.getBoundingClientRect()).map(r => r.width / r.height)"
    )
    assert len(boxes) == 6
    assert max(boxes) < 0.5


def test_a_field_runs_both_passes_again(example: Any) -> None:
    example.fill("#variables li:nth-child(2) .given input", "-1/2")
    sheet = autodiff.parse(EXAMPLE).at(a=5, b=-0.5, c=2)
    assert texts(example, "#result") == [f"J={sheet.value:g}"]
    assert texts(example, "#variables output") == [f"d{name}={slope:g}".replace("-", "−") for name, slope in sheet.gradient.items()]


def test_a_slider_runs_both_passes_again(example: Any) -> None:
    slider = example.locator("#variables li:nth-child(1) input[type=range]")
    slider.focus()
    example.keyboard.press("ArrowRight")
    value = float(slider.input_value())
    assert value > 5
    assert example.locator("#variables li:nth-child(1) .given input").input_value() == slider.input_value()
    assert texts(example, "#result") == [f"J={3 * (value + 6):g}"]


def test_the_ends_of_a_slider_can_be_moved(example: Any) -> None:
    low, high = (example.locator("#variables li:nth-child(1) .end").nth(k) for k in (0, 1))
    slider = example.locator("#variables li:nth-child(1) input[type=range]")
    low.fill("0")
    high.fill("1e3")
    high.press("Enter")
    high.blur()
    assert (slider.get_attribute("min"), slider.get_attribute("max")) == ("0", "1000")
    low.fill("2000")
    low.blur()
    assert low.input_value() == "0"
    assert "the smaller one on the left" in example.locator(".error:visible").inner_text()


def test_the_ends_of_a_slider_can_be_read(visit: Visit) -> None:
    """Nothing of them is cut."""
    values = {"a": 1e-5, "b": -1.2345678e-5, "c": -3.5e7, "d": 1 / 3, "f": 2.5e-12, "g": -0.1 - 0.2, "h": 9.99e250}
    page = visit("+".join(values), **values)
    assert (
        page.locator(".end").evaluate_all("ends => ends.filter(end => end.scrollWidth > end.clientWidth).map(e => e.value)") == []
    )
    assert page.locator(".end").nth(0).input_value() == "-1e-5"


def test_the_first_values_come_back(example: Any) -> None:
    example.fill("#variables li:nth-child(1) .given input", "7")
    example.click("#reset")
    assert texts(example, "#result") == ["J=33"]


def test_what_is_no_number_is_marked_and_ignored(example: Any) -> None:
    field = example.locator("#variables li:nth-child(1) .given input")
    for text in ["", "x", "1,5", "alert(1)", "__proto__", "1e999"]:  # more of them in test_page_values.py
        field.fill(text)
        assert field.get_attribute("aria-invalid") == "true", text
        assert example.locator(".error:visible").inner_text().startswith("This is not a number, so a stays at 5;")
        assert texts(example, "#result") == ["J=33"]
    field.fill("5")
    assert field.get_attribute("aria-invalid") == "false"
    for heals in ("#reset", "slider"):
        field.fill("?")
        example.click("#languages button[value=zh]")
        assert "a" in example.locator(".error:visible").inner_text()
        assert not example.locator(".error:visible").inner_text().startswith("This")
        example.click("#languages button[value=en]")
        if heals == "slider":
            example.locator("#variables li:nth-child(1) input[type=range]").press("ArrowRight")
        else:
            example.click(heals)
        assert field.get_attribute("aria-invalid") == "false"
        assert example.locator(".error:visible").count() == 0


NUMBERS = {
    "1/3": 1 / 3,
    "pi/4": 0.785398,
    "-1e-3": -0.001,
    "2^3^2": 512,
    "-2^2": -4,
    "sqrt(4)": 2,
    "2*(1+3)": 8,
    "−5": -5,
    "2^-1": 0.5,
    "sinh(0)+log10(100)": 2,
    "arctan(0)-floor(2.5)": -2,
}


def test_fields_take_formulas(visit: Visit) -> None:
    page = visit("y + x", x=1, y=0)
    for text, value in list(NUMBERS.items())[::2]:  # more of them in test_page_values.py
        page.fill("#variables li:nth-child(2) .given input", text)
        assert texts(page, "#result") == [f"J={value:g}".replace("-", "−")]


def test_special_points_are_told(visit: Visit) -> None:
    page = visit("abs(x)*y", x=1, y=2)
    assert texts(page, "#remarks li") == []
    page.fill("#variables li:nth-child(1) .given input", "0")
    remark = page.locator("#remarks li").inner_text()
    sheet = autodiff.parse("abs(x)*y").at(x=0, y=2)
    assert f"{sheet.status['x'].reason}" in remark
    assert "kink" in remark
    assert "left −2, right 2" in remark
    page.click("#languages button[value=zh]")
    assert set(re.findall(r"[A-Za-z]{2,}", page.locator("#remarks li").inner_text())) == {"dx", "abs"}


@pytest.mark.long
def test_lost_digits_are_told_of_the_first_values_alone(visit: Visit) -> None:
    """The words are those of eval; of other values nothing is known, so nothing is said."""
    page = visit("(1 - cos(x))/x^2", x=1e-8)
    sheet = autodiff.parse("(1 - cos(x))/x^2").at(x=1e-8)
    told = page.locator("#remarks li").all_inner_texts()
    assert told == list(sheet.lost()) == sheet.notes
    assert "right digits: J none" in told[0]
    page.click("#languages button[value=zh]")
    chinese = page.locator("#remarks li").all_inner_texts()
    assert len(chinese) == len(told)
    assert "正确位数" in chinese[0]
    field = page.locator("#variables .given input")
    for value, count in (("0.5", 0), ("1e-8", 2), ("2e-8", 0)):
        field.fill(value)
        assert page.locator("#remarks li").count() == count
    page.click("#reset")
    page.click("#first")
    assert page.locator("#remarks li").count() == 0
    assert visit("x^2", x=3).locator("#remarks li").count() == 0


@pytest.mark.long
def test_the_other_branch_is_shown_when_it_is_taken(visit: Visit) -> None:
    page = visit("if(x > 0, sin(x), x^2)", x=2)
    assert [row for row in texts(page, "#forward td:nth-child(2)") if row.startswith("sin")]
    page.fill("#variables li:nth-child(1) .given input", "-3")
    assert texts(page, "#result") == ["J=9"]
    assert not [row for row in texts(page, "#forward td:nth-child(2)") if row.startswith("sin")]
    assert texts(page, "#variables output") == ["dx=−6"]


# The walk ----------------------------------------------------------------------------------------------------------------


def test_buttons_walk_forward_and_backward(example: Any) -> None:
    example.click("#first")
    assert example.locator("#previous").is_disabled()
    assert answers(example, "forward") == ["", "", ""]
    for known in (["6", "", ""], ["6", "11", ""], ["6", "11", "33"]):
        example.click("#next")
        assert answers(example, "forward") == known
        assert answers(example, "backward") == [""] * 6
    for k in range(1, 7):
        example.click("#next")
        assert answers(example, "backward") == ["1", "3", "3", "3", "6", "9"][:k] + [""] * (6 - k)
    assert example.locator("#next").is_disabled()
    example.click("#previous")
    assert answers(example, "backward")[-1] == ""
    example.click("#all")
    assert answers(example, "backward")[-1] == "9"


def test_a_step_is_highlighted_everywhere(example: Any) -> None:
    example.click("#first")
    for _ in range(6):
        step(example)
    assert texts(example, "#graph .current .name") == ["u"]
    assert texts(example, "#backward tr[aria-current=step] th") == ["du"]
    assert texts(example, "tr.current .answer") == ["3"]
    assert texts(example, "#equation") == ["du=dv·∂v∂u=3·1=3"]
    assert "v=a+u" in texts(example, "#because")[0]
    assert example.locator("#graph .edge.backward-now").count() == 1
    assert example.locator("#card").get_attribute("class") == "backward"


FRAMES = """nodes => nodes.map(node => {
  const { stroke, strokeWidth, fill } = getComputedStyle(node.querySelector('rect'));
  return [stroke, strokeWidth, fill].join() })"""


@pytest.mark.long
def test_the_step_in_hand_what_it_uses_and_the_output_look_different(example: Any) -> None:
    example.click("#first")
    for k in range(9):
        step(example)
        looks = [example.locator(f"#graph .node{kind}").evaluate_all(FRAMES) for kind in (".current", ".used", ".output")]
        if k in (2, 3):  # the output itself
            continue
        current, used, output = map(set, looks)
        plain = set(example.locator("#graph .node:not(.current, .used, .output)").evaluate_all(FRAMES))
        assert len(current) == len(output) == 1
        assert not current & (used | output | plain)
        assert not used & plain
        assert k == 4 or not used & output  # dv uses the output


@pytest.mark.long
def test_arrows_of_steps_to_come_are_pale(example: Any) -> None:
    pale = "paths => paths.filter(path => getComputedStyle(path).opacity < 0.5).length"
    forward, backward = example.locator("#graph path.forward"), example.locator("#graph path.backward")
    example.click("#first")
    counts = []
    for _ in range(9):
        step(example)
        counts.append((forward.evaluate_all(pale), backward.evaluate_all(pale)))
    assert counts == [(3, 5), (1, 5), (0, 5), (0, 5), (0, 4), (0, 3), (0, 2), (0, 1), (0, 0)]


@pytest.mark.long
def test_what_waits_can_be_read(example: Any) -> None:
    choose(example, "quiz")
    names = example.locator("#graph .waiting .name, #graph .waiting .formula, #graph .waiting .value, #graph .waiting .gradient")
    inks = names.evaluate_all("all => all.map(e => getComputedStyle(e).fill)")
    assert len(inks) == 12
    assert min(contrast(ink, "rgb(255, 255, 255)") for ink in inks) >= 4.5
    faded = "all => all.filter(e => getComputedStyle(e).opacity < 1).length"
    assert example.locator("#graph .node, #graph .node *").evaluate_all(faded) == 0


@pytest.mark.long
def test_the_graph_and_the_formulas_call_functions_alike(visit: Visit) -> None:
    page = visit("log(x)*asin(x)*log(x + 1, 2) - atan(y)*atanh(x)", x=0.5, y=2)
    shown = texts(page, "#graph text")
    for name, other in {"ln(x)": "log(x)", "arcsin(x)": "asin(x)", "arctan(y)": "atan(y)", "artanh(x)": "atanh(x)"}.items():
        assert any(name in text for text in shown)
        assert not any(re.search(rf"\b{re.escape(other)}", text) for text in shown)
    assert any(re.search(r"log\(\w+,2\)", text) for text in shown)


CONSTANT: list[tuple[str, dict[str, float], str]] = [
    ("a - b", {"a": 1, "b": 2}, "∂J/∂b=−1"), ("a/3", {"a": 1}, "∂J/∂a=1/3=0.33333"), ("-0.5*a", {"a": 1}, "∂J/∂a=−0.5"),
    ("-a", {"a": 1}, "∂J/∂a=−1"), ("a*b", {"a": 1, "b": -1}, "∂J/∂a=b=−1"),
]  # fmt: skip


@pytest.mark.parametrize("row", first(1, CONSTANT), ids=lambda row: row[0])
def test_a_constant_derivative_is_said_once(visit: Visit, row: tuple[str, dict[str, float], str]) -> None:
    text, point, shown = row
    page = visit(text, **point)
    assert shown in texts(page, "#graph .partial")
    page.click("#first")
    waiting = texts(page, "#graph .partial")
    assert shown.replace("=0.33333", "").replace("=b=−1", "=b") in waiting


def test_arrow_keys_walk(example: Any) -> None:
    example.locator("body").press("Home")
    example.keyboard.press("ArrowRight")
    assert answers(example, "forward") == ["6", "", ""]
    example.keyboard.press("ArrowRight")
    example.keyboard.press("ArrowLeft")
    assert answers(example, "forward") == ["6", "", ""]
    example.keyboard.press("End")
    assert answers(example, "backward")[-1] == "9"


def test_the_slider_of_the_walk(example: Any) -> None:
    example.locator("#position").focus()
    example.keyboard.press("Home")
    example.keyboard.press("ArrowRight")
    assert answers(example, "forward") == ["6", "", ""]
    assert "1" in str(example.locator("#position").get_attribute("aria-valuetext"))


def test_rows_and_nodes_lead_to_their_step(example: Any) -> None:
    example.click("#forward tr:nth-child(2) .go")
    assert answers(example, "forward") == ["6", "11", ""]
    example.click("#backward tr:nth-child(1) .go")
    assert answers(example, "backward")[:2] == ["1", ""]
    example.click("#graph .node >> nth=3")
    assert answers(example, "forward") == ["6", "", ""]


def test_a_shared_value_is_a_sum_over_its_paths(visit: Visit) -> None:
    page = visit("u = x*y; J = u*sin(u)", x=2, y=0.5)
    page.click("#backward tr:nth-child(3) .go")
    assert "+" in texts(page, "#equation")[0]
    assert "2" in page.locator("#because li").last.inner_text()


# The nudge ---------------------------------------------------------------------------------------------------------------


def test_a_nudge_compares_with_the_derivative(example: Any) -> None:
    choose(example, "nudge")
    example.select_option("#which", label="b")
    rows = {name: texts(example, f"#moved tr:nth-child({k}) td") for k, name in enumerate("abcuvJ", 1)}
    assert rows["b"] == ["3", "3.001", "0.001", "0.001", "0"]
    assert rows["u"] == ["6", "6.002", "0.002", "0.002", "0"]
    assert rows["J"] == ["33", "33.006", "0.006", "0.006", "0"]
    assert rows["a"] == ["5", "5", "0", "0", "0"]
    assert "Δ=0.006" in texts(example, "#graph .gradient")


def test_steps_are_nudged_too(example: Any) -> None:
    """The step is taken as free: what it is computed from stays where it is."""
    choose(example, "nudge")
    assert example.locator("#which").inner_text().split() == ["a", "b", "c", "u", "v"]
    example.select_option("#which", label="v")
    rows = {name: texts(example, f"#moved tr:nth-child({k}) td") for k, name in enumerate("abcuvJ", 1)}
    assert rows["v"] == ["11", "11.001", "0.001", "0.001", "0"]
    assert rows["J"] == ["33", "33.003", "0.003", "0.003", "0"]
    assert rows["u"] == ["6", "6", "0", "0", "0"]
    example.select_option("#which", label="u")
    assert texts(example, "#moved tr:nth-child(5) td") == ["11", "11.001", "0.001", "0.001", "0"]


@pytest.mark.long
def test_the_remainder_falls_as_the_square(visit: Visit) -> None:
    page = visit("x^2", x=3)
    choose(page, "nudge")
    page.fill("#size", "1e-2")
    assert texts(page, "#moved tr:last-child td") == ["9", "9.0601", "0.0601", "0.06", "0.0001"]
    page.click("#tenth")
    assert page.locator("#size").input_value() == "0.001"
    assert texts(page, "#moved tr:last-child td.rest") == ["10−6"]
    page.click("#tenfold")
    assert page.locator("#size").input_value() == "0.01"
    page.fill("#size", "0")
    assert page.locator("#size").get_attribute("aria-invalid") == "true"
    assert "other than 0" in page.locator(".error:visible").inner_text()


# The quiz ----------------------------------------------------------------------------------------------------------------


def fields(page: Any) -> Any:
    return page.locator(".quiz input")


def test_the_quiz_is_solved_with_the_keyboard(example: Any) -> None:
    choose(example, "quiz")
    assert texts(example, "#result") == ["J=?"]
    assert "33" not in "".join(texts(example, "main"))
    fields(example).nth(0).focus()
    for answer in ["6", "11", "3*11", "1", "3", "3", "3", "6", "9"]:
        example.keyboard.type(answer)
        example.keyboard.press("Enter")
    assert example.locator("#score").inner_text().startswith("9 of 9 right")
    assert texts(example, "#graph .gradient") == ["da=3", "db=6", "dc=9", "du=3", "dv=3", "dJ=1"]


@pytest.mark.long
def test_an_answer_is_marked_with_tolerance(visit: Visit) -> None:
    page = visit("sin(x)", x=1)
    choose(page, "quiz")
    for answer, right in [("0.8", False), ("0.84", True), ("0.8415", True), ("0.85", False), ("sin(1)", True)]:
        fields(page).nth(0).fill(answer)
        fields(page).nth(0).blur()
        assert page.locator("#forward tr").evaluate("row => row.classList.contains('right')") is right


MISTAKES = [
    (8, "3", "local derivative"), (8, "-9", "sign"), (7, "abc", "not a number"), (5, "5", "Not yet"), (7, "3", "value"),
]  # fmt: skip


def test_mistakes_are_named(example: Any) -> None:
    choose(example, "quiz")
    for row, answer, words in MISTAKES:
        fields(example).nth(row).fill(answer)
        fields(example).nth(row).blur()
        assert words in example.locator(".quiz .mark").nth(row).inner_text()
        assert fields(example).nth(row).get_attribute("aria-invalid") == "true"


def test_one_path_of_several_is_a_mistake_of_its_own(visit: Visit) -> None:
    page = visit("x*x + 5*x", x=3)
    choose(page, "quiz")
    fields(page).last.fill("5")
    fields(page).last.blur()
    assert "one path" in page.locator(".quiz .mark").last.inner_text()


def test_hints_and_the_answer(example: Any) -> None:
    choose(example, "quiz")
    row = example.locator("#backward tr").last
    assert row.locator(".rule").inner_text() == ""
    row.locator(".hint").click()
    assert "∂" in plain(row.locator(".rule").inner_text())
    assert row.locator(".numbers").inner_text() == ""
    row.locator(".hint").click()
    assert row.locator(".numbers").inner_text() != ""
    assert not row.locator(".hint").is_visible()
    row.locator(".reveal").click()
    assert row.locator("input").input_value() == "9"
    assert example.locator("#score").inner_text() == "0 of 9 right, 1 with a hint, 1 revealed"
    example.click("#restart")
    assert row.locator("input").input_value() == ""
    assert example.locator("#score").inner_text() == "0 of 9 right, 0 with a hint, 0 revealed"


def press(page: Any, target: Any) -> None:
    """A click as a hand does it: the button goes down and up at one point, wherever the page moves in between."""
    target.scroll_into_view_if_needed()
    box = target.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.up()


@pytest.mark.long
@pytest.mark.parametrize("answer", sized("5", "abc"))
@pytest.mark.parametrize("shown", first(1, [(390, "en"), (1280, "zh"), (390, "zh"), (1280, "en"), (360, "en")]))
def test_a_click_after_an_answer_is_never_lost(visit: Visit, shown: tuple[int, str], answer: str) -> None:
    """The verdict on what was typed makes its row higher: not before the button is up again."""
    width, language = shown
    page = visit("x*x + 5*x", x=3, language=language, look={"viewport": (width, 1600)})
    choose(page, "quiz")
    last = fields(page).count() - 1
    for typed, clicked in ((last, last), (0, 1), (last - 1, last)):
        page.click("#restart")
        rows = page.locator("#tables tbody tr")
        for button, done in ((".hint", ("1", "0")), (".reveal", ("1", "1"))):
            fields(page).nth(typed).click()
            fields(page).nth(typed).fill("")
            page.keyboard.type(answer)
            press(page, rows.nth(clicked).locator(button))
            *_, hinted, revealed = re.findall(r"\d+", page.locator("#score").inner_text())
            assert (hinted, revealed) == done, (answer, typed, clicked, button)
            assert page.locator("tr.right").count() == 0
        assert rows.nth(clicked).locator("input").input_value() not in ("", answer)


@pytest.mark.long
def test_an_answer_is_judged_when_the_pointer_is_put_down_elsewhere(example: Any) -> None:
    choose(example, "quiz")
    fields(example).nth(0).click()
    example.keyboard.type("7")
    press(example, example.locator("#quiz-title"))
    example.locator("#forward tr.wrong").wait_for()


def test_new_numbers(example: Any) -> None:
    choose(example, "quiz")
    seen = set()
    for _ in range(4):
        example.click("#fresh")
        seen.add(tuple(field.input_value() for field in example.locator(".given input").all()))
    assert len(seen) > 1


@pytest.mark.long
@pytest.mark.parametrize(("text", "wrt"), [("3*4", None), ("x + 1", [])])
def test_what_has_no_derivatives_has_values(visit: Visit, text: str, wrt: list[str] | None) -> None:
    page = visit(text, wrt, **({"x": 2.0} if "x" in text else {}))
    assert not page.locator("#modes button[value=nudge]").is_visible()
    assert not page.locator("#backward").is_visible()
    page.click("#first")
    page.click("#next")
    assert answers(page, "forward") == [str(autodiff.parse(text).worksheet({"x": 2} if "x" in text else {}, wrt).value)[:-2]]
    choose(page, "quiz")
    assert fields(page).count() == 1


# Languages, keyboard, print ------------------------------------------------------------------------------------------------


def test_both_languages(example: Any) -> None:
    english = example.locator("body").inner_text()
    assert not re.search(r"[一-鿿]", english.replace("中文", ""))
    example.click("#languages button[value=zh]")
    for mode in ("walk", "nudge", "quiz"):
        choose(example, mode)
        chinese = example.locator("body").inner_text().replace("English", "")
        assert not [word for word in re.findall(r"[A-Za-z]{3,}", chinese) if word not in ("Home", "End")]
    assert example.locator("html").get_attribute("lang") == "zh-Hans"
    example.click("#languages button[value=en]")
    choose(example, "walk")
    assert example.locator("body").inner_text() == english


@pytest.mark.long
def test_the_language_of_the_command_is_the_first(visit: Visit) -> None:
    page = visit(EXAMPLE, language="zh", **POINT)
    assert page.locator("html").get_attribute("lang") == "zh-Hans"
    assert page.locator("#languages button[value=zh]").get_attribute("aria-pressed") == "true"


@pytest.mark.long
def test_everything_is_reached_by_tab(example: Any) -> None:
    reached = set()
    example.evaluate("document.body.tabIndex = -1; document.body.focus()")
    for _ in range(80):
        example.keyboard.press("Tab")
        reached.add(example.evaluate("document.activeElement.id || document.activeElement.value || ''"))
    wanted = {
        "first",
        "previous",
        "next",
        "position",
        "larger",
        "smaller",
        "fit",
        "reset",
        "graph",
        "walk",
        "nudge",
        "quiz",
        "en",
        "zh",
    }
    example.click("#first")
    assert wanted - {"next"} <= reached | {"all"}


@pytest.mark.long
def test_it_prints(example: Any) -> None:
    pdf = example.pdf(prefer_css_page_size=True, print_background=True)
    assert pdf.startswith(b"%PDF")
    example.emulate_media(media="print")
    assert not example.locator("#controls").is_visible()
    assert example.locator("#graph svg").is_visible()
    assert example.locator("#backward").is_visible()


def test_zoom(example: Any) -> None:
    width = lambda: example.locator("#graph svg").bounding_box()["width"]  # noqa: E731
    first = width()
    example.click("#larger")
    assert width() > first
    example.click("#fit")
    assert width() <= example.locator("#graph").bounding_box()["width"]


NETWORK = "; ".join(
    [*(f"h{k} = tanh(w{k}1*x1 + w{k}2*x2 + b{k})" for k in (1, 2, 3)), "y = sigmoid(v1*h1 + v2*h2 + v3*h3 + c)"]
)  # fmt: skip
FITTING = [
    EXAMPLE,
    LOGISTIC,
    "if(x > 0, sqrt(x)*y, x^2)",
    "longest_name_of_all*another_name_as_long + relu(x)",
    "exp(-权重^2)*tanh(偏置*权重)",
    NETWORK,
]
SMALL = """svg => Math.min(...[...svg.querySelectorAll('text')].filter(e => e.textContent.trim()).map(
  e => parseFloat(getComputedStyle(e).fontSize) * e.getScreenCTM().a))"""
OUTSIDE = """svg => {
  const at = e => e.getBoundingClientRect(), inside = (a, b) => a.left >= b.left && a.right <= b.right && a.top >= b.top - 2 && a.bottom <= b.bottom + 2;
  const boxes = [...svg.querySelectorAll('rect')].map(at);
  return [...svg.querySelectorAll('text')].filter(e => e.textContent.trim() && !boxes.some(box => inside(at(e), box))).map(e => e.textContent);
}"""  # noqa: E501


@pytest.mark.parametrize("text", first(1, FITTING), ids=range(len(FITTING)))
def test_the_graph_fits_a_narrow_window(visit: Visit, text: str) -> None:
    """It stands in a column there: nothing but its height is beyond the frame, every label can be read and is in its box."""
    names = autodiff.parse(text).variables
    page = visit(text, **{name: 0.5 + k / 7 for k, name in enumerate(names)}, look={"viewport": (390, 844)})
    picture = page.locator("#graph svg")
    for _ in range(2):
        assert picture.bounding_box()["width"] <= page.locator("#graph").bounding_box()["width"]
        assert picture.evaluate(SMALL) >= 9
        assert picture.evaluate(OUTSIDE) == []
        page.click("#fit")
    wide = page.evaluate("document.querySelector('#g').viewBox.baseVal.width")
    page.set_viewport_size({"width": 1400, "height": 900})
    page.evaluate("new Promise(requestAnimationFrame).then(() => new Promise(requestAnimationFrame))")
    assert page.locator("#g.column").count() == 0
    assert page.evaluate("document.querySelector('#g').viewBox.baseVal.width") > wide
    assert page.locator("#graph .node").evaluate_all("nodes => nodes.every(node => node.getAttribute('transform').match(/0 0/))")


@pytest.mark.long
@pytest.mark.parametrize("text", first(1, [LOGISTIC, NETWORK, "if(x > 0, sqrt(x)*y, x^2)"]), ids=range(3))
def test_the_way_back_is_the_one_that_is_drawn_elsewhere(visit: Visit, text: str) -> None:
    """The page finds the red lines from the blue ones; they are those of the picture, to the pixel."""
    formula = autodiff.parse(text)
    drawing = svg.picture(symbolic(formula.tape, formula.variables), room=ROOM, framed=False)
    page = visit(text, **dict.fromkeys(formula.variables, 0.5))
    for side in ("forward", "backward"):
        drawn = re.findall(rf'<path class="{side}" d="([^"]*)"', drawing)
        shown = page.locator(f"#graph path.{side}").evaluate_all("paths => paths.map(path => path.getAttribute('d'))")
        assert len(drawn) == len(shown) > 0
        for one, other in zip(drawn, shown):
            assert re.sub(r"[\d.]+", "", one) == re.sub(r"[\d.]+", "", other)
            assert [float(x) for x in re.findall(r"[\d.]+", other)] == pytest.approx(
                [float(x) for x in re.findall(r"[\d.]+", one)], abs=1.8
            )


@pytest.mark.parametrize("width", first(1, [390, 1400]))
def test_the_output_is_on_the_screen_at_first(visit: Visit, width: int) -> None:
    page = visit(LOGISTIC, **dict.fromkeys(autodiff.parse(LOGISTIC).variables, 0.5), look={"viewport": (width, 844)})
    box, frame = page.locator("#graph .output").bounding_box(), page.locator("#graph").bounding_box()
    assert frame["x"] <= box["x"]
    assert box["x"] + box["width"] <= frame["x"] + frame["width"] <= width
    assert frame["y"] <= box["y"]
    assert box["y"] + box["height"] <= frame["y"] + frame["height"] <= 844


# Accessibility -------------------------------------------------------------------------------------------------------------


def violations(page: Any) -> list[str]:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed").Axe()
    found = axe.run(page).response["violations"]
    return [f"{one['id']}: {node['target']} {node.get('failureSummary', '')}" for one in found for node in one["nodes"]]


LOOKS = [("en", "light", 360), ("zh", "dark", 1280), ("zh", "dark", 360), ("en", "dark", 1280), ("zh", "light", 1280)]


@pytest.mark.long
@pytest.mark.parametrize("shown", first(1, LOOKS), ids=lambda shown: "-".join(map(str, shown)))
def test_axe_finds_nothing(visit: Visit, shown: tuple[str, str, int]) -> None:
    language, scheme, width = shown
    page = visit("abs(x)*y + x^2", x=0, y=2, language=language, look={"color_scheme": scheme, "viewport": (width, 800)})
    assert violations(page) == []
    page.click("#next")
    assert violations(page) == []
    for mode in ("nudge", "quiz"):
        choose(page, mode)
        assert violations(page) == []
    fields(page).nth(0).fill("77")
    fields(page).nth(0).blur()
    assert violations(page) == []


@pytest.mark.long
@pytest.mark.parametrize("width", first(2, [360, 1280, 768]))
def test_nothing_is_wider_than_the_window(visit: Visit, width: int) -> None:
    long = " + ".join(f"sin(x{i}*y)" for i in range(12))
    page = visit(long, **{f"x{i}": 1.0 for i in range(12)}, y=2.0, look={"viewport": (width, 800)})
    for mode in ("walk", "nudge", "quiz"):
        choose(page, mode)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


HEADINGS = [
    LOGISTIC,
    "exp(-(x - m)^2/(2*s^2))/(s*sqrt(2*pi)) + sin(x)^2*cos(m)^2 + log(1 + s^2)*x",
    "(a1 + a2)*(a3 + a4)*(a5 + a6)*(a7 + a8)*(a9 + b1)*(b2 + b3)*(b4 + b5)*(b6 + b7)",
]


@pytest.mark.long
@pytest.mark.parametrize("text", HEADINGS)
def test_no_heading_is_cut(visit: Visit, text: str) -> None:
    names = autodiff.parse(text).variables
    page = visit(text, **dict.fromkeys(names, 0.5), look={"viewport": (390, 844)})
    for width in (390, 320, 1280):
        page.set_viewport_size({"width": width, "height": 844})
        page.evaluate("new Promise(requestAnimationFrame)")
        assert page.locator("#formula").evaluate("box => box.scrollWidth <= box.clientWidth"), width
        size = page.locator("#formula h1 > :not([hidden])").evaluate("e => parseFloat(getComputedStyle(e).fontSize)")
        assert size >= 12


# Safety --------------------------------------------------------------------------------------------------------------------

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\"'\\ [bold] ‮abc‬ \u2028 $css &amp; {name} \ud800"


def test_a_hostile_title_is_text(visit: Visit) -> None:
    page = visit(EXAMPLE, title=HOSTILE, **POINT)
    shown = HOSTILE.replace("\ud800", "?")
    assert page.locator("h1").evaluate("e => e.textContent") == shown
    assert page.locator("img").count() == 0
    assert texts(page, "#result") == ["J=33"]


NAMES = ["__proto__", "constructor", "速度", "שלום", "toString", "end", "ålen", "x_1", "e", "J", "data"]


@pytest.mark.long
@pytest.mark.parametrize("name", first(1, NAMES))
def test_any_name_is_a_name(visit: Visit, name: str) -> None:
    page = visit(f"{name}*{name} + 1", **{name: 3.0})
    assert answers(page, "forward")[-1] == "10"
    assert answers(page, "backward")[-1] == "6"
    page.fill("#variables li:nth-child(1) .given input", "4")
    assert answers(page, "forward")[-1] == "17"
    choose(page, "nudge")
    assert page.locator("#which").inner_text().split()[0] == name


def test_the_policy_forbids_everything_else(visit: Visit) -> None:
    html = interactive(autodiff.parse(EXAMPLE).at(**POINT), "", "en")
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', html)
    assert policy is not None
    assert policy[1].startswith("default-src 'none'; ")
    assert "unsafe" not in policy[1]
    assert html.index("Content-Security-Policy") < html.index("<style") < html.index("<script")


def test_the_policy_holds(page: Any, tmp_path: Any) -> None:
    html = interactive(autodiff.parse(EXAMPLE).at(**POINT), "", "en").replace(
        "<main>", "<main><script>window.broken = true</script>"
    )
    (tmp_path / "page.html").write_text(html, "utf-8")
    page.goto((tmp_path / "page.html").as_uri())
    assert page.evaluate("window.broken") is None
    assert "33" in page.locator("#result").inner_text()


# Size ----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("steps", "nodes", "most"), [(9, 20, 100_000), pytest.param(49, 100, 300_000, marks=pytest.mark.long)])
def test_it_is_small(visit: Visit, steps: int, nodes: int, most: int) -> None:
    text = "; ".join(["x1 = sin(x0)*y", *(f"x{i} = x{i - 1}*y - x{i - 2}" for i in range(2, steps + 1))])
    sheet = autodiff.parse(text).at(x0=0.5, y=0.9)
    html = interactive(sheet)
    page = visit.show(html)  # type: ignore[attr-defined]
    assert page.locator("#graph .node").count() == nodes
    assert len(html.encode()) < most
    page.fill("#variables li:nth-child(1) .given input", "0.6")
    value = float(texts(page, "#result")[0].split("=")[1].replace("−", "-"))
    assert value == pytest.approx(autodiff.parse(text).at(x0=0.6, y=0.9).value, rel=1e-5)
