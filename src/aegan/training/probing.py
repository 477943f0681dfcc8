"""Probing: measures the gradients of every player around scheduled rounds, without changing a bit of the training."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor, nn

from aegan import seeding
from aegan.data.batch import Batch
from aegan.games.adversarial import bind_generator_loss
from aegan.games.game import Player, enable_gradients
from aegan.games.loss_terms import LossTerms, sum_terms
from aegan.probes.activations import capture_activations
from aegan.probes.decomposition import Decomposition, decompose_gradient
from aegan.probes.history import Key
from aegan.probes.preserved_state import preserve_state
from aegan.probes.quantities import PROBES, Probe
from aegan.probes.schedules import Schedule
from aegan.probes.snapshot import ProbeSnapshot, TermNorms
from aegan.tables import FLOAT32
from aegan.training.member import Member
from aegan.training.observers import ScheduledObserver
from aegan.training.optimisers import optimised_parameters
from aegan.training.precision import autocast_products, cuda_product_precision, double_precision

#: gradient norm of a layer below which squares underflow in float32 (its smallest normal number is 1e-38)
FAINT_NORM = 1e-18


def has_faint(norms: Tensor) -> bool:
    """Return whether one of the norms (N,) is of a gradient that float32 may have rounded to zero or to infinity."""
    return not ((norms > FAINT_NORM) & norms.isfinite()).all()


class Probing(ScheduledObserver):
    """Runs probes on every player at the steps of a schedule; never changes a bit of the result.

    The probe draws its own batches and noise. Gradients come from `torch.autograd.grad`, which does not change `.grad`,
    and buffers that a forward pass may change are restored.

    Args:
        schedule: step -> whether to probe the round that follows it.
        batches: number of batches that medians are taken over.
        probes: name -> probe; all of the registry by default.
    """

    def __init__(self, schedule: Schedule, batches: int, probes: Mapping[str, Probe] = PROBES) -> None:
        super().__init__(schedule)
        self.batches, self.probes = batches, probes

    @contextmanager
    def around(self, member: Member) -> Iterator[None]:
        """Measure gradients before the round, and the change of the weights after it."""
        step = member.step
        order = seeding.numpy_generator(member.seed, "probe", step)
        batches = [draw_probe_batch(member, order, torch.float32) for _ in range(self.batches)]
        with preserve_state(*member.game.modules.values()):
            snapshots = {player.name: self._snapshot_of(member, player, batches) for player in member.game.players}
        yield
        readings: dict[Key, Tensor] = {
            (name, layer, quantity): value
            for name, snapshot in snapshots.items()
            for probe in self.probes.values()
            for (layer, quantity), value in probe(snapshot).items()
        }
        member.history.record(step, readings)

    def _snapshot_of(self, member: Member, player: Player, batches: Sequence[Batch]) -> ProbeSnapshot:
        """Take a snapshot; for a member of low precision also in float32, on the same batches with the same noise."""
        if member.precision == FLOAT32:
            return self._retake_faint(member, player, batches, self._take_snapshot(member, player, batches))
        with preserve_state(*member.game.modules.values()), cuda_product_precision("ieee"):
            exact = self._take_snapshot(replace(member, precision=FLOAT32), player, batches)
        snapshot = self._take_snapshot(member, player, batches)
        return self._retake_faint(
            member, player, batches, snapshot._replace(gradient_pairs=(snapshot.gradients, exact.gradients))
        )

    def _retake_faint(
        self, member: Member, player: Player, batches: Sequence[Batch], snapshot: ProbeSnapshot
    ) -> ProbeSnapshot:
        """Take the snapshot again in float64 if float32, or a type of its range, may round its gradients to zero."""
        norms = torch.stack(torch._foreach_norm([own for own in snapshot.gradients[0] if own is not None]))
        if not (norms <= FAINT_NORM).any():  # the only value that probing reads back from the device
            return snapshot
        with double_precision(member.game.modules.values()):
            exact = self._take_snapshot(member, player, batches)
        return exact._replace(weights=snapshot.weights, gradient_pairs=snapshot.gradient_pairs)

    def _take_snapshot(self, member: Member, player: Player, batches: Sequence[Batch]) -> ProbeSnapshot:
        device = member.dataset.device
        rng = seeding.torch_generator(member.seed, "probe", player.name, member.step, device=device)
        parameters = list(player.module.parameters())
        batches = [batch._replace(real=batch.real.to(parameters[0].dtype)) for batch in batches]
        enable_gradients(member.game, player.module)

        def differentiate(batch: Batch) -> tuple[Tensor, Sequence[Tensor], dict[str, Tensor]]:
            with autocast_products(member.precision, device):
                loss, norms = _compute_loss(player, batch, rng)
                gradients = torch.autograd.grad(loss, parameters)  # frees its graph before the next batch
                return loss.detach(), gradients, norms

        with capture_activations(player.module) as activations:
            first = differentiate(batches[0])
        losses, gradients, norms = zip(first, *map(differentiate, batches[1:]), strict=True)
        task = member.game.discriminator_task if player.name == "discriminator" else None
        factors = self._decompose(member, player, batches, parameters) if player.name == "generator" else []
        with torch.no_grad():
            logits = task.compute_logit_pair(batches[0], rng) if task else None
        return ProbeSnapshot(
            module=player.module,
            losses=losses,
            gradients=gradients,
            weights=[parameter.detach().clone() for parameter in parameters],
            activations=activations,
            logits=logits,
            terms=TermNorms(player.loss.last_layer.name, norms) if isinstance(player.loss, LossTerms) else None,
            factors=factors,
            leaked=count_leaked(member, player),
        )

    def _decompose(
        self, member: Member, player: Player, batches: Sequence[Batch], parameters: Sequence[nn.Parameter]
    ) -> list[Decomposition]:
        """Decompose the adversarial gradient of the generator of fakes on each batch; empty without logits."""
        task = member.game.discriminator_task
        if "factors" not in self.probes or task is None or task.loss is None:
            return []
        # the stream of the losses, so that a plain generator's fakes are those of its gradient
        rng = seeding.torch_generator(member.seed, "probe", player.name, member.step, device=member.dataset.device)
        with autocast_products(member.precision, member.dataset.device):
            return [
                decompose_gradient(
                    bind_generator_loss(task.loss, task, batch, rng),
                    task.bind_batch(batch),
                    task.fake(batch, rng),
                    parameters,
                )._replace(gradients=())
                for batch in batches
            ]


def _compute_loss(player: Player, batch: Batch, rng: torch.Generator) -> tuple[Tensor, dict[str, Tensor]]:
    """Compute a player's loss (), and the norms of the gradients of its terms in the last layer, if it has any."""
    if not isinstance(player.loss, LossTerms):
        return player.loss(batch, rng), {}
    terms = player.loss.compute(batch, rng)
    return sum_terms(terms), player.loss.measure_gradients(terms)


def count_leaked(member: Member, player: Player) -> int:
    """Count the tensors that a player's optimiser moves although they belong to the other side.

    The sides are discriminators and the networks that they judge. Players of one side may share networks.
    """
    others = [one.module for one in member.game.players if one.is_discriminator != player.is_discriminator]
    foreign = {id(parameter) for module in others for parameter in module.parameters()}
    return sum(id(parameter) in foreign for parameter in optimised_parameters(member.optimisers[player.name]))


def draw_probe_batch(
    member: Member, order: np.random.Generator, dtype: torch.dtype, rows: np.ndarray | None = None
) -> Batch:
    """Draw a batch (B, …) of the member's data, independent of the batches that training sees.

    Args:
        member: whose data and batch size.
        order: draws the rows.
        dtype: of the batch, that of the networks.
        rows: (K,) to draw from; absent, those that the member trains on.
    """
    sampler = member.sampler
    drawn = order.choice(sampler.rows if rows is None else rows, sampler.batch_size)
    batch = member.dataset.select_batch(drawn, member.step)
    return batch._replace(real=batch.real.to(dtype))
