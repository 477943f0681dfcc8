"""Compare real data with real ones in every feature space: the floor under every generator."""

from pathlib import Path

from aegan.data.array_dataset import ArrayDataset
from aegan.evaluation.feature_spaces import load_feature_nets, reference_blocks
from aegan.evaluation.sample_quality import measure_floor
from aegan.mmap import read_mapped, write_mapped
from aegan.pipeline import job
from aegan.storage import read_array, read_json
from aegan.tables import write_table


def main(
    *,
    train: Path,
    test: Path,
    manifest: Path,
    features: Path,
    sample_count: int,
    subset: int,
    device: str,
    floor: Path,
    reference: Path,
    inception: Path | None = None,
) -> None:
    real, held_out = (ArrayDataset(read_array(path), device=device) for path in (train, test))
    nets = load_feature_nets(features, real.sample_shape, len(read_json(manifest)["classes"]), inception)
    write_mapped(reference, reference_blocks(nets, real, held_out))
    write_table(floor, measure_floor(read_mapped(reference), min(sample_count, len(real)), subset))


if __name__ == "__main__":
    job.run(main, snakemake)  # noqa: F821 - Snakemake defines it
