"""Networks that do not suit the data, or fit into no memory."""

from typing import Any

import pytest
import torch
from tests.config.config_changes import problems, put

from aegan.config.networks import (
    MAX_NUMBERS,
    build_without_memory,
    count_numbers,
    find_unsuitable_networks,
)
from aegan.config.validation import load_config
from aegan.data.raw_dataset import DataOutline
from aegan.games.roles import ROLES

POINTS = {"study.datasets": ["ring"], "study.methods": ["gan"], "study.reproductions": []}


def change(raw: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    for path, value in values.items():
        raw = put(raw, path, value)
    return raw


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (
            {"gan.generator": "conv"},
            "methods.gan.generator: conv slides over rows and columns, but the data of ring are",
        ),
        ({"gan.discriminator": "residual"}, "methods.gan.discriminator: residual slides over rows and columns"),
        (
            {"methods.x": {"role": {"name": "bigan", "encoder": "conv"}}, "study.methods": ["x"]},
            "methods.x.role.encoder: conv slides over rows and columns",
        ),
        (
            {"methods.x": {"role": {"name": "vae_gan", "architecture": "conv"}}, "study.methods": ["x"]},
            "methods.x.role.architecture: conv slides over rows and columns",
        ),
        (
            {"study.methods": ["latent"], "autoencoders.dense.architecture": "conv"},
            "autoencoders.dense.architecture: conv slides over rows and columns",
        ),
        (
            {"study.methods": ["latent"]},
            "autoencoders.dense.architecture.code: a code of 32 numbers is larger than the data of ring, which have 2 "
            "per sample. Use 2 at most",
        ),
        (
            {"methods.x": {"role": "aae"}, "study.methods": ["x"]},
            "methods.x.role.architecture.code: a code of 32 numbers is larger than the data of ring",
        ),
        ({"study.datasets": ["dirac"], "study.methods": ["ac_gan"]}, "datasets.dirac: the samples have no labels"),
    ],
)
def test_networks_that_do_not_suit_points_are_refused(raw: dict[str, Any], values: dict[str, Any], words: str) -> None:
    assert words in problems(change(raw, POINTS | values))


def test_images_of_one_pixel_are_not_normalised_over_pixels(raw: dict[str, Any]) -> None:
    network = {"name": "conv", "normalisation": "instance"}
    config = load_config(change(raw, {"study.methods": ["gan"], "gan.generator": network}))
    (message,) = find_unsuitable_networks(config, "x", DataOutline((3, 1, 1)))
    assert message.startswith(
        "methods.gan.generator.normalisation: instance normalises over pixels, but the images of x"
    )
    assert not list(find_unsuitable_networks(config, "x", DataOutline((3, 1, 2))))


def test_networks_that_suit_points_pass(raw: dict[str, Any]) -> None:
    load_config(change(raw, POINTS | {"autoencoders.dense.architecture": {"name": "dense", "code": 2}}))


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("gan.generator", {"name": "dense", "width": 16_384, "depth": 100}, "methods.gan: its networks have 2.7e+10"),
        ("gan.latent", 16_384, ""),
        (
            "autoencoders.dense.architecture",
            {"name": "dense", "width": 16_384, "depth": 100},
            "autoencoders.dense: its networks have 5.3e+10 numbers for data of 1 x 8 x 8, more than any memory holds",
        ),
    ],
)
def test_networks_that_fit_into_no_memory_are_refused_with_their_size(
    raw: dict[str, Any], path: str, value: Any, words: str
) -> None:
    config = put(raw, path, value)
    if words:
        assert words in problems(config)
    else:
        load_config(config)


@pytest.mark.parametrize("role", [role for role in ROLES if not ROLES[role].needs_autoencoder])
def test_games_without_memory_have_the_numbers_of_games(tiny: Any, role: str) -> None:
    plain = {"initialiser": {"name": "xavier"}}
    expected = count_numbers(tiny.game(tiny.method(role) | plain))
    with build_without_memory():
        assert count_numbers(tiny.game(tiny.method(role) | plain)) == expected


def test_building_without_memory_draws_nothing_and_ends_with_the_block() -> None:
    before = torch.get_rng_state()
    with build_without_memory():
        layer = torch.nn.utils.parametrizations.spectral_norm(torch.nn.Linear(10**5, 10**6))
    assert layer.weight.is_meta
    assert torch.equal(torch.get_rng_state(), before)
    assert not torch.zeros(1).is_meta
    assert MAX_NUMBERS < 10**5 * 10**6


def test_sizes_that_only_the_files_tell_are_checked_once_they_are_known(raw: dict[str, Any]) -> None:
    source = {"name": "npy", "path": "mine.npy"}
    config = load_config(change(raw, {"datasets.x": {"source": source}, "study.datasets": ["x"]}))
    assert list(find_unsuitable_networks(config, "x", DataOutline((1, 8, 8)))) == []
    (message, *_) = find_unsuitable_networks(config, "x", DataOutline((1, 4, 4)))
    assert message.startswith("autoencoders.dense.architecture.code: a code of 32 numbers is larger than the data of x")
