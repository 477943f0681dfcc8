"""Verify that every file, from a report back to the raw data, is still the one that the report was made from."""

from __future__ import annotations

import configparser
import html
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from aegan.errors import InputError
from aegan.pipeline.job_records import file_digests, list_records, read_record
from aegan.pipeline.raw_files import LISTING, read_listing
from aegan.pipeline.workflow_files import SCRIPTS
from aegan.provenance import code_digest, load_sources, save_sources
from aegan.storage import read_json

CRATE = "ro-crate-metadata.json"
MISSING, CORRUPT, STALE = "missing", "corrupt", "stale"
#: the command that made a report, in its page
COMMAND = re.compile(r'<section id="reproduce">.*?<pre>snakemake(.*?)$', re.DOTALL | re.MULTILINE)


class Finding(NamedTuple):
    """A file or rule that is not what the report was made from."""

    what: str  #: the path, or the rule
    state: str  #: missing, corrupt or stale
    cause: str
    fix: str

    def __str__(self) -> str:
        """Describe the finding in a line."""
        return f"{self.state}: {self.what}: {self.cause}. {self.fix}"


class Verification(NamedTuple):
    """The result of verifying a report."""

    files: int  #: number of files compared
    jobs: int  #: number of jobs that made them
    findings: list[Finding]


def verify_report(report: Path) -> Verification:
    """Compare every file of a report's crate with its hash, from the report back to the raw data.

    Args:
        report: reports/STUDY.

    Returns:
        Findings: *missing* files; *corrupt* files, whose bytes no job wrote; *stale* files, which exist in another
        version than the one the report was made from; and rules whose code has changed (*stale*).

    Raises:
        InputError: there is no crate, or it cannot be read.
    """
    files, jobs = read_crate(report)
    files |= _list_raw_files(files, report)
    latest, damaged = _read_latest_digests()
    run = _find_command(report)
    findings = [Finding(str(path), CORRUPT, "it is not the record that its job wrote", run) for path in damaged]
    digests = file_digests([report / CRATE, *(_locate(path, report) for path in files)])
    crate = str(report / CRATE)
    if digests[crate] != latest.get(crate, digests[crate]):
        findings.append(Finding(crate, CORRUPT, "its bytes are not what its job wrote", run))
    made = {path for job in jobs for path in job["result"]} | {path for path in files if path.startswith("results/")}
    for path, sha256 in files.items():
        current = digests.get(str(_locate(path, report)))
        if current != sha256:
            state, cause = _explain_difference(current, latest.get(path), path in made)
            absent = (_find_dvc_command() or run) if path in made else "Copy back the raw data"
            findings.append(Finding(path, state, cause, absent if state == MISSING or path not in made else run))
    return Verification(len(files), len(jobs), [*findings, *_find_changed_code(jobs, run)])


def _list_raw_files(files: Mapping[str, str], report: Path) -> dict[str, str]:
    """List the raw files of the data sets: path -> SHA-256.

    Args:
        files: path -> SHA-256 of the crate's files; listings of raw files that differ from it are not read.
        report: folder of the report.
    """
    listings = {_locate(path, report): sha256 for path, sha256 in files.items() if Path(path).name == LISTING}
    digests = file_digests(listings)
    intact = (path for path, sha256 in listings.items() if digests.get(str(path)) == sha256)
    return {name: sha256 for path in intact for name, sha256 in read_listing(path).items()}


def group_findings(findings: Sequence[Finding]) -> list[str]:
    """Describe findings in a line for each cause: how many there are, an example, and the command that mends them."""

    def cause(finding: Finding) -> tuple[str, str, str]:
        return finding.state, finding.cause, finding.fix

    groups = [list(own) for _, own in groupby(sorted(findings, key=cause), cause)]
    return [
        str(own[0]) if len(own) == 1 else str(own[0]._replace(what=f"{len(own)}, such as {own[0].what}"))
        for own in groups
    ]


def _find_command(report: Path) -> str:
    """Find the command that makes a report again, from the command in its page."""
    page = report / "index.html"
    found = COMMAND.search(page.read_text("utf-8", errors="replace")) if page.is_file() else None
    return f"Call `aegan run{html.unescape(found[1]) if found else ''}`"


def _find_dvc_command() -> str:
    """Return the command that restores files from a remote of DVC; empty if the repository has none."""
    settings = configparser.ConfigParser(strict=False, interpolation=None)
    try:
        settings.read([".dvc/config", ".dvc/config.local"])
    except (configparser.Error, UnicodeDecodeError):
        return ""
    has_remote = any(section.strip("'").startswith("remote ") for section in settings.sections())
    return "Call `dvc pull`" if has_remote else ""


def _explain_difference(current: str | None, written: str | None, made: bool) -> tuple[str, str]:
    """Explain why a file is not the one that the report was made from: its state and the cause.

    Args:
        current: its SHA-256 now; None if it does not exist.
        written: its SHA-256 in the record of the last job that wrote it; None without one.
        made: whether a job made it; no job makes raw data.
    """
    if current is None:
        return MISSING, "the report was made from it, and it is not here"
    if not made:
        return STALE, "the raw data differ from those that the report was made from"
    if current == written:
        return STALE, "it was made again since the report"
    return CORRUPT, "its bytes are not what its job wrote"


def _read_latest_digests() -> tuple[dict[str, str], list[Path]]:
    """Read the latest records: path -> SHA-256 of the outputs, and the paths of damaged records."""
    written: dict[str, str] = {}
    damaged: list[Path] = []
    for path in list_records():
        try:
            written |= read_record(path)["outputs"]
        except InputError:
            damaged.append(path)
    return written, damaged


def _find_changed_code(jobs: Sequence[Mapping[str, Any]], fix: str) -> Iterator[Finding]:
    """Find the rules whose code has changed since their jobs ran."""
    load_sources()
    for rule, code in sorted({(job["rule"], job["code"]) for job in jobs}):
        names = (rule, rule.partition("_")[0])
        scripts = (folder / f"{name}.py" for folder in SCRIPTS for name in names)
        script = next((path for path in scripts if path.is_file()), None)
        if script and code_digest(script) != code:
            yield Finding(f"rule {rule}", STALE, "its code has changed since the report", fix)
    save_sources()


def read_crate(report: Path) -> tuple[dict[str, str], list[dict[str, Any]]]:
    """Read a report's crate: path -> SHA-256 of every file, and the record, rule, code and results of every job.

    Raises:
        InputError: there is no crate, or it is not one that aegan wrote.
    """
    crate = report / CRATE
    if not crate.is_file():
        raise InputError(crate, "is not there", "Give the folder of a report; `aegan run` writes it")
    try:
        graph = {entity["@id"]: entity for entity in read_json(crate)["@graph"]}
        files = {entity["name"]: entity["sha256"] for entity in graph.values() if "sha256" in entity}
        actions = [entity for entity in graph.values() if entity["@type"] == "CreateAction"]
        return files, [_read_job(action, graph) for action in actions]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(crate, f"is not a crate that aegan wrote ({error!r})", "`aegan run` repairs it") from None


def _read_job(action: Mapping[str, Any], graph: Mapping[str, Any]) -> dict[str, Any]:
    tool = graph[action["instrument"]["@id"]]
    results = [graph[result["@id"]]["name"] for result in _as_list(action["result"])]
    return {"record": action["@id"].removeprefix("#"), "rule": tool["name"], "code": tool["version"], "result": results}


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _locate(path: str, report: Path) -> Path:
    """Return the path of a file of the repository; the folder of the report may have been moved."""
    inside = Path("reports") / report.resolve().name
    return report / Path(path).relative_to(inside) if Path(path).is_relative_to(inside) else Path(path)
