"""The study as an RO-Crate: what was made by which job from what, with the hash of every file.

Files of the report are the crate's parts; those that the report was made from stand beside it by their path in the
repository, and are there after `dvc pull`. It follows the Process Run Crate profile: one `CreateAction` per job, its
`instrument` the script with the digest of its code.
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


def crate_of(study: str, records: Mapping[Path, Record], report: Path) -> dict[str, Any]:
    """Make the content of a study's ro-crate-metadata.json.

    Args:
        study: the study's name.
        records: the record of every job, by its path.
        report: the folder of the report.

    Raises:
        InputError: a job read other bytes than the job before it wrote.
    """
    crate = ROCrate()
    crate.name = f"The study {study} of aegan"
    crate.description = "A report, and every file between it and the raw data, each with the job that made it"
    crate.license = "That of the data it was made from"
    crate.root_dataset["conformsTo"] = crate.add(_entity(crate, PROFILE, "CreativeWork", name="Process Run Crate"))
    crate.metadata.extra_terms |= TERMS
    entities = {path: _file(crate, path, sha256, report) for path, sha256 in agreed(records.values()).items()}
    versions = {name: _software(crate, name, number) for name, number in _versions(records.values())}
    for path, record in records.items():
        tool = _entity(crate, f"#rule/{record['rule']}", "SoftwareApplication", name=record["rule"])
        tool["version"], tool["softwareRequirements"] = record["params"]["code"], list(versions.values())
        read, made = ([entities[name] for name in record[side]] for side in ("inputs", "outputs"))
        name = " ".join([record["rule"], *record["wildcards"].values()])
        crate.add_action(crate.add(tool), f"#{path}", object=read, result=made, properties={"name": name})
    crate.root_dataset["mentions"] = crate.get_by_type("CreateAction")
    content: dict[str, Any] = crate.metadata.generate()
    return content


def agreed(records: Iterable[Record]) -> dict[str, str]:
    """Join the files of several records: path -> SHA-256.

    Raises:
        InputError: two of them differ on a file.
    """
    files: dict[str, str] = {}
    for record in records:
        for path, sha256 in {**record["inputs"], **record["outputs"]}.items():
            if files.setdefault(path, sha256) != sha256:
                mend = "Call `aegan run` again; if it stays, remove the file"
                raise InputError(path, f"{record['rule']} knows other bytes of it than an earlier job", mend)
    return files


def _versions(records: Iterable[Record]) -> list[tuple[str, str]]:
    return sorted({item for record in records for item in record["versions"].items()})


def _entity(crate: ROCrate, identifier: str, kind: str, **properties: Any) -> ContextEntity:
    return ContextEntity(crate, identifier, properties={"@type": kind, **properties})


def _software(crate: ROCrate, name: str, number: str) -> Any:
    entity = _entity(crate, f"#software/{name}/{number}", "SoftwareApplication", name=name, version=number)
    return crate.add(entity)


def _file(crate: ROCrate, path: str, sha256: str, report: Path) -> Any:
    if Path(path).is_relative_to(report):
        inside = Path(path).relative_to(report).as_posix()
        return crate.add_file(dest_path=inside, properties={"name": path, "sha256": sha256})
    return crate.add(_entity(crate, f"#{path}", "MediaObject", name=path, sha256=sha256))
