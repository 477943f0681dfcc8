"""Corrupt real data in growing degrees, and measure which metrics respond."""

from pathlib import Path

from aegan.data.array_dataset import ArrayDataset
from aegan.evaluation.corruption_ladder import measure_corruption_ladder
from aegan.evaluation.feature_spaces import load_feature_nets
from aegan.mmap import read_mapped
from aegan.pipeline import job
from aegan.storage import read_array, read_json
from aegan.tables import prepend_columns, write_table


def main(
    *,
    train: Path,
    test: Path,
    test_labels: Path,
    manifest: Path,
    features: Path,
    reference: Path,
    names: dict[str, str],
    device: str,
    ladder: Path,
    inception: Path | None = None,
) -> None:
    train_dataset = ArrayDataset(read_array(train), device=device)
    test_dataset = ArrayDataset(read_array(test), read_array(test_labels), device)
    nets = load_feature_nets(features, train_dataset.sample_shape, len(read_json(manifest)["classes"]), inception)
    measured = measure_corruption_ladder(nets, train_dataset, test_dataset, read_mapped(reference))
    write_table(ladder, prepend_columns(measured, names))


if __name__ == "__main__":
    job.run(main, snakemake)  # noqa: F821 - Snakemake defines it
