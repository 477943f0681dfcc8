"""Compare real data with real ones in every feature space: the floor under every generator."""

from pathlib import Path

from aegan import job
from aegan.evaluation import measure_floor
from aegan.feature_spaces import load_feature_nets, reference_blocks
from aegan.mapped import read_mapped, write_mapped
from aegan.storage import read_array, read_json
from aegan.tables import write_table
from aegan.training.recruiting import data_shape
from aegan.training.stream import Rows


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
    real, held_out = (Rows(read_array(path), device=device) for path in (train, test))
    nets = load_feature_nets(features, data_shape(real), len(read_json(manifest)["classes"]), inception)
    write_mapped(reference, reference_blocks(nets, real, held_out))
    write_table(floor, measure_floor(read_mapped(reference), min(sample_count, len(real)), subset))


if __name__ == "__main__":
    job.run(main, snakemake)  # noqa: F821 - Snakemake defines it
