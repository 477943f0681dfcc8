"""Check that a method's batches can be shared by processes and packs, and normalised."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from aegan.config.methods import GanTraining
from aegan.config.raw_values import as_mapping, read_name
from aegan.games.roles import ROLES, Role
from aegan.objectives.penalties import PENALTIES

BATCH = "batch"  #: the normalisation over a batch


def find_batch_mistakes(name: str, method: Mapping[str, Any]) -> Iterator[str]:
    """Yield a message for each mistake in the batches of a method that is not validated yet."""
    yield from _check_packing(name, method)
    yield from _check_processes(name, method)
    yield from _check_mixed_samples(name, method)
    yield from _check_normalised_batches(name, method)
    yield from _check_compared_codes(name, method)


def _check_packing(name: str, method: Mapping[str, Any]) -> Iterator[str]:
    """Check that a batch consists of whole packs, and that the role allows packs."""
    size, packing = (method.get(key, GanTraining.model_fields[key].default) for key in ("batch_size", "packing"))
    if not (isinstance(size, int) and isinstance(packing, int)) or "packing" in list_ignored_keys(method):
        return
    role = find_role(method)
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
    multiple = processes * (1 if "packing" in list_ignored_keys(method) else packing)
    if size % multiple:
        yield (
            f"methods.{name}.batch_size: {size} cannot be shared evenly by the processes, {processes}, in whole packs. "
            f"Use a multiple of {multiple}"
        )


def _check_mixed_samples(name: str, method: Mapping[str, Any]) -> Iterator[str]:
    """Check that no penalty on per-sample gradients meets a discriminator that mixes the samples of a batch."""
    penalty = PENALTIES.get(str(read_name(method.get("penalty"))))
    if "discriminator" in list_ignored_keys(method) or not penalty or not penalty.per_sample_gradient:
        return
    reason = (
        f"a logit depends on the whole batch, but {read_name(method['penalty'])} penalises its gradient in its own "
        "sample (Gulrajani 2017, section 4)"
    )
    if as_mapping(method.get("discriminator")).get("normalisation") == BATCH:
        yield f"methods.{name}.discriminator: with batch normalisation {reason}. Use layer normalisation, or none"
    if method.get("minibatch_averaging"):
        yield f"methods.{name}.minibatch_averaging: with it {reason}. Use another penalty, or none"


def _check_normalised_batches(name: str, method: Mapping[str, Any]) -> Iterator[str]:
    """Check that batch normalisation sees at least two samples, or packs, at once."""
    keys = ("batch_size", "packing", "processes")
    size, packing, processes = (method.get(key, GanTraining.model_fields[key].default) for key in keys)
    if not all(isinstance(number, int) and number > 0 for number in (size, packing, processes)):
        return
    ignored, role = list_ignored_keys(method), as_mapping(method.get("role"))
    networks = {key: as_mapping(method.get(key)) for key in ("generator", "discriminator") if key not in ignored}
    networks |= {f"role.{key}": as_mapping(role.get(key)) for key in ("encoder", "code_discriminator")}
    for key, network in networks.items():
        packs = packing if key == "discriminator" else 1
        if network.get("normalisation") == BATCH and size < 2 * packs * processes:
            yield (
                f"methods.{name}.batch_size: the batch normalisation of the {key} needs two samples at once, in each "
                f"process and of packs. Use {2 * packs * processes} or more, or another normalisation"
            )


def _check_compared_codes(name: str, method: Mapping[str, Any]) -> Iterator[str]:
    """Check that the pulling-away term has two codes to compare, in each process."""
    size, processes = (method.get(key, GanTraining.model_fields[key].default) for key in ("batch_size", "processes"))
    weight = as_mapping(method.get("role")).get("pulling_away")
    if not all(isinstance(number, int) and number > 0 for number in (size, processes)):
        return
    if isinstance(weight, int | float) and weight > 0 and size < 2 * processes:
        yield (
            f"methods.{name}.batch_size: the pulling-away term compares the codes of two fakes at least, in each "
            f"process. Use {2 * processes} or more, or pulling_away: 0"
        )


def list_ignored_keys(method: Mapping[str, Any]) -> frozenset[str]:
    """Return the keys that the method's role does not read; none if the role is unknown."""
    role = find_role(method)
    return role.unread_keys if role else frozenset()


def find_role(method: Mapping[str, Any]) -> Role | None:
    """Return the registry entry of the method's role; None if the role is unknown."""
    return ROLES.get(str(read_name(method.get("role"))))
