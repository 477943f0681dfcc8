"""Two Gaussians: the optimal discriminator's slopes in closed form, tables through the grades, a tiny run."""

import math

import numpy as np
import pandas as pd
import pytest
import torch
from pandas.testing import assert_frame_equal
from torch import nn

from aegan.reproductions.critic_field import compute_relative_slopes, critic_field, final_distances
from aegan.reproductions.gaussian_game import (
    make_gaussian_game,
    tabulate_field,
)

NETWORK = {"name": "dense", "width": 4, "depth": 1, "activation": "relu"}
TINY = {"width": 4, "hidden": 1, "discriminator_steps": 3, "rounds": 6}


def with_logit(slope, bend=0.0):
    """A game whose discriminator says −slope · x, and a bend at 0."""
    game = make_gaussian_game(0, 8.0, "minimax", {**NETWORK, "width": 2})
    first, bias, last, _ = game.modules["discriminator"].parameters()
    first.data, last.data = torch.tensor([[1.0], [-1.0]]), torch.tensor([[-slope - bend, slope]])
    assert not bias.any()
    return game


def test_slopes_of_the_optimal_discriminator_in_closed_form():
    # of N(∓4, 1) the optimal logit is −8x; its slope σ(a)(1 − σ(a)) · 8 peaks at x = 0 with 2
    rows = tabulate_field(with_logit(8.0), 8.0, seed=0, squash=nn.Sigmoid())
    line = rows[rows["where"] == "line"]
    expected = 8 / (4 * np.cosh(4 * line["at"]) ** 2)
    kept = line["at"] > -1  # on the reals' side 1 − σ is rounded
    np.testing.assert_allclose(line["slope"].abs()[kept], expected[kept], rtol=1e-6)
    np.testing.assert_allclose(line["at"].iloc[[0, -1]], [-6, 6])
    fakes = rows[rows["where"] == "fakes"]
    assert fakes["at"].mean() == pytest.approx(4, abs=0.2)
    np.testing.assert_allclose(fakes["output"], 1 / (1 + np.exp(8 * fakes["at"])), rtol=1e-6)


def both(judge, critic, seed):
    tables = {
        "discriminator": tabulate_field(judge, 8.0, seed, nn.Sigmoid()),
        "critic": tabulate_field(critic, 8.0, seed, nn.Identity()),
    }
    return pd.concat([rows.assign(network=name, seed=seed) for name, rows in tables.items()])


def test_slopes_are_related_to_those_on_the_line():
    (row,) = compute_relative_slopes(both(with_logit(8.0), with_logit(1.0, bend=2.0), seed=0)).to_dict("records")
    assert row["discriminator on fakes"] == pytest.approx(4 * math.exp(-32), rel=1)
    assert row["critic on fakes"] in (1, 3)  # 1 left of 0 and 3 right of it; the median is one of them
    assert row["critic anywhere"] == pytest.approx(3)


def test_the_end_of_the_game_is_its_last_fifth_and_absent_where_it_diverged():
    rows = pd.DataFrame({"where": "game", "seed": 0, "at": [0, 79, 80, 90, 99], "output": [4, 4, -3, -4.5, -5]})
    lost = rows.assign(seed=1)[:2]
    apart = final_distances(pd.concat([rows, lost]), rounds=100, distance=8.0)
    assert apart[0] == 1.0
    assert np.isnan(apart[1])


def table(end, judge=8.0, bend=0.0):
    seeds = []
    for seed in (0, 1):
        way = pd.DataFrame(
            {"where": "game", "at": [0, 9000], "output": [4.0, end], "seed": seed, "network": "generator"}
        )
        seeds += [both(with_logit(judge), with_logit(1.0, bend), seed), way]
    return pd.concat(seeds)


HEALTHY = table(-3.5)
SATURATED = pd.concat(
    [HEALTHY[HEALTHY["network"] != "critic"], HEALTHY[HEALTHY["network"] == "discriminator"].assign(network="critic")]
)


@pytest.mark.parametrize(
    ("rows", "passes"),
    [
        (table(-3.5), [True, True, True, True]),
        (table(-3.0, bend=2.0), [True, None, False, False]),
        (table(-3.5, judge=0.5), [False, True, True, True]),
        (SATURATED, [True, False, False, True]),  # the discriminator's field in the place of the critic's
    ],
)
def test_grades_of_tables(rows, passes):
    for grade, expected in zip(critic_field().grade(rows), passes, strict=True):
        assert expected in (grade.passed, None)


def test_a_clipped_critic_stays_clipped_and_a_tiny_run_says_the_same_twice_and_is_drawn():
    before = torch.random.get_rng_state()
    result = critic_field(**TINY)
    rows = result.measure(0, None)
    assert_frame_equal(rows, result.measure(0, None), check_exact=True)
    assert torch.equal(before, torch.random.get_rng_state())
    critic = rows[(rows["network"] == "critic") & (rows["where"] == "line")]
    assert (critic["slope"].abs() <= 4 * 0.01**2).all()  # width · bound²
    assert len(result.grade(pd.concat([rows.assign(seed=seed) for seed in (0, 1)]))) == 4
    assert len(result.draw(pd.concat([rows.assign(seed=seed) for seed in (0, 1)], ignore_index=True)).axes) == 3
