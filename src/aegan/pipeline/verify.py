"""Checking a report back to the raw data: is every file still what the report was made from?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from aegan.errors import InputError
from aegan.pipeline.job_records import digests, read_record, record_paths
from aegan.provenance import code_digest
from aegan.storage import read_json

CRATE = "ro-crate-metadata.json"
SCRIPTS = Path("workflow/scripts")

MISSING, CORRUPT, STALE = "missing", "corrupt", "stale"


class Finding(NamedTuple):
    """A file or rule that is not what the report was made from."""

    what: str
    state: str  #: missing, corrupt or stale
    why: str


class Verified(NamedTuple):
    """How many files and jobs were looked at, and what was found."""

    files: int
    jobs: int
    findings: list[Finding]


def verify(report: Path) -> Verified:
    """Check every hash of a report's crate, from the report back to the raw data.

    Args:
        report: reports/STUDY.

    Returns:
        Findings: *missing* files; *corrupt* ones, that no job wrote as they are; *stale* ones, of which another version
        is there than the report was made from, and rules whose code is another now.

    Raises:
        InputError: there is no crate, or it cannot be read.
    """
    files, jobs = read_crate(report)
    latest, torn = _written_now()
    findings = [Finding(str(path), CORRUPT, "not the record that its job wrote") for path in torn]
    found = digests([report / CRATE, *(_place(path, report) for path in files)])
    crate = str(report / CRATE)
    if found[crate] != latest.get(crate, found[crate]):
        findings.append(Finding(crate, CORRUPT, "its bytes are not what its job wrote"))
    made = {path for job in jobs for path in job["result"]}
    for path, sha256 in files.items():
        now = found.get(str(_place(path, report)))
        if now != sha256:
            findings.append(_judged(path, now, latest.get(path), path in made))
    return Verified(len(files), len(jobs), [*findings, *_other_code(jobs)])


def _judged(path: str, now: str | None, written: str | None, made: bool) -> Finding:
    if now is None:
        return Finding(path, MISSING, "`dvc pull` brings it if it was pushed; else `aegan run` makes it again")
    if not made:
        return Finding(path, STALE, "the raw data are others than those that the report was made from")
    if now == written:
        return Finding(path, STALE, "made again since the report: `aegan run` makes the report again")
    return Finding(path, CORRUPT, "its bytes are not what its job wrote: `aegan run` mends it")


def _written_now() -> tuple[dict[str, str], list[Path]]:
    """Read what jobs wrote last: path -> SHA-256, and the paths of records that are torn."""
    written: dict[str, str] = {}
    torn: list[Path] = []
    for path in record_paths():
        try:
            written |= read_record(path)["outputs"]
        except InputError:
            torn.append(path)
    return written, torn


def _other_code(jobs: Sequence[Mapping[str, Any]]) -> Iterator[Finding]:
    """Find the rules whose code is not what it was."""
    for rule, code in sorted({(job["rule"], job["code"]) for job in jobs}):
        scripts = (SCRIPTS / f"{name}.py" for name in (rule, rule.partition("_")[0]))
        script = next((path for path in scripts if path.is_file()), None)
        if script and code_digest(script) != code:
            yield Finding(f"rule {rule}", STALE, f"the code of {script} is not what it was: `aegan run` runs it again")


def read_crate(report: Path) -> tuple[dict[str, str], list[dict[str, Any]]]:
    """Read a report's crate: path -> SHA-256 of every file, and every job's record, rule, code and results.

    Raises:
        InputError: there is none, or it is not one that aegan wrote.
    """
    crate = report / CRATE
    if not crate.is_file():
        raise InputError(crate, "is not there", "`aegan run` writes it; name the folder of a report")
    try:
        graph = {entity["@id"]: entity for entity in read_json(crate)["@graph"]}
        files = {entity["name"]: entity["sha256"] for entity in graph.values() if "sha256" in entity}
        actions = [entity for entity in graph.values() if entity["@type"] == "CreateAction"]
        return files, [_job(action, graph) for action in actions]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(crate, f"is not a crate that aegan wrote ({error!r})", "`aegan run` mends it") from None


def _job(action: Mapping[str, Any], graph: Mapping[str, Any]) -> dict[str, Any]:
    tool = graph[action["instrument"]["@id"]]
    results = [graph[result["@id"]]["name"] for result in _as_list(action["result"])]
    return {"record": action["@id"].removeprefix("#"), "rule": tool["name"], "code": tool["version"], "result": results}


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _place(path: str, report: Path) -> Path:
    """Find a file of the repository: one of the report beside its page, wherever the report lies."""
    inside = Path("reports") / report.resolve().name
    return report / Path(path).relative_to(inside) if Path(path).is_relative_to(inside) else Path(path)
