"""Check that the networks of a study suit its data, and that they fit into memory: they are built without weights."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from itertools import chain
from math import prod
from typing import TYPE_CHECKING, Any

import torch
from pydantic import BaseModel
from torch import Tensor
from torch.nn import functional
from torch.overrides import TorchFunctionMode

from aegan.config.methods import Method
from aegan.data.raw_dataset import DataOutline
from aegan.errors import InputError
from aegan.games.assembly import make_autoencoder, make_autoencoder_game, make_gan_game
from aegan.games.components import TrainedAutoencoder
from aegan.games.game import Game
from aegan.games.roles import ROLES
from aegan.networks.adversaries import DISCRIMINATORS, GENERATORS
from aegan.networks.autoencoders import AUTOENCODERS
from aegan.networks.entries import NetworkEntry
from aegan.networks.prior import Mixture
from aegan.objectives.augmentations import AUGMENTATIONS

if TYPE_CHECKING:
    from aegan.config.model import Config

#: most numbers in the networks of a game: with gradients and Adam's two moments they take 160 GB
MAX_NUMBERS = 10**10

#: initial weights are not drawn, and not every initialiser works without memory
INITIALISER = {"initialiser": {"name": "xavier"}}


def find_unsuitable_networks(config: Config, dataset: str, outline: DataOutline) -> Iterator[str]:
    """Yield a message for each network that the study uses on a data set and that does not suit it.

    Args:
        config: the config.
        dataset: the entry of `datasets`.
        outline: what is known of its data.
    """
    for name in config.list_used_autoencoders(dataset):
        selection = config.autoencoders[name].architecture
        yield from _check_selection(f"autoencoders.{name}.architecture", selection, dataset, outline)
    for name in config.list_methods(dataset):
        yield from _check_selections_of_method(name, config.methods[name], dataset, outline)


def find_oversized_networks(config: Config, dataset: str, outline: DataOutline) -> Iterator[str]:
    """Yield a message for each game on a data set that cannot be built for it, or fits into no memory.

    Args:
        config: the config, whose networks suit the data.
        dataset: the entry of `datasets`.
        outline: what is known of its data.
    """
    for name in config.list_used_autoencoders(dataset):
        entry = config.resolve_params("autoencoders", name) | INITIALISER
        make_game = partial(make_autoencoder_game, entry, outline.shape, 0)
        yield from _check_size(f"autoencoders.{name}", dataset, outline, make_game)
    for name in config.list_methods(dataset):
        yield from _check_size(f"methods.{name}", dataset, outline, partial(make_untrained_game, config, name, outline))


def _check_selections_of_method(name: str, method: Method, dataset: str, outline: DataOutline) -> Iterator[str]:
    """Check the networks that a method and its role select for data."""
    role = ROLES[method.role.name]
    for key in ("generator", "discriminator"):
        if key not in role.unread_keys and key not in role.non_image_networks:
            yield from _check_selection(f"methods.{name}.{key}", getattr(method, key), dataset, outline)
    for augmentation in method.augmentations if "augmentations" not in role.unread_keys else ():
        if AUGMENTATIONS[augmentation.name].needs_images and len(outline.shape) == 1:
            path = f"methods.{name}.augmentations"
            yield f"{path}: {augmentation.name} is for images, but the data of {dataset} are points. Remove it"
    for key in type(method.role).model_fields:
        if key in {"architecture", "encoder"}:
            yield from _check_selection(f"methods.{name}.role.{key}", getattr(method.role, key), dataset, outline)


def _check_selection(path: str, selection: BaseModel, dataset: str, outline: DataOutline) -> Iterator[str]:
    """Check that a selected network suits the shape of the data."""
    chosen: Any = selection
    entries: Mapping[str, NetworkEntry[Any]] = {**GENERATORS, **DISCRIMINATORS, **AUTOENCODERS}
    if entries[chosen.name].needs_images and len(outline.shape) == 1:
        yield (f"{path}: {chosen.name} slides over rows and columns, but the data of {dataset} are points. Use dense")
    if outline.sized and getattr(chosen, "normalisation", None) == "instance" and outline.shape[1:] == (1, 1):
        yield f"{path}.normalisation: instance normalises over pixels, but the images of {dataset} have one. Use layer"
    numbers = prod(outline.shape)
    if outline.sized and getattr(chosen, "code", 0) > numbers:
        yield (
            f"{path}.code: a code of {chosen.code} numbers is larger than the data of {dataset}, which have {numbers} "
            f"per sample. Use {numbers} at most"
        )


def make_untrained_game(config: Config, name: str, outline: DataOutline) -> Game:
    """Make the game of a method as a job makes it, with an autoencoder and a prior that are not trained.

    Args:
        config: the config.
        name: the method.
        outline: what is known of the data.
    """
    method, trained = config.resolve_params("methods", name), None
    if used := method.get("autoencoder"):
        entry = config.resolve_params("autoencoders", used) | INITIALISER
        autoencoder = make_autoencoder(entry, outline.shape, 0)
        trained = TrainedAutoencoder(autoencoder, Mixture.standard_normal(autoencoder.code))
    shares = () if outline.labelled is False else (0.5, 0.5)
    return make_gan_game(method | INITIALISER, outline.shape, 0, trained, shares)


def _check_size(path: str, dataset: str, outline: DataOutline, make_game: Callable[[], Game]) -> Iterator[str]:
    """Build a game without memory for its numbers, and check how many they are."""
    try:
        with build_without_memory():
            numbers = count_numbers(make_game())
    except InputError as error:
        yield f"{path}: {error.wrong} (data set {dataset}). {error.fix}"
    except RuntimeError as error:  # torch cannot count the bytes
        yield f"{path}: its networks cannot be built ({error}). Make them smaller"
    else:
        if numbers > MAX_NUMBERS:
            shape = " x ".join(map(str, outline.shape))
            yield (
                f"{path}: its networks have {numbers:.1e} numbers for data of {shape}, more than any memory holds "
                f"({MAX_NUMBERS:.0e}). Make them smaller"
            )


def count_numbers(game: Game) -> int:
    """Count the parameters and buffers of a game."""
    tensors = chain.from_iterable((*module.parameters(), *module.buffers()) for module in game.modules.values())
    return sum({id(tensor): tensor.numel() for tensor in tensors}.values())


@contextmanager
def build_without_memory() -> Iterator[None]:
    """Let networks that are built within the block have shapes only: no numbers are stored or drawn."""
    with torch.device("meta"), _WithoutNumbers():
        yield


#: function -> one that gives a tensor of the same shape. For these functions torch would import Python implementations
#: for the meta device, which takes a second
SHAPE_FUNCTIONS: dict[Callable[..., Any], Callable[..., Tensor]] = {
    Tensor.uniform_: lambda tensor, *_bounds: tensor,
    Tensor.normal_: lambda tensor, *_moments: tensor,
    functional.leaky_relu: lambda data, *_slope: data,
    functional.relu: lambda data, *_inplace: data,
    torch.sigmoid: lambda data: data,
    torch.tanh: lambda data: data,
    functional.normalize: lambda tensor, **_options: tensor,
    functional.linear: lambda data, weight, *_bias: torch.empty(*data.shape[:-1], len(weight)),
    torch.mv: lambda matrix, _vector: torch.empty(len(matrix)),
    torch.eye: lambda size: torch.empty(size, size),
}


class _WithoutNumbers(TorchFunctionMode):
    """Replaces functions by those of `SHAPE_FUNCTIONS`."""

    def __torch_function__(
        self, func: Callable[..., Any], types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        replacement = SHAPE_FUNCTIONS.get(func)
        return replacement(*args) if replacement else func(*args, **(kwargs or {}))
