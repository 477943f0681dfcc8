"""Provenance of a result: digests of its code, inputs and parameters, and the versions of the packages."""

from __future__ import annotations

import ast
import hashlib
import json
import os
import platform
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

#: packages whose version may change a result
PACKAGES = ("torch", "numpy", "scipy", "pandas", "scikit-learn", "matplotlib", "seaborn", "snakemake")


def code_digest(script: Path | str) -> str:
    """Digest a script and every module of aegan that it imports, directly or not, without comments and docstrings.

    Snakemake sees the script alone. As a param of the rule, this digest makes Snakemake run a job again when the
    library code changes, but not when comments or docstrings do.
    """
    codes = sorted(_read_source(path).code for path in find_imported_files(Path(script)))
    return hashlib.sha256("".join(codes).encode()).hexdigest()[:16]


def find_imported_files(script: Path) -> set[Path]:
    """List a script and the files of aegan that it imports, directly or not."""
    files, queue = set(), {script}
    while queue:
        path = queue.pop()
        files.add(path)
        queue |= {Path(name) for name in _read_source(path).imports} - files
    return files


class _Source(NamedTuple):
    size: int
    modified: int  #: time of the last change, in nanoseconds
    imports: list[str]  #: the files of aegan that its import statements name
    code: str  #: digest of its syntax tree without docstrings; the tree has no comments and no layout


#: beside Snakemake's metadata in the working folder: parsing the library takes seconds
SOURCES_CACHE = Path(".snakemake/aegan/sources.json")
#: what was parsed, by path; a file that has changed since is parsed again
_sources: dict[str, _Source] = {}


def load_sources(cache: Path = SOURCES_CACHE) -> None:
    """Load what an earlier process parsed; a file that cannot be read is ignored."""
    with suppress(OSError, LookupError, ValueError, TypeError, AttributeError):
        saved = json.loads(cache.read_text(encoding="utf-8"))
        if saved["python"] == platform.python_version():  # syntax trees differ between versions
            _sources.update({path: _Source(*values) for path, values in saved["sources"].items()})


def save_sources(cache: Path = SOURCES_CACHE) -> None:
    """Save what was parsed, for `load_sources`; a folder that cannot be written is ignored."""
    content = json.dumps({"python": platform.python_version(), "sources": _sources}, sort_keys=True).encode()
    with suppress(OSError):
        if cache.is_file() and cache.read_bytes() == content:
            return
        cache.parent.mkdir(parents=True, exist_ok=True)
        partial = cache.with_name(f"{cache.name}.{os.getpid()}")
        partial.write_bytes(content)
        partial.replace(cache)


def _read_source(path: Path) -> _Source:
    state, known = path.stat(), _sources.get(str(path))
    if known is None or (known.size, known.modified) != (state.st_size, state.st_mtime_ns):
        tree = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
        imports = sorted({str(file) for file in _find_imports(tree)})
        code = hashlib.sha256(ast.dump(_DocstringRemover().visit(tree)).encode()).hexdigest()
        known = _sources[str(path)] = _Source(state.st_size, state.st_mtime_ns, imports, code)
    return known


def _find_imports(tree: ast.Module) -> Iterator[Path]:
    for node in ast.walk(tree):
        names: Iterable[str] = ()
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        for name in names:
            if name.split(".")[0] == "aegan" and (file := _find_module(name)):
                yield file


def _find_module(name: str) -> Path | None:
    """Return the file of a module without importing it; None for a name inside a module."""
    file = Path(__file__).parent.joinpath(*name.split(".")[1:]).with_suffix(".py")
    return file if file.is_file() else None


class _DocstringRemover(ast.NodeTransformer):
    """Removes docstrings from a syntax tree."""

    def visit_Expr(self, node: ast.Expr) -> ast.Expr | None:
        docstring = isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        return None if docstring else node


def digest(*values: Any) -> str:
    """Digest JSON-like values. Equal values have equal digests, whatever the order of their keys."""
    text = json.dumps(values, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def file_digest(path: Path | str) -> str:
    """Return the SHA-256 of a file, which need not fit in memory."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def list_versions() -> dict[str, str]:
    """Return the versions of Python, aegan and `PACKAGES`, by name."""
    return {"python": platform.python_version()} | {name: metadata.version(name) for name in ("aegan", *PACKAGES)}


def describe_machine(device: str) -> dict[str, str]:
    """Describe this machine and the device, cpu or cuda, that a result was computed on."""
    return {"device": device, "processor": platform.machine(), "system": platform.system()}


#: the commit of code that no commit holds, such as that of an installed package
NOT_IN_GIT = "not in Git"


@cache
def describe_commit() -> str:
    """Return the commit of the code of aegan and its workflow, and whether it has changed since; or `NOT_IN_GIT`."""
    try:
        _call_git("ls-files", "--error-unmatch", Path(__file__).name)
        commit = _call_git("rev-parse", "HEAD")
        changed = _call_git("status", "--porcelain", "--", ":/src", ":/workflow", ":/Snakefile")
    except (OSError, subprocess.CalledProcessError):
        return NOT_IN_GIT
    return f"{commit} (with uncommitted changes)" if changed else commit


def _call_git(*arguments: str) -> str:
    """Call Git in the folder of aegan, and return what it prints."""
    command = ["git", "-C", str(Path(__file__).parent), *arguments]
    return subprocess.run(command, capture_output=True, check=True, text=True).stdout.strip()


def make_run_record(
    *,
    config: Mapping[str, Any],
    code: str,
    device: str,
    data: str,
    scaling: Mapping[str, Any],
    members: list[dict[str, Any]],
    engine: str,
) -> dict[str, Any]:
    """Make the content of a run.json, with the commit of the code and the date (UTC).

    Args:
        config: the resolved entry of `methods` or `autoencoders`.
        code: digest of the code.
        device: cpu or cuda.
        data: digest of the training data.
        scaling: how raw values became the training data.
        members: seed and outcome of each member.
        engine: how their rounds were played.
    """
    return {
        "config": config,
        "code": code,
        "commit": describe_commit(),
        "date": datetime.now(UTC).date().isoformat(),
        "data": data,
        "scaling": scaling,
        "machine": describe_machine(device),
        "versions": list_versions(),
        "engine": engine,
        "members": members,
    }
