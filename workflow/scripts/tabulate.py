"""Join the tables of all runs, judge every network, and decide what helps."""

from pathlib import Path
from typing import Any

from aegan.analysis.aggregate import Runs, pictures, tabulate
from aegan.pipeline import job
from aegan.storage import write_json, write_tensors
from aegan.tables import write_table


def main(
    *,
    gan_histories: list[Path],
    gan_runs: list[Path],
    gan_quality: list[Path],
    probes: list[Path],
    dynamics: list[Path],
    samples: list[Path],
    exhibits: list[Path],
    originals: list[Path],
    ladders: list[Path],
    datasets: list[str],
    verdicts: dict[str, Any],
    report: dict[str, Any],
    methods: dict[str, Any],
    baselines: dict[str, str],
    tables: list[Path],
    metrics: Path,
    picked: Path,
    autoencoder_histories: list[Path],
    autoencoder_runs: list[Path],
    autoencoder_quality: list[Path],
    reconstructions: list[Path],
    projections: list[Path],
) -> None:
    gans = Runs(gan_histories, gan_runs, gan_quality, probes, dynamics)
    autoencoders = Runs(autoencoder_histories, autoencoder_runs, autoencoder_quality)
    made, numbers = tabulate(gans, autoencoders, projections, ladders, verdicts, report, methods, baselines)
    for target in tables:
        write_table(target, made[target.stem])
    write_json(metrics, numbers)
    real = dict(zip(datasets, originals, strict=True))
    write_tensors(picked, pictures(samples, reconstructions, real, exhibits))


if __name__ == "__main__":
    job.run(main, snakemake)  # noqa: F821 - Snakemake defines it
