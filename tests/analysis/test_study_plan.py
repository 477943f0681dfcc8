"""The plan of tests, from the config."""

from aegan.analysis.study_plan import make_plan
from aegan.statistics.families import Hypothesis, Plan

PRIMARY = {"comparisons": ["article", "latent"], "endpoints": ["fd", "lost"]}


def on(dataset, method, outcome="fd"):
    return Hypothesis(dataset, method, outcome)


def test_without_a_primary_family_all_is_secondary():
    assert make_plan({"datasets": ["digits"]}) == make_plan({"datasets": ["digits"], "primary": None}) == Plan()


def test_the_family_is_comparisons_times_endpoints_on_the_first_data_set():
    plan = make_plan({"datasets": ["digits", "ring"], "primary": PRIMARY})
    assert plan.primary == [on("digits", m, e) for m in ("article", "latent") for e in ("fd", "lost")]
    assert not plan.replications
    elsewhere = make_plan({"datasets": ["digits", "ring"], "primary": PRIMARY | {"dataset": "ring"}})
    assert {own.dataset for own in elsewhere.primary} == {"ring"}


def test_replications_follow_each_comparison_in_the_order_of_the_config():
    steps = [{"dataset": "ring"}, {"methods": {"article": "article_conv"}}, {"dataset": "grid"}]
    primary = PRIMARY | {"endpoints": ["fd"]}
    plan = make_plan({"datasets": ["digits"], "primary": primary, "replications": steps})
    assert list(plan.replications.items()) == [
        (on("ring", "article"), on("digits", "article")),
        (on("ring", "latent"), on("digits", "latent")),
        (on("digits", "article_conv"), on("ring", "article")),
        (on("grid", "article"), on("digits", "article_conv")),
        (on("grid", "latent"), on("ring", "latent")),
    ]
