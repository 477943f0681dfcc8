"""The registry of roles that an autoencoder can play in a GAN."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import cached_property
from types import MappingProxyType
from typing import get_type_hints

from aegan.games.aae import aae
from aegan.games.ac_gan import ac_gan
from aegan.games.alpha_gan import alpha_gan
from aegan.games.began import began
from aegan.games.bigan import bigan
from aegan.games.components import AdversarialComponents, Components
from aegan.games.decoded import decoded
from aegan.games.decoded_reconstruction import decoded_reconstruction
from aegan.games.ebgan import ebgan
from aegan.games.features import features
from aegan.games.game import Game
from aegan.games.latent import latent
from aegan.games.mdgan import mdgan
from aegan.games.none import none
from aegan.games.projection import projection
from aegan.games.reconstruction import reconstruction
from aegan.games.semi_supervised import semi_supervised
from aegan.games.vae_gan import vae_gan
from aegan.games.veegan import veegan
from aegan.games.wae_gan import wae_gan
from aegan.games.warm_start import warm_start
from aegan.registry import Entry


class Role(Entry[Game]):
    """A role, and the facts that the validation of a config needs.

    Args:
        function: (components) and options -> game; (components, trained) if it needs a trained autoencoder.
        non_image_networks: generator or discriminator -> the data that it makes or judges, if these are not images.
        judges_classes: whether the discriminator judges data with their classes, so that it cannot judge packs.
    """

    def __init__(
        self,
        function: Callable[..., Game],
        *,
        non_image_networks: Mapping[str, str] = MappingProxyType({}),
        judges_classes: bool = False,
    ) -> None:
        super().__init__(function)
        self.non_image_networks, self.judges_classes = non_image_networks, judges_classes

    @property
    def needs_autoencoder(self) -> bool:
        """Whether the role needs a trained autoencoder: its function has a parameter `trained`."""
        return "trained" in inspect.signature(self).parameters

    @cached_property
    def components(self) -> type[Components]:
        """The type of the components that the role reads."""
        components: type[Components] = get_type_hints(self)["components"]
        return components

    @cached_property
    def unread_keys(self) -> frozenset[str]:
        """The keys of a method that the role does not read, derived from the type of its components."""
        unread = {axis.name for axis in fields(AdversarialComponents)} - {axis.name for axis in fields(self.components)}
        return frozenset(unread | {"packing", "minibatch_averaging"} if "discriminator" in unread else unread)


CODES, PAIRS = "codes", "pairs of data and code"

ROLES: dict[str, Role] = {
    "none": Role(none),
    "reconstruction": Role(reconstruction),
    "latent": Role(latent, non_image_networks={"generator": CODES, "discriminator": CODES}),
    "warm_start": Role(warm_start),
    "decoded": Role(decoded, non_image_networks={"generator": CODES}),
    "decoded_reconstruction": Role(decoded_reconstruction, non_image_networks={"generator": CODES}),
    "ebgan": Role(ebgan),
    "began": Role(began),
    "bigan": Role(bigan, non_image_networks={"discriminator": PAIRS}),
    "vae_gan": Role(vae_gan),
    "aae": Role(aae, non_image_networks={"discriminator": CODES}),
    "wae_gan": Role(wae_gan, non_image_networks={"discriminator": CODES}),
    "mdgan": Role(mdgan),
    "veegan": Role(veegan, non_image_networks={"discriminator": PAIRS}),
    "alpha_gan": Role(alpha_gan),
    "features": Role(features),
    "projection": Role(projection, judges_classes=True),
    "ac_gan": Role(ac_gan, judges_classes=True),
    "semi_supervised": Role(semi_supervised, judges_classes=True),
}
