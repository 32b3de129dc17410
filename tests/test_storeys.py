"""The house: imports in `autodiff/` only go down from storey to storey, those inside functions and for types alone included."""

import ast
from functools import cache
from pathlib import Path

HOME = Path(__file__).parent.parent / "autodiff"
STOREYS = (
    "version", "messages", "tape", "primitives", "errors", "writing", "reading numbers", "passes", "trust symbolic", "point",
    "code", "formula", "language", "study checking data", "solving uncertainty session", "render", "page", "__init__",
)  # fmt: skip
STOREY = {room: number for number, rooms in enumerate(STOREYS) for room in rooms.split()}
MODULES = {".".join(path.relative_to(HOME).with_suffix("").parts).removesuffix(".__init__"): path for path in HOME.rglob("*.py")}


@cache
def imported(path: Path) -> set[str]:
    """The modules of the library that a module imports, anywhere in its text."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            names = [name if name.removeprefix("autodiff.") in MODULES else str(node.module) for name in names]
        found |= {name.removeprefix("autodiff.") for name in names if name.startswith("autodiff.")}
        found |= {"__init__"} if "autodiff" in names else set()
    return found


def test_imports_only_go_down():
    for module, path in sorted(MODULES.items()):
        room = module.split(".")[0]
        others = {name for name in imported(path) if name.split(".")[0] != room}
        assert not [name for name in others if STOREY[name.split(".")[0]] >= STOREY[room]], module


def test_no_circle_within_a_room():
    below = {module: imported(path) & MODULES.keys() for module, path in MODULES.items()}
    while free := [module for module, names in below.items() if not names & below.keys()]:
        for module in free:
            del below[module]
    assert not below
