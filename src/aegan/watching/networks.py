"""The networks of a watched training: what is inside their wrappers, and which optimiser may move which parameter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from aegan.errors import InputError
from aegan.probes.snapshot import add_whole_network, group_by_layer

#: beginnings of the names of networks that judge whether data are real
JUDGES = ("discriminator", "critic", "judge")

HOW_TO_GIVE = "Give name=(module, optimiser), name=(module, [optimiser, …]), or name=module for one that never moves"


@dataclass(frozen=True)
class WatchedNetwork:
    """A network of a training.

    Attributes:
        name: the user's.
        module: without wrappers of `torch.compile`, DataParallel or DistributedDataParallel.
        optimisers: those that move it, without wrappers.
        compiled: whether it runs as compiled code, which forward hooks would change.
    """

    name: str
    module: nn.Module
    optimisers: tuple[Optimizer, ...]
    compiled: bool
    parameters: list[nn.Parameter] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "parameters", list(self.module.parameters()))

    @cached_property
    def layers(self) -> dict[str, list[int]]:
        """The positions of the parameters by layer, the whole network included."""
        return add_whole_network(group_by_layer(self.module))

    @cached_property
    def embeddings(self) -> set[str]:
        """The names of the layers that look up rows of a table."""
        named = self.module.named_modules()
        return {name for name, layer in named if name and isinstance(layer, nn.Embedding | nn.EmbeddingBag)}

    @cached_property
    def identities(self) -> frozenset[int]:
        """The identities of the parameters."""
        return frozenset(map(id, self.parameters))

    def select_moved(self, optimiser: Optimizer) -> list[int]:
        """Return the positions of the parameters that an optimiser holds."""
        held = {id(parameter) for parameter in list_parameters(optimiser)}
        return [place for place, own in enumerate(self.parameters) if id(own) in held]


def list_parameters(optimiser: Optimizer) -> list[Tensor]:
    """List the parameters (…) of all groups of an optimiser."""
    return [parameter for group in optimiser.param_groups for parameter in group["params"]]


def stack_scalars(scalars: Iterable[Tensor]) -> Tensor:
    """Stack n scalars on the device of the first, (n,); a network may lie on several devices."""
    own = list(scalars)
    if len({scalar.device for scalar in own}) > 1:
        own = [scalar.to(own[0].device) for scalar in own]
    return torch.stack(own)


def read_networks(named: Mapping[str, object]) -> list[WatchedNetwork]:
    """Read the networks that a user names.

    Raises:
        InputError: there are none, or one is not a module with its optimisers.
    """
    if not named:
        raise InputError("watch", "no network is named", HOW_TO_GIVE)
    networks = [_read_network(name, given) for name, given in named.items()]
    if not any(network.optimisers for network in networks):
        raise InputError("watch", f"no optimiser is given for {' or '.join(named)}", HOW_TO_GIVE)
    return networks


def _read_network(name: str, given: object) -> WatchedNetwork:
    module, optimisers = given if isinstance(given, tuple) and len(given) == 2 else (given, ())
    optimisers = tuple(map(_unwrap_optimiser, optimisers if isinstance(optimisers, Sequence) else (optimisers,)))
    if not isinstance(module, nn.Module):
        raise InputError(name, f"is a {type(module).__name__}, not a module", HOW_TO_GIVE)
    for optimiser in optimisers:
        if not isinstance(optimiser, Optimizer):
            raise InputError(name, f"has a {type(optimiser).__name__} for an optimiser", HOW_TO_GIVE)
    inner, compiled = _unwrap(module)
    if not any(True for _ in inner.parameters()):
        raise InputError(name, "has no parameters", "Give a module with parameters; call a lazy one once before")
    return WatchedNetwork(name, inner, optimisers, compiled)


def _unwrap_optimiser(optimiser: object) -> object:
    """Return the optimiser inside wrappers such as those of Lightning and Accelerate, which call its step."""
    while isinstance(inner := getattr(optimiser, "optimizer", None), Optimizer):
        optimiser = inner
    return optimiser


def _unwrap(module: nn.Module) -> tuple[nn.Module, bool]:
    """Return the module inside wrappers, and whether it is compiled."""
    compiled = False
    while True:
        # the private attributes are where `torch.compile` keeps what it wraps, and `Module.compile` its compiled call
        compiled |= getattr(module, "_compiled_call_impl", None) is not None
        if isinstance(module, nn.DataParallel | nn.parallel.DistributedDataParallel):
            module = module.module
        elif isinstance(inner := getattr(module, "_orig_mod", None), nn.Module):
            module, compiled = inner, True
        else:
            return module, compiled


def find_judge(networks: Sequence[WatchedNetwork], named: str | None) -> WatchedNetwork | None:
    """Return the network that judges: the one that the user names, else the first with the name of a judge, if any.

    Raises:
        InputError: no network has the name that the user gives.
    """
    names = [network.name for network in networks]
    if named is not None and named not in names:
        raise InputError("judge", f"no network is named {named!r}", f"Choose among {names}")
    found = [own for own in networks if own.name == named or (named is None and own.name.lower().startswith(JUDGES))]
    return found[0] if found else None


def match_network(networks: Sequence[WatchedNetwork], key: str) -> WatchedNetwork:
    """Return the network of a loss: of `loss_NAME` the one of that name, or the only one whose name begins with it.

    Raises:
        InputError: the key is none of a loss, or none or several networks match.
    """
    names = [own.name for own in networks]
    if not key.startswith("loss_"):
        raise InputError(key, "is no argument of log()", f"Name losses loss_NAME, with NAME among {names}")
    name = key.removeprefix("loss_")
    exact = [own for own in networks if own.name == name]
    found = exact or [own for own in networks if own.name.lower().startswith(name.lower())]
    if len(found) != 1:
        wrong = f"may be that of {' or '.join(own.name for own in found)}" if found else "fits no network"
        raise InputError(key, wrong, f"Write loss_NAME, with NAME among {names}")
    return found[0]


def count_leaks(network: WatchedNetwork, networks: Sequence[WatchedNetwork]) -> dict[str, int]:
    """Count the tensors of other networks that a network's optimisers move: name of the other -> tensors.

    An optimiser may move the parameters of every network that names it; parameters that networks share belong to each.

    Args:
        network: whose moves.
        networks: all of them.
    """
    leaks: dict[str, int] = {}
    for optimiser in network.optimisers:
        sides = [any(optimiser is one for one in other.optimisers) for other in networks]
        allowed = [other.identities for other, mine in zip(networks, sides, strict=True) if mine]
        foreign = {id(held) for held in list_parameters(optimiser)}.difference(*allowed)
        for other, mine in zip(networks, sides, strict=True):
            if reached := 0 if mine else len(foreign & other.identities):
                leaks[other.name] = leaks.get(other.name, 0) + reached
    return leaks


def is_first_process() -> bool:
    """Return whether this is the only process of the training, or the first of several."""
    distributed = torch.distributed
    return not (distributed.is_available() and distributed.is_initialized()) or distributed.get_rank() == 0
