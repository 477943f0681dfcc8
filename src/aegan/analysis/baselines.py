"""The baseline of each method: its axes, and the counterpart that differs from it in one axis."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import partial
from typing import Any, NamedTuple

from aegan.analysis.differences import REGULARISERS, SPECTRAL, Method, Networks, is_spectral, list_differences
from aegan.tables import FLOAT32, NONE

#: of a method that cannot be built
UNKNOWN = Networks((), ())

OWN_LOSS = "own"  #: the loss of a role that brings its own, such as an energy


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
    regularisers += [SPECTRAL] * is_spectral(method)
    regularisers += [augmentation["name"] for augmentation in method.get("augmentations", ())]
    return Axes(
        role=method["role"]["name"],
        regulariser=" + ".join(regularisers) or NONE,
        loss=method["loss"]["name"] if "loss" in method else OWN_LOSS,
        architecture="/".join(dict.fromkeys(networks)),
        precision=method.get("precision", FLOAT32),
    )


def describe_role_options(method: Method) -> str:
    """Describe all options of a resolved method's role, "decoder: trained, prior: fitted"; "" if it has none."""
    return ", ".join(f"{key}: {value}" for key, value in sorted(method["role"].items()) if key != "name")


def find_counterparts(
    methods: Mapping[str, Method],
    non_image_networks: Mapping[str, Collection[str]],
    networks: Mapping[str, Networks],
) -> dict[str, str]:
    """Find for each method its counterpart, from which it differs in one axis.

    The counterpart of a method of low precision is the same method in float32. Otherwise, that of a role of an
    autoencoder is a plain GAN with the same loss and regulariser: the matched one, whose generator and discriminator
    are the same networks, if there is one, else one with the networks of the same names, as far as the role reads them;
    networks on codes may then differ, because they cannot be convolutional. That of a GAN without an autoencoder but
    with a regulariser is the same GAN without the regulariser. Of several candidates the one with the fewest
    differences is taken, then the one with the most equal settings, then the first.

    Args:
        methods: the resolved methods of a study, in its order.
        non_image_networks: role -> those of its networks whose inputs or outputs are not images.
        networks: of each method as they are built; one that cannot be built is absent.

    Returns:
        method -> counterpart; a method without one is absent.
    """
    plain = {name: method for name, method in methods.items() if describe_axes(method).role == NONE}

    def count_differences(name: str, other: str) -> int:
        built = networks.get(name, UNKNOWN), networks.get(other, UNKNOWN)
        return len(list_differences(methods[name], methods[other], built))

    def rank(name: str, other: str) -> tuple[int, int]:
        return -count_differences(name, other), _count_shared_settings(methods[name], methods[other])

    counterparts = {}
    for name, method in methods.items():
        candidates = [other for other in methods if _differs_in_precision(method, methods[other])]
        if not candidates and name in plain:
            candidates = [other for other in plain if other != name and _differs_in_regulariser(method, plain[other])]
        elif not candidates:
            alike = [other for other in plain if _has_same_objective(method, plain[other])]
            named = {"generator", "discriminator"} & set(method)
            named -= set(non_image_networks.get(method["role"]["name"], ()))
            candidates = [
                other
                for other in alike
                if all(method[key]["name"] == plain[other][key]["name"] for key in named)
                or networks.get(name) == networks.get(other, UNKNOWN)
            ]
        if candidates:
            counterparts[name] = max(candidates, key=partial(rank, name))
    return counterparts


def _differs_in_precision(method: Method, other: Method) -> bool:
    rest = [{key: value for key, value in own.items() if key != "precision"} for own in (method, other)]
    return rest[0] == rest[1] and describe_axes(other).precision == FLOAT32 != describe_axes(method).precision


def _has_same_objective(method: Method, plain: Method) -> bool:
    """Return whether a method has the loss, the regulariser and the precision of a plain GAN, as far as it has any."""
    if describe_axes(method).precision != describe_axes(plain).precision:
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
    return *(method.get(key) or None for key in REGULARISERS), is_spectral(method)


def _without_spectral(method: Method) -> dict[str, Any]:
    if not is_spectral(method):
        return dict(method)
    return dict(method) | {"discriminator": {k: v for k, v in method["discriminator"].items() if k != "normalisation"}}


def _count_shared_settings(method: Method, other: Method) -> int:
    return sum(method.get(key) == value for key, value in other.items())
