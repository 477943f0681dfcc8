"""One value per member and endpoint, by hand."""

import numpy as np
import pandas as pd
import pytest
from tests.analysis.members import history, outcomes_of, outcomes_of_two, quality, value

from aegan.analysis.endpoints import ENDPOINTS, PairReader
from aegan.analysis.member_outcomes import summarise_headline
from aegan.probes.verdicts import FRESH

BY_MEMBER = [name for name, endpoint in ENDPOINTS.items() if not isinstance(endpoint.read, PairReader)]


def test_a_member_that_diverged_has_values_that_are_not_numbers_rather_than_gaps():
    fallen = pd.concat([history("gan", 0, [1.0]), history("gan", 0, [1.0], quantity="diverged")])
    table = outcomes_of(
        pd.concat([fallen, history("gan", 1, [1.0])]), pd.concat([quality("gan", s, 10.0) for s in (0, 1)])
    )
    assert table[table["seed"] == 0].query("outcome != 'diverged'")["value"].isna().all()
    assert table[table["seed"] == 1]["value"].notna().all()
    assert [value(table, "diverged", seed) for seed in (0, 1)] == [1, 0]  # this one is about divergence
    # the fallen one ranks worst at every endpoint that its method has, and at no other: no diagnosis was made
    by_seed = {seed: set(own["outcome"]) for seed, own in table.groupby("seed")}
    assert by_seed[0] == by_seed[1] == {"lost", "grown", "diverged", "coverage", "fd", "flops"}


def test_a_method_whose_runs_all_diverged_ranks_worst_at_every_endpoint():
    fallen = pd.concat([history("gan", 0, [1.0]), history("gan", 0, [1.0], quantity="diverged")])
    table = outcomes_of(pd.concat([fallen, history("helped", 0, [1.0])]), quality("helped", 0, 10.0))
    lost = table.query("method == 'gan' and outcome != 'diverged'")
    assert set(lost["outcome"]) == set(BY_MEMBER) - {"diverged"}
    assert lost["value"].isna().all()


def test_what_is_not_defined_on_a_data_set_is_left_out():
    quality_of = pd.concat([quality("gan", seed, 1.0) for seed in (0, 1)])
    quality_of.loc[quality_of["metric"] == "coverage", "value"] = np.nan
    table = outcomes_of(pd.concat([history("gan", seed, [1.0, 1.0]) for seed in (0, 1)]), quality_of)
    assert set(table["outcome"]) == {"lost", "grown", "diverged", "fd", "flops"}


def test_headline_numbers():
    verdicts = pd.DataFrame(
        {
            "dataset": "digits",
            "method": "gan",
            "seed": 0,
            "network": ["generator", "discriminator", FRESH],
            "verdict": ["stable", "vanishing", "vanishing"],
            "step": None,
            "layer": None,
            "evidence": "",
        }
    )
    record = summarise_headline(outcomes_of_two(), verdicts)
    assert record["digits"]["gan"]["lost"] == pytest.approx(2)
    assert record["digits"]["gan"]["vanishing"] == 1  # before a fresh discriminator, so the generator is not stable
    assert "stable" not in record["digits"]["gan"]


@pytest.mark.parametrize(("fallen", "expected"), [((), 2.0), ((0,), 3.0), ((0, 1), None)])
def test_a_run_that_diverged_ranks_worst_in_the_headline_numbers(fallen, expected):
    """Three runs with a log10 FD of 1, 2 and 3: without those that fell, the best, the medians would be 2.5 and 3."""
    gradients = pd.concat(
        [history("gan", seed, [1.0]) for seed in range(3)]
        + [history("gan", seed, [1.0], quantity="diverged") for seed in fallen]
    )
    found = pd.concat([quality("gan", seed, 10.0 ** (seed + 1)) for seed in range(3)])
    verdicts = pd.DataFrame(columns=["dataset", "method", "seed", "network", "verdict", "step", "layer", "evidence"])
    record = summarise_headline(outcomes_of(gradients, found), verdicts)
    assert record["digits"]["gan"]["fd"] == expected
