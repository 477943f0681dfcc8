"""How far apart seeds are, on distributions whose distance is known."""

import numpy as np
import pandas as pd
import pytest

from aegan.evaluation.seed_variability import measure_seed_variability, measure_variability_floor, pack_moments
from aegan.metrics.distances import frechet_distance
from aegan.metrics.moments import compute_moments
from aegan.tables import QUALITY_COLUMNS

FLOOR = pd.DataFrame({"space": ["random"], "metric": ["spread"], "floor": [0.25]})


def made(seed, shift=0.0, n=300):
    return np.random.default_rng(seed).normal(size=(n, 4)) + shift


def kept(samples, space="random"):
    return {
        key: value
        for seed, of in samples.items()
        for key, value in pack_moments(seed, space, 300, None if of is None else compute_moments(of)).items()
    }


def test_the_value_of_a_seed_is_the_median_distance_to_the_others():
    samples = {10: made(0), 2: made(1, 1.0), 3: made(2, 3.0), 4: made(3, 3.0)}
    table = measure_seed_variability(kept(samples), FLOOR)
    assert list(table.columns) == QUALITY_COLUMNS
    assert table["seed"].tolist() == [2, 3, 4, 10]
    assert (set(table["n"]), set(table["floor"]), set(table["metric"])) == ({300}, {0.25}, {"spread"})
    others = [frechet_distance(samples[10], samples[seed]) for seed in (2, 3, 4)]
    assert table["value"].iloc[3] == pytest.approx(np.median(others))


def test_seeds_that_generate_the_same_have_no_spread_and_apart_they_have_their_distance():
    same = measure_seed_variability(kept({0: made(0), 1: made(0)}), FLOOR)
    assert same["value"].tolist() == pytest.approx([0, 0], abs=1e-9)
    apart = measure_seed_variability(kept({0: made(0), 1: made(0, 2.0)}), FLOOR)
    assert apart["value"].tolist() == pytest.approx([16, 16])  # four numbers, each 2 further on


def test_a_diverged_seed_has_none_and_leaves_its_siblings_theirs():
    table = measure_seed_variability(kept({0: made(0), 1: None, 2: made(2)}), FLOOR).set_index("seed")
    assert np.isnan(table["value"][1])
    assert table["value"][0] == table["value"][2] > 0
    assert set(table["n"]) == {300}
    assert measure_seed_variability(kept({0: made(0), 1: None}), FLOOR)["value"].isna().all()


def test_spaces_are_apart_and_one_seed_alone_has_no_rows():
    both = kept({0: made(0), 1: made(1)}) | kept({0: made(0), 1: made(1, 5.0)}, "classifier")
    value = measure_seed_variability(both, FLOOR).groupby("space")["value"].median()
    assert value["classifier"] > 90
    assert value["random"] < 1
    alone = measure_seed_variability(kept({0: made(0)}) | kept({0: made(1)}, "classifier"), FLOOR)
    assert alone.empty
    assert list(alone.columns) == QUALITY_COLUMNS


def test_the_floor_is_what_seeds_reach_that_draw_from_the_data_themselves():
    data = made(0, n=5000)
    floor = measure_variability_floor(data, 500)["spread"]
    drawn = {seed: data[np.random.default_rng(seed).integers(5000, size=500)] for seed in range(5)}
    assert measure_seed_variability(kept(drawn), FLOOR)["value"].median() == pytest.approx(floor, rel=0.8)
    assert floor < 0.1 < frechet_distance(made(1), made(2, 0.2))
    assert measure_variability_floor(data, 500) == measure_variability_floor(data, 500)
