"""Measure the quality of the samples of a method, seed by seed."""

from pathlib import Path

from aegan.data.array_dataset import ArrayDataset
from aegan.data.mmap import read_mapped
from aegan.evaluation.feature_spaces import load_feature_nets
from aegan.evaluation.sample_quality import evaluate_cohort
from aegan.pipeline import job
from aegan.storage import read_array, read_json, write_tensors
from aegan.tables import prepend_columns, read_table, write_table


def main(
    *,
    test: Path,
    test_labels: Path,
    manifest: Path,
    samples: Path,
    reconstructions: Path,
    classes: Path,
    features: Path,
    floor: Path,
    reference: Path,
    names: dict[str, str],
    seeds: list[int],
    device: str,
    subset: int,
    quality: Path,
    moments: Path,
    inception: Path | None = None,
) -> None:
    dataset = ArrayDataset(read_array(test), read_array(test_labels), device)
    nets = load_feature_nets(features, dataset.sample_shape, len(read_json(manifest)["classes"]), inception)
    generated = read_array(samples), read_array(reconstructions)
    real_measures = read_mapped(reference), read_table(floor)
    evaluated = evaluate_cohort(nets, seeds, *generated, dataset, *real_measures, subset, read_array(classes))
    write_table(quality, prepend_columns(evaluated.quality, names))
    write_tensors(moments, evaluated.moments)


if __name__ == "__main__":
    job.run(main, snakemake)  # noqa: F821 - Snakemake defines it
