"""The plan of tests, from the config."""

from aegan.analysis.study_plan import make_plan
from aegan.statistics.families import Hypothesis, Plan

BASELINES = {
    "article": ["gan", "warm_start"],
    "latent": ["gan"],
    "article_conv": ["gan_conv", "warm_start_conv"],
    "warm_start": ["gan"],
}
PRIMARY = {"comparisons": [{"method": "article"}, {"method": "latent"}], "endpoints": ["fd", "lost"]}


def on(dataset, method, outcome="fd", baseline="gan"):
    return Hypothesis(dataset, method, baseline, outcome)


def plan_of(steps=(), **primary):
    study = {"datasets": ["digits", "ring"], "primary": PRIMARY | primary, "replications": list(steps)}
    return make_plan(study, BASELINES)


def test_without_a_primary_family_all_is_secondary():
    assert make_plan({"datasets": ["digits"]}, {}) == make_plan({"datasets": ["digits"], "primary": None}, {}) == Plan()


def test_the_family_is_comparisons_times_endpoints_on_the_first_data_set():
    plan = plan_of()
    assert plan.primary == [on("digits", m, e) for m in ("article", "latent") for e in ("fd", "lost")]
    assert not plan.replications
    assert {own.dataset for own in plan_of(dataset="ring").primary} == {"ring"}


def test_replications_follow_each_comparison_in_the_order_of_the_config():
    steps = [{"dataset": "ring"}, {"methods": {"article": "article_conv"}}, {"dataset": "grid"}]
    assert list(plan_of(steps, endpoints=["fd"]).replications.items()) == [
        (on("ring", "article"), on("digits", "article")),
        (on("ring", "latent"), on("digits", "latent")),
        (on("digits", "article_conv", baseline="gan_conv"), on("ring", "article")),
        (on("grid", "article"), on("digits", "article_conv", baseline="gan_conv")),
        (on("grid", "latent"), on("ring", "latent")),
    ]


TWICE = [{"method": "article"}, {"method": "article", "baseline": "warm_start"}]
AGAINST_GAN, AGAINST_WARM_START = on("digits", "article"), on("digits", "article", baseline="warm_start")


def test_a_method_may_be_compared_with_two_baselines_each_a_hypothesis_of_its_own():
    assert plan_of(comparisons=TWICE, endpoints=["fd"]).primary == [AGAINST_GAN, AGAINST_WARM_START]
    elsewhere = plan_of([{"dataset": "ring"}], comparisons=TWICE, endpoints=["fd"]).replications
    assert elsewhere == {own._replace(dataset="ring"): own for own in (AGAINST_GAN, AGAINST_WARM_START)}


def test_a_replication_with_other_methods_replaces_both_sides():
    conv = {"article": "article_conv", "warm_start": "warm_start_conv"}
    replications = plan_of([{"methods": conv}], comparisons=TWICE, endpoints=["fd"]).replications
    assert list(replications.items()) == [
        (on("digits", "article_conv", baseline="gan_conv"), AGAINST_GAN),
        (on("digits", "article_conv", baseline="warm_start_conv"), AGAINST_WARM_START),
    ]


def test_a_comparison_with_another_baseline_than_the_first_is_replicated_only_if_it_is_replaced_too():
    alone = [{"methods": {"article": "article_conv"}}]
    replications = plan_of(alone, comparisons=TWICE, endpoints=["fd"]).replications
    assert list(replications.values()) == [AGAINST_GAN]
    shared = [{"methods": {"article": "article_conv", "gan": "warm_start_conv"}}]
    (own,) = plan_of(shared, comparisons=TWICE, endpoints=["fd"]).replications
    assert own.baseline == "warm_start_conv"  # a first baseline may be named, too
