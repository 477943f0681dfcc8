"""Tiny methods, autoencoders and data on 8 × 8 images, for tests; loaded by the conftest of all tests."""

import numpy as np
import torch
from torch import nn

from aegan.data.array_dataset import ArrayDataset
from aegan.data.batch_sampler import BatchSampler
from aegan.evaluation.latent_prior import fit_gaussian
from aegan.games.assembly import make_autoencoder, make_gan_game
from aegan.games.components import TrainedAutoencoder
from aegan.games.roles import ROLES
from aegan.probes import quantities
from aegan.training.member import new_member
from aegan.training.member_factory import gan_member_factory
from aegan.training.probing import Probing

SHAPE = (1, 8, 8)
ADAM = {"name": "adam", "learning_rate": 1e-3}
PROBES = {"schedule": {"name": "evenly", "points": 4}, "batches": 3, "quantities": list(quantities.PROBES)}


def centres_of(count, seed):
    """Where the blobs are: (count, 2, 1, 1)."""
    return np.random.default_rng(seed).uniform(2, 6, (count, 2, 1, 1))


def images(count=40, channels=1, seed=0):
    """Smooth blobs, uint8 (count, 8, 8, channels)."""
    centres = centres_of(count, seed)
    rows, columns = np.mgrid[:8, :8]
    distance = (rows - centres[:, 0]) ** 2 + (columns - centres[:, 1]) ** 2
    return np.repeat(np.uint8(255 * np.exp(-distance / 6))[..., None], channels, axis=3)


def labels(count=40, seed=0):
    """The quadrant that a blob's centre lies in: 0 to 3, int64 (count,)."""
    down, right = (centres_of(count, seed)[:, :, 0, 0] > 4).T
    return 2 * down.astype(np.int64) + right


def labelled():
    """The blobs with their labels."""
    return ArrayDataset(images(), labels())


def method(role="none", loss="minimax", rounds=12, **changes):
    """A resolved method; `changes` replace its other keys."""
    network = {"name": "dense", "width": 8, "depth": 1}
    return {
        "role": {"name": role} if isinstance(role, str) else role,
        "loss": {"name": loss},
        "rounds": rounds,
        "batch_size": 16,
        "latent": 4,
        "generator": network,
        "discriminator": network,
        "optimiser": ADAM,
        "stages": [0.5, 1.0],
    } | changes


def entry(objective="mse", **changes):
    """A resolved entry of `autoencoders`."""
    return {
        "architecture": {"name": "dense", "code": 4, "width": 8, "depth": 1},
        "objective": {"name": objective},
        "epochs": 4,
        "batch_size": 8,
        "held_out": 0.2,
        "patience": None,
        "optimiser": ADAM,
    } | changes


def trained(seed=0, autoencoder_config=None):
    """An autoencoder at its initial weights, with a prior fitted on its codes."""
    autoencoder = make_autoencoder(autoencoder_config or entry(), SHAPE, seed)
    return TrainedAutoencoder(autoencoder, fit_gaussian(ArrayDataset(images()).map_batches(autoencoder.encode), seed))


def game(method, seed=0):
    """The game of a method, with an untrained autoencoder where its role needs one."""
    needed = ROLES[method["role"]["name"]].needs_autoencoder
    return make_gan_game(method, SHAPE, seed, trained(seed) if needed else None, labelled().compute_class_shares())


def member_factory(method, probes=None, device="cpu"):
    """The member factory of a method, as a GAN job builds it."""
    rows = labelled()
    needed = ROLES[method["role"]["name"]].needs_autoencoder
    return gan_member_factory(
        method,
        probes or PROBES,
        ArrayDataset(rows.array, rows.labels, device),
        lambda seed: ArrayDataset(rows.map_batches(trained(seed).autoencoder.encode), device=device),
        lambda seed: trained(seed) if needed else None,
    )


def member(played, seed=0, rows=None, optimiser=None, batch_size=8):
    """A member that plays a game built by hand."""
    rows = rows or labelled()
    return new_member(seed, played, rows, BatchSampler(np.arange(len(rows)), batch_size, seed), optimiser or ADAM)


def always(batches=3):
    """Probing at every step."""
    return Probing(lambda _step: True, batches)


def weights(played):
    """Copies of every parameter and buffer of a game by name."""
    return {
        f"{name}/{key}": value.clone()
        for name, module in played.modules.items()
        for key, value in module.state_dict().items()
    }


def identical(first, second):
    """Whether two dicts of tensors agree bit for bit."""
    return first.keys() == second.keys() and all(torch.equal(first[key], second[key]) for key in first)


def constant(value):
    """A one-number module, to see who moved."""
    module = nn.Linear(1, 1, bias=False)
    nn.init.constant_(module.weight, value)
    return module
