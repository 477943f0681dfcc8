"""Reading a history of gradients from wherever it lies: a finished run, one that is running, or a user's own CSV."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from safetensors import safe_open

from aegan.analysis.study_schema import HISTORY
from aegan.cli.csv_history import own_history
from aegan.errors import InputError
from aegan.figures.numbers import listed
from aegan.probes.history import History
from aegan.seeding import block
from aegan.tables import named, read_table
from aegan.training.member import Divergence
from aegan.training.outputs import with_divergence


class Reading(NamedTuple):
    """What is known of a run."""

    state: str  #: what it is and how far it got, in words
    history: pd.DataFrame  #: `HISTORY`
    probe: pd.DataFrame | None = None  #: what its generators met in fresh discriminators, if that was measured
    root: Path = Path()  #: the folder with results/ and reports/
    under_way: str | None = None  #: the method of a run that has not finished


def read_run(run: Path) -> Reading:
    """Read a run.

    Args:
        run: results/{phase}/{dataset}/{method}/{seeds}, its training.parquet, the folder of its checkpoints, or a CSV.

    Raises:
        InputError: there is no history, or it cannot be used as it is.
    """
    place = run.resolve()
    if place.suffix == ".csv":
        return Reading(f"the history in {run}", own_history(run))
    if place.suffix != ".parquet":
        place /= "training.parquet"
    if place.is_file():
        return finished(place)
    checkpoints = [folder for folder in (place.parent, _checkpoints_of(place.parent)) if _members(folder)]
    if not checkpoints:
        mend = "Give the folder results/gan/DATASET/METHOD/SEEDS of a run that began, or a CSV"
        raise InputError(run, "has no training.parquet, nor are there checkpoints of such a run", mend)
    return running(checkpoints[0])


def finished(training: Path) -> Reading:
    """Read the training.parquet of a finished run, and what the diagnosis measured beside it."""
    history = written_table(training, HISTORY, "Give a training.parquet that aegan wrote")
    root = _root(training.parent)
    probe = root.joinpath("results", "diagnosis", *training.parts[-4:-1], "probe.parquet")
    names = [listed(list(map(str, history[column].unique()))) for column in ("method", "dataset", "seed")]
    state = "finished: {} on {}, seeds {}".format(*names)
    return Reading(state, history[HISTORY], read_table(probe) if probe.is_file() else None, root)


def written_table(path: Path, columns: Sequence[str], mend: str) -> pd.DataFrame:
    """Read a table that aegan wrote; an autoencoder is called a method.

    Raises:
        InputError: the file is missing, unreadable, or lacks one of `columns`; `mend` says what to do about it.
    """
    try:
        table = read_table(path).rename(columns={"autoencoder": "method"})
    except InputError as error:
        raise InputError(path, error.wrong, mend) from None
    if missing := [column for column in columns if column not in table]:
        raise InputError(path, f"has no column {missing[0]}", mend)
    return table


def running(folder: Path) -> Reading:
    """Read the checkpoints of a run under way: …/{dataset}/{method}/{seeds}/seed-{seed}.safetensors."""
    dataset, method, seeds = folder.parts[-3:]
    members = {seed: checkpoint(path) for seed, path in _members(folder).items()}
    tables = [table.assign(seed=seed) for seed, (_, table) in members.items()]
    progress = [f"seed {seed} at round {rounds}" for seed, (rounds, _) in members.items()]
    planned = block(seeds) if re.fullmatch(r"\d+-\d+", seeds) else []
    waiting = [f"seed {seed} not begun" for seed in planned if seed not in members]
    history = named(pd.concat(tables, ignore_index=True), {"dataset": dataset, "method": method})
    state = f"running: {method} on {dataset}, {listed(progress + waiting)}"
    return Reading(state, history[HISTORY], root=_root(folder), under_way=method)


def checkpoint(path: Path) -> tuple[int, pd.DataFrame]:
    """Read how many rounds a member has played, and its history: step, network, layer, quantity, value."""
    try:
        with safe_open(path, framework="pt") as file:
            about = json.loads(file.metadata()["member"])
            state = {key: file.get_tensor(f"history/{key}") for key in ("steps", "rows") if about["keys"]}
        history = History()
        if state:
            history.load(state, [(network, layer, quantity) for network, layer, quantity in about["keys"]])
        divergence = Divergence(*about["divergence"]) if about["divergence"] else None
        return int(about["step"]), with_divergence(history.frame(), divergence)
    # what is there may be anything under the names of a checkpoint, and fails in as many ways
    except Exception:
        raise InputError(path, "is no checkpoint of aegan", "Give a folder that holds checkpoints alone") from None


def _members(folder: Path) -> dict[int, Path]:
    found = {path.stem.removeprefix("seed-"): path for path in folder.glob("seed-*.safetensors")}
    return {int(seed): found[seed] for seed in sorted(filter(str.isdigit, found), key=int)}


def _root(folder: Path) -> Path:
    """Return the folder that holds results/ or .checkpoints/, in which …/{phase}/{dataset}/{method}/{seeds} lies."""
    return folder.parents[min(4, len(folder.parents) - 1)]


def _checkpoints_of(folder: Path) -> Path:
    return _root(folder).joinpath(".checkpoints", *folder.parts[-4:])
