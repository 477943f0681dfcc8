"""Write the report as one self-contained page."""

from pathlib import Path
from typing import Any

from aegan.analysis.study_io import load_study, summarise_provenance
from aegan.config.freeze import describe_freeze
from aegan.data.trained_data import check_trained_on
from aegan.metrics.registry import METRIC_LABELS, RECONSTRUCTION
from aegan.pipeline import job
from aegan.provenance import describe_commit, file_digest
from aegan.report.page import render_report
from aegan.storage import read_json, write_text


def main(
    *,
    tables: list[Path],
    pictures: Path,
    figures: list[Path],
    left_out: Path,
    reproduction_figures: list[Path],
    manifests: list[Path],
    feature_records: list[Path],
    runs: list[Path],
    study_name: str,
    datasets: list[str],
    methods: list[str],
    settings: dict[str, Any],
    config_files: list[str],
    command: str,
    page: Path,
    inception: Path | None = None,
) -> None:
    study = load_study(study_name, datasets, methods, tables, pictures, METRIC_LABELS, RECONSTRUCTION, manifests)
    drawn, reproduced = (
        {path.stem: path.read_text(encoding="utf-8") for path in paths if path.suffix == ".svg"}
        for paths in (figures, reproduction_figures)
    )
    records = [[read_json(path) for path in paths] for paths in (manifests, feature_records, runs)]
    for path, run in zip(runs, records[2], strict=True):
        check_trained_on(path, run, records[0][datasets.index(run["dataset"])])
    provenance = summarise_provenance(datasets, *records) | {"page": describe_commit()}
    provenance["freeze"] = describe_freeze([*map(Path, config_files)], settings, records[2])._asdict()
    if inception:
        provenance["Inception weights"] = file_digest(inception)
    reasons = read_json(left_out)
    downloads = {path.name: path.read_bytes() for path in tables if path.parent == page.parent}
    write_text(page, render_report(study, drawn, provenance, settings, [command], reproduced, reasons, downloads))


if __name__ == "__main__":
    job.run(main, snakemake)  # noqa: F821 - Snakemake defines it
