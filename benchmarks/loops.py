"""The training loops that benchmarks/throughput.py compares: a tutorial's, one on tensors in memory, and aegan's.

All train the same game. A round is `moves` steps of the discriminator, each on a new batch, and one of the generator.
Networks, initial weights, losses and optimiser settings are those of the task's method.
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
from aegan.games.assembly import make_gan_game
from aegan.games.game import Game
from aegan.tables import Precision
from aegan.training.checkpoint import Checkpoints
from aegan.training.cohort import Cohort, train_cohort
from aegan.training.member import Member
from aegan.training.member_factory import gan_member

#: losses of the discriminator and of the generator, by round
Losses = list[tuple[float, float]]
#: player -> generator of its noise; None is the global state, which tutorials use
Rngs = Mapping[str, torch.Generator | None]
GLOBAL: Rngs = {"discriminator": None, "generator": None}


@dataclass(frozen=True)
class Task:
    """A method, data and device to train on.

    Args:
        method: a resolved method of role `none`, its loss and penalty among `LOSSES`.
        images: uint8 (N, H, W, C).
        device: cpu or cuda.
    """

    method: Mapping[str, Any]
    images: np.ndarray
    device: str = "cpu"

    @property
    def moves(self) -> int:
        """Steps of the discriminator per round."""
        return int(self.method.get("discriminator_moves", 1))

    def with_precision(self, precision: Precision) -> Task:
        """Return the task in another precision, which only aegan's loop supports."""
        return replace(self, method={**self.method, "precision": precision})

    def make_dataset(self) -> ArrayDataset:
        """Return the data as aegan's loop takes them."""
        return ArrayDataset(self.images, device=self.device)

    def make_game(self, seed: int) -> Game:
        """Make the game of a seed on the device."""
        game = make_gan_game(self.method, self.make_dataset().sample_shape, seed, None)
        for module in game.modules.values():
            module.to(self.device)
        return game

    def make_member(self, seed: int) -> Member:
        """Make aegan's member of a seed."""
        dataset = self.make_dataset()
        sampler = BatchSampler(np.arange(len(dataset)), self.method["batch_size"], seed)
        return gan_member(seed, self.make_game(seed), dataset, sampler, self.method)

    def make_optimiser(self, module: nn.Module) -> torch.optim.Optimizer:
        """Make torch's Adam with the method's settings; other arguments keep torch's defaults, as in tutorials."""
        optimiser = self.method["optimiser"]
        betas = (optimiser.get("beta1", 0.5), optimiser.get("beta2", 0.999))
        rate, epsilon = optimiser.get("learning_rate", 2e-4), optimiser.get("epsilon", 1e-8)
        return torch.optim.Adam(module.parameters(), lr=rate, betas=betas, eps=epsilon)


def play_aegan_loop(task: Task, rounds: int, members: int = 1) -> Cohort:
    """Train a cohort as a job does, without probes."""
    with tempfile.TemporaryDirectory() as folder:
        return train_cohort(range(members), rounds, lambda seed: (task.make_member(seed), ()), Checkpoints(folder, ""))


class Images(Dataset[Tensor]):
    """The images one by one, float32 (C, H, W), scaled as by torchvision's ToTensor."""

    def __init__(self, images: np.ndarray) -> None:
        self.images = images

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, index: int) -> Tensor:
        return torch.from_numpy(self.images[index]).permute(2, 0, 1).contiguous().float().div(255)


def play_tutorial_loop(
    task: Task, rounds: int, workers: int = 0, order: Sequence[int] | None = None, rngs: Rngs = GLOBAL
) -> Losses:
    """Train as tutorials do: a DataLoader, torch's default optimiser, and losses read at every step.

    Args:
        task: the task to train.
        rounds: number of rounds.
        workers: number of processes of the DataLoader.
        order: row numbers in their order; None to shuffle.
        rngs: generators of the noise.
    """
    loader: DataLoader[Tensor] = DataLoader(
        Images(task.images),
        batch_size=task.method["batch_size"],
        shuffle=order is None,
        sampler=order,
        drop_last=True,
        num_workers=workers,
    )
    losses = play_loop(
        task, rounds, (batch.to(task.device) for batch in repeat_batches(loader)), rngs, read=Tensor.item
    )
    return [(float(of_discriminator), float(of_generator)) for of_discriminator, of_generator in losses]


def repeat_batches(loader: Iterable[Tensor]) -> Iterator[Tensor]:
    """Repeat the batches of a loader without end."""
    while True:
        yield from loader


def play_resident_loop(task: Task, rounds: int, order: Sequence[int] | None = None, rngs: Rngs = GLOBAL) -> Losses:
    """Train on tensors that stay on the device; losses are read at the end.

    Args:
        task: the task to train.
        rounds: number of rounds.
        order: row numbers in their order; None to shuffle.
        rngs: generators of the noise.
    """
    images = torch.from_numpy(task.images).to(task.device).permute(0, 3, 1, 2).contiguous().float().div(255)
    losses = play_loop(task, rounds, draw_batches(images, task.method["batch_size"], order), rngs, read=Tensor.detach)
    return [(float(of_discriminator), float(of_generator)) for of_discriminator, of_generator in losses]


def draw_batches(images: Tensor, size: int, order: Sequence[int] | None) -> Iterator[Tensor]:
    """Yield batches (size, C, H, W) of images (N, C, H, W) without end, in the given order or shuffled by epoch."""
    while True:
        rows = torch.randperm(len(images)) if order is None else torch.tensor(order)
        for batch in rows.to(images.device)[: len(rows) - len(rows) % size].split(size):
            yield images[batch]


def play_loop(
    task: Task, rounds: int, batches: Iterator[Tensor], rngs: Rngs, read: Callable[[Tensor], Any]
) -> list[tuple[Any, Any]]:
    """Run the loop of a tutorial.

    Args:
        task: the task to train.
        rounds: number of rounds.
        batches: real data (B, C, H, W).
        rngs: generators of the noise.
        read: converts a loss to the value that is kept.
    """
    modules = task.make_game(0).modules
    generator, discriminator = modules["generator"], modules["discriminator"]
    optimiser_d, optimiser_g = task.make_optimiser(discriminator), task.make_optimiser(generator)
    loss_d, loss_g = LOSSES[task.method["loss"]["name"], task.method.get("penalty", {}).get("name")]
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


def discriminator_cross_entropy(
    discriminator: nn.Module, real: Tensor, fake: Tensor, _rng: torch.Generator | None
) -> Tensor:
    """Compute the discriminator's loss of Goodfellow 2014, of batches (B, C, H, W)."""
    on_real, on_fake = discriminator(real), discriminator(fake)
    ones, zeros = torch.ones_like(on_real), torch.zeros_like(on_fake)
    return binary_cross_entropy_with_logits(on_real, ones) + binary_cross_entropy_with_logits(on_fake, zeros)


def zero_centred_penalty_loss(
    discriminator: nn.Module, real: Tensor, fake: Tensor, rng: torch.Generator | None
) -> Tensor:
    """Compute the discriminator's loss of Goodfellow 2014 with R1 (Mescheder 2018), of batches (B, C, H, W)."""
    leaves = real.detach().requires_grad_()
    logits = discriminator(leaves)
    (gradient,) = torch.autograd.grad(logits.sum(), leaves, create_graph=True)
    penalty = gradient.flatten(1).square().sum(1).mean()
    return discriminator_cross_entropy(discriminator, real, fake, rng) + penalty / 2


def saturating_generator_loss(logits: Tensor) -> Tensor:
    """Compute the saturating generator's loss of Goodfellow 2014, of logits (B, 1)."""
    return -binary_cross_entropy_with_logits(logits, torch.zeros_like(logits))


def gradient_penalty_critic_loss(
    discriminator: nn.Module, real: Tensor, fake: Tensor, rng: torch.Generator | None
) -> Tensor:
    """Compute the critic's loss of WGAN-GP (Gulrajani 2017), of batches (B, C, H, W)."""
    on_real, on_fake = discriminator(real), discriminator(fake)
    alpha = torch.rand(len(real), 1, 1, 1, device=real.device, generator=rng)
    between = (alpha * real + (1 - alpha) * fake).requires_grad_()
    logits = discriminator(between)
    (gradient,) = torch.autograd.grad(logits, between, torch.ones_like(logits), create_graph=True)
    penalty = (gradient.flatten(1).norm(2, dim=1) - 1).square().mean()
    return on_fake.mean() - on_real.mean() + 10 * penalty


#: loss and penalty of the method -> losses of discriminator and generator, as tutorials write them
LOSSES = {
    ("minimax", None): (discriminator_cross_entropy, saturating_generator_loss),
    ("minimax", "r1"): (zero_centred_penalty_loss, saturating_generator_loss),
    ("wasserstein", "gp"): (gradient_penalty_critic_loss, lambda logits: -logits.mean()),
}
