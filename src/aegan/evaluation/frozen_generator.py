"""A fresh discriminator against a frozen generator: the game of one player in which gradients vanish or grow unstable.

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
from aegan.games.game import DiscriminatorTask, Game, moving
from aegan.objectives.losses import LOSSES
from aegan.probes import gradient_noise, lipschitz, quantities
from aegan.probes.decomposition import decompose
from aegan.probes.history import Key
from aegan.probes.names import WHOLE
from aegan.probes.preserved_state import untouched
from aegan.probes.quantities import ProbeSnapshot
from aegan.probes.schedules import Schedule
from aegan.registry import build
from aegan.training.member import Member
from aegan.training.observers import Watch, probe_batch
from aegan.training.precision import double_precision

#: the generator's losses under which every game's gradient is measured, whatever loss it was trained with
MEASURED = ("minimax", "non_saturating")


def frozen(game: Game) -> Game:
    """Leave of a game the discriminator alone as a player, with a move a round; everything else stands by."""
    judge = game.player("discriminator")
    others = {name: module for name, module in game.modules.items() if module is not judge.module}
    return replace(game, players=(judge._replace(moves=1),), auxiliary_modules=others)


class AgainstFresh(Watch):
    """Measures the gradients of a frozen generator while the discriminator that it faces learns.

    Everything is measured in float64, for it is small gradients that matter.

    Args:
        game: the whole game, of which the member plays the discriminator alone.
        schedule: at which steps of the discriminator.
        batches: how many batches the medians are taken over.
    """

    def __init__(self, game: Game, schedule: Schedule, batches: int) -> None:
        super().__init__(schedule, self._exactly)
        self.game, self.batches = game, batches

    def _exactly(self, member: Member) -> dict[Key, Tensor]:
        with untouched(*self.game.modules.values()), double_precision(self.game.modules.values()):
            return self._readings(member)

    def _readings(self, member: Member) -> dict[Key, Tensor]:
        order = seeding.numpy_generator(member.seed, "diagnosis", member.step)
        batches = [probe_batch(member, order, torch.float64) for _ in range(self.batches)]
        rng = partial(seeding.torch_generator, member.seed, "diagnosis", member.step, device=member.rows.device)
        readings = {("generator", layer, f"own_{q}"): v for (layer, q), v in self._own(batches, rng("own")).items()}
        if contest := self.game.contest:
            for loss in MEASURED:
                through = through_logits(self.game, contest, loss, batches, rng("noise"))
                readings |= {("generator", layer, f"{loss}_{q}"): value for (layer, q), value in through.items()}
            judged = judgement(self.game, contest, batches, rng("noise"))
            readings |= {("discriminator", WHOLE, quantity): value for quantity, value in judged.items()}
        return readings

    def _own(self, batches: Sequence[Batch], rng: torch.Generator) -> quantities.Readings:
        player = self.game.player("generator")
        moving(self.game, player.module)
        parameters = list(player.module.parameters())
        gradients = [torch.autograd.grad(player.loss(batch, rng), parameters) for batch in batches]
        return norms(player.module, gradients)


def norms(module: nn.Module, gradients: Sequence[Sequence[Tensor]]) -> quantities.Readings:
    """Return the gradient norm of every layer (median over the batches) and the signal-to-noise ratio of the whole."""
    glimpse = ProbeSnapshot(module=module, losses=(), gradients=gradients, weights=(), activations={})
    measured = quantities.gradient(glimpse)
    kept = {key: value for key, value in measured.items() if key[1] == "gradient_norm"}
    return kept | {(WHOLE, "gsnr"): gradient_noise.signal_to_noise(gradients)}


def through_logits(
    game: Game, contest: DiscriminatorTask, loss: str, batches: Sequence[Batch], rng: torch.Generator
) -> quantities.Readings:
    """Measure the generator's gradient under a loss of the logits, and its three factors (medians over the batches)."""
    generator = game.modules["generator"]
    moving(game, generator)
    of_fakes = build(LOSSES, {"name": loss}).generator
    passages = [
        decompose(
            lambda a: of_fakes(a, a), contest.judging(batch), contest.fake(batch, rng), list(generator.parameters())
        )
        for batch in batches
    ]
    factors = {
        (WHOLE, name): torch.stack([getattr(passage, name) for passage in passages]).quantile(0.5)
        for name in ("slope", "field", "gain")
    }
    return norms(generator, [passage.gradients for passage in passages]) | factors


def judgement(
    game: Game, contest: DiscriminatorTask, batches: Sequence[Batch], rng: torch.Generator
) -> dict[str, Tensor]:
    """Measure the discriminator: accuracy and mean logits over all batches, loss, and its steepest slope."""
    moving(game)
    shown = [(contest.real(batch, rng), contest.fake(batch, rng)) for batch in batches]
    logits = [
        torch.cat([contest.judge(data[kind], batch) for data, batch in zip(shown, batches, strict=True)])
        for kind in (0, 1)
    ]
    glimpse = ProbeSnapshot(game.modules["discriminator"], (), (), (), {}, (logits[0], logits[1]))
    readings = {quantity: value for (_, quantity), value in quantities.judgement(glimpse).items()}
    loss = torch.stack([game.player("discriminator").loss(batch, rng) for batch in batches]).quantile(0.5)
    readings |= {"loss": loss.detach(), "lipschitz_lower": lipschitz.lower(contest.judging(batches[0]), *shown[0], rng)}
    with suppress(TypeError):  # a network for which no bound is known has no reading
        readings["lipschitz_upper"] = lipschitz.upper(game.modules["discriminator"])
    return readings
