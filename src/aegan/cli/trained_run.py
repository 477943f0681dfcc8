"""A finished run of a GAN or an autoencoder, read from its folder: its config, data and weights."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from pydantic import ValidationError
from safetensors import SafetensorError

from aegan.data.array_dataset import ArrayDataset
from aegan.data.trained_data import check_trained_on
from aegan.errors import InputError
from aegan.storage import read_json


class DescribedDataset(ArrayDataset):
    """A train split that holds no samples, with the shape and class shares that its manifest states.

    It replaces the train split where networks are built.
    """

    def __init__(self, manifest: Mapping[str, Any]) -> None:
        shape, train = manifest["shape"], manifest["shards"]["train"]
        super().__init__(np.empty((0, *shape), np.uint8 if len(shape) == 3 else np.float32))
        counts = [train["rows_per_class"][name] for name in manifest["classes"]]
        # like np.bincount of labels, which ends with the last class that has samples
        self._class_shares = tuple(count / train["rows"] for count in np.trim_zeros(counts, "b"))

    def compute_class_shares(self) -> tuple[float, ...]:
        """Return the share of each class among the samples; () for data without labels."""
        return self._class_shares


class TrainedRun(NamedTuple):
    """A finished run of a GAN or of an autoencoder."""

    config: dict[str, Any]  #: its resolved entry of `methods` or `autoencoders`
    members: list[dict[str, Any]]  #: seed and outcome of each member
    weights: Path
    manifest: dict[str, Any]  #: of the data set
    root: Path  #: the folder results/
    dataset: str
    name: str  #: of the method or the autoencoder
    seed_block: str

    def select_seeds(self, seed: int | None) -> list[int]:
        """Return all seeds of the run, or only the given one.

        Raises:
            InputError: the run has no such seed.
        """
        seeds = [member["seed"] for member in self.members]
        if seed is not None and seed not in seeds:
            raise InputError("--seed", f"{seed} is not among the run's seeds", f"Give one of {seeds}")
        return seeds if seed is None else [seed]

    def find_output(self, phase: str, name: str, file: str) -> Path:
        """Return a file that another phase wrote for the same data set and seeds.

        Args:
            phase: of the workflow, such as latents.
            name: of the method or the autoencoder.
            file: name of the file.

        Raises:
            InputError: the file does not exist.
        """
        return require_file(self.root / phase / self.dataset / name / self.seed_block / file)


def read_trained_run(run: Path, phase: str) -> TrainedRun:
    """Read a finished run.

    Args:
        run: results/{phase}/{dataset}/{name}/{seeds}.
        phase: gan or autoencoder.

    Raises:
        InputError: the folder is not that of a run, the run has not finished, or its data set has changed since.
    """
    folder = run.resolve()
    if len(folder.parts) < 5 or folder.parts[-4] != phase:
        fix = f"Give a folder results/{phase}/DATASET/NAME/SEEDS"
        raise InputError(run, f"is not a run of the phase {phase}", fix)
    *_, dataset, name, seed_block = folder.parts
    record, weights = read_json(require_file(folder / "run.json")), require_file(folder / "weights.safetensors")
    root = folder.parents[3]
    manifest = read_json(require_file(root / "data" / dataset / "manifest.json"))
    check_trained_on(run, record, manifest)
    return TrainedRun(record["config"], record["members"], weights, manifest, root, dataset, name, seed_block)


def require_file(file: Path) -> Path:
    """Return a file that must exist.

    Raises:
        InputError: it does not exist.
    """
    if not file.is_file():
        raise InputError(file, "is not there", "Call `snakemake`, which makes missing files")
    return file


def refuse_existing(target: Path) -> None:
    """Refuse to overwrite a file or folder.

    Raises:
        InputError: the target exists.
    """
    if target.exists():
        raise InputError(target, "exists already, and nothing is overwritten", "Give another name with --to")


@contextmanager
def explain_weight_errors(run: Path) -> Iterator[None]:
    """Turn the errors of the block, which loads the weights of a run, into an `InputError`.

    Raises:
        InputError: the weights do not fit the networks, because aegan or the file has changed.
    """
    try:
        yield
    except (RuntimeError, KeyError, OSError, SafetensorError, ValidationError) as error:
        wrong = f"its weights do not fit the networks of its run.json ({str(error).splitlines()[0]})"
        fix = "Call `snakemake`, which makes the run again with this version of aegan"
        raise InputError(run, wrong, fix) from error
