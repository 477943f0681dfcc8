"""Find meaningless combinations of valid keys; each message gives the reason and the remedy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import torch
from pydantic import ValidationError

from aegan.config.methods import GanTraining
from aegan.config.raw_values import as_list, as_mapping, expand_name, list_entries, read_name
from aegan.errors import InputError
from aegan.games.autoencoder_objectives import OBJECTIVES, make_bottleneck
from aegan.games.roles import ROLES, Role
from aegan.networks.adversaries import DISCRIMINATORS, GENERATORS
from aegan.networks.autoencoders import AUTOENCODERS, SIGNED_AUTOENCODERS
from aegan.objectives.augmentations import AUGMENTATIONS
from aegan.objectives.penalties import PENALTIES
from aegan.registry import options

#: networks of a method that a role may use for data other than images
NETWORKS = {"generator": GENERATORS, "discriminator": DISCRIMINATORS}


def find_meaningless_combinations(raw: Mapping[str, Any]) -> Iterator[str]:
    """Yield a message for each combination that has no meaning.

    Methods that the study does not run are not checked, because keys that they take from `gan` need not suit them.
    """
    autoencoders = dict(list_entries(raw, "autoencoders"))
    for name, autoencoder_config in autoencoders.items():
        yield from _check_autoencoder(name, autoencoder_config)
    study = as_mapping(raw.get("study"))
    names = as_list(study.get("methods"))
    for name, method in ((name, method) for name, method in list_entries(raw, "methods") if name in names):
        if role := _find_role(method):
            yield from _check_autoencoder_of_role(name, method, role, list(autoencoders))
            yield from _check_networks(name, method, role)
            yield from _check_augmentations(name, method, role)
        yield from _check_packing(name, method)
        yield from _check_processes(name, method)
        yield from _check_batch_normalisation(name, method)
    for key in ("datasets", "methods"):
        listed = [str(name) for name in as_list(study.get(key))]
        if len(set(listed)) < len(listed):
            yield f"study.{key}: a name is listed twice. List each once"


def find_ignored_keys(raw: Mapping[str, Any]) -> Iterator[str]:
    """Yield a message for each key that a method sets itself and its role does not read.

    A shared section may set such a key, because other methods read it.
    """
    for name, method in list_entries(raw, "methods"):
        ignored = _list_ignored_keys(method)
        reason = "its discriminator gives no logits" if "loss" in ignored else "it has discriminators of its own"
        yield from (
            f"methods.{name}.{key}: the role {read_name(method['role'])} does not read it, because {reason}. "
            "Remove the key"
            for key, value in method.items()
            if key in ignored and value is not None
        )
        penalty = method.get("penalty") or as_mapping(raw.get("gan")).get("penalty")
        if method.get("penalty_weight") and not penalty and "penalty" not in ignored:
            yield f"methods.{name}.penalty_weight: there is no penalty. Add the key penalty, or remove this one"


def _check_autoencoder(name: str, autoencoder_config: Mapping[str, Any]) -> Iterator[str]:
    """Check that an architecture meets the demands of its objective."""
    objective, architecture = autoencoder_config.get("objective", "mse"), autoencoder_config.get("architecture")
    objective_entry = OBJECTIVES.get(str(read_name(objective)))
    architecture_entry = AUTOENCODERS.get(str(read_name(architecture)))
    if objective_entry and objective_entry.heads > 1 and architecture_entry and not architecture_entry.signed_codes:
        yield (
            f"autoencoders.{name}.architecture: the encoder of {read_name(architecture)} ends in an activation, but a "
            "variational encoder gives means and log-variances of either sign. "
            f"Use {', '.join(SIGNED_AUTOENCODERS)}, or the objective mse"
        )
    try:
        code = options(AUTOENCODERS, expand_name(architecture))["code"]
        with torch.device("meta"):  # neither allocates memory nor draws weights
            make_bottleneck(expand_name(objective), code)
    except InputError as error:
        yield f"autoencoders.{name}.objective.{error}"
    except (KeyError, TypeError, ValidationError):  # an invalid selection, which validation reports
        return


def _check_autoencoder_of_role(
    name: str, method: Mapping[str, Any], role: Role, autoencoders: list[str]
) -> Iterator[str]:
    """Check that a method names an autoencoder if, and only if, its role needs one."""
    role_name = read_name(method["role"])
    if role.needs_autoencoder and not method.get("autoencoder"):
        known = ", ".join(autoencoders) or "none"
        yield f"methods.{name}.autoencoder: the role {role_name} needs one. Known: {known}"
    if not role.needs_autoencoder and method.get("autoencoder"):
        yield f"methods.{name}.autoencoder: the role {role_name} uses no autoencoder. Remove the key"


def _check_networks(name: str, method: Mapping[str, Any], role: Role) -> Iterator[str]:
    """Check that no convolutional network is used for data without rows and columns."""
    for key, data in role.non_image_networks.items():
        network = NETWORKS[key].get(str(read_name(method.get(key))))
        if network and network.needs_images:
            suitable = " or ".join(other for other, entry in NETWORKS[key].items() if not entry.needs_images)
            yield (
                f"methods.{name}.{key}: the role {read_name(method['role'])} uses it for {data}, which have no rows "
                f"and columns for a convolution to slide over. Use {key}: {suitable}"
            )


def _check_augmentations(name: str, method: Mapping[str, Any], role: Role) -> Iterator[str]:
    """Check that no augmentation of images is used for data that are not images."""
    data = role.non_image_networks.get("discriminator")
    for augmentation in map(read_name, as_list(method.get("augmentations"))) if data else ():
        entry = AUGMENTATIONS.get(str(augmentation))
        if entry and entry.needs_images and "discriminator" not in role.unread_keys:
            yield (
                f"methods.{name}.augmentations: {augmentation} is for images, but the discriminator of the role "
                f"{read_name(method['role'])} sees {data}. Remove it"
            )


def _check_packing(name: str, method: Mapping[str, Any]) -> Iterator[str]:
    """Check that a batch consists of whole packs, and that the role allows packs."""
    size, packing = (method.get(key, GanTraining.model_fields[key].default) for key in ("batch_size", "packing"))
    if not (isinstance(size, int) and isinstance(packing, int)) or "packing" in _list_ignored_keys(method):
        return
    role = _find_role(method)
    if packing > 1 and role and role.judges_classes:
        yield (
            f"methods.{name}.packing: the discriminator of the role {read_name(method['role'])} sees data with their "
            "classes, and a pack has no class. Use packing: 1"
        )
    elif packing > 1 and size % packing:
        yield (
            f"methods.{name}.batch_size: {size} is not a multiple of the packing, {packing}, and the discriminator "
            f"sees whole packs. Use a multiple of {packing}"
        )


def _check_processes(name: str, method: Mapping[str, Any]) -> Iterator[str]:
    """Check that the processes can share a batch evenly, in whole packs."""
    keys = ("batch_size", "packing", "processes")
    size, packing, processes = (method.get(key, GanTraining.model_fields[key].default) for key in keys)
    if not all(isinstance(number, int) and number > 0 for number in (size, packing, processes)) or processes == 1:
        return
    multiple = processes * (1 if "packing" in _list_ignored_keys(method) else packing)
    if size % multiple:
        yield (
            f"methods.{name}.batch_size: {size} cannot be shared evenly by the processes, {processes}, in whole packs. "
            f"Use a multiple of {multiple}"
        )


def _check_batch_normalisation(name: str, method: Mapping[str, Any]) -> Iterator[str]:
    """Check that no penalty on per-sample gradients is combined with batch normalisation."""
    penalty = PENALTIES.get(str(read_name(method.get("penalty"))))
    normalisation = as_mapping(method.get("discriminator")).get("normalisation")
    if "discriminator" in _list_ignored_keys(method) or normalisation != "batch":
        return
    if penalty and penalty.per_sample_gradient:
        yield (
            f"methods.{name}.discriminator: with batch normalisation a logit depends on the whole batch, but "
            f"{read_name(method['penalty'])} penalises its gradient in its own sample (Gulrajani 2017, section 4). Use "
            "layer normalisation, or none"
        )


def _list_ignored_keys(method: Mapping[str, Any]) -> frozenset[str]:
    """Return the keys that the method's role does not read; none if the role is unknown."""
    role = _find_role(method)
    return role.unread_keys if role else frozenset()


def _find_role(method: Mapping[str, Any]) -> Role | None:
    """Return the registry entry of the method's role; None if the role is unknown."""
    return ROLES.get(str(read_name(method.get("role"))))
