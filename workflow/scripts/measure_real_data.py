"""Measure real data against real data: the floor of every metric, and which of them respond to corruptions."""

from pathlib import Path

from aegan.data.array_dataset import ArrayDataset
from aegan.data.mmap import read_mapped, write_mapped
from aegan.evaluation.corruption_ladder import measure_corruption_ladder
from aegan.evaluation.feature_spaces import compute_reference_blocks, load_feature_nets
from aegan.evaluation.left_out import tabulate_left_out
from aegan.evaluation.quality_floor import measure_floor
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
    names: dict[str, str],
    sample_count: int,
    subset: int,
    has_codes: bool,
    device: str,
    reference: Path,
    floor: Path,
    left_out: Path,
    ladder: Path,
    inception: Path | None = None,
) -> None:
    train_dataset = ArrayDataset(read_array(train), device=device)
    test_dataset = ArrayDataset(read_array(test), read_array(test_labels), device)
    nets = load_feature_nets(features, train_dataset.sample_shape, len(read_json(manifest)["classes"]), inception)
    write_mapped(reference, compute_reference_blocks(nets, train_dataset, test_dataset))
    real, count = read_mapped(reference), min(sample_count, len(train_dataset))
    write_table(floor, measure_floor(real, count, subset))
    too_few = tabulate_left_out(len(test_dataset), count, subset, has_codes)
    write_table(left_out, prepend_columns(too_few, names))
    corrupted = measure_corruption_ladder(nets, train_dataset, test_dataset, real)
    write_table(ladder, prepend_columns(corrupted, names))


if __name__ == "__main__":
    job.run(main, snakemake)  # noqa: F821 - Snakemake defines it
