"""Write the report: one page with everything in it."""

from pathlib import Path
from typing import Any

from aegan.analysis.study_io import load_study, provenance
from aegan.pipeline import job
from aegan.provenance import file_digest
from aegan.report.page import render
from aegan.storage import read_json, write_text


def main(
    *,
    tables: list[Path],
    pictures: Path,
    figures: list[Path],
    drawings: list[Path],
    manifests: list[Path],
    features: list[Path],
    runs: list[Path],
    study_name: str,
    datasets: list[str],
    methods: list[str],
    settings: dict[str, Any],
    command: str,
    page: Path,
    inception: Path | None = None,
) -> None:
    study = load_study(study_name, datasets, methods, tables, pictures)
    drawn, results = (
        {path.stem: path.read_text(encoding="utf-8") for path in paths if path.suffix == ".svg"}
        for paths in (figures, drawings)
    )
    origin = provenance(datasets, *([read_json(path) for path in paths] for paths in (manifests, features, runs)))
    if inception:
        origin["Inception weights"] = file_digest(inception)
    write_text(page, render(study, drawn, origin, settings, [command], results))


if __name__ == "__main__":
    job.run(main, snakemake)  # noqa: F821 - Snakemake defines it
