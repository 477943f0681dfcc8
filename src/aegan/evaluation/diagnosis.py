"""Diagnosis of trained games: an untrained discriminator is trained against each frozen generator."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from aegan import seeding
from aegan.data.batch_sampler import BatchSampler
from aegan.evaluation.frozen_generator import FrozenGeneratorProbe, freeze_generator
from aegan.evaluation.restored_games import FRESH, TrainedMethod
from aegan.probes.schedules import SCHEDULES
from aegan.progress import name_task
from aegan.registry import build
from aegan.tables import PROBE_COLUMNS
from aegan.training.checkpoint import Checkpoints
from aegan.training.cohort import MemberFactory, ObservedMember, train_cohort
from aegan.training.member_factory import gan_member
from aegan.training.outputs import join_histories
from aegan.training.weights import seeds_by_stage


def probe_frozen_generators(
    trained_method: TrainedMethod,
    settings: Mapping[str, Any],
    seeds: Sequence[int],
    checkpoints: Callable[[int], Checkpoints],
) -> pd.DataFrame:
    """Train a fresh discriminator against the frozen generator of every stage and seed, and measure its gradients.

    The seeds of a stage are one cohort.

    Args:
        trained_method: the method and the weights of its training stages.
        settings: the config's section `diagnosis`.
        seeds: the members of the cohort.
        checkpoints: stage -> checkpoints of interrupted members.

    Returns:
        `PROBE_COLUMNS`; at step 0 the discriminator is untrained.
    """
    tables = []
    rounds = settings["discriminator_steps"] + 1  # a reading precedes its step, so the last needs one more
    stages = seeds_by_stage(trained_method.stages, seeds)
    for number, (stage, reached) in enumerate(stages.items(), 1):
        make_member = fresh_discriminator_factory(trained_method, settings, stage)
        with name_task(f"fresh discriminator, generator of round {stage} (stage {number} of {len(stages)})"):
            cohort = train_cohort(reached, rounds, make_member, checkpoints(stage))
        table = join_histories(cohort.members)
        table.insert(1, "stage", stage)
        tables.append(table)
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=PROBE_COLUMNS)


def fresh_discriminator_factory(
    trained_method: TrainedMethod, settings: Mapping[str, Any], stage: int
) -> MemberFactory:
    """Return the factory of members that train a fresh discriminator against the frozen generator of a stage.

    The initial weights of a seed's discriminator are the same for every method.

    Args:
        trained_method: the method and the weights of its training stages.
        settings: the config's section `diagnosis`.
        stage: rounds of training after which the generator is frozen.
    """
    method = trained_method.method

    def make_member(seed: int) -> ObservedMember:
        game = trained_method.restore_with_fresh_discriminator(seed, stage)
        dataset = trained_method.select_dataset(seed, game)
        sampler = BatchSampler(np.arange(len(dataset)), method["batch_size"], seeding.derive_seed(seed, FRESH))
        member = gan_member(seed, freeze_generator(game), dataset, sampler, method)
        schedule = build(SCHEDULES, settings["schedule"], settings["discriminator_steps"] + 1)
        return member, [FrozenGeneratorProbe(game, schedule, settings["batches"])]

    return make_member
