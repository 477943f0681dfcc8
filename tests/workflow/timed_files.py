"""Files that differ between two runs of the same study, since they hold times or the hashes of files that do."""

from pathlib import PurePath

#: files with times; run.json has them in its date and the seconds of its members alone
TIMED = {"cost.csv", "cost.svg", "index.html", "ro-crate-metadata.json"}
#: rules whose job records have the hashes of files with times
HASHED = {"train_autoencoder", "train_gan", "sample_gan", "tabulate", "draw", "write_report", "write_crate"}


def is_timed(path: PurePath) -> bool:
    """Say whether a file's bytes depend on times; run.json is left to the caller."""
    return path.name in TIMED or bool(HASHED & set(path.parts))
