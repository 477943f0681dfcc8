import itertools

import numpy as np
import pandas as pd
import pytest

from aegan.statistics.comparison import Outcome
from aegan.statistics.decisions import DECISION_COLUMNS, decide, decide_row
from aegan.statistics.families import Hypothesis, Plan
from aegan.statistics.pairs import pair_members

OUTCOMES = {
    "fd": Outcome("FD-cls", "1", "lower", margin=0.5),
    "gradient": Outcome("gradient norm", "decade", "higher", margin=None),
}
SEEDS = range(10)
WIGGLE = np.linspace(-0.2, 0.2, len(SEEDS))  # the same in no two pairs, and zero on average


def rows(dataset, method, outcome, values):
    return pd.DataFrame(
        {"dataset": dataset, "method": method, "seed": SEEDS[: len(values)], "outcome": outcome, "value": values}
    )


@pytest.fixture
def frame():
    plain = 20 + np.sin(np.arange(10))
    return pd.concat(
        [
            rows("digits", "gan", "fd", plain),
            rows("digits", "better", "fd", plain - 3 + WIGGLE),
            rows("digits", "worse", "fd", plain + 3 + WIGGLE),
            rows("digits", "same", "fd", plain + WIGGLE),
            rows("digits", "noisy", "fd", plain + 20 * WIGGLE),
            rows("digits", "better", "gradient", plain + 1 + WIGGLE),
            rows("digits", "gan", "gradient", plain),
            rows("digits", "gan", "ignored", plain),
        ]
    )


def table(frame, **changes):
    """Decide with all tested comparisons as the primary family, unless another plan is given."""
    methods = ("better", "worse", "same", "noisy")
    options = {"comparisons": [(name, "gan") for name in methods], "outcomes": OUTCOMES, "alpha": 0.05} | changes
    pairs = pair_members(frame, options.pop("comparisons"), list(options["outcomes"]))
    tested = [own for own in pairs if not options["outcomes"][own.outcome].counted]
    plan = Plan([Hypothesis(*own[:4]) for own in tested])
    rest = {"plan": plan, "false_discovery_rate": 0.1, "confidence": 0.95, "resamples": 1000, "seed": 0}
    return decide(pairs, **(rest | options))


def row(decided, method, outcome="FD-cls"):
    return decided[(decided["method"] == method) & (decided["outcome"] == outcome)].iloc[0]


def test_each_decision(frame):
    decided = table(frame)
    assert list(decided.columns) == DECISION_COLUMNS
    assert {m: row(decided, m)["decision"] for m in ("better", "worse", "same", "noisy")} == {
        "better": "helps",
        "worse": "hurts",
        "same": "equivalent",
        "noisy": "undecided",
    }
    assert row(decided, "better", "gradient norm")["decision"] == "helps"


def test_positive_is_better_whatever_the_direction(frame):
    decided = table(frame)
    assert row(decided, "better")["effect"] == pytest.approx(3)
    assert row(decided, "worse")["effect"] == pytest.approx(-3)
    assert row(decided, "better", "gradient norm")["effect"] == pytest.approx(1)
    assert row(decided, "better", "gradient norm")["unit"] == "decade"


def test_p_is_corrected_over_the_whole_table(frame):
    decided = table(frame)
    assert len(decided) == 5
    assert row(decided, "better")["p"] == row(decided, "better")["smallest_p"] == 2 / 1024
    assert row(decided, "better")["p_adjusted"] == pytest.approx(5 * 2 / 1024)
    # Five tests at the smallest p of eight seeds give .039, of seven seeds .078.
    assert row(table(frame[frame["seed"] < 8]), "better")["decision"] == "helps"
    assert row(table(frame[frame["seed"] < 7]), "better")["decision"] == "undecided"


def test_without_a_margin_nothing_is_equivalent(frame):
    unasked = {"fd": OUTCOMES["fd"]._replace(margin=None)}
    assert row(table(frame, outcomes=unasked), "same")["decision"] == "undecided"


def test_a_proven_difference_within_the_margin_is_equivalent(frame):
    wide = {"fd": OUTCOMES["fd"]._replace(margin=5)}
    assert row(table(frame, outcomes=wide), "better")["decision"] == "equivalent"


def test_order_of_rows_is_irrelevant_and_rows_do_not_depend_on_each_other(frame):
    decided = table(frame)
    pd.testing.assert_frame_equal(table(frame.sample(frac=1, random_state=1)), decided)
    alone = row(table(frame, comparisons=[("noisy", "gan")]), "noisy")
    shared = ["effect", "low", "high", "p", "n"]
    assert alone[shared].equals(row(decided, "noisy")[shared])


def test_only_shared_seeds_are_paired(frame):
    partial = frame[~((frame["method"] == "better") & (frame["seed"] == 3))]
    partial = partial[~((partial["method"] == "gan") & (partial["seed"] == 7))]
    decided = row(table(partial), "better")
    assert decided["n"] == 8
    assert decided["smallest_p"] == 2 / 256
    assert decided["effect"] == pytest.approx(3, abs=0.1)


def test_a_diverged_member_counts_against_its_method(frame):
    diverged = frame.copy()
    diverged.loc[(diverged["method"] == "better") & (diverged["seed"] < 5), "value"] = np.nan
    decided = row(table(diverged), "better")
    assert decided["n"] == 10
    assert decided["low"] == -np.inf
    assert decided["decision"] == "undecided"
    diverged.loc[diverged["method"] == "better", "value"] = np.nan
    assert row(table(diverged), "better")["decision"] == "hurts"


def test_a_baseline_that_was_not_run_leaves_the_row_undecided(frame):
    decided = row(table(frame, comparisons=[("better", "absent")]), "better")
    assert decided["n"] == 0
    assert np.isnan(decided["effect"])
    assert decided["decision"] == "undecided"


def test_nothing_to_decide_is_an_empty_table(frame):
    empty = table(frame, comparisons=[])
    assert empty.empty
    assert list(empty.columns) == DECISION_COLUMNS


def test_probability_of_improvement_is_in_the_users_direction(frame):
    decided = table(frame)
    assert row(decided, "better")["improvement"] == 1
    assert row(decided, "worse")["improvement"] == 0
    noisy = row(decided, "noisy")
    assert 0 < noisy["improvement_low"] < noisy["improvement"] < noisy["improvement_high"] < 1


def test_diverged_members_lose_against_all_others_and_tie_among_themselves(frame):
    diverged = frame.copy()
    diverged.loc[diverged["method"].isin(["better", "gan"]) & (diverged["seed"] < 5), "value"] = np.nan
    # Of 100 meetings 25 are ties of the lost, 25 are lost, 25 are won against the lost, and 25 are won by 3.
    assert row(table(diverged), "better")["improvement"] == (0.5 * 25 + 25 + 25) / 100


def test_power_is_for_an_effect_on_the_margin_and_falls_with_the_family(frame):
    decided = table(frame)
    assert row(decided, "same")["power"] == 1  # differences spread by .13, the margin is .5
    assert row(decided, "noisy")["power"] < 0.2  # and by 2.6
    assert np.isnan(row(decided, "better", "gradient norm")["power"])  # without a margin
    seven = frame[frame["seed"] < 7]
    assert row(table(seven), "same")["power"] == 0  # as the smallest p of seven seeds, times five, is .078
    alone = table(seven, comparisons=[("same", "gan")])
    assert row(alone, "same")["power"] == 1


def test_without_pairs_improvement_is_unknown(frame):
    decided = row(table(frame, comparisons=[("better", "absent")]), "better")
    assert np.isnan(decided["improvement"])
    assert np.isnan(decided["power"])
    assert (decided["improvement_low"], decided["improvement_high"]) == (0, 1)


@pytest.mark.parametrize(
    ("extra", "decision"),
    [(0.4, "equivalent"), (2.0, "hurts"), (-2.0, "helps"), (0.5, "equivalent"), (None, "undecided")],
)
def test_what_is_counted_is_not_tested(extra, decision):
    plain = np.arange(10.0)
    arm = plain + (np.linspace(-2, 2, 10) if extra is None else extra)
    counted = pd.concat([rows("digits", "gan", "fd", plain), rows("digits", "arm", "fd", arm)])
    sampled = pd.concat(
        [rows("digits", "gan", "gradient", plain), rows("digits", "arm", "gradient", plain + 1 + WIGGLE)]
    )
    outcomes = {"fd": OUTCOMES["fd"]._replace(counted=True), "gradient": OUTCOMES["gradient"]}
    decided = table(pd.concat([counted, sampled]), outcomes=outcomes, comparisons=[("arm", "gan")])
    cost, tested = decided.iloc[0], decided.iloc[1]
    assert cost["decision"] == decision
    assert np.isnan(cost[["p", "p_adjusted", "p_equivalence", "smallest_p", "power"]].astype(float)).all()
    if extra is not None:
        assert cost[["effect", "low", "high"]].to_list() == pytest.approx([-extra] * 3)
        assert cost["n"] == 10
    assert tested["p_adjusted"] == tested["p"]  # what is counted is not of the family


def plan_of(**methods):
    return {
        family: [Hypothesis("digits", method, "gan", "fd") for method in own.split()] for family, own in methods.items()
    }


def test_secondary_comparisons_are_adjusted_to_the_false_discovery_rate_and_leave_the_primary_ones_alone(frame):
    primary = plan_of(primary="better same")["primary"]
    decided = table(frame, plan=Plan(primary))
    families = dict(zip(zip(decided["method"], decided["outcome"], strict=True), decided["family"], strict=True))
    assert families["better", "FD-cls"] == families["same", "FD-cls"] == "primary"
    assert list(families.values()).count("secondary") == 3
    assert row(decided, "better")["p_adjusted"] == pytest.approx(2 * 2 / 1024)
    # of five secondary tests the two smallest p, both 2/1024, are adjusted by 5/2
    assert row(decided, "worse")["p_adjusted"] == pytest.approx(2.5 * 2 / 1024)
    six = table(frame[frame["seed"] < 6], plan=Plan(primary))  # 2/64 is below 10 % after that, and too large for Holm
    assert (row(six, "worse")["decision"], row(six, "better")["decision"]) == ("hurts", "undecided")


def test_equivalence_is_corrected_like_superiority(frame):
    decided = row(table(frame), "same")
    assert decided["p_equivalence"] == 2 / 1024
    assert decided["p_equivalence_adjusted"] == pytest.approx(5 * 2 / 1024)
    assert row(table(frame[frame["seed"] < 8]), "same")["decision"] == "equivalent"
    assert row(table(frame[frame["seed"] < 7]), "same")["decision"] == "undecided"  # .078, as for `better`


def test_a_replication_is_tested_only_where_the_comparison_before_it_is_decided(frame):
    both = pd.concat([frame, frame.assign(dataset="fashion"), frame.assign(dataset="third")])
    first = plan_of(primary="better noisy")["primary"]
    copies = {own._replace(dataset="fashion"): own for own in first}
    again = {own._replace(dataset="third"): own for own in copies}
    decided = table(both, plan=Plan(first, copies | again))
    fashion = decided[decided["dataset"] == "fashion"]
    better, noisy = row(fashion, "better"), row(fashion, "noisy")
    assert (better["family"], better["decision"], better["p_adjusted"]) == ("replication", "helps", 4 * 2 / 1024)
    assert np.isnan(better["p_equivalence_adjusted"])  # only the test that decided is repeated
    assert (noisy["family"], noisy["decision"]) == ("replication", "undecided")
    assert np.isnan(noisy["p_adjusted"])
    assert row(decided[decided["dataset"] == "third"], "better")["decision"] == "helps"


def test_a_replication_that_fails_stops_those_after_it(frame):
    failed = frame.assign(dataset="fashion")
    failed.loc[(failed["method"] == "better") & (failed["seed"] < 5), "value"] += 6
    both = pd.concat([frame, failed, frame.assign(dataset="third")])
    (first,) = plan_of(primary="better")["primary"]
    second, third = first._replace(dataset="fashion"), first._replace(dataset="third")
    decided = table(both, plan=Plan([first], {second: first, third: second}))
    assert decided[decided["method"] == "better"].query("outcome == 'FD-cls'")["decision"].tolist() == [
        "helps", "undecided", "undecided",
    ]  # fmt: skip


def against(baselines, outcome="fd", dataset="digits"):
    """The comparisons of one method with several baselines, and their hypotheses."""
    return [("better", name) for name in baselines], [
        Hypothesis(dataset, "better", name, outcome) for name in baselines
    ]


def by_baseline(decided):
    return decided.query("outcome == 'FD-cls'").set_index("baseline")


def test_a_family_counts_a_method_once_for_each_of_its_baselines(frame):
    comparisons, hypotheses = against(["gan", "same", "noisy"])
    both = by_baseline(table(frame, comparisons=comparisons, plan=Plan(hypotheses[:2])))
    assert both["family"].to_dict() == {"gan": "primary", "same": "primary", "noisy": "secondary"}
    assert both.loc[["gan", "same"], "p_adjusted"].tolist() == [2 * 2 / 1024] * 2
    alone = by_baseline(table(frame, comparisons=comparisons, plan=Plan(hypotheses[:1])))
    assert alone["family"].to_dict() == {"gan": "primary", "same": "secondary", "noisy": "secondary"}
    assert alone.loc["gan", "p_adjusted"] == 2 / 1024
    # seven seeds reach .0156: enough for three comparisons, not for four
    _, more = against(["gan", "same", "worse", "noisy"])
    few = {"frame": frame[frame["seed"] < 7], "comparisons": [own[1:3] for own in more]}
    assert by_baseline(table(**few, plan=Plan(more[:3]))).loc["gan", "decision"] == "helps"
    assert by_baseline(table(**few, plan=Plan(more))).loc["gan", "decision"] == "undecided"


def test_a_replication_follows_the_comparison_with_its_own_baseline(frame):
    alike = frame.query("method == 'better' and outcome == 'fd'").assign(method="alike")
    frame = pd.concat([frame, alike.assign(value=alike["value"] + 20 * WIGGLE)])
    both = pd.concat([frame, frame.assign(dataset="fashion")])
    comparisons, first = against(["alike", "gan"])
    copies = {own._replace(dataset="fashion"): own for own in first}
    decided = table(both, comparisons=comparisons, plan=Plan(first, copies)).query("outcome == 'FD-cls'")
    assert decided[["dataset", "baseline", "family", "decision"]].to_numpy().tolist() == [
        ["digits", "alike", "primary", "undecided"],
        ["digits", "gan", "primary", "helps"],
        ["fashion", "alike", "replication", "undecided"],
        ["fashion", "gan", "replication", "helps"],
    ]


@pytest.mark.parametrize("seed", range(4))
def test_the_order_of_baselines_changes_nothing(seed):
    values = np.random.default_rng(seed).normal(size=(4, 10)) + np.array([[0.0], [0.4], [0.8], [1.2]])
    names = ("better", "first", "second", "third")
    drawn = pd.concat([rows("digits", name, "fd", own) for name, own in zip(names, values, strict=True)])
    found = []
    for order in itertools.permutations(names[1:]):
        comparisons, hypotheses = against(order)
        for primary in (hypotheses, ()):
            decided = table(drawn, comparisons=comparisons, plan=Plan(primary), resamples=50)
            found.append(by_baseline(decided).loc[list(names[1:])])
    for primary, secondary in zip(found[::2], found[1::2], strict=True):
        pd.testing.assert_frame_equal(primary, found[0])
        pd.testing.assert_frame_equal(secondary, found[1])
    assert len(set(found[0]["p_adjusted"])) > 1


@pytest.mark.parametrize(("low", "high", "decision"), [(-0.3, 0.3, "equivalent"), (-0.3, 0.6, "undecided")])
def test_an_interval_beyond_the_margin_is_not_equivalent(low, high, decision):
    found = {"p": 0.5, "p_adjusted": 0.9, "p_equivalence_adjusted": 0.01, "margin": 0.5}
    assert decide_row(found | {"low": low, "high": high}, 0.05) == decision


def test_divergence_is_decided_by_the_exact_test_of_mcnemar():
    failures = pd.concat([rows("digits", "gan", "fd", [1.0] * 8 + [0.0] * 2), rows("digits", "arm", "fd", [0.0] * 10)])
    outcomes = {"fd": Outcome("diverged", "share", "lower", None, binary=True)}
    (decided,) = table(failures, outcomes=outcomes, comparisons=[("arm", "gan")]).to_dict("records")
    assert (decided["decision"], decided["p"]) == ("helps", 2 / 2**8)
    assert decided["effect"] == pytest.approx(0.8)
    assert np.isnan(decided["p_equivalence"])
    few = failures.assign(value=failures["value"].where(failures["seed"] < 2, 0.0))
    (shown,) = table(few, outcomes=outcomes, comparisons=[("arm", "gan")]).to_dict("records")
    assert (shown["decision"], shown["effect"]) == ("undecided", pytest.approx(0.2))  # not hidden as by a trimmed mean


def test_pairs_that_are_censored_on_both_sides_are_not_equivalent():
    censored = pd.concat([rows("digits", name, "fd", [-np.inf] * 10) for name in ("gan", "arm")])
    (decided,) = table(censored, comparisons=[("arm", "gan")]).to_dict("records")
    assert np.isnan(decided["effect"])
    assert (decided["p"], decided["decision"], decided["tied"]) == (1, "undecided", 10)
