"""An engine is used only if it reproduces the eager loop."""

import logging

import torch
from tests.training.engine_cases import (
    ROUNDS,
    assert_same_members,
    train_eagerly,
    train_with_engine,
)

from aegan.training.batched_engine import BatchedEngine
from aegan.training.cost import RECORDED_FLOPS
from aegan.training.engine import EagerEngine
from aegan.training.stacked_engine import StackedEngine
from aegan.training.validated_engine import ValidatedEngine, first_difference, select_engine


def test_an_engine_that_computes_something_else_is_rejected(device_tiny, caplog):
    class Wrong(BatchedEngine):
        def run(self, rounds):
            for branch in self.branches.values():
                branch.batches.row_numbers.zero_()  # the first row of the data, over and over
            super().run(rounds)

    method = device_tiny.method(rounds=ROUNDS)
    with caplog.at_level(logging.WARNING, "aegan"):
        members, player = train_with_engine(device_tiny, method, capture=Wrong)
    assert isinstance(player.inner, EagerEngine)
    assert "differ in" in caplog.text
    assert_same_members(members, train_eagerly(device_tiny, method))


def test_training_runs_eagerly_if_the_capture_fails(device_tiny, caplog):
    def refuses(members):
        raise RuntimeError("operation not permitted when stream is capturing")

    method = device_tiny.method(rounds=ROUNDS)
    with caplog.at_level(logging.WARNING, "aegan"):
        members, player = train_with_engine(device_tiny, method, capture=refuses)
    assert isinstance(player.inner, EagerEngine)
    assert "not permitted" in caplog.text
    assert_same_members(members, train_eagerly(device_tiny, method))


def test_rounds_are_recorded_on_a_cpu_up_to_the_limit_alone():
    recorded = select_engine("cpu", RECORDED_FLOPS)
    assert isinstance(recorded, ValidatedEngine)
    assert (recorded.capture, recorded.tolerance) == (StackedEngine, 0)
    assert isinstance(select_engine("cpu", RECORDED_FLOPS + 1), EagerEngine)


def test_differences_are_relative_to_the_distance_moved():
    mean = "module/generator/1.running_mean"
    start, end = {mean: torch.zeros(4)}, {mean: torch.ones(4)}
    assert first_difference(start, {mean: torch.full((4,), 1.001)}, end, 0.05) == ""
    assert first_difference(start, {mean: torch.full((4,), 1.2)}, end, 0.05) == mean
    assert first_difference(start, start, start, 0.05) == ""
    counts = {"rng/generator": torch.tensor(3)}
    assert (
        first_difference(counts, {"rng/generator": torch.tensor(4)}, {"rng/generator": torch.tensor(5)}, 0.05)
        == "rng/generator"
    )


def test_a_bias_that_moves_by_rounding_alone_is_compared_with_its_module():
    weight, bias, adam = "module/generator/up1.weight", "module/generator/up1.bias", "optimiser/generator/{}/exp_avg"
    keys = weight, bias, adam.format(0), adam.format(1)
    start = {key: torch.zeros(4) for key in keys}
    end = {key: torch.full((4,), 1.0 if number % 2 == 0 else 1e-4) for number, key in enumerate(keys)}
    noisy = {key: -value if key in keys[1::2] else value for key, value in end.items()}
    assert first_difference(start, noisy, end, 0.05) == ""
    assert first_difference(start, noisy | {weight: -end[weight]}, end, 0.05) == "module/generator"
    assert first_difference(start, noisy | {keys[2]: -end[keys[2]]}, end, 0.05) == "optimiser/generator/exp_avg"
