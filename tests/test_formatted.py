"""Generated code is as the formatter of its language leaves it."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from console import ROOT
from test_code import FORMULAS
from test_compile import EXAMPLE

import autodiff

PRETTIER = ROOT / "tests/web/node_modules/.bin/prettier"
CLANG = "{BasedOnStyle: LLVM, AllowShortFunctionsOnASingleLine: None}"
FORMATTERS = {
    "rust": ("f.rs", "rustfmt", ["rustfmt", "--edition=2021", "f.rs"]),
    "c": ("f.c", "clang-format", ["clang-format", "-i", f"--style={CLANG}", "f.c"]),
    "javascript": ("f.mjs", str(PRETTIER), [str(PRETTIER), "--write", "f.mjs"]),
    "python": ("f.py", "ruff", ["ruff", "format", "--isolated", "f.py"]),
    "numpy": ("f.py", "ruff", ["ruff", "format", "--isolated", "f.py"]),
    "jax": ("f.py", "ruff", ["ruff", "format", "--isolated", "f.py"]),
}
TEXTS = [
    *FORMULAS,
    EXAMPLE,
    "gamma(x)*lgamma(y)*digamma(z) + polygamma(2, x)*sinc(y)",
    "logsumexp(x, y, z)*root(x, 3)*log(x, b)",
    "softplus(x)*atan2(y, x)*logaddexp(x, y)",
    "if(x > 0 or not (y > 1 and z < 3), x*y, if(y > 2, exp(x), z))",
    " + ".join(f"variable{k}*v{k}" for k in range(12)),
]


@pytest.mark.parametrize("options", [{}, {"hessian": True}, {"value_only": True}, {"main": False}], ids=str)
@pytest.mark.parametrize("language", FORMATTERS)
def test_formatted(language: str, options: dict[str, bool], tmp_path: Path) -> None:
    """Names that fill half a line are left out: formatters do odd things to them."""
    name, tool, command = FORMATTERS[language]
    found = shutil.which(tool) or shutil.which(tool, path=str(Path(sys.executable).parent))
    if found is None:
        pytest.skip(f"{Path(tool).name} is not installed")
    for text in TEXTS:
        written = autodiff.parse(text).compile(language, **options)
        (tmp_path / name).write_text(written)
        subprocess.run([found, *command[1:]], cwd=tmp_path, check=True, capture_output=True)
        assert (tmp_path / name).read_text() == written, text
