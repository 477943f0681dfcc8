"""What a number of paired seeds can decide, and which pairs tell nothing."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aegan.report.seed_sentences import (
    CORRECTION,
    count_seeds_needed,
    describe_seed_limits,
    list_ties,
    warn_too_few_seeds,
)


def make_rows(count, n, tied=0, family="primary"):
    row = {"dataset": "digits", "method": "role", "baseline": "gan", "outcome": "generator's decay", "differs": ""}
    row |= {"family": family, "n": n, "tied": tied, "smallest_p": min(1.0, 2.0 ** (1 - n + tied))}
    return pd.DataFrame([row] * count)


@given(st.integers(1, 500), st.sampled_from([0.01, 0.05, 0.1]))
def test_the_seeds_needed_are_enough_and_one_fewer_is_not(comparisons, alpha):
    n = count_seeds_needed(comparisons, alpha)
    assert comparisons * 2.0 ** (1 - n) < alpha
    assert n == 2 or comparisons * 2.0 ** (2 - n) >= alpha


def test_a_replicated_family_has_the_correction_of_any_other():
    """Holm's: of 2 comparisons each has .025 of .05, of which 2^-6 is below and 2^-5 is not, with replications too."""
    warned = warn_too_few_seeds(make_rows(2, 6), 0.05).replace("\u00a0", " ")
    assert "none of 2 primary comparisons can reach p < 0.05 after Holm's correction; 7 seeds can" in warned
    assert warn_too_few_seeds(make_rows(2, 7), 0.05) == ""
    alone, both = make_rows(2, 6), pd.concat([make_rows(2, 6), make_rows(2, 6, family="replication")])
    assert describe_seed_limits(alone, 0.05) == describe_seed_limits(both, 0.05)


def test_tied_pairs_do_not_count_as_seeds():
    """12 seeds decide a family of 8, and 9 do not, so nor do 12 of which 3 are tied."""
    assert warn_too_few_seeds(make_rows(8, 12), 0.05) == ""
    warned = warn_too_few_seeds(make_rows(8, 12, tied=4), 0.05)
    assert "with 12 paired seeds, of which 8 tell anything, none of 8" in warned
    assert warned.endswith("9 that do can.")
    mixed = pd.concat([make_rows(7, 12), make_rows(1, 12, tied=4)])
    assert warn_too_few_seeds(mixed, 0.05) == ""  # the others can be decided
    assert [limit.partition(" can")[0] for limit in describe_seed_limits(mixed, 0.05)] == [
        "12 paired seeds",
        "12 paired seeds, of which 8 tell anything,",
    ]


def test_ties_are_listed_with_whether_the_other_pairs_are_enough():
    """Of 8 primary comparisons: 2^-7 is too much for 1/8 of .05, 2^-8 is not; a replication has 1/16, and 2^-8 is."""
    assert list_ties(make_rows(8, 12), 0.05, 8) == ""
    assert list_ties(make_rows(1, 12, tied=3), 0.05, 8) == (
        "Tied pairs, which tell nothing: 3 of 12 of role against gan on digits in decay."
    )
    few = list_ties(make_rows(1, 12, tied=4), 0.05, 8).replace("\u00a0", " ")
    assert few.endswith(f"in decay, too few others to reach p < 0.05 at the first step of {CORRECTION}.")
    again = list_ties(make_rows(1, 12, tied=3, family="replication"), 0.05, 8).replace("\u00a0", " ")
    assert again.endswith("in decay, too few others to reach p < 0.05 as a replication.")


@pytest.mark.parametrize(
    ("n", "smallest", "words"),
    [(5, 0.0625, "too few to fall below 0.05"), (10, 2 / 1024, "0.00195 at the smallest, 0.00391 after Holm")],
)
def test_caveat_says_what_n_can_reach(n, smallest, words):
    primary = make_rows(2, n).assign(smallest_p=smallest)
    counted, other = primary.assign(smallest_p=float("nan")), primary.assign(family="secondary")
    (sentence,) = describe_seed_limits(pd.concat([primary, counted, other]), 0.05)
    assert sentence.startswith(f"{n} paired seeds can reach")
    assert words in sentence
