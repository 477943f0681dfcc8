"""Export the history of each member to the files of a tracker."""

from pathlib import Path

from aegan.pipeline import job
from aegan.probes.trackers.export import export_members
from aegan.tables import read_table


def main(*, gan_histories: list[Path], autoencoder_histories: list[Path], names: dict[str, str], folder: Path) -> None:
    phases = {"gan": gan_histories, "autoencoder": autoencoder_histories}
    histories = ((phase, read_table(path)) for phase, paths in phases.items() for path in paths)
    export_members(names["tracker"], folder, histories)


if __name__ == "__main__":
    job.run(main, snakemake)  # noqa: F821 - Snakemake defines it
