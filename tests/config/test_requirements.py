"""The least numbers of samples of a study, computed from what needs them."""

from typing import Any

import pytest
from tests.config.config_changes import put

from aegan.config.requirements import compute_needs, find_left_out, find_shortfalls, split_sizes
from aegan.config.validation import load_config
from aegan.data.raw_dataset import DataOutline
from aegan.data.sufficiency import DataNeeds, SplitSizes


def config_of(raw: dict[str, Any], methods: list[str], **changes: Any) -> Any:
    for path, value in {"study.methods": methods, "study.reproductions": [], **changes}.items():
        raw = put(raw, path, value)
    return load_config(raw)


@pytest.mark.parametrize(
    ("methods", "changes", "needs"),
    [
        (["gan"], {}, DataNeeds()),
        (["gan", "latent"], {}, DataNeeds(train=2)),
        (["latent"], {"autoencoders.dense.held_out": 0.9}, DataNeeds(train=5)),
        (["latent"], {"autoencoders.dense.held_out": 0.99}, DataNeeds(train=51)),
        (["latent"], {"latents.sampler": {"name": "gmm", "components": [5, 10]}}, DataNeeds(train=5)),
        (["gan"], {"latents.sampler": {"name": "gmm", "components": [5, 10]}}, DataNeeds()),
        (["gan", "ac_gan"], {}, DataNeeds(labels=True)),
        (
            ["gan"],
            {"reproductions.conditioning.dataset": "digits", "study.reproductions": ["conditioning"]},
            DataNeeds(test=2, labels=True),
        ),
    ],
)
def test_needs_are_those_of_what_runs(
    raw: dict[str, Any], methods: list[str], changes: dict[str, Any], needs: DataNeeds
) -> None:
    assert compute_needs(config_of(raw, methods, **changes), "digits") == needs


def test_methods_that_run_on_other_data_need_nothing_of_these(raw: dict[str, Any]) -> None:
    both = {"study.datasets": ["digits", "fashion_mnist"], "study.only": {"fashion_mnist": ["gan"]}}
    config = config_of(raw, ["gan", "latent", "ac_gan"], **both)
    assert compute_needs(config, "digits") == DataNeeds(train=2, labels=True)
    assert compute_needs(config, "fashion_mnist") == DataNeeds()


def test_data_of_a_reproduction_alone_need_nothing_of_the_methods(raw: dict[str, Any]) -> None:
    config = config_of(raw, ["latent"], **{"study.reproductions": ["rotation"]})
    assert compute_needs(config, "ring") == DataNeeds()


def test_a_shortfall_names_the_data_set_and_the_number(raw: dict[str, Any]) -> None:
    config = config_of(raw, ["latent"])
    outline = DataOutline((1, 8, 8), labelled=False, rows=2)
    (message,) = find_shortfalls(config, "digits", outline)
    assert message.startswith("datasets.digits: 2 samples give 1 for training and 1 for testing")
    assert message.endswith("Give at least 3 samples")
    assert not list(find_shortfalls(config, "digits", outline._replace(rows=3)))
    assert not list(find_shortfalls(config, "digits", outline._replace(rows=None)))


def test_unknown_labels_are_no_shortfall(raw: dict[str, Any]) -> None:
    config = config_of(raw, ["ac_gan"])
    outline = DataOutline((1, 8, 8), labelled=None)
    assert not list(find_shortfalls(config, "digits", outline))
    (message,) = find_shortfalls(config, "digits", outline._replace(labelled=False))
    assert message.startswith("datasets.digits: the samples have no labels")


def test_an_official_split_is_kept() -> None:
    assert split_sizes(70_000, 60_000, 0.5) == SplitSizes(60_000, 10_000)
    assert split_sizes(12, None, 0.2) == SplitSizes(10, 2)


def test_metrics_that_are_left_out_are_named(raw: dict[str, Any]) -> None:
    config = config_of(raw, ["gan"])
    (message,) = find_left_out(config, "digits", DataOutline((1, 8, 8), rows=24))
    assert message == (
        "datasets.digits: 19 generated and 5 test samples are too few for some metrics, which are left out: "
        "precision, recall, density, coverage"
    )
    assert not list(find_left_out(config, "digits", DataOutline((1, 8, 8), rows=28)))
    assert not list(find_left_out(config, "digits", DataOutline((1, 8, 8))))
