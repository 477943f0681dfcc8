"""The models of a method: the axes of a GAN and the role of an autoencoder in it."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, PositiveInt

from aegan.config.types import Section
from aegan.games.roles import ROLES
from aegan.networks.adversaries import DISCRIMINATORS, GENERATORS
from aegan.networks.initialise import INITIALISERS
from aegan.objectives.augmentations import AUGMENTATIONS
from aegan.objectives.constraints import CONSTRAINTS
from aegan.objectives.losses import LOSSES
from aegan.objectives.penalties import PENALTIES
from aegan.objectives.weight_schedules import WEIGHT_SCHEDULES
from aegan.option_types import BatchSize, Fraction, Repetitions, Share, Width
from aegan.registry import choice
from aegan.tables import Precision
from aegan.training.optimisers import OPTIMISERS


class GanTraining(Section):
    """Keys that methods share: all axes of a GAN except the role of the autoencoder."""

    loss: choice(LOSSES) = "non_saturating"  # type: ignore[valid-type]
    """Adversarial loss of both players."""
    penalty: choice(PENALTIES) | None = None  # type: ignore[valid-type]
    """Penalty added to the discriminator's loss; absent, there is none."""
    penalty_weight: choice(WEIGHT_SCHEDULES) = "constant"  # type: ignore[valid-type]
    """Factor of the penalty as a function of the training's progress."""
    constraint: choice(CONSTRAINTS) | None = None  # type: ignore[valid-type]
    """Constraint applied to the discriminator's weights after each of its moves; absent, there is none."""
    augmentations: list[choice(AUGMENTATIONS)] = []  # type: ignore[valid-type]
    """Augmentations of real and generated data before the discriminator sees them, in order."""
    discriminator_moves: Repetitions = 1
    """Moves of the discriminator per round (n_critic)."""
    packing: PositiveInt = 1
    """Samples per input of the discriminator, as in PacGAN; must divide the batch size."""
    minibatch_averaging: bool = False
    """Whether the discriminator sees the mean of its batch beside each sample, as in medGAN."""
    stages: Annotated[list[Share], Field(min_length=1)] = [0.04, 0.4, 1.0]
    """Shares of the training after which the weights are stored for the diagnosis; the last is taken as its end."""
    generator: choice(GENERATORS) = "dense"  # type: ignore[valid-type]
    """Generator, unless the role uses the decoder instead."""
    discriminator: choice(DISCRIMINATORS) = "dense"  # type: ignore[valid-type]
    """Discriminator."""
    initialiser: choice(INITIALISERS) = "xavier"  # type: ignore[valid-type]
    """Distribution of the initial weights of new networks."""
    optimiser: choice(OPTIMISERS) = "adam"  # type: ignore[valid-type]
    """Optimiser of every player."""
    discriminator_optimiser: choice(OPTIMISERS) | None = None  # type: ignore[valid-type]
    """Optimiser of the discriminator, if it differs (two time-scale update rule, Heusel 2017)."""
    precision: Precision = "float32"
    """Precision of matrix products in networks during training: float32, bf16, or tf32 (NVIDIA GPUs since Ampere).
    All other operations, and all computations with trained networks, are in float32: docs/precision.md."""
    ema_decay: Fraction | None = None
    """Decay of the moving average of the weights that generate new data; absent, the last weights generate them."""
    latent: Width = 32
    """Numbers per latent code of a generator that is not a decoder."""
    rounds: PositiveInt = 2000
    """Rounds of training; in each round every player moves."""
    batch_size: BatchSize = 64
    """Images per move."""
    processes: Repetitions = 1
    """Processes that share each batch evenly, each on its own GPU, for networks that train too slowly on one GPU."""


class Method(GanTraining):
    """A method: the role of an autoencoder in a GAN, and the axes it is combined with."""

    role: choice(ROLES)  # type: ignore[valid-type]
    """Role of the autoencoder in the game."""
    autoencoder: str | None = None
    """Entry of `autoencoders`, for a role that needs one."""

    def to_params(self) -> dict[str, Any]:
        """Return the method as JSON values, without absent keys and without keys that its role does not read."""
        return {
            key: value for key, value in super().to_params().items() if key not in ROLES[self.role.name].unread_keys
        }
