"""Diagnosis of trained games: an untrained discriminator is trained against each frozen generator."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from aegan import seeding
from aegan.data.batch_sampler import BatchSampler
from aegan.evaluation.cross_entropy import HELD_OUT, CrossEntropyCurves
from aegan.evaluation.frozen_generator import FrozenGeneratorProbe, freeze_generator
from aegan.evaluation.restored_games import FRESH, TrainedMethod, drop_regularisers
from aegan.probes.schedules import SCHEDULES
from aegan.progress import name_task
from aegan.registry import build
from aegan.tables import PROBE_COLUMNS, TRAINING_FAKES
from aegan.training.checkpoint import Checkpoints
from aegan.training.cohort import ObservedMember, train_cohort
from aegan.training.member import Member
from aegan.training.member_factory import count_held_out, gan_member
from aegan.training.observers import Observer
from aegan.training.outputs import join_histories
from aegan.training.weights import seeds_by_stage


class Key(NamedTuple):
    """What a fresh discriminator is set against."""

    stage: int  #: rounds of training of the frozen generator
    seed: int
    fakes: str = TRAINING_FAKES  #: the kind of fakes: those of training, or one of `Game.other_fakes`


def probe_frozen_generators(
    trained_method: TrainedMethod,
    settings: Mapping[str, Any],
    seeds: Sequence[int],
    checkpoints: Checkpoints,
) -> pd.DataFrame:
    """Train a fresh discriminator against the frozen generator of each seed, and measure gradients on held-out rows.

    Those of all stages and seeds are one cohort, for each kind of fakes.

    Args:
        trained_method: the method and the weights of its training stages.
        settings: the config's section `diagnosis`.
        seeds: the members.
        checkpoints: of interrupted members.

    Returns:
        `PROBE_COLUMNS`; at step 0 the discriminator is untrained. Cross-entropies are at more steps than gradients. A
        seed whose training stopped before a stage has no rows there.
    """
    reached = seeds_by_stage(trained_method.stages, seeds)
    frozen = [
        (stage, seed) for stage in trained_method.list_stages(settings["stages"]) for seed in reached.get(stage, ())
    ]
    if not frozen:
        return pd.DataFrame(columns=PROBE_COLUMNS)
    make_member, observers = fresh_discriminator_factory(trained_method, settings), dict[Key, Sequence[Observer]]()

    def make_observed(key: Key) -> ObservedMember:
        member, observers[key] = make_member(key)
        return member, observers[key]

    (stage, seed), *_ = frozen
    tables = []
    for fakes in (TRAINING_FAKES, *trained_method.restore_game(seed, stage).other_fakes):
        keys = [Key(*own, fakes) for own in frozen]
        with name_task("fresh discriminators"):  # a reading precedes its step, so the last needs one more
            members = train_cohort(keys, settings["discriminator_steps"] + 1, make_observed, checkpoints).members
        tables += [tabulate_readings(key, member, observers[key]) for key, member in zip(keys, members, strict=True)]
    return pd.concat(tables, ignore_index=True)


def tabulate_readings(key: Key, member: Member, observers: Sequence[Observer]) -> pd.DataFrame:
    """Join the readings of one fresh discriminator: its gradients, and its cross-entropies at more steps.

    Args:
        key: what it was set against.
        member: it, trained.
        observers: those of its training.

    Returns:
        `PROBE_COLUMNS`.
    """
    curves = [one.history.to_frame() for one in observers if isinstance(one, CrossEntropyCurves)]
    table = pd.concat([join_histories([member]), *(curve.assign(seed=member.seed) for curve in curves)])
    return table.assign(stage=key.stage, fakes=key.fakes)[PROBE_COLUMNS]


def fresh_discriminator_factory(
    trained_method: TrainedMethod, settings: Mapping[str, Any]
) -> Callable[[Key], ObservedMember]:
    """Return the factory of members that train a fresh discriminator against a frozen generator.

    The initial weights of a seed's discriminator, and the rows held out from its training, are the same for every
    method, stage and kind of fakes.

    Args:
        trained_method: the method and the weights of its training stages.
        settings: the config's section `diagnosis`.
    """
    method, steps = trained_method.method, settings["discriminator_steps"]
    if not settings["penalty"]:
        method = drop_regularisers(method)
    instrument = trained_method._replace(method=method)

    def make_member(key: Key) -> ObservedMember:
        game = instrument.restore_with_fresh_discriminator(key.seed, key.stage)
        game = game.other_fakes.get(key.fakes, game)
        dataset = instrument.select_dataset(key.seed, game)
        rows = seeding.numpy_generator(key.seed, FRESH, "rows").permutation(len(dataset))
        held_out, kept = np.split(rows, [count_held_out(len(rows), HELD_OUT)])
        sampler = BatchSampler(np.sort(kept), method["batch_size"], seeding.derive_seed(key.seed, FRESH))
        member = gan_member(key.seed, freeze_generator(game), dataset, sampler, method)
        member.part = f"stage {key.stage}" + ("" if key.fakes == TRAINING_FAKES else f" against {key.fakes}")
        schedule = build(SCHEDULES, settings["schedule"], steps + 1)
        # on held-out rows, as the cross-entropies at which gradients are compared
        observers: list[Observer] = [FrozenGeneratorProbe(game, schedule, settings["batches"], held_out)]
        if (task := game.discriminator_task) and task.gives_log_odds:
            level, fixed = settings.get("until_cross_entropy"), not method.get("augmentations")
            observers.append(CrossEntropyCurves(schedule, steps, task, (held_out, kept), level, fixed))
        return member, observers

    return make_member
