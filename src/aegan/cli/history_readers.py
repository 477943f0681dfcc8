"""Read a history of gradients: of a finished run, of a running one, or from a user's own CSV file."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from aegan.analysis.study_schema import HISTORY
from aegan.cli.csv_history import read_csv_history
from aegan.errors import InputError
from aegan.figures.numbers import format_duration, join_words
from aegan.seeding import parse_seed_block
from aegan.tables import prepend_columns, read_table
from aegan.watching.history_file import HISTORY_FILE, read_history


class RunHistory(NamedTuple):
    """The history of a finished or running run."""

    state: str  #: the run and its progress, in words
    history: pd.DataFrame  #: `HISTORY`
    probe: pd.DataFrame | None = None  #: table of the frozen-generator diagnosis, if it was measured
    root: Path | None = None  #: the folder with results/ and reports/; None for a CSV
    running_method: str | None = None  #: the method of a run that has not finished
    folder: Path | None = None  #: the folder of a finished run


def read_run(run: Path) -> RunHistory:
    """Read the history of a run.

    Args:
        run: results/{phase}/{dataset}/{method}/{seeds}, its training.parquet, the folder of its checkpoints, the folder
            of a training that `aegan.watch` watches, or a CSV.

    Raises:
        InputError: there is no history, or it cannot be used as it is.
    """
    path = run.resolve()
    if (path / HISTORY_FILE).is_file():
        return read_watched_history(run)
    if path.suffix == ".csv":
        return RunHistory(f"the history in {run}", read_csv_history(run))
    if path.suffix != ".parquet":
        path /= "training.parquet"
    if path.is_file():
        return read_finished_history(path)
    checkpoints = [folder for folder in (path.parent, _checkpoint_folder(path.parent)) if _list_checkpoints(folder)]
    if not checkpoints:
        fix = "Give the folder results/gan/DATASET/METHOD/SEEDS of a run that has begun, that of aegan.watch, or a CSV"
        raise InputError(run, "has no training.parquet, and there are no checkpoints of such a run", fix)
    return read_running_history(checkpoints[0])


def read_finished_history(training: Path) -> RunHistory:
    """Read the training.parquet of a finished run, and the table of its diagnosis if there is one."""
    history = read_columns(training, HISTORY, "Give a training.parquet that aegan wrote")
    root = _find_root(training.parent)
    probe = root.joinpath("results", "diagnosis", *training.parts[-4:-1], "probe.parquet")
    names = [join_words(list(map(str, history[column].unique()))) for column in ("method", "dataset", "seed")]
    state = "finished: {} on {}, seeds {}".format(*names)
    return RunHistory(
        state, history[HISTORY], read_table(probe) if probe.is_file() else None, root, folder=training.parent
    )


def read_watched_history(folder: Path) -> RunHistory:
    """Read the history that `aegan.watch` writes into a folder, also while the training runs."""
    history, step, seconds = read_history(folder)
    state = f"watched: {folder}, last look at round {step}, after {format_duration(seconds)}"
    return RunHistory(state, history[HISTORY])


def read_columns(path: Path, columns: Sequence[str], fix: str) -> pd.DataFrame:
    """Read a table that aegan wrote, with its column `autoencoder` renamed to `method`.

    Args:
        path: Parquet or CSV.
        columns: the columns that it must have.
        fix: what the user should do if the file cannot be used.

    Raises:
        InputError: the file is missing, unreadable, or lacks one of `columns`.
    """
    try:
        table = read_table(path).rename(columns={"autoencoder": "method"})
    except InputError as error:
        raise InputError(path, error.wrong, fix) from None
    if missing := [column for column in columns if column not in table]:
        raise InputError(path, f"has no column {missing[0]}", fix)
    return table


def read_running_history(folder: Path) -> RunHistory:
    """Read the checkpoints of a running run: …/{dataset}/{method}/{seeds}/seed-{seed}.safetensors."""
    dataset, method, seeds = folder.parts[-3:]
    members = {seed: read_checkpoint(path) for seed, path in _list_checkpoints(folder).items()}
    tables = [table.assign(seed=seed) for seed, (_, table) in members.items()]
    progress = [f"seed {seed} at round {rounds}" for seed, (rounds, _) in members.items()]
    block = parse_seed_block(seeds) if re.fullmatch(r"\d+-\d+", seeds) else []
    waiting = [f"seed {seed} not begun" for seed in block if seed not in members]
    history = prepend_columns(pd.concat(tables, ignore_index=True), {"dataset": dataset, "method": method})
    state = f"running: {method} on {dataset}, {join_words(progress + waiting)}"
    return RunHistory(state, history[HISTORY], root=_find_root(folder), running_method=method)


def read_checkpoint(path: Path) -> tuple[int, pd.DataFrame]:
    """Read the rounds that a member has played, and its history: step, network, layer, quantity, value.

    Raises:
        InputError: the file is not a checkpoint.
    """
    from safetensors import safe_open  # here, because torch, which these import, is for running runs alone

    from aegan.probes.history import History
    from aegan.training.member import Divergence
    from aegan.training.outputs import append_divergence

    try:
        with safe_open(path, framework="pt") as file:
            member = json.loads(file.metadata()["member"])
            state = {key: file.get_tensor(f"history/{key}") for key in ("steps", "rows") if member["keys"]}
        history = History()
        if state:
            history.load_state(state, [(network, layer, quantity) for network, layer, quantity in member["keys"]])
        divergence = Divergence(*member["divergence"]) if member["divergence"] else None
        return int(member["step"]), append_divergence(history.to_frame(), divergence)
    # reading a file with other content raises many kinds of exception
    except Exception:
        raise InputError(
            path, "is not a checkpoint of aegan", "Give a folder whose seed-*.safetensors are all checkpoints"
        ) from None


def _list_checkpoints(folder: Path) -> dict[int, Path]:
    """List the checkpoints in a folder: seed -> file."""
    found = {path.stem.removeprefix("seed-"): path for path in folder.glob("seed-*.safetensors")}
    return {int(seed): found[seed] for seed in sorted(filter(str.isdigit, found), key=int)}


def _find_root(folder: Path) -> Path:
    """Return the folder that contains results/ or .checkpoints/ with the run {phase}/{dataset}/{method}/{seeds}."""
    return folder.parents[min(4, len(folder.parents) - 1)]


def _checkpoint_folder(folder: Path) -> Path:
    return _find_root(folder).joinpath(".checkpoints", *folder.parts[-4:])
