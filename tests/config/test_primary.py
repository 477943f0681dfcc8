"""The primary family and its replications: what is accepted, what is refused, and in which words."""

from typing import Any

import pytest
from tests.config.config_changes import check_message, problems, put

from aegan.config.primary import MAX_PRIMARY, TESTED
from aegan.config.validation import load_config

PRIMARY = {"comparisons": ["warm_start", "gan_r1"], "endpoints": ["fd", "lost"]}
METHODS = ["gan", "warm_start", "gan_r1", "warm_start_r1"]


@pytest.fixture
def study(raw: dict[str, Any]) -> dict[str, Any]:
    raw = put(put(raw, "study.methods", METHODS), "study.datasets", ["digits", "fashion_mnist"])
    return put(raw, "study.primary", PRIMARY)


def test_a_study_needs_no_primary_family(raw: dict[str, Any]) -> None:
    assert load_config(put(raw, "study.primary", None)).study.primary is None


def test_a_family_and_its_replications_are_accepted(study: dict[str, Any]) -> None:
    steps = [{"dataset": "fashion_mnist"}, {"methods": {"warm_start": "warm_start_r1"}}]
    config = load_config(put(study, "study.replications", steps))
    assert config.study.primary.endpoints == ["fd", "lost"]
    assert config.study.replications[1].methods == {"warm_start": "warm_start_r1"}


def test_only_endpoints_with_a_test_can_be_primary() -> None:
    assert "flops" not in TESTED
    assert {"fd", "diverged", "recall"} <= set(TESTED)
    assert MAX_PRIMARY == 12


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("comparisons", ["warm_stat"], "study.primary.comparisons[0]: 'warm_stat' is not among study.methods. Did you"),
        ("comparisons", ["gan"], "study.primary.comparisons[0]: gan has no baseline. Add one"),
        ("comparisons", ["gan_r1", "gan_r1"], "study.primary.comparisons: gan_r1 is listed twice. List each once"),
        ("comparisons", [], "study.primary.comparisons: "),
        ("endpoints", ["fid"], "study.primary.endpoints.0: 'fid' is not known. Did you mean 'fd'?"),
        ("endpoints", ["flops"], "study.primary.endpoints.0: 'flops' is not known."),
        ("endpoints", ["fd", "fd"], "study.primary.endpoints: fd is listed twice. List each once"),
        ("dataset", "digit", "study.primary.dataset: 'digit' is not among study.datasets. Did you mean 'digits'?"),
        ("comparison", ["gan_r1"], "study.primary.comparison: unknown key. Did you mean 'comparisons'?"),
    ],
)
def test_mistakes_in_the_family(study: dict[str, Any], key: str, value: Any, words: str) -> None:
    check_message(study, f"study.primary.{key}", value, words)


def test_a_comparison_of_different_networks_is_refused(study: dict[str, Any]) -> None:
    raw = put(study, "study.methods", [*METHODS, "latent"])
    words = "study.primary.comparisons[0]: latent differs from its baseline gan in more than what is compared: "
    check_message(raw, "study.primary.comparisons", ["latent"], words)


def test_too_many_hypotheses_are_refused(study: dict[str, Any]) -> None:
    endpoints = ["fd", "lost", "grown", "recall", "coverage"]
    words = "study.primary: 3 comparisons at 5 endpoints are 15 hypotheses, and at most 12 leave each enough power"
    family = {"comparisons": ["warm_start", "gan_r1", "warm_start_r1"], "endpoints": endpoints}
    check_message(study, "study.primary", family, words)
    load_config(put(study, "study.primary", family | {"endpoints": endpoints[:4]}))  # 12


def test_an_endpoint_that_the_report_leaves_out_is_refused(study: dict[str, Any]) -> None:
    words = "study.primary.endpoints[1]: lost is not among report.outcomes. Add it there"
    check_message(study, "report.outcomes", ["fd"], words)


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
