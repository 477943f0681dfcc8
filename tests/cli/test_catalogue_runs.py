"""The runs of the catalogue: every registry entry trained on the digits, and its cost."""

import re

import pytest

from aegan.cli import catalogue_runs
from aegan.cli.catalogue_listing import read_listing
from aegan.config.docs import REGISTRIES
from aegan.data.array_dataset import ArrayDataset
from aegan.games.roles import ROLES
from aegan.metrics.distances import frechet_distance
from aegan.reproductions.training import train_classifier
from aegan.training.cohort import train
from aegan.training.sampling import generate_samples


@pytest.fixture(scope="module")
def distance():
    """FD-cls of what a member makes from the digits: the Fréchet distance in a trained classifier's features."""
    digits = catalogue_runs.load_digits()
    features = train_classifier(digits, epochs=5).get_submodule("features")
    reference = digits.map_batches(features)

    def measure(member):
        made = generate_samples({0: member.game}, 1000, "cpu")[0]
        return frechet_distance(reference, ArrayDataset(made).map_batches(features))

    return measure


@pytest.fixture(scope="module")
def trained():
    return catalogue_runs.train_digits_autoencoder(600)


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
def test_every_role_trains_on_digits_and_beats_its_own_initialisation(role, distance, trained):
    """The initialisation of a role with an autoencoder is that of the whole chain, its autoencoder untrained."""
    settings = catalogue_runs.find_settings("roles", role)
    at_first = distance(catalogue_runs.make_member(settings, catalogue_runs.train_digits_autoencoder(0))[0])
    member, _ = catalogue_runs.make_member(settings, trained)
    train(member, catalogue_runs.ROUNDS, [])
    assert member.divergence is None
    assert member.step == catalogue_runs.ROUNDS
    assert distance(member) < at_first


@pytest.fixture(scope="module")
def costs():
    return catalogue_runs.measure_costs({})


def test_every_entry_is_listed_once_with_its_paper_and_its_cost(costs):
    runs = list(catalogue_runs.list_catalogue_runs())
    names = [(run.kind, run.name) for run in runs]
    assert list(costs) == names
    assert {name for kind, name in names if kind == "roles"} == set(ROLES)
    for kind in ("Losses", "Penalties", "Constraints", "Augmentations", "Initialisers"):
        assert {name for own, name in names if own == kind.lower()} == set(REGISTRIES[kind][1])
    for run in runs:
        if run.kind in {"roles", "losses", "penalties", "normalisers", "initialisers"}:
            assert re.search(r"(19|20)\d\d|The article|this study", run.summary), f"{run.name} names no paper"
    committed = {(entry.kind, entry.name): entry.cost for entry in read_listing()}
    assert committed == pytest.approx(costs, rel=1e-3), "run `aegan gallery`"


def test_costs_are_those_of_the_extra_work(costs):
    assert costs["roles", "none"] == costs["losses", "non_saturating"] == costs["autoencoders", "dense"] == 1
    assert costs["penalties", "r1"] > 1
    comparing = costs["losses", "relativistic"] - 1  # a pass of the discriminator; r1_r2 is shown with that loss
    assert comparing > 0
    assert costs["penalties", "r1_r2"] - 1 - comparing == pytest.approx(2 * (costs["penalties", "r1"] - 1))


def test_known_costs_are_not_measured_again(costs):
    others = {key: cost + 1 for key, cost in costs.items() if key != ("penalties", "r1")}
    found = catalogue_runs.measure_costs(others)
    assert {key: found[key] for key in others} == others
    assert found["penalties", "r1"] == costs["penalties", "r1"]
    listed = list(catalogue_runs.list_with_costs(found))
    assert [(entry.kind, entry.name) for entry in listed] == list(costs)
