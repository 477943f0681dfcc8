"""Find meaningless combinations of valid keys; each message gives the reason and the remedy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import torch
from pydantic import ValidationError

from aegan.config.batches import find_batch_mistakes, find_role, list_ignored_keys
from aegan.config.raw_values import as_list, as_mapping, expand_name, list_entries, read_name
from aegan.data.sources import SOURCES
from aegan.errors import InputError
from aegan.evaluation.latent_prior import SAMPLERS
from aegan.games.autoencoder_objectives import OBJECTIVES, make_bottleneck
from aegan.games.roles import Role
from aegan.networks.adversaries import DISCRIMINATORS, GENERATORS
from aegan.networks.autoencoders import AUTOENCODERS, SIGNED_AUTOENCODERS
from aegan.objectives.augmentations import AUGMENTATIONS
from aegan.registry import build, options
from aegan.reproductions.registry import REPRODUCTIONS

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
        if role := find_role(method):
            yield from _check_autoencoder_of_role(name, method, role, list(autoencoders))
            yield from _check_networks(name, method, role)
            yield from _check_augmentations(name, method, role)
        yield from find_batch_mistakes(name, method)
    yield from _check_sampler(as_mapping(as_mapping(raw.get("latents")).get("sampler")))
    yield from _check_reproductions(raw)
    for key in ("datasets", "methods", "reproductions"):
        listed = [str(name) for name in as_list(study.get(key))]
        if len(set(listed)) < len(listed):
            yield f"study.{key}: a name is listed twice. List each once"


def find_ignored_keys(raw: Mapping[str, Any]) -> Iterator[str]:
    """Yield a message for each key that a method sets itself and its role does not read.

    A shared section may set such a key, because other methods read it.
    """
    for name, method in list_entries(raw, "methods"):
        ignored = list_ignored_keys(method)
        of_logits = "its discriminator gives no logits" if "loss" in ignored else "it has discriminators of its own"
        reasons = dict.fromkeys(ignored, of_logits) | dict.fromkeys(
            ("generator", "latent"), "it generates with a decoder"
        )
        yield from (
            f"methods.{name}.{key}: the role {read_name(method['role'])} does not read it, because {reasons[key]}. "
            "Remove the key"
            for key, value in method.items()
            if key in ignored and value is not None
        )
        penalty = method.get("penalty") or as_mapping(raw.get("gan")).get("penalty")
        if method.get("penalty_weight") and not penalty and "penalty" not in ignored:
            yield f"methods.{name}.penalty_weight: there is no penalty. Add the key penalty, or remove this one"


def _check_autoencoder(name: str, autoencoder_config: Mapping[str, Any]) -> Iterator[str]:
    """Check that an architecture and a batch size meet the demands of the objective."""
    objective, architecture = autoencoder_config.get("objective", "mse"), autoencoder_config.get("architecture")
    objective_entry = OBJECTIVES.get(str(read_name(objective)))
    architecture_entry = AUTOENCODERS.get(str(read_name(architecture)))
    if objective_entry and objective_entry.heads > 1 and architecture_entry and not architecture_entry.signed_codes:
        yield (
            f"autoencoders.{name}.architecture: the encoder of {read_name(architecture)} ends in an activation, but a "
            "variational encoder gives means and log-variances of either sign. "
            f"Use {', '.join(SIGNED_AUTOENCODERS)}, or the objective mse"
        )
    size = autoencoder_config.get("batch_size")
    if objective_entry and isinstance(size, int) and 0 < size < objective_entry.min_batch:
        yield (
            f"autoencoders.{name}.batch_size: {read_name(objective)} compares the codes of a batch, so it needs "
            f"{objective_entry.min_batch} at least. Use larger batches"
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


def _check_sampler(sampler: Mapping[str, Any]) -> Iterator[str]:
    """Check that a mixture is fitted on at least as many codes as it has components."""
    try:
        chosen = options(SAMPLERS, sampler)
    except (KeyError, ValidationError):  # an invalid selection, which validation reports
        return
    if "fitted_on" in chosen and chosen["fitted_on"] < min(chosen["components"]):
        yield (
            f"latents.sampler.fitted_on: {chosen['fitted_on']} codes are fewer than the smallest number of components, "
            f"{min(chosen['components'])}. Use more codes or fewer components"
        )


def _check_reproductions(raw: Mapping[str, Any]) -> Iterator[str]:
    """Check that the published results that run have the data that they need."""
    entries, datasets = dict(list_entries(raw, "reproductions")), dict(list_entries(raw, "datasets"))
    for name in as_list(as_mapping(raw.get("study")).get("reproductions")):
        entry = entries.get(name, {})
        result = REPRODUCTIONS.get(str(read_name(entry.get("result"))))
        if not result or result.data is None:
            continue
        if not entry.get("dataset"):
            yield f"reproductions.{name}.dataset: the result needs {result.wanted}. Name an entry of datasets"
        try:
            source = expand_name(datasets[entry["dataset"]]["source"])
            outline = build(SOURCES, source).outline()
        except (KeyError, TypeError, ValidationError):  # missing or invalid, which validation reports
            continue
        if not result.accepts(outline):
            yield (
                f"reproductions.{name}.dataset: the result needs {result.wanted}, which {entry['dataset']} does not "
                "have. Name another entry of datasets"
            )
