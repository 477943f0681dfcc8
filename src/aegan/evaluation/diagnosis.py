"""Diagnosis of trained games: an untrained discriminator is trained against each frozen generator."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from aegan import seeding
from aegan.data.batch_sampler import BatchSampler
from aegan.evaluation.early_end import HELD_OUT, EarlyEnd
from aegan.evaluation.frozen_generator import FrozenGeneratorProbe, freeze_generator
from aegan.evaluation.restored_games import FRESH, TrainedMethod
from aegan.probes.schedules import SCHEDULES
from aegan.progress import name_task
from aegan.registry import build
from aegan.tables import PROBE_COLUMNS
from aegan.training.checkpoint import Checkpoints
from aegan.training.cohort import ObservedMember, train_cohort
from aegan.training.member_factory import count_held_out, gan_member
from aegan.training.observers import Observer
from aegan.training.outputs import join_histories
from aegan.training.weights import seeds_by_stage


def probe_frozen_generators(
    trained_method: TrainedMethod,
    settings: Mapping[str, Any],
    seeds: Sequence[int],
    checkpoints: Checkpoints,
) -> pd.DataFrame:
    """Train a fresh discriminator against the frozen generator of each seed, and measure its gradients.

    Those of all stages and seeds are one cohort.

    Args:
        trained_method: the method and the weights of its training stages.
        settings: the config's section `diagnosis`.
        seeds: the members.
        checkpoints: of interrupted members.

    Returns:
        `PROBE_COLUMNS`; at step 0 the discriminator is untrained. A seed whose training stopped before a stage has no
        rows there.
    """
    reached = seeds_by_stage(trained_method.stages, seeds)
    keys = [
        (stage, seed) for stage in trained_method.list_stages(settings["stages"]) for seed in reached.get(stage, ())
    ]
    if not keys:
        return pd.DataFrame(columns=PROBE_COLUMNS)
    make_member = fresh_discriminator_factory(trained_method, settings)
    with name_task("fresh discriminators"):  # a reading precedes its step, so the last needs one more
        members = train_cohort(keys, settings["discriminator_steps"] + 1, make_member, checkpoints).members
    tables = [join_histories([member]) for member in members]
    for (stage, _), table in zip(keys, tables, strict=True):
        table.insert(1, "stage", stage)
    return pd.concat(tables, ignore_index=True)


def fresh_discriminator_factory(
    trained_method: TrainedMethod, settings: Mapping[str, Any]
) -> Callable[[tuple[int, int]], ObservedMember]:
    """Return the factory of members that train a fresh discriminator against the frozen generator of (stage, seed).

    The initial weights of a seed's discriminator are the same for every method and stage.

    Args:
        trained_method: the method and the weights of its training stages.
        settings: the config's section `diagnosis`.
    """
    method = trained_method.method

    def make_member(key: tuple[int, int]) -> ObservedMember:
        stage, seed = key
        game = trained_method.restore_with_fresh_discriminator(seed, stage)
        dataset = trained_method.select_dataset(seed, game)
        task, order = game.discriminator_task, seeding.numpy_generator(seed, FRESH, "rows")
        level = settings.get("until_cross_entropy") if task else None
        rows = order.permutation(len(dataset))
        held_out, kept = np.split(rows, [0 if level is None else count_held_out(len(rows), HELD_OUT)])
        sampler = BatchSampler(np.sort(kept), method["batch_size"], seeding.derive_seed(seed, FRESH))
        member = gan_member(seed, freeze_generator(game), dataset, sampler, method)
        member.part = f"stage {stage}"
        schedule = build(SCHEDULES, settings["schedule"], settings["discriminator_steps"] + 1)
        observers: list[Observer] = [FrozenGeneratorProbe(game, schedule, settings["batches"])]
        if task and level is not None:
            observers.append(EarlyEnd(schedule, task, held_out, settings["batches"], level))
        return member, observers

    return make_member
