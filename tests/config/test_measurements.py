"""A primary endpoint that is not measured is refused before the training, not after it."""

from functools import partial
from typing import Any

import pytest
from tests.config.config_changes import METHODS, check_message, problems, put

from aegan.analysis.endpoints import ENDPOINTS
from aegan.config.measurements import find_endpoints_left_out
from aegan.config.primary import TESTED
from aegan.config.validation import load_config
from aegan.data.raw_dataset import DataOutline
from aegan.metrics.registry import DISTRIBUTION


@pytest.fixture
def study(raw: dict[str, Any]) -> dict[str, Any]:
    return put(
        put(raw, "study.methods", METHODS), "study.primary", {"comparisons": ["warm_start"], "endpoints": ["fd"]}
    )


@pytest.mark.parametrize("endpoint", TESTED)
def test_without_a_diagnosis_its_endpoints_are_refused_and_no_others(study: dict[str, Any], endpoint: str) -> None:
    study = put(study, "study.primary.endpoints", ["diverged", endpoint] if endpoint != "diverged" else ["diverged"])
    load_config(study)
    if endpoint in {"fresh_lost", "cure", "overlap", "cure_samples", "overlap_samples", "fresh_grown", "conditioning"}:
        words = (
            f"study.primary.endpoints[1]: {endpoint} is measured in the diagnosis, which `diagnosis: off` leaves out"
        )
        check_message(study, "diagnosis", False, words)
    else:
        load_config(put(study, "diagnosis", False))


@pytest.mark.parametrize(
    ("loss", "reason"),
    [
        ("hinge", "logits are no log-odds with its loss hinge. Name another endpoint"),
        ("wasserstein", "logits are no log-odds with its loss wasserstein"),
        ({"name": "minimax", "smoothing": 0.1}, "logits are no log-odds with its loss minimax and smoothing"),
    ],
)
@pytest.mark.parametrize("endpoint", ["cure", "overlap", "overlap_samples"])
def test_an_endpoint_at_a_cross_entropy_needs_log_odds(
    study: dict[str, Any], endpoint: str, loss: Any, reason: str
) -> None:
    study = put(study, "study.primary.endpoints", [endpoint, "fresh_lost"])
    load_config(put(study, "gan.loss", "non_saturating"))
    found = problems(put(study, "gan.loss", loss))
    for method in ("warm_start", "gan"):
        assert (
            f"study.primary.endpoints[0]: {endpoint} is read at a cross-entropy, and {method} has none, because"
            in found
        )
    assert reason in found
    assert "endpoints[1]" not in found  # its own loss stands in
    assert "gan_r1" not in found  # takes part in no comparison that is fixed


def test_a_replication_is_checked_too(study: dict[str, Any]) -> None:
    changes = {"primary.endpoints": ["cure"], "replications": [{"methods": {"warm_start": "warm_start_r1"}}]}
    for key, value in changes.items():
        study = put(study, f"study.{key}", value)
    load_config(study)
    check_message(
        study, "methods.warm_start_r1.loss", "least_squares", "cure is read at a cross-entropy, and warm_start_r1"
    )


def test_a_role_without_logits_has_no_cross_entropy(study: dict[str, Any]) -> None:
    study = put(study, "study.methods", [*METHODS, "ebgan"])
    family = {"comparisons": ["ebgan"], "endpoints": ["overlap"]}
    words = "ebgan has none, because the discriminator of its role ebgan gives no logits"
    check_message(study, "study.primary", family, words)


def test_a_metric_that_the_data_are_too_few_for_is_refused(study: dict[str, Any]) -> None:
    config = load_config(put(study, "study.primary.endpoints", ["fd", "coverage", "lost"]))
    outline = DataOutline((1, 8, 8), labelled=True, rows=10)
    needed = {metric: own.min_samples for entry in DISTRIBUTION.values() for metric, own in entry.metrics.items()}
    assert list(find_endpoints_left_out(config, "digits", outline)) == [
        f"study.primary.endpoints: {name} needs {needed[name]} samples, and digits gives 2. Give it more data, raise "
        "evaluation.samples or evaluation.subset, or name another endpoint"
        for name in ("fd", "coverage")
        if needed[name] > 2
    ]
    assert any(needed[name] > 2 for name in ("fd", "coverage"))
    for others in (outline._replace(rows=5000), outline._replace(rows=None)):
        assert not list(find_endpoints_left_out(config, "digits", others))
    assert not list(find_endpoints_left_out(config, "fashion_mnist", outline))


def test_every_endpoint_of_quality_names_its_metric() -> None:
    read = {name: own.read.keywords.get("metric") for name, own in ENDPOINTS.items() if isinstance(own.read, partial)}
    assert {name: metric for name, metric in read.items() if metric} == {
        name: own.metric for name, own in ENDPOINTS.items() if own.metric
    }
