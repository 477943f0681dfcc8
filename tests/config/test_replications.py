"""Replications of the primary family: what is accepted, what is refused, and in which words."""

from typing import Any

import pytest
from tests.config.config_changes import METHODS, check_message, problems, put

from aegan.analysis.study_plan import make_plan
from aegan.config.validation import load_config


def test_replications_are_accepted(study: dict[str, Any]) -> None:
    steps = [{"dataset": "fashion_mnist"}, {"methods": {"warm_start": "warm_start_r1"}}]
    config = load_config(put(study, "study.replications", steps))
    assert config.study.replications[1].methods == {"warm_start": "warm_start_r1"}


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ({"dataset": "grid"}, "study.replications[0].dataset: 'grid' is not among study.datasets"),
        ({"methods": {"latent": "gan_r1"}}, "study.replications[0].methods.latent: it is not among study.primary."),
        ({"methods": {"gan_r1": "nothing"}}, "study.replications[0].methods.gan_r1: 'nothing' is not among study.met"),
        ({"methods": {"gan_r1": "gan"}}, "study.replications[0].methods.gan_r1: gan has no baseline"),
        (
            {"methods": {"gan_r1": "warm_start_r1", "warm_start": "warm_start_r1"}},
            "study.replications[0].methods: warm_start_r1 replicates two methods",
        ),
        ({}, "study.replications[0]: it repeats a comparison that is already tested. Name another data set"),
        ({"methods": {"gan_r1": "warm_start"}}, "study.replications[0]: it repeats a comparison that is already"),
    ],
)
def test_mistakes_in_a_replication(study: dict[str, Any], step: Any, words: str) -> None:
    check_message(study, "study.replications", [step], words)


def test_a_replication_twice_or_of_nothing_is_refused(study: dict[str, Any]) -> None:
    twice = put(study, "study.replications", [{"dataset": "fashion_mnist"}, {"dataset": "fashion_mnist"}])
    assert "study.replications[1]: it repeats a comparison that is already tested" in problems(twice)
    alone = put(put(study, "study.primary", None), "study.replications", [{"dataset": "fashion_mnist"}])
    assert "study.replications: there is no primary family to replicate. Add study.primary" in problems(alone)


@pytest.fixture
def twice(study: dict[str, Any]) -> dict[str, Any]:
    """A method against a plain GAN and against a warm start, and the same three with R1."""
    raw = put(study, "study.methods", [*METHODS, "reconstruction", "reconstruction_r1"])
    both = {"reconstruction": ["gan", "warm_start"], "reconstruction_r1": ["gan_r1", "warm_start_r1"]}
    pair = {"method": "reconstruction", "baseline": "warm_start"}
    return put(put(raw, "report.baselines", both), "study.primary.comparisons", ["reconstruction", pair])


def test_other_methods_replace_both_sides_of_a_pair(twice: dict[str, Any]) -> None:
    methods = {"reconstruction": "reconstruction_r1", "warm_start": "warm_start_r1"}
    config = load_config(put(twice, "study.replications", [{"methods": methods}, {"dataset": "fashion_mnist"}]))
    plan = make_plan(config.study.to_params(), config.resolve_baselines())
    assert [own[:3] for own in plan.replications if own.outcome == "fd"] == [
        ("digits", "reconstruction_r1", "gan_r1"),
        ("digits", "reconstruction_r1", "warm_start_r1"),
        ("fashion_mnist", "reconstruction", "gan"),
        ("fashion_mnist", "reconstruction", "warm_start"),
    ]


@pytest.mark.parametrize(
    ("methods", "words"),
    [
        (
            {"reconstruction": "reconstruction_r1", "warm_start": "gan"},
            "study.replications[0].methods.reconstruction: 'gan' is not among the baselines of reconstruction_r1. ",
        ),
        (
            {"warm_start": "warm_start_r1"},
            "study.replications[0].methods.warm_start: no comparison of it is replicated. Name what replaces the other",
        ),
        (
            {"reconstruction": "reconstruction_r1", "warm_start": "warm_strat_r1"},
            "study.replications[0].methods.warm_start: 'warm_strat_r1' is not among study.methods. Did you mean",
        ),
        (
            {"reconstruction": "reconstruction_r1", "warm_start": "gan_r1"},  # what replaces gan, too
            "study.replications[0]: it repeats a comparison that is already tested.",
        ),
        (
            {"gan_r1": "warm_start_r1"},
            "study.replications[0].methods.gan_r1: it is not among study.primary.comparisons",
        ),
    ],
)
def test_mistakes_in_the_replication_of_a_pair(twice: dict[str, Any], methods: dict[str, str], words: str) -> None:
    check_message(twice, "study.replications", [{"methods": methods}], words)


def test_a_replication_against_other_networks_is_refused(study: dict[str, Any]) -> None:
    raw = put(study, "study.methods", [*METHODS, "article"])
    words = "study.replications[0].methods.warm_start: article differs from its baseline gan in more than what is comp"
    check_message(raw, "study.replications", [{"methods": {"warm_start": "article"}}], words)


@pytest.mark.parametrize(
    ("only", "words"),
    [
        (
            {"digits": ["gan", "gan_r1"]},
            "study.primary.comparisons[0]: warm_start does not run on digits. Add it to stu",
        ),
        (
            {"digits": ["warm_start", "gan_r1"]},
            "study.primary.comparisons[0]: the baseline of warm_start, gan, does not run on digits. Add it",
        ),
        ({"fashion_mnist": ["gan", "gan_r1"]}, "study.replications[0]: warm_start does not run on fashion_mnist. Add"),
        (
            {"fashion_mnist": ["gan", "warm_start", "gan_r1"]},
            "study.replications[1].methods.warm_start: warm_start_r1 does not run on fashion_mnist",
        ),
    ],
)
def test_a_comparison_that_is_tested_needs_both_methods_on_its_data_set(
    study: dict[str, Any], only: Any, words: str
) -> None:
    steps = [{"dataset": "fashion_mnist"}, {"dataset": "fashion_mnist", "methods": {"warm_start": "warm_start_r1"}}]
    study = put(study, "study.replications", steps)
    load_config(study)
    check_message(study, "study.only", only, words)


def test_a_replication_needs_the_same_networks_on_its_own_data_set(study: dict[str, Any]) -> None:
    """The article's decoder is that of a generator of pixels, but not that of a generator of points."""
    small = put(put(study, "autoencoders.article.architecture.code", 2), "gan.latent", 2)
    small = small | {
        "study": small["study"]
        | {"datasets": ["digits", "ring"], "methods": ["gan_article", "article"], "reproductions": []}
    }
    family = put(small, "study.primary", {"comparisons": ["article"], "endpoints": ["fd"]})
    load_config(family)
    words = "study.replications[0]: article differs from its baseline gan_article in more than what is compared: "
    check_message(family, "study.replications", [{"dataset": "ring"}], words)
