"""The networks of methods as they are built."""

from typing import Any

from tests.config.config_changes import put

from aegan.config.network_layers import describe_networks, list_layers
from aegan.config.validation import load_config
from aegan.networks.adversaries import DISCRIMINATORS, GENERATORS
from aegan.registry import build


def count(layers) -> int:
    return sum(layer.parameters for layer in layers)


def test_the_layers_of_the_quickstart_and_their_parameters(raw: dict[str, Any]):
    methods = ["gan", "reconstruction", "warm_start", "article", "gan_article", "latent", "gan_composite", "ebgan"]
    found = describe_networks(load_config(put(raw, "study.methods", methods)))["digits"]
    assert {name: count(own.generator) for name, own in found.items()} == {
        **dict.fromkeys(("gan", "reconstruction", "warm_start", "ebgan"), 28_992),
        **dict.fromkeys(("article", "gan_article"), 32 * 64 + 64),
        **dict.fromkeys(("latent", "gan_composite"), 53_856),
    }
    assert found["gan"] == found["reconstruction"] == found["warm_start"]
    assert found["article"] == found["gan_article"]
    assert found["latent"].generator == found["gan_composite"].generator
    assert [own.judged for own in found.values()].count("codes") == 1
    assert found["gan"].discriminator != found["ebgan"].discriminator


def test_networks_are_those_of_each_data_set(raw: dict[str, Any]):
    study = {"datasets": ["digits", "fashion_mnist"], "methods": ["gan", "gan_r1"], "only": {"fashion_mnist": ["gan"]}}
    found = describe_networks(load_config(raw | {"study": raw["study"] | study}))
    assert {dataset: list(own) for dataset, own in found.items()} == {
        "digits": ["gan", "gan_r1"], "fashion_mnist": ["gan"]
    }  # fmt: skip
    # both end in a layer of 128 inputs, for 8 x 8 and for 28 x 28 pixels
    pixels = count(found["fashion_mnist"]["gan"].generator) - count(found["digits"]["gan"].generator)
    assert pixels == (28 * 28 - 8 * 8) * (128 + 1)


def test_networks_larger_than_any_memory_are_described_without_any(raw: dict[str, Any]):
    large = {"role": "none", "generator": {"name": "dense", "width": 16_384, "depth": 30}}
    config = load_config(put(put(raw, "methods.large", large), "study.methods", ["gan", "large"]))
    assert count(describe_networks(config)["digits"]["large"].generator) > 7e9


def test_layers_are_listed_in_their_order_without_containers():
    generator = build(GENERATORS, {"name": "dense", "depth": 0}, 3, (1, 2, 2), "sigmoid")
    first, *rest = list_layers(generator)
    assert (first.description, first.parameters) == ("Linear(in_features=3, out_features=4, bias=True)", 16)
    assert [layer.description.partition("(")[0] for layer in rest] == ["Sigmoid", "Unflatten"]


def test_a_normalised_weight_and_another_slope_are_other_layers():
    plain, spectral = (
        list_layers(build(DISCRIMINATORS, {"name": "dense", **own}, (1, 2, 2), 1))
        for own in ({}, {"normalisation": "spectral"})
    )
    assert count(plain) == count(spectral)
    assert plain != spectral
    relu = list_layers(build(DISCRIMINATORS, {"name": "dense", "activation": "relu"}, (1, 2, 2), 1))
    assert count(plain) == count(relu)
    assert plain != relu
