"""The engine that computes rows in C: built once by the machine's own compiler, kept in a folder of the user's."""

from __future__ import annotations

import ctypes
import hashlib
import os
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from autodiff.errors import AutodiffError
from autodiff.messages import say, series
from autodiff.passes.registers import ENGINES, Program

BLOCK = 256
"""Points that are computed together: their numbers stay in the nearest cache."""

FLAGS = ["-O3", "-fno-math-errno", "-fno-trapping-math", "-ffp-contract=off", "-shared", "-fPIC"]
VECTOR = ("-mavx2", "-DVECTOR"), ("-lmvec", "-lm")
PLAIN = (), ("-lm",)
"""What stands before and behind the text: with four doubles at once and the vectors of glibc, and without."""

PATIENCE = 60  # seconds for the compiler
USED, BUILT = 2**20, 2**26  # steps of points: from so many on the library is used, and is built if there is none


class Rows:
    """The library. Its kernels know nothing of a formula."""

    name = "c"

    def __init__(self, library: ctypes.CDLL) -> None:
        names = ctypes.c_char_p.in_dll(library, "names").value or b""
        self._run = library.run
        number, address = ctypes.c_long, ctypes.c_void_p
        self._run.argtypes = [number, number, address, address, number, address, address, number, *[address] * 4]
        self._run.restype = None
        self._kernels = {name: k for k, name in enumerate(names.decode().split())}
        self._last: tuple[Program | None, Any] = None, None

    def run(self, program: Program, columns: Mapping[str, Any], rows: Sequence[Any]) -> bool:
        """Fill the rows; False where there is no kernel for a step, or no point."""
        import numpy as np

        last = self._last
        if last[0] is not program:
            self._last = last = program, self._code(program)
        code = last[1]
        if code is None or not rows[0].size:
            return False
        memory = np.empty((program.size, BLOCK))
        at = memory.ctypes.data + np.arange(program.size, dtype=np.uintp) * memory.strides[0]
        for place, constant in program.constants.items():
            memory[place] = constant.value
        long = {name: np.ascontiguousarray(x) for name, x in columns.items() if x.ndim}
        for name, x in columns.items():
            if name not in long:
                memory[program.variables[name]] = x
        places = np.array([program.variables[name] for name in long], np.intc)
        out = np.array([program.value, *program.slopes.values()], np.intc)
        towards = np.array([program.value, *(program.variables[name] for name in program.towards.values())], np.intc)
        loose = np.array([False, *(name in program.free for name in program.towards.values())], np.intc)
        inputs, results = _addresses(long.values()), _addresses(rows)
        self._run(
            rows[0].size, len(code) // 6, code.ctypes.data, at.ctypes.data, len(places), places.ctypes.data, inputs.ctypes.data,
            len(out), out.ctypes.data, towards.ctypes.data, loose.ctypes.data, results.ctypes.data,
        )  # fmt: skip
        return True

    def _code(self, program: Program) -> Any:
        """The steps in six numbers each: the kernel, the register of the result, those of up to four arguments."""
        import numpy as np

        found: list[int] = []
        for op, args, out in program.steps:
            kernel = self._kernels.get(f"{op}/{len(args)}")
            if kernel is None:
                return None
            found += [kernel, out, *args, *[args[0]] * (4 - len(args))]
        return np.array(found, np.intc)


def _addresses(arrays: Any) -> Any:
    import numpy as np

    return np.array([array.ctypes.data for array in arrays], np.uintp)


def known(wish: str) -> str:
    """The name of an engine. Raises AutodiffError, which lists those that there are."""
    if wish not in ENGINES:
        message = say("'{name}' is no engine that computes columns", name=wish)
        raise AutodiffError("E042", message, say("take one of {names}", names=series(ENGINES)))
    return wish


def engine(wish: str, work: int) -> Rows | None:
    """The library, if it is wished or there is work for it, and if this machine can make it."""
    if wish == "numpy" or (wish == "auto" and work < USED):
        return None
    return _engine(wish == "c" or work >= BUILT)


_found: dict[str, Rows | None] = {}


def _engine(may_build: bool) -> Rows | None:
    """Looked for once; what is not there is built once."""
    if "built" not in _found and ("kept" not in _found or may_build):
        try:
            _found["kept"] = _kept(may_build)
        except (OSError, RuntimeError, KeyError, ValueError, AttributeError, subprocess.SubprocessError):
            _found["kept"] = None
        if may_build or _found["kept"] is not None:
            _found["built"] = _found["kept"]
    return _found["kept"]


def _kept(may_build: bool) -> Rows | None:
    compiler, folder = shutil.which("cc"), _folder()
    if compiler is None or folder is None or not os.path.isabs(compiler):
        return None
    key = _key(compiler)
    for path in folder.glob(f"rows-{key}-*.so"):
        if _digest(path.read_bytes()) == path.stem.rpartition("-")[2]:
            return Rows(ctypes.CDLL(str(path)))
        path.unlink(missing_ok=True)
    return Rows(ctypes.CDLL(str(_built(compiler, folder, key)))) if may_build else None


def _folder() -> Path | None:
    """A folder that is ours alone; None where there can be none."""
    if os.name != "posix":
        return None
    home = Path(os.environ["HOME"]) if "HOME" in os.environ else Path.home()
    cache = Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache")
    if not cache.is_absolute():
        return None
    folder = cache / "autodiff-rows"
    cache.mkdir(parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    known = folder.lstat()
    is_ours = stat.S_ISDIR(known.st_mode) and known.st_uid == os.getuid() and stat.S_IMODE(known.st_mode) == 0o700
    return folder if is_ours else None


@cache
def _key(compiler: str) -> str:
    """What the library is made of: the compiler, its flags, and the files of ours that its text comes from."""
    real = os.path.realpath(compiler)
    known = os.stat(real)
    home = Path(__file__).parent.parent
    sources = [*sorted(home.glob("code/*.py")), home / "primitives.py", home / "numbers" / "approximations.py"]
    about = [real, str(known.st_size), str(known.st_mtime_ns), os.uname().machine, *FLAGS, str(_ways()), *map(_text, sources)]
    return _digest("\0".join(about).encode())


def _ways() -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """How it is tried on this processor."""
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        flags = ""
    return [VECTOR, PLAIN] if " avx2 " in flags and " fma " in flags else [PLAIN]


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:32]


def _built(compiler: str, folder: Path, key: str) -> Path:
    """The library in the folder; it is written beside and renamed, so that several may do this at once."""
    from autodiff.code.kernels import source

    text = source(BLOCK)
    with tempfile.TemporaryDirectory(dir=folder) as beside:
        made = Path(beside) / "rows.so"
        for before, after in _ways():
            command = [compiler, *FLAGS, *before, "-x", "c", "-", "-o", str(made), *after]
            done = subprocess.run(command, input=text.encode(), capture_output=True, timeout=PATIENCE, check=False, cwd=beside)
            if done.returncode == 0:
                path = folder / f"rows-{key}-{_digest(made.read_bytes())}.so"
                made.chmod(0o600)
                made.replace(path)
                return path
    raise OSError("the compiler made no library")
