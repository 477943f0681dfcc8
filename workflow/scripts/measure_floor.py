"""Compare real data with real ones in every feature space: the floor under every generator."""

from pathlib import Path

from aegan import job
from aegan.evaluation import load_feature_nets, measure_floor
from aegan.storage import read_array, read_json, write_table, write_tensors
from aegan.training.recruiting import data_shape
from aegan.training.stream import Rows


def main(
    *,
    train: Path,
    test: Path,
    manifest: Path,
    features: Path,
    sample_count: int,
    device: str,
    floor: Path,
    reference: Path,
) -> None:
    real, held_out = (Rows(read_array(path), device=device) for path in (train, test))
    nets = load_feature_nets(features, data_shape(real), len(read_json(manifest)["classes"]))
    embedded, table = measure_floor(nets, real, held_out, min(sample_count, len(real)))
    write_tensors(reference, embedded)
    write_table(floor, table)


if __name__ == "__main__":
    job.run(main, snakemake)  # noqa: F821 - Snakemake defines it
