"""The tools for AI assistants: the same answers as the commands, errors as JSON, and a formula that stays data."""

import json
import subprocess
import sys
from typing import Any

import jsonschema
import pytest
from autodiff_cli import app
from autodiff_cli.arguments import ARGUMENTS, LONGEST, MOST
from autodiff_cli.tools import TOOLS, called
from console import ROOT, inside

ASKED = {
    "eval": ({"expression": "3(a+bc)", "values": {"a": 5, "b": 3.0, "c": "4/2"}}, ["3(a+bc)", "a=5", "b=3", "c=4/2", "--no-nodes"]),
    "eval of a corner": ({"expression": "-abs(x)", "values": {"x": 0}, "nodes": True}, ["-abs(x)", "x=0"]),
    "eval of second order": (
        {"expression": "x*y^2", "values": {"x": 1, "y": 2}, "wrt": ["y"], "hessian": True},
        ["x*y^2", "x=1", "y=2", "--wrt", "y", "--hessian", "--no-nodes"],
    ),
    "eval of infinities": ({"expression": "1/x", "values": {"x": "Infinity"}}, ["1/x", "x=inf", "--no-nodes"]),
    "diff": ({"expression": "x^2*sin(x)", "steps": True}, ["x^2*sin(x)", "--steps"]),
    "diff of higher order": ({"expression": "x^5*y", "wrt": ["x"], "order": 3}, ["x^5*y", "--wrt", "x", "--order", "3"]),
    "diff at a point": (
        {"expression": "x*y", "values": {"x": 1, "y": 2}, "hessian": True}, ["x*y", "x=1", "y=2", "--hessian"]
    ),
    "check": ({"expression": "x^2*y", "claims": {"x": "3*x", "dy": "x^2"}}, ["x^2*y", "dx=3*x", "dy=x^2"]),
    "check of numbers": (
        {"expression": "x^2", "claims": {"x": 6}, "values": {"x": 3}, "tolerance": 0.001},
        ["x^2", "dx=6", "x=3", "--tolerance", "0.001"],
    ),
    "check of ours": ({"expression": "x^2", "values": {"x": 3}}, ["x^2", "x=3"]),
    "explain": ({"expression": "a + b*c", "values": {"a": 5, "b": 3, "c": 2}}, ["a + b*c", "a=5", "b=3", "c=2", "--no-nodes"]),
}  # fmt: skip
"""What a tool is asked, and the words that ask the command the same."""


@pytest.mark.sampled(2)
@pytest.mark.parametrize(("name", "given", "words"), [(name.partition(" ")[0], *both) for name, both in ASKED.items()], ids=ASKED)
def test_a_tool_answers_as_its_command(name: str, given: dict[str, Any], words: list[str]) -> None:
    text, data, fine = called(name, given)
    assert fine, text
    done = inside(["eval", *words, "--explain", "--json"] if name == "explain" else [name, *words, "--json"], ROOT)
    assert data == json.loads(done.stdout)
    jsonschema.validate(data, TOOLS[name].output_schema())
    if name == "explain":
        assert text.startswith(inside(["eval", *words[:-1], "--explain", "--format", "markdown"], ROOT).stdout.rstrip("\n"))
    else:
        assert json.loads(text) == data


WRONG = {
    "E003": {"expression": "3*(a+"},
    "E030": {"expression": "x"},
    "E031": {"expression": "x", "values": {"x": 1, "y": 2}},
    "E032": {"expression": "x", "values": {"x": None}},
    "E034": {"expression": "x", "values": {"x": 1}, "wrt": ["z"]},
    "E042": {"expression": 5},
    "E043": {"text": "x"},
    "E018": {"expression": "x" + "+x" * LONGEST},
}


@pytest.mark.parametrize("code", WRONG)
def test_errors_are_json(code: str) -> None:
    text, data, fine = called("eval", WRONG[code])
    error = json.loads(text)["error"]
    assert (fine, data, error["code"]) == (False, None, code)
    assert error["message"]
    assert error["hint"]


def test_a_bug_is_an_error_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autodiff_cli.tools.parse", lambda text: 1 / 0)
    assert json.loads(called("eval", {"expression": "x"})[0])["error"]["code"] == "E090"


@pytest.mark.parametrize(
    "text", ["-", "--json", "--file=README.md", "-h", "README.md", "$(id)", "__import__('os').getcwd()", "\ud800"]
)
@pytest.mark.parametrize("name", TOOLS)
def test_a_formula_stays_data(name: str, text: str) -> None:
    """Nothing is read and nothing runs, whatever it says: it is a formula, or an error at a place in it."""
    found, _, fine = called(name, {"expression": text, "values": {}})
    assert fine or json.loads(found)["error"]["exit_code"] == 2
    assert "autodiff" not in found or "README" in text


VALUES = ("x", "", 5, 0.5, -1, 1, 21, 1e300, True, None, [], ["a"], ["a", 1], {}, {"x": 1}, {"x": "1"}, {"x": [1]})


@pytest.mark.parametrize("name", ARGUMENTS)
def test_arguments_are_what_their_schemas_say(name: str) -> None:
    """But for what stands inside an object, of which a sentence of its own is told, and the length, which is told in characters."""
    argument = ARGUMENTS[name]
    assert argument.fits(argument.example)
    jsonschema.validate(argument.example, argument.schema)
    for value in (*VALUES, *(other.example for other in ARGUMENTS.values())):
        if value != {"x": [1]}:
            assert argument.fits(value) == jsonschema.Draft202012Validator(argument.schema).is_valid(value), value


def test_long_questions_are_refused() -> None:
    """Where the limits are, and in a moment."""
    for given in (
        {"expression": "x" * (LONGEST + 1)},
        {"expression": "x", "claims": {"x": "x" * LONGEST}},
        {"expression": "x", "values": {f"x{k}": "1" for k in range(MOST // 8)}},
    ):
        assert "characters" in called("check", given)[0]
    assert called("eval", {"expression": "x" * LONGEST, "values": {"x" * LONGEST: 1}})[2]


def test_what_is_missing_is_said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setitem(sys.modules, "mcp", None)
    assert app.run(["mcp"]) == 4
    assert "error[E053]: the package mcp cannot be imported" in capsys.readouterr().err


# Served -------------------------------------------------------------------------------------------------------------------

SERVER = ["-m", "autodiff_cli", "mcp"]
GREETING = {
    "jsonrpc": "2.0", "id": 1, "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}},
}  # fmt: skip


@pytest.mark.long
def test_the_sdk_is_served() -> None:
    """By its own client, which also judges every answer by the schema of the tool."""
    mcp, anyio = pytest.importorskip("mcp"), pytest.importorskip("anyio")
    from mcp.client.stdio import stdio_client

    async def talk() -> None:
        there = mcp.StdioServerParameters(command=sys.executable, args=SERVER, cwd=ROOT)
        async with mcp.Client(stdio_client(there)) as client:
            tools = {tool.name: tool for tool in (await client.list_tools()).tools}
            assert tools.keys() == TOOLS.keys()
            assert all(tool.annotations.read_only_hint for tool in tools.values())
            assert {name: tool.input_schema for name, tool in tools.items()} == {n: t.input_schema() for n, t in TOOLS.items()}
            for name, (given, _) in ASKED.items():
                found = await client.call_tool(name.partition(" ")[0], given)
                assert not found.is_error
                assert (found.content[0].text, found.structured_content) == called(name.partition(" ")[0], given)[:2]
            for code, given in WRONG.items():
                found = await client.call_tool("eval", given)
                assert found.is_error
                assert json.loads(found.content[0].text)["error"]["code"] == code
            with pytest.raises(mcp.MCPError, match="no tool 'shell'"):
                await client.call_tool("shell", {})

    anyio.run(talk)


@pytest.mark.long
def test_standard_output_is_for_the_protocol_alone() -> None:
    """Even after lines that are none of it; where the questions end the server ends, with 0."""
    pytest.importorskip("mcp")
    call = {"method": "tools/call", "params": {"name": "eval", "arguments": {"expression": "log(x)", "values": {"x": 2}}}}
    lines = [
        json.dumps(GREETING), json.dumps({"jsonrpc": "2.0", "method": "notifications/initialized"}), "", "no JSON", "[" * 5000,
        json.dumps({"jsonrpc": "2.0", "id": 2, **call}),
        json.dumps({"jsonrpc": "2.0", "id": 3, **call, "params": {"name": "eval", "arguments": {"expression": "\ud800"}}}),
        json.dumps({"jsonrpc": "2.0", "id": 4, **call, "params": {"name": "eval", "arguments": {"expression": "数("}}}),
        json.dumps({"jsonrpc": "2.0", "id": 5, **call}),
    ]  # fmt: skip
    done = subprocess.Popen(
        [sys.executable, *SERVER, "--lang", "zh"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert done.stdin is not None
    assert done.stdout is not None
    done.stdin.write("".join(f"{line}\n" for line in lines).encode())
    done.stdin.flush()
    answers: dict[int, Any] = {}
    while 5 not in answers:
        answer = json.loads(done.stdout.readline())
        answers[answer.get("id")] = answer
    done.stdin.close()
    assert done.stdout.read() == b""
    assert done.wait(30) == 0
    assert answers[2]["result"]["structuredContent"]["gradient"] == {"x": 0.5}
    assert answers[4]["result"]["isError"]
    assert "公式" in answers[4]["result"]["content"][0]["text"]
