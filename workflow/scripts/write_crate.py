"""Write the RO-Crate of a study: every file back to the raw data, with its hash and the job that made it."""

from pathlib import Path

from aegan.pipeline import job
from aegan.pipeline.job_records import read_record
from aegan.pipeline.ro_crate import build_crate
from aegan.storage import write_json


def main(*, records: list[Path], study_name: str, crate: Path) -> None:
    write_json(crate, build_crate(study_name, {path: read_record(path) for path in records}, crate.parent), indent=0)


if __name__ == "__main__":
    job.run(main, snakemake)  # noqa: F821 - Snakemake defines it
