"""Make real data worse, step by step, and see which metrics notice."""

from pathlib import Path

from aegan.data.array_dataset import ArrayDataset
from aegan.evaluation.corruption_ladder import measure_ladder
from aegan.evaluation.feature_spaces import load_feature_nets
from aegan.mmap import read_mapped
from aegan.pipeline import job
from aegan.storage import read_array, read_json
from aegan.tables import named, write_table


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
    real, held_out = (
        ArrayDataset(read_array(train), device=device),
        ArrayDataset(read_array(test), read_array(test_labels), device),
    )
    nets = load_feature_nets(features, real.sample_shape, len(read_json(manifest)["classes"]), inception)
    write_table(ladder, named(measure_ladder(nets, real, held_out, read_mapped(reference)), names))


if __name__ == "__main__":
    job.run(main, snakemake)  # noqa: F821 - Snakemake defines it
