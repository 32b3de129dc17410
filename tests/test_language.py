"""Every message exists in both languages, and whatever is shown is shown in one of them."""

import ast
import ctypes
import os
import re
import runpy
import shlex
import string
from collections.abc import Iterator
from gettext import NullTranslations
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from autodiff_cli.app import COMMANDS, application, language, ordered
from autodiff_cli.completion import SHELLS
from autodiff_cli.worksheets import TABLES
from console import ROOT, inside, shell
from length import LONG, sized

import autodiff
from autodiff import messages as speech
from autodiff.code.targets import TARGETS
from autodiff.messages import count, say, speak, speaking, spoken, translated
from autodiff.trust.status import ORDER
from autodiff.writing.width import cells

catalogue = runpy.run_path(str(ROOT / "docs/catalogue.py"))
MESSAGES = [message for message in catalogue["read"]() if message.id]
SAME = {"log(abs(gamma(x)))", "write {spelling}"}
"""Messages that may be alike in both languages."""


def texts(message: Any) -> tuple[list[str], list[str]]:
    """The English and the Chinese forms."""
    return ([message.id], [message.string]) if isinstance(message.id, str) else (list(message.id), list(message.string))


def title(message: Any) -> str:
    return texts(message)[0][0][:60]


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    yield
    speak("en")


# The catalogue -----------------------------------------------------------------------------------------------------------


def test_the_catalogue_is_current() -> None:
    old = catalogue["read"]()
    new = catalogue["catalogue"](old)
    assert catalogue["written"](new) == catalogue["PO"].read_bytes(), "python docs/catalogue.py"
    assert catalogue["compiled"](new) == catalogue["MO"].read_bytes(), "python docs/catalogue.py"
    assert not old.obsolete


def test_there_are_messages_of_every_kind() -> None:
    known = {title(message) for message in MESSAGES}
    assert {"no value for '{name}'", "{number} sweep", "kink", "the divisor is 0", "Add all second derivatives."} <= known


def test_every_message() -> None:
    """It is translated, not fuzzy, with the same placeholders, and its ends are alike."""
    for message in MESSAGES:
        english, chinese = texts(message)
        assert not message.fuzzy, english
        assert all(chinese), english
        for text in chinese:
            assert sorted(placeholders(text)) == sorted(placeholders(english[-1]))
            assert text == text.strip(" ") or text.strip() in ("：", "、", "，")
            assert bool(re.search("[\u4e00-\u9fff]", text)) or not words(english[0]) or english[0] in SAME


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(re.sub(r"\{(?!\w*\})", "{{", text)) if name is not None}


def words(text: str) -> list[str]:
    """The words of a text that are no placeholders, options or signs."""
    return re.findall(r"(?<![-\w])[A-Za-z]{2,}", re.sub(r"\{\w*\}|--[a-z-]+", "", text))


def test_no_english_is_left() -> None:
    """What is written in Latin letters in Chinese is a name, a formula or a quotation, which the English text has too."""
    for english, chinese in map(texts, MESSAGES):
        known = {*words(" ".join(english)), *re.findall(r"\w+", " ".join(english))}
        assert [word for word in words(" ".join(chinese)) if word not in known] == [], english
        runs = re.findall(r"[A-Za-z]{2,}(?: [a-z]{2,}){2,}", re.sub(r"\{\w*\}", "", " ".join(chinese)))
        assert [run for run in runs if "autodiff" not in run] == [], english


def test_signs_are_chinese() -> None:
    """Between Chinese characters stand full-width signs."""
    for text in [text for message in MESSAGES for text in texts(message)[1]]:
        assert not re.search("[\u4e00-\u9fff][,;:!?]|[,;:!?(][\u4e00-\u9fff]", re.sub(r"(?:if|log|log10)\(.*?\)", "", text)), text


def test_the_guide_has_the_words_for_the_statuses() -> None:
    rows = re.findall(r"`(\w+)` \| ([\u4e00-\u9fff]+)", (ROOT / "docs/guide.md").read_text(encoding="utf-8"))
    assert dict(rows) == {status: translated(status, "zh") for status in ORDER}


SOURCES = sorted([*ROOT.glob("autodiff/**/*.py"), *ROOT.glob("cli/**/*.py")])
RAISING = {"AutodiffError", "FormulaError", "refuse", "aside"}


def called(node: ast.AST) -> str:
    return getattr(node.func, "id", getattr(node.func, "attr", "")) if isinstance(node, ast.Call) else ""


def test_messages_are_marked() -> None:
    """No error is made of a bare text; and no message stands within an f-string, where the collection does not see it."""
    assert {str(path.relative_to(ROOT)): found for path in SOURCES if (found := unmarked(path))} == {}


def unmarked(path: Path) -> list[str]:
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    given = [text for node in nodes if called(node) in RAISING for text in [*node.args, *(word.value for word in node.keywords)]]
    bare = [text.value for text in given if isinstance(text, ast.Constant) and isinstance(text.value, str)]
    written = [part for text in given if isinstance(text, ast.JoinedStr) for part in text.values]
    bare += [part.value for part in written if isinstance(part, ast.Constant)]
    within = [
        part for node in nodes if isinstance(node, ast.JoinedStr) for part in ast.walk(node) if called(part) in ("say", "count")
    ]
    found = [ast.unparse(part) for part in within if isinstance(part.args[0], ast.Constant)]
    return [*found, *(text for text in bare if re.search("[a-z]{2,} [a-z]{2,}", text))]


# The functions -----------------------------------------------------------------------------------------------------------


def test_a_message_is_translated_when_it_is_said() -> None:
    assert say("no value for '{name}'", name="{x}") == "no value for '{x}'"
    with speaking("zh"):
        assert spoken() == "zh"
        assert say("no value for '{name}'", name="{x}") == "没有给出 '{x}' 的值"
        assert say("") == ""
        assert say("no such message") == "no such message"
    assert spoken() == "en"
    assert say("no value for '{name}'", name="x") == "no value for 'x'"


def test_both_languages_at_once() -> None:
    assert [translated("kink", one) for one in speech.LANGUAGES] == ["kink", "尖点"]
    assert translated("no value for '{name}'", "zh", name="x") == "没有给出 'x' 的值"
    assert spoken() == "en"


def test_plurals() -> None:
    assert [count(n, "{number} sweep", "{number} sweeps") for n in (0, 1, 2)] == ["0 sweeps", "1 sweep", "2 sweeps"]
    speak("zh")
    assert [count(n, "{number} sweep", "{number} sweeps") for n in (0, 1, 2)] == ["0 遍", "1 遍", "2 遍"]


@pytest.mark.parametrize(
    ("argv", "variables", "chosen"),
    [
        ([], {}, "en"),
        (["--lang", "zh"], {"AUTODIFF_LANG": "en"}, "zh"),
        (["eval", "--lang=en"], {"AUTODIFF_LANG": "zh"}, "en"),
        ([], {"AUTODIFF_LANG": "zh", "LC_ALL": "en_US.UTF-8"}, "zh"),
        ([], {"LC_ALL": "zh_CN.UTF-8", "LANG": "en_US"}, "zh"),
        ([], {"LC_ALL": "", "LC_MESSAGES": "zh_TW", "LANG": "C"}, "zh"),
        ([], {"LANG": "zh-Hans"}, "zh"),
        (["--lang", "zh_CN"], {}, "zh"),
        (["--lang", "zh-Hans"], {}, "zh"),
        (["--lang=zh-CN"], {}, "zh"),
        ([], {"LANG": "zh.UTF-8"}, "zh"),
        ([], {"LANG": "ZH_hk"}, "zh"),
        ([], {"LC_ALL": "C", "LANG": "zh_CN"}, "en"),
        ([], {"LANG": "POSIX"}, "en"),
        ([], {"LANG": "de_DE"}, "en"),
    ],
)
def test_the_language_is_chosen(argv: list[str], variables: dict[str, str], chosen: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert language(argv) == chosen


def test_the_option_may_stand_before_the_command() -> None:
    assert ordered(["--lang", "zh", "eval", "x"]) == ["eval", "--lang", "zh", "x"]
    assert ordered(["--lang=zh", "eval", "x"]) == ["eval", "--lang=zh", "x"]
    assert ordered(["--lang"]) == ["--lang"]
    assert ordered(["--lang", "zh"]) == ["--lang", "zh"]
    done = inside(["--lang", "zh", "eval", "-x^2", "x=3", "--format", "plain"], ROOT)
    assert done.stdout.startswith("J = -(x^2)\n在 x = 3 处\n")


# Nothing leaks -----------------------------------------------------------------------------------------------------------


class Missing(NullTranslations):
    """Remembers what was said and is not in the catalogue."""

    def __init__(self) -> None:
        super().__init__()
        self.unknown: set[str] = set()

    def gettext(self, message: str) -> str:
        if not re.search("[\u4e00-\u9fff]", message):  # else it is a help text that has been translated before
            self.unknown.add(message)
        return message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1)


@pytest.fixture
def missing(monkeypatch: pytest.MonkeyPatch) -> Missing:
    """The messages that are said in Chinese and have no Chinese, while everything speaks Chinese."""
    found = Missing()
    speech._catalogue.cache_clear()
    speech._catalogue("zh").add_fallback(found)
    monkeypatch.setenv("AUTODIFF_LANG", "zh")
    yield found
    speech._catalogue.cache_clear()


SENTENCE = re.compile(r"[A-Za-z]{2,}(?:,? [a-z]{2,}){2,}")
CALLS = [
    line[2:]
    for path in sorted([*ROOT.glob("tests/sessions/*.txt"), *ROOT.glob("tests/errors/*.txt")])
    for line in path.read_text(encoding="utf-8").splitlines()
    if line.startswith("$ autodiff ") and not re.search(r"[|<>&`$]", re.sub(r"'[^']*'|\"[^\"]*\"", "", line[2:]))
]


@pytest.mark.parametrize(("code", "chosen"), [(0x0804, "zh"), (0x0404, "zh"), (0x0409, "en"), (0x9999, "en")])
def test_what_windows_is_set_to(code: int, chosen: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no variable says anything, as is usual there."""
    kernel = SimpleNamespace(GetUserDefaultUILanguage=lambda: code)
    monkeypatch.setattr(ctypes, "windll", SimpleNamespace(kernel32=kernel), raising=False)
    with monkeypatch.context() as patched:
        patched.setattr(os, "name", "nt")
        found = language(["eval", "x", "x=1"])
    assert found == chosen
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    assert language([]) == "en"


@pytest.mark.parametrize("step", sized(3, 1))
def test_everything_said_in_the_sessions_has_chinese(missing: Missing, step: int) -> None:
    """All commands of all sessions and mistakes run in Chinese: what they say is in the catalogue."""
    assert len(CALLS) > 250
    leaks = set()
    for line in CALLS[::step]:
        done = inside(shlex.split(line)[1:], ROOT)
        said = done.stderr if line.startswith("autodiff compile ") else done.stdout + done.stderr  # generated code is English
        shown = re.findall(SENTENCE, re.sub(r'"rule": "[^"]*"', "", said))  # programs get English names of rules
        listed = {text for text in shown if set(words(text)) <= {"autodiff", *COMMANDS, *TARGETS, *TABLES, *SHELLS}}
        leaks |= {text for text in shown if text not in line and " schema" not in line} - listed
    assert sorted(missing.unknown) == []
    assert sorted(leaks) == []


@pytest.mark.parametrize("command", ["", *application().commands])  # type: ignore[attr-defined]
def test_help_is_chinese_and_fits(command: str, missing: Missing) -> None:
    done = inside([*([command] if command else []), "--help"], ROOT)
    assert done.code == 0
    assert "用法：" in done.stdout
    assert max(cells(line) for line in done.stdout.splitlines()) <= 80
    assert sorted(missing.unknown) == []
    assert not re.search(r"Usage|Options|Arguments|Commands|default|Show", done.stdout)


def test_languages_may_change_within_a_process() -> None:
    english = inside(["eval", "--help"], ROOT).stdout
    chinese = inside(["eval", "--help", "--lang", "zh"], ROOT).stdout
    assert english != chinese
    assert inside(["eval", "--help"], ROOT).stdout == english
    assert inside(["eval", "--help", "--lang", "zh"], ROOT).stdout == chinese


IN_JSON = [line for line in CALLS if "--json" in line.split() and "--lang" not in line][:40]


@pytest.mark.parametrize("line", [pytest.param(line, marks=LONG) if "--order 40" in line else line for line in IN_JSON])
def test_json_has_the_same_keys_codes_and_numbers(line: str) -> None:
    import json

    argv = shlex.split(line)[1:]
    english, chinese = inside(argv, ROOT), inside([*argv, "--lang", "zh"], ROOT)
    assert chinese.code == english.code
    both = [json.loads(done.stdout or done.stderr, object_pairs_hook=without_sentences) for done in (english, chinese)]
    assert both[0] == both[1]


def without_sentences(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    return {
        key: None if key in ("reason", "diagnosis", "notes", "message", "hint", "convention") else value for key, value in pairs
    }


# Width -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("line", ['eval "relu(x)*y + x^2" x=0 y=2', 'eval "速度*时间" 速度=3 时间=2 --hessian --mode both'])
@pytest.mark.parametrize("columns", ["60", "80", "120"])
def test_frames_are_straight(line: str, columns: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The right edges of a framed table stand in one column, wide characters counted as two cells."""
    monkeypatch.setenv("COLUMNS", columns)
    done = inside([*shlex.split(line), "--lang", "zh"], ROOT)
    widths: list[set[int]] = []
    for text in done.stdout.splitlines():
        if text.startswith("╭"):
            widths.append(set())
        if text[:1] in "╭│├╰" and text:
            widths[-1].add(cells(text))
    assert len(widths) >= 2
    assert all(len(found) == 1 for found in widths)
    assert max(map(max, widths)) <= int(columns)


@pytest.mark.parametrize("line", ['eval "relu(x)*y + x^2" x=0 y=2 --format plain', 'implicit "x^2 + y^2 = 25" --of y x=3 y=4'])
def test_columns_are_aligned(line: str) -> None:
    """Every column of a plain table begins in one cell: before it, and nowhere within it, stand two blanks in all rows."""
    done = inside([*shlex.split(line), "--lang", "zh"], ROOT)
    tables = [block.splitlines() for block in done.stdout.split("\n\n") if "  " in block]
    assert tables
    for table in tables:
        starts = [[cells(row[: found.start(1)]) for found in re.finditer(r"(?:^|  )(\S)", row)] for row in table]
        head = next(found for found in starts if len(found) > 1)
        assert all(found[: len(head)] == head for found in starts if len(found) > 1)


def test_the_caret_stands_right_under_chinese_text() -> None:
    done = inside(["eval", "速度*（时间", "--lang", "zh"], ROOT)
    shown, caret = done.stderr.splitlines()[1:3]
    assert cells(caret[: caret.index("^")]) == cells(shown[: shown.index("（")])


# Where it is installed ---------------------------------------------------------------------------------------------------


def test_a_process_of_its_own() -> None:
    done = shell("LC_ALL=zh_CN.UTF-8 autodiff eval 'x +'", ROOT)
    assert done.stderr == "错误[E003]：公式没有写完\n  x +\n     ^\n提示：+ 后面缺少内容\n"


def test_english_where_chinese_cannot_be_written() -> None:
    """A terminal in ASCII gets English, not question marks; one in another encoding for Chinese gets Chinese."""
    assert "something is missing" in shell("PYTHONIOENCODING=ascii autodiff eval 'x +' --lang zh", ROOT).stderr
    done = shell("PYTHONIOENCODING=gbk autodiff eval 'x' x=2 --lang zh --format plain | iconv -f gbk -t utf-8", ROOT)
    assert done.stdout.startswith("J = x\n在 x = 2 处\n")


def test_the_library_speaks_english_unless_told() -> None:
    with pytest.raises(autodiff.FormulaError, match="the formula ends too early"):
        autodiff.parse("x +")
    speak("zh")
    with pytest.raises(autodiff.FormulaError, match="公式没有写完"):
        autodiff.parse("x +")
