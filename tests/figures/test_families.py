"""Families: every comparison has one, and what differs in more than the role is in none of the study's."""

import pandas as pd
import pytest

from aegan.figures.families import FAMILIES, NOT_EVIDENCE, name_families, split_families


@pytest.mark.parametrize("empty", ["", float("nan")])  # NaN: as read from a CSV
def test_a_difference_takes_a_comparison_out_of_its_family(empty):
    rows = pd.DataFrame({"family": ["secondary", "primary", "primary"], "differs": [empty, empty, "smaller D"]})
    assert name_families(rows).tolist() == ["secondary", "primary", NOT_EVIDENCE]
    split = split_families(rows)
    assert list(split) == ["primary", "secondary", NOT_EVIDENCE]
    assert [own.index.tolist() for own in split.values()] == [[1], [0], [2]]


def test_only_primary_comparisons_and_their_replications_are_drawn_in_full_colour():
    assert {name for name, family in FAMILIES.items() if not family.paleness} == {"primary", "replication"}
    marks = [family.mark for name, family in FAMILIES.items() if name != "primary"]
    assert all(marks)
    assert len(set(marks)) == len(marks)
    assert not FAMILIES["primary"].mark
