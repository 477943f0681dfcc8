"""The components that a method's settings are built into, from which a role puts its game together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from torch import nn

from aegan import seeding
from aegan.networks.activations import Activation, choose_output_activation
from aegan.networks.autoencoders import Autoencoder
from aegan.networks.initialise import Initialiser, initialise_module, xavier
from aegan.networks.prior import Mixture
from aegan.objectives.augmentations import Augmentation
from aegan.objectives.constraints import Constraint
from aegan.objectives.losses import AdversarialLoss
from aegan.objectives.penalties import Penalty
from aegan.objectives.weight_schedules import WeightSchedule, constant

M = TypeVar("M", bound=nn.Module)


@dataclass(frozen=True, kw_only=True)
class Components:
    """The components that every role reads."""

    shape: tuple[int, ...]  #: (C, H, W) of images, (D,) of points
    discriminator_moves: int = 1  #: moves of the discriminator per round
    initialiser: Initialiser = field(default_factory=xavier)
    class_shares: tuple[float, ...] = ()  #: share of each class in the training data; () without labels
    seed: int = 0  #: seed of the initial weights

    @property
    def output(self) -> Activation | None:
        """Activation of a network that makes data: images are in [0, 1], points are unbounded."""
        return choose_output_activation(self.shape)

    def make_network(self, name: str, make: Callable[[], M]) -> M:
        """Make a network; its initial weights are a function of the seed and of this name."""
        return initialise_module(make, seeding.torch_generator(self.seed, "init", name), self.initialiser)


@dataclass(frozen=True, kw_only=True)
class GeneratorComponents(Components):
    """Components of a role that makes a new generator."""

    latent: int  #: numbers per latent code
    generator: Callable[[int, tuple[int, ...], Activation | None], nn.Module]
    """(numbers per code, shape of the data, output activation) -> a new generator."""

    def make_data_generator(self, numbers: int | None = None) -> nn.Module:
        """Make a new generator: codes (N, numbers), by default (N, latent), to data (N, ...)."""
        return self.generator(numbers or self.latent, self.shape, self.output)


@dataclass(frozen=True, kw_only=True)
class LogitComponents(Components):
    """Components of a role that trains a discriminator of logits: the adversarial objective."""

    loss: AdversarialLoss
    penalty: Penalty | None = None
    penalty_weight: WeightSchedule = field(default_factory=constant)
    constraint: Constraint | None = None
    augmentations: tuple[Augmentation, ...] = ()  #: applied in order to all data that the discriminator sees

    @property
    def auxiliary_modules(self) -> dict[str, nn.Module]:
        """The penalty if it has state, by name."""
        return {"penalty": self.penalty} if isinstance(self.penalty, nn.Module) else {}


@dataclass(frozen=True, kw_only=True)
class DiscriminatorComponents(LogitComponents):
    """Components of a role that uses the method's discriminator, but makes data with another network."""

    discriminator: Callable[[tuple[int, ...]], nn.Module]  #: shape of the data -> a new discriminator


@dataclass(frozen=True, kw_only=True)
class GeneratorLogitComponents(GeneratorComponents, LogitComponents):
    """Components of a role that makes a new generator, and discriminators of its own."""


@dataclass(frozen=True, kw_only=True)
class AdversarialComponents(DiscriminatorComponents, GeneratorLogitComponents):
    """Components of a role that makes a new generator and uses the method's discriminator: all settings."""


class TrainedAutoencoder(NamedTuple):
    """A trained autoencoder, and the prior that was fitted on its codes of the training split."""

    autoencoder: Autoencoder
    prior: Mixture
