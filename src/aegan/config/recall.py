"""Recall what an earlier process computed from the same values with the same code: computing it anew needs torch."""

from __future__ import annotations

import json
import platform
from collections.abc import Callable
from contextlib import suppress
from importlib import metadata
from pathlib import Path
from typing import Any

import aegan
from aegan.errors import InputError
from aegan.provenance import digest
from aegan.storage import write_text

#: beside Snakemake's metadata in the working folder
CACHE = Path(".snakemake/aegan/config")
#: results that are kept; older ones are removed
KEPT = 100


def recall(compute: Callable[[], Any], *values: Any) -> Any:
    """Return what `compute` returns, from an earlier call if the values, the library and its packages are the same.

    An exception is never recalled. A cache that cannot be read or written is ignored.

    Args:
        compute: returns JSON values, which depend on nothing but `values`.
        *values: JSON values, the first of which names what is computed. The order of their keys counts, because it may
            be that of the result.
    """
    path = CACHE / f"{digest(repr(values), _describe_code())}.json"
    with suppress(OSError, ValueError):
        return json.loads(path.read_text(encoding="utf-8"))
    content = json.dumps(compute())
    with suppress(OSError, InputError):
        write_text(path, content)
        for old in sorted(CACHE.glob("*.json"), key=lambda each: each.stat().st_mtime)[:-KEPT]:
            old.unlink(missing_ok=True)
    return json.loads(content)


def _describe_code() -> list[Any]:
    """List the files of the library by size and time of their last change, and the versions of what it builds on."""
    states = ((str(path), path.stat()) for path in sorted(Path(aegan.__file__).parent.rglob("*.py")))
    versions = [platform.python_version(), *map(metadata.version, ("pydantic", "torch"))]
    return [*versions, *((path, state.st_size, state.st_mtime_ns) for path, state in states)]
