"""The files of a finished cohort."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from aegan.provenance import run_record
from aegan.storage import write_json
from aegan.tables import named, write_table
from aegan.training.checkpoint import save_tensors, save_weights
from aegan.training.cohort import Cohort
from aegan.training.cost import parameters
from aegan.training.member import Divergence, Member


def write_training(
    cohort: Cohort,
    names: Mapping[str, str],
    about: Mapping[str, Any],
    weights: Path,
    training: Path,
    run: Path,
    stages: Path | None = None,
) -> None:
    """Write the weights, the training history and the record of a cohort.

    Args:
        cohort: the members.
        names: what the cohort is called (dataset, and method or autoencoder): leading columns of the history.
        about: what it came from, for the record.
        weights: safetensors.
        training: Parquet.
        run: JSON; timings stand here alone, so that weights and history are byte-identical when run again.
        stages: safetensors, for the weights kept on the way.
    """
    save_weights(weights, {member.seed: member.game.modules for member in cohort.members})
    if stages:
        save_tensors(stages, {member.seed: member.stages for member in cohort.members})
    write_table(training, named(histories(cohort.members), names))
    write_json(run, dict(names) | run_record(members=records(cohort), **about))


def histories(members: Sequence[Member]) -> pd.DataFrame:
    """Join the members' histories: seed, step, network, layer, quantity, value; a divergence is a row of its own."""
    frames = []
    for member in members:
        frame = with_divergence(member.history.frame(), member.divergence)
        frame.insert(0, "seed", member.seed)
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)


def with_divergence(history: pd.DataFrame, divergence: Divergence | None) -> pd.DataFrame:
    """Add a row for a divergence, if there was one, to a history: step, network, layer, quantity, value."""
    if not divergence:
        return history
    step, network, layer, _ = divergence
    row = {"step": step, "network": network, "layer": layer, "quantity": "diverged", "value": 1.0}
    return pd.concat([history, pd.DataFrame([row])], ignore_index=True)


def records(cohort: Cohort) -> list[dict[str, Any]]:
    """Describe how each member ended and what it cost, for run.json."""
    return [
        {
            "seed": member.seed,
            "rounds": member.step,
            "stopped_early": member.stopped,
            "divergence": member.divergence._asdict() if member.divergence else None,
            "seconds": round(member.seconds, 3),
            "flops": cohort.flops * member.step,
            "parameters": parameters(member),
        }
        for member in cohort.members
    ]
