"""The baseline of each method: its axes, and the counterpart that differs from it in one axis."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from aegan.tables import FLOAT32, NONE

Method = Mapping[str, Any]  # a resolved entry of `methods`

OWN_LOSS = "own"  #: the loss of a role that brings its own, such as an energy
SPECTRAL = "spectral"

#: the keys of a method that regularise its discriminator; spectral normalisation also does
REGULARISERS = ("penalty", "penalty_weight", "constraint", "augmentations")


class Axes(NamedTuple):
    """Where a method stands in the decision table."""

    role: str
    regulariser: str  #: all that regularises the discriminator, joined by " + "
    loss: str
    architecture: str  #: generator, or generator/discriminator where they differ
    precision: str  #: of matrix products, an entry of `Precision`


def describe_axes(method: Method) -> Axes:
    """Describe the axes of a resolved method."""
    networks = [method[key]["name"] for key in ("generator", "discriminator") if key in method]
    regularisers = [method[key]["name"] for key in ("penalty", "constraint") if key in method]
    regularisers += [SPECTRAL] * _is_spectral(method)
    regularisers += [augmentation["name"] for augmentation in method.get("augmentations", ())]
    return Axes(
        role=method["role"]["name"],
        regulariser=" + ".join(regularisers) or NONE,
        loss=method["loss"]["name"] if "loss" in method else OWN_LOSS,
        architecture="/".join(dict.fromkeys(networks)),
        precision=method.get("precision", FLOAT32),
    )


def find_counterparts(
    methods: Mapping[str, Method], non_image_networks: Mapping[str, Collection[str]]
) -> dict[str, str]:
    """Find for each method its counterpart, from which it differs in one axis.

    The counterpart of a method of low precision is the same method in float32. Otherwise, that of a role of an
    autoencoder is a plain GAN with the same loss, regulariser and networks, as far as the role reads them; networks on
    codes may differ, because they cannot be convolutional. That of a GAN without an autoencoder but with a regulariser
    is the same GAN without the regulariser. Of several candidates the one with the most equal settings is taken, the
    first of these in a tie.

    Args:
        methods: the resolved methods of a study, in its order.
        non_image_networks: role -> those of its networks whose inputs or outputs are not images.

    Returns:
        method -> counterpart; a method without one is absent.
    """
    plain = {name: method for name, method in methods.items() if describe_axes(method).role == NONE}
    counterparts = {}
    for name, method in methods.items():
        candidates = [other for other in methods if _differs_in_precision(method, methods[other])]
        if not candidates and name in plain:
            candidates = [other for other in plain if other != name and _differs_in_regulariser(method, plain[other])]
        elif not candidates:
            networks = {"generator", "discriminator"} & set(method)
            networks -= set(non_image_networks.get(method["role"]["name"], ()))
            candidates = [other for other in plain if _differs_in_role(method, plain[other], networks)]
        if candidates:
            counterparts[name] = max(candidates, key=lambda other: _count_shared_settings(method, methods[other]))
    return counterparts


def _differs_in_precision(method: Method, other: Method) -> bool:
    rest = [{key: value for key, value in own.items() if key != "precision"} for own in (method, other)]
    return rest[0] == rest[1] and describe_axes(other).precision == FLOAT32 != describe_axes(method).precision


def _differs_in_role(method: Method, plain: Method, networks: Collection[str]) -> bool:
    """Return whether a method differs from a plain GAN in its role alone; only the given networks have to agree."""
    if describe_axes(method).precision != describe_axes(plain).precision:
        return False
    if any(method[key]["name"] != plain[key]["name"] for key in networks):
        return False
    if "loss" not in method:  # without logits neither the losses nor their regularisers apply
        return describe_axes(plain).regulariser == NONE
    return bool(method["loss"] == plain["loss"]) and _regularisers(method) == _regularisers(plain)


def _differs_in_regulariser(method: Method, plain: Method) -> bool:
    rest = [
        {key: value for key, value in _without_spectral(own).items() if key not in REGULARISERS}
        for own in (method, plain)
    ]
    return rest[0] == rest[1] and describe_axes(plain).regulariser == NONE != describe_axes(method).regulariser


def _regularisers(method: Method) -> tuple[Any, ...]:
    return *(method.get(key) or None for key in REGULARISERS), _is_spectral(method)


def _is_spectral(method: Method) -> bool:
    return bool(method.get("discriminator", {}).get("normalisation") == SPECTRAL)


def _without_spectral(method: Method) -> dict[str, Any]:
    if not _is_spectral(method):
        return dict(method)
    return dict(method) | {"discriminator": {k: v for k, v in method["discriminator"].items() if k != "normalisation"}}


def _count_shared_settings(method: Method, other: Method) -> int:
    return sum(method.get(key) == value for key, value in other.items())
