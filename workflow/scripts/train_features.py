"""Make the feature nets of a data set, and train the classifier where it is among them."""

from pathlib import Path

from aegan.data.array_dataset import ArrayDataset
from aegan.evaluation.feature_spaces import train_feature_nets
from aegan.pipeline import job
from aegan.provenance import file_digest
from aegan.storage import read_array, read_json, write_json
from aegan.training.checkpoint import Checkpoints, save_weights


def main(
    *,
    train: Path,
    test: Path,
    train_labels: Path,
    test_labels: Path,
    manifest: Path,
    epochs: int,
    checkpoints: str,
    code: str,
    device: str,
    weights: Path,
    record: Path,
) -> None:
    about = read_json(manifest)
    kept = Checkpoints(checkpoints, f"{code} {epochs} {about['shards']['train']['values_sha256']}")
    splits = [
        ArrayDataset(read_array(x), read_array(y), device) for x, y in ((train, train_labels), (test, test_labels))
    ]
    nets, accuracy = train_feature_nets(*splits, len(about["classes"]), epochs, kept)
    save_weights(weights, nets)
    write_json(record, {"spaces": sorted(next(iter(nets.values()))), "sha256": file_digest(weights), **accuracy})
    kept.discard()


if __name__ == "__main__":
    job.run(main, snakemake)  # noqa: F821 - Snakemake defines it
