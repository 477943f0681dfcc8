"""Remedies: which rows of a decision table are named against which verdict."""

from pathlib import Path

import pandas as pd
import pytest

from aegan.cli.doctor import summarise_verdicts
from aegan.cli.remedies import DECISION_COLUMNS, find_remedies, read_decisions
from aegan.errors import InputError
from aegan.tables import write_table

ROOT = Path(__file__).parents[2]

#: verdict, step and layer of seeds 0 to 3
UNHEALTHY = [
    ("vanishing", 300, "dense1"),
    ("stable", None, None),
    ("vanishing", 140, "dense1"),
    ("vanishing", 200, "d2"),
]
LOST, GROWN = "generator's gradient lost", "generator's gradient grown"
FRESH = "gradient lost to a fresh discriminator"


def test_remedies_are_those_that_help_by_effect_and_no_more_than_three(seed_verdicts, decision_table):
    table = decision_table(
        ("a", "gan", LOST, 0.5, 0.001, "helps"),
        ("b", "gan", LOST, 1.5, 0.001, "helps"),
        ("c", "gan", FRESH, 2.5, 0.001, "helps"),
        ("d", "gan", LOST, 0.1, 0.001, "helps"),
        ("e", "gan", LOST, 9.0, 0.5, "undecided"),
        ("f", "gan", GROWN, 9.0, 0.001, "helps"),
        ("g", "wgan", LOST, 9.0, 0.001, "helps"),
        ("h", "gan", LOST, -9.0, 0.001, "hurts"),
    )
    _, *lines = find_remedies(summarise_verdicts(seed_verdicts(*UNHEALTHY)), table)
    assert [line.split(": ")[1].split(" helps")[0] for line in lines] == ["c", "b", "a"]
    assert lines[1] == (
        "Against vanishing (generator of gan on digits): b helps against gan on digits, in generator's gradient lost: "
        "1.5 decades better (interval +0.1 to +2, 10 paired seeds, study made_up)."
    )


@pytest.mark.parametrize("verdict", ["exploding", "diverged"])
def test_remedies_match_the_verdict(verdict, seed_verdicts, decision_table):
    table = decision_table(("a", "gan", LOST, 1.0, 0.001, "helps"), ("b", "gan", GROWN, 1.0, 0.001, "helps"))
    _, line = find_remedies(summarise_verdicts(seed_verdicts((verdict, 3, "dense1"))), table)
    assert f"Against {verdict}" in line
    assert ": b helps" in line


def test_where_none_helps_the_unanimous_are_named_as_undecided(seed_verdicts, decision_table):
    table = decision_table(
        ("a", "gan", LOST, 0.5, 2 / 1024, "undecided"),
        ("b", "gan", LOST, 0.5, 0.5, "undecided"),
        ("c", "gan", LOST, -0.5, 2 / 1024, "undecided"),
        ("d", "gan", GROWN, 0.5, 2 / 1024, "undecided"),
    )
    read, shown, named = find_remedies(summarise_verdicts(seed_verdicts(*UNHEALTHY)), table)
    assert read == "Remedies from made_up.csv:"
    assert "whether a method helps is undecided; 3 comparisons looked at gradient lost" in shown
    assert named == ("Undecided, yet the same in all 10 seeds on digits, against gan: a better in gradient lost.")


def test_no_help_is_said_of_equivalent_and_hurts_alone(seed_verdicts, decision_table):
    table = decision_table(("a", "gan", LOST, 0.1, 0.5, "equivalent"), ("b", "gan", LOST, -1.0, 0.001, "hurts"))
    _, shown = find_remedies(summarise_verdicts(seed_verdicts(*UNHEALTHY)), table)
    assert "no method is shown to help; 2 comparisons looked at gradient lost" in shown


def test_a_method_is_no_remedy_for_itself_and_other_baselines_serve_where_it_has_none(seed_verdicts, decision_table):
    table = decision_table(("gan_r1", "gan", LOST, 1.0, 0.001, "helps"), ("latent", "gan", LOST, 0.5, 0.001, "helps"))
    _, line = find_remedies(summarise_verdicts(seed_verdicts(*UNHEALTHY, method="gan_r1")), table)
    assert ": latent helps against gan" in line


def test_other_data_serve_where_the_own_are_not_in_the_table(seed_verdicts, decision_table):
    table = decision_table(("gan_r1", "gan", LOST, 1.0, 0.001, "helps")).assign(dataset="faces")
    _, line = find_remedies(summarise_verdicts(seed_verdicts(*UNHEALTHY)), table)
    assert "helps against gan on faces" in line


def test_the_table_says_nothing_about_discriminators(seed_verdicts, decision_table):
    table = decision_table(("gan_r1", "gan", LOST, 1.0, 0.001, "helps"))
    _, line = find_remedies(summarise_verdicts(seed_verdicts(*UNHEALTHY, network="discriminator")), table)
    assert line.endswith("the decision table covers generators only.")


def test_without_a_table_it_says_how_to_make_one(seed_verdicts):
    (line,) = find_remedies(summarise_verdicts(seed_verdicts(*UNHEALTHY)), read_decisions([]))
    assert "`snakemake` makes" in line
    assert find_remedies(summarise_verdicts(seed_verdicts(("stable", None, None))), read_decisions([])) == []


def test_tables_are_read_with_the_study_they_belong_to(tmp_path, decision_table):
    path = tmp_path / "reports" / "tiny" / "decisions.csv"
    write_table(path, decision_table(("a", "gan", LOST, 1.0, 0.001, "helps"))[DECISION_COLUMNS])
    assert read_decisions([path, ROOT / "reports" / "quickstart" / "decisions.csv"])["study"].unique().tolist() == [
        "tiny",
        "quickstart",
    ]
    write_table(tmp_path / "other.csv", pd.DataFrame({"dataset": ["digits"]}))
    with pytest.raises(InputError, match="has no column method"):
        read_decisions([tmp_path / "other.csv"])
    with pytest.raises(InputError, match="is not there"):
        read_decisions([tmp_path / "none.csv"])
