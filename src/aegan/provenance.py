"""What a result came from: digests of code, of inputs and of parameters, and the versions it was made with."""

from __future__ import annotations

import ast
import hashlib
import json
import platform
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

#: packages whose version may change a number
PACKAGES = ("torch", "numpy", "scipy", "pandas", "scikit-learn", "torchmetrics", "matplotlib", "seaborn", "snakemake")


def code_digest(script: Path | str) -> str:
    """Digest a script and every module of aegan it imports, directly or not, without comments and docstrings.

    Snakemake sees the script alone; given as a param, this digest makes it rerun a rule when the library code under it
    changes, and not when only the words about that code do.
    """
    codes = sorted(_read(path).code for path in imported_files(Path(script)))
    return hashlib.sha256("".join(codes).encode()).hexdigest()[:16]


def imported_files(script: Path) -> set[Path]:
    """List a script and the files of aegan that it imports, directly or not."""
    found, waiting = set(), {script}
    while waiting:
        path = waiting.pop()
        found.add(path)
        waiting |= _read(path).imports - found
    return found


class _Source(NamedTuple):
    imports: set[Path]  #: the files of aegan it names in import statements
    code: str  #: digest of its syntax tree without docstrings; comments and layout are not in the tree at all


def _read(path: Path) -> _Source:
    return _read_version(path, path.stat().st_mtime_ns)


@cache
def _read_version(path: Path, _changed: int) -> _Source:
    tree = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
    wordless = ast.dump(_Wordless().visit(tree))
    return _Source(set(_imports(tree)), hashlib.sha256(wordless.encode()).hexdigest())


def _imports(tree: ast.Module) -> Iterator[Path]:
    for node in ast.walk(tree):
        names: Iterable[str] = ()
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        for name in names:
            if name.split(".")[0] == "aegan" and (file := _module_file(name)):
                yield file


def _module_file(name: str) -> Path | None:
    """Find the file of a module without importing it; None for a name inside a module."""
    file = Path(__file__).parent.joinpath(*name.split(".")[1:]).with_suffix(".py")
    return file if file.is_file() else None


class _Wordless(ast.NodeTransformer):
    """Takes docstrings out of a syntax tree."""

    def visit_Expr(self, node: ast.Expr) -> ast.Expr | None:
        words = isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        return None if words else node


def digest(*values: Any) -> str:
    """Digest JSON-like values; equal values, equal digest."""
    text = json.dumps(values, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def file_digest(path: Path | str) -> str:
    """Return the SHA-256 of a file, read in pieces."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def versions() -> dict[str, str]:
    """Return the versions of Python, aegan and the packages that numbers depend on."""
    return {"python": platform.python_version()} | {name: metadata.version(name) for name in ("aegan", *PACKAGES)}


def machine(device: str) -> dict[str, str]:
    """Describe the machine that a result was made on; the device is cpu or cuda."""
    return {"device": device, "processor": platform.machine(), "system": platform.system()}


def run_record(
    *, config: Mapping[str, Any], code: str, device: str, data: str, members: list[dict[str, Any]]
) -> dict[str, Any]:
    """Make the content of a run.json: what ran, with what, on what, and how each member ended."""
    return {
        "config": config,
        "code": code,
        "data": data,
        "machine": machine(device),
        "versions": versions(),
        "members": members,
    }
