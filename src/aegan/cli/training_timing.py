"""Time on this machine what trainings repeat: rounds, probes, products with the Jacobian, codes and samples."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import torch

from aegan.config.model import Config
from aegan.data.array_dataset import ArrayDataset
from aegan.evaluation.cross_entropy import CrossEntropyCurves
from aegan.evaluation.frozen_generator import FrozenGeneratorProbe, freeze_generator
from aegan.evaluation.game_field import make_field_players
from aegan.evaluation.latent_prior import SAMPLERS, fit_gaussian
from aegan.evaluation.restored_games import drop_regularisers
from aegan.games.assembly import make_autoencoder
from aegan.games.components import TrainedAutoencoder
from aegan.games.game import Game
from aegan.networks.autoencoders import Autoencoder
from aegan.probes.dynamics import Jacobian
from aegan.registry import build
from aegan.training.cost import count_concurrent_members, count_flops_per_move, flops_per_round
from aegan.training.engine import EagerEngine
from aegan.training.member import Member
from aegan.training.member_factory import autoencoder_member_factory, gan_member, gan_member_factory
from aegan.training.observers import Observer
from aegan.training.sampling import generate_chunks
from aegan.training.validated_engine import WARM_UP_ROUNDS, select_engine

#: seconds that one timing takes at least, after a first call that warms up, and the calls that it takes at most
ENOUGH, MOST_CALLS = 0.2, 100
#: members that are timed together, and rounds between two calls of the engine
MEMBERS, MOST_ROUNDS = 4, 10
#: batches of a fresh discriminator's probe that are timed; its time grows with their number
TIMED_BATCHES = 2


class MethodTimes(NamedTuple):
    """Seconds of what the training, the sampling and the diagnosis of a method repeat."""

    round: float
    probe: float
    fresh_round: float  #: of the fresh discriminator
    fresh_probe: float
    fresh_look: float  #: at its cross-entropies, for each row held out
    fakes: int  #: kinds of fakes that a fresh discriminator is set against
    product: float  #: of the transpose of the game's Jacobian with a vector
    sample: float  #: of one image


class AutoencoderTimes(NamedTuple):
    """Seconds of what the training of an autoencoder and the fit of its prior repeat."""

    round: float
    probe: float
    code: float  #: of one image
    prior: float  #: of one code


def measure(action: Callable[[], Any]) -> float:
    """Measure the seconds of one call; the first, which warms up, counts only if it is slow."""
    first = time_once(action)
    calls = min(MOST_CALLS, int(ENOUGH / first) + 1)
    return first if first > 2 * ENOUGH else sum(time_once(action) for _ in range(calls)) / calls


def time_once(action: Callable[[], Any]) -> float:
    """Measure the seconds of one call, until the device has done all of it."""
    started = time.perf_counter()
    action()
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    return time.perf_counter() - started


def make_untrained_autoencoder(config: Config, name: str, dataset: ArrayDataset) -> TrainedAutoencoder:
    """Make an autoencoder of a config at its initial weights, with a prior fitted on its codes.

    Args:
        config: the config.
        name: entry of `autoencoders`.
        dataset: images of the data's shape.
    """
    autoencoder = make_autoencoder(config.resolve_params("autoencoders", name), dataset.sample_shape, 0)
    autoencoder.to(dataset.device)
    return TrainedAutoencoder(autoencoder, fit_gaussian(dataset.map_batches(autoencoder.encode), 0))


def _time_rounds(members: Sequence[Member], observer: Observer) -> tuple[float, float]:
    """Time a round of one of several members, as `train_cohort` plays it, and what an observer adds to it."""

    def look() -> None:
        with observer.around(members[0]):
            EagerEngine().play(members[:1], 1)

    alone = measure(partial(EagerEngine().play, members[:1], 1))
    added = max(0.0, measure(look) - alone)
    flops = flops_per_round(members[0])
    engine = select_engine(members[0].dataset.device, count_flops_per_move(members[0], flops))
    together = members[: count_concurrent_members(members[0], flops)]
    for _ in range(WARM_UP_ROUNDS + 2):
        engine.play(together, 1)
    rounds = min(MOST_ROUNDS, engine.max_rounds)
    return measure(lambda: engine.play(together, rounds)) / rounds / len(together), added


def time_method(config: Config, name: str, dataset: ArrayDataset, trained: TrainedAutoencoder | None) -> MethodTimes:
    """Time a method.

    Args:
        config: the config.
        name: entry of `methods`.
        dataset: images of the data's shape.
        trained: its autoencoder, at its initial weights; None for a method without one.
    """
    method = config.resolve_params("methods", name)
    codes = ArrayDataset(dataset.map_batches(trained.autoencoder.encode), device=dataset.device) if trained else dataset
    # as in a study, no member shares a network with another
    arguments = config.resolve_params("probes"), dataset, lambda _: codes, lambda _: deepcopy(trained)
    factory = gan_member_factory(method, *arguments)
    members, (member, (probing, *_)) = [factory(seed)[0] for seed in range(MEMBERS)], factory(0)
    round_seconds, probe = _time_rounds(members, probing)
    sample = measure(lambda: list(generate_chunks(member.game, 0, 256, dataset.device))) / 256
    fresh = method if config.diagnosis and config.diagnosis.penalty else drop_regularisers(method)
    instruments = [gan_member_factory(fresh, *arguments)(seed)[0] for seed in range(MEMBERS)]
    return MethodTimes(
        round_seconds,
        probe,
        *_time_fresh_discriminator(instruments, fresh, config.diagnosis.batches if config.diagnosis else 1),
        1 + len(member.game.other_fakes),
        _time_product(member.game, member),
        sample,
    )


def _time_fresh_discriminator(
    instruments: Sequence[Member], method: Mapping[str, Any], batches: int
) -> tuple[float, float, float]:
    """Time a round of a fresh discriminator, a look at gradients, and a look at cross-entropies for each row held out.

    Args:
        instruments: members whose discriminators are the fresh ones.
        method: how these are trained.
        batches: of a look at gradients.
    """
    fresh = [gan_member(0, freeze_generator(one.game), one.dataset, one.sampler, method) for one in instruments]
    game, (member, *_) = instruments[0].game, fresh
    fresh_round, fresh_probe = _time_rounds(fresh, FrozenGeneratorProbe(game, lambda _: True, TIMED_BATCHES))
    look, task, rows = 0.0, game.discriminator_task, np.arange(len(member.dataset))
    if task and task.gives_log_odds:
        curves = CrossEntropyCurves(lambda _: True, 1, task, (rows, rows))

        def take_look() -> None:
            with curves.around(member):
                pass

        look = measure(take_look) / len(rows)
    return fresh_round, fresh_probe * batches / TIMED_BATCHES, look


def _time_product(game: Game, member: Member) -> float:
    batch = member.dataset.select_batch(member.sampler.select_rows(0))
    jacobian = Jacobian(make_field_players(game, batch, 0))
    vector = torch.ones(sum(own.numel() for own in jacobian.parameters)).to(jacobian.parameters[0])
    jacobian.vjp(vector)  # the first of a process takes a hundred times as long
    return measure(lambda: jacobian.vjp(vector))


def time_autoencoder(config: Config, name: str, dataset: ArrayDataset, network: Autoencoder) -> AutoencoderTimes:
    """Time an autoencoder.

    Args:
        config: the config.
        name: entry of `autoencoders`.
        dataset: images of the data's shape.
        network: the autoencoder at its initial weights.
    """
    entry = config.resolve_params("autoencoders", name)
    factory, _ = autoencoder_member_factory(entry, config.resolve_params("probes"), dataset)
    members, (_, (probing, *_)) = [factory(seed)[0] for seed in range(MEMBERS)], factory(0)
    codes = dataset.map_batches(network.encode)
    sampler = config.resolve_params("latents")["sampler"]
    return AutoencoderTimes(
        *_time_rounds(members, probing),
        code=measure(lambda: dataset.map_batches(network.encode)) / len(dataset),
        prior=time_once(lambda: build(SAMPLERS, sampler, codes, 0)) / len(dataset),
    )
