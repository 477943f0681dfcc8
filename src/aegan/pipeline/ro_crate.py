"""A study as an RO-Crate: which job made which file from which others, with the hash of every file.

Files of the report are parts of the crate. The files that the report was made from are named by their path in the
repository, where `dvc pull` restores them. The crate follows the Process Run Crate profile: one `CreateAction` per job,
its `instrument` the script with the digest of its code.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from rocrate.model import ContextEntity
from rocrate.rocrate import ROCrate

from aegan.errors import InputError
from aegan.pipeline.job_records import Record

PROFILE = "https://w3id.org/ro/wfrun/process/0.5"
TERMS = {"sha256": "https://w3id.org/ro/terms/workflow-run#sha256"}


def build_crate(study: str, records: Mapping[Path, Record], report: Path) -> dict[str, Any]:
    """Build the content of a study's ro-crate-metadata.json.

    Args:
        study: the study's name.
        records: path -> the record of a job, for every job.
        report: the folder of the report.

    Raises:
        InputError: a job read other bytes than an earlier job wrote.
    """
    crate = ROCrate()
    crate.name = f"The study {study} of aegan"
    crate.description = "A report, and every file between it and the raw data, each with the job that made it"
    crate.license = "That of the data it was made from"
    crate.root_dataset["conformsTo"] = crate.add(_entity(crate, PROFILE, "CreativeWork", name="Process Run Crate"))
    crate.metadata.extra_terms |= TERMS
    entities = {
        path: _add_file(crate, path, sha256, report) for path, sha256 in merge_digests(records.values()).items()
    }
    versions = {name: _add_software(crate, name, version) for name, version in _list_versions(records.values())}
    for path, record in records.items():
        tool = _entity(crate, f"#rule/{record['rule']}", "SoftwareApplication", name=record["rule"])
        tool["version"], tool["softwareRequirements"] = record["params"]["code"], list(versions.values())
        inputs, outputs = ([entities[name] for name in record[side]] for side in ("inputs", "outputs"))
        name = " ".join([record["rule"], *record["wildcards"].values()])
        crate.add_action(crate.add(tool), f"#{path}", object=inputs, result=outputs, properties={"name": name})
    crate.root_dataset["mentions"] = crate.get_by_type("CreateAction")
    content: dict[str, Any] = crate.metadata.generate()
    return content


def merge_digests(records: Iterable[Record]) -> dict[str, str]:
    """Merge the inputs and outputs of several records: path -> SHA-256.

    Raises:
        InputError: two records name different digests of a file.
    """
    files: dict[str, str] = {}
    for record in records:
        for path, sha256 in {**record["inputs"], **record["outputs"]}.items():
            if files.setdefault(path, sha256) != sha256:
                wrong = f"{record['rule']} read or wrote other bytes of it than an earlier job"
                raise InputError(path, wrong, "Call `aegan run` again; if that does not help, remove the file")
    return files


def _list_versions(records: Iterable[Record]) -> list[tuple[str, str]]:
    return sorted({item for record in records for item in record["versions"].items()})


def _entity(crate: ROCrate, identifier: str, kind: str, **properties: Any) -> ContextEntity:
    return ContextEntity(crate, identifier, properties={"@type": kind, **properties})


def _add_software(crate: ROCrate, name: str, version: str) -> Any:
    entity = _entity(crate, f"#software/{name}/{version}", "SoftwareApplication", name=name, version=version)
    return crate.add(entity)


def _add_file(crate: ROCrate, path: str, sha256: str, report: Path) -> Any:
    if Path(path).is_relative_to(report):
        inside = Path(path).relative_to(report).as_posix()
        return crate.add_file(dest_path=inside, properties={"name": path, "sha256": sha256})
    return crate.add(_entity(crate, f"#{path}", "MediaObject", name=path, sha256=sha256))
