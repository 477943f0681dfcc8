"""Every entry of the catalogue, tried on the digits as the documentation shows it."""

import re

import numpy as np
import pytest

from aegan.cli import catalogue_runs as trials
from aegan.cli.catalogue_page import listing, pictures
from aegan.config.docs import CATALOGUES
from aegan.data.array_dataset import ArrayDataset
from aegan.games.roles import ROLES
from aegan.metrics.distances import frechet_distance
from aegan.reproductions.common import classifier
from aegan.training.cohort import train
from aegan.training.sampling import generated


@pytest.fixture(scope="module")
def distance():
    """FD-cls of what a member makes from the digits: the Fréchet distance in a trained classifier's features."""
    digits = trials.digits()
    features = classifier(digits, epochs=5).get_submodule("features")
    reference = digits.map_batches(features)

    def measure(member):
        made = generated({0: member.game}, 1000, "cpu")[0]
        return frechet_distance(reference, ArrayDataset(made).map_batches(features))

    return measure


@pytest.fixture(scope="module")
def trained():
    return trials.decoder_of_digits(600)


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
def test_every_role_trains_on_digits_and_beats_its_own_initialisation(role, distance, trained):
    """The initialisation of a role with an autoencoder is that of the whole chain, its autoencoder untrained."""
    settings = trials.settings_of("roles", role)
    at_first = distance(trials.recruited(settings, trials.decoder_of_digits(0))[0])
    member, _ = trials.recruited(settings, trained)
    train(member, trials.ROUNDS, [])
    assert member.divergence is None
    assert member.step == trials.ROUNDS
    assert distance(member) < at_first


def test_every_entry_is_listed_once_with_its_paper_and_a_cost():
    found = list(trials.costs())
    names = [(trial.kind, trial.name) for trial, _ in found]
    assert len(set(names)) == len(names)
    assert {name for kind, name in names if kind == "roles"} == set(ROLES)
    for kind in ("Losses", "Penalties", "Constraints", "Views", "Initialisers"):
        assert {name for own, name in names if own == kind.lower()} == set(CATALOGUES[kind][1])
    for trial, cost in found:
        assert np.isfinite(cost)
        assert cost > 0
        if trial.kind in {"roles", "losses", "penalties", "normalisers", "initialisers"}:
            assert re.search(r"(19|20)\d\d|The article|this study", trial.summary), f"{trial.name} names no paper"


def test_costs_are_those_of_the_extra_work():
    costs = {(trial.kind, trial.name): cost for trial, cost in trials.costs()}
    assert costs["roles", "none"] == costs["losses", "non_saturating"] == costs["autoencoders", "dense"] == 1
    assert costs["penalties", "r1"] > 1
    comparing = costs["losses", "relativistic"] - 1  # a pass of the discriminator; r1_r2 is shown with that loss
    assert comparing > 0
    assert costs["penalties", "r1_r2"] - 1 - comparing == pytest.approx(2 * (costs["penalties", "r1"] - 1))


def test_the_listing_of_one_axis_holds_that_axis():
    (table,) = listing("penalties")
    assert table.title == "penalties"
    assert list(table.columns[0].cells) == list(CATALOGUES["Penalties"][1])


@pytest.mark.parametrize("settings", [trials.method(), trials.autoencoder()])
def test_pictures_fill_the_card(settings):
    member, _ = trials.recruited(settings)
    assert pictures(member).shape == (4, 8, 8, 8, 1)
