"""What operations share, change and draw."""

import torch
from torch import nn

from aegan.training.operation_effects import find_changed_slots, has_effect, is_joint, is_view
from aegan.training.recording import Slot, record

aten = torch.ops.aten


def test_a_view_of_what_is_changed_is_changed():
    weight = torch.zeros(2, 3)

    def change():
        weight.t()[0].add_(1.0)
        weight.t().neg()

    recording = record(change, {"weight": weight})
    views = [one.result for one in recording.operations if is_view(one.function)]
    assert {*views, Slot(0)} == find_changed_slots(recording)


def test_running_means_count_as_changed():
    layer, data = nn.BatchNorm1d(3), torch.randn(4, 3)
    named = {"mean": layer.running_mean, "data": data}
    recording = record(lambda: layer(data), named)
    assert recording.named["mean"] in find_changed_slots(recording)
    assert recording.named["data"] not in find_changed_slots(recording)


def test_changes_and_draws_are_effects():
    assert has_effect(aten.add_.Tensor)
    assert has_effect(aten.randn.generator)
    assert has_effect(aten.native_batch_norm.default)
    assert not has_effect(aten.add.Tensor)


def test_joint_operations_have_lists_and_numbers_alone():
    tensors, factor = [torch.ones(2), torch.ones(3)], torch.tensor(2.0)

    def play():
        torch._foreach_add_(tensors, 1)
        torch._foreach_mul_(tensors, factor)
        torch._foreach_mul_(tensors, [2.0, 3.0])
        tensors[0].add_(1)

    recording = record(play, {"first": tensors[0], "second": tensors[1], "factor": factor})
    assert [is_joint(one) for one in recording.operations] == [True, False, False, False]
