"""Make the feature networks of a data set, and train the classifier if it is among them."""

from pathlib import Path

from aegan.data.array_dataset import ArrayDataset
from aegan.evaluation.feature_spaces import train_feature_nets
from aegan.pipeline import job
from aegan.provenance import file_digest
from aegan.storage import read_array, read_json, write_json
from aegan.training.checkpoint import Checkpoints
from aegan.training.weights import save_weights


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
    features: Path,
    feature_record: Path,
) -> None:
    facts = read_json(manifest)
    progress = Checkpoints(checkpoints, f"{code} {epochs} {facts['shards']['train']['values_sha256']}")
    train_dataset = ArrayDataset(read_array(train), read_array(train_labels), device)
    test_dataset = ArrayDataset(read_array(test), read_array(test_labels), device)
    nets, accuracy = train_feature_nets(train_dataset, test_dataset, len(facts["classes"]), epochs, progress)
    save_weights(features, nets)
    spaces = sorted(next(iter(nets.values())))
    write_json(feature_record, {"spaces": spaces, "sha256": file_digest(features), **accuracy})
    progress.discard()


if __name__ == "__main__":
    job.run(main, snakemake)  # noqa: F821 - Snakemake defines it
