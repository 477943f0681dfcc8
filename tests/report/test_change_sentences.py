import pandas as pd

from aegan.report.change_sentences import count_moved_decisions


def decisions(*rows):
    columns = ["outcome", "family", "differs", "decision"]
    return pd.DataFrame(rows, columns=columns).assign(dataset="digits", method="a", baseline="gan")


def test_families_are_counted_apart_in_their_order():
    old = decisions(
        ("fd", "secondary", "", "helps"), ("cure", "primary", "", "undecided"), ("recall", "primary", "", "helps")
    )
    new = decisions(("fd", "secondary", "", "hurts"), ("cure", "primary", "", "undecided"))
    assert count_moved_decisions(old, new) == [
        "Primary comparisons: none of 1 moved, 1 gone.",
        "Secondary comparisons: 1 of 1 moved.",
    ]


def test_a_comparison_that_became_one_of_unequal_networks_leaves_its_family():
    old, new = (decisions(("cure", "primary", differs, "helps")) for differs in ("", "smaller D"))
    assert count_moved_decisions(old, new) == [
        "Primary comparisons: none of 0 moved, 1 gone.",
        "Comparisons that are not evidence about the role: none of 0 moved, 1 new.",
    ]
