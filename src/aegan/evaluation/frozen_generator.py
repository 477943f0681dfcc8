"""The frozen-generator probe: the generator's gradients while a fresh discriminator learns to reject its samples.

The probes of Arjovsky & Bottou (2017, figures 2 and 3), for any game and any loss.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial

import torch
from torch import Tensor, nn

from aegan import seeding
from aegan.data.batch import Batch
from aegan.games.game import DiscriminatorTask, Game, enable_gradients
from aegan.objectives.losses import LOSSES
from aegan.probes import gradient_noise, lipschitz, quantities
from aegan.probes.decomposition import decompose_gradient
from aegan.probes.history import Key
from aegan.probes.layer_bounds import NoBoundError
from aegan.probes.preserved_state import preserve_state
from aegan.probes.schedules import Schedule
from aegan.probes.snapshot import Gradients, ProbeSnapshot, Readings
from aegan.registry import build
from aegan.tables import WHOLE_NETWORK
from aegan.training.member import Member
from aegan.training.observers import Recorder
from aegan.training.precision import double_precision
from aegan.training.probing import draw_probe_batch

#: the generator's losses under which every game's gradient is measured, whatever loss it was trained with
MEASURED_LOSSES = ("minimax", "non_saturating")


def freeze_generator(game: Game) -> Game:
    """Return the game in which only the discriminator moves, once a round; all other modules are auxiliary."""
    discriminator = game.get_player("discriminator")
    others = {name: module for name, module in game.modules.items() if module is not discriminator.module}
    return replace(game, players=(discriminator._replace(moves=1),), auxiliary_modules=others)


class FrozenGeneratorProbe(Recorder):
    """Records the gradients of a frozen generator while the discriminator against it is trained.

    Everything is measured in float64, because gradients vanish below what float32 holds.

    Args:
        game: the whole game, of which the member trains the discriminator alone.
        schedule: the steps of the discriminator before which to measure.
        batches: number of batches that medians are taken over.
    """

    def __init__(self, game: Game, schedule: Schedule, batches: int) -> None:
        super().__init__(schedule, self._measure)
        self.game, self.batches = game, batches

    def _measure(self, member: Member) -> dict[Key, Tensor]:
        with preserve_state(*self.game.modules.values()), double_precision(self.game.modules.values()):
            return self._measure_in_double(member)

    def _measure_in_double(self, member: Member) -> dict[Key, Tensor]:
        order = seeding.numpy_generator(member.seed, "diagnosis", member.step)
        batches = [draw_probe_batch(member, order, torch.float64) for _ in range(self.batches)]
        rng = partial(seeding.torch_generator, member.seed, "diagnosis", member.step, device=member.dataset.device)
        readings = {
            ("generator", layer, f"own_{q}"): v for (layer, q), v in self._measure_own_loss(batches, rng("own")).items()
        }
        if task := self.game.discriminator_task:
            for loss in MEASURED_LOSSES:
                measured = measure_logit_gradients(self.game, task, loss, batches, rng("noise"))
                readings |= {("generator", layer, f"{loss}_{q}"): value for (layer, q), value in measured.items()}
            of_discriminator = measure_discriminator(self.game, task, batches, rng("noise"))
            readings |= {("discriminator", WHOLE_NETWORK, q): value for q, value in of_discriminator.items()}
        return readings

    def _measure_own_loss(self, batches: Sequence[Batch], rng: torch.Generator) -> Readings:
        player = self.game.get_player("generator")
        enable_gradients(self.game, player.module)
        parameters = list(player.module.parameters())
        gradients = [torch.autograd.grad(player.loss(batch, rng), parameters) for batch in batches]
        return measure_gradient_norms(player.module, gradients)


def measure_gradient_norms(module: nn.Module, gradients: Gradients) -> Readings:
    """Measure the gradient norm of every layer (median over the batches), and the signal-to-noise ratio of the whole.

    Args:
        module: the network.
        gradients: of each batch, one tensor per parameter of the module, of its shape, or None if it is frozen.

    Returns:
        (layer, quantity) -> scalar.
    """
    snapshot = ProbeSnapshot(module=module, losses=(), gradients=gradients, weights=(), activations={})
    readings = quantities.gradient(snapshot)
    norms = {key: value for key, value in readings.items() if key[1] == "gradient_norm"}
    return norms | {(WHOLE_NETWORK, "gsnr"): gradient_noise.signal_to_noise_ratio(gradients)}


def measure_logit_gradients(
    game: Game, task: DiscriminatorTask, loss: str, batches: Sequence[Batch], rng: torch.Generator
) -> Readings:
    """Measure the generator's gradient under a loss of the logits, and its three factors (medians over the batches).

    Args:
        game: the whole game.
        task: what its discriminator tells apart.
        loss: an entry of `LOSSES`.
        batches: real batches.
        rng: draws the game's noise.

    Returns:
        (layer, quantity) -> scalar: `measure_gradient_norms`, and slope, field and gain of the whole network.
    """
    generator = game.modules["generator"]
    enable_gradients(game, generator)
    generator_loss = build(LOSSES, {"name": loss}).generator
    decompositions = [
        decompose_gradient(
            lambda logits: generator_loss(logits, logits),
            task.bind_batch(batch),
            task.fake(batch, rng),
            list(generator.parameters()),
        )
        for batch in batches
    ]
    factors = {
        (WHOLE_NETWORK, name): torch.stack([getattr(own, name) for own in decompositions]).quantile(0.5)
        for name in ("slope", "field", "gain")
    }
    return measure_gradient_norms(generator, [own.gradients for own in decompositions]) | factors


def measure_discriminator(
    game: Game, task: DiscriminatorTask, batches: Sequence[Batch], rng: torch.Generator
) -> dict[str, Tensor]:
    """Measure the discriminator: accuracy and mean logits over all batches, median loss, and Lipschitz bounds.

    Args:
        game: the whole game.
        task: what its discriminator tells apart.
        batches: real batches.
        rng: draws the game's noise.

    Returns:
        quantity -> scalar; a network for which no upper bound is known has no lipschitz_upper.
    """
    enable_gradients(game)
    pairs = [(task.real(batch, rng), task.fake(batch, rng)) for batch in batches]
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
