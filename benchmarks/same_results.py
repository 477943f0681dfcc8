"""Compare the results of two checkouts byte by byte: a refactoring must not change a number.

    python -m benchmarks.same_results OLD NEW [--study quickstart]

OLD and NEW are checkouts in which the same studies have run. All files in results/ and the tables in reports/{study}
are compared, without times, code digests and records of hashes: run.json without these keys, cost.csv without seconds.
Figures are not compared, because their texts may change; their tables are.
"""

from __future__ import annotations

import argparse
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

#: keys of JSON files that hold times, code digests and versions
VOLATILE = {"code", "commit", "date", "seconds", "versions", "machine"}
#: folders and files of times, hashes and drawings
SET_ASIDE = {"provenance", "figures", "index.html", "ro-crate-metadata.json"}


def read_content(path: Path) -> Any:
    """Return the content of a file that is compared."""
    if path.suffix == ".json":
        return drop_volatile(json.loads(path.read_text("utf-8")))
    if path.name == "cost.csv":
        return pd.read_csv(io.BytesIO(path.read_bytes())).drop(columns="seconds").to_csv()
    return path.read_bytes()


def drop_volatile(value: Any) -> Any:
    """Leave out the volatile keys of a JSON value, at any depth."""
    if isinstance(value, dict):
        return {key: drop_volatile(inner) for key, inner in value.items() if key not in VOLATILE}
    return [drop_volatile(inner) for inner in value] if isinstance(value, list) else value


def list_files(checkout: Path, studies: list[str]) -> set[Path]:
    """List the files of results/ and of the studies' reports, relative to the checkout."""
    folders = [checkout / "results", *(checkout / "reports" / study for study in studies)]
    return {path.relative_to(checkout) for folder in folders for path in folder.glob("**/*") if path.is_file()}


def find_differences(old: Path, new: Path, studies: list[str]) -> Iterator[str]:
    """Yield a line for each file that only one checkout has, or whose content differs."""
    ours, theirs = list_files(new, studies), list_files(old, studies)
    yield from (f"only in {old}: {path}" for path in sorted(theirs - ours))
    yield from (f"only in {new}: {path}" for path in sorted(ours - theirs))
    for path in sorted(ours & theirs):
        if not SET_ASIDE & set(path.parts) and read_content(old / path) != read_content(new / path):
            yield f"differs: {path}"


def main() -> None:
    """Print the differences and how much was compared; exit with 1 if there are any."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("old", type=Path)
    parser.add_argument("new", type=Path)
    parser.add_argument("--study", action="append", help="a study whose report is compared (default: all)")
    options = parser.parse_args()
    studies = options.study or sorted(path.name for path in (options.old / "reports").iterdir() if path.is_dir())
    found = list(find_differences(options.old, options.new, studies))
    common = list_files(options.old, studies) & list_files(options.new, studies)
    compared = [path for path in common if not SET_ASIDE & set(path.parts)]
    print(*found, f"{len(compared)} files compared, {len(found)} differences", sep="\n")  # noqa: T201
    raise SystemExit(bool(found))


if __name__ == "__main__":
    main()
