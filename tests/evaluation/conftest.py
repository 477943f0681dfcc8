"""Trained methods for tests of the evaluation."""

import pytest

from aegan.data.array_dataset import ArrayDataset
from aegan.evaluation.restored_games import TrainedMethod
from aegan.training.checkpoint import Checkpoints
from aegan.training.cohort import train_cohort
from aegan.training.weights import save_tensors


@pytest.fixture(scope="session")
def trained_method(tiny, tmp_path_factory):
    """A function from a role to a method of which a tiny cohort of seeds 0 and 1 was trained."""
    folder, trained = tmp_path_factory.mktemp("trained"), {}

    def make(role="none"):
        if role not in trained:
            method = tiny.method(role)
            make_member = tiny.member_factory(method)
            members = train_cohort([0, 1], 12, make_member, Checkpoints(folder / role, "print")).members
            file = folder / f"{role}.safetensors"
            save_tensors(file, {member.seed: member.stages for member in members})
            dataset = ArrayDataset(tiny.images())

            def codes(seed):
                return ArrayDataset(dataset.map_batches(tiny.trained(seed).autoencoder.encode))

            needs_none = role == "none"
            trained[role] = TrainedMethod(
                method, dataset, codes, lambda seed: None if needs_none else tiny.trained(seed), file
            )
        return trained[role]

    return make
