"""In what a method differs from its baseline, besides the one axis that they are compared in."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import zip_longest
from typing import Any, NamedTuple

Method = Mapping[str, Any]  # a resolved entry of `methods`

#: the keys of a method that regularise its discriminator; spectral normalisation also does
REGULARISERS = ("penalty", "penalty_weight", "constraint", "augmentations")

#: the axes in which two methods may be compared, the first in which they differ is meant: axis → its keys
AXES = {
    "role": ("role",),
    "autoencoder": ("autoencoder",),
    "regulariser": REGULARISERS,
    "loss": ("loss",),
    "precision": ("precision",),
}

#: keys of networks, which are compared as they are built, and of what happens after the training
OTHER_KEYS = frozenset({"generator", "discriminator", "latent", "stages"})

#: keys whose absence means that there is none; without another key a role does not read it
OPTIONAL = frozenset({"penalty", "constraint", "discriminator_optimiser", "ema_decay"})

SPECTRAL = "spectral"


class Layer(NamedTuple):
    """A layer as it is built."""

    description: str  #: its type and options, sizes included
    parameters: int  #: number of its weights


class Networks(NamedTuple):
    """The layers of a method's networks, in order."""

    generator: tuple[Layer, ...]  #: of the whole map from codes to new data
    discriminator: tuple[Layer, ...]
    judged: str = "data"  #: what the discriminator sees


def describe_difference(method: Method, baseline: Method, networks: tuple[Networks, Networks]) -> str:
    """Describe in what two methods differ besides the first of `AXES` in which they do; "" if in nothing.

    A comparison is evidence about that axis only if the description is empty: the generators, whole maps from codes to
    data, are the same networks, so are the discriminators, and all other settings agree. Of two roles that is also the
    autoencoder; one that only one of the methods has belongs to its role.

    Args:
        method: its resolved settings.
        baseline: those of the method that it is compared with.
        networks: of both.
    """
    return "; ".join(list_differences(method, baseline, networks))


def list_differences(method: Method, baseline: Method, networks: tuple[Networks, Networks]) -> list[str]:
    """List the parts of `describe_difference`.

    Args:
        method: as there.
        baseline: as there.
        networks: as there.
    """
    keys = _list_different_keys(method, baseline)
    compared = next((axis for axis, own in AXES.items() if keys & set(own)), None)
    own_keys = set(AXES[compared]) if compared else set()
    if compared == "role" and not ("autoencoder" in method and "autoencoder" in baseline):
        own_keys |= {"autoencoder"}
    rest = sorted(keys - own_keys)
    spectral = (is_spectral(method) != is_spectral(baseline)) and compared in {None, "regulariser"}
    own, other = networks
    found = _compare_layers("generator", own.generator, other.generator)
    if own.judged != other.judged:
        found += [f"discriminator: it judges {own.judged}, not {other.judged}"]
    elif not spectral:
        found += _compare_layers("discriminator", own.discriminator, other.discriminator)
    shown = {key: [_show(one, key) for one in (method, baseline)] for key in rest}
    for key, (first, second) in shown.items():
        if first == second:  # an entry of the same name with other options
            shown[key] = [str(method.get(key)), str(baseline.get(key))]
    return [*found, *(f"{key}: {first}, not {second}" for key, (first, second) in shown.items())]


def is_spectral(method: Method) -> bool:
    """Return whether a method's discriminator has spectral normalisation."""
    return bool(method.get("discriminator", {}).get("normalisation") == SPECTRAL)


def _list_different_keys(method: Method, baseline: Method) -> set[str]:
    """List the keys of settings that differ, among those that both roles read."""
    shared = set(method) & set(baseline) - OTHER_KEYS
    shared |= {"role", "autoencoder"} | OPTIONAL
    if not ("loss" in method and "loss" in baseline):  # without logits neither the losses nor their regularisers apply
        shared -= {"loss", *REGULARISERS}
    return {key for key in shared if method.get(key) != baseline.get(key)}


def _compare_layers(network: str, own: tuple[Layer, ...], other: tuple[Layer, ...]) -> list[str]:
    if own == other:
        return []
    weighted, others = (sum(layer.parameters > 0 for layer in layers) for layers in (own, other))
    if weighted != others:
        return [f"{network}: {weighted} layer{'s' * (weighted != 1)} with weights, not {others}"]
    first, instead = next(pair for pair in zip_longest(own, other) if pair[0] != pair[1])
    return [
        f"{network}: {first.description if first else 'nothing'}, not {instead.description if instead else 'nothing'}"
    ]


def _show(method: Method, key: str) -> str:
    """Show a setting; of an entry of a registry its name."""
    value = method.get(key, "none")
    return str(value["name"] if isinstance(value, Mapping) else value)
