"""A method: the axes of a GAN, and the role of an autoencoder in it."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, PositiveInt

from aegan.config.types import Fraction, Section, Share
from aegan.games.roles import ROLES, unread
from aegan.networks.adversaries import DISCRIMINATORS, GENERATORS
from aegan.networks.initialise import INITIALISERS
from aegan.objectives.augmentations import VIEWS
from aegan.objectives.constraints import CONSTRAINTS
from aegan.objectives.losses import LOSSES
from aegan.objectives.penalties import PENALTIES
from aegan.objectives.weight_schedules import WEIGHTS
from aegan.registry import choice
from aegan.training.optimisers import OPTIMISERS
from aegan.training.precision import Precision


class GanTraining(Section):
    """What methods share: the axes of a GAN other than the autoencoder's role."""

    loss: choice(LOSSES) = "non_saturating"  # type: ignore[valid-type]
    """Adversarial loss of both players."""
    penalty: choice(PENALTIES) | None = None  # type: ignore[valid-type]
    """Penalty on the discriminator; absent, there is none."""
    penalty_weight: choice(WEIGHTS) = "constant"  # type: ignore[valid-type]
    """By which factor the penalty is multiplied, over the training."""
    constraint: choice(CONSTRAINTS) | None = None  # type: ignore[valid-type]
    """What the discriminator's weights are held to after each of its moves; absent, nothing."""
    views: list[choice(VIEWS)] = []  # type: ignore[valid-type]
    """What is done to real data and fakes alike before the discriminator sees them, in order."""
    discriminator_moves: PositiveInt = 1
    """Moves of the discriminator per round (n_critic)."""
    packing: PositiveInt = 1
    """Samples that the discriminator judges at once, as in PacGAN; it divides the batch size."""
    stages: Annotated[list[Share], Field(min_length=1)] = [0.04, 0.4, 1.0]
    """Shares of the training after which the weights are kept for the diagnosis; the last is read as its end."""
    generator: choice(GENERATORS) = "dense"  # type: ignore[valid-type]
    """Generator, where the role does not bring the decoder."""
    discriminator: choice(DISCRIMINATORS) = "dense"  # type: ignore[valid-type]
    """Discriminator."""
    initialiser: choice(INITIALISERS) = "xavier"  # type: ignore[valid-type]
    """What the first weights of fresh networks are drawn from."""
    optimiser: choice(OPTIMISERS) = "adam"  # type: ignore[valid-type]
    """How the weights of every player move."""
    discriminator_optimiser: choice(OPTIMISERS) | None = None  # type: ignore[valid-type]
    """How the discriminator's weights move, where that is not as everybody's (two time-scale rule, Heusel 2017)."""
    precision: Precision = "float32"
    """Of products in networks while they are trained: float32, bf16, or tf32, which NVIDIA's GPUs since Ampere have.
    All else, and what is made with trained networks, is float32: docs/precision.md."""
    ema_decay: Fraction | None = None
    """Decay of the moving average of the weights that new data are made with; absent, they are made with the last."""
    latent: PositiveInt = 32
    """Numbers per latent code of a generator that is not a decoder."""
    rounds: PositiveInt = 2000
    """Rounds of training: in each, every player moves."""
    batch_size: PositiveInt = 64
    """Images per move."""
    processes: PositiveInt = 1
    """Processes that share each batch evenly, each on a GPU of its own, for networks that are too slow on one."""


class Method(GanTraining):
    """A method: a role of an autoencoder in a GAN, and the axes it is combined with."""

    role: choice(ROLES)  # type: ignore[valid-type]
    """What the autoencoder does in the game."""
    autoencoder: str | None = None
    """Entry of `autoencoders`, for a role that needs one."""

    def plain(self) -> dict[str, Any]:
        """Return the method without what its role does not read, either."""
        return {key: value for key, value in super().plain().items() if key not in unread(self.role.name)}
