"""The files of a finished cohort: weights, training history and run record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from aegan.provenance import make_run_record
from aegan.storage import write_json
from aegan.tables import prepend_columns, write_table
from aegan.training.cohort import Cohort
from aegan.training.cost import count_parameters
from aegan.training.member import Divergence, Member
from aegan.training.weights import save_tensors, save_weights


def write_training(
    cohort: Cohort,
    names: Mapping[str, str],
    about: Mapping[str, Any],
    weights: Path,
    training: Path,
    run: Path,
    stages: Path | None = None,
) -> None:
    """Write the weights, the training history and the run record of a cohort.

    Args:
        cohort: the members.
        names: leading columns of the history: dataset, and method or autoencoder.
        about: config, code digest, data hash and device, for the run record.
        weights: safetensors.
        training: Parquet.
        run: JSON; the only file with timings, so that a repeated run gives byte-identical weights and history.
        stages: safetensors, for the weights kept during training.
    """
    save_weights(weights, {member.seed: member.game.modules for member in cohort.members})
    if stages:
        save_tensors(stages, {member.seed: member.stages for member in cohort.members})
    write_table(training, prepend_columns(join_histories(cohort.members), names))
    write_json(run, dict(names) | make_run_record(members=describe_members(cohort), engine=cohort.engine, **about))


def join_histories(members: Sequence[Member]) -> pd.DataFrame:
    """Join the members' histories: seed, step, network, layer, quantity, value; a divergence is a row of its own."""
    frames = []
    for member in members:
        frame = append_divergence(member.history.to_frame(), member.divergence)
        frame.insert(0, "seed", member.seed)
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)


def append_divergence(history: pd.DataFrame, divergence: Divergence | None) -> pd.DataFrame:
    """Append a row for a divergence, if there was one, to a history: step, network, layer, quantity, value."""
    if not divergence:
        return history
    step, network, layer, _ = divergence
    row = {"step": step, "network": network, "layer": layer, "quantity": "diverged", "value": 1.0}
    return pd.concat([history, pd.DataFrame([row])], ignore_index=True)


def describe_members(cohort: Cohort) -> list[dict[str, Any]]:
    """Describe how each member ended and what it cost, for run.json."""
    return [
        {
            "seed": member.seed,
            "rounds": member.step,
            "stopped_early": member.stopped,
            "divergence": member.divergence._asdict() if member.divergence else None,
            "seconds": round(member.seconds, 3),
            "flops": cohort.flops * member.step,
            "parameters": count_parameters(member),
        }
        for member in cohort.members
    ]
