"""Combinations in a config that have no meaning, each with the reason, and the readers of a raw config."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import torch
from pydantic import ValidationError

from aegan.analysis.baselines import FLAT
from aegan.config.methods import GanTraining
from aegan.errors import InputError
from aegan.games.autoencoder_objectives import HEADS, bottleneck
from aegan.games.roles import ROLES, needs_autoencoder, unread
from aegan.networks.autoencoders import AUTOENCODERS, SIGNED
from aegan.objectives.penalties import OF_SLOPES
from aegan.registry import options


def meaningless(raw: Mapping[str, Any]) -> Iterator[str]:
    """Yield a problem for each combination that has no meaning, with the reason.

    Methods that the study does not run are left alone: what they inherit from `gan` need not suit them.
    """
    autoencoders = dict(entries(raw, "autoencoders"))
    for name, entry in autoencoders.items():
        yield from _unfit(name, entry)
    study = mapping(raw.get("study"))
    run = items(study.get("methods"))
    for name, method in ((name, method) for name, method in entries(raw, "methods") if name in run):
        role, needed = name_of(method.get("role")), _needs_autoencoder(method)
        if needed and not method.get("autoencoder"):
            yield f"methods.{name}.autoencoder: the role {role} needs one. Known: {', '.join(autoencoders) or 'none'}"
        if needed is False and method.get("autoencoder"):
            yield f"methods.{name}.autoencoder: the role {role} plays without an autoencoder. Remove the key"
        for network, data in FLAT.get(str(role), {}).items():
            if name_of(method.get(network)) in {"conv", "residual"}:
                yield (
                    f"methods.{name}.{network}: the role {role} plays on {data}, which have no rows and columns for a "
                    f"convolution to slide over. Use {network}: dense"
                )
        yield from _torn_packs(name, method)
        yield from _torn_shares(name, method)
        yield from _clashes(name, method)
    for key in ("datasets", "methods"):
        names = [str(name) for name in items(study.get(key))]
        if len(set(names)) < len(names):
            yield f"study.{key}: a name is listed twice. List each once"


def _unfit(name: str, entry: Mapping[str, Any]) -> Iterator[str]:
    """Yield a problem for each demand of an autoencoder's objective that its architecture does not meet."""
    objective, architecture = entry.get("objective", "mse"), entry.get("architecture")
    if HEADS.get(str(name_of(objective)), 1) > 1 and name_of(architecture) == "article":
        yield (
            f"autoencoders.{name}.architecture: the article's encoder ends in an activation, but a variational encoder "
            f"gives means and log-variances of either sign. Use {', '.join(SIGNED)}, or the objective mse"
        )
    try:
        code = options(AUTOENCODERS, _spelt_out(architecture))["code"]
        with torch.device("meta"):  # where nothing is drawn
            bottleneck(_spelt_out(objective), code)
    except InputError as error:
        yield f"autoencoders.{name}.objective.{error}"
    except (KeyError, TypeError, ValidationError):  # a choice that the schema refuses
        return


#: roles whose discriminator judges data with their classes
OF_CLASSES = frozenset({"projection", "ac_gan", "semi_supervised"})


def unheeded(raw: Mapping[str, Any]) -> Iterator[str]:
    """Yield a problem for each key that a method sets and its role does not read; a shared section may hold it."""
    for name, method in entries(raw, "methods"):
        ignored = _ignored(method)
        reason = "its discriminator gives no logits" if "loss" in ignored else "it has discriminators of its own"
        yield from (
            f"methods.{name}.{key}: the role {name_of(method['role'])} does not read it, for {reason}. Remove the key"
            for key, value in method.items()
            if key in ignored and value is not None
        )
        penalised = method.get("penalty") or mapping(raw.get("gan")).get("penalty")
        if method.get("penalty_weight") and not penalised and "penalty" not in ignored:
            yield f"methods.{name}.penalty_weight: there is no penalty for it. Add the key penalty, or remove this one"


def _torn_shares(name: str, method: Mapping[str, Any]) -> Iterator[str]:
    """Yield a problem where processes cannot share a batch evenly."""
    size, packing, processes = (method.get(key, GanTraining.model_fields[key].default) for key in SHARING)
    if not all(isinstance(number, int) and number > 0 for number in (size, packing, processes)) or processes == 1:
        return
    whole = processes * (1 if "packing" in _ignored(method) else packing)
    if size % whole:
        yield (
            f"methods.{name}.batch_size: {size} cannot be shared evenly by the processes, {processes}, in whole packs. "
            f"Use a multiple of {whole}"
        )


#: keys that say how a batch is cut
SHARING = ("batch_size", "packing", "processes")


def _torn_packs(name: str, method: Mapping[str, Any]) -> Iterator[str]:
    size, packing = (method.get(key, GanTraining.model_fields[key].default) for key in ("batch_size", "packing"))
    if not (isinstance(size, int) and isinstance(packing, int)) or "packing" in _ignored(method):
        return
    if packing > 1 and (role := name_of(method.get("role"))) in OF_CLASSES:
        yield (
            f"methods.{name}.packing: the role {role} judges data with their classes, and a pack has no class. "
            "Use packing: 1"
        )
    elif packing > 1 and size % packing:
        yield (
            f"methods.{name}.batch_size: {size} is no multiple of the packing, {packing}, and the discriminator judges "
            f"whole packs. Use a multiple of {packing}"
        )


def _clashes(name: str, method: Mapping[str, Any]) -> Iterator[str]:
    """Yield a problem for each pair of axes that undo each other."""
    ignored, penalty = _ignored(method), str(name_of(method.get("penalty")))
    if "discriminator" in ignored:
        return
    if penalty in OF_SLOPES and mapping(method.get("discriminator")).get("normalisation") == "batch":
        yield (
            f"methods.{name}.discriminator: with batch normalisation a logit depends on the whole batch, and {penalty} "
            "is about its slope in its own data (Gulrajani 2017, section 4). Use layer normalisation, or none"
        )
    judged = FLAT.get(str(name_of(method.get("role"))), {}).get("discriminator")
    if judged and "diffaugment" in map(name_of, items(method.get("views"))):
        yield f"methods.{name}.views: diffaugment is for images, and the discriminator judges {judged}. Remove it"


def _ignored(method: Mapping[str, Any]) -> frozenset[str]:
    """Name the keys that the method's role does not read; none where there is no such role."""
    role = str(name_of(method.get("role")))
    return unread(role) if role in ROLES else frozenset()


def _needs_autoencoder(method: Mapping[str, Any]) -> bool | None:
    """Tell whether the method's role needs an autoencoder; None where there is no such role."""
    try:
        return needs_autoencoder(str(name_of(method.get("role"))))
    except KeyError:
        return None


def entries(raw: Mapping[str, Any], catalogue: str) -> list[tuple[str, Mapping[str, Any]]]:
    """List the entries of a catalogue that are mappings, as all of them should be."""
    return [(name, entry) for name, entry in mapping(raw.get(catalogue)).items() if isinstance(entry, Mapping)]


def name_of(chosen: Any) -> Any:
    """Return the name of a choice, which is given as a name or as a mapping with one."""
    return chosen.get("name") if isinstance(chosen, Mapping) else chosen


def _spelt_out(chosen: Any) -> Any:
    """Return a choice as a mapping with its name."""
    return {"name": chosen} if isinstance(chosen, str) else chosen


def mapping(value: Any) -> Mapping[Any, Any]:
    """Return a mapping, empty where it is none."""
    return value if isinstance(value, Mapping) else {}


def items(value: Any) -> list[Any]:
    """Return a list, empty where it is none."""
    return value if isinstance(value, list) else []
