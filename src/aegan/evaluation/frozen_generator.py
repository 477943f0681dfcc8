"""The frozen-generator probe: the generator's gradients while a fresh discriminator learns to reject its samples.

The probes of Arjovsky & Bottou (2017, figures 2 and 3), for any game and any loss.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial

import numpy as np
import torch
from torch import Tensor, nn

from aegan import seeding
from aegan.data.batch import Batch
from aegan.games.game import DiscriminatorTask, Game, enable_gradients
from aegan.objectives.losses import LOSSES
from aegan.probes import gradient_noise, lipschitz, quantities
from aegan.probes.decomposition import decompose_gradients
from aegan.probes.gradient_factors import take_medians
from aegan.probes.history import Key
from aegan.probes.layer_bounds import NoBoundError
from aegan.probes.preserved_state import preserve_state
from aegan.probes.schedules import Schedule
from aegan.probes.snapshot import Gradients, ProbeSnapshot, Readings, select_gradients
from aegan.progress import track
from aegan.registry import build
from aegan.tables import WHOLE_NETWORK
from aegan.training.member import Member
from aegan.training.observers import Recorder
from aegan.training.precision import cuda_product_precision, double_precision
from aegan.training.probing import draw_probe_batch, has_faint

#: the generator's losses under which the gradient of a game whose logits are log-odds is measured, whichever of the
#: two it was trained with; logits of other losses (hinge, least squares, a critic's) have no meaning to them
MEASURED_LOSSES = ("minimax", "non_saturating")


def freeze_generator(game: Game) -> Game:
    """Return the game in which only the discriminator moves, once a round; all other modules are auxiliary."""
    discriminator = game.get_player("discriminator")
    others = {name: module for name, module in game.modules.items() if module is not discriminator.module}
    return replace(game, players=(discriminator._replace(moves=1),), auxiliary_modules=others)


class FrozenGeneratorProbe(Recorder):
    """Records the gradients of a frozen generator while the discriminator against it is trained.

    All looks see the same data and noise, so that a curve is smooth between looks and its peak is no outlier's.
    Measured in float32, and again in float64 if a gradient is so faint that float32 may round it to zero; there a loss
    that draws noise itself, such as that of a variational encoder, draws other numbers.

    Args:
        game: the whole game, of which the member trains the discriminator alone.
        schedule: the steps of the discriminator before which to measure.
        batches: number of batches that medians are taken over.
        rows: (K,) of the data that batches are drawn from; absent, those that the discriminator trains on. Where fakes
            are made of data, such as reconstructions, it knows those of its training by heart.
    """

    def __init__(self, game: Game, schedule: Schedule, batches: int, rows: np.ndarray | None = None) -> None:
        super().__init__(schedule, self._measure)
        self.game, self.batches, self.rows = game, batches, rows

    def _measure(self, member: Member) -> dict[Key, Tensor]:
        modules = self.game.modules.values()
        with preserve_state(*modules), cuda_product_precision("ieee"):
            readings = self._measure_in(torch.float32, member)
        if not is_faint(readings):
            return readings
        with preserve_state(*modules), double_precision(modules):
            return self._measure_in(torch.float64, member)

    def _measure_in(self, dtype: torch.dtype, member: Member) -> dict[Key, Tensor]:
        order = seeding.numpy_generator(member.seed, "diagnosis")
        batches = [draw_probe_batch(member, order, dtype, self.rows) for _ in range(self.batches)]
        rng = partial(seeding.torch_generator, member.seed, "diagnosis", device=member.dataset.device)
        readings = {
            ("generator", layer, f"own_{q}"): v for (layer, q), v in self._measure_own_loss(batches, rng("own")).items()
        }
        if task := self.game.discriminator_task:
            noise = rng("noise")
            by_loss, pairs = measure_logit_gradients(self.game, task, batches, noise)
            for loss, measured in by_loss.items():
                readings |= {("generator", layer, f"{loss}_{q}"): value for (layer, q), value in measured.items()}
            of_discriminator = measure_discriminator(self.game, task, batches, pairs, noise)
            readings |= {("discriminator", WHOLE_NETWORK, q): value for q, value in of_discriminator.items()}
        return readings

    def _measure_own_loss(self, batches: Sequence[Batch], rng: torch.Generator) -> Readings:
        player = self.game.get_player("generator")
        enable_gradients(self.game, player.module)
        parameters = list(player.module.parameters())
        tracked = track(batches, "own gradients of a frozen generator, batches")
        gradients = [torch.autograd.grad(player.loss(batch, rng), parameters) for batch in tracked]
        return measure_gradient_norms(player.module, gradients)


def is_faint(readings: Mapping[Key, Tensor]) -> bool:
    """Return whether the gradient norm of a layer (a scalar reading) is one that float32 may have rounded away."""
    return has_faint(
        torch.stack([value for (_, _, quantity), value in readings.items() if quantity.endswith("gradient_norm")])
    )


def measure_gradient_norms(module: nn.Module, gradients: Gradients) -> Readings:
    """Measure the gradient norm of every layer (median over the batches), and the noise of the whole gradient.

    Args:
        module: the network.
        gradients: of each batch, one tensor per parameter of the module, of its shape, or None if it is frozen.

    Returns:
        (layer, quantity) -> scalar.
    """
    layers, measured = select_gradients(module, gradients)
    squares = torch.stack([torch.stack(torch._foreach_norm(own, 2, torch.float64)) for own in measured]).square()
    norms = torch.stack([squares[:, positions].sum(1) for positions in layers.values()]).sqrt().quantile(0.5, dim=1)
    readings: Readings = {(layer, "gradient_norm"): norm for layer, norm in zip(layers, norms, strict=True)}
    noise = gradient_noise.measure_noise(gradients)
    return readings | {(WHOLE_NETWORK, quantity): value for quantity, value in noise.items()}


def measure_logit_gradients(
    game: Game, task: DiscriminatorTask, batches: Sequence[Batch], rng: torch.Generator
) -> tuple[dict[str, Readings], list[tuple[Tensor, Tensor]]]:
    """Measure the generator's gradient under `MEASURED_LOSSES` and its three factors (medians over the batches).

    Args:
        game: the whole game.
        task: what its discriminator tells apart.
        batches: real batches.
        rng: draws the game's noise.

    Returns:
        loss -> (layer, quantity) -> scalar: `measure_gradient_norms`, and slope, field and gain of the whole network;
        empty if the logits are no log-odds. Besides, the real data and the fakes, (N, …) both, of each batch.
    """
    generator = game.modules["generator"]
    enable_gradients(game, generator)
    parameters = list(generator.parameters())
    measured = MEASURED_LOSSES if task.gives_log_odds else ()
    losses = [build(LOSSES, {"name": name}).generator for name in measured]
    functions = [lambda logits, loss=loss: loss(logits, logits) for loss in losses]
    pairs, decompositions = [], []
    for batch in track(batches, "gradients of a frozen generator, batches"):
        real, fake = task.real(batch, rng), task.fake(batch, rng)
        decompositions.append(decompose_gradients(functions, task.bind_batch(batch), fake, parameters))
        pairs.append((real.detach(), fake.detach()))  # frees the graph before the next batch
    readings = {
        name: measure_gradient_norms(generator, [one.gradients for one in own]) | take_medians(own)
        for name, own in zip(measured, zip(*decompositions, strict=True), strict=True)
    }
    return readings, pairs


def measure_discriminator(
    game: Game,
    task: DiscriminatorTask,
    batches: Sequence[Batch],
    pairs: Sequence[tuple[Tensor, Tensor]],
    rng: torch.Generator,
) -> dict[str, Tensor]:
    """Measure the discriminator: accuracy and mean logits over all batches, median loss, and Lipschitz bounds.

    Args:
        game: the whole game.
        task: what its discriminator tells apart.
        batches: real batches.
        pairs: real data and fakes of each batch, (N, …) both.
        rng: draws the game's noise.

    Returns:
        quantity -> scalar; a network for which no upper bound is known has no lipschitz_upper.
    """
    enable_gradients(game)
    logits = [
        torch.cat([task.compute_logits(pair[kind], batch) for pair, batch in zip(pairs, batches, strict=True)])
        for kind in (0, 1)
    ]
    snapshot = ProbeSnapshot(game.modules["discriminator"], (), (), (), {}, (logits[0], logits[1]))
    readings = {quantity: value for (_, quantity), value in quantities.logits(snapshot).items()}
    loss = torch.stack([game.get_player("discriminator").loss(batch, rng) for batch in batches]).quantile(0.5)
    readings |= {
        "loss": loss.detach(),
        "lipschitz_lower": lipschitz.lipschitz_lower_bound(task.bind_batch(batches[0]), *pairs[0], rng),
    }
    with suppress(NoBoundError):
        readings["lipschitz_upper"] = lipschitz.lipschitz_upper_bound(game.modules["discriminator"])
    return readings
