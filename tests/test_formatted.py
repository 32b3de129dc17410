"""Generated code is as the formatter of its language leaves it."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from console import ROOT
from length import sized
from test_code import FORMULAS
from test_compile import EXAMPLE

import autodiff

PRETTIER = ROOT / "tests/web/node_modules/.bin/prettier"
CLANG = "{BasedOnStyle: LLVM, AllowShortFunctionsOnASingleLine: None}"
FORMATTERS = {
    "rust": ("rs", "rustfmt", ["--edition=2021"]),
    "c": ("c", "clang-format", ["-i", f"--style={CLANG}"]),
    "javascript": ("mjs", str(PRETTIER), ["--write"]),
    **dict.fromkeys(["python", "numpy", "jax"], ("py", "ruff", ["format", "--isolated"])),
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


OPTIONS: list[dict[str, bool]] = [{"hessian": True}, {}, {"value_only": True}, {"main": False}]


@pytest.mark.sampled(6)
@pytest.mark.parametrize("whole", sized(False, True))
@pytest.mark.parametrize("language", FORMATTERS)
def test_formatted(language: str, whole: bool, tmp_path: Path) -> None:
    """Every text with one of the options, or with all of them.

    Names that fill half a line are left out: formatters do odd things to them.
    """
    ending, tool, command = FORMATTERS[language]
    found = shutil.which(tool) or shutil.which(tool, path=str(Path(sys.executable).parent))
    if found is None:
        pytest.skip(f"{Path(tool).name} is not installed")
    written = {
        f"f{k}_{j}.{ending}": autodiff.parse(text).compile(language, **options)
        for k, text in enumerate(TEXTS)
        for j, options in enumerate(OPTIONS)
        if whole or j == (0 if k % 2 else (1 + k // 2 % 3))
    }
    for name, text in written.items():
        (tmp_path / name).write_text(text)
    subprocess.run([found, *command, *written], cwd=tmp_path, check=True, capture_output=True)
    for name, text in written.items():
        assert (tmp_path / name).read_text() == text
