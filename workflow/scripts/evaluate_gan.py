"""Measure what one method makes, seed by seed."""

from pathlib import Path

from aegan import job
from aegan.evaluation import cohort_quality, load_feature_nets
from aegan.storage import named, read_array, read_json, read_table, read_tensors, write_table
from aegan.training.recruiting import data_shape
from aegan.training.stream import Rows


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
    quality: Path,
) -> None:
    originals = Rows(read_array(test), read_array(test_labels), device)
    nets = load_feature_nets(features, data_shape(originals), len(read_json(manifest)["classes"]))
    images = read_array(samples), read_array(reconstructions)
    known = read_tensors(reference), read_table(floor)
    table = cohort_quality(nets, seeds, *images, originals, *known, read_array(classes))
    write_table(quality, named(table, names))


if __name__ == "__main__":
    job.run(main, snakemake)  # noqa: F821 - Snakemake defines it
