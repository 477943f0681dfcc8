"""What is compared with what: the axes of a method, and the plain method that it differs from in one thing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

Settings = Mapping[str, Any]  # a resolved entry of `methods`

NONE = "none"  #: the role without an autoencoder, and the word for no regulariser in tables
OWN = "own"  #: the loss of a role that brings its own, such as an energy
SPECTRAL = "spectral"
FLOAT32 = "float32"  #: the precision of a method that is not lowered

#: the keys of a method that hold its discriminator back; spectral normalisation does, too
REGULARISERS = ("penalty", "penalty_weight", "constraint", "views")

#: role -> network -> what it takes or makes, where that is no image
FLAT = {
    "latent": {"generator": "codes", "discriminator": "codes"},
    "decoded": {"generator": "codes"},
    "decoded_reconstruction": {"generator": "codes"},
    "aae": {"discriminator": "codes"},
    "wae_gan": {"discriminator": "codes"},
    "bigan": {"discriminator": "pairs of data and code"},
    "veegan": {"discriminator": "pairs of data and code"},
}


class Axes(NamedTuple):
    """Where a method stands in the decision table."""

    role: str
    regulariser: str  #: all that holds the discriminator back, joined by " + "
    loss: str
    architecture: str  #: generator, or generator/discriminator where they differ
    precision: str  #: of products


def axes(method: Settings) -> Axes:
    """Name the axes of a resolved method, as `config.resolved` gives it."""
    networks = [method[key]["name"] for key in ("generator", "discriminator") if key in method]
    held = [method[key]["name"] for key in ("penalty", "constraint") if key in method]
    held += [SPECTRAL] * _spectral(method) + [view["name"] for view in method.get("views", ())]
    loss = method["loss"]["name"] if "loss" in method else OWN
    precision = method.get("precision", FLOAT32)
    return Axes(method["role"]["name"], " + ".join(held) or NONE, loss, "/".join(dict.fromkeys(networks)), precision)


def counterparts(methods: Mapping[str, Settings]) -> dict[str, str]:
    """Pair each method with the plain one that it differs from in one thing; what has none is left out.

    A role of an autoencoder is compared with a plain GAN of the same loss, regulariser and kinds of networks, as far as
    the role reads them (a network that sees codes cannot be convolutional); of several, with the one that has the most
    settings in common, the first among equals. A plain GAN with a regulariser is compared with one that has none and is
    the same otherwise. And first of all a method of low precision is compared with its like in float32.

    Args:
        methods: the resolved methods of a study, in its order.
    """
    plain = {name: method for name, method in methods.items() if axes(method).role == NONE}
    found = {}
    for name, method in methods.items():
        differs = _other_regulariser if name in plain else _other_role
        fitting = [other for other in methods if _other_precision(method, methods[other])]
        fitting = fitting or [other for other in plain if other != name and differs(method, plain[other])]
        if fitting:
            found[name] = max(fitting, key=lambda other: _shared(method, methods[other]))
    return found


def _other_precision(method: Settings, other: Settings) -> bool:
    rest = [{key: value for key, value in own.items() if key != "precision"} for own in (method, other)]
    return rest[0] == rest[1] and axes(other).precision == FLOAT32 != axes(method).precision


def _other_role(method: Settings, plain: Settings) -> bool:
    if axes(method).precision != axes(plain).precision:
        return False
    if any(method[key]["name"] != plain[key]["name"] for key in _pictured(method)):
        return False
    if "loss" not in method:  # a discriminator without logits knows neither the losses nor their regularisers
        return axes(plain).regulariser == NONE
    return bool(method["loss"] == plain["loss"]) and _held(method) == _held(plain)


def _pictured(method: Settings) -> set[str]:
    """Name the networks of a method that take or make data themselves, not codes."""
    return ({"generator", "discriminator"} & set(method)) - set(FLAT.get(method["role"]["name"], ()))


def _other_regulariser(method: Settings, plain: Settings) -> bool:
    rest = [{key: value for key, value in _bare(own).items() if key not in REGULARISERS} for own in (method, plain)]
    return rest[0] == rest[1] and axes(plain).regulariser == NONE != axes(method).regulariser


def _held(method: Settings) -> tuple[Any, ...]:
    return *(method.get(key) or None for key in REGULARISERS), _spectral(method)


def _spectral(method: Settings) -> bool:
    return bool(method.get("discriminator", {}).get("normalisation") == SPECTRAL)


def _bare(method: Settings) -> dict[str, Any]:
    """Take spectral normalisation off the discriminator."""
    if not _spectral(method):
        return dict(method)
    return dict(method) | {"discriminator": {k: v for k, v in method["discriminator"].items() if k != "normalisation"}}


def _shared(method: Settings, other: Settings) -> int:
    return sum(method.get(key) == value for key, value in other.items())
