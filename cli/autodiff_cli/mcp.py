"""autodiff mcp: tools for AI assistants, by the Model Context Protocol over standard input and output."""

from __future__ import annotations

import gc
import sys
from importlib.metadata import version
from typing import Any

from autodiff.errors import MISSING, AutodiffError, needs
from autodiff.messages import say
from autodiff.version import __version__
from autodiff_cli import console
from autodiff_cli.tools import INSTRUCTIONS, TOOLS, called

OLDEST = 2  # version of the SDK


def mcp() -> None:
    """Serve eval, diff, check and explain to AI assistants (MCP).

    For example, as a server in the settings of an assistant: autodiff mcp
    """
    needs("mcp")
    if int(version("mcp").partition(".")[0]) < OLDEST:
        message = say("{package} {version} is too old", package="mcp", version=version("mcp"))
        hint = f'pip install "mcp>={OLDEST}"'
        raise AutodiffError("E053", message, hint, MISSING)
    if sys.stdin is None:
        raise AutodiffError("E050", say("standard input cannot be read: it is closed"), "", MISSING)
    if sys.stdin.isatty():
        console.aside(say("an AI assistant is expected at standard input; Ctrl-D ends it"))
    gc.enable()  # this may run for days
    import anyio

    anyio.run(_serve)


async def _serve() -> None:
    """Answer until standard input ends. Meanwhile the SDK keeps standard output for the protocol alone."""
    from mcp.server.stdio import stdio_server

    served = server()
    async with stdio_server() as (read, write):
        await served.run(read, write, served.create_initialization_options())


def server() -> Any:
    """The server, for whatever carries its messages."""
    from mcp import types
    from mcp.server.lowlevel import Server
    from mcp.shared.exceptions import MCPError

    hints = types.ToolAnnotations(read_only_hint=True, idempotent_hint=True, destructive_hint=False, open_world_hint=False)
    tools = [
        types.Tool(
            name=name, title=tool.title, description=tool.description, input_schema=tool.input_schema(),
            output_schema=tool.output_schema(), annotations=hints,
        )
        for name, tool in TOOLS.items()
    ]  # fmt: skip

    async def listed(*_: Any) -> types.ListToolsResult:
        return types.ListToolsResult(tools=tools)

    async def answered(_: Any, asked: types.CallToolRequestParams) -> types.CallToolResult:
        if asked.name not in TOOLS:
            raise MCPError(types.INVALID_PARAMS, say("there is no tool '{name}'", name=asked.name))
        text, data, fine = called(asked.name, asked.arguments or {})
        content = types.TextContent(type="text", text=text)
        return types.CallToolResult(content=[content], structured_content=data if fine else None, is_error=not fine)

    return Server(
        "autodiff", version=__version__, title="autodiff", instructions=INSTRUCTIONS, on_list_tools=listed, on_call_tool=answered
    )
