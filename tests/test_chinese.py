"""Chinese as it is written: lists with 、, no blanks between Chinese words, JSON as it is, documents that say what they need."""

import json
import re
from functools import partial

import pytest
from babel.messages.pofile import read_po
from console import ROOT, inside, shell

from autodiff.messages import count, say, series, speaking, translated

CHINESE = "[\u4e00-\u9fff\uff01-\uff5e、。]"


def messages() -> list[tuple[str, str]]:
    with open(ROOT / "autodiff/locale/zh/LC_MESSAGES/messages.po", "rb") as file:  # the wheel has no source of the catalogue
        found = read_po(file, locale="zh")
    return [(m.id, m.string) for m in found if m.id and isinstance(m.id, str) and "{" in m.id and "python-brace" not in m.flags]


def test_no_blank_parts_chinese_words() -> None:
    """Whatever a message is filled with: a Chinese name takes no blanks, others keep theirs."""
    tried = 0
    for text, chinese in messages():
        names = set(re.findall(r"\{(\w+)\}", chinese))
        try:
            filled = translated(text, "zh", **dict.fromkeys(names, "权重"))
            latin, plain = (made(**dict.fromkeys(names, "w")) for made in (partial(translated, text, "zh"), chinese.format))
        except (KeyError, ValueError, IndexError):
            continue  # a spelling with braces of its own
        assert latin == plain
        assert "权重" in filled
        fixed = re.sub(r"\{\w+\}", "", chinese)
        assert len(re.findall(f"{CHINESE} {CHINESE}", filled)) <= len(re.findall(f"{CHINESE} {CHINESE}", fixed)), filled
        tried += 1
    assert tried > 400


def test_what_is_quoted_keeps_its_blanks() -> None:
    with speaking("zh"):
        assert say("write {spelling}", spelling="速度 * 时间") == "请写成 速度 * 时间"
        assert say("{known} is known: {value}", known="d权重", value=2) == "已经算出 d权重 = 2"
        assert say("{words} and {last}", words="权重", last="偏置") == "权重和偏置"
        assert say("{words} and {last}", words="a", last="偏置") == "a 和偏置"
        assert count(3, "{number} sweep", "{number} sweeps") == "3 遍"
    assert say("write {spelling}", spelling="a b") == "write a b"


def test_lists() -> None:
    assert series(["a", "b", "c"]) == "a, b, c"
    with speaking("zh"):
        assert series(["a", "b", "c"]) == "a、b、c"
    done = inside(["--lang", "zh", "eval", "a*b*c", "a=1", "b=2", "c=3", "--wrt", "z"], ROOT)
    assert "、" in done.stderr
    assert "; " not in done.stderr
    assert ", " not in done.stderr


@pytest.mark.parametrize("command", ['eval "权重*(x"', 'batch <<< \'{"expression": "权重*(x", "id": "第一行"}\''])
def test_errors_in_json_are_not_escaped(command: str) -> None:
    done = shell(f"autodiff --lang zh {command}" + (" --json" if command.startswith("eval") else ""), ROOT)
    text = done.stderr or done.stdout
    assert "\\u" not in text
    assert "括号" in json.loads(text)["error"]["message"]


def test_errors_in_json_on_a_stream_that_has_no_chinese() -> None:
    done = shell("PYTHONUTF8=0 PYTHONIOENCODING=gbk autodiff --lang zh eval '权重*(x' --json", ROOT)
    assert done.stderr.isascii()
    assert "括号" in json.loads(done.stderr)["error"]["message"]


@pytest.mark.parametrize("words", [["eval"], ["diff"], ["eval", "--explain"], ["diff", "--steps"]])
def test_chinese_documents_need_ctex_and_say_so(words: list[str]) -> None:
    command = [words[0], "x^2*y", "x=1", "y=2", "--format", "latex", *words[1:]]
    chinese, english = inside(["--lang", "zh", *command], ROOT).stdout, inside(command, ROOT).stdout
    assert re.search("[\u4e00-\u9fff]", chinese)
    assert "ctex" in chinese
    assert "ctex" not in english
    assert "ctex" in inside([*command[:1], "变量^2", "变量=1", *command[4:]], ROOT).stdout


def test_derivatives_without_words_need_nothing() -> None:
    assert inside(["--lang", "zh", "diff", "x^2", "--format", "latex"], ROOT).stdout.startswith("\\begin{align*}")
