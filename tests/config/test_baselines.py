"""The baselines that a config names: one or several for each method."""

from typing import Any

import pytest
from tests.config.config_changes import check_message, put

from aegan.config.validation import load_config


@pytest.mark.parametrize(
    ("baselines", "words"),
    [
        ({"gan": "gan"}, "report.baselines.gan: a method is no baseline of its own"),
        ({"gan": ["warm_start", "gan"]}, "report.baselines.gan: a method is no baseline of its own"),
        ({"gan": "article", "article": "gan"}, "report.baselines.gan: the baselines form a circle: gan, article, gan"),
        # the default baseline of the reconstruction is the GAN
        ({"gan": "reconstruction"}, "report.baselines.gan: the baselines form a circle: gan, reconstruction, gan"),
        (
            {"article": ["gan_article", "reconstruction"], "warm_start": "article", "reconstruction": "warm_start"},
            "report.baselines.article: the baselines form a circle: article, reconstruction, warm_start, article",
        ),
        ({"gan": "wgan"}, "report.baselines.gan: wgan is not among study.methods"),
        ({"article": ["gan", "wgan"]}, "report.baselines.article: wgan is not among study.methods"),
        ({"article": ["gan", "gan"]}, "report.baselines.article: gan is listed twice. List each once"),
        ({"article": []}, "report.baselines.article: "),
        ({"article": 3}, "report.baselines.article: "),
    ],
)
def test_baselines_that_cannot_be_compared_with_are_refused(
    raw: dict[str, Any], baselines: dict[str, Any], words: str
) -> None:
    check_message(raw, "report.baselines", baselines, words)


@pytest.mark.parametrize(
    "baselines", [{"article": "reconstruction"}, {"wgan": "lsgan"}, {"gan_r1": "article", "article": "gan"}]
)
def test_other_baselines_are_kept(raw: dict[str, Any], baselines: dict[str, str]) -> None:
    resolved = load_config(put(raw, "report.baselines", baselines)).resolve_baselines()
    assert all(resolved[method] == [baseline] for method, baseline in baselines.items() if method != "wgan")


def test_a_list_of_baselines_replaces_the_counterpart_and_keeps_its_order(raw: dict[str, Any]) -> None:
    both = {"reconstruction": ["warm_start", "gan"], "warm_start": ["gan", "gan_r1"]}  # not a circle: gan is met twice
    resolved = load_config(put(raw, "report.baselines", both)).resolve_baselines()
    assert {name: resolved[name] for name in both} == both
    assert resolved["gan_r1"] == ["gan"]
    assert load_config(put(raw, "report.baselines", {"reconstruction": ["warm_start"]})).resolve_baselines()[
        "reconstruction"
    ] == ["warm_start"]
