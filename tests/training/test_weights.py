"""Weights by seed, module and parameter in one file."""

import pytest
import torch

from aegan.training.checkpoint import Checkpoints
from aegan.training.cohort import train_cohort
from aegan.training.weights import load_weights, read_weights, save_tensors, save_weights, seeds_by_stage


def test_weights_round_trip_by_seed_and_name(tiny, tmp_path):
    games = {seed: tiny.game(tiny.method("warm_start"), seed) for seed in (0, 12)}
    save_weights(tmp_path / "weights.safetensors", {seed: game.modules for seed, game in games.items()})
    for seed, game in games.items():
        for name, module in game.modules.items():
            assert tiny.identical(read_weights(tmp_path / "weights.safetensors", seed, name), module.state_dict())
    blank = tiny.game(tiny.method("warm_start"), 1).modules["generator"]
    load_weights(tmp_path / "weights.safetensors", 12, "generator", blank)
    assert tiny.identical(blank.state_dict(), games[12].modules["generator"].state_dict())


def test_weights_of_an_unknown_seed_are_refused(tiny, tmp_path):
    game = tiny.game(tiny.method())
    save_weights(tmp_path / "weights.safetensors", {1: game.modules})
    with pytest.raises(RuntimeError, match="Missing key"):
        load_weights(tmp_path / "weights.safetensors", 11, "generator", game.modules["generator"])


def test_modules_that_share_memory_can_be_saved(tiny, tmp_path):
    generator = tiny.game(tiny.method()).modules["generator"]
    save_weights(tmp_path / "weights.safetensors", {0: {"one": generator, "other": generator}})
    loaded = (read_weights(tmp_path / "weights.safetensors", 0, name) for name in ("one", "other"))
    assert tiny.identical(*loaded)


def test_the_file_tells_who_reached_which_stage(tiny, tmp_path):
    members = cohort(tiny, tmp_path, seeds=(3, 4)).members
    members[1].stages = {name: value for name, value in members[1].stages.items() if name.startswith("3/")}
    file = tmp_path / "stages.safetensors"
    save_tensors(file, {member.seed: member.stages for member in members})
    assert seeds_by_stage(file, [3, 4]) == {3: [3, 4], 12: [3]}
    assert seeds_by_stage(file, [4]) == {3: [4], 12: []}
    for name, value in read_weights(file, 4, "3/generator").items():
        assert torch.equal(value, members[1].stages[f"3/generator/{name}"])


def test_nobody_reached_anything(tmp_path):
    save_tensors(tmp_path / "none.safetensors", {0: {}})
    assert seeds_by_stage(tmp_path / "none.safetensors", [0]) == {}


def cohort(tiny, folder, seeds=(3,), **changes):
    method = tiny.method(stages=[0.25, 1.0], **changes)
    return train_cohort(seeds, method["rounds"], tiny.member_factory(method), Checkpoints(folder, "print"))
