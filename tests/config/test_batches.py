"""Batches that packs, processes or batch normalisation cannot use."""

from typing import Any

import pytest
from tests.config.config_changes import check_message, put

from aegan.config.batches import find_batch_mistakes
from aegan.config.validation import load_config

NORMALISED = {"name": "dense", "normalisation": "batch"}


@pytest.mark.parametrize(
    ("method", "words"),
    [
        ({"batch_size": 1, "generator": NORMALISED}, "batch normalisation of the generator needs two samples"),
        ({"batch_size": 1, "discriminator": NORMALISED}, "batch normalisation of the discriminator needs two samples"),
        ({"batch_size": 4, "processes": 4, "generator": NORMALISED}, "Use 8 or more, or another normalisation"),
        ({"batch_size": 4, "packing": 4, "discriminator": NORMALISED}, "Use 8 or more, or another normalisation"),
        (
            {"batch_size": 8, "packing": 2, "processes": 4, "discriminator": NORMALISED},
            "methods.x.batch_size: the batch normalisation of the discriminator needs two samples at once, in each "
            "process and of packs. Use 16 or more",
        ),
        (
            {"batch_size": 1, "role": {"name": "bigan", "encoder": NORMALISED}},
            "batch normalisation of the role.encoder needs two samples",
        ),
    ],
)
def test_a_normalised_batch_of_one_is_refused(raw: dict[str, Any], method: dict[str, Any], words: str) -> None:
    check_message(raw, "methods.x", {"role": "none", **method}, words)


@pytest.mark.parametrize(
    ("sizes", "words"), [({"batch_size": 1}, "Use 2"), ({"batch_size": 4, "processes": 4}, "Use 8")]
)
def test_a_pulling_away_term_of_one_code_is_refused(raw: dict[str, Any], sizes: dict[str, Any], words: str) -> None:
    role = {"name": "ebgan", "pulling_away": 0.1}
    check_message(raw, "methods.x", {"role": role, **sizes}, f"in each process. {words} or more, or pulling_away: 0")


@pytest.mark.parametrize(
    "method",
    [
        {"role": {"name": "ebgan", "pulling_away": 0.1}, "batch_size": 2},
        {"role": {"name": "ebgan"}, "batch_size": 1},
        {"role": "none", "batch_size": 2, "generator": NORMALISED, "discriminator": NORMALISED},
        {"role": "none", "batch_size": 4, "packing": 4, "generator": NORMALISED},
        {"role": "none", "batch_size": 1},
        {"role": "vae_gan", "batch_size": 2},
    ],
)
def test_batches_that_can_be_normalised_pass(raw: dict[str, Any], method: dict[str, Any]) -> None:
    load_config(put(put(raw, "methods.x", method), "study.methods", ["gan", "x"]))


def test_a_network_that_the_role_does_not_read_is_not_normalised() -> None:
    method = {"role": "ebgan", "batch_size": 1, "discriminator": NORMALISED}
    assert not list(find_batch_mistakes("x", method))
