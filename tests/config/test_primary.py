"""The primary family: what is accepted, what is refused, and in which words."""

from typing import Any

import pytest
from tests.config.config_changes import METHODS, check_message, problems, put

from aegan.analysis.study_plan import make_plan
from aegan.config.primary import MAX_PRIMARY, TESTED
from aegan.config.validation import load_config


def test_a_study_needs_no_primary_family(raw: dict[str, Any]) -> None:
    assert load_config(put(raw, "study.primary", None)).study.primary is None


def test_a_family_is_accepted_and_a_name_alone_is_a_method_against_its_first_baseline(study: dict[str, Any]) -> None:
    family = load_config(study).study.primary
    assert family is not None
    assert family.endpoints == ["fd", "lost"]
    assert family.to_params()["comparisons"] == [{"method": "warm_start"}, {"method": "gan_r1"}]


@pytest.fixture
def twice(study: dict[str, Any]) -> dict[str, Any]:
    """One method against two baselines, in a study of two."""
    raw = put(study, "study.methods", [*METHODS, "reconstruction"])
    return put(raw, "report.baselines", {"reconstruction": ["gan", "warm_start"]})


AGAINST_WARM_START = {"method": "reconstruction", "baseline": "warm_start"}


def test_a_method_may_be_compared_with_each_of_its_baselines(twice: dict[str, Any]) -> None:
    config = load_config(put(twice, "study.primary.comparisons", ["reconstruction", AGAINST_WARM_START]))
    plan = make_plan(config.study.to_params(), config.resolve_baselines())
    assert [own[1:] for own in plan.primary] == [
        ("reconstruction", baseline, outcome) for baseline in ("gan", "warm_start") for outcome in ("fd", "lost")
    ]


@pytest.mark.parametrize(
    ("comparisons", "words"),
    [
        (
            [{"method": "reconstruction", "baseline": "warm_strat"}],
            "study.primary.comparisons[0]: 'warm_strat' is not among the baselines of reconstruction. Did you mean "
            "'warm_start'? Known: gan, warm_start. Name one of them, or list all",
        ),
        # a baseline is one only where report.baselines or the default says so
        (
            ["gan_r1", {"method": "warm_start", "baseline": "gan_r1"}],
            "study.primary.comparisons[1]: 'gan_r1' is not among the baselines of warm_start. ",
        ),
        (
            ["reconstruction", {"method": "reconstruction", "baseline": "gan"}],
            "study.primary.comparisons: reconstruction is listed twice. List each once",
        ),
        (
            ["reconstruction", AGAINST_WARM_START, AGAINST_WARM_START],
            "study.primary.comparisons: reconstruction against warm_start is listed twice. List each once",
        ),
        ([{"baseline": "gan"}], "study.primary.comparisons.0.method: missing. Add this key"),
        ([{"method": "gan_r1", "base": "gan"}], "study.primary.comparisons.0.base: unknown key. Did you mean 'basel"),
        ([3], "study.primary.comparisons.0: "),
    ],
)
def test_mistakes_in_a_pair(twice: dict[str, Any], comparisons: list[Any], words: str) -> None:
    check_message(twice, "study.primary.comparisons", comparisons, words)


def test_a_pair_of_different_networks_is_refused_and_the_other_pair_of_the_method_is_not(raw: dict[str, Any]) -> None:
    raw = put(put(raw, "study.methods", ["gan", "gan_article", "article"]), "study.primary", None)
    raw = put(raw, "report.baselines", {"article": ["gan_article", "gan"]})
    load_config(put(raw, "study.primary", {"comparisons": ["article"], "endpoints": ["fd"]}))
    pair = {"comparisons": ["article", {"method": "article", "baseline": "gan"}], "endpoints": ["fd"]}
    words = "study.primary.comparisons[1]: article differs from its baseline gan in more than what is compared: "
    text = problems(put(raw, "study.primary", pair))
    assert words in text
    assert "1 mistake" in text


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
