"""The loops that are held against each other: as tutorials have it, on tensors at rest, and ours. All play one game.

Each plays rounds of a task from the start. A round is `moves` steps of the discriminator, each on a new batch, and one
of the generator. Networks, first weights, losses and optimiser settings are those of the task's method.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits
from torch.utils.data import DataLoader, Dataset

from aegan.data.array_dataset import ArrayDataset
from aegan.data.batch_sampler import BatchSampler
from aegan.games.game import Game
from aegan.games.roles import gan_game
from aegan.training.checkpoint import Checkpoints
from aegan.training.cohort import Cohort, train_cohort
from aegan.training.member import Member
from aegan.training.member_factory import gan_member
from aegan.training.precision import Precision

#: losses of the discriminator and of the generator, by round
Losses = list[tuple[float, float]]
#: player -> what its noise is drawn from; the global state, as tutorials have it, unless told otherwise
Rngs = Mapping[str, torch.Generator | None]
GLOBAL: Rngs = {"discriminator": None, "generator": None}


@dataclass(frozen=True)
class Task:
    """What is trained.

    Args:
        method: a resolved method of role `none`, its loss minimax, or wasserstein with the penalty gp.
        images: uint8 (N, H, W, C).
        device: where.
    """

    method: Mapping[str, Any]
    images: np.ndarray
    device: str = "cpu"

    @property
    def moves(self) -> int:
        """Steps of the discriminator per round."""
        return int(self.method.get("discriminator_moves", 1))

    def at(self, precision: Precision) -> Task:
        """Return the task in another precision of ours; the other loops know none."""
        return replace(self, method={**self.method, "precision": precision})

    def rows(self) -> ArrayDataset:
        """Return the data as our loop wants them."""
        return ArrayDataset(self.images, device=self.device)

    def game(self, seed: int) -> Game:
        """Make the game of a seed on the device."""
        game = gan_game(self.method, self.rows().sample_shape, seed, None)
        for module in game.modules.values():
            module.to(self.device)
        return game

    def member(self, seed: int) -> Member:
        """Make our member of a seed."""
        rows = self.rows()
        stream = BatchSampler(np.arange(len(rows)), self.method["batch_size"], seed)
        return gan_member(seed, self.game(seed), rows, stream, self.method)

    def optimiser(self, module: nn.Module) -> torch.optim.Optimizer:
        """Make the optimiser as tutorials call it: all that is not a setting of the method is torch's default."""
        chosen = self.method["optimiser"]
        betas = (chosen.get("beta1", 0.5), chosen.get("beta2", 0.999))
        rate, epsilon = chosen.get("learning_rate", 2e-4), chosen.get("epsilon", 1e-8)
        return torch.optim.Adam(module.parameters(), lr=rate, betas=betas, eps=epsilon)


def ours(task: Task, rounds: int, members: int = 1) -> Cohort:
    """Train a cohort as a job does, without probes."""
    with tempfile.TemporaryDirectory() as folder:
        return train_cohort(range(members), rounds, lambda seed: (task.member(seed), ()), Checkpoints(folder, ""))


class Images(Dataset[Tensor]):
    """The images one by one, each scaled as torchvision's ToTensor does."""

    def __init__(self, images: np.ndarray) -> None:
        self.images = images

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, index: int) -> Tensor:
        return torch.from_numpy(self.images[index]).permute(2, 0, 1).contiguous().float().div(255)


def tutorial(
    task: Task, rounds: int, workers: int = 0, order: Sequence[int] | None = None, rngs: Rngs = GLOBAL
) -> Losses:
    """Play as tutorials do: a DataLoader, torch's default optimiser, and losses read at every step."""
    loader: DataLoader[Tensor] = DataLoader(
        Images(task.images),
        batch_size=task.method["batch_size"],
        shuffle=order is None,
        sampler=order,
        drop_last=True,
        num_workers=workers,
    )
    losses = eager(task, rounds, (batch.to(task.device) for batch in endless(loader)), rngs, read=Tensor.item)
    return [(float(of_discriminator), float(of_generator)) for of_discriminator, of_generator in losses]


def endless(loader: Iterable[Tensor]) -> Iterator[Tensor]:
    """Go through the data again and again."""
    while True:
        yield from loader


def resident(task: Task, rounds: int, order: Sequence[int] | None = None, rngs: Rngs = GLOBAL) -> Losses:
    """Play on tensors that rest on the device; nothing is read before the end."""
    images = torch.from_numpy(task.images).to(task.device).permute(0, 3, 1, 2).contiguous().float().div(255)
    losses = eager(task, rounds, picked(images, task.method["batch_size"], order), rngs, read=Tensor.detach)
    return [(float(of_discriminator), float(of_generator)) for of_discriminator, of_generator in losses]


def picked(images: Tensor, size: int, order: Sequence[int] | None) -> Iterator[Tensor]:
    """Yield batches of tensors at rest, in shuffles of their own unless an order is given."""
    while True:
        rows = torch.randperm(len(images)) if order is None else torch.tensor(order)
        for batch in rows.to(images.device)[: len(rows) - len(rows) % size].split(size):
            yield images[batch]


def eager(
    task: Task, rounds: int, batches: Iterator[Tensor], rngs: Rngs, read: Callable[[Tensor], Any]
) -> list[tuple[Any, Any]]:
    """Play the plain loop of a tutorial."""
    modules = task.game(0).modules
    generator, discriminator = modules["generator"], modules["discriminator"]
    optimiser_d, optimiser_g = task.optimiser(discriminator), task.optimiser(generator)
    loss_d, loss_g = LOSSES[task.method["loss"]["name"]]
    size, latent = task.method["batch_size"], task.method["latent"]
    losses = []
    for _ in range(rounds):
        for _ in range(task.moves):
            real = next(batches)
            optimiser_d.zero_grad()
            noise = torch.randn(size, latent, device=task.device, generator=rngs["discriminator"])
            of_discriminator = loss_d(discriminator, real, generator(noise).detach(), rngs["discriminator"])
            of_discriminator.backward()
            optimiser_d.step()
            first = read(of_discriminator)
        optimiser_g.zero_grad()
        noise = torch.randn(size, latent, device=task.device, generator=rngs["generator"])
        of_generator = loss_g(discriminator(generator(noise)))
        of_generator.backward()
        optimiser_g.step()
        losses.append((first, read(of_generator)))
    return losses


def cross_entropy(discriminator: nn.Module, real: Tensor, fake: Tensor, _rng: torch.Generator | None) -> Tensor:
    """Compute the discriminator's loss of the first GAN."""
    on_real, on_fake = discriminator(real), discriminator(fake)
    ones, zeros = torch.ones_like(on_real), torch.zeros_like(on_fake)
    return binary_cross_entropy_with_logits(on_real, ones) + binary_cross_entropy_with_logits(on_fake, zeros)


def saturating(logits: Tensor) -> Tensor:
    """Compute the generator's loss of the first GAN."""
    return -binary_cross_entropy_with_logits(logits, torch.zeros_like(logits))


def critic(discriminator: nn.Module, real: Tensor, fake: Tensor, rng: torch.Generator | None) -> Tensor:
    """Compute the critic's loss of the WGAN-GP."""
    on_real, on_fake = discriminator(real), discriminator(fake)
    alpha = torch.rand(len(real), 1, 1, 1, device=real.device, generator=rng)
    between = (alpha * real + (1 - alpha) * fake).requires_grad_()
    judged = discriminator(between)
    (slope,) = torch.autograd.grad(judged, between, torch.ones_like(judged), create_graph=True)
    penalty = (slope.flatten(1).norm(2, dim=1) - 1).square().mean()
    return on_fake.mean() - on_real.mean() + 10 * penalty


#: loss of the method -> those of discriminator and generator, as tutorials write them
LOSSES = {
    "minimax": (cross_entropy, saturating),
    "wasserstein": (critic, lambda logits: -logits.mean()),
}
