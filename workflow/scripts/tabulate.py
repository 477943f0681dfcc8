"""Join the tables of all runs, assess every network, and compare the methods."""

from pathlib import Path
from typing import Any

from aegan.analysis.aggregate import Comparisons, EvaluationFiles, RunFiles, tabulate_study
from aegan.analysis.study_arrays import select_arrays
from aegan.pipeline import job
from aegan.storage import write_json, write_tensors
from aegan.tables import name_table, write_table


def main(
    *,
    gan_histories: list[Path],
    gan_runs: list[Path],
    gan_quality: list[Path],
    gan_probes: list[Path],
    gan_dynamics: list[Path],
    samples: list[Path],
    qualitative_samples: list[Path],
    test: list[Path],
    train: list[Path],
    train_labels: list[Path],
    ladders: list[Path],
    left_out: list[Path],
    datasets: list[str],
    verdicts: dict[str, Any],
    report: dict[str, Any],
    comparisons: dict[str, Any],
    tables: list[Path],
    metrics: Path,
    pictures: Path,
    autoencoder_histories: list[Path],
    autoencoder_runs: list[Path],
    autoencoder_quality: list[Path],
    reconstructions: list[Path],
    projections: list[Path],
) -> None:
    gans = RunFiles(gan_histories, gan_runs, gan_quality, gan_probes, gan_dynamics)
    autoencoders = RunFiles(autoencoder_histories, autoencoder_runs, autoencoder_quality)
    evaluated = EvaluationFiles(projections, ladders, left_out)
    contents, numbers = tabulate_study(gans, autoencoders, evaluated, verdicts, report, Comparisons(**comparisons))
    for target in tables:
        write_table(target, contents[name_table(target)])
    write_json(metrics, numbers)
    originals = dict(zip(datasets, test, strict=True))
    raw = dict(zip(datasets, zip(train, train_labels, strict=True), strict=True))
    write_tensors(pictures, select_arrays(samples, reconstructions, originals, qualitative_samples, raw))


if __name__ == "__main__":
    job.run(main, snakemake)  # noqa: F821 - Snakemake defines it
