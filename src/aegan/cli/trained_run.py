"""A finished run, read from its folder: what it was, the data it learnt, and the networks it left."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from pydantic import ValidationError
from safetensors import SafetensorError

from aegan.data.array_dataset import ArrayDataset
from aegan.errors import InputError
from aegan.storage import read_json


class Described(ArrayDataset):
    """The train split as its manifest describes it: no row is there, but networks can be made for such rows."""

    def __init__(self, manifest: Mapping[str, Any]) -> None:
        shape, train = manifest["shape"], manifest["shards"]["train"]
        super().__init__(np.empty((0, *shape), np.uint8 if len(shape) == 3 else np.float32))
        counts = [train["rows_per_class"][name] for name in manifest["classes"]]
        # as counting labels has it: the last class is the last that a row belongs to
        self._shares = tuple(count / train["rows"] for count in np.trim_zeros(counts, "b"))

    def shares(self) -> tuple[float, ...]:
        """Return the share of every class among the rows; () of rows without labels."""
        return self._shares


class Finished(NamedTuple):
    """A run of a GAN or of an autoencoder."""

    config: dict[str, Any]  #: its resolved entry of `methods` or `autoencoders`
    members: list[dict[str, Any]]  #: how each ended, with its seed
    weights: Path
    manifest: dict[str, Any]  #: of the data set
    root: Path  #: the folder results/
    dataset: str
    name: str
    block: str

    def chosen(self, seed: int | None) -> list[int]:
        """List the run's seeds, or the given one alone.

        Raises:
            InputError: the run has no such seed.
        """
        seeds = [member["seed"] for member in self.members]
        if seed is not None and seed not in seeds:
            raise InputError("--seed", f"{seed} is not among the run's seeds", f"Give one of {seeds}")
        return seeds if seed is None else [seed]

    def beside(self, phase: str, name: str, file: str) -> Path:
        """Return a file that another phase left for the same data set and seeds.

        Raises:
            InputError: it is not there.
        """
        return existing(self.root / phase / self.dataset / name / self.block / file)


def read_finished(run: Path, phase: str) -> Finished:
    """Read results/{phase}/{dataset}/{name}/{seeds}.

    Raises:
        InputError: this is no such folder, the run has not finished, or its data set has changed since.
    """
    place = run.resolve()
    if len(place.parts) < 5 or place.parts[-4] != phase:
        mend = f"Give a folder results/{phase}/DATASET/NAME/SEEDS"
        raise InputError(run, f"is no run of the phase {phase}", mend)
    *_, dataset, name, block = place.parts
    record, weights = read_json(existing(place / "run.json")), existing(place / "weights.safetensors")
    root = place.parents[3]
    manifest = read_json(existing(root / "data" / dataset / "manifest.json"))
    if manifest["shards"]["train"]["values_sha256"] != record["data"]:
        wrong = f"learnt other data than results/data/{dataset} holds now"
        raise InputError(run, wrong, "Run snakemake: it brings the run up to its data")
    return Finished(record["config"], record["members"], weights, manifest, root, dataset, name, block)


def existing(file: Path) -> Path:
    """Return a file that must be there.

    Raises:
        InputError: it is not.
    """
    if not file.is_file():
        raise InputError(file, "is not there", "Run snakemake: it makes what is missing")
    return file


def absent(target: Path) -> None:
    """Refuse to write over what is there.

    Raises:
        InputError: there is something.
    """
    if target.exists():
        raise InputError(target, "exists already, and nothing is overwritten", "Give another name with --to")


@contextmanager
def fitting(run: Path) -> Iterator[None]:
    """Say in words that weights do not fit the networks they are read for: aegan has changed, or the file."""
    try:
        yield
    except (RuntimeError, KeyError, OSError, SafetensorError, ValidationError) as error:
        wrong = f"its weights do not fit the networks of its run.json ({str(error).splitlines()[0]})"
        raise InputError(run, wrong, "Run snakemake: it makes the run again with this version of aegan") from error
